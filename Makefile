# `make demo` and `make test` set up everything that they need, from nothing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Many tests wait for a server or a disk, so there are two workers for each core; who is done takes from the others.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
TESTS := -m pytest -n $(WORKERS) --dist worksteal

.PHONY: demo demo-api test test-slow lint fix bench docs clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(STAMP)
	PATH="$(abspath $(BIN)):$$PATH" sh demo/run.sh

demo-api: $(STAMP)
	PATH="$(abspath $(BIN)):$$PATH" sh demo/api.sh

test: $(STAMP)
	$(BIN)/python $(TESTS) -m "not slow" tests

test-slow: $(STAMP)
	$(BIN)/python $(TESTS) -m slow tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)
	$(BIN)/csp-config rules --format markdown --output docs/rules.md

bench: $(STAMP)
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
