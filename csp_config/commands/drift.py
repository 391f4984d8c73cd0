"""plan against a target: what is live is read there, and drift is listed separately from changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from csp_config.commands import review
from csp_config.commands.records import known_record, stamp
from csp_config.model import Comparison, Drift, NotRead, UnsyncedDraft, partners_by_tenant
from csp_config.planning import standing
from csp_config.planning.requests import verdicts
from csp_config.targets import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model import LiveAudience, Offer, Report, State
    from csp_config.targets import Found, Reader

TARGET: Literal["partner-center"] = "partner-center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What was read of the offers concerned: offer -> what was found, and why the others were not read."""

    found: Mapping[str, Found]
    not_read: tuple[NotRead, ...]

    @property
    def failed(self) -> tuple[NotRead, ...]:
        """The offers that something kept from being read; the others are a person's work by nature."""
        return tuple(one for one in self.not_read if one.fault)


def read_live(workspace: Workspace, reader: Reader, only: Collection[str] = ()) -> Live:
    """Read every offer that either side declares, or only some. Raises: TargetError."""
    offers = dict(workspace.base.offers) if workspace.base else {}
    offers |= workspace.candidate.offers
    wanted = [
        Subject(offer=name, type=offer.type, published=_is_published(workspace, name, offer))
        for name, offer in sorted(offers.items())
        if not only or name in only
    ]
    readings = () if workspace.settings_broken else tuple(reader.read(wanted))
    return Live(
        found={one.offer: one for one in readings if not isinstance(one, NotRead)},
        not_read=tuple(sorted((one for one in readings if isinstance(one, NotRead)), key=_offer)),
    )


def _is_published(workspace: Workspace, name: str, offer: Offer) -> bool:
    recorded = _recorded(workspace, name)
    return offer.published if recorded is None else recorded.published


def plan(workspace: Workspace, live: Live, now: datetime, *, only: Collection[str] = ()) -> Report:
    """The report with the plan that starts from what was read, and what it was compared with.

    An offer that could not be read is not planned; one that no API serves is planned from its record.
    """
    report = review.plan(
        workspace,
        now.date(),
        only=only,
        found={name: observed(workspace, one, now) for name, one in live.found.items()},
        without={one.offer for one in live.failed},
    )
    comparison = Comparison(
        target=TARGET,
        read_at=stamp(now),
        read=tuple(sorted(live.found)),
        drift=tuple(_drifted(workspace, live.found.values())),
        not_read=live.not_read,
        unsynced=tuple(_unsynced(workspace, live.found.values())),
    )
    return replace(report, comparison=comparison)


def observed(workspace: Workspace, found: Found, now: datetime) -> LiveAudience:
    """The live record of an offer as it would be with what was read; its requests stay."""
    record = known_record(workspace, found.offer, now, found.state)
    left = record.left_in_draft if _is_still_left(record, found) else None
    return replace(
        record, state=found.state, observed_at=found.read_at, observed_from=TARGET, left_in_draft=left
    )


def has_moved(workspace: Workspace, found: Found) -> bool:
    """Whether an offer, or its draft, stands elsewhere than the documents say, or they say nothing."""
    if _recorded(workspace, found.offer) != found.state:
        return True
    record = workspace.candidate.live.get(found.offer)
    return record is not None and record.left_in_draft is not None and not _is_still_left(record, found)


def _is_still_left(record: LiveAudience, found: Found) -> bool:
    """Whether the draft may still hold what apply left in it: it is not what is live, so not put back."""
    return record.left_in_draft is not None and found.unsynced is not None


def _unsynced(workspace: Workspace, found: Iterable[Found]) -> Iterator[UnsyncedDraft]:
    """The drafts that somebody else saved: neither live, nor asked for here, nor left there by apply."""
    for one in sorted(found, key=_offer):
        draft, record = one.unsynced, _record(workspace, one.offer)
        declared = workspace.candidate.declared(one.offer)
        own = [declared.audience] if declared else []
        if record is not None and record.left_in_draft is not None:
            own.append(record.left_in_draft.audience)
        if draft is not None and (draft.draft is None or draft.draft.audience not in own):
            yield draft


def _drifted(workspace: Workspace, found: Iterable[Found]) -> Iterable[Drift]:
    for one in sorted(found, key=_offer):
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
            came_true=_come_true(record, one.state),
            names=_names(workspace, recorded.tenants ^ one.state.tenants),
        )


def _come_true(record: LiveAudience | None, found: State) -> tuple[str, ...]:
    """The filed requests of a record that what was found shows to be granted: no drift, but an answer."""
    requests = [one for one in (record.requests if record else ()) if one.status == "filed"]
    judged = {one.id: verdicts([one], found, found).get(one.id) for one in requests}
    return tuple(name for name, verdict in judged.items() if verdict == "satisfied")


def _names(workspace: Workspace, tenants: Collection[str]) -> dict[str, str]:
    """Tenant -> name, as the documents of either side have it."""
    known = partners_by_tenant(workspace.base, workspace.candidate)
    return {tenant: known[tenant].name for tenant in sorted(tenants) if tenant in known}


def _recorded(workspace: Workspace, offer: str) -> State | None:
    """Where the documents say that an offer stands: the newest record, else what the base declares."""
    if offer in workspace.candidate.live:
        return workspace.candidate.live[offer].state
    return standing(workspace.base, offer)[0] if workspace.base else None


def _record(workspace: Workspace, offer: str) -> LiveAudience | None:
    for snapshot in (workspace.candidate, workspace.base):
        if snapshot is not None and offer in snapshot.live:
            return snapshot.live[offer]
    return None


def _offer(one: Found | NotRead) -> str:
    return one.offer
