"""What tests ask of the system that they run on."""

from __future__ import annotations

import os
import sys

NEEDS_POSIX = "needs pipes, signals and limits of POSIX: run it on Linux or macOS"
NEEDS_LINUX = "needs what only Linux has: run it there"


def is_root() -> bool:
    """Whether these tests may do everything: root on Linux and macOS."""
    return sys.platform != "win32" and os.geteuid() == 0
