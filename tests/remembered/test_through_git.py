"""What is remembered, in real repositories: when it is used, and what it survives."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands import remembered, review
from csp_config.commands.remembered.edition import edition
from csp_config.commands.remembered.gathering import gather
from csp_config.commands.situation import Inputs, look
from csp_config.errors import CspConfigError
from csp_config.memory import keep
from csp_config.render import RENDERERS, Look
from tests.remembered.documents import files
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Report

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FABRIKAM, NORTHWIND = "0f1e2d3c-4b5a-4697-8877-665544332211", "11111111-2222-4333-8444-555555555555"
LOOK = Look()


def offer(name: str, *tenants: str, **more: Any) -> dict[str, Any]:
    names = {FABRIKAM: "Fabrikam Cloud", NORTHWIND: "Northwind Traders"}
    csp: dict[str, Any] = {"resellers": "selected", "marketing_materials_url": "https://contoso.example/csp"}
    csp |= {"channel_contact": {"name": "Ana Lima", "email": "csp@contoso.example"}}
    csp |= {"support": {"url": "https://contoso.example/support"}, **more}
    if tenants:
        csp["partners"] = [{"name": names[one], "tenant_id": one, "country": "DE"} for one in tenants]
    return {"kind": "Offer", "id": name, "name": name, "type": "saas", "published": True, "csp": csp}


def partner_list(name: str, *tenants: str, **more: Any) -> dict[str, Any]:
    partners = offer("", *tenants)["csp"]["partners"]
    return {"kind": "PartnerList", "id": name, "name": name, "partners": partners, **more}


def put(repo: Repo, **documents: dict[str, Any]) -> None:
    """Write documents below offers/ and stage everything; `emea` is offers/emea.yaml."""
    for path, content in files(documents).items():
        repo.write(f"offers/{path}.yaml", content)
    repo.run("add", "--all")


def inputs(repo: Repo, **more: Any) -> Inputs:
    how = more if "at" in more else {"staged": True, **more}
    return Inputs(**{"start": repo.path, "now": NOW, "environment": ENVIRONMENT, **how})


def place(repo: Repo) -> Path:
    return Path(repo.run("rev-parse", "--absolute-git-dir")) / "csp-config" / "facts"


def remembering(repo: Repo, **more: Any) -> Report:
    return remembered.validate(inputs(repo, **more), many=1)


def quick(repo: Repo, **more: Any) -> Report | None:
    """The report from memory, held against the whole one; None where it is of no use."""
    given = inputs(repo, **more)
    found = remembered.recalled(given, place(repo))
    if found is not None:
        expected = review.validate(look(given), given.now.date())
        for name, render in RENDERERS.items():
            assert render(found, LOOK) == render(expected, LOOK), name
    return found


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two offers, one by a list, remembered; a partner is staged to be taken out of the other."""
    repo = Repo.make(tmp_path / "repo")
    return filled(repo)


def filled(repo: Repo) -> Repo:
    put(
        repo,
        emea=partner_list("emea", FABRIKAM, NORTHWIND),
        desk=offer("contoso-desk", partner_lists=["emea"]),
    )
    put(repo, board=offer("contoso-board", FABRIKAM, NORTHWIND))
    repo.commit()
    put(repo, board=offer("contoso-board", FABRIKAM))
    remembering(repo)
    return repo


def codes(report: Report | None) -> list[str]:
    assert report is not None
    return [one.code for one in report.diagnostics]


def test_a_staged_change_is_judged_from_memory(repo: Repo) -> None:
    assert "CSP307" in codes(quick(repo))


def test_a_staged_document_that_cannot_be_used_is_told_from_memory(repo: Repo) -> None:
    repo.write("offers/board.yaml", "nonsense")
    repo.write("offers/emea.yaml", "kind: PartnerList\nid: emea\n")
    repo.run("add", "--all")
    assert codes(quick(repo)) == ["CSP006", "CSP112", "CSP010", "CSP010"]


def test_after_a_commit_the_next_change_is_judged_from_the_same_memory(repo: Repo) -> None:
    kept = place(repo).read_bytes()
    repo.commit()
    put(repo, emea=partner_list("emea", FABRIKAM))
    assert {"CSP307", "CSP112"} <= set(codes(quick(repo)))
    assert remembering(repo) == quick(repo)
    assert place(repo).read_bytes() == kept


def test_a_commit_is_judged_from_memory(repo: Repo) -> None:
    assert "CSP307" in codes(quick(repo, at=repo.commit()))


def test_what_pre_commit_names_is_judged_from_memory(repo: Repo) -> None:
    first = repo.head()
    second = repo.commit()
    variables = {**ENVIRONMENT, "PRE_COMMIT_FROM_REF": first, "PRE_COMMIT_TO_REF": second}
    assert "CSP307" in codes(quick(repo, environment=variables))


def test_the_index_of_a_hook_is_judged_from_memory(repo: Repo) -> None:
    index = repo.path / ".git" / "next-index-1.lock"
    index.write_bytes((repo.path / ".git" / "index").read_bytes())
    put(repo, board=offer("contoso-board", NORTHWIND))
    found = quick(repo, environment={**ENVIRONMENT, "GIT_INDEX_FILE": str(index)})
    assert (
        [one.tenants for one in found.diagnostics if one.code == "CSP307"] == [(NORTHWIND,)]
        if found
        else False
    )


def test_an_amended_commit_and_another_branch_do_not_disturb(repo: Repo) -> None:
    repo.run("commit", "-q", "--amend", "--no-verify", "-m", "amended")
    put(repo, board=offer("contoso-board", NORTHWIND))
    assert quick(repo) is not None
    repo.commit()
    repo.run("switch", "-q", "--create", "other", "HEAD^")
    put(repo, desk=offer("contoso-desk", FABRIKAM))
    assert quick(repo) is not None


def test_an_anchor_that_is_gone_is_replaced(repo: Repo) -> None:
    anchor = repo.head()
    repo.run("commit", "-q", "--amend", "--no-verify", "-m", "amended")
    put(repo, board=offer("contoso-board", NORTHWIND))
    repo.run("reflog", "expire", "--expire=now", "--all")
    repo.run("gc", "-q", "--prune=now")
    with pytest.raises(AssertionError):
        repo.run("cat-file", "-e", anchor)
    assert quick(repo) is None
    remembering(repo)
    assert quick(repo) is not None


def test_it_is_forgotten_on_the_day_on_which_an_acknowledgement_has_ended(repo: Repo) -> None:
    accepting = [{"code": "CSP112", "until": "2026-11-24", "reason": "agreed"}]
    put(repo, desk=offer("contoso-desk", partner_lists=["emea"], acknowledge=accepting))
    repo.commit()
    put(repo, board=offer("contoso-board", NORTHWIND))
    place(repo).unlink()
    remembering(repo)
    for days, known in ((0, True), (2, True), (3, False), (-1, False)):
        assert (quick(repo, now=NOW + timedelta(days=days)) is not None) == known
    remembering(repo, now=NOW + timedelta(days=3))
    assert "CSP116" in codes(quick(repo, now=NOW + timedelta(days=300)))


def test_few_documents_are_not_remembered(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    put(repo, board=offer("contoso-board", FABRIKAM))
    repo.commit()
    put(repo, board=offer("contoso-board", NORTHWIND))
    remembered.validate(inputs(repo))
    assert not place(repo).parent.exists()


def test_a_pipeline_goes_without(repo: Repo) -> None:
    place(repo).unlink()
    remembering(repo, environment={**ENVIRONMENT, "CI": "true"})
    assert not place(repo).exists()


def test_no_cache_goes_without(repo: Repo) -> None:
    place(repo).write_bytes(b"nonsense")
    command = [sys.executable, "-m", "csp_config", "validate", "--staged", "--no-cache"]
    done = subprocess.run(
        command,
        cwd=repo.path,
        env={**ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert b"CSP307" in done.stdout
    assert place(repo).read_bytes() == b"nonsense"


def test_a_memory_with_any_byte_changed_or_cut_off_is_never_believed(repo: Repo) -> None:
    path = place(repo)
    kept = path.read_bytes()
    damaged = [kept[:length] for length in range(0, len(kept), 97)]
    damaged += [kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :] for at in range(0, len(kept), 61)]
    for content in (*damaged, b"", b"\0" * 500):
        path.write_bytes(content)
        quick(repo)
    path.write_bytes(kept[: len(kept) // 2])
    remembering(repo)
    assert quick(repo) is not None


JUNK: tuple[Any, ...] = (False, -1, "--output=x", "a\n\ud800", {}, [None] * 9)


def test_a_memory_that_somebody_made_up_stops_nothing(repo: Repo) -> None:
    """Every part of every fact is replaced by what does not belong there, with checksums that are right."""
    situation = look(inputs(repo))
    assert situation.base is not None
    facts = gather(situation.base, repo.head(), None, NOW.date())
    assert facts is not None
    for name, fact in facts.items():
        for junk in JUNK:
            for made_up in (junk, *spoilt(fact, junk)):
                assert keep(place(repo), edition(), {**facts, name: made_up})
                report = remembered.recalled(inputs(repo), place(repo))
                if report is not None:
                    assert RENDERERS["text"](report, LOOK)


def spoilt(fact: Any, junk: Any) -> Iterator[Any]:
    """A list with each of its parts replaced, however deep."""
    for index, part in enumerate(fact if isinstance(fact, list) else ()):
        yield [*fact[:index], junk, *fact[index + 1 :]]
        for other in spoilt(part, junk):
            yield [*fact[:index], other, *fact[index + 1 :]]


def test_what_others_may_write_or_what_is_no_file_is_not_believed(repo: Repo) -> None:
    path = place(repo)
    path.chmod(0o666)
    assert quick(repo) is None
    path.chmod(0o600)
    assert quick(repo) is not None
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    assert quick(repo) is None
    path.unlink()
    os.mkfifo(path)
    assert quick(repo) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_another_user_is_not_believed(repo: Repo) -> None:
    os.chown(place(repo), 65534, 65534)
    assert quick(repo) is None


def test_a_git_directory_that_cannot_be_written_is_no_error(repo: Repo) -> None:
    place(repo).unlink()
    place(repo).parent.rmdir()
    place(repo).parent.write_bytes(b"")  # a file in the folder's place, which stops root as well
    assert "CSP307" in codes(remembering(repo))
    assert quick(repo) is None


def test_a_linked_worktree_remembers_for_itself(repo: Repo) -> None:
    repo.run("worktree", "add", "-q", "../linked", "HEAD")
    linked = Repo(repo.path.parent / "linked")
    put(linked, board=offer("contoso-board", NORTHWIND))
    assert quick(linked) is None
    remembering(linked)
    assert quick(linked) is not None
    assert place(linked) != place(repo)


def test_a_repository_with_sha256_is_remembered(tmp_path: Path) -> None:
    repo = filled(Repo.make(tmp_path / "repo", "--object-format=sha256"))
    assert "CSP307" in codes(quick(repo))


def test_two_runs_at_once_leave_a_memory_that_is_whole(repo: Repo) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.repositories import Repo\n"
        "from tests.remembered.test_through_git import place, remembering\n"
        "repo = Repo(Path(sys.argv[1]))\n"
        "for _ in range(10): place(repo).unlink(missing_ok=True); remembering(repo)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}
    command = [sys.executable, "-c", code, str(repo.path)]
    running = [subprocess.Popen(command, env=environment, cwd=root) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert quick(repo) is not None
    assert [path.name for path in place(repo).parent.iterdir()] == ["facts"]


def test_what_is_not_plain_is_read_whole(repo: Repo) -> None:
    changes: dict[str, Any] = {
        "a new document that cannot be read": lambda: repo.write("offers/new.yaml", "nonsense"),
        "an offer again, in capitals": lambda: put(repo, again=offer("CONTOSO-DESK", FABRIKAM)),
        "a link": lambda: (repo.path / "offers/link.yaml").symlink_to("board.yaml"),
        "a name that is not plain": lambda: repo.write("offers/our desk.yaml", "kind: Offer\n"),
        "a twin by case": lambda: put(repo, Desk=offer("contoso-other", FABRIKAM)),
        "two new twins": lambda: put(
            repo, Sign=offer("contoso-sign", FABRIKAM), sign=offer("contoso-seal", FABRIKAM)
        ),
        "an offer that accepts a name": lambda: put(
            repo, board=offer("contoso-board", FABRIKAM, acknowledge=[{**ACCEPTED, "code": "CSP205"}])
        ),
        "the same offer again": lambda: put(repo, again=offer("contoso-desk", FABRIKAM)),
        "a list that nobody knows": lambda: put(repo, board=offer("contoso-board", partner_lists=["apac"])),
        "the settings": lambda: repo.write("csp-config.yaml", "publisher: contoso\n"),
        "a list that accepts": lambda: put(repo, emea=partner_list("emea", FABRIKAM, acknowledge=[ACCEPTED])),
        "another name": lambda: put(repo, board=renamed()),
    }
    for what, change in changes.items():
        change()
        repo.run("add", "--all")
        assert quick(repo) is None, what
        expected = review.validate(look(inputs(repo)), NOW.date()).diagnostics
        assert remembering(repo).diagnostics == expected, what
        repo.run("reset", "-q", "--hard")
        put(repo, board=offer("contoso-board", FABRIKAM))
    assert quick(repo) is not None


ACCEPTED = {"code": "CSP308", "until": "2026-12-31", "reason": "agreed"}


def renamed() -> dict[str, Any]:
    found = offer("contoso-board", FABRIKAM)
    found["csp"]["partners"][0]["name"] = "Fabrikam"
    return found


def test_a_submodule_that_git_is_told_to_ignore_is_seen(repo: Repo) -> None:
    repo.write(".gitmodules", '[submodule "x"]\n\tpath = offers/x\n\turl = ./x\n\tignore = all\n')
    repo.run("add", "--all")
    repo.run("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},offers/x")
    assert quick(repo) is None


def test_a_merge_that_is_not_finished_is_told_as_ever(repo: Repo) -> None:
    stages = "\n".join(
        f"100644 {repo.run('rev-parse', 'HEAD:offers/desk.yaml')} {n}\toffers/board.yaml" for n in (1, 2)
    )
    repo.run("update-index", "--force-remove", "offers/board.yaml")
    environment = {**os.environ, **ENVIRONMENT}
    subprocess.run(
        ["git", "update-index", "--index-info"],
        cwd=repo.path,
        input=stages.encode(),
        env=environment,
        check=True,
    )
    with pytest.raises(CspConfigError, match="a merge is not finished"):
        remembering(repo)


def test_plan_and_apply_never_look_at_what_is_remembered() -> None:
    package = Path(remembered.__file__).parents[2]
    users = [path for path in package.rglob("*.py") if "import remembered" in path.read_text()]
    assert [path.relative_to(package).as_posix() for path in users] == ["cli/review.py"]
