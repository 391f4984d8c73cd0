"""The workflow that tests every system: it holds to its schema, and to what linters know of attacks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

TOP = Path(__file__).parents[2]
WORKFLOW = TOP / ".github/workflows/systems.yml"
PINNED = re.compile(r"uses: (\./ # zizmor: .*|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program that lies beside this Python, or on PATH."""
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name) or name
    return subprocess.run([program, *arguments, str(WORKFLOW)], capture_output=True, text=True, check=False)


def test_it_fits_the_schema_of_workflows() -> None:
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_no_way_in() -> None:
    done = run("zizmor", "--offline", "--no-progress", "--no-config", "--persona=auditor")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_to_a_full_commit_with_its_version() -> None:
    used = re.findall(r"uses: .*$", WORKFLOW.read_text("utf-8"), re.MULTILINE)
    assert len(used) == 4
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_it_covers_every_system_and_both_ends_of_python() -> None:
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    for job in jobs.values():
        systems = {name.partition("-")[0] for name in job["strategy"]["matrix"]["system"]}
        assert systems == {"ubuntu", "macos", "windows"}
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', (TOP / "pyproject.toml").read_text("utf-8"))
    assert oldest is not None
    assert jobs["tests"]["strategy"]["matrix"]["python"][0] == oldest[1]
