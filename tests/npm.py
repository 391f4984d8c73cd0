"""Tools from npm's registry, of the versions that a folder's lock file pins, in a scratch folder."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_OUT_OF_REACH = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ENETUNREACH",
    "ENOTCACHED",
)
_NPM = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


def installed(pinned: Path, scratch: Path) -> Path:
    """`node_modules` with what `package.json` in `pinned` names; skips where there is no node or registry."""
    for needed in ("node", "npm"):
        if shutil.which(needed) is None:
            pytest.skip(f"needs {needed}: apt-get install nodejs npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pinned / name, scratch)
    done = subprocess.run(_NPM, cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode != 0 and any(code in done.stderr for code in _OUT_OF_REACH):
        pytest.skip("needs npm's registry, which is out of reach: run it once where it is not")
    assert done.returncode == 0, done.stderr
    return scratch / "node_modules"
