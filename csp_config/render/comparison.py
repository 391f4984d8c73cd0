"""The comparison of the records with a target's live state: drift, unsynced drafts, and offers not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.render.headline import state_words
from csp_config.text import visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model.comparison import Comparison, Drift, UnsyncedDraft

_MOST_TENANTS = 10
UNSYNCED = "Saved in a draft and not synced, and not recorded as saved by apply"
"""The title of the drafts that differ from what is live."""


def text_lines(comparison: Comparison) -> Iterator[str]:
    """The lines of the comparison for a terminal, each safe to print."""
    words = f"Compared with {comparison.target}, read at {comparison.read_at}"
    yield visible(f"{words}: {counted(len(comparison.read), 'offer')} read, {_counts(comparison)}")
    if comparison.drift:
        yield ""
        yield "Drifted: Partner Center holds something else than the documents say, not by a change here"
        for one in comparison.drift:
            first, *others = _drift(one)
            yield f"~ {visible(first)}"
            yield from (f"    {visible(line.strip())}" for line in others)
    if comparison.unsynced:
        yield ""
        yield f"{UNSYNCED}: apply does not write over it"
        yield from (f"! {visible(unsynced_words(one))}" for one in comparison.unsynced)
    for title, fault in (
        ("Not read, so not planned", True),
        ("Not read, so it is to be done by hand", False),
    ):
        missing = [one for one in comparison.not_read if one.fault is fault]
        if missing:
            yield ""
            yield title
            yield from (f"! {visible(f'{one.offer}: {one.reason}')}" for one in missing)


def drift_words(one: Drift) -> str:
    """One sentence on an offer that drifted."""
    return "; ".join(_drift(one))


def unsynced_words(one: UnsyncedDraft) -> str:
    """One sentence on a draft that differs from what is live."""
    held = state_words(one.draft) if one.draft else "something that is not understood"
    return f"{one.offer}: its draft holds {held}, and {state_words(one.live)} is live: sync or undo it there"


def plain(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "target": comparison.target,
        "read_at": comparison.read_at,
        "read": list(comparison.read),
        "drift": [
            {
                "offer": one.offer,
                "recorded": one.recorded.plain(),
                "recorded_at": one.recorded_at,
                "recorded_from": one.recorded_from,
                "found": one.found.plain(),
                "found_at": one.found_at,
                "published_at": one.published_at,
                "newer": one.newer,
                "came_true": list(one.came_true),
            }
            for one in comparison.drift
        ],
        "unsynced": [
            {
                "offer": one.offer,
                "draft": one.draft and one.draft.plain(),
                "live": one.live.plain(),
            }
            for one in comparison.unsynced
        ],
        "not_read": [
            {"offer": one.offer, "reason": one.reason, "fault": one.fault} for one in comparison.not_read
        ],
    }


def _counts(comparison: Comparison) -> str:
    unsynced = f", {counted(len(comparison.unsynced), 'unsynced draft')}" if comparison.unsynced else ""
    return f"{len(comparison.drift):,} drifted, {len(comparison.not_read):,} not read{unsynced}"


def _drift(one: Drift) -> Iterator[str]:
    at = f" at {one.recorded_at}" if one.recorded_at else ""
    yield f"{one.offer}: {state_words(one.recorded)} ({one.recorded_from}{at}) -> {state_words(one.found)}"
    if one.recorded.resellers == one.found.resellers == "selected":
        yield from _tenants("+", one.found.tenants - one.recorded.tenants, one.names)
        yield from _tenants("-", one.recorded.tenants - one.found.tenants, one.names)
    for request in one.came_true:
        yield f"  request {request} has come true: csp-config record granted {request}"
    if one.came_true:
        return
    if one.newer == "record":
        yield "  the record is newer than what was read: another run wrote it meanwhile, or a clock is wrong"
    elif one.published_at and one.recorded_at and one.published_at > one.recorded_at:
        yield f"  Partner Center is newer: the offer was published there at {one.published_at}"
    else:
        yield "  Partner Center is newer: somebody changed it there, or a private offer authorised partners"


def _tenants(sign: str, tenants: frozenset[str], names: Mapping[str, str]) -> Iterator[str]:
    ordered = sorted(tenants)
    for tenant in ordered[:_MOST_TENANTS]:
        yield f"  {sign} {names[tenant]} ({tenant})" if tenant in names else f"  {sign} tenant {tenant}"
    if len(ordered) > _MOST_TENANTS:
        yield f"  {sign} {len(ordered) - _MOST_TENANTS:,} more"
