"""The ledger against a model of Partner Center, over random sequences of what people and Microsoft do."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from csp_config.commands import apply, import_live, record, review
from csp_config.commands.baseline import baseline
from csp_config.commands.input_file import InputFile
from csp_config.commands.status import status
from csp_config.commands.workspace import Inputs, Workspace, load_workspace
from csp_config.errors import CspConfigError
from csp_config.git import Project
from csp_config.loading import load, load_settings
from csp_config.loading.reader import Reader
from csp_config.model import Candidate, Tree
from tests.acceptance.offers import (
    LETTERS,
    SETTINGS,
    State,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import csp_config
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.work import Action

NAME = "contoso-insights"
OFFER, LIVE, RESALES = f"offers/{NAME}.yaml", f"offers/live/{NAME}.yaml", "offers/resales/fresh.yaml"
WISHES = ("any", "none", "a", "ab", "abc", "abcd", "bcd", "cde")
SEQUENCES, AT_ONCE, STEPS = 1_000, 50, 8
Files = dict[str, bytes]


class Interruption:
    """Ctrl-C at the n-th rename from now on, which is where a document or the runbook gets into its place."""

    def __init__(self) -> None:
        self.left: int | None = None
        sys.addaudithook(
            self._hear
        )  # for as long as this process lives; it does nothing while `left` is None

    @contextmanager
    def at(self, rename: int) -> Iterator[None]:
        self.left = rename
        try:
            yield
        except KeyboardInterrupt:
            pass
        finally:
            self.left = None

    def _hear(self, event: str, _: tuple[object, ...]) -> None:
        if self.left is not None and event == "os.rename":
            self.left -= 1
            if self.left <= 0:
                self.left = None
                raise KeyboardInterrupt


@pytest.fixture(scope="module")
def interruption() -> Interruption:
    return Interruption()


@dataclass
class Publisher:
    """A publisher's documents, and Partner Center as it really is; `looked`: somebody has seen it so.

    With `in_git` they are read as the program does; without, from the folder: in a tenth of the time.
    `branch`: the files at which a colleague's branch began, and those that it has made of them.
    """

    repo: Repo
    draw: Random
    live: State
    interruption: Interruption
    in_git: bool
    now: datetime = datetime(2026, 11, 22, 10, tzinfo=UTC)
    looked: bool = False
    resold: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    branch: tuple[Files, Files] | None = None
    merges: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.reader = Reader()
        self.settings, _ = load_settings(SETTINGS.encode())

    def files(self) -> Files:
        root = self.repo.path
        found = (root / name for name in (OFFER, LIVE, RESALES))
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if path.exists()}

    def write(self, files: Files) -> None:
        for gone in self.files().keys() - files.keys():
            self.repo.remove(gone)
        for path, content in files.items():
            self.repo.write(path, content)

    def workspace(self, base: Files | None = None) -> Workspace:
        """The documents as they are; `base`: compared with these, else with nothing (`--base records`)."""
        if self.in_git and base is None:
            inputs = Inputs(start=self.repo.path, now=self.now, environment=ENVIRONMENT, base="records")
            return load_workspace(inputs)
        self.reader.begin()
        files = self.files()
        earlier = None if base is None else load(Tree(files=base), self.settings, read=self.reader)
        candidate = load(Tree(files=files), self.settings, earlier=earlier, read=self.reader)
        return Workspace(
            project=Project(top=self.repo.path),
            repository=None,
            base_ref=None,
            candidate_ref=Candidate(kind="folder"),
            base=earlier or candidate,
            candidate=candidate,
            files=files,
            written={},
        )

    def record(self) -> LiveAudience | None:
        return self.workspace().candidate.live.get(NAME)

    def actions(self) -> tuple[Action, ...]:
        plan = review.plan(self.workspace(), self.now.date()).plan
        assert plan is not None
        return plan.actions

    def declare(self) -> None:
        wish = state(self.draw.choice(WISHES))
        self.repo.write(OFFER, offer_document(NAME, wish))

    def apply(self) -> None:
        """Apply, and see that no removal is handed out of whom the publisher knows to have resold."""
        workspace = self.workspace()
        report = review.plan(workspace, self.now.date())
        assert report.plan is not None
        if report.plan.blocked:
            return
        earlier = workspace.candidate.live.get(NAME)
        before = {one.id for one in earlier.requests} if earlier else set()
        apply.apply(workspace, report, self.repo.path / "runbook", self.now)
        after = self.record()
        for request in after.requests if after else ():
            if request.id not in before:
                assert not {LETTERS[one] for one in request.remove} & self.known

    def apply_interrupted(self) -> None:
        """Apply, ended at some rename; half of the time it is run again, and ends as if it had not been."""
        start = self.files()
        with self.interruption.at(self.draw.randint(1, 3)):
            self.apply()
        if self.draw.random() < 0.5:
            self.apply()
            ended = self.files()
            self.write(start)
            self.apply()
            assert self.files() == ended
            self.apply()
            assert self.files() == ended, "a second apply did something again"

    def branch_off_or_merge(self) -> None:
        """A colleague's branch, with another wish, and perhaps with requests that are drafted there."""
        if self.branch is not None:
            self.merge(*self.branch)
            self.branch = None
            return
        start = self.files()
        self.declare()
        if self.draw.random() < 0.5:
            self.apply()
        self.branch = start, self.files()
        self.write(start)

    def merge(self, start: Files, theirs: Files) -> None:
        """The branch is merged, file by file; where both have changed one, somebody takes one of the two.

        If that forgets what is recorded here, or takes it back, CSP317 says so, and it is put back.
        """
        ours = self.files()
        merged = dict(ours)
        for path in theirs.keys() | ours.keys():
            if theirs.get(path) == start.get(path):
                continue
            both = ours.get(path) not in (start.get(path), theirs.get(path))
            if path in theirs and not (both and self.draw.random() < 0.5):
                merged[path] = theirs[path]
        here = self.record()
        self.write(merged)
        there = self.record()
        found = review.validate(self.workspace(base=ours), self.now.date()).diagnostics
        told = any(one.code == "CSP317" and one.severity == "error" for one in found)
        assert told or not _forgets(here, there)
        self.merges["forgetful" if told else "kept"] += 1
        if told:
            assert any("git checkout" in (one.help or "") for one in found if one.code == "CSP317")
            self.write({**merged, LIVE: ours[LIVE]})

    def carry_out(self) -> None:
        for action in self.actions():
            if action.kind in ("opt-in", "sync-audience") and not action.blocked_by:
                self.live = _state(action.after.resellers, action.after.tenants)
                record.record_done(self.workspace(), [action.id], self.now)
                return

    def file(self) -> None:
        for request in self._requests("drafted"):
            record.record_filed(self.workspace(), request.id, str(self.draw.getrandbits(60)), self.now)
            return

    def answer(self) -> None:
        for request in self._requests("filed"):
            fits = self.live.resellers == request.move_from
            stuck = {one for one in request.remove if LETTERS[one] in self.resold}
            if not fits or (stuck and (request.move_to != "selected" or stuck == set(request.remove))):
                record.record_refused(self.workspace(), request.id, None, self.now, sorted(stuck))
                self.known |= {LETTERS[one] for one in stuck}
                return
            only = [one for one in request.remove if one not in stuck] if stuck else []
            gone = {LETTERS[one] for one in request.remove if one not in stuck}
            if request.move_to == "selected" and request.move_from == "any":
                asked = frozenset(LETTERS[one] for one in request.tenants)
                self.live, self.looked = State("selected", asked | self.resold), False
            elif request.move_to == "selected":
                self.live = State("selected", self.live.tenants - gone)
            else:
                self.live = state(request.move_to)
            record.record_granted(self.workspace(), request.id, None, self.now, only)
            return

    def export(self) -> None:
        if self.live.resellers != "selected" or not self.live.tenants:
            return
        rows = "".join(f"{tenant(letter)},{letter}\n" for letter in sorted(self.live.tenants))
        given = InputFile(
            name="export.csv", content=f"Tenant,Name\n{rows}".encode(), day=self.now.date().isoformat()
        )
        import_live.import_export(self.workspace(), NAME, given, (), self.now)
        self.looked = True

    def look(self) -> None:
        declared = self.workspace().candidate.declared(NAME)
        assert declared is not None
        if _state(declared.resellers, declared.tenants) == self.live:
            baseline(self.workspace(), [NAME], self.now)
            self.looked = True

    def private_offer(self) -> None:
        if self.live.resellers == "selected":
            self.live = State("selected", self.live.tenants | {"f"})

    def sell(self) -> None:
        if self.live.tenants:
            self.resold.add(self.draw.choice(sorted(self.live.tenants)))

    def learn(self) -> None:
        self.known |= self.resold
        text = resales_document("fresh", "2026-11-20", {NAME: frozenset(self.known)})
        self.repo.write(RESALES, text)

    def _requests(self, status_: str) -> list[Request]:
        found = self.record()
        return [one for one in found.requests if one.status == status_] if found else []


def _state(resellers: str, tenants: frozenset[str]) -> State:
    if resellers != "selected":
        return state(resellers)
    return State("selected", frozenset(LETTERS[one] for one in tenants))


def _forgets(here: LiveAudience | None, there: LiveAudience | None) -> bool:
    """Whether a record lacks an answer or a filed request of another one, or was seen earlier."""
    if here is None:
        return False
    if there is None or there.observed_at < here.observed_at:
        return True
    status_there = {one.id: one.status for one in there.requests}
    return any(status_there.get(one.id) in (None, "drafted") for one in here.requests if one.ticket)


def check(publisher: Publisher) -> None:
    """What has to hold after every step."""
    workspace = publisher.workspace()
    report = review.plan(workspace, publisher.now.date())
    found, declared = workspace.candidate.live.get(NAME), workspace.candidate.declared(NAME)
    assert report.plan is not None
    assert declared is not None
    waits = status(workspace, publisher.now)
    recorded = _state(found.state.resellers, found.state.tenants) if found else None
    differs = publisher.live != _state(declared.resellers, declared.tenants)
    if differs and (recorded is None or recorded == publisher.live):
        assert report.plan.actions or waits.anything or report.plan.blocked
    if found is None or not found.observed:
        assert waits.never_observed == (NAME,)
    else:
        assert publisher.looked
    requests = found.requests if found else ()
    wishes = [one.wish for one in requests if one.open]
    assert len(wishes) == len(set(wishes))
    assert len({one.id for one in requests}) == len(requests)
    tickets = [one.ticket for one in requests if one.ticket]
    assert len(tickets) == len(set(tickets))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEQUENCES, AT_ONCE))
def test_whatever_happens_the_ledger_forgets_nothing_and_claims_nothing(
    tmp_path: Path, first: int, interruption: Interruption, tried: Callable[[str, int], None]
) -> None:
    merges: Counter[str] = Counter()
    for seed in range(first, first + AT_ONCE):
        in_git = seed == first  # and then the program itself is asked, too
        publisher = _publisher(tmp_path / str(seed), seed, interruption, in_git=in_git)
        try:
            _live_through(publisher)
        except AssertionError as error:
            error.add_note(f"the sequence of seed {seed}")
            raise
        merges += publisher.merges
        if in_git:
            publisher.repo.commit()
            ran = csp_config(publisher.repo.path, "status")
            assert ran.code in (0, 4), ran.said
    assert merges["kept"] > merges["forgetful"]
    tried("sequences of the ledger", AT_ONCE)
    tried("merges of branches of the ledger", merges.total())
    tried("merges that forgot something", merges["forgetful"])


def _publisher(folder: Path, seed: int, interruption: Interruption, *, in_git: bool) -> Publisher:
    draw = Random(seed)  # noqa: S311 - a sequence that can be run again
    if in_git:
        repo = Repo.make(folder)
    else:
        folder.mkdir()
        repo = Repo(folder)
    start = state(draw.choice(WISHES))
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(OFFER, offer_document(NAME, start))
    publisher = Publisher(repo, draw, start, interruption, in_git)
    publisher.learn()
    if in_git:
        repo.commit()
    return publisher


def _live_through(publisher: Publisher) -> None:
    work = [publisher.declare, publisher.apply, publisher.carry_out, publisher.file, publisher.answer]
    steps: list[Callable[[], None]] = [
        *(*work, *work, publisher.apply_interrupted, *[publisher.branch_off_or_merge] * 5),
        *(publisher.export, publisher.look, publisher.private_offer, publisher.sell, publisher.learn),
    ]
    publisher.look()
    for step in (publisher.draw.choice(steps) for _ in range(STEPS)):
        publisher.now += timedelta(minutes=1)
        try:
            step()
        except CspConfigError as refused:
            assert refused.message  # noqa: PT017 - a refusal says why, and nothing may have changed by it
        check(publisher)
