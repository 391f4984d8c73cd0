"""What is remembered, in real repositories: when it is used, and when everything is read."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csp_config.commands import remembered, review
from csp_config.commands.situation import look
from csp_config.errors import CspConfigError
from tests.remembered.repository import (
    FABRIKAM,
    NORTHWIND,
    NOW,
    codes,
    filled,
    inputs,
    offer,
    partner_list,
    place,
    put,
    quick,
    remembering,
)
from tests.repositories import ENVIRONMENT, Repo


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


def test_a_long_chain_of_selections_is_not_remembered(repo: Repo) -> None:
    """It is whole only as long as another list leads to its middle, and is looked at first."""
    chain = {f"chain-{n:02}": {"select": {"from": [f"chain-{n + 1:02}"]}} for n in range(60)}
    lists = {
        **chain,
        "chain-60": partner_list("chain-60", FABRIKAM),
        "a-way": {"select": {"from": ["chain-30"]}},
    }
    put(
        repo,
        **{
            f"lists/{id_}": {"kind": "PartnerList", "id": id_, "name": id_, **one}
            for id_, one in lists.items()
        },
    )
    repo.commit()
    repo.remove("offers/lists/a-way.yaml")
    repo.run("add", "--all")
    place(repo).unlink()
    assert "CSP210" in codes(remembering(repo))
    assert quick(repo) is None


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
