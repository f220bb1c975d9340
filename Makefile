# make run            shows the first page at http://127.0.0.1:8000, with invented people to sign in as
# make test           the suite; of one room: make test ARGS="tests/goals -k sqlite"
# make check          style, types, floors, catalogues, the tree, what nothing uses: what a change must pass besides the suite
# make floors         draws the floors that the rooms stand on into the README
# make papers         draws what comes from the code into the papers for whoever adopts it; lists the blanks that are left
# make sbom           lists all parts, as CycloneDX: sbom.cdx.json
# make catalogues     writes new texts into every catalogue, for a translator
# make bench          measures pages, writes, sizes and a phone on a slow line; by name growth, many, month, and soak (an hour)
# make mutants        breaks the lines that carry trust one by one, and each must make a test red
# make proof          everything on both engines, phones on a bad line and servers that die; then its table; two hours
# make proof-nodes    two nodes, two deliverers, a proxy and PostgreSQL in use for ten minutes while they are killed and upgraded
# make scan           scanners of others on the code and on a demonstration; an hour (docs/safety/scanning.md)
# make lock           renews the locks of what is installed
# A machine must have python3 (3.11 or newer) and make. Everything else is fetched into .venv and node_modules.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Parts of a Node wheel, where the machine has no Node of its own, are linked into the environment's folder.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# What Python compiles is kept: tests start some hundred programs, and each would compile the app anew.
unexport PYTHONDONTWRITEBYTECODE
JOBS   ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 2)')
ARGS   ?=

COMPILED := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
SHEETS   := $(shell find static -type f -not -path 'static/build/*' 2>/dev/null)
PIP      := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

.PHONY: run test check bench proof proof-offline proof-nodes scan mutants floors papers sbom lock catalogues parts parts-dev
.DEFAULT_GOAL := help

help:
	@sed -n '/^# make /,/^$$/p' Makefile | cut -c3-

run: parts
	@SELFCARE_DEMO="$${SELFCARE_DEMO:-on}" $(BIN)/flask --app app serve

test: parts-dev
	@chromium="$$($(BIN)/python tools/find_chromium.py --install)" && \
	  SELFCARE_CHROMIUM="$$chromium" $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --durations=10 $(ARGS)

check: parts-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.catalogues check
	$(BIN)/python -m tools.check_tree
	$(BIN)/python -m tools.floors check
	$(BIN)/python -m tools.unused
	$(BIN)/python -m tools.papers check
	$(BIN)/python -m tools.asvs check
	$(BIN)/python -m tools.sbom check
	$(BIN)/python -m tools.reading_age check

# Lighthouse is larger than all other parts together, and comes only where it is asked for: make bench ARGS="--only lighthouse".
bench: parts-dev $(if $(findstring lighthouse,$(ARGS)),tests/bench/lighthouse/node_modules/.package-lock.json)
	@chromium="$$($(BIN)/python tools/find_chromium.py --install)" && \
	  SELFCARE_CHROMIUM="$$chromium" $(BIN)/python -m tests.bench $(ARGS)

tests/bench/lighthouse/node_modules/.package-lock.json: tests/bench/lighthouse/package-lock.json $(VENV)/.node
	@echo 'Installing what judges pages'
	@cd tests/bench/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# What takes longer than a change can wait for: every test on both engines, and all of the phones below. Its table is the end of it.
proof: parts-dev
	@command -v strace > /dev/null || { echo 'The proof of what outlives the power needs strace: apt install strace'; exit 1; }
	@$(BIN)/python tools/find_caddy.py --install > /dev/null
	@PROOF=1 OFFLINE_SEEDS="$${OFFLINE_SEEDS:-20}" OFFLINE_ENTRIES="$${OFFLINE_ENTRIES:-250}" $(MAKE) --no-print-directory test

# The phones alone: a bad line and a server that dies: nothing lost, nothing twice. `make test` runs a small set of it.
proof-offline: parts-dev
	@chromium="$$($(BIN)/python tools/find_chromium.py --install)" && \
	  SELFCARE_CHROMIUM="$$chromium" OFFLINE_SEEDS="$${OFFLINE_SEEDS:-20}" OFFLINE_ENTRIES="$${OFFLINE_ENTRIES:-250}" \
	  $(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests/proof_offline $(ARGS)

# Of it `make proof` runs a minute and a half.
proof-nodes: parts-dev
	@$(BIN)/python tools/find_caddy.py --install > /dev/null
	@PROOF=1 NODES_MINUTES="$${NODES_MINUTES:-10}" $(BIN)/python -m pytest -n 0 tests/proof_nodes $(ARGS)

# Breaks the lines that carry trust one by one: each must make a test red (tests/mutants.toml).
mutants: parts-dev
	@$(BIN)/python -m tools.mutants $(ARGS)

# Each finding is mended, or explained in docs/safety/scanned.toml; ARGS="code", "answers" or "pages" for a part.
scan: parts-dev .venv-scan/.made .venv-wapiti/.made
	@$(BIN)/python -m tools.scan $(ARGS)

floors: parts-dev
	$(BIN)/python -m tools.floors

papers: parts-dev
	$(BIN)/python -m tools.papers
	$(BIN)/python -m tools.asvs
	-@$(BIN)/python -m tools.papers blanks

# From the locks alone: the same locks make the same file.
sbom: parts-dev
	$(BIN)/python -m tools.sbom sbom.cdx.json

# Writes the texts of the sources into messages.pot and every messages.po. What is new waits for a translator.
catalogues: parts-dev
	$(BIN)/python -m tools.catalogues update

# Hashes of every file a release offers, for every platform, and no address of where they come from.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
        --no-emit-find-links --no-config
lock: parts-dev
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) --group node --output-file requirements-node.txt
	$(LOCK) --group scan --output-file requirements-scan.txt
	$(LOCK) --group wapiti --output-file requirements-wapiti.txt
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
	cd tests/bench/lighthouse && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

# ------------------------------------------------------------------------------------------------ what is made of what
parts: $(VENV)/.runtime static/build/.made $(COMPILED)
parts-dev: $(VENV)/.dev static/build/.made $(COMPILED)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Selfcare needs Python 3.11 or newer. Name one with: make PYTHON=python3.12'; exit 1; }
	@echo 'Making an environment in $(VENV)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python could not make an environment. On Debian and Ubuntu: apt install python3-venv'; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo 'Installing what Selfcare runs on'
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo 'Installing what tests and checks need'
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Scanners ask for versions that the app, its tests and each other do not take.
.venv-%/.made: requirements-%.txt | $(BIN)/python
	@echo 'Installing what scans'
	@$(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $<
	@touch $@

$(VENV)/.node: requirements-node.txt tools/find_node.py | $(BIN)/python
	@$(BIN)/python tools/find_node.py
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.node
	@echo 'Installing what the styles and scripts are built with'
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || \
	  { echo 'npm could not install the parts. Is there a way to the npm registry from here?'; exit 1; }
	@touch $@

static/build/.made: node_modules/.package-lock.json tools/build_static.mjs $(SHEETS)
	@echo 'Building styles and scripts'
	@npm run --silent build
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
