"""The plan: current and desired states -> moves -> actions -> a plan with its fingerprint."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from csp_config.model import partners_by_tenant
from csp_config.planning.moves import moves_now, moves_since, recorded_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from csp_config.model import Diagnostic, Rule, Snapshot, State
    from csp_config.model.moves import Move
    from csp_config.model.work import Action, Plan

__all__ = [
    "concerns",
    "fingerprint",
    "make_plan",
    "moves_now",
    "moves_since",
    "own_documents",
    "recorded_state",
]


def make_plan(
    base: Snapshot | None,
    candidate: Snapshot,
    moves: Sequence[Move],
    diagnostics: Sequence[Diagnostic],
    rules: Mapping[str, Rule],
    *,
    only: Collection[str] = (),
) -> Plan:
    """The plan of all moves. `diagnostics` decide what is blocked and what cannot be planned.

    `rules`: code -> rule, which says what its findings block: the plan of an offer, or single actions. With
    `only`, moves and diagnostics are those of these offers.
    """
    from csp_config.planning.actions import actions_of  # noqa: PLC0415 - to judge moves takes no actions
    from csp_config.planning.details import (  # noqa: PLC0415 - same
        partners_of,
        planned_offers,
        planned_requests,
        with_lists,
    )

    not_planned = _not_planned(base, candidate, diagnostics, rules)
    partners = partners_by_tenant(base, candidate)
    by_offer = defaultdict(list)
    for diagnostic in diagnostics:
        rule = rules[diagnostic.code]
        if diagnostic.offer and rule.blocks_actions(diagnostic.severity, pending=diagnostic.pending):
            by_offer[diagnostic.offer].append(diagnostic)
    planned = [move for move in moves if move.offer_id not in not_planned]
    actions = tuple(
        _blocked(action, by_offer[move.offer_id], rules)
        for move in planned
        for action in actions_of(move, partners)
    )
    actions = with_lists(actions, base, candidate)
    acting = {action.offer for action in actions}
    current = {move.offer_id: move.before for move in planned if move.offer_id in acting}
    desired = {m.offer_id: m.after for m in planned if m.offer_id in acting and m.after is not None}
    publisher = candidate.settings.publisher
    due_before = {
        d.offer for d in diagnostics if d.pending and rules[d.code].blocks_plan(d.severity, pending=True)
    }
    refused = any(d.severity == "error" for d in diagnostics) or not_planned.intersection(only) - due_before
    from csp_config.model.work import Plan  # noqa: PLC0415 - validate makes no plan

    return Plan(
        fingerprint=fingerprint(publisher, current, desired, actions),
        publisher=publisher,
        blocked=bool(refused),
        not_planned=tuple(sorted(not_planned.intersection(only) if only else not_planned)),
        actions=actions,
        current=current,
        desired=desired,
        offers=planned_offers(planned, desired),
        partners=partners_of((*current.values(), *desired.values()), partners),
        requests=planned_requests(planned, actions),
        unsaved=tuple(m.offer_id for m in planned if m.is_unrecorded_draft and m.offer_id not in acting),
    )


def own_documents(snapshot: Snapshot, offer_id: str) -> set[str]:
    """Paths of the documents that an offer's audience and state depend on."""
    offer = snapshot.offers.get(offer_id)
    if offer is None:
        return set()
    paths = {offer.places.path}
    for name in offer.partner_lists:
        for part in snapshot.closures.get(name, ()):
            if part in snapshot.lists:
                paths.add(snapshot.lists[part].places.path)
        if name not in snapshot.lists:  # it may be in any of these, or select from any of these
            paths.update(unread.path for unread in snapshot.unread if unread.could_be("PartnerList"))
    record = snapshot.live.get(offer_id)
    if record is not None and record.places is not None:
        paths.add(record.places.path)
    return paths


def concerns(candidate: Snapshot, diagnostic: Diagnostic, offers: Collection[str]) -> bool:
    """Whether a diagnostic concerns these offers, or may concern them.

    It does not where it names another offer, or is in a document that none of these offers uses. A diagnostic
    in the settings, in resale data or in a document that could not be identified concerns every offer.
    """
    if diagnostic.offer is not None:
        return diagnostic.offer in offers
    path = diagnostic.source.path
    if any(path in own_documents(candidate, name) for name in offers):
        return True
    known = {u.path: (u.kind, u.id) for u in candidate.unread}
    kind, name = known.get(path) or candidate.identities.get(path) or (None, None)
    if kind == "PartnerList" and name is not None:
        return False  # a list that these offers use is among their own documents
    return name is None or kind not in ("Offer", "LiveAudience") or name in offers


def _not_planned(
    base: Snapshot | None,
    candidate: Snapshot,
    diagnostics: Iterable[Diagnostic],
    rules: Mapping[str, Rule],
) -> set[str]:
    """The offers with an error that blocks their plan, and those that could not be read.

    An error that was due at the base already blocks the plan of the offer that it names, and nothing else.
    What is recorded of an offer could not be read where a document may hold its record now and at the base.
    """
    wrong_paths, named = set(), set()
    for diagnostic in diagnostics:
        rule = rules[diagnostic.code]
        if rule.blocks_plan(diagnostic.severity):
            wrong_paths.add(diagnostic.source.path)
        if diagnostic.offer and rule.blocks_plan(diagnostic.severity, pending=diagnostic.pending):
            named.add(diagnostic.offer)
    unresolved = {name for name in candidate.offers if candidate.declared(name) is None}
    unread = {u.id for u in candidate.unread if u.kind in ("Offer", "LiveAudience") and u.id}
    offers = candidate.offers if wrong_paths else ()
    touched = {name for name in offers if wrong_paths & own_documents(candidate, name)}
    sides = [candidate, *([base] if base else [])]
    may_be_hidden = candidate.offers if candidate.unread else ()
    hidden = {
        name
        for name in may_be_hidden
        if all(name not in side.live and side.could_hold("LiveAudience", name) for side in sides)
    }
    return named | unresolved | unread | touched | hidden


def _blocked(action: Action, diagnostics: Iterable[Diagnostic], rules: Mapping[str, Rule]) -> Action:
    """The action with the codes that block it; `diagnostics`: those of its offer that block actions."""
    if action.kind != "support-request":
        return action
    removed = {partner.tenant_id for partner in action.remove}
    codes = set()
    for diagnostic in diagnostics:
        rule = rules[diagnostic.code]
        others_only = (
            rule.blocks == "removal" and diagnostic.tenants and removed.isdisjoint(diagnostic.tenants)
        )
        if rule.blocks_move(action.move) and not others_only:
            codes.add(diagnostic.code)
    return action._replace(blocked_by=tuple(sorted(codes.union(action.blocked_by)))) if codes else action


def fingerprint(
    publisher: str | None,
    current: Mapping[str, State | None],
    desired: Mapping[str, State],
    actions: Sequence[Action],
) -> str:
    """`sha256:` and the hash of everything that a reviewer agrees to, which is no wording."""
    import hashlib  # noqa: PLC0415 - a hook, which makes no plan, has no use for it
    import json  # noqa: PLC0415 - same

    content = {
        "format": 1,
        "publisher": publisher,
        "offers": {
            name: {"current": now and now.plain(), "desired": after.plain()}
            for name, after in sorted(desired.items())
            for now in [current[name]]
        },
        "actions": [_plain_action(action) for action in actions],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _plain_action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "offer": action.offer,
        "kind": action.kind,
        "how": action.how,
        "status": action.status,
        "cause": action.cause,
        "move": action.move,
        "add": [partner.tenant_id for partner in action.add],
        "remove": [partner.tenant_id for partner in action.remove],
        "after": action.after.plain(),
        "blocked_by": action.blocked_by,
        "request": action.request_id,
        "replaces": action.replaces,
    }
