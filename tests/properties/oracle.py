"""What has to happen in Partner Center, worked out a second time from the table of moves alone.

Nothing of the program is used here. Where the program's contract leaves open what an open request means for
another wish, the answer is None: nothing is compared for that offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.properties.worlds import Asked, Stand, World

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """One thing to do. `request`: the open request that covers it, or that is to be withdrawn."""

    kind: str
    add: frozenset[str] = NOBODY
    remove: frozenset[str] = NOBODY
    request: str | None = None
    refused: frozenset[str] = NOBODY  # the codes that stand against it


Answer = frozenset[Step] | None
REQUEST = "support-request"


def state(world: World, name: str) -> Stand | None:
    """Where an offer stands at a commit: its live record, else what it declares."""
    return world.live[name][0] if name in world.live else declared(world, name)


def declared(world: World, name: str) -> Stand | None:
    return world.declared[name][1] if name in world.declared else None


def stopped(world: World, name: str) -> bool:
    """Whether the live record says that the sale was stopped in Partner Center."""
    return name in world.live and not world.live[name][0].published


def refusals(before: Stand, after: Stand, resold: frozenset[str]) -> dict[str, frozenset[str]]:
    """Code -> whose resale refuses a move of a published offer (S17, S20, S22)."""
    match before.resellers, after.resellers:
        case "selected", "selected":
            found = {"CSP304": (before.tenants - after.tenants) & resold}
        case "any", "selected":
            found = {"CSP305": resold - after.tenants}
        case "any" | "selected", "none":
            found = {"CSP306": resold}
        case _:
            found = {}
    return {code: tenants for code, tenants in found.items() if tenants}


def verdict(base: World, candidate: World, name: str) -> frozenset[str]:
    """The errors (CSP301-CSP306, CSP317) of a change, without what was due before it."""
    back = {"CSP317"} if went_back(base, candidate, name) else set()
    return moved_wrongly(base, candidate, name) | back


def went_back(base: World, candidate: World, name: str) -> bool:
    """Whether the ledger of an offer forgot, or takes back, what it said."""
    if name not in base.live:
        return False
    stood, requests = base.live[name]
    if name not in candidate.live:
        if any(one.status in ("drafted", "filed") for one in requests):
            return True
        if name not in candidate.declared:
            return stood.published and stood.resellers != "none"
        was = declared(base, name)
        return stood.published or bool(requests) or (was is not None and was.published)
    later = {one.id: one for one in candidate.live[name][1]}
    fresh = later.keys() - {one.id for one in requests}
    return any(
        not fresh or one.status != "drafted" if one.id not in later else takes_back(one, later[one.id])
        for one in requests
    )


def takes_back(earlier: Asked, later: Asked) -> bool:
    """Whether a request says otherwise than it may; no closed one has a note or the time of its end here."""
    if replace(earlier, status=later.status) != later:
        return True
    if earlier.status == "drafted":  # and all others say here when they were filed
        return False
    return later.status not in (
        earlier.status,
        *(("granted", "refused") if earlier.status == "filed" else ()),
    )


def moved_wrongly(base: World, candidate: World, name: str) -> frozenset[str]:
    """The errors (CSP301-CSP306) of a move."""
    before, after = state(base, name), declared(candidate, name)
    if before is None or stopped(candidate, name):
        return frozenset()
    if after is None:
        return frozenset({"CSP303"} if before.published and before.resellers != "none" else ())
    if not before.published:
        return frozenset()
    codes = set()
    if name in base.declared and base.declared[name][0] != candidate.declared[name][0]:
        codes.add("CSP301")
    if not after.published:
        return frozenset(codes if draft_before(base, name) else {*codes, "CSP302"})
    known = resales(base, candidate, name)
    wanted = declared(base, name) or before
    already = {} if draft_before(base, name) else due(before, wanted, after.resellers, known)
    for code, tenants in refusals(before, after, known).items():
        if tenants - already.get(code, NOBODY):
            codes.add(code)
    return frozenset(codes)


def draft_before(base: World, name: str) -> bool:
    """Whether the base declares a draft, which is no wish about what is live."""
    wanted = declared(base, name)
    return wanted is not None and not wanted.published


def due(before: Stand, wanted: Stand, option: str, resold: frozenset[str]) -> dict[str, frozenset[str]]:
    """What the base declared already and is refused: code -> partners."""
    if before.resellers == option == "selected" and wanted.resellers != "any":
        return {"CSP304": before.tenants - wanted.tenants}
    return refusals(before, wanted, resold) if wanted.resellers == option else {}


def resales(base: World, candidate: World, name: str) -> frozenset[str]:
    return frozenset(tenant for offer, tenant in base.resold | candidate.resold if offer == name)


def steps(base: World, candidate: World, name: str) -> Answer:
    """What the plan has to hold for an offer."""
    after = declared(candidate, name)
    there = base.live.get(name)
    known = there if went_back(base, candidate, name) else candidate.live.get(name) or there
    now = known[0] if known else state(base, name)
    retyped = now is not None and now.published and after is not None and name in base.declared
    if after is None or (retyped and base.declared[name][0] != candidate.declared[name][0]):
        return frozenset()
    if verdict(base, candidate, name) & {"CSP301", "CSP302", "CSP303"}:
        return frozenset()
    if now is None or not now.published or not after.published:
        return frozenset(draft_steps(now, after))
    resold = resales(base, candidate, name)
    stood = state(base, name)
    drift = refusals(now, after, resold)
    same = stood is not None and (stood.resellers == now.resellers or after.resellers == "none")
    if stood and stood.published and same:  # what validate refuses of this move
        for code, tenants in refusals(stood, after, resold).items():
            drift[code] = drift.get(code, NOBODY) | tenants
    moved = live_steps(now, after, drift, known[1] if known else ())
    return moved if known or moved is None else moved | {Step("adopt")}  # nobody has looked


def draft_steps(now: Stand | None, after: Stand) -> set[Step]:
    """An offer that is not published before, or not after, or of which nothing is known."""
    if now is None and after.published:
        return {Step("adopt")}
    if now is not None and now.published:
        return set()
    was, had = (now.resellers, now.tenants) if now else ("none", NOBODY)
    found = {Step("publish")} if after.published else set()
    if (was, had) != (after.resellers, after.tenants):
        found.add(Step("save-draft", after.tenants - had, had - after.tenants))
    return found


def live_steps(
    now: Stand, after: Stand, drift: dict[str, frozenset[str]], requests: tuple[Asked, ...]
) -> Answer:
    """An offer that is published and stays so."""
    options = (now.resellers, after.resellers)
    standing = [r for r in requests if r.status in ("drafted", "filed", "refused")]
    if standing and requests[-1] not in standing:
        return None  # asked again since, and that was answered
    if any((r.before, r.after) not in (options, ("selected", "selected")) for r in standing):
        return None  # some other move was asked for
    if options == ("selected", "selected"):
        gained = after.tenants - now.tenants
        removing = removal_steps(now, after, standing, drift)
        added = {Step("sync-audience", add=gained)} if gained else set()
        return None if removing is None else frozenset(removing | added)
    if options[0] == options[1] or options[0] == "none":
        changes = {Step("opt-in", add=after.tenants)} if options[0] != options[1] else set()
        return None if standing else frozenset(changes)
    return option_steps(now, after, standing, drift)


def option_steps(now: Stand, after: Stand, standing: list[Asked], drift: dict[str, frozenset[str]]) -> Answer:
    """A move between options that takes a support request."""
    codes = frozenset(drift)
    removed = now.tenants if after.resellers == "none" else NOBODY
    if not standing:
        return frozenset({Step(REQUEST, remove=removed, refused=codes)})
    request, *others = standing
    list_asked = after.tenants if (now.resellers, after.resellers) == ("any", "selected") else NOBODY
    if others or request.tenants != list_asked or request.after != after.resellers:
        return None
    if request.status == "refused":
        return frozenset({Step(REQUEST, remove=removed, refused=codes | {"CSP313"})})
    return frozenset({Step(REQUEST, remove=removed, request=request.id, refused=codes)})


def removal_steps(
    now: Stand, after: Stand, standing: list[Asked], drift: dict[str, frozenset[str]]
) -> set[Step] | None:
    """One step for each partner, since how partners share a request is the program's to choose."""
    found = set()
    left = now.tenants - after.tenants
    for request in standing:
        wanted = request.remove & now.tenants
        if len(standing) > 1 or (wanted & left and wanted - left):
            return None  # several requests, or one that is wanted in part
        if wanted and not wanted & left and request.status != "refused":
            found.add(Step("withdraw-request", request=request.id))
        if request.status == "drafted" and wanted and wanted != left:
            continue  # more is wanted than the draft asks for: a new one takes its place
        for tenant in wanted & left:
            codes = refused(tenant, drift) | ({"CSP313"} if request.status == "refused" else NOBODY)
            covered = None if request.status == "refused" else request.id
            found.add(Step(REQUEST, remove=frozenset({tenant}), request=covered, refused=codes))
        left -= wanted
    for tenant in left:
        found.add(Step(REQUEST, remove=frozenset({tenant}), refused=refused(tenant, drift)))
    return found


def refused(tenant: str, drift: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(code for code, tenants in drift.items() if tenant in tenants)
