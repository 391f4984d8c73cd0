"""One law over random histories: the verdict belongs to the branch, whatever way its commits were pushed.

A history is a main that does only what it may, and a branch that may do anything, with merges both ways, tags
and amended commits. What the merge of the branch into main would take from whom is worked out here from sets,
without git and without the program, and held against what the program says in every place it may run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from csp_config.commands import review
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.errors import BaseError
from csp_config.git import Repository, choose_base
from tests.ground.publisher import (
    ADATUM,
    FABRIKAM,
    NORTHWIND,
    SETTINGS,
    ZEROS,
    github,
    offer,
    resales,
)
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ROOTS = ("csp-config.yaml", "offers")
OFFERS = ("contoso-desk", "contoso-insights")
RESOLD = {FABRIKAM}
EVERYBODY = frozenset({FABRIKAM, NORTHWIND, ADATUM})
State = tuple[frozenset[str], ...]  # of each offer, who may sell
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("branch"), st.integers(0, 1), st.sampled_from(sorted(EVERYBODY))),
        st.tuples(st.just("main"), st.integers(0, 1), st.sampled_from(sorted(EVERYBODY - RESOLD))),
        st.tuples(st.just("other"), st.just(0), st.just("")),
        st.tuples(st.sampled_from(["update", "merge", "amend", "tag"]), st.just(0), st.just("")),
    ),
    min_size=1,
    max_size=9,
)


@dataclass
class Commit:
    parents: tuple[int, ...]
    state: State


@dataclass
class History:
    """Commits by number; `heads`: where main and the branch are; `seen`: where the branch once was."""

    commits: list[Commit] = field(default_factory=list)
    main: int = 0
    branch: int = 0
    seen: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)

    def add(self, state: State, *parents: int) -> int:
        self.commits.append(Commit(parents, state))
        return len(self.commits) - 1

    def ancestors(self, commit: int) -> set[int]:
        found, waiting = set(), [commit]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting.extend(self.commits[here].parents)
        return found

    def merge_bases(self, one: int, other: int) -> list[int]:
        shared = self.ancestors(one) & self.ancestors(other)
        below = {lower for here in shared for lower in self.ancestors(here) - {here}}
        return sorted(shared - below)

    def merged(self, base: int, one: int, other: int) -> State:
        """What a merge holds: whatever one side changed since the base, of each partner of each offer."""
        before, here, there = (self.commits[number].state for number in (base, one, other))
        return tuple(
            frozenset(
                tenant
                for tenant in EVERYBODY
                if ((tenant in new) if (tenant in new) != (tenant in old) else (tenant in mine))
            )
            for old, mine, new in zip(before, here, there, strict=True)
        )


def played(steps: list[tuple[str, int, str]]) -> History:
    """The history that the steps make; a step that has no sense where it stands is left out."""
    history = History()
    history.main = history.branch = history.add((EVERYBODY, EVERYBODY))
    history.branch = history.add((EVERYBODY, EVERYBODY), history.main)
    history.seen.append(history.branch)
    for what, number, tenant in steps:
        main, branch = history.main, history.branch
        if what in ("branch", "main"):
            head = branch if what == "branch" else main
            changed = list(history.commits[head].state)
            changed[number] = changed[number] ^ {tenant}
            if not changed[number]:
                continue
            made = history.add(tuple(changed), head)
            setattr(history, what, made)
        elif what == "other":
            history.branch = history.add(history.commits[branch].state, branch)
        elif what in ("update", "merge"):
            bases = history.merge_bases(main, branch)
            if len(bases) != 1 or bases[0] == (main if what == "update" else branch):
                continue
            one, other = (branch, main) if what == "update" else (main, branch)
            made = history.add(history.merged(bases[0], one, other), one, other)
            if what == "update":
                history.branch = made
            else:
                history.main = made
        elif what == "tag":
            history.tags.append(branch)
        elif branch not in history.ancestors(main) and len(history.commits[branch].parents) == 1:
            state = tuple(who | RESOLD for who in history.commits[branch].state)
            history.branch = history.add(state, *history.commits[branch].parents)
        history.seen.append(history.branch)
    return history


def written(history: History, folder: Path) -> tuple[Repo, list[str]]:
    """A clone with the history, main published, the branch checked out; the id of every commit."""
    repo = Repo.make(folder)
    stream = [f"blob\nmark :1\ndata {len(SETTINGS)}\n{SETTINGS}\n"]
    blobs: dict[tuple[int, frozenset[str]], int] = {}

    def blob(text: str) -> int:
        mark = 100_000 + len(stream)
        stream.append(f"blob\nmark :{mark}\ndata {len(text.encode())}\n{text}\n")
        return mark

    evidence = [blob(resales(*sorted(RESOLD), name=name)) for name in OFFERS]
    for number, commit in enumerate(history.commits):
        for place, who in enumerate(commit.state):
            if (place, who) not in blobs:
                blobs[place, who] = blob(offer(*sorted(who), name=OFFERS[place]))
        lines = [f"commit refs/history/{number}", f"mark :{number + 10}"]
        lines += [f"committer Ana Lima <ana@contoso.example> {1_795_000_000 + number} +0000", "data 0", ""]
        lines += [f"from :{commit.parents[0] + 10}"] if commit.parents else []
        lines += [f"merge :{parent + 10}" for parent in commit.parents[1:]]
        lines += ["deleteall", "M 100644 :1 csp-config.yaml"]
        for place, who in enumerate(commit.state):
            lines.append(f"M 100644 :{blobs[place, who]} offers/{OFFERS[place]}.yaml")
            lines.append(f"M 100644 :{evidence[place]} offers/resales/{OFFERS[place]}.yaml")
        stream.append("\n".join(lines) + "\n")
    repo.run("fast-import", "--quiet", given="".join(stream))
    refs = repo.run("for-each-ref", "--format=%(refname) %(objectname)", "refs/history").splitlines()
    named = dict(line.split(" ") for line in refs)
    ids = [named[f"refs/history/{number}"] for number in range(len(history.commits))]
    repo.run("update-ref", "refs/remotes/origin/main", ids[history.main])
    repo.run("update-ref", "refs/heads/topic", ids[history.branch])
    repo.run("symbolic-ref", "HEAD", "refs/heads/topic")
    repo.run("reset", "-q", "--hard")
    return repo, ids


def places(history: History, repo: Repo, ids: list[str]) -> Iterator[tuple[str, dict[str, str], bool]]:
    """Every place in which the branch may be judged: name, variables, whether the index is asked for."""
    yield "at home", {}, False
    yield "in the hook", {"GIT_INDEX_FILE": ".git/index"}, True
    yield "unknown CI", {"CI": "true"}, False
    yield "Jenkins", {"CHANGE_TARGET": "main", "CHANGE_ID": "7"}, False
    seen = history.seen
    for number in {ids[seen[0]], ids[seen[len(seen) // 2]], ids[seen[-1]], ZEROS}:
        event = {"before": number, "ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
        yield f"GitHub, after {number}", github(repo, "push", "refs/heads/topic", event), False
        pushed = {"PRE_COMMIT_REMOTE_BRANCH": "refs/heads/topic", "PRE_COMMIT_TO_REF": ids[history.branch]}
        if number != ZEROS:
            yield f"before a push on {number}", {**pushed, "PRE_COMMIT_FROM_REF": number}, True


class Verdicts:
    """What the program says in each place; of places with the same comparison the first is run whole."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.known: dict[tuple[str, str], bool] = {}

    def of(self, variables: dict[str, str], *, staged: bool) -> bool | None:
        """Whether errors are found; None where the comparison is refused."""
        environment = {**ENVIRONMENT, **variables}
        inputs = Inputs(start=self.repo.path, now=NOW, environment=environment, staged=staged)
        repository = Repository(inputs.project, environment)
        candidate = repository.candidate(staged=staged, pushed=inputs.surroundings.pushed)
        try:
            choice = choose_base(
                repository, option=None, candidate=candidate, environment=environment, roots=ROOTS
            )
        except BaseError:
            return None
        compared = candidate.kind, str(choice.base and choice.base.commit)
        if compared not in self.known:
            report = review.validate(load_workspace(inputs), NOW.date())
            self.known[compared] = bool(report.number_of("error"))
        return self.known[compared]


def check(steps: list[tuple[str, int, str]], folder: Path) -> None:
    history = played(steps)
    repo, ids = written(history, folder)
    bases = history.merge_bases(history.main, history.branch)
    verdicts = Verdicts(repo)
    for name, variables, staged in places(history, repo, ids):
        found = verdicts.of(variables, staged=staged)
        if len(bases) > 1:
            assert found is None, name
            continue
        merged = history.merged(bases[0], history.main, history.branch)
        before = history.commits[history.main].state
        base = history.commits[bases[0]].state
        own = history.commits[history.branch].state
        taken = any(RESOLD & (old - new) for old, new in zip(before, merged, strict=True))
        given_up = any(RESOLD & (old - new) for old, new in zip(base, own, strict=True))
        assert found == given_up, name
        assert found or not taken, name
    if len(bases) == 1 and history.branch not in history.ancestors(history.main):
        after_merge(history, repo, ids, bases[0])


def after_merge(history: History, repo: Repo, ids: list[str], base: int) -> None:
    """The pipeline of the merge into main says what the branch's own pipelines said."""
    told = Verdicts(repo).of({"CI": "true"}, staged=False)
    merged = history.merged(base, history.main, history.branch)
    if not all(merged):
        return  # each side left somebody; that together they leave nobody is a fault of the merge alone
    for place, who in enumerate(merged):
        repo.write(f"offers/{OFFERS[place]}.yaml", offer(*sorted(who), name=OFFERS[place]))
    repo.run("add", "--all")
    tree = repo.run("write-tree")
    commit = repo.run("commit-tree", tree, "-p", ids[history.main], "-p", ids[history.branch], "-m", "merge")
    repo.run("checkout", "-q", "--force", "-B", "main", commit)
    event = {"before": ids[history.main], "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    proposal = {"pull_request": {"head": {"sha": ids[history.branch]}}}
    for name, ref, content in (
        ("push", "refs/heads/main", event),
        ("pull_request", "refs/pull/7/merge", proposal),
    ):
        variables = github(repo, name, ref, content)
        assert Verdicts(repo).of(variables, staged=False) == told, name


def run(count: int, part: int, factory: Callable[[str], Path]) -> int:
    """Try so many histories, others for each part; how many were tried."""
    tried = 0

    @seed(part)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def holds(steps: list[tuple[str, int, str]]) -> None:
        nonlocal tried
        tried += 1
        check(steps, factory("history") / "repo")

    holds()
    return tried


def test_some_histories(tmp_path_factory: pytest.TempPathFactory) -> None:
    run(5, 0, tmp_path_factory.mktemp)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, 9))
def test_many_histories(
    part: int, tmp_path_factory: pytest.TempPathFactory, tried: Callable[[str, int], None]
) -> None:
    tried("histories", run(250, part, tmp_path_factory.mktemp))
