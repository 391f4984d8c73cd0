"""What could not be read and may matter to the answer of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands.missing import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from csp_config.model import Snapshot, Unread


def gaps(today: Snapshot, proposed: Snapshot, affected: Collection[str]) -> dict[str, str]:
    """Path -> what was found there, of documents without which offers may be missing from the answer.

    `affected`: the offers whose declaration the question changes, as far as it is known.
    """
    found: dict[str, str] = {}
    lists_change = _members(today) != _members(proposed)
    for snapshot in (proposed, today):
        for path in _paths(snapshot, affected, lists_change=lists_change):
            found.setdefault(path, fault(snapshot, path))
    return dict(sorted(found.items()))


def _members(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(partner.tenant_id for partner in one.partners) for name, one in snapshot.lists.items()
    }


def _paths(snapshot: Snapshot, affected: Collection[str], *, lists_change: bool) -> Iterator[str]:
    drawn_on = {
        name for one in affected if one in snapshot.offers for name in snapshot.offers[one].partner_lists
    }
    for unread in snapshot.unread:
        if _may_matter(unread, affected, drawn_on, lists_change=lists_change):
            yield unread.path
    for name, offer in snapshot.offers.items():
        missing = [one for one in offer.partner_lists if one not in snapshot.lists]
        named = any(unread.could_be("PartnerList", one) for unread in snapshot.unread for one in missing)
        if name not in snapshot.audiences and not named and (lists_change or name in affected):
            yield offer.places.path


def _may_matter(
    unread: Unread, affected: Collection[str], drawn_on: Collection[str], *, lists_change: bool
) -> bool:
    """Whether a document may be an offer, list, record or resale data that the answer depends on.

    Where a list changes, any offer may draw on it.
    """
    match unread.kind:
        case None | "Resales":
            return True
        case "PartnerList":
            return lists_change or unread.id is None or unread.id in drawn_on
        case "Offer":
            return lists_change or unread.id is None or unread.id in affected
    return unread.id is None or unread.id in affected
