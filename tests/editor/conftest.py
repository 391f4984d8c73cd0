"""The real language server, from npm, and a checkout for it to look at."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor.language_server import LanguageServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
OUT_OF_REACH = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ENETUNREACH",
    "ENOTCACHED",
)
NPM = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language server, of the version that package.json pins, in a scratch folder."""
    for needed in ("node", "npm"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    done = subprocess.run(NPM, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0 and any(code in done.stderr for code in OUT_OF_REACH):
        pytest.skip("npm's registry is out of reach, and its cache does not hold the language server")
    assert done.returncode == 0, done.stderr
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas and the sample as they lie in the repository."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("schemas", "offers"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "csp-config.yaml", folder)
    return folder


@pytest.fixture(scope="session")
def editor(program: Path, checkout: Path) -> Iterator[LanguageServer]:
    server = LanguageServer(program, checkout)
    try:
        yield server
    finally:
        server.close()
