"""The base that GitHub's, GitLab's and Azure DevOps' variables name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from csp_config.errors import BaseError
from tests.git.situations import ZEROS, base_of, follow, found, github

if TYPE_CHECKING:
    from tests.repositories import Repo


@pytest.fixture
def topic(repo: Repo) -> Repo:
    """Branch topic with two commits of its own, main with one, and the host's merge of them."""
    repo.run("checkout", "-q", "-b", "topic")
    repo.commit(sync="one\n")
    repo.commit(sync="two\n")
    repo.run("checkout", "-q", "main")
    repo.commit(portal="one\n")
    repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
    repo.run("update-ref", "refs/pull/7/merge", "HEAD")
    repo.run("reset", "-q", "--hard", "HEAD^")
    return repo


def pull_request(topic: Repo, depth: int) -> Repo:
    """The checkout of a pull request as a pipeline makes it."""
    clone = topic.clone("checkout", "--no-checkout", f"--depth={depth}")
    clone.run(
        "fetch",
        "-q",
        "--no-tags",
        f"--depth={depth}",
        "origin",
        "+refs/pull/7/merge:refs/remotes/pull/7/merge",
    )
    clone.run("checkout", "-q", "--force", "refs/remotes/pull/7/merge")
    return clone


def event_of(topic: Repo) -> dict[str, Any]:
    return {"pull_request": {"head": {"sha": topic.run("rev-parse", "topic")}}}


def test_a_merge_ref_at_depth_two_is_compared_with_its_first_parent(topic: Repo) -> None:
    clone = pull_request(topic, 2)
    base = base_of(clone, github(clone, "pull_request", event_of(topic)))
    assert found(base) == (topic.run("rev-parse", "main"), "github-pull-request")


def test_a_merge_ref_at_depth_one_says_what_to_fetch(topic: Repo) -> None:
    topic.run("checkout", "-q", "topic")  # so that main's commit comes by no other way
    clone = pull_request(topic, 1)
    variables = github(clone, "pull_request", event_of(topic))
    with pytest.raises(BaseError, match="missing from this clone") as caught:
        base_of(clone, variables)
    assert "`fetch-depth: 2`" in (caught.value.help or "")
    follow(clone, caught.value)
    assert found(base_of(clone, variables)) == (topic.run("rev-parse", "main"), "github-pull-request")


def test_a_merge_of_an_older_head_is_refused(topic: Repo) -> None:
    clone = pull_request(topic, 2)
    event = {"pull_request": {"head": {"sha": topic.run("rev-parse", "topic^")}}}
    with pytest.raises(BaseError, match="but the event is about"):
        base_of(clone, github(clone, "pull_request", event))


def test_a_pull_request_whose_head_was_checked_out_instead_is_refused(topic: Repo) -> None:
    topic.run("checkout", "-q", "topic")
    with pytest.raises(BaseError, match="is not the merge commit") as caught:
        base_of(topic, github(topic, "pull_request", event_of(topic)))
    assert "no `ref:`" in (caught.value.help or "")


def test_pull_request_target_is_refused_unless_the_base_is_named(topic: Repo) -> None:
    variables = github(topic, "pull_request_target", event_of(topic))
    with pytest.raises(BaseError, match="pull_request_target"):
        base_of(topic, variables)
    assert found(base_of(topic, variables, option="topic"))[1] == "option"


def test_a_merge_queue_names_its_base(topic: Repo) -> None:
    main = topic.run("rev-parse", "main")
    topic.run("checkout", "-q", "--detach", "refs/pull/7/merge")
    group = {"base_sha": main, "head_sha": topic.head()}
    base = base_of(topic, github(topic, "merge_group", {"merge_group": group}))
    assert found(base) == (main, "github-merge-group")
    del group["head_sha"]
    with pytest.raises(BaseError, match="does not say which commit is proposed"):
        base_of(topic, github(topic, "merge_group", {"merge_group": group}))


def test_a_push_is_compared_with_what_was_there_before(repo: Repo) -> None:
    before = repo.run("rev-parse", "HEAD^")
    repo.commit(insights="three\n")
    base = base_of(repo, github(repo, "push", {"before": before, "ref": "refs/heads/main"}))
    assert found(base) == (before, "github-push")


def test_a_force_push_whose_old_commit_is_gone_says_what_to_fetch(topic: Repo) -> None:
    before = topic.run("rev-parse", "topic")
    topic.run("checkout", "-q", "topic")
    topic.run("reset", "-q", "--hard", "HEAD^")
    topic.commit(sync="other\n")
    topic.run("update-ref", "-d", "refs/pull/7/merge")
    clone = topic.clone("clone", "--branch=topic")
    event = {"before": before, "ref": "refs/heads/topic", "repository": {"default_branch": "topic"}}
    with pytest.raises(BaseError, match=f"commit {before} is missing") as caught:
        base_of(clone, github(clone, "push", event))
    assert "--base REV" in (caught.value.help or "")
    follow(clone, caught.value)
    with pytest.raises(BaseError, match="the branch was pushed with force"):
        base_of(clone, github(clone, "push", event))
    assert clone.run("rev-parse", "--is-shallow-repository") == "false"
    event["repository"] = {"default_branch": "main"}
    fork = topic.run("merge-base", "main", "topic")
    assert found(base_of(clone, github(clone, "push", event))) == (fork, "merge-base")


def new_branch(ref: str = "refs/heads/topic") -> dict[str, Any]:
    return {"before": ZEROS, "ref": ref, "repository": {"default_branch": "main"}}


def test_a_new_branch_is_compared_with_where_it_left_the_default_branch(topic: Repo) -> None:
    clone = topic.clone("clone", "--branch=topic")
    fork = topic.run("merge-base", "main", "topic")
    assert found(base_of(clone, github(clone, "push", new_branch()))) == (fork, "merge-base")


def test_a_new_branch_in_a_shallow_clone_needs_the_whole_history(topic: Repo) -> None:
    clone = topic.clone("clone", "--depth=1", "--no-single-branch", "--branch=topic")
    variables = github(clone, "push", new_branch())
    with pytest.raises(BaseError, match="only part of the history") as caught:
        base_of(clone, variables)
    assert "`fetch-depth: 0`" in (caught.value.help or "")
    follow(clone, caught.value)
    assert found(base_of(clone, variables))[0] == topic.run("merge-base", "main", "topic")


def test_a_new_branch_without_the_default_branch_says_what_to_fetch(topic: Repo) -> None:
    clone = topic.clone("clone", "--single-branch", "--branch=topic")
    variables = github(clone, "push", new_branch())
    with pytest.raises(BaseError, match="main, is not in this clone") as caught:
        base_of(clone, variables)
    follow(clone, caught.value)
    assert found(base_of(clone, variables))[1] == "merge-base"


def test_the_first_push_of_the_default_branch_is_not_compared_with_itself(repo: Repo) -> None:
    with pytest.raises(BaseError, match="first push of main"):
        base_of(repo, github(repo, "push", new_branch("refs/heads/main")))


def test_branches_without_a_common_commit_have_no_base(repo: Repo) -> None:
    repo.run("checkout", "-q", "--orphan", "topic")
    repo.commit(insights="other\n")
    with pytest.raises(BaseError, match="no commit in common with main"):
        base_of(repo, github(repo, "push", new_branch()))


def test_two_merge_bases_are_not_chosen_between(topic: Repo) -> None:
    topic.run("branch", "old-main", "main")
    topic.run("merge", "-q", "-m", "one", "topic")
    topic.run("checkout", "-q", "topic")
    topic.run("merge", "-q", "-m", "two", "old-main")
    with pytest.raises(BaseError, match="more than one last commit in common with main"):
        base_of(topic, github(topic, "push", new_branch()))


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "issue_comment"])
def test_other_events_of_github_on_the_default_branch_have_no_commit_before(repo: Repo, name: str) -> None:
    with pytest.raises(BaseError, match="nothing says which commit") as caught:
        base_of(repo, github(repo, name, {}))
    assert "--base records" in (caught.value.help or "")
    base = base_of(repo, github(repo, name, {}), records_do=True)
    assert (base.revision, base.commit) == ("records", None) if base else False


@pytest.mark.parametrize(
    "event",
    [
        "",
        "{",
        "[" * 100_000,
        "null",
        "[]",
        "{}",
        '{"before": 7}',
        '{"before": "main"}',
        '{"before": "--all"}',
    ],
)
def test_an_event_that_makes_no_sense_is_refused(repo: Repo, event: str) -> None:
    with pytest.raises(BaseError) as caught:
        base_of(repo, github(repo, "push", event))
    assert "--base REV" in (caught.value.help or "")


def test_an_event_that_is_not_there_is_refused(repo: Repo) -> None:
    with pytest.raises(BaseError, match="GITHUB_EVENT_PATH"):
        base_of(repo, GITHUB_ACTIONS="true", GITHUB_EVENT_NAME="push")


@pytest.mark.parametrize("branch", ["--upload-pack=x", "main:offers", "a b", "a..b", "\ud800"])
def test_a_default_branch_that_is_no_branch_name_is_refused(topic: Repo, branch: str) -> None:
    event = {"before": ZEROS, "ref": "refs/heads/topic", "repository": {"default_branch": branch}}
    with pytest.raises(BaseError, match="not accepted as a revision"):
        base_of(topic, github(topic, "push", event))


def test_a_gitlab_merge_request_names_its_base(topic: Repo) -> None:
    fork = topic.run("merge-base", "main", "topic")
    topic.run("checkout", "-q", "topic")
    base = base_of(topic, GITLAB_CI="true", CI_MERGE_REQUEST_DIFF_BASE_SHA=fork, CI_COMMIT_BEFORE_SHA=ZEROS)
    assert found(base) == (fork, "gitlab-merge-request")


def test_a_gitlab_push_is_compared_with_what_was_there_before(repo: Repo) -> None:
    before = repo.run("rev-parse", "HEAD^")
    base = base_of(repo, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA=before)
    assert found(base) == (before, "gitlab-push")


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("host", ["GitHub", "GitLab"])
def test_one_remedy_is_enough_for_a_push_of_which_only_the_end_was_fetched(
    repo: Repo, host: str, depth: int
) -> None:
    """The commit before alone would not show that it comes before."""
    before = repo.head()
    for number in range(4):
        repo.commit(insights=f"later {number}\n")
    clone = repo.clone("shallow", "--depth", str(depth))
    if host == "GitHub":
        variables = github(clone, "push", {"before": before})
    else:
        variables = {**gitlab("main", "push"), "CI_COMMIT_BEFORE_SHA": before}
    with pytest.raises(BaseError, match=f"{before} is missing from this clone") as caught:
        base_of(clone, variables)
    follow(clone, caught.value)
    assert found(base_of(clone, variables)) == (before, f"{host.lower()}-push")


def gitlab(branch: str, source: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_COMMIT_BEFORE_SHA": ZEROS,
        "CI_COMMIT_BRANCH": branch,
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": source,
    }


def test_a_new_gitlab_branch_is_compared_with_where_it_left_the_default_branch(topic: Repo) -> None:
    topic.run("checkout", "-q", "topic")
    fork = topic.run("merge-base", "main", "topic")
    assert found(base_of(topic, gitlab("topic", "push"))) == (fork, "merge-base")


def test_a_scheduled_gitlab_pipeline_of_the_default_branch_has_no_commit_before(repo: Repo) -> None:
    with pytest.raises(BaseError, match="nothing says which commit"):
        base_of(repo, gitlab("main", "schedule"))


def test_the_first_gitlab_push_of_the_default_branch_has_no_base(repo: Repo) -> None:
    with pytest.raises(BaseError, match="first push of main"):
        base_of(repo, gitlab("main", "push"))


def test_a_gitlab_variable_that_is_no_commit_id_is_refused(repo: Repo) -> None:
    with pytest.raises(BaseError, match="CI_COMMIT_BEFORE_SHA is no commit id: 'main'"):
        base_of(repo, GITLAB_CI="true", CI_COMMIT_BEFORE_SHA="main")


def test_an_azure_pull_request_is_compared_with_the_first_parent_of_the_merge(topic: Repo) -> None:
    clone = pull_request(topic, 2)
    variables = {"TF_BUILD": "True", "BUILD_REASON": "PullRequest"}
    source = topic.run("rev-parse", "topic")
    base = base_of(clone, variables, SYSTEM_PULLREQUEST_SOURCECOMMITID=source)
    assert found(base) == (topic.run("rev-parse", "main"), "azure-pull-request")
    with pytest.raises(BaseError, match="but the event is about"):
        base_of(clone, variables, SYSTEM_PULLREQUEST_SOURCECOMMITID="1" * 40)


def test_an_azure_push_to_the_default_branch_does_not_say_what_came_before(repo: Repo) -> None:
    with pytest.raises(BaseError, match="nothing says which commit"):
        base_of(repo, TF_BUILD="True", BUILD_REASON="IndividualCI")
