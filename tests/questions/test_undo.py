"""`plan --undo`: a commit's declarations taken back from those of today, and the commands that do it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands.undo import merge_lines, undo
from csp_config.commands.workspace import Inputs, load_workspace
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.properties.judged import NOW
from tests.properties.worlds import OFFERS, SETTINGS, Stand, changed, files, world
from tests.questions.test_what_if import ADATUM, FABRIKAM, FILES, NORTHWIND, TAILWIND, partner_list, record
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from csp_config.model.question import Question
    from tests.properties.worlds import World

SEEDS = 40
LIST = "offers/lists/emea.yaml"
DECLARING = ("offers/*.yaml", ":!offers/resales.yaml", "offers/partner-lists")


def undone(repo: Repo, revision: str = "HEAD") -> Question:
    """The answer in the working tree as it is."""
    workspace = load_workspace(Inputs(start=repo.path, now=NOW, environment=ENVIRONMENT, base="none"))
    report = undo(workspace, revision, NOW.date())
    assert report.question is not None
    return report.question


def commit(repo: Repo, documents: Mapping[str, str | bytes]) -> str:
    """Commit exactly these documents."""
    for path in (repo.path / "offers").rglob("*.yaml"):
        path.unlink()
    for name, content in documents.items():
        repo.write(name, content)
    return repo.commit()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Northwind was let in by the last commit, and its resale data and record followed."""
    made = Repo.make(tmp_path / "contoso")
    before = {**FILES, LIST: partner_list("emea", FABRIKAM, ADATUM)}
    before["offers/live/desk.yaml"] = record("contoso-desk", "selected", FABRIKAM, ADATUM)
    commit(made, before)
    commit(made, FILES)
    return made


def told(question: Question) -> set[tuple[str, str | None, str, str]]:
    return {(a.offer, a.partner.tenant_id if a.partner else None, a.change, a.how) for a in question.answers}


def run_commands(repo: Repo, question: Question, *, whatever_fails: bool = False) -> None:
    """The commands as they stand, pasted into a shell in a folder of the repository.

    `whatever_fails`: each is run, as lines that are pasted are, whether or not the one before succeeded.
    """
    identity = "git config user.name Ana; git config user.email ana@contoso.example\n"
    done = subprocess.run(
        ["sh", "-c" if whatever_fails else "-ec", identity + "\n".join(question.commands)],
        cwd=repo.path / "offers",
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if whatever_fails:
        return
    assert done.returncode == 0, done.stderr


def test_a_partner_who_was_let_in_leaves_by_ticket_and_the_records_stay(repo: Repo) -> None:
    question = undone(repo)
    assert told(question) == {
        ("contoso-desk", NORTHWIND, "loses", "by-ticket"),
        ("contoso-hub", NORTHWIND, "loses", "by-ticket"),
    }
    run_commands(repo, question)
    assert repo.run("diff", "--name-only", "HEAD^").split() == [LIST]
    assert repo.run("diff", "HEAD^^", "--", LIST) == ""


def test_who_has_resold_since_cannot_be_taken_back(repo: Repo) -> None:
    resales = FILES["offers/resales.yaml"]
    row = f"  - {{offer: contoso-desk, tenant_id: {NORTHWIND}, evidence: exact}}\n"
    repo.write("offers/resales.yaml", resales + row)
    repo.commit()
    question = undone(repo, "HEAD^")
    assert ("contoso-desk", NORTHWIND, "loses", "impossible") in told(question)
    assert ("contoso-hub", NORTHWIND, "loses", "by-ticket") in told(question)


def test_a_later_change_elsewhere_in_a_document_stays(repo: Repo) -> None:
    text = (repo.path / LIST).read_text("utf-8")
    repo.write(LIST, text.replace("name: emea\n", "name: EMEA distributors\n"))
    repo.commit()
    question = undone(repo, "HEAD^")
    assert ("contoso-desk", NORTHWIND, "loses", "by-ticket") in told(question)
    run_commands(repo, question)
    after = (repo.path / LIST).read_text("utf-8")
    assert NORTHWIND not in after
    assert "name: EMEA distributors" in after


def test_a_later_change_of_the_same_lines_stands_in_the_way_and_is_named(repo: Repo) -> None:
    text = (repo.path / LIST).read_text("utf-8")
    repo.write(LIST, text.replace("name: emea\n", "name: EMEA\n"))
    repo.commit()  # this one alone stands in nobody's way
    repo.write(LIST, text.replace("Northwind Traders", "Northwind Traders Inc"))
    question = undone(repo, "HEAD^")
    assert question.in_the_way == (f"{LIST}: line 6 was changed again since, and that is not committed yet",)
    later = repo.commit()
    repo.commit(other="kind: Offer\n")
    question = undone(repo, "HEAD~3")
    who = f"in {later[:12]} of 2026-11-20 by Ana Lima: change"
    assert question.in_the_way == (f"{LIST}: line 6 was changed again since, {who}",)
    assert (question.answers, question.commands) == ((), ())


def test_a_change_on_a_branch_that_was_merged_since_is_named_by_its_own_commit(repo: Repo) -> None:
    start = repo.head()
    repo.run("checkout", "-q", "-b", "topic")
    repo.remove(LIST)
    later = repo.commit()
    repo.run("checkout", "-q", "main")
    repo.write("README.md", "beside it")
    repo.commit()
    repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
    (told,) = undone(repo, start).in_the_way
    assert told == f"{LIST}: it was deleted since, in {later[:12]} of 2026-11-20 by Ana Lima: change"


def test_what_was_taken_back_already_is_said(repo: Repo) -> None:
    run_commands(repo, undone(repo))
    question = undone(repo, "HEAD^")
    assert question.already == (f"{LIST} already says what it said before",)
    assert question.answers == ()


def test_a_merge_is_taken_back_relative_to_its_first_parent(repo: Repo) -> None:
    repo.run("checkout", "-q", "-b", "topic", "HEAD^")
    repo.write(LIST, partner_list("emea", FABRIKAM, ADATUM, TAILWIND))
    repo.commit()
    repo.run("checkout", "-q", "main")
    repo.run("reset", "-q", "--hard", "HEAD^")
    repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
    question = undone(repo)
    assert told(question) == {
        (name, TAILWIND, "loses", "at-once") for name in ("contoso-desk", "contoso-hub")
    }  # the records do not hold Tailwind yet, so there is nothing to do
    run_commands(repo, question)
    assert repo.run("diff", "HEAD~2", "--", "offers") == ""


def test_uncommitted_changes_of_the_same_documents_are_named(repo: Repo) -> None:
    repo.write(LIST, (repo.path / LIST).read_text("utf-8").replace("name: emea\n", "name: EMEA\n"))
    assert f"commit or stash first what is changed in {LIST}" in undone(repo).notes


def test_the_program_says_it_with_exit_code_0_and_writes_nothing(repo: Repo) -> None:
    ran = csp_config(repo.path, "plan", "--undo", "HEAD")
    assert (ran.code, ran.errors) == (0, "")
    assert "git apply --3way" in ran.output
    assert repo.run("status", "--porcelain") == ""
    assert csp_config(repo.path, "plan", "--undo", "HEAD^").code == 64  # the first commit
    assert csp_config(repo.path, "plan", "--undo", "no-such-branch").code == 3


TEXT = b"".join(b"line %d\n" % number for number in range(10))


def test_two_changes_of_a_text_are_joined_unless_they_touch() -> None:
    ours, theirs = TEXT.replace(b"line 2", b"ours"), TEXT.replace(b"line 7", b"theirs")
    assert merge_lines(TEXT, ours, theirs) == ours.replace(b"line 7", b"theirs")
    assert merge_lines(TEXT, ours, ours) == ours
    assert merge_lines(TEXT, ours, TEXT.replace(b"line 2", b"theirs")) == 3
    assert merge_lines(TEXT, ours, TEXT.replace(b"line 3", b"theirs")) == 4


def settled(given: World, live: Mapping[str, Any]) -> World:
    """The world with what `live` says of Partner Center and nothing asked for."""
    return replace(given, live={name: (stand, ()) for name, (_, stand) in live.items()})


@pytest.mark.parametrize("seed", fast_first(range(SEEDS)))
def test_carrying_out_the_answers_gives_the_old_audiences_or_names_what_cannot_be(
    tmp_path: Path, seed: int, tried: Callable[[str, int], None]
) -> None:
    tried("commits undone", 1)
    random = Random(seed)  # noqa: S311 - a test, no secret
    earlier = world(random)
    later = changed(random, earlier)
    repo = Repo.make(tmp_path / "contoso")
    repo.write("csp-config.yaml", SETTINGS)
    now = {name: stand for name, stand in later.declared.items() if stand[1].published}
    commit(repo, files(settled(replace(earlier, resold=later.resold), now)))
    commit(repo, files(settled(later, now)))
    question = undone(repo)
    for name in OFFERS:
        wanted = earlier.declared.get(name)
        if name not in later.declared or wanted is None:
            continue
        reached = carried_out(question, name, later.declared[name][1], wanted[1])
        impossible = [a for a in question.answers if a.offer == name and a.how == "impossible"]
        refused = {answer.partner.tenant_id if answer.partner else None for answer in impossible}
        assert all(answer.codes for answer in impossible), impossible
        if None in refused:
            continue  # the offer itself cannot go back, and that is said
        tried("offers that go back", 1)
        assert (reached.published, reached.resellers) == (wanted[1].published, wanted[1].resellers)
        assert reached.tenants ^ wanted[1].tenants == refused
        assert refused <= {tenant for offer, tenant in later.resold if offer == name}
    if question.commands:
        run_commands(repo, question)
        assert repo.run("diff", "--name-only", "HEAD^^", "--", *DECLARING) == ""


def carried_out(question: Question, name: str, today: Stand, wanted: Stand) -> Stand:
    """Where an offer stands when everything is done that an answer says can be done."""
    published, resellers, tenants = today.published, today.resellers, set(today.tenants)
    for answer in question.answers:
        if answer.offer != name or answer.how == "impossible":
            continue
        if answer.partner is None:
            published, resellers = wanted.published, wanted.resellers
            if today.resellers == "any":
                tenants = set(wanted.tenants)
            elif wanted.resellers != "selected":
                tenants = set()
        elif answer.change == "gains":
            tenants.add(answer.partner.tenant_id)
        else:
            tenants.discard(answer.partner.tenant_id)
    return Stand(published, resellers, frozenset(tenants))


def test_a_project_in_a_folder_is_asked_and_taken_back_there(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "contoso")
    for path, text in {**FILES, LIST: partner_list("emea", FABRIKAM, ADATUM)}.items():
        repo.write(f"shop/{path}", text)
    repo.commit()
    repo.write(f"shop/{LIST}", FILES[LIST])
    repo.write("README.md", "the commit changes other files, too")
    repo.commit()
    ran = csp_config(repo.path / "shop", "plan", "--undo", "HEAD", "--format", "json")
    assert ran.code == 0, ran.errors
    commands = ran.data["question"]["commands"]
    assert f"-- shop/{LIST} |" in commands[-1]
    assert ran.data["question"]["in_the_way"] == []
    assert {one["partner"]["tenant_id"] for one in ran.data["question"]["answers"]} == {NORTHWIND}


SETTINGS_OF = "roots: [{}]\n"


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "diff.noprefix=true",
        "diff.context=0",
        "diff.external=true",
        "color.ui=always",
        "apply.whitespace=error",
    ],
)
def test_the_commands_commit_what_is_undone_and_nothing_else(repo: Repo, setting: str) -> None:
    question = undone(repo)
    if setting:
        repo.run("config", *setting.split("="))
    other = "offers/contoso-vault.yaml"
    repo.write(other, FILES[other] + "# half-finished\n")
    repo.run("add", other)
    (repo.path / LIST).touch()
    run_commands(repo, question)
    assert repo.run("show", "--format=%s", "--name-only", "HEAD").split("\n\n") == [
        f"Undo {question.asked[0][:12]}",
        LIST,
    ]
    assert (repo.path / LIST).read_text() == partner_list("emea", FABRIKAM, ADATUM)
    assert repo.run("diff", "--cached", "--name-only") == other


def test_where_the_difference_does_not_apply_nothing_is_committed(repo: Repo) -> None:
    question = undone(repo)
    other = "offers/contoso-vault.yaml"
    repo.write(other, FILES[other] + "# half-finished\n")
    repo.write(LIST, "something else\n")
    repo.run("add", other)
    head = repo.head()
    run_commands(repo, question, whatever_fails=True)
    assert repo.head() == head


def moved_roots(repo: Repo) -> None:
    """Put all documents below `docs`, and say so in the settings, in one commit."""
    (repo.path / "offers").rename(repo.path / "docs")
    repo.write("csp-config.yaml", SETTINGS_OF.format("docs"))
    repo.commit()


def test_a_commit_is_read_by_its_own_settings(repo: Repo) -> None:
    moved_roots(repo)
    ran = csp_config(repo.path, "plan", "--undo", "HEAD^", "--format", "json")
    moved_to = LIST.replace("offers/", "docs/")
    assert ran.data["question"]["in_the_way"] == [f"{LIST}: it lies at {moved_to} since"]
    assert (ran.data["question"]["already"], ran.data["question"]["commands"]) == ([], [])


def test_a_commit_that_only_moves_documents_declared_nothing(repo: Repo) -> None:
    moved_roots(repo)
    question = csp_config(repo.path, "plan", "--undo", "HEAD", "--format", "json").data["question"]
    assert question["already"] == ["HEAD changed no offer and no partner list"]
    assert (question["answers"], question["commands"], question["in_the_way"]) == ([], [], [])
    repo.write("docs/lists/emea.yaml", partner_list("emea", FABRIKAM))
    repo.commit()
    question = csp_config(repo.path, "plan", "--undo", "HEAD^", "--format", "json").data["question"]
    assert (question["not_read"], question["commands"]) == ([], [])


def test_a_document_that_was_moved_and_changed_at_once_is_left_to_a_person(repo: Repo) -> None:
    (repo.path / LIST).unlink()
    repo.write("offers/emea.yaml", partner_list("emea", FABRIKAM))
    repo.commit()
    question = csp_config(repo.path, "plan", "--undo", "HEAD", "--format", "json").data["question"]
    assert question["in_the_way"] == [
        f"offers/emea.yaml: the commit moved it here from {LIST} and changed it; take the change back by hand"
    ]
    assert question["commands"] == []


def test_settings_that_cannot_be_read_at_the_commit_are_an_error(repo: Repo) -> None:
    repo.write("csp-config.yaml", "roots: offers\n")
    repo.commit()
    repo.write("csp-config.yaml", SETTINGS_OF.format("offers"))
    repo.commit()
    ran = csp_config(repo.path, "plan", "--undo", "HEAD^")
    assert (ran.code, "csp-config.yaml cannot be read in" in ran.errors) == (3, True)


def test_a_shallow_clone_says_which_commit_to_fetch(repo: Repo) -> None:
    clone = repo.clone("shallow", "--depth=1")
    ran = csp_config(clone.path, "plan", "--undo", "HEAD")
    before = repo.run("rev-parse", "HEAD^")
    assert ran.code == 3
    assert f"git fetch --no-tags --depth=1 origin {before}" in ran.errors
    clone.run("fetch", "-q", "--no-tags", "--depth=1", "origin", before)
    assert csp_config(clone.path, "plan", "--undo", "HEAD").code == 0


@pytest.mark.parametrize("content", [b"", b"kind: [", b"kind: Offer\nname: [x\n"])
def test_what_cannot_be_read_is_not_taken_for_a_moved_document(repo: Repo, content: bytes) -> None:
    repo.write("offers/a.yaml", content)
    repo.commit()
    repo.remove("offers/a.yaml")
    repo.write("offers/b.yaml", content)
    repo.write("offers/c.yaml", content + b"# another\n")
    repo.commit()
    way = csp_config(repo.path, "plan", "--undo", "HEAD", "--format", "json").data["question"]["in_the_way"]
    assert way == [f"offers/{name}.yaml: what it declared cannot be read" for name in "abc"]
