# `make demo` and `make test` set up everything that they need, from nothing, in versions that requirements/ locks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Some tests wait for a server, so there are more workers than cores; who is done takes from the others.
CORES := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')
FAST := --dist worksteal -n $(shell expr 3 '*' $(CORES) / 2) tests
SLOW := --dist worksteal -n $(shell expr 3 '*' $(CORES)) -m slow tests
PIP := -m pip install --quiet --quiet --disable-pip-version-check --no-input
# Python and pip are run as they come, whatever people set for programs of their own; text is UTF-8 whatever the locale.
# With PYTHONDONTWRITEBYTECODE each run would compile all its modules anew, which takes twice the time.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONINSPECT PYTHONIOENCODING PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH \
  PYTHONSTARTUP PYTHONWARNINGS PIP_PREFIX PIP_REQUIRE_HASHES PIP_TARGET PIP_USER SOURCE_DATE_EPOCH
export PYTHONUTF8 := 1

.PHONY: demo demo-full demo-api demo-checks test test-slow test-lowest test-newest test-clocks test-in-a-year test-leap-day test-turn-of-year lint fix bench docs data lock release clean

# $(call environment,PYTHON,FOLDER,LOCK): exact versions with hashes, then this project itself, editable.
define environment
@echo "setting up $(2) as $(3) says (once, less than a minute) ..."
@$(1) -m venv $(2)
@$(2)/bin/python $(PIP) --require-hashes --no-deps --requirement $(3)
@$(2)/bin/python $(PIP) --no-deps --no-index --no-build-isolation --editable .
@touch $@
endef

$(VENV)/.demo: requirements/run.txt pyproject.toml
	$(call environment,$(PYTHON),$(VENV),$<)

$(VENV)/.demo-api: requirements/demo-api.txt pyproject.toml
	$(call environment,$(PYTHON),$(VENV),$<)

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	$(call environment,$(PYTHON),$(VENV),$<)

demo: $(VENV)/.demo
	@PATH="$(abspath $(BIN)):$$PATH" sh demo/run.sh

demo-full: $(VENV)/.demo
	@PATH="$(abspath $(BIN)):$$PATH" sh demo/run.sh full

demo-api: $(VENV)/.demo-api
	@PATH="$(abspath $(BIN)):$$PATH" sh demo/api.sh

demo-checks: $(VENV)/.demo
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python demo/checks.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(FAST)

# The fuzzer has wheels for few machines; a mutator of our own runs where it is missing.
test-slow: $(VENV)/.dev
	@$(BIN)/python $(PIP) --require-hashes --no-deps --only-binary :all: --requirement requirements/fuzz.txt \
	  || echo "test-slow: atheris cannot be installed here; the mutator runs instead" >&2
	@$(BIN)/python $(PIP) --require-hashes --no-deps --only-binary :all: --requirement requirements/checkers.txt \
	  || echo "test-slow: regopy, hadolint and prek cannot be installed here, so what they check is skipped" >&2
	$(BIN)/python -m pytest $(SLOW)

.venv-lowest/.dev: requirements/lowest.txt pyproject.toml
	$(call environment,$(shell $(PYTHON) tools/pythons.py oldest),.venv-lowest,$<)

.venv-newest/.dev: requirements/dev.txt pyproject.toml
	$(call environment,$(shell $(PYTHON) tools/pythons.py newest),.venv-newest,$<)

# CLOCK=in-a-year, leap-day or turn-of-year: the day on which these tests take place; today without it.
CLOCKED = $(if $(CLOCK),-m tools.clocks $(CLOCK) $(1)/bin/python)

# The lowest versions that pyproject.toml allows, on the oldest Python that is supported and installed.
test-lowest: .venv-lowest/.dev
	.venv-lowest/bin/python $(call CLOCKED,.venv-lowest) -m pytest $(FAST)

# The newest versions there are, on the newest Python that is installed; a failure names the package.
test-newest: .venv-newest/.dev
	.venv-newest/bin/python $(call CLOCKED,.venv-newest) -m tools.newest $(FAST)

test-clocks: test-in-a-year test-leap-day test-turn-of-year

test-in-a-year test-leap-day test-turn-of-year: $(VENV)/.dev
	$(BIN)/python -m tools.clocks $(@:test-%=%) $(BIN)/python -m pytest $(FAST)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev
	$(BIN)/python -m tools.templates
	$(BIN)/python -m pytest --bless -k 'page_of or statement' tests/test_documentation.py tests/test_programme_coverage.py

data: $(VENV)/.dev
	$(BIN)/python $(PIP) babel==2.19.0 confusable-homoglyphs==3.3.1
	$(BIN)/python -m tools.country_names
	$(BIN)/python -m tools.confusables

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# Raises every lock in requirements/ to the newest versions that pyproject.toml allows. CONTRIBUTING.md says when.
.venv-lock/.uv:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python $(PIP) uv==$(UV_VERSION)
	@touch $@

COMPILE := .venv-lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --upgrade \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: .venv-lock/.uv
	$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	$(COMPILE) pyproject.toml --group build --extra emulator -c requirements/run.txt -o requirements/demo-api.txt
	$(COMPILE) pyproject.toml --group build --extra emulator --extra dev -c requirements/demo-api.txt \
	  -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra emulator --resolution lowest-direct -o .venv-lock/lowest.txt
	echo "check-jsonschema<0.38  # later ones start with click 8.4 or newer only" >> .venv-lock/lowest.txt
	$(COMPILE) pyproject.toml --group build --extra emulator --extra dev -c .venv-lock/lowest.txt \
	  -o requirements/lowest.txt
	$(COMPILE) --group fuzz -o requirements/fuzz.txt
	$(COMPILE) --group checkers -o requirements/checkers.txt
	$(COMPILE) pyproject.toml --group build --group release -c requirements/run.txt -o requirements/release.txt

.venv-release/.ready: requirements/release.txt
	@$(PYTHON) -m venv .venv-release
	@.venv-release/bin/python $(PIP) --require-hashes --no-deps --requirement $<
	@touch $@

# Checks what a release needs and builds it into dist/. REPOSITORY: where the repository is, for people.
release: .venv-release/.ready
	.venv-release/bin/python -m tools.release --repository "$(REPOSITORY)"

clean:
	rm -rf $(VENV) .venv-lowest .venv-newest .venv-lock .venv-release build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
