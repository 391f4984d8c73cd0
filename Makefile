# `make demo` and `make test` set up everything that they need, from nothing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Many tests wait for a server or a disk, so there are more workers than cores; who is done takes from the others.
CORES := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')
TESTS := -m pytest --dist worksteal

.PHONY: demo demo-api test test-slow lint fix bench docs data clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(STAMP)
	PATH="$(abspath $(BIN)):$$PATH" sh demo/run.sh

demo-api: $(STAMP)
	PATH="$(abspath $(BIN)):$$PATH" sh demo/api.sh

test: $(STAMP)
	$(BIN)/python $(TESTS) -n $$((2 * $(CORES))) -m "not slow" tests

test-slow: $(STAMP)
	$(BIN)/python $(TESTS) -n $$((3 * $(CORES))) -m slow tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)
	$(BIN)/python -m pytest -q --bless -k 'page_of or statement' tests/test_documentation.py tests/test_programme_coverage.py

data: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check confusable-homoglyphs==3.3.1
	$(BIN)/python -m tools.confusables

bench: $(STAMP)
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
