"""What a change means for the support requests that an offer already has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.model import Request, State, Verdict


def verdicts(requests: Sequence[Request], before: State | None, after: State | None) -> dict[str, Verdict]:
    """Request -> verdict, for an offer that stands at `before` and is declared as `after`.

    Of several requests with one wish the newest counts, so that filing again after a refusal is a new wish;
    one that was withdrawn is none, and the refusal stands again.
    """
    if before is None or after is None:
        return {}
    judged: dict[str, Verdict] = {}
    newer_wishes: list[Request] = []
    for request in reversed(requests):
        judged[request.id] = _verdict(request, before, after)
        if judged[request.id] == "refused" and any(_covers(newer, request) for newer in newer_wishes):
            judged[request.id] = "closed"
        if request.open or request.status == "granted":
            newer_wishes.append(request)
    return judged


def _verdict(request: Request, before: State, after: State) -> Verdict:
    if request.status in ("granted", "withdrawn"):
        return "closed"
    if request.move_from == request.move_to == "selected":
        verdict = _removal(frozenset(request.remove), before, after)
    else:
        verdict = _option(request, before, after)
    if request.status == "refused":
        return "refused" if verdict == "waiting" else "closed"
    return verdict


def _removal(asked: frozenset[str], before: State, after: State) -> Verdict:
    if before.resellers == "none" or (before.resellers == "selected" and not asked & before.tenants):
        return "satisfied"
    if before.resellers != "selected" or after.resellers != "selected":
        return "reverted" if before == after else "contradicted"
    outstanding = asked & before.tenants
    if not outstanding & after.tenants:
        return "waiting"
    return "reverted" if outstanding <= after.tenants else "contradicted"


def _option(request: Request, before: State, after: State) -> Verdict:
    if before.resellers == request.move_to:
        return "satisfied"
    if after.resellers == before.resellers:
        return "reverted"
    if (before.resellers, after.resellers) != (request.move_from, request.move_to):
        return "contradicted"
    return "waiting" if frozenset(request.tenants) <= after.tenants else "contradicted"


def _covers(newer: Request, older: Request) -> bool:
    """Whether a newer request asks again for something that the older one asked for."""
    if (newer.move_from, newer.move_to) != (older.move_from, older.move_to):
        return False
    return older.move_from != older.move_to or bool(set(newer.remove) & set(older.remove))
