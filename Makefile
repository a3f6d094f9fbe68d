# Building, testing and showing linkbackd. `make demo` and `make test` need a few Debian packages: root gets them installed,
# others are told what to type.

CARGO ?= cargo
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
# Everything but `install` uses one profile, so that dependencies are compiled once.
LOCKED ?= --locked

# COUNT= and SEED= of `make parity-scenarios` and `make parity-fuzz`; without SEED= it is another one each time.

.PHONY: help demo test record record-check parity-scenarios parity-fuzz record-functions golden-tables watch watch-record \
	readme check install packages

help:
	@echo "make demo     a private WordPress with linkbackd in front, until Ctrl-C (ONCE=1: end after the proof)"
	@echo "make test     all suites, the comparison with real WordPress included"
	@echo "make record WORDPRESS=DIRECTORY        what that WordPress does in the scenarios, written to tests/golden/recorded"
	@echo "make record-check WORDPRESS=DIRECTORY  whether it still does what is written there"
	@echo "make parity-scenarios COUNT=1000 SEED=1   more scenarios made by chance, played on WordPress and linkbackd"
	@echo "make parity-fuzz FUNCTION=strip_tags COUNT=1000000   one ported function against PHP (SEED=, WORDPRESS=)"
	@echo "make check    formatting, lints, documentation, licences of dependencies"
	@echo "make watch WORDPRESS=/path         what a new WordPress changed of what was ported, and where to look"
	@echo "make watch-record WORDPRESS=/path  adds a version to tests/golden/watched.toml"
	@echo "make readme   writes the README's table of differences"
	@echo "make install  the program, its configuration and its unit (PREFIX=$(PREFIX), DESTDIR)"

packages:
	@tests/packages.sh

demo: packages
	$(CARGO) run $(LOCKED) -- demo $(if $(ONCE),--once)

test: packages
	$(CARGO) test $(LOCKED)

record record-check: packages
	@[ -e "$(WORDPRESS)/wp-includes/version.php" ] || \
		{ echo "make $@ WORDPRESS=DIRECTORY: expected a directory with WordPress, but found none in '$(WORDPRESS)'" >&2; exit 1; }
	PARITY_WORDPRESS="$(abspath $(WORDPRESS))" $(CARGO) test $(LOCKED) --test parity -- --$@

parity-scenarios: packages
	$(CARGO) test $(LOCKED) --test parity -- --count=$(or $(COUNT),1000) --seed=$(or $(SEED),$(shell date +%s)) --shrink

# The ports of PHP and WordPress functions against the real ones, for as long as it takes. Another seed each time.
FUNCTION ?=
parity-fuzz: packages
	LINKBACKD_ONLY="$(FUNCTION)" LINKBACKD_INPUTS=$(or $(COUNT),1000000) LINKBACKD_SEED=$(or $(SEED),random) \
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

watch:
	$(CARGO) test $(LOCKED) --quiet --test watch -- --against $(WORDPRESS)

# Several, from the oldest on: WORDPRESS="/one /another".
watch-record:
	$(CARGO) test $(LOCKED) --quiet --test watch -- --record $(WORDPRESS)

readme:
	README_WRITE=1 $(CARGO) test $(LOCKED) --quiet --test readme the_table_of_differences

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
