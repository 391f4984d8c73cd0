"""A run imports what it uses: a hook should not wait for the rest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repositories import Repo

ROOT = Path(__file__).parent.parent
NEVER = {"azure", "httpx", "jsonschema", "referencing", "ruamel", "starlette", "uvicorn", "difflib", "csv"}

FOR_OTHERS = {  # what plan, a comparison, a document that does not fit, or a terminal takes
    *("csp_config.model.work", "csp_config.model.comparison", "csp_config.planning.actions"),
    *("csp_config.schema.explaining", "csp_config.schema.tenants", "shutil"),
}


def imported(*arguments: str, folder: Path = ROOT) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "csp_config", *arguments]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stderr
    return {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}


def test_validate_imports_nothing_that_it_has_no_use_for() -> None:
    names = imported("validate", "--base", "none")
    assert "csp_config.rules" in names
    assert not FOR_OTHERS & names
    assert not NEVER & {name.partition(".")[0] for name in names}
    assert not [name for name in names if name.startswith(("csp_config.runbook", "csp_config.targets"))]


def test_the_hook_defines_its_values_without_dataclasses(tmp_path: Path) -> None:
    """A dataclass is defined by running code that is written for it, and brings `inspect` and `ast` along."""
    repo = Repo.make(tmp_path / "repo")
    shutil.copytree(ROOT / "offers", repo.path / "offers")
    repo.commit()
    repo.write(
        "offers/contoso-desk.yaml", (repo.path / "offers/contoso-desk.yaml").read_text() + "# changed\n"
    )
    repo.run("add", "-A")
    names = imported("validate", "--staged", folder=repo.path)
    assert "csp_config.model.records" in names
    assert not {"click", "dataclasses", "inspect", "ast", "shlex", "yaml"} & names
    assert not {f"csp_config.git.{unused}" for unused in ("events", "history", "marks")} & names


def test_documents_that_are_plainly_written_are_read_without_the_parser() -> None:
    names = imported("validate", "--base", "none")
    assert "csp_config.document.plain" in names
    assert not [name for name in names if name.startswith(("yaml", "csp_config.document.parsing"))]


@pytest.mark.parametrize("unused", ["click", "yaml", "csp_config.cli.program"])
def test_the_version_is_told_without_the_command_line(unused: str) -> None:
    assert unused not in imported("--version")
