# Building, testing and showing linkbackd. `make demo` and `make test` need a few Debian packages: root gets them installed,
# others are told what to type.

CARGO ?= cargo
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Everything but `install` uses one profile, so that dependencies are compiled once.
LOCKED ?= --locked

.PHONY: help demo test check install packages

help:
	@echo "make demo     a private WordPress with linkbackd in front, until Ctrl-C (ONCE=1: end after the proof)"
	@echo "make test     all suites, the comparison with real WordPress included"
	@echo "make check    formatting, lints, documentation, licences of dependencies"
	@echo "make install  the program, its configuration and its unit (PREFIX=$(PREFIX), DESTDIR)"

packages:
	@tests/packages.sh

demo: packages
	$(CARGO) run $(LOCKED) -- demo $(if $(ONCE),--once)

test: packages
	$(CARGO) test $(LOCKED)

check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(LOCKED) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" $(CARGO) doc $(LOCKED) --no-deps --document-private-items
	tests/dependencies.py
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny --offline check licenses bans sources; fi

install:
	$(CARGO) build $(LOCKED) --release
	install -D -m 755 target/release/linkbackd $(DESTDIR)$(PREFIX)/bin/linkbackd
	install -D -m 644 conf/linkbackd.toml $(DESTDIR)$(PREFIX)/share/doc/linkbackd/linkbackd.toml
	@# A configuration that is there already stays.
	[ -e $(DESTDIR)$(SYSCONFDIR)/linkbackd/linkbackd.toml ] || \
		install -D -m 644 conf/linkbackd.toml $(DESTDIR)$(SYSCONFDIR)/linkbackd/linkbackd.toml
	install -D -m 644 conf/nginx/linkbackd.conf $(DESTDIR)$(PREFIX)/share/linkbackd/nginx/linkbackd.conf
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/linkbackd/apache conf/apache/linkbackd.conf conf/apache/linkbackd-php.conf
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' systemd/linkbackd.service > $(DESTDIR)$(UNITDIR)/linkbackd.service
