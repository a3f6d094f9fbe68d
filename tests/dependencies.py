#!/usr/bin/env python3
"""Looks at every crate that linkbackd is built from: its licence, where it is from, and that there is one TLS stack.

Offline, from Cargo.lock and what cargo has fetched already.
"""
import json
import re
import subprocess
import sys

# May be linked into a GPL-2.0-or-later program.
LICENCES = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
    "CDLA-Permissive-2.0", "GPL-2.0-or-later", "ISC", "MIT", "MIT-0", "MPL-2.0", "Unicode-3.0", "Unlicense", "Zlib",
}
# A second TLS or crypto library, or one that links the system's.
FORBIDDEN = {"openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys", "boring", "boring-sys", "mbedtls"}
# Of these there is to be one version.
SINGLE = {"rustls", "ring", "rustls-webpki", "tokio", "reqwest", "actix-web"}
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def allowed(expression):
    """Whether an SPDX expression can be met with LICENCES."""
    tokens = re.findall(r"\(|\)|[^\s()]+(?: WITH [^\s()]+)?", expression.replace("/", " OR "))

    def alternatives(at):
        value, at = factors(at)
        while at < len(tokens) and tokens[at] == "OR":
            other, at = factors(at + 1)
            value = value or other
        return value, at

    def factors(at):
        value, at = single(at)
        while at < len(tokens) and tokens[at] == "AND":
            other, at = single(at + 1)
            value = value and other
        return value, at

    def single(at):
        if tokens[at] == "(":
            value, at = alternatives(at + 1)
            return value, at + 1
        return tokens[at] in LICENCES, at + 1

    return alternatives(0)[0]


def linux_tree(metadata):
    """The packages that are really part of a build, by id."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    found, todo = set(), [metadata["resolve"]["root"]]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += nodes[name]["dependencies"]
    return found


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]
    run = subprocess.run([*command, "--offline"], capture_output=True)
    if run.returncode:
        run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    metadata = json.loads(run.stdout)
    used = linux_tree(metadata)
    packages = [package for package in metadata["packages"] if package["id"] in used]
    problems, versions = [], {}
    for package in packages:
        name = f"{package['name']} {package['version']}"
        versions.setdefault(package["name"], set()).add(package["version"])
        if not package["license"] or not allowed(package["license"]):
            problems.append(f"{name}: licence {package['license']}")
        if package["name"] in FORBIDDEN:
            problems.append(f"{name}: another TLS stack")
        if package["source"] not in (None, REGISTRY):
            problems.append(f"{name}: not from crates.io but {package['source']}")
    for name in sorted(SINGLE & versions.keys()):
        if len(versions[name]) > 1:
            problems.append(f"{name}: in {len(versions[name])} versions, {', '.join(sorted(versions[name]))}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"dependencies: {len(packages)} crates, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
