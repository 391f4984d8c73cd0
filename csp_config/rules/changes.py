"""CSP311, CSP315: what changed beside the offers themselves: shared lists and settings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.rules.family import Note, changes
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from csp_config.model import PartnerList, Settings, Snapshot
    from csp_config.rules.context import Context

_RANK = {"off": 0, "info": 1, "warning": 2, "error": 3}


@changes.rule("CSP311", severity="info", blocks=None, cites="S15")
def shared_list_changed(context: Context, _: Context) -> Iterator[Note]:
    """One edit to a list changes the audience of several offers.

    Lists are there to be shared; this names every offer whose audience changes, so that none of them is a
    surprise.

    Fix: Nothing is wrong if all of them are meant; else give one of the offers a list of its own.
    """
    assert context.base is not None  # noqa: S101 - the family has no subject without a base
    users = _users(_moved_offers(context.base, context.candidate), context.candidate)
    for entry in context.candidate.lists.values():
        offers = users.get(entry.id, [])
        if not _changed(entry, context.base):
            through = _changed_selections(entry, context.base, context.candidate)
            offers = [name for name in offers if any(name in users[one] for one in through)]
        if len(offers) > 1:
            key = "partners" if entry.selection is None else "select"
            changed = f"{counted(len(offers), 'offer')}: {listed(offers, 10)}"
            yield Note(
                entry.places.key(key),
                f"the change of {entry.id} changes {changed}",
                "give an offer that is not meant a list of its own",
            )


@changes.rule("CSP315", severity="warning", blocks=None, acknowledgeable=True, by_base_settings=True)
def guard_loosened(context: Context, _: Context) -> Iterator[Note]:
    """The settings become less strict in this change.

    A higher limit for removals, a rule that is switched off or softened, resale data that may be missing or
    older: each makes mistakes pass that were stopped before. Another default branch decides what later
    changes are compared with. Either deserves its own review.

    Fix: Make it a change of its own, or acknowledge it in csp-config.yaml.
    """
    assert context.base is not None  # noqa: S101
    before, now = context.base.settings, context.candidate.settings
    if before.places is None and any(one.source.path == before.path for one in context.base.findings):
        yield Note(
            now.key(),
            "the settings at the base cannot be read, so whether these are less strict is not known",
            "compare guards, rules and resale_data with the last version that could be read, and acknowledge"
            f" CSP315 in {now.path}",
        )
        return
    for steps, message in _loosened(before, now, context.adjustable):
        yield Note(
            now.key(*steps), message, f"make it a change of its own, or acknowledge CSP315 in {now.path}"
        )


def _loosened(
    before: Settings, now: Settings, severities: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """For each setting that became weaker: the keys that lead to it, and the change in words."""
    numbers = {
        ("guards", "max_removals"): (before.max_removals, now.max_removals),
        ("guards", "max_removal_percent"): (before.max_removal_percent, now.max_removal_percent),
        ("resale_data", "max_age_days"): (before.max_age_days, now.max_age_days),
    }
    for steps, (old, new) in numbers.items():
        if new > old:
            yield steps, f"{steps[1]} rises from {old} to {new}"
    if before.resale_data_required and not now.resale_data_required:
        yield ("resale_data", "required"), "resale data are no longer required"
    if before.default_branch not in (None, now.default_branch):
        new_name = now.default_branch or "the one that the host or the clone names"
        yield ("default_branch",), f"the default branch goes from {before.default_branch} to {new_name}"
    for code in sorted({*before.rules, *now.rules}.intersection(severities)):
        old_severity = before.rules.get(code, severities.get(code, "error"))
        new_severity = now.rules.get(code, severities.get(code, "error"))
        if _RANK[new_severity] < _RANK[old_severity]:
            yield ("rules", code), f"{code} goes from {old_severity} to {new_severity}"


def _moved_offers(base: Snapshot, candidate: Snapshot) -> list[str]:
    """Offers whose declared audience changed, sorted; new offers did not change."""
    return sorted(
        name
        for name, audience in candidate.audiences.items()
        if name in base.audiences and base.audiences[name] != audience
    )


def _changed(entry: PartnerList, base: Snapshot) -> bool:
    """Whether the list's own document brings other tenants than at the base."""
    earlier = base.lists.get(entry.id)
    if earlier is None or earlier.selection != entry.selection:
        return earlier is not None
    if entry.selection is not None:
        return False  # it follows the lists that it selects from; they are reported themselves
    return {p.tenant_id for p in earlier.partners} != {p.tenant_id for p in entry.partners}


def _changed_selections(entry: PartnerList, base: Snapshot, candidate: Snapshot) -> list[str]:
    """The lists that select from this one, and select others now: it says other things of its partners."""
    earlier = base.lists.get(entry.id)
    if earlier is None or entry.selection is not None or earlier.partners == entry.partners:
        return []
    selecting = (one for one in candidate.lists.values() if entry.id in candidate.closures.get(one.id, ()))
    return [
        one.id
        for one in selecting
        if one.id in base.lists
        and base.lists[one.id].selection == one.selection is not None
        and {p.tenant_id for p in base.lists[one.id].partners} != {p.tenant_id for p in one.partners}
    ]


def _users(offers: Iterable[str], candidate: Snapshot) -> dict[str, list[str]]:
    """List -> the given offers that draw from it, directly or through a selection, in the given order."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in offers:
        named = candidate.offers[name].partner_lists
        for list_id in frozenset().union(*(candidate.closures.get(one, ()) for one in named)):
            found[list_id].append(name)
    return found
