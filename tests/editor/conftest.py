"""The real language server, from npm, and a checkout for it to look at."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor.language_server import LanguageServer
from tests.npm import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language server, of the version that package.json pins."""
    modules = installed(HERE, tmp_path_factory.mktemp("npm"))
    return modules / "yaml-language-server" / "bin" / "yaml-language-server"


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
