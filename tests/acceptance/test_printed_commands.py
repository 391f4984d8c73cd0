"""Commands that are printed for people to paste: they work as they stand, where their reader stands."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click
import pytest

from csp_config.cli.command_names import COMMANDS
from csp_config.cli.program import cli
from csp_config.render import PLANS, REPORTS
from csp_config.render.status import STATUS_RENDERERS
from csp_config.text.project_commands import PROJECT_COMMANDS, with_root
from tests.acceptance.program import NOW, csp_config
from tests.repositories import ENVIRONMENT, Repo
from tests.systems import NEEDS_POSIX

if TYPE_CHECKING:
    from pathlib import Path

FABRIKAM, NORTHWIND = "0f1e2d3c-4b5a-4697-8877-665544332211", "2b7c1d90-8e3f-4a61-9c25-d0e1f2a3b4c5"
OFFER, LIST = "offers/sample-offer.yaml", "offers/partner-lists/first-partners.yaml"
PRINTED = re.compile(r"csp-config (?:record (?:baseline|done|filed)|import live)[^,;&|\"`<\n\\]*")
WITHOUT_PROJECT = {"comment", "completion", "emulator", "explain", "rules", "lsp", "schema"}


def published(folder: Path) -> None:
    document = folder / OFFER
    document.write_text(document.read_text("utf-8").replace("published: false", "published: true"), "utf-8")


@pytest.fixture
def two(tmp_path: Path) -> Repo:
    """A project at the top and one in teams/b, each with a published offer that nobody looked at."""
    repo = Repo.make(tmp_path / "repo")
    (repo.path / "teams/b").mkdir(parents=True)
    for folder in (repo.path, repo.path / "teams/b"):
        assert csp_config(folder, "init", "--pipeline", "none").code == 0
        published(folder)
    repo.commit()
    return repo


def arguments(text: str, command: str) -> list[str]:
    """The words behind csp-config of the one command of this kind that a text holds."""
    found = {one.strip() for one in PRINTED.findall(text) if one.startswith(command)}
    assert len(found) == 1, text
    return shlex.split(found.pop().rstrip("."))[1:]


def test_the_commands_of_a_project_are_those_that_take_a_root() -> None:
    context = click.Context(cli)
    with_option: dict[str, set[str]] = {}
    for name in set(COMMANDS) - WITHOUT_PROJECT:
        command = cli.get_command(context, name)
        parts = {**command.commands} if isinstance(command, click.Group) else {}
        if not isinstance(command, click.Group) or command.invoke_without_command:
            assert command is not None
            parts[""] = command
        for part, one in parts.items():
            if any(param.name == "root" for param in one.params):
                with_option.setdefault(name, set()).add(part)
    assert {name: set(parts) for name, parts in PROJECT_COMMANDS.items()} == with_option


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("csp-config record baseline x", "csp-config record baseline --root t x"),
        ("run `csp-config validate`", "run `csp-config validate --root t`"),
        ("csp-config import live O --from E, or csp-config fmt", None),
        ("csp-config partners --name N", "csp-config partners --root t --name N"),
        ("csp-config partners add T", "csp-config partners add --root t T"),
        ("csp-config records-branch", "csp-config records-branch --root t"),
        ("csp-config validate --base none --root x", "csp-config validate --base none --root x"),
        ("csp-config validate --at X, csp-config plan --root x", None),
        ("csp-config explain CSP304", "csp-config explain CSP304"),
        ("csp-config record writes what happened", "csp-config record writes what happened"),
        ("csp-config planned", "csp-config planned"),
        ("### csp-config plan of x", "### csp-config plan of x"),
        (" 9 |   - name: csp-config validate Ltd", " 9 |   - name: csp-config validate Ltd"),
    ],
)
def test_where_the_root_stands_in_a_command(text: str, shown: str | None) -> None:
    both = {
        2: "csp-config import live --root t O --from E, or csp-config fmt --root t",
        7: "csp-config validate --root t --at X, csp-config plan --root x",
    }
    assert with_root(text, "t") == (shown or both[2 if "import" in text else 7])
    assert with_root(text, "") == text
    assert with_root(with_root(text, "t"), "t") == with_root(text, "t")


def test_a_name_that_holds_the_words_of_a_command_stays_as_it_is() -> None:
    names = ("csp-config validate Ltd", "Csp-config record done Limited")
    text = "put csp-config validate Ltd back; csp-config validate shows it"
    shown = "put csp-config validate Ltd back; csp-config validate --root t shows it"
    assert with_root(text, "t", names) == shown
    own = "csp-config record baseline x"  # a name that is a command in whole keeps no command from working
    assert with_root(own, "t", (own,)) == "csp-config record baseline --root t x"


@pytest.mark.parametrize(("start", "root"), [(".", "teams/b"), ("teams", "b"), ("offers", "../teams/b")])
def test_a_terminal_shows_the_root_as_it_was_typed_and_the_command_works(
    two: Repo, start: str, root: str
) -> None:
    here = two.path / start
    texts = [
        csp_config(here, "validate", "--base", "none", "--root", root).output,
        csp_config(here, "status", "--root", root).output,
        csp_config(here, "plan", "--base", "none", "--root", root).output,
    ]
    for text in texts:
        assert arguments(text, "csp-config record")[2:4] == ["--root", root]
    ran = csp_config(here, *arguments(texts[0], "csp-config record"))
    assert ran.code == 0
    assert f"csp-config import live --root {root} sample-offer --from" in ran.output
    assert two.run("status", "--short", "--untracked-files=all") == "?? teams/b/offers/live/sample-offer.yaml"
    assert "that nobody has looked at" not in csp_config(here, "status", "--root", root).output


def test_a_root_of_the_environment_and_one_with_spaces_are_repeated(two: Repo) -> None:
    environment = {"CSP_CONFIG_ROOT": "teams/b"}
    assert (
        "record baseline --root teams/b sample"
        in csp_config(two.path, "status", environment=environment).output
    )
    (two.path / "my teams").symlink_to("teams")
    assert (
        "record baseline --root 'my teams/b' sample"
        in csp_config(two.path, "status", "--root", "my teams/b").output
    )


def test_a_project_found_from_here_is_named_in_no_command_of_a_terminal(two: Repo) -> None:
    for folder in (two.path, two.path / "teams/b", two.path / "teams/b/offers"):
        for command in (("status",), ("validate", "--base", "none"), ("plan", "--base", "none")):
            assert "--root" not in csp_config(folder, *command).said
    said = csp_config(two.path / "teams/b", "apply", "--base", "none", "--yes").output
    assert "--root" not in said


ELSEWHERE = [
    *(("validate", "--base", "none", "--format", name) for name in REPORTS),
    *(("plan", "--base", "none", "--format", name) for name in PLANS),
    *(("status", "--format", name) for name in STATUS_RENDERERS),
]


@pytest.mark.parametrize("command", ELSEWHERE, ids=" ".join)
def test_who_reads_it_elsewhere_gets_the_folder_from_gits_top(two: Repo, command: tuple[str, ...]) -> None:
    inside, outside = two.path / "teams/b", two.path / "teams"
    said = csp_config(outside, *command, "--root", "b").output
    found = [one for one in PRINTED.findall(said) if "sample-offer" in one or "OFFER" in one]
    if command[-1] in ("text", "concise"):
        assert all(" --root b " in one for one in found)
    elif command[-1] == "json":
        assert not [one for one in found if "--root" in one]
        json.loads(said)
    else:
        # The manual of a rule in SARIF names no offer of this project, but the command is the same.
        assert all(" --root teams/b " in one for one in found), found
        assert PRINTED.findall(csp_config(inside, *command).output) == PRINTED.findall(said)
    at_top = csp_config(two.path, *command).output
    assert "--root" not in at_top


def test_the_markdown_of_a_project_in_a_folder_keeps_to_its_budget(two: Repo) -> None:
    for size in ("1000", "1200", "1400"):
        said = csp_config(
            two.path,
            "plan",
            "--base",
            "none",
            "--root",
            "teams/b",
            "--format",
            "markdown",
            "--max-bytes",
            size,
        ).output
        assert len(said.encode()) <= int(size)


def test_what_stops_a_run_and_its_notes_name_the_root(two: Repo) -> None:
    wrong = two.path / "teams/b" / OFFER
    wrong.write_text(wrong.read_text("utf-8") + "id: again\n", "utf-8")
    for command in (("status",), ("record", "baseline"), ("partners", "--offer", "nothing")):
        said = csp_config(two.path, *command, "--root", "teams/b").errors
        assert re.search(r"= help: .*csp-config [a-z]+ --root teams/b ", said), said


def test_a_partner_called_like_a_command_is_shown_as_it_is(two: Repo) -> None:
    name = "csp-config validate Ltd"
    path = two.path / "teams/b" / LIST
    path.write_text(path.read_text("utf-8").replace("Northwind Traders", name), "utf-8")
    two.commit()
    ran = csp_config(two.path, "apply", "--base", "none", "--yes", "--root", "teams/b", "--runbook", "out")
    assert ran.code == 4
    for file in ("out/index.md", "out/index.html"):
        text = (two.path / file).read_text("utf-8")
        assert name in text
        assert "validate --root" not in text
        assert "csp-config record baseline --root teams/b sample-offer" in text
    path.write_text(re.sub(r"(?m)^  - name: csp-config(.*\n)*", "", path.read_text("utf-8")), "utf-8")
    for command in ("validate", "plan"):
        for format_ in ("text", "markdown"):
            said = csp_config(two.path, command, "--root", "teams/b", "--format", format_).output
            assert name in said
            assert f"{name} " in said.replace("`", " ")
            assert "validate --root teams/b Ltd" not in said


def test_a_root_without_settings_gets_commands_that_find_it(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    (repo.path / "publishers/contoso").mkdir(parents=True)
    assert csp_config(repo.path / "publishers/contoso", "init", "--pipeline", "none").code == 0
    repo.remove("publishers/contoso/csp-config.yaml")
    repo.commit()
    assert csp_config(repo.path, "apply", "--base", "none", "--yes", "--root", "publishers/contoso").code == 4
    page = (repo.path / "publishers/contoso/runbook/index.md").read_text("utf-8")
    assert csp_config(repo.path, *arguments(page, "csp-config record")).code == 0
    assert "run each at the top of the repository as soon as" in page


def test_what_was_done_of_the_first_commit_is_recorded_as_printed(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    csp_config(repo.path, "init", "--pipeline", "none")
    repo.commit()
    assert csp_config(repo.path, "apply", "--base", "none", "--yes").code == 4
    repo.run("add", "--all")
    repo.run("commit", "-q", "--amend", "--no-edit")  # the records are in the first commit, too
    printed = csp_config(repo.path, "status").output
    assert csp_config(repo.path, "plan").code == 3  # a plan still says with what it is to be compared
    ran = csp_config(repo.path, *arguments(printed, "csp-config record done"))
    assert (ran.code, ran.errors) == (0, "")
    assert (
        "nothing is waiting" in csp_config(repo.path, "status").output
        or "to commit" in csp_config(repo.path, "status").output
    )


def test_all_that_was_done_of_the_first_commit_is_recorded_at_once(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    csp_config(repo.path, "init", "--pipeline", "none")
    repo.commit()
    ran = csp_config(repo.path, "record", "done", "--all")
    assert (ran.code, "recorded sample-offer/save-draft-" in ran.output) == (0, True)


def test_the_runbook_commits_the_records_and_no_declaration(two: Repo) -> None:
    ran = csp_config(two.path, "apply", "--base", "none", "--yes")
    page = (two.path / "runbook/index.md").read_text("utf-8")
    (command,) = [line for line in page.splitlines() if line.startswith("git add ")]
    assert command.partition(" && ")[0] == "git add offers/live"
    assert command in ran.output
    two.write("offers/wip.yaml", "kind: Offer\n")
    for part in command.split(" && "):
        two.run(*shlex.split(part)[1:])
    assert two.run("show", "--name-only", "--format=").splitlines() == ["offers/live/sample-offer.yaml"]


def test_a_record_that_lies_beside_declarations_is_committed_by_its_path(two: Repo) -> None:
    assert csp_config(two.path, "record", "baseline").code == 0
    (two.path / "offers/live/sample-offer.yaml").rename(two.path / "offers/live-sample.yaml")
    two.write("offers/wip.yaml", "kind: PartnerList\n")
    said = csp_config(two.path, "record", "baseline", "sample-offer").output
    assert "git add offers/live-sample.yaml && git commit" in said


@pytest.mark.parametrize("how", ["merge", "cherry-pick"])
def test_in_an_unfinished_merge_the_record_goes_into_its_commit(two: Repo, how: str) -> None:
    two.run("switch", "-q", "-c", "other")
    two.write("note.txt", "theirs\n")
    two.commit()
    two.run("switch", "-q", "main")
    two.write("note.txt", "ours\n")
    two.commit()
    two.run(how, "other", code=1)
    said = csp_config(two.path, "record", "baseline").output.splitlines()[-1]
    end = "that is not finished, so that others see it: git add offers/live"
    assert said == f"commit it with the {how} {end}"
    two.run(*said.rpartition(": ")[2].split()[1:])
    assert "offers/live/sample-offer.yaml" in two.run("diff", "--cached", "--name-only")


def test_init_where_commits_are_leads_to_the_check_that_judges_the_change(two: Repo) -> None:
    two.write("offers/more.yaml", "kind: PartnerList\nid: more\nname: More\npartners: []\n")
    said = csp_config(two.path, "init", "--pipeline", "none").output
    assert "next:\n  csp-config validate\n  csp-config plan\n  csp-config partners\n" in said
    two.remove("offers/more.yaml")
    said = csp_config(two.path, "init", "--pipeline", "none").output  # nothing changed since the first commit
    assert "  csp-config validate --base none\n" in said
    two.commit()
    said = csp_config(two.path, "init", "--pipeline", "none").output
    assert "  csp-config validate\n" in said


def test_a_check_that_judged_no_change_says_so(two: Repo) -> None:
    line = "no change was judged (--base none)\n"
    assert csp_config(two.path, "validate", "--base", "none").output.startswith(line)
    assert csp_config(two.path, "plan", "--base", "none").output.startswith(line)
    assert csp_config(two.path, "validate", "--base", "none", "--format", "json").errors == line
    two.write("offers/more.yaml", "kind: PartnerList\nid: more\nname: More\npartners: []\n")
    assert line not in csp_config(two.path, "validate").said
    assert line not in csp_config(two.path, "validate", "--base", "records").said


def test_init_without_git_and_then_with_it_ends_with_the_commit(tmp_path: Path) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    first = csp_config(folder, "init", "--pipeline", "none").output.splitlines()[-1].strip()
    begin, add, commit = first.split(" && ")
    assert begin == "git init -b main"
    assert add.startswith("git add ")
    repo = Repo(folder)
    repo.run(*shlex.split(begin)[1:])
    second = csp_config(folder, "init", "--pipeline", "none").output.splitlines()[-1].strip()
    assert second == f"{add} && {commit}"
    for part in (add, commit):
        repo.run(*shlex.split(part)[1:])
    assert repo.run("status", "--short") == ""
    assert csp_config(folder, "init", "--pipeline", "none").output.endswith("  csp-config partners\n")


def test_init_in_another_folder_names_it_and_its_files_from_here(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    (repo.path / "teams/b").mkdir(parents=True)
    said = csp_config(repo.path, "init", "--root", "teams/b", "--pipeline", "none").output
    *commands, commit = said.partition("next:\n")[2].splitlines()
    for command in commands:
        assert command.split()[2:4] == ["--root", "teams/b"]
        assert csp_config(repo.path, *command.split()[1:]).code == 0
    for part in commit.split(" && "):
        repo.run(*shlex.split(part)[1:])
    assert repo.run("status", "--short") == ""


@pytest.mark.parametrize(
    ("revision", "help_"),
    [
        ("mian", "did you mean main?"),
        ("v1.1", "did you mean v1.0?"),
        ("yesterday", "name one that `git branch`, `git tag` or `git log` shows; this clone has no remote"),
    ],
)
def test_a_mistyped_revision_without_a_remote_is_answered_without_one(
    two: Repo, revision: str, help_: str
) -> None:
    two.run("tag", "v1.0")
    for command in (("validate", "--base", revision), ("partners", "--at", revision)):
        ran = csp_config(two.path, *command)
        assert (ran.code, ran.errors.splitlines()[-1]) == (3, f"  = help: {help_}")


def test_a_mistyped_revision_with_a_remote_names_what_is_near_and_how_to_fetch(two: Repo) -> None:
    clone = two.clone("clone")
    said = csp_config(clone.path, "validate", "--base", "mian").errors
    assert "did you mean main? Else run `git fetch --no-tags origin +refs/heads/mian:" in said
    assert "did you mean" not in csp_config(clone.path, "validate", "--base", "xyz").errors


def test_no_text_names_a_command_without_the_program(tmp_path: Path, two: Repo) -> None:
    said = csp_config(tmp_path, "validate").errors
    assert "csp-config validate --base none" in said
    plan = csp_config(two.path, "plan", "--base", "none").output
    assert (
        "csp-config import live sample-offer --from EXPORT.csv, or csp-config record baseline sample-offer"
        in plan
    )


@pytest.mark.parametrize("typed", ["n\n", "\n", "No\n", "\x04", "maybe\nn\n"])
def test_whoever_declines_is_told_that_nothing_was_done(two: Repo, typed: str) -> None:
    code, said = at_a_terminal(two.path, typed, "apply", "--base", "none")
    assert code == 1
    assert said.splitlines()[-1] == "error: nothing was done, since you did not agree"
    assert ("answer y (yes) or n (no); Enter alone means no" in said) == (typed[0] == "m")
    assert two.run("status", "--short") == ""


@pytest.mark.parametrize("typed", ["y\n", "YES\n", "what\ny\n"])
def test_whoever_agrees_gets_the_work(two: Repo, typed: str) -> None:
    code, _ = at_a_terminal(two.path, typed, "apply", "--base", "none")
    assert code == 4
    assert (two.path / "runbook/index.md").exists()


def at_a_terminal(folder: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """The exit code of a run at a terminal, and what it showed there; it is answered where it asks."""
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    import pty  # noqa: PLC0415 - Windows has none

    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover - another process
        os.chdir(folder)
        command = [sys.executable, "-m", "csp_config", *arguments]
        environment = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "TERM": "dumb"}
        os.execve(sys.executable, command, environment)  # noqa: S606 - there is no shell
    shown, answers = b"", typed.splitlines(keepends=True)
    with suppress(OSError):  # the terminal is gone with the process
        while read := os.read(terminal, 4096):
            shown += read
            if answers and shown.endswith(b"[y/N]: "):
                os.write(terminal, answers.pop(0).encode())
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n").rstrip("\n")
