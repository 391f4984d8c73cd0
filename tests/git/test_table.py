"""The table of bases in docs/life-of-a-run.md: every row is driven, in a real repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.errors import BaseError
from csp_config.git import choose_base, open_repository, surroundings
from csp_config.git.asked import Asked
from csp_config.git.base import TABLE
from tests.git.situations import ROOTS, ZEROS, github
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.git.asked import Choice

PAGE = Path(__file__).parents[2] / "docs/life-of-a-run.md"


class Place:
    """A clone whose branch topic has two commits, as far as main was published; main has one since then."""

    def __init__(self, folder: Path) -> None:
        origin = Repo.make(folder / "origin")
        origin.commit(insights="zero\n")
        self.fork = origin.commit(insights="one\n")
        self.repo = origin.clone("clone")
        self.repo.run("checkout", "-q", "-b", "topic")
        self.repo.commit(sync="one\n")
        self.topic = self.repo.commit(sync="two\n")
        self.repo.run("checkout", "-q", "main")
        self.main = origin.commit(portal="one\n")
        self.repo.run("pull", "-q", "--ff-only")
        self.option: str | None = None
        self.at: str | None = None
        self.staged = self.records_do = False
        self.variables: dict[str, str] = {}

    def on_topic(self) -> Place:
        self.repo.run("checkout", "-q", "topic")
        return self

    def merged(self) -> Place:
        self.repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
        self.repo.run("checkout", "-q", "--detach")
        return self

    def asked(self) -> tuple[str, Choice]:
        """The row that applies, and what was chosen."""
        environment = {**ENVIRONMENT, **self.variables}
        repository = open_repository(self.repo.path, environment)
        around = surroundings(environment)
        candidate = repository.candidate(staged=self.staged, at=self.at, pushed=around.pushed)
        asked = Asked(
            repository=repository,
            option=self.option,
            candidate=candidate,
            around=around,
            roots=ROOTS,
            named=None,
            tree=None,
            declares=lambda _path, _versions: True,
            records_do=self.records_do,
        )
        row = next(row.where for row in TABLE if row.applies(asked))
        choice = choose_base(
            repository,
            option=self.option,
            candidate=candidate,
            environment=environment,
            roots=ROOTS,
            records_do=self.records_do,
        )
        return row, choice


def typed(place: Place) -> str:
    place.option = "main~1"
    return place.fork


def target_event(place: Place) -> None:
    place.variables = github(place.repo, "pull_request_target", {})


def from_ref(place: Place) -> str:
    place.on_topic().variables = {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "topic"}
    return place.fork


def push_to_default(place: Place) -> str:
    place.staged = True
    place.variables = {
        "PRE_COMMIT_FROM_REF": place.fork,
        "PRE_COMMIT_TO_REF": "topic",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main",
    }
    return place.fork


def other_push(place: Place) -> str:
    place.staged = True
    place.variables = {
        "PRE_COMMIT_FROM_REF": "topic^",
        "PRE_COMMIT_TO_REF": "topic",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/topic",
    }
    return place.fork


def commit_hook(place: Place) -> str:
    place.on_topic().staged, place.variables = True, {"GIT_INDEX_FILE": ".git/index"}
    return place.fork


def at(place: Place) -> str:
    place.at = "topic"
    return place.fork


def train(place: Place) -> str:
    head = place.merged().repo.head()
    place.variables = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": place.main,
        "CI_COMMIT_SHA": head,
    }
    return place.main


def merge_of_host(place: Place) -> str:
    event = {"pull_request": {"head": {"sha": place.topic}}}
    place.merged().variables = github(place.repo, "pull_request", event)
    return place.main


def queue(place: Place) -> str:
    group = {"base_sha": place.main, "head_sha": place.merged().repo.head()}
    place.variables = github(place.repo, "merge_group", {"merge_group": group})
    return place.main


def diff_base(place: Place) -> str:
    place.on_topic().variables = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": place.fork}
    return place.fork


def tag(place: Place) -> None:
    place.variables = {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"}


def proposal(place: Place) -> str:
    place.on_topic().variables = {"CHANGE_TARGET": "main", "CHANGE_ID": "7"}
    return place.fork


def push_of_default(place: Place) -> str:
    event = {"before": place.fork, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    place.variables = github(place.repo, "push", event)
    return place.fork


def default(place: Place) -> None:
    place.variables = {"CI": "true"}


def other_branch(place: Place) -> str:
    place.on_topic().variables = {"CI": "true", "GITLAB_CI": "true", "CI_COMMIT_BRANCH": "topic"}
    place.variables |= {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": ZEROS}
    return place.fork


def home_branch(place: Place) -> str:
    place.on_topic()
    return place.fork


def home(place: Place) -> str:
    return place.repo.run("rev-parse", "main^")


ROWS: list[Callable[[Place], str | None]] = [
    *(typed, target_event, from_ref, push_to_default, other_push, commit_hook, at, train),
    *(
        merge_of_host,
        queue,
        diff_base,
        tag,
        proposal,
        push_of_default,
        default,
        other_branch,
        home_branch,
        home,
    ),
]
"""What makes each row of the table apply, in its order; it gives the commit, None where that is refused."""


def test_the_page_shows_the_table() -> None:
    rows = PAGE.read_text(encoding="utf-8").partition("<!-- bases -->\n")[2].partition("\n\n")[0]
    shown = [line.split("|")[1].strip() for line in rows.splitlines()[2:]]
    assert shown == [row.where for row in TABLE]
    assert len(ROWS) == len(TABLE)


CASES = [pytest.param(row.where, arrange, id=row.where) for row, arrange in zip(TABLE, ROWS, strict=True)]


@pytest.mark.parametrize(("where", "arrange"), CASES)
def test_every_row_is_chosen_where_it_applies(
    tmp_path: Path, where: str, arrange: Callable[[Place], str | None]
) -> None:
    place = Place(tmp_path)
    commit = arrange(place)
    if commit is not None:
        row, choice = place.asked()
        assert (row, choice.base and choice.base.commit) == (where, commit)
        return
    with pytest.raises(BaseError, match=r"pull_request_target|nothing says which commit") as caught:
        place.asked()
    assert "--base" in (caught.value.help or "")
    if "tag" in where or "default" in where:
        place.records_do = True
        row, choice = place.asked()
        assert (row, choice.base and choice.base.revision) == (where, "records")


def test_a_merge_in_progress_is_compared_as_if_it_were_made(tmp_path: Path) -> None:
    place = Place(tmp_path).on_topic()
    place.repo.run("merge", "-q", "--no-commit", "--no-ff", "main")
    place.staged, place.variables = True, {"GIT_INDEX_FILE": ".git/index"}
    _, choice = place.asked()
    assert choice.base is not None
    assert choice.base.commit == place.main


def test_two_merge_bases_are_refused_with_the_command_that_leaves_one(tmp_path: Path) -> None:
    place = Place(tmp_path)
    repo = place.repo
    repo.run("branch", "old", "topic")
    repo.run("merge", "-q", "--no-ff", "-m", "one", "old")
    repo.run("push", "-q", "origin", "main:refs/heads/published")
    repo.run("update-ref", "refs/remotes/origin/main", "main")
    repo.run("checkout", "-q", "topic")
    repo.run("merge", "-q", "--no-ff", "-m", "two", place.main)
    with pytest.raises(BaseError, match="more than one last commit") as caught:
        place.asked()
    assert "`git merge origin/main`" in (caught.value.help or "")
    repo.run("merge", "-q", "--no-ff", "-m", "three", "origin/main")
    _, choice = place.asked()
    assert choice.base is not None
    assert choice.base.commit == repo.run("rev-parse", "main")
