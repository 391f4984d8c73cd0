"""Which partners a move must not lose, where a removal is decided, and how partners are named.

A removal has no line of its own in the candidate. Its place is where the decision stands: the `except` entry,
the list that no longer has the partner, what a partner's entry says otherwise so that a selection does not
find it, or the offer's own lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Source
    from csp_config.model.moves import Move
    from csp_config.rules.context import Context

_SELECTED_BY = ("country", "competencies", "skills", "name")
"""What an entry says of a partner that a selection may ask for."""


def is_live(move: Move) -> bool:
    """Whether the offer is published before and after, so that the table of moves applies."""
    published = bool(move.before and move.before.published and move.after and move.after.published)
    return published and not move.stopped


def refused_tenants(move: Move) -> frozenset[str]:
    """The tenants whose resale refuses a move of a published offer, as the table of moves says."""
    if not is_live(move) or move.options is None or move.before is None or move.after is None:
        return frozenset()
    refused: frozenset[str] = frozenset()
    for row in programme.rows(*move.options):
        match row.refused_if:
            case "removed":
                refused |= move.removed & move.resold.tenants
            case "left-out":
                refused |= move.resold.tenants - move.after.tenants
            case "any":
                refused |= move.resold.tenants
    return refused


def loss_place(move: Move, context: Context, tenant: str) -> Source:
    """The place in the candidate where it is decided that the tenant leaves the offer's audience."""
    assert move.offer is not None  # noqa: S101 - only offers that are there can lose a partner
    for entry in move.offer.exclusions:
        if entry.tenant_id == tenant:
            return entry.source
    if move.earlier is None or context.base is None:
        return move.offer.places.at("csp", "resellers")
    for name in move.earlier.partner_lists:
        if not context.holds(name, tenant, at_base=True):
            continue
        if name not in move.offer.partner_lists:
            return move.offer.places.key("csp", "partner_lists")
        return _list_place(context, name, tenant)
    if any(partner.tenant_id == tenant for partner in move.earlier.partners):
        return move.offer.places.key("csp", "partners")
    return move.offer.places.at("csp", "resellers")


def _list_place(context: Context, name: str, tenant: str) -> Source:
    """The place in a list, or in one that it selects from, where it is decided that a tenant is not in it."""
    assert context.base is not None  # noqa: S101 - the caller has looked
    entry = context.candidate.lists[name]
    if entry.selection is None:
        return entry.places.key("partners")
    for source in entry.selection.lists:
        lost = not context.holds(source, tenant, at_base=False)
        if lost and context.holds(source, tenant, at_base=True):
            return _list_place(context, source, tenant)
    changed = None
    if entry.selection == context.base.lists[name].selection:
        found = (_changed_entry(context, source, tenant) for source in entry.selection.lists)
        changed = next(filter(None, found), None)
    return changed or entry.places.key("select")


def _changed_entry(context: Context, name: str, tenant: str) -> Source | None:
    """Where a list, or one that it selects from, says of a tenant what it did not say at the base."""
    assert context.base is not None  # noqa: S101 - the caller has looked
    entry, before = context.candidate.lists[name], context.base.lists.get(name)
    if entry.selection is not None:
        found = (_changed_entry(context, source, tenant) for source in entry.selection.lists)
        return next(filter(None, found), None)
    index = next((at for at, one in enumerate(entry.partners) if one.tenant_id == tenant), None)
    if index is None:
        return None
    now = entry.partners[index]
    was = next((one for one in before.partners if one.tenant_id == tenant), None) if before else None
    if was is None:
        return entry.places.at("partners", index)
    for field in _SELECTED_BY:
        if getattr(now, field) != getattr(was, field):
            return entry.places.at("partners", index, field)
    return None


def partner_name(context: Context, tenant: str) -> str:
    """`Fabrikam Cloud (0f1e2d3c-...)`, or the whole tenant ID where no document names it."""
    partner = context.partner(tenant)
    return f"{partner.name} ({tenant})" if partner else f"tenant {tenant}"


def partner_names(context: Context, tenants: Iterable[str]) -> str:
    """The first three by name with the verb that fits: `A (..) has`, `A (..), B (..) and 2 more have`."""
    names = [partner_name(context, tenant) for tenant in tenants]
    return f"{listed(names, 3, longest=None)} {'has' if len(names) == 1 else 'have'}"
