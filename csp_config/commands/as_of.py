"""The commit for a day or a revision: the state of the default branch at that time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from csp_config.commands.project_at_commit import names_default_at
from csp_config.errors import GitError, ReadingError
from csp_config.git import Asked, Repository
from csp_config.git.history import last_before
from csp_config.model import Candidate
from csp_config.model.history import AsOf

if TYPE_CHECKING:
    from csp_config.commands.workspace import Inputs
    from csp_config.git import Branch
    from csp_config.git.history import Commit

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written as `2026-11-20`."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def at_moment(inputs: Inputs, moment: str) -> tuple[Inputs, AsOf]:
    """The inputs at a day (`2026-11-20`) or a revision, and the commit that it stands for.

    For a day it is the last commit on the first-parent line of the default branch whose committer's date is
    before 24:00 UTC. Ages are counted to the end of that day, or to now if that is earlier.
    Raises: ReadingError for a day before the first commit or in the future, GitError for anything that cannot
    be read.
    """
    if not _DAY.fullmatch(moment):
        repository = Repository(inputs.project, inputs.environment)
        commit = repository.commit(moment)
        return inputs._replace(at=commit.id), AsOf(moment, commit.id, commit.date)
    day = _day_of(moment, inputs.now)
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    repository, branch = open_default_branch(inputs)
    found = _last_commit(repository.first_parents(branch.commit), end, moment, branch)
    return inputs._replace(at=found.id, now=min(end, inputs.now)), AsOf(moment, found.id, found.date)


def open_default_branch(inputs: Inputs) -> tuple[Repository, Branch]:
    """The repository, and its default branch as it was published. Raises: GitError where there is none."""
    project = inputs.project
    if project.git_folder is None:
        raise GitError(
            f"{project.path} is in no git repository, so nothing is known of any earlier day",
            help="run it in a clone of the repository that holds the documents",
        )
    repository = Repository(project, inputs.environment)
    head, names_default = repository.head(), names_default_at(repository, project.folder)
    branch = Asked(
        repository=repository,
        candidate=Candidate(kind="commit", commit=head),
        around=inputs.surroundings,
        named=names_default(head) if head else None,
        names_default=names_default,
    ).default
    if branch is None:
        raise GitError(
            "which branch is the default one cannot be told in this clone",
            help="name it with `default_branch` in csp-config.yaml, or run `git remote set-head origin -a`",
        )
    return repository, branch


def _day_of(moment: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(moment)
    except ValueError:
        raise ReadingError(f"there is no day {moment}", help="give a day as 2026-11-20") from None
    if day > now.date():
        raise ReadingError(
            f"{moment} is in the future: what stands then is not known",
            help=f"give a day up to today, {now.date().isoformat()} (UTC); csp-config plan says what is due",
        )
    return day


def _last_commit(commits: tuple[Commit, ...], end: datetime, moment: str, branch: Branch) -> Commit:
    found = last_before(commits, end)
    if found is None:
        raise ReadingError(
            f"{branch.shown} has no commit that is as old as {moment}",
            help=f"its first one, {commits[0].id[:12]}, is of {commits[0].date[:10]}: give no earlier day",
        )
    return found
