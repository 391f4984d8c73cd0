"""What tests ask of the system that they run on."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

NEEDS_POSIX = "needs pipes, signals and limits of POSIX: run it on Linux or macOS"
NEEDS_LINUX = "needs what only Linux has: run it there"
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def need(program: str) -> None:
    """Skip where a program is not installed whose package has the same name."""
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}: apt-get install {program}")


def need_c_locale() -> None:
    """Skip where Python itself cannot start in the C locale.

    Before Python 3.12.4 it decodes the paths of an environment (`.pth` files) by the locale.
    Source: https://github.com/python/cpython/issues/77102
    """
    if not sys.prefix.isascii() and sys.version_info < (3, 12, 4):
        pytest.skip("needs Python 3.13, or a clone at a path of ASCII letters")


def is_root() -> bool:
    """Whether these tests may do everything: root on Linux and macOS."""
    return sys.platform != "win32" and os.geteuid() == 0
