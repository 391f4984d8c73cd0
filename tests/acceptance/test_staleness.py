"""What people write and pull while a run asks, reads or writes: nothing of it is written over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.commands import partner_edits
from csp_config.commands import record as recording
from csp_config.commands.baseline import baseline
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.errors import WritingError
from tests.acceptance.offers import SETTINGS, offer_document, state, tenant
from tests.acceptance.program import NOW, Ran, changed, csp_config
from tests.patience import HANG
from tests.repositories import ENVIRONMENT, Repo
from tests.systems import NEEDS_POSIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.commands.workspace import Workspace

INSIGHTS, VAULT = "contoso-insights", "fabrikam-vault"
TODAY = datetime.fromtimestamp(int(NOW), UTC)
LIST = "offers/partner-lists/emea.yaml"
LIST_TEXT = f"""\
kind: PartnerList
id: emea
name: EMEA
partners:
  - {{name: Fabrikam Cloud, tenant_id: {tenant("a")}, country: DE}}
  - {{name: Adatum Distribution, tenant_id: {tenant("b")}, country: FR}}
"""
ROOT = Path(__file__).parents[2]


def path(name: str) -> str:
    return f"offers/{name}.yaml"


def record(name: str) -> str:
    return f"offers/live/{name}.yaml"


def appended(repo: Repo, name: str, text: str = "# seen with Ana on the telephone\n") -> bytes:
    file = repo.path / name
    file.write_bytes(file.read_bytes() + text.encode())
    return file.read_bytes()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two offers with records that are committed, each of which loses a partner."""
    before = {
        "csp-config.yaml": SETTINGS,
        **{path(name): offer_document(name, state("abc")) for name in (INSIGHTS, VAULT)},
    }
    made = changed(tmp_path / "contoso", before, {})
    assert csp_config(made.path, "record", "baseline").code == 0
    made.commit()
    for name in (INSIGHTS, VAULT):
        made.write(path(name), offer_document(name, state("ab")))
    made.commit()
    return made


def answered(repo: Repo, meanwhile: Callable[[], object], answer: bytes = b"y\n") -> Ran:
    """Run apply at a terminal, do something while it asks, and answer."""
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    theirs, ours = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "csp_config", "apply"],
        cwd=repo.path,
        env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "PYTHONPATH": str(ROOT)},
        stdin=ours,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(ours)
    try:
        assert process.stderr is not None
        asked = b""
        while b"[y/N]" not in asked:
            read = os.read(process.stderr.fileno(), 65_536)
            assert read, asked
            asked += read
        meanwhile()
        os.write(theirs, answer)
        output, errors = process.communicate(timeout=HANG)
    finally:
        process.kill()
        os.close(theirs)
    return Ran(code=process.returncode, output=output.decode(), errors=(asked + errors).decode())


def nothing() -> None:
    """Nobody does anything."""


def untouched(repo: Repo) -> bool:
    return not repo.run("status", "--porcelain", "--ignored")


def test_an_answer_carries_out_the_plan_that_was_shown(repo: Repo) -> None:
    assert answered(repo, nothing).code == 4
    assert (repo.path / "runbook").is_dir()


def test_what_is_no_document_may_change_meanwhile(repo: Repo) -> None:
    assert answered(repo, lambda: repo.write("README.md", "about us")).code == 4


def test_a_filed_request_that_is_pulled_while_apply_asks_stays_filed(repo: Repo) -> None:
    csp_config(repo.path, "apply", "--yes")
    repo.run("add", "offers")
    repo.run("commit", "-q", "-m", "draft")
    colleague = repo.clone("colleague")
    [request] = re.findall(r"- id: (\S+)", (repo.path / record(INSIGHTS)).read_text(encoding="utf-8"))
    assert csp_config(colleague.path, "record", "filed", request, "--ticket", "2611200030001234").code == 0
    colleague.commit()
    repo.write(path(INSIGHTS), offer_document(INSIGHTS, state("a")))
    runbook = (repo.path / "runbook/index.md").read_bytes()

    ran = answered(repo, lambda: repo.run("pull", "-q", colleague.url, "main"))

    assert ran.code == 5
    assert f"{record(INSIGHTS)} changed" in ran.errors
    assert "HEAD went from" in ran.errors
    assert "run the same command again" in ran.errors
    assert "status: filed" in (repo.path / record(INSIGHTS)).read_text(encoding="utf-8")
    assert (repo.path / "runbook/index.md").read_bytes() == runbook


WAYS: dict[str, tuple[Callable[[Repo], object], str]] = {
    "a record": (lambda repo: appended(repo, record(VAULT)), f"{record(VAULT)} changed"),
    "an offer": (lambda repo: appended(repo, path(VAULT)), f"{path(VAULT)} changed"),
    "the settings": (lambda repo: appended(repo, "csp-config.yaml"), "csp-config.yaml changed"),
    "a new document": (
        lambda repo: repo.write(path("new"), offer_document("new", state("a"))),
        f"{path('new')} changed",
    ),
    "a document that goes": (lambda repo: repo.remove(record(VAULT)), f"{record(VAULT)} changed"),
    "a document nobody can read": (lambda repo: appended(repo, path(VAULT), "x: [\n"), path(VAULT)),
    "settings that go": (lambda repo: repo.remove("csp-config.yaml"), "csp-config.yaml"),
    "a commit": (lambda repo: repo.commit(), "HEAD went from"),
    "every record": (
        lambda repo: [appended(repo, one(name)) for name in (INSIGHTS, VAULT) for one in (path, record)],
        "and 1 more changed",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_changes_while_apply_asks_ends_it_and_is_named(repo: Repo, way: str) -> None:
    change, words = WAYS[way]
    ran = answered(repo, lambda: change(repo))
    assert (ran.code, words in ran.errors) == (5, True), ran.errors
    assert "nothing was done" in ran.errors
    assert not (repo.path / "runbook").exists()
    assert "drafted" not in "".join(
        file.read_text(encoding="utf-8") for file in (repo.path / "offers/live").iterdir()
    )


def test_a_default_branch_that_is_fetched_while_apply_asks_counts(repo: Repo) -> None:
    clone = repo.clone("clone")
    repo.write(path(INSIGHTS), offer_document(INSIGHTS, state("abc")))
    repo.commit()
    ran = answered(clone, lambda: clone.run("fetch", "-q", "origin"))
    assert (ran.code, "origin/main is 1 commit further" in ran.errors) == (5, True)
    assert untouched(clone)


def test_no_is_no_whatever_changed(repo: Repo) -> None:
    assert answered(repo, lambda: appended(repo, path(VAULT)), b"n\n").code != 5
    assert not (repo.path / "runbook").exists()


def loaded(repo: Repo) -> Workspace:
    return load_workspace(Inputs(start=repo.path, now=TODAY, environment=ENVIRONMENT, base="records"))


def in_list(repo: Repo) -> Workspace:
    repo.write(LIST, LIST_TEXT)
    return loaded(repo)


@pytest.mark.parametrize(
    ("path_", "write"),
    [
        (record(VAULT), lambda of: recording.record_done(of, (), TODAY)),
        (record(VAULT), lambda of: recording.record_stopped(of, VAULT, None, TODAY)),
        (record(VAULT), lambda of: baseline(of, [VAULT], TODAY)),
        (LIST, lambda of: partner_edits.write(of, partner_edits.remove(of, tenant("a"), "emea"))),
    ],
    ids=["done", "stopped", "baseline", "partners remove"],
)
def test_a_command_does_not_write_over_what_it_has_not_read(
    repo: Repo, path_: str, write: Callable[[Workspace], object]
) -> None:
    for name in (INSIGHTS, VAULT):
        repo.write(path(name), offer_document(name, state("abcd")))
    workspace = in_list(repo)
    theirs = appended(repo, path_)
    others = (repo.path / record(INSIGHTS)).read_bytes()
    with pytest.raises(WritingError, match=f"{path_}: somebody changed it since this run read it"):
        write(workspace)
    assert (repo.path / path_).read_bytes() == theirs
    assert (repo.path / record(INSIGHTS)).read_bytes() == others


def test_a_refusal_whose_record_is_another_by_now_leaves_no_evidence_behind(repo: Repo) -> None:
    csp_config(repo.path, "apply", "--yes")
    [request] = re.findall(r"- id: (\S+)", (repo.path / record(INSIGHTS)).read_text(encoding="utf-8"))
    assert csp_config(repo.path, "record", "filed", request, "--ticket", "2611200030001234").code == 0
    workspace = loaded(repo)
    appended(repo, record(INSIGHTS))
    with pytest.raises(WritingError, match="somebody changed it"):
        recording.record_refused(workspace, request, "has resold", TODAY, (tenant("c"),))
    assert not (repo.path / "offers/resales").exists()


def test_records_of_which_one_cannot_be_written_all_stay(repo: Repo) -> None:
    repo.remove(record(VAULT))
    (repo.path / "offers/kept").mkdir()
    (repo.path / record(INSIGHTS)).rename(repo.path / "offers/kept/insights.yaml")
    (repo.path / "offers/live").rmdir()
    repo.write("offers/live", "x")
    for name in (INSIGHTS, VAULT):
        repo.write(path(name), offer_document(name, state("abcd")))
    repo.commit()
    ran = csp_config(repo.path, "record", "done", "--all")
    assert (ran.code, record(VAULT) in ran.errors) == (3, True), ran
    assert untouched(repo)
