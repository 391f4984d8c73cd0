"""A session that keeps what it read and found says what a run says that begins from nothing."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from csp_config.commands import review
from csp_config.commands.workspace import NO_BASE, Inputs, load_workspace
from csp_config.errors import CspConfigError
from csp_config.git import find_project
from csp_config.git.marks import marks
from csp_config.lsp import hover
from csp_config.lsp.session import Session
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Report

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFFER = """\
kind: Offer
id: {}
name: A
type: saas
published: true
csp:
  resellers: selected
  partners:
    - {{name: Adatum, tenant_id: 11111111-2222-3333-4444-555555555555, country: DE}}
"""
WORDS = (
    "id: x\n",
    "  resellers: any\n",
    "# \u2028\n",
    "&a ",
    "published: false\n",
    "😀",
    "'",
    "- {name: x}\n",
    "publisher: y\n",
    "roots: [offers, more]\n",
    "  - DE\n",
)


@pytest.fixture
def sample(tmp_path: Path) -> Repo:
    """The sample as a repository with two commits."""
    repo = Repo.make(tmp_path / "sample")
    shutil.copy(TOP / "csp-config.yaml", repo.path)
    repo.commit()
    shutil.copytree(TOP / "offers", repo.path / "offers")
    repo.commit()
    return repo


def anew(folder: Path, unsaved: Mapping[str, bytes]) -> Report | None:
    """What is said of the same bytes without anything that was kept; None where nothing can be judged."""
    inputs = Inputs(start=folder, exactly=True, now=NOW, environment=ENVIRONMENT, unsaved=unsaved)
    for base in (None, NO_BASE):
        try:
            workspace = load_workspace(
                Inputs(
                    start=folder, exactly=True, now=NOW, environment=ENVIRONMENT, unsaved=unsaved, base=base
                )
            )
        except CspConfigError:
            continue
        return review.validate(workspace, inputs.now.date())
    return None


def kept(session: Session, folder: Path, unsaved: Mapping[str, bytes]) -> Report | None:
    texts = {folder / path: content.decode() for path, content in unsaved.items()}
    try:
        return session.judged(texts, NOW).report
    except CspConfigError:
        return None


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))]
)
def test_after_every_change_it_says_what_a_run_from_nothing_says(seed: int, sample: Repo) -> None:
    random = Random(seed)  # noqa: S311 - a seed, to make the same ones again
    folder, session = sample.path, Session(sample.path, ENVIRONMENT)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))
    unsaved: dict[str, bytes] = {}
    for step in range(20):
        path = random.choice(paths)
        before = unsaved.get(path, (folder / path).read_bytes() if (folder / path).exists() else b"").decode()
        at = random.choice(
            [0, *(n + 1 for n, letter in enumerate(before) if letter == "\n"), len(before) // 2]
        )
        match random.randrange(8):
            case 0 if unsaved:
                del unsaved[random.choice(sorted(unsaved))]
            case 1 if (folder / path).exists():
                (folder / path).write_text(before + "# on disk\n")
            case 2 if (folder / path).exists() and path != "csp-config.yaml":
                (folder / path).unlink()
            case 3:
                sample.run("commit", "-q", "--allow-empty", "-a", "-m", f"offers: {step}")
            case 4:
                sample.run("checkout", "-q", "-f", "HEAD")
            case _:
                unsaved[path] = (before[:at] + random.choice(WORDS) + before[at:]).encode()
        assert kept(session, folder, unsaved) == anew(folder, unsaved), step


def test_a_pipeline_that_started_the_editor_is_not_asked(sample: Repo) -> None:
    pipeline = {"CI": "true", "GITLAB_CI": "true", "CI_COMMIT_TAG": "v1", "PRE_COMMIT_FROM_REF": "HEAD"}
    judged = Session(sample.path, {**ENVIRONMENT, **pipeline}).judged({}, NOW)
    assert judged.note is None
    assert judged.report == anew(sample.path, {})


def test_the_lens_is_what_the_plan_holds_for_the_offer(sample: Repo) -> None:
    session = Session(sample.path, ENVIRONMENT)
    for path in ("offers/contoso-desk.yaml", "offers/partner-lists/emea-distributors.yaml"):
        lines = (sample.path / path).read_text().splitlines(keepends=True)
        for dropped in range(1, len(lines), 3):
            text = "".join([*lines[:dropped], *lines[dropped + 1 :]])
            judged = session.judged({sample.path / path: text}, NOW)
            plan = review.plan(judged.workspace, NOW.date()).plan
            assert plan is not None
            for offer in judged.workspace.candidate.offers:
                said = [
                    (a.id, a.kind, a.status, a.blocked_by, a.add, a.remove)
                    for a in judged.actions(offer) or ()
                ]
                assert (judged.actions(offer) is None) == (offer in plan.not_planned)
                assert ("not planned" in hover.summary(judged, offer)) == (offer in plan.not_planned)
                assert said == [
                    (a.id, a.kind, a.status, a.blocked_by, a.add, a.remove)
                    for a in plan.actions
                    if a.offer == offer
                ]


WRONG = {
    "in its list": ("offers/partner-lists/americas-distributors.yaml", "tenant_id: ", "tenant_id: X"),
    "in the offer": ("offers/contoso-desk.yaml", "type: saas", "type: consulting-service"),
    "in its record": ("offers/live/contoso-desk.yaml", "resellers: ", "resellers: all-"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_offer_that_is_not_planned_is_not_called_unchanged(sample: Repo, name: str) -> None:
    path, right, wrong = WRONG[name]
    text = (sample.path / path).read_text()
    assert right in text
    judged = Session(sample.path, ENVIRONMENT).judged({sample.path / path: text.replace(right, wrong)}, NOW)
    said = hover.summary(judged, "contoso-desk")
    assert said == "plan: not planned, because its documents have errors"


def test_what_nothing_changed_in_has_the_same_marks(sample: Repo) -> None:
    project = find_project(sample.path)
    before = marks(project, ("offers",))
    assert marks(project, ("offers",)) == before
    for change in (
        lambda: sample.write("offers/more/new.yaml", "kind: Offer\n"),
        lambda: sample.write(".gitignore", "more/\n"),
        lambda: sample.run("add", "-A"),
        lambda: sample.run("commit", "-q", "-m", "more"),
        lambda: sample.run("branch", "other"),
        lambda: sample.run("pack-refs", "--all"),
        lambda: sample.run("checkout", "-q", "--detach"),
        lambda: sample.remove("csp-config.yaml"),
    ):
        change()
        after = marks(project, ("offers",))
        assert after != before
        before = after


def test_a_linked_worktree_is_marked_by_the_refs_that_it_shares(sample: Repo, tmp_path: Path) -> None:
    sample.run("worktree", "add", "-q", str(tmp_path / "linked"))
    project = find_project(tmp_path / "linked")
    before = marks(project, ("offers",))
    sample.run("branch", "other")
    assert marks(project, ("offers",)) != before


@pytest.mark.parametrize(
    ("rules", "path", "judged"),
    [
        ("scratch/\n", "offers/scratch/a.yaml", False),
        ("scratch/\n", "offers/Öl/scratch/a.yaml", False),
        ("*.yaml\n", "offers/a.yaml", False),
        ("*.yaml\n!a.yaml\n", "offers/a.yaml", True),
        ("scratch/\n", "offers/a.yaml", True),
        ("offers/contoso-desk.yaml\n", "offers/contoso-desk.yaml", True),  # git has it already
    ],
)
def test_a_new_buffer_counts_where_git_would_list_its_file(
    rules: str, path: str, judged: bool, sample: Repo
) -> None:
    session, unsaved = Session(sample.path, ENVIRONMENT), {path: OFFER.format("new-offer").encode()}
    sample.write(".gitignore", rules)
    found = kept(session, sample.path, unsaved)
    assert found is not None
    assert ("new-offer" in str(found.diagnostics)) == judged
    assert found == kept(session, sample.path, unsaved)
    sample.write(path, unsaved[path])
    on_disk = anew(sample.path, {})
    assert on_disk is not None
    assert any("that git ignores" in note for note in on_disk.notes) is not judged
    assert found == on_disk._replace(notes=found.notes)
    (sample.path / path).unlink()
    sample.write(".gitignore", "# nothing\n")
    after = kept(session, sample.path, unsaved)
    assert after is not None
    assert "new-offer" in str(after.diagnostics)


def test_a_new_buffer_in_another_repository_or_behind_a_link_does_not_count(
    sample: Repo, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (sample.path / "offers/linked").symlink_to(tmp_path / "elsewhere")
    Repo.make(sample.path / "offers/other")
    session, before = Session(sample.path, ENVIRONMENT), anew(sample.path, {})
    for folder in ("linked", "other", "other/deep", ".git", "more/.GIT"):
        path = f"offers/{folder}/a.yaml"
        assert kept(session, sample.path, {path: OFFER.format("new-offer").encode()}) == before


def test_git_is_asked_once_about_a_new_buffer(sample: Repo) -> None:
    session, started = Session(sample.path, ENVIRONMENT), list[str]()
    sys.addaudithook(lambda event, what: started.append(str(what)) if event == "subprocess.Popen" else None)
    for number in range(5):
        kept(session, sample.path, {"offers/a.yaml": OFFER.format(f"offer-{number}").encode()})
    assert sum("check-ignore" in command for command in started) == 1


@pytest.mark.slow
def test_ten_thousand_edits_leave_nothing_behind(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "small")
    repo.commit(**{name: OFFER.format(name) for name in ("a", "b")})
    path = repo.path / "offers/a.yaml"
    session, text = Session(repo.path, ENVIRONMENT), path.read_text()
    blocks = []
    for number in range(10_000):
        typed = text.replace("name: A", f"name: A {number}")
        assert session.judged({path: f"{typed}# {number}\n"}, NOW).report.documents
        if number % 50 == 0:
            blocks.append(sys.getallocatedblocks())
    # What documents had in common goes with every thousand of them: each two thousand edits see the most.
    assert max(blocks[-40:]) < 1.02 * max(blocks[:40]), blocks
