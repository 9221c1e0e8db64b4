# The only door: `make run` shows images, `make test` proves that it works. `make help` lists the rest.

SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
FILE ?=
ARGS ?=
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

KERNEL_SOURCES := $(shell find native cmake -type f 2>/dev/null) CMakeLists.txt pyproject.toml
CLIENT_SOURCES := $(shell find client -type f -not -path '*/node_modules/*' 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

export PIP_NO_INPUT := 1

.PHONY: help
help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 20
	@echo
	@echo "  FILE=image.fits   what \`make run\` shows     ARGS='--port 8080'   further options or pytest's"

# ---- environment -----------------------------------------------------------------------------------------------

# Each step leaves a stamp, so that a second call does nothing.
$(VENV)/.packages: requirements/dev.txt
	@python=$$(tools/find_python.sh) && { [ -x $(BIN)/python ] || "$$python" -m venv $(VENV); }
	@echo "Installing the Python packages that requirements/dev.txt names …"
	@$(PIP) install --upgrade "pip==$$(sed -n 's/^pip==//p' requirements/dev.txt)"
	@$(PIP) install -r requirements/dev.txt
	@touch $@

$(VENV)/.client: $(CLIENT_SOURCES) tools/build_client.py | $(VENV)/.packages
	@$(BIN)/python tools/build_client.py
	@touch $@

$(VENV)/.kernel: $(KERNEL_SOURCES) $(VENV)/.packages | $(VENV)/.client
	@tools/check_compiler.sh
	@echo "Building the kernel …"
	@$(PIP) install --no-deps --no-build-isolation --editable . --config-settings=build-dir=build/editable
	@touch $@

.PHONY: setup
setup: $(VENV)/.kernel ## environment, kernel and client, all that `make run` needs

$(VENV)/.browser: tools/browser.py | $(VENV)/.packages
	@$(BIN)/python tools/browser.py --install > $@

.PHONY: setup-tests
setup-tests: setup $(VENV)/.browser

# ---- use ---------------------------------------------------------------------------------------------------------

.PHONY: run
run: setup ## show FILE, or a library with a simulated field and a real plate
ifeq ($(FILE),)
	@exec $(BIN)/visiomatic demo --no-browser $(ARGS)
else
	@exec $(BIN)/visiomatic $(ARGS) "$(FILE)"
endif

# ---- proof -------------------------------------------------------------------------------------------------------

.PHONY: test
test: setup-tests ## everything that has to pass, Chromium included (15 minutes at most)
	@$(BIN)/python -m pytest -m "not slow" $(ARGS)

.PHONY: test-full
test-full: setup-tests ## the long tests too
	@$(BIN)/python -m pytest $(ARGS)

.PHONY: lint
lint: setup ## style, types, import rules, sizes, lock files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python tools/check_house.py
	@npm --prefix client run --silent lint
	@npm --prefix client run --silent typecheck
	@echo "lint: all passed"

.PHONY: format
format: setup ## bring the code into the house's style
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .
	@npm --prefix client run --silent format

.PHONY: bench
bench: setup ## tiles per second beside the encoder's own limit, as ratios (10 minutes at most)
	@$(BIN)/python benchmarks/run.py $(ARGS)

.PHONY: peers
peers: ## other servers of tiles, in .peers, for `make bench` to compare with
	@benchmarks/peers/install.sh

.PHONY: soak
soak: setup ## half an hour at full load: memory must stay flat
	@$(BIN)/python benchmarks/soak.py $(ARGS)

# Pictures of every panel, taken anew when the client has changed.
$(VENV)/.pictures: tools/screenshots.py $(VENV)/.client $(VENV)/.kernel
	@$(BIN)/python tools/screenshots.py docs/pictures
	@touch $@

.PHONY: docs
docs: setup $(VENV)/.pictures ## the manual, served at /manual afterwards
	@$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs src/visiomatic/manual
	@echo "The manual: src/visiomatic/manual/index.html"

# ---- packages ----------------------------------------------------------------------------------------------------

.PHONY: dist
dist: docs ## wheel and source distribution, in dist/
	@$(BIN)/python -m build --outdir dist .

.PHONY: lock
lock: $(VENV)/.packages ## renew requirements/dev.txt within the ranges of pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --output-file requirements/dev.txt pyproject.toml requirements/dev.in

.PHONY: clean
clean: ## remove what was built; images and caches of the user stay
	@rm -rf $(VENV) build dist src/visiomatic/client src/visiomatic/manual client/node_modules artefacts docs/pictures
