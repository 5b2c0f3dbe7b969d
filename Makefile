# make run        sets everything up, builds the site and serves it to try out, at 127.0.0.1:8000
# make test       sets up what tests need, checks style, types and layers, runs the tests
# make test-all   the same with the slow tests
# make bench      measures what reading and sending cost, beside others; writes project/benchmarks.md
# make format     puts the code into the house's format
# make catalogues brings the sentences of code and templates into the translators' catalogues
# make lock       re-creates the lock files; UPGRADE=--upgrade takes new versions
# make clean      removes everything that was built, downloaded or tried out (var/ too)
#
# Needs git, make and Python 3.11. What else Debian has to provide is installed by
# apt-get when it is missing, as root or through sudo.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

# Debian's own before any other: it is what the portal will run on.
PYTHON ?= $(or $(wildcard /usr/bin/python3.11),$(shell command -v python3.11 || command -v python3))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Wheels only: no package may run code of its own while it is installed, and no compiler is needed.
PIP_INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all:
# The project itself comes from this folder, so there is nothing to hash.
PIP_INSTALL_PROJECT := $(PIP) install --quiet --no-deps --no-build-isolation --editable .

# Steps that were done leave a stamp, so that they're repeated only when their input changed.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
NODE_MODULES := tests/node_modules/.installed
BENCH_MODULES := project/benchmarks/node_modules/.installed
BENCH_VENV := project/benchmarks/.venv
BENCH_PACKAGES := $(BENCH_VENV)/.installed

# $(call apt_install,PACKAGES)
apt_install = \
	if ! command -v apt-get >/dev/null; then \
		echo "Please install what the Debian packages $(1) hold; there is no apt-get here." >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "Please install the Debian packages $(1) as root; there is no sudo here." >&2; exit 1; fi; \
	echo "Installing the Debian packages $(1)"; \
	$$as_root apt-get update -qq; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null

.PHONY: run setup test test-all setup-test bench check format lock clean debian

run: setup
	$(BIN)/anlaufstelle build
	exec $(BIN)/anlaufstelle serve --trial

setup: $(INSTALLED)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Please install Python 3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' \
		|| { echo "$(PYTHON) is too old: Python 3.11.2 or newer is needed." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call apt_install,python3-venv); }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) -r requirements.txt
	$(PIP_INSTALL_PROJECT)
	@touch $@

# What comes from Debian is fetched beside what comes from package registries.
setup-test:
	+@$(MAKE) --no-print-directory --jobs 2 $(INSTALLED_DEV) $(NODE_MODULES) debian

# The lock for development repeats everything of the other one.
$(INSTALLED_DEV): requirements-dev.txt pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) -r requirements-dev.txt
	$(PIP_INSTALL_PROJECT)
	@touch $(INSTALLED) $@

# Without their scripts: the HTML checker's would fetch a Java runtime from elsewhere.
$(NODE_MODULES): tests/package.json tests/package-lock.json | $(INSTALLED_DEV)
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix tests --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The browser that tests drive, what Playwright needs besides, fonts (without them Arabic and
# Tigrinya are boxes), the other database and the proxy: tests start servers of their own; and
# what records the service for a power cut that is played afterwards.
debian:
	@missing=(); \
	need() { compgen -G "$$2" >/dev/null || missing+=("$$1"); }; \
	need systemd /usr/bin/systemd-analyze; \
	need chromium /usr/bin/chromium; \
	need chromium-headless-shell /usr/bin/chromium-headless-shell; \
	need libatomic1 '/usr/lib/*/libatomic.so.1'; \
	need fonts-noto-core /usr/share/fonts/truetype/noto/NotoSansEthiopic-Regular.ttf; \
	need postgresql '/usr/lib/postgresql/*/bin/initdb'; \
	need caddy /usr/bin/caddy; \
	need openssl /usr/bin/openssl; \
	need strace /usr/bin/strace; \
	if [ $${#missing[@]} != 0 ]; then $(call apt_install,$${missing[*]}); fi

check: $(INSTALLED_DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# A module's tests share what takes long to make, so they stay together; browsers come first.
ON_ALL_CORES := --numprocesses auto --dist loadfile --no-loadscope-reorder

test: setup-test check
	$(BIN)/pytest -m "not slow" $(ON_ALL_CORES)

test-all: setup-test check
	$(BIN)/pytest $(ON_ALL_CORES)

# Timings need a quiet machine; BENCH="--only submission" measures one part anew, BENCH="--help" says
# what else can be chosen.
bench: $(INSTALLED_DEV) $(BENCH_MODULES) $(BENCH_PACKAGES) debian
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m project.benchmarks $(BENCH)

$(BENCH_MODULES): project/benchmarks/package.json project/benchmarks/package-lock.json | $(INSTALLED_DEV)
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix project/benchmarks --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# What the portal is measured beside, away from its own packages.
$(BENCH_PACKAGES): project/benchmarks/requirements.txt | $(BIN)/python
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes \
		--only-binary :all: -r $<
	@touch $@

format: $(INSTALLED_DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

catalogues: $(INSTALLED_DEV)
	$(BIN)/python project/catalogues.py

PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	--strip-extras --allow-unsafe $(UPGRADE)
OF_THE_PROJECT := --build-deps-for editable pyproject.toml

lock: $(INSTALLED_DEV)
	$(PIP_COMPILE) $(OF_THE_PROJECT) --output-file requirements.txt
	$(PIP_COMPILE) $(OF_THE_PROJECT) --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(PIP_COMPILE) project/benchmarks/requirements.in --output-file project/benchmarks/requirements.txt
	for folder in tests project/benchmarks; do \
		PATH="$(CURDIR)/$(BIN):$$PATH" npm install --prefix $$folder --package-lock-only \
			--ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --silent; done

clean:
	rm -rf $(VENV) tests/node_modules project/benchmarks/node_modules $(BENCH_VENV) site site-* var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
