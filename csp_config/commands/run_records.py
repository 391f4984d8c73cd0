"""The live records of one run of apply: what was read, what is to be saved, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands.record_changes import seen_at, stamp
from csp_config.commands.records import Ledger, handed_out_records
from csp_config.commands.writing import require_places, write_listed
from csp_config.model.records import LeftInDraft
from csp_config.planning.actions import put_back_actions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from csp_config.commands.drift import LiveOffers
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Audience
    from csp_config.model.records import LiveAudience
    from csp_config.model.work import Action, Plan
    from csp_config.targets import Result, Task


class RunRecords:
    """Writes the live records of a run. `live` None: no target was read."""

    def __init__(self, workspace: Workspace, live: LiveOffers | None, now: datetime) -> None:
        self.workspace = workspace
        self.live_offers = live.read if live else {}
        self.now = now
        self.ledger = Ledger(workspace)
        self.texts: Mapping[str, bytes] = {}
        self.written: dict[str, LiveAudience] = {}
        self.intended_from: dict[str, LeftInDraft | None] = {}  # what was left before the tasks of this run

    def refresh(self) -> None:
        """Write the live states that were read, where the record differs or was never observed."""
        changed = []
        for live in self.live_offers.values():
            from csp_config.commands import drift  # noqa: PLC0415 - by hand nothing was read

            declared = live.offer in self.workspace.candidate.offers
            record = self.workspace.candidate.live.get(live.offer)
            unseen = record is None or record.observed_from == "declared"
            if declared and (unseen or drift.differs_from_records(self.workspace, live)):
                changed.append(self._close_fulfilled(self.current(live.offer)))
        self.write(*changed)

    def record_intended(self, tasks: Iterable[Task]) -> None:
        """Write, before anything is saved in a draft, what the tasks will save: no end of the run forgets it.

        The results narrow it down, else the next reading does.
        """
        changed = []
        for task in tasks:
            if task.current.published and task.desired.audience != task.current.audience:
                record = self.current(task.offer)
                self.intended_from[task.offer] = record.left_in_draft
                earlier, audience = record.left_in_draft, _with_earlier(task)
                seen = earlier is not None and earlier.audience == audience and not earlier.not_seen
                left = self._left(earlier, audience)._replace(
                    not_put_back=task.not_put_back, not_seen=not seen
                )
                if left != earlier:
                    changed.append(record._replace(left_in_draft=left))
        self.write(*changed)

    def record_result(self, result: Result) -> None:
        """Write the offer's state after a task, and the audience that it left in draft or preview."""
        from csp_config.commands.drift import TARGET  # noqa: PLC0415 - by hand nothing was read

        offer = result.task.offer
        record = self.current(offer)
        earlier = self.intended_from.get(offer, record.left_in_draft)
        left = None
        if result.left_in_draft is not None:
            left = self._left(earlier, result.left_in_draft)._replace(
                not_put_back=result.not_put_back, not_seen=result.not_seen
            )
        changed = record._replace(left_in_draft=left)
        if result.state is not None:
            changed = changed._replace(
                state=result.state, observed_at=seen_at(record, stamp(self.now)), observed_from=TARGET
            )
            changed = self._close_fulfilled(changed)
        if changed != record or result.state is not None:
            self.write(changed)

    def _left(self, earlier: LeftInDraft | None, audience: Audience) -> LeftInDraft:
        """What is left in a draft, as of now or of the earlier time at which it was so already."""
        at = earlier.at if earlier and earlier.audience == audience else stamp(self.now)
        return LeftInDraft(at=at, audience=audience)

    def put_backs(self, results: Iterable[Result]) -> list[Action]:
        """The actions that put back the drafts in which an audience is left that is not asked for."""
        return [
            action
            for result in sorted(results, key=lambda one: one.task.offer)
            for action in put_back_actions(self.current(result.task.offer), result.task.desired.audience)
        ]

    def prepare(self, plan: Plan, moved: Collection[str]) -> None:
        """Make the texts of the records, so that a path that cannot be written fails before the runbook.

        `moved`: offers whose live state is not the plan's current one. Raises: WritingError.
        """
        stands = {**{offer: self.current(offer) for offer in self.live_offers}, **self.written}
        records = handed_out_records(self.workspace, plan, self.now, stands)
        self.texts = self.ledger.texts(record for record in records if record.offer not in moved)
        require_places(self.workspace, self.texts)

    def write_prepared(self) -> None:
        """Write the records that `prepare` made. Raises: WritingError."""
        write_listed(self.workspace, self.texts)

    def current(self, offer: str) -> LiveAudience:
        """The record as last written in this run, else with the live state that was read."""
        from csp_config.commands.drift import observed_record  # noqa: PLC0415 - by hand nothing was read

        return self.written.get(offer) or observed_record(self.workspace, self.live_offers[offer], self.now)

    def write(self, *records: LiveAudience) -> None:
        """Write records, which are current from then on. Raises: WritingError."""
        if records:
            self.ledger.write(records)
            self.written |= {record.offer: record for record in records}

    def _close_fulfilled(self, record: LiveAudience) -> LiveAudience:
        from csp_config.commands.import_live import close_fulfilled_requests  # noqa: PLC0415 - same

        return close_fulfilled_requests(record, self.now)


def _with_earlier(task: Task) -> Audience:
    """What the draft may hold while a task is carried out: what it saves, and what was left there before."""
    desired, earlier = task.desired.audience, task.left_in_draft
    if earlier is None or not desired.resellers == earlier.resellers == "selected":
        return desired
    return desired._replace(tenants=desired.tenants | earlier.tenants)
