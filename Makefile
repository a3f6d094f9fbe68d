# Building, testing and showing linkbackd. `make demo` and `make test` need a few Debian packages: root gets them installed,
# others are told what to type.

CARGO ?= cargo
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Everything but `install` uses one profile, so that dependencies are compiled once.
LOCKED ?= --locked

.PHONY: help demo test check install packages parity-fuzz record-functions golden-tables

help:
	@echo "make demo     a private WordPress with linkbackd in front, until Ctrl-C (ONCE=1: end after the proof)"
	@echo "make test     all suites, the comparison with real WordPress included"
	@echo "make parity-fuzz FUNCTION=strip_tags COUNT=1000000   one ported function against PHP (SEED=, WORDPRESS=)"
	@echo "make check    formatting, lints, documentation, licences of dependencies"
	@echo "make install  the program, its configuration and its unit (PREFIX=$(PREFIX), DESTDIR)"

packages:
	@tests/packages.sh

demo: packages
	$(CARGO) run $(LOCKED) -- demo $(if $(ONCE),--once)

test: packages
	$(CARGO) test $(LOCKED)

# The ports of PHP and WordPress functions against the real ones, for as long as it takes. Another seed each time.
FUNCTION ?=
COUNT ?= 1000000
SEED ?= random
parity-fuzz: packages
	LINKBACKD_ONLY="$(FUNCTION)" LINKBACKD_INPUTS=$(COUNT) LINKBACKD_SEED=$(SEED) \
		$(if $(WORDPRESS),LINKBACKD_WORDPRESS=$(WORDPRESS)) $(CARGO) test $(LOCKED) --test golden

# What the functions of another WordPress answer, into tests/golden/recorded.
record-functions: packages
	@[ -n "$(WORDPRESS)" ] || { echo "say which: make record-functions WORDPRESS=/path/to/wordpress" >&2; exit 1; }
	LINKBACKD_WORDPRESS=$(WORDPRESS) $(CARGO) test $(LOCKED) --test golden -- --record

# The tables in tests/golden, each by the script beside it. WORDPRESSES are the directories of 6.1.9, 6.6.7, 6.9.7 and 7.1.
golden-tables:
	@[ $(words $(WORDPRESSES)) -eq 4 ] || \
		{ echo "say where: make golden-tables WORDPRESSES='/path/6.1.9 /path/6.6.7 /path/6.9.7 /path/7.1'" >&2; exit 1; }
	php tests/golden/request_target.php $(lastword $(WORDPRESSES)) > tests/golden/request_target.tsv
	php tests/golden/wp_http_validate_url.php $(WORDPRESSES) > tests/golden/wp_http_validate_url.tsv

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
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' systemd/linkbackd.service > $(DESTDIR)$(UNITDIR)/linkbackd.service
