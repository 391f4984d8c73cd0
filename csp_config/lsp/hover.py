"""The text shown for a partner, list, offer or option under the mouse, and the summary above an offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model import partners_by_tenant
from csp_config.planning.moves import moves_now, resale_knowledge
from csp_config.planning.removals import removal_of
from csp_config.text import code_span
from csp_config.text.phrases import counted, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.session import Judged
    from csp_config.model import Audience, Partner, PartnerList, Snapshot
    from csp_config.model.records import Request


def hover(judged: Judged, path: str, cursor: Cursor) -> str | None:
    """Markdown, or None where nothing is known of what stands there."""
    snapshot = judged.workspace.candidate
    if cursor.tenant:
        return _tenant(judged, cursor.tenant)
    if cursor.within("resellers") or cursor.word == "resellers":
        return _resellers(judged, path)
    if cursor.key == "country" or cursor.within("markets"):
        region = programme.region_of(cursor.word)
        return f"{code_span(cursor.word)}: CSP region {region}" if region else None
    if cursor.names_offer and cursor.word in snapshot.offers:
        return _offer(judged, cursor.word)
    if cursor.names_list and cursor.word in snapshot.lists:
        return _list(snapshot, snapshot.lists[cursor.word])
    return None


def _tenant(judged: Judged, tenant: str) -> str:
    snapshot, base = judged.workspace.candidate, judged.workspace.base
    partner = partners_by_tenant(base, snapshot).get(tenant)
    lists = [
        name
        for name, one in sorted(snapshot.lists.items())
        if any(p.tenant_id == tenant for p in one.partners)
    ]
    declared = sorted(snapshot.audiences.items())
    opened = [name for name, audience in declared if audience.resellers == "any"]
    return _lines(
        _who(partner) if partner else f"No document gives tenant {code_span(tenant)} a name.",
        f"Lists: {_names(lists)}",
        f"May resell: {_names([name for name, audience in declared if tenant in audience.tenants])}",
        *([f"Open to every partner: {_names(opened)}"] if opened else ()),
        *_still_sold(snapshot, tenant),
        *_resold(base, snapshot, tenant),
    )


def _resold(base: Snapshot | None, snapshot: Snapshot, tenant: str) -> Iterator[str]:
    """The offers that a tenant has resold, and whether it can be taken out of them all the same."""
    known = resale_knowledge(base, snapshot).items()
    resold = sorted(name for name, one in known if tenant in one.tenants)
    moves = {move.offer_id: move for move in moves_now(base, snapshot, only=resold)} if resold else {}
    held = [name for name in resold if removal_of(moves.get(name), tenant, resold=True) == "impossible"]
    if held:
        yield f"Has resold, and so cannot be deauthorised (S17): {_names(held)}"
    if drafts := [name for name in resold if name not in held]:
        yield f"Has resold, and can be taken out, since they are not published: {_names(drafts)}"
    if not resold:
        yield "No resale is known."


def _who(partner: Partner) -> str:
    region = programme.region_of(partner.country)
    where = f"CSP region {region}" if region else "in no CSP region"
    where = f"{partner.country}, {where}" if partner.country else "country not known"
    return f"**{code_span(partner.name)}** ({where})"


def _still_sold(snapshot: Snapshot, tenant: str) -> Iterator[str]:
    """The offers that a tenant may resell by their live records and not by what is declared any more."""
    for name, live in sorted(snapshot.live.items()):
        declared = snapshot.audiences.get(name)
        if declared is None and (name in snapshot.offers or snapshot.could_hold("Offer", name)):
            continue  # it could not be read
        held = live.state.published and _may_resell(live.state.audience, tenant)
        if held and not (declared and _may_resell(declared, tenant)):
            asked = live.request_to_remove(tenant)
            why = _answer(asked, tenant) if asked else "no request for the removal is recorded"
            yield f"Still sells, by the live record: {code_span(name)} ({why})"


def _may_resell(audience: Audience, tenant: str) -> bool:
    return audience.resellers == "any" or tenant in audience.tenants


def _answer(request: Request, tenant: str) -> str:
    """How far a request for a removal has come."""
    status = request.status_for(tenant)
    day = {"drafted": request.drafted_at, "filed": request.filed_at}.get(status, request.closed_at)
    return f"request {code_span(request.id)}, {status}{f' on {day[:10]}' if day else ''}"


def _list(snapshot: Snapshot, partners: PartnerList) -> str:
    offers = [o.id for o in snapshot.offers.values() if partners.id in _drawn(snapshot, o.partner_lists)]
    return _lines(
        f"**{code_span(partners.name)}**: {counted(len(partners.partners), 'partner')}",
        f"Partners: {_names([one.name for one in partners.partners])}",
        f"Offers: {_names(sorted(offers))}",
    )


def _drawn(snapshot: Snapshot, names: tuple[str, ...]) -> frozenset[str]:
    """The lists of these names and those that they select from."""
    return frozenset(names).union(*(snapshot.closures.get(name, frozenset()) for name in names))


def _offer(judged: Judged, name: str) -> str:
    snapshot = judged.workspace.candidate
    offer, state = snapshot.offers[name], snapshot.declared(name)
    audience = (
        "its audience could not be read" if state is None else _audience(state.resellers, len(state.tenants))
    )
    live = snapshot.live.get(name)
    return _lines(
        f"**{code_span(offer.name)}** ({offer.type}, {'published' if offer.published else 'not published'})",
        f"Declared: {audience}",
        f"Partner Center, {live.observed_from} {live.observed_at}: "
        f"{_audience(live.state.resellers, len(live.state.tenants))}"
        if live
        else "There is no record of what Partner Center holds.",
        summary(judged, name).capitalize(),
    )


def _resellers(judged: Judged, path: str) -> str | None:
    """Today's audience of the offer of this document, and what the move takes."""
    offer = offer_of(judged, path)
    return _offer(judged, offer) if offer else None


def offer_of(judged: Judged, path: str) -> str | None:
    """The offer that a document declares."""
    kind, name = judged.workspace.candidate.identities.get(path, ("", None))
    return name if kind == "Offer" and name in judged.workspace.candidate.offers else None


def _audience(resellers: str, tenants: int) -> str:
    return f"selected, {counted(tenants, 'partner')}" if resellers == "selected" else resellers


def _names(names: list[str]) -> str:
    return listed([code_span(shortened(name, 50)) for name in names]) if names else "none"


def _lines(*lines: str) -> str:
    return "  \n".join(lines)


def summary(judged: Judged, offer: str) -> str:
    """As `plan: +1 -1, 1 form`: partners that come and go, and the forms to file."""
    actions = judged.actions(offer)
    if actions is None:
        return "plan: not planned, because its documents have errors"
    if not actions:
        return "plan: nothing to do"
    added, removed = sum(len(one.add) for one in actions), sum(len(one.remove) for one in actions)
    forms = sum(one.kind == "support-request" and one.status == "needed" for one in actions)
    waiting = sum(one.status == "waiting" for one in actions)
    kinds = [one.kind for one in actions if one.kind not in ("support-request", "sync-audience")]
    parts = [" ".join(part for part in (added and f"+{added}", removed and f"-{removed}") if part)]
    parts += [
        *dict.fromkeys(kinds),
        counted(forms, "form") if forms else "",
        f"{waiting} waiting" if waiting else "",
    ]
    blocked = any(one.blocked_by for one in actions)
    return f"plan: {', '.join(part for part in parts if part)}{', not possible' if blocked else ''}"
