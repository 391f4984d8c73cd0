"""The same input gives the same bytes, whatever the hash seed, time zone, locale or order of files."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.combinations import every, write
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo
from tests.systems import C_LOCALE, need_c_locale

if TYPE_CHECKING:
    from pathlib import Path

CASES = every()[::41]
SURROUNDINGS = [
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "1", **C_LOCALE},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
]
FORMATS = {
    "validate": ("text", "concise", "json", "github", "gitlab", "sarif", "junit", "markdown"),
    "plan": ("text", "json", "markdown", "html"),
}


def shuffled(root: Path, seed: int) -> Repo:
    """The same documents, written in another order into a folder of another name."""
    cases = list(CASES)
    random.Random(seed).shuffle(cases)  # noqa: S311 - an order, not a secret
    repo = Repo.make(root / f"order-{seed}")
    write(repo, cases)
    return repo


@pytest.fixture(scope="module")
def repos(tmp_path_factory: pytest.TempPathFactory) -> list[Repo]:
    need_c_locale()
    root = tmp_path_factory.mktemp("bytes")
    return [shuffled(root, seed) for seed in range(len(SURROUNDINGS))]


@pytest.mark.parametrize(
    ("command", "format_"),
    fast_first([(command, one) for command, formats in FORMATS.items() for one in formats]),
)
def test_reports_and_plans_are_the_same_bytes(repos: list[Repo], command: str, format_: str) -> None:
    runs = [
        csp_config(repo.path, command, "--format", format_, "-v", environment=surroundings)
        for repo, surroundings in zip(repos, SURROUNDINGS, strict=True)
    ]
    assert runs[0].code == 1
    assert runs[0].output
    assert runs[1] == runs[0]
    assert runs[2] == runs[0]


@pytest.mark.slow
def test_what_apply_and_record_write_is_the_same_bytes(repos: list[Repo]) -> None:
    written = []
    for repo, surroundings in zip(repos, SURROUNDINGS, strict=True):
        plan = csp_config(repo.path, "plan", "--format", "json").data
        wrong = {one["offer"] for one in plan["diagnostics"] if one["severity"] == "error"}
        offers = sorted({action["offer"] for action in plan["actions"]} - wrong)
        only = [word for offer in offers for word in ("--only", offer)]
        ran = csp_config(repo.path, "apply", "--yes", *only, environment=surroundings)
        assert ran.code == 4, ran.errors
        status = csp_config(repo.path, "status", "--format", "json", environment=surroundings)
        folders = [repo.path / "runbook", repo.path / "offers" / "live"]
        files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
        texts = [(str(path.relative_to(repo.path)), path.read_bytes()) for path in files]
        written.append((ran.output, status.output, texts))
    assert written[1] == written[0]
    assert written[2] == written[0]
