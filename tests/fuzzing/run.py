"""The fuzzer's process: `python -m tests.fuzzing.run [options of libFuzzer] CORPUS`; needs atheris."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

atheris: Any = import_module("atheris")  # it has no types

with atheris.instrument_imports(include=["csp_config"]):
    from tests.fuzzing.target import one


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
