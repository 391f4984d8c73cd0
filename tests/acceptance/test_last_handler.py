"""A fault of the program itself is one sentence and exit code 3: never a traceback, never exit code 1."""

from __future__ import annotations

import subprocess
import sys

from tests.repositories import ENVIRONMENT

_NO_TEXT = "import sys; from csp_config.cli.program import run; sys.exit(run(['validate', object()]))"


def test_an_unexpected_error_is_one_sentence_and_exit_code_3() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _NO_TEXT], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3
    assert ran.stderr.startswith("error: csp-config itself failed: ")
    assert "Traceback" not in ran.stderr
