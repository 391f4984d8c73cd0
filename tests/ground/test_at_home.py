"""At home: in the commit hook, before a push, on a branch, and on what is not pushed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import Ran, csp_config
from tests.ground.publisher import (
    ADATUM,
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    SETTINGS,
    bad_branch,
    good_branch,
    offer,
    origin,
    published,
    validate,
)
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

HOOK = {"GIT_INDEX_FILE": ".git/index", "PRE_COMMIT": "1"}


def hook(repo: Repo, **variables: str) -> Ran:
    """What the hook of pre-commit runs before a commit."""
    return validate(repo, "--staged", **{**HOOK, **variables})


def push(repo: Repo, source: str, head: str, branch: str = "refs/heads/topic") -> Ran:
    """What the hook of pre-commit runs before a push. Where all history is pushed, it names no commits."""
    names = {"PRE_COMMIT_FROM_REF": source, "PRE_COMMIT_TO_REF": head} if source else {}
    about = {"PRE_COMMIT_REMOTE_BRANCH": branch, "PRE_COMMIT_LOCAL_BRANCH": head, "PRE_COMMIT": "1"}
    return validate(repo, "--staged", **names, **about)


def test_a_branch_of_two_commits_is_judged_whole(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    for ran in (validate(repo), validate(repo, "--at", "topic"), hook(repo)):
        assert ran.code == 1, ran.said
        assert "error[CSP304]" in ran.output
    assert "2 commits ago" in validate(repo).output


def test_commits_on_main_that_are_not_pushed_are_judged_like_those_of_a_branch(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "more\n")
    repo.commit()
    for ran in (validate(repo), hook(repo), validate(repo, "--at", "HEAD")):
        assert ran.code == 1, ran.said
        assert "error[CSP304]" in ran.output


@pytest.mark.parametrize("without", ["a remote", "a default branch"])
def test_without_a_remote_the_local_default_branch_counts(tmp_path: Path, without: str) -> None:
    repo = origin(tmp_path)
    bad_branch(repo)
    if without == "a remote":
        assert validate(repo).code == 1
        return
    repo.run("branch", "-m", "main", "trunk")
    assert validate(repo).code == 0  # nobody knows what the branch goes to: its last commit is judged
    repo.write("csp-config.yaml", SETTINGS + "default_branch: trunk\n")
    assert validate(repo).code == 1


@pytest.mark.parametrize("name", ["develop", "master"])
def test_the_default_branch_may_have_any_name(tmp_path: Path, name: str) -> None:
    first = origin(tmp_path)
    first.run("branch", "-m", "main", name)
    repo = bad_branch(first.clone("clone"))
    assert f"origin/{name}" in validate(repo).output
    assert validate(repo).code == 1


def test_a_remote_may_have_any_name(tmp_path: Path) -> None:
    repo = bad_branch(origin(tmp_path).clone("clone", "-o", "upstream"))
    ran = validate(repo)
    assert ran.code == 1
    assert "upstream/main" in ran.output


def test_a_named_default_branch_that_the_clone_lacks_is_asked_for(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    repo.write("csp-config.yaml", SETTINGS + "default_branch: trunk\n")
    ran = validate(repo)
    assert ran.code == 3
    assert "git fetch" in ran.errors
    assert "default_branch" in ran.errors


def test_what_main_did_lawfully_is_not_the_doing_of_a_branch_that_merges_it(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write("offers/contoso-desk.yaml", offer(NORTHWIND, name="contoso-desk"))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    repo.commit()
    repo.run("checkout", "-q", "main")
    repo.remove("offers/contoso-desk.yaml")  # carried out before, so lawful; what counts is who did it
    before = repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "topic")
    repo.run("merge", "-q", "--no-commit", "--no-ff", "main")
    assert hook(repo).code == 0, hook(repo).said
    assert validate(repo).code == 0, validate(repo).said
    merge = repo.commit()
    assert validate(repo).code == 0
    assert push(repo, before, merge).code == 0
    assert validate(repo, "--at", merge).code == 0


def test_a_bad_branch_that_is_merged_by_hand_is_judged_by_what_it_brings(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    repo.run("checkout", "-q", "main")
    repo.run("merge", "-q", "--no-commit", "--no-ff", "topic")
    assert hook(repo).code == 1
    repo.commit()
    assert validate(repo).code == 1
    assert push(repo, repo.run("rev-parse", "origin/main"), "main", "refs/heads/main").code == 1


def test_a_merge_on_main_without_a_remote_is_judged_by_its_first_parent(tmp_path: Path) -> None:
    repo = bad_branch(origin(tmp_path))
    repo.run("checkout", "-q", "main")
    repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
    ran = validate(repo)
    assert ran.code == 1, ran.said
    assert "HEAD^" in ran.output


@pytest.mark.parametrize("slip", ["published", "removed"])
@pytest.mark.parametrize("remote", [True, False])
def test_a_slip_of_ones_own_last_commit_can_be_amended(tmp_path: Path, slip: str, *, remote: bool) -> None:
    repo = published(tmp_path) if remote else origin(tmp_path)
    desk = "offers/contoso-desk.yaml"
    repo.write(desk, offer(ADATUM, name="contoso-desk"))  # published: true by mistake
    repo.commit()
    if slip == "published":
        repo.write(desk, offer(ADATUM, name="contoso-desk", published=False))
    else:
        repo.remove(desk)
    repo.run("add", "--all")
    ran = hook(repo)
    if remote:
        assert ran.code == 0, ran.said
        return
    assert ran.code == 1
    assert "git reset --soft HEAD^" in ran.output
    repo.run("reset", "-q", "--soft", "HEAD^")
    assert hook(repo).code == 0, hook(repo).said


def test_the_first_commit_of_a_repository_is_not_blocked(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.run("add", "--all")
    ran = hook(repo)
    assert ran.code == 0, ran.said
    assert "nothing to compare with: this repository has no commit yet" in ran.output
    repo.commit()
    repo.run("checkout", "-q", "--orphan", "other")
    assert hook(repo).code == 3


def test_before_a_push_the_commit_is_judged_and_neither_the_index_nor_what_is_checked_out(
    tmp_path: Path,
) -> None:
    repo = bad_branch(published(tmp_path))
    bad, base = repo.head(), repo.run("rev-parse", "main")
    repo.run("checkout", "-q", "main")
    assert push(repo, base, bad).code == 1  # not checked out
    good = good_branch(repo, "good").head()
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.run("add", "--all")
    assert push(repo, base, good).code == 0  # staged, and not pushed


def test_the_first_push_of_main_to_another_clone_is_judged_by_what_is_published(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.run("remote", "add", "backup", "../backup.git")
    ran = push(repo, "", "main", "refs/heads/main")
    assert ran.code == 0, ran.said
    assert "nothing is compared" in ran.output
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "more\n")
    repo.commit()
    ran = push(repo, "", "main", "refs/heads/main")
    assert ran.code == 1, ran.said
    assert "error[CSP304]" in ran.output
    assert "merge-base of HEAD and origin/main" in ran.output
    assert "2 commits ago" in ran.output


def test_the_first_push_of_main_anywhere_has_nothing_to_compare_with(tmp_path: Path) -> None:
    repo = origin(tmp_path)
    repo.run("remote", "add", "origin", "../empty.git")
    ran = push(repo, "", "main", "refs/heads/main")
    assert ran.code == 0, ran.said
    assert "nothing to compare with: this is the first push of this branch" in ran.output


def test_a_push_is_judged_whole_whatever_was_pushed_before(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    assert push(repo, repo.run("rev-parse", "HEAD^"), repo.head()).code == 1


def test_an_annotated_tag_can_be_pushed(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.run("tag", "-a", "-m", "one", "v1")
    ran = push(repo, repo.run("rev-parse", "HEAD^"), repo.run("rev-parse", "v1"), "refs/tags/v1")
    assert ran.code == 0, ran.said
    assert "nothing is compared" in ran.output
    bad_branch(repo).run("tag", "-a", "-m", "two", "v2")
    assert push(repo, "main", repo.run("rev-parse", "v2"), "refs/tags/v2").code == 1


def test_the_first_push_of_a_repository_is_compared_with_nothing_and_says_so(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    repo.run("remote", "add", "origin", "file:///nowhere")
    ran = push(repo, "", "refs/heads/main", "refs/heads/main")
    assert ran.code == 0, ran.said
    assert "nothing to compare with: this is the first push of this branch" in ran.output


def test_a_base_that_is_the_candidate_itself_is_refused(tmp_path: Path) -> None:
    repo = published(tmp_path)
    for base in ("HEAD", "main", "origin/main", repo.head()):
        ran = validate(repo, "--base", base)
        assert ran.code == 3, ran.said
        assert "nothing would be compared" in ran.errors
    assert validate(repo, "--base", "HEAD", "--at", "HEAD").code == 3
    repo.write(INSIGHTS, offer(FABRIKAM))
    assert validate(repo, "--base", "HEAD").code == 0
    repo.run("checkout", "-q", "--force", "-b", "topic")
    assert validate(repo, "--base", "origin/main").code == 0


@pytest.mark.parametrize(
    "command", [["status"], ["partners"], ["export", "contoso-insights"], ["fmt", "--check"]]
)
def test_commands_that_compare_nothing_need_no_base(tmp_path: Path, command: list[str]) -> None:
    repo = origin(tmp_path).clone("clone", "--depth=1", "--single-branch")
    repo.run("checkout", "-q", "-b", "topic")
    ran = csp_config(repo.path, *command, environment={"CI": "true"})
    assert ran.code in (0, 1, 4), ran.said
    assert "error:" not in ran.errors


def test_at_rev_is_judged_as_if_it_were_checked_out(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write(INSIGHTS, offer(NORTHWIND))
    bad = repo.commit()
    repo.write("README.md", "more\n")
    later = repo.commit()
    repo.run("push", "-q", "origin", "main")
    assert validate(repo, "--at", bad).code == 1
    assert validate(repo, "--at", later).code == 0
    bad_branch(repo)
    assert validate(repo, "--at", "topic^").code in (0, 1)
    ran = validate(repo, "--at", "topic", "--format", "json")
    assert ran.data["base"]["commit"] == later


def test_from_an_unmerged_branch_the_api_needs_to_be_asked_for(tmp_path: Path) -> None:
    repo = good_branch(published(tmp_path))
    ran = csp_config(repo.path, "apply", "--yes", "--target", "partner-center")
    assert ran.code == 3, ran.said
    assert "topic is not the default branch" in ran.errors
    assert "--unmerged" in ran.errors
    asked = csp_config(repo.path, "apply", "--yes", "--target", "partner-center", "--unmerged")
    assert "not the default branch" not in asked.errors
    assert csp_config(repo.path, "apply", "--yes").code == 4
    lines = (repo.path / "runbook/index.md").read_text().splitlines()
    assert lines[1] == "**This is of `topic`, which is not merged.**"


def test_on_the_default_branch_nobody_has_to_ask(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    ran = csp_config(repo.path, "apply", "--yes", "--target", "partner-center")
    assert "--unmerged" not in ran.errors
    csp_config(repo.path, "apply", "--yes")
    assert "not merged" not in (repo.path / "runbook/index.md").read_text()


def unknown(tmp_path: Path) -> Repo:
    """A clone that fetched `trunk` and was not told that it is the default branch."""
    first = origin(tmp_path)
    first.run("branch", "-m", "main", "trunk")
    repo = Repo.make(tmp_path / "clone")
    repo.run("remote", "add", "upstream", first.url)
    repo.run("fetch", "-q", "upstream")
    repo.run("checkout", "-q", "-b", "trunk", "upstream/trunk")
    return repo


def test_a_clone_that_does_not_tell_the_default_branch_is_refused_with_the_command(tmp_path: Path) -> None:
    repo = unknown(tmp_path)
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "more\n")
    repo.commit()
    for ran in (validate(repo), hook(repo), validate(repo, "--at", "HEAD")):
        assert ran.code == 3, ran.said
        assert "git remote set-head upstream --auto" in ran.errors
    repo.run("fetch", "-q", "upstream", "+refs/heads/*:refs/remotes/upstream/*")
    repo.run("remote", "set-head", "upstream", "--auto")
    for ran in (validate(repo), hook(repo)):
        assert ran.code == 1, ran.said


@pytest.mark.parametrize("names", [["a", "b"], ["team/x"]])
def test_of_remotes_without_an_origin_none_is_passed_over(tmp_path: Path, names: list[str]) -> None:
    repo = published(tmp_path)
    url = repo.run("remote", "get-url", "origin")
    repo.run("remote", "remove", "origin")
    for name in names:
        repo.run("remote", "add", name, url)
        repo.run("fetch", "-q", name)
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "more\n")
    repo.commit()
    ran = validate(repo)
    assert ran.code == 1, ran.said
    assert f"{names[0]}/main" in ran.output
    if len(names) > 1:
        repo.run("push", "-q", "b", "main")
        ran = validate(repo)
        assert ran.code == 3, ran.said
        assert "git branch --set-upstream-to=a/main main" in ran.errors


def test_a_merge_whose_hook_runs_before_it_is_written_down_is_known(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    repo.commit()
    repo.run("checkout", "-q", "main")
    repo.write(INSIGHTS, offer(NORTHWIND))  # as may have been right once
    taken_out = repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "topic")
    repo.run("merge", "-q", "--no-commit", "--no-ff", "main")
    (repo.path / ".git/MERGE_HEAD").unlink()  # git's hook pre-merge-commit runs before it is there
    ran = validate(repo, "--staged", GIT_INDEX_FILE=".git/index", **{f"GITHEAD_{taken_out}": "main"})
    assert ran.code == 0, ran.said
