#!/usr/bin/env bash
# Sees to the Debian packages that the demo and the tests need. Root gets what is missing installed, without any of it being
# started; others are told what to type.
set -euo pipefail

declare -A need=(
    [wordpress]=/usr/share/wordpress/wp-includes/version.php
    [wordpress-l10n]=/usr/share/wordpress/wp-content/languages/de_DE.mo
    [mariadb-server]=/usr/sbin/mariadbd
    [nginx-light]=/usr/sbin/nginx
    [php-fpm]='/usr/sbin/php-fpm*'
    [php-cli]=/usr/bin/php
    [apache2-bin]=/usr/sbin/apache2
    [python3]='/usr/bin/python3*'
)
declare -A extension=([php-mysql]=mysqli [php-mbstring]=mbstring [php-xml]=xml)

missing=()
for package in "${!need[@]}"; do
    compgen -G "${need[$package]}" >/dev/null || missing+=("$package")
done
for package in "${!extension[@]}"; do
    php -r 'exit(extension_loaded($argv[1]) ? 0 : 1);' -- "${extension[$package]}" 2>/dev/null || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

# Packages start their daemons when they are installed; ours are to stay off. Where systemd runs, units that are not there yet
# are masked for the time being; elsewhere invoke-rc.d believes that this is single-user mode.
masked=()
if [ -d /run/systemd/system ]; then
    for unit in mariadb nginx apache2 php8.2-fpm php8.4-fpm; do
        if ! systemctl cat "$unit.service" >/dev/null 2>&1; then
            systemctl --runtime --quiet mask "$unit.service" && masked+=("$unit.service")
        fi
    done
    trap '[ "${#masked[@]}" -eq 0 ] || systemctl --runtime --quiet unmask "${masked[@]}"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
echo "installing ${missing[*]}"
apt-get -q update
apt-get -q -y --no-install-recommends install "${missing[@]}"
