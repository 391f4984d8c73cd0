"""The wheel, installed where there is no checkout: everything that the program reads came along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] = ENVIRONMENT) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(python: str | Path, *arguments: str | Path) -> None:
    """Run pip, which needs to know what this machine's user has set up for it."""
    quiet = ("--quiet", "--disable-pip-version-check")
    run(python, "-m", "pip", *arguments, *quiet, cwd=ROOT.parent, environment=os.environ)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", built, ROOT)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in an environment of its own, with its dependencies and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    pip(folder / "venv/bin/python", "install", wheel)
    return folder / "venv/bin/csp-config"


def test_the_wheel_holds_schemas_examples_types_and_licence(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    schemas = {f"csp_config/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    examples = {f"csp_config/examples/{path.name}" for path in (ROOT / "tests/rules").glob("*.yaml")}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "csp_config").rglob("*.py")}
    assert schemas
    assert examples
    assert schemas | examples | modules | {"csp_config/py.typed"} <= names
    assert any(name.endswith("/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "docs/", "bench/"))]


@pytest.mark.parametrize(
    "command", ["--version", "rules", "schema offer", "explain CSP304", "validate --help"]
)
def test_what_needs_no_repository_runs_anywhere(installed: Path, command: str, tmp_path: Path) -> None:
    assert run(installed, *command.split(), cwd=tmp_path)


def test_the_journey_from_nothing_to_a_plan_takes_no_checkout(installed: Path, tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "contoso")
    run(installed, "init", cwd=repo.path)
    assert "no errors" in run(installed, "validate", "--base", "none", cwd=repo.path)
    repo.commit()
    assert "save-draft" in run(installed, "plan", "--base", "none", "--format", "json", cwd=repo.path)
