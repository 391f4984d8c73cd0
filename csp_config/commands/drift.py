"""plan against a target: live states are read from it, and drift is reported apart from changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from csp_config.commands import review
from csp_config.commands.record_changes import seen_at, stamp
from csp_config.commands.records import known_record
from csp_config.model import partners_by_tenant
from csp_config.model.comparison import Comparison, Drift, NotRead, UnsyncedDraft
from csp_config.model.drafts import is_part_of, may_hold
from csp_config.planning import recorded_state
from csp_config.planning.requests import is_satisfied
from csp_config.targets import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Audience, Offer, Report, State
    from csp_config.model.records import LeftInDraft, LiveAudience
    from csp_config.targets import LiveOffer, Reader

TARGET: Literal["partner-center"] = "partner-center"
_LONGEST_JOB = timedelta(days=1)
"""For how long a job may still save what was sent to it. UNKNOWN how long one may take; they take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffers:
    """The live states that were read, by offer, and the offers that were not read, with the reasons."""

    read: Mapping[str, LiveOffer]
    not_read: tuple[NotRead, ...]

    @property
    def failed(self) -> tuple[NotRead, ...]:
        """The offers whose reading failed; the other unread ones have no API, and are left to a person."""
        return tuple(one for one in self.not_read if one.fault)

    @property
    def to_look_at(self) -> tuple[NotRead, ...]:
        """The offers of which something was found that is not understood, or nothing: a person looks."""
        return tuple(one for one in self.not_read if not one.fault and not one.no_api)


def read_live(workspace: Workspace, reader: Reader, only: Collection[str] = ()) -> LiveOffers:
    """Read every offer that either side declares, or only some. Raises: TargetError."""
    offers = dict(workspace.base.offers) if workspace.base else {}
    offers |= workspace.candidate.offers
    subjects = [
        Subject(
            offer=name,
            type=offer.type,
            published=_is_published(workspace, name, offer),
            left_in_draft=_left_before(workspace, name),
        )
        for name, offer in sorted(offers.items())
        if not only or name in only
    ]
    readings = () if workspace.settings_broken else tuple(reader.read(subjects))
    return LiveOffers(
        read={one.offer: one for one in readings if not isinstance(one, NotRead)},
        not_read=tuple(sorted((one for one in readings if isinstance(one, NotRead)), key=_offer)),
    )


def _is_published(workspace: Workspace, name: str, offer: Offer) -> bool:
    recorded = _recorded(workspace, name)
    return offer.published if recorded is None else recorded.published


def plan(
    workspace: Workspace,
    live: LiveOffers,
    now: datetime,
    *,
    only: Collection[str] = (),
    texts: bool = True,
) -> Report:
    """The report with the plan from the live states that were read, and the comparison with the records.

    An offer that could not be read is not planned; one that no API serves is planned from its record. For
    `texts`, see `review.plan`.
    """
    report = review.plan(
        workspace,
        now.date(),
        only=only,
        live_records={name: observed_record(workspace, one, now) for name, one in live.read.items()},
        excluded={one.offer for one in live.failed},
        texts=texts,
    )
    comparison = Comparison(
        target=TARGET,
        read_at=stamp(now),
        read=tuple(sorted(live.read)),
        drift=tuple(_drifts(workspace, live.read.values())),
        not_read=live.not_read,
        unsynced=tuple(_unsynced_drafts(workspace, live.read.values())),
    )
    return report._replace(comparison=comparison)


def observed_record(workspace: Workspace, live: LiveOffer, now: datetime) -> LiveAudience:
    """The live record of an offer with the live state that was read; its requests stay."""
    record = known_record(workspace, live.offer, now, live.state)
    return record._replace(
        state=live.state,
        observed_at=seen_at(record, live.read_at),
        observed_from=TARGET,
        left_in_draft=_still_left(record, live),
    )


def differs_from_records(workspace: Workspace, live: LiveOffer) -> bool:
    """Whether the live state of an offer, or its draft, is not the recorded one, or none is recorded."""
    if _recorded(workspace, live.offer) != live.state:
        return True
    record = workspace.candidate.live.get(live.offer)
    return record is not None and record.left_in_draft != _still_left(record, live)


def _left_before(workspace: Workspace, offer: str) -> Audience | None:
    """What apply left in the draft of an offer, as its newest record says."""
    record = _record(workspace, offer)
    return record.left_in_draft.audience if record and record.left_in_draft else None


def _still_left(record: LiveAudience, live: LiveOffer) -> LeftInDraft | None:
    """What apply left in a draft or preview, as far as it may be there still.

    It is not once it is live, or where neither draft nor preview holds a part of it, unless a job may still
    save it. Where the draft alone holds a part, and nobody else saved more there, it is that part.
    """
    left, now = record.left_in_draft, live.state.audience
    if left is None or left.audience == now:
        return None
    held = live.unsynced.draft.audience if live.unsynced and live.unsynced.draft else None
    in_draft = live.unsynced is not None and (left.not_put_back or may_hold(held, left.audience, now))
    if not in_draft and not live.left_in_preview:
        may_come = left.not_seen and _moment(live.read_at) < _moment(left.at) + _LONGEST_JOB
        return left if may_come else None
    if held is not None and in_draft and not live.left_in_preview and is_part_of(held, left.audience, now):
        return left._replace(audience=held, not_put_back=False, not_seen=False)
    return left


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _unsynced_drafts(workspace: Workspace, live_offers: Iterable[LiveOffer]) -> Iterator[UnsyncedDraft]:
    """The drafts whose audience is neither live, nor declared here, nor recorded as left by apply."""
    for one in sorted(live_offers, key=_offer):
        draft, record = one.unsynced, _record(workspace, one.offer)
        declared = workspace.candidate.declared(one.offer)
        held = draft.draft.audience if draft and draft.draft else None
        asked_for = declared is not None and held == declared.audience
        left = record.left_in_draft if record else None
        is_own = asked_for or (left is not None and is_part_of(held, left.audience, one.state.audience))
        if draft is not None and not is_own:
            yield draft


def _drifts(workspace: Workspace, live_offers: Iterable[LiveOffer]) -> Iterable[Drift]:
    for one in sorted(live_offers, key=_offer):
        recorded = _recorded(workspace, one.offer)
        if recorded is None or recorded == one.state:
            continue
        record = _record(workspace, one.offer)
        later = record is not None and record.observed_at > one.read_at
        yield Drift(
            offer=one.offer,
            recorded=recorded,
            recorded_at=record.observed_at if record else None,
            recorded_from=record.observed_from if record else "declared",
            found=one.state,
            found_at=one.read_at,
            published_at=one.published_at,
            newer="record" if later else "partner-center",
            came_true=_satisfied_requests(record, one.state),
            names=_names(workspace, recorded.tenants ^ one.state.tenants),
        )


def _satisfied_requests(record: LiveAudience | None, state: State) -> tuple[str, ...]:
    """The filed requests of a record that a live state satisfies: they were granted, so it is no drift."""
    requests = record.requests if record else ()
    return tuple(one.id for one in requests if one.status == "filed" and is_satisfied(one, state))


def _names(workspace: Workspace, tenants: Collection[str]) -> dict[str, str]:
    """Tenant -> name, from the documents of candidate or base."""
    known = partners_by_tenant(workspace.base, workspace.candidate)
    return {tenant: known[tenant].name for tenant in sorted(tenants) if tenant in known}


def _recorded(workspace: Workspace, offer: str) -> State | None:
    """The recorded state of an offer: from the candidate's live record, else as the base has it."""
    if offer in workspace.candidate.live:
        return workspace.candidate.live[offer].state
    return recorded_state(workspace.base, offer)[0] if workspace.base else None


def _record(workspace: Workspace, offer: str) -> LiveAudience | None:
    for snapshot in (workspace.candidate, workspace.base):
        if snapshot is not None and offer in snapshot.live:
            return snapshot.live[offer]
    return None


def _offer(one: LiveOffer | NotRead) -> str:
    return one.offer
