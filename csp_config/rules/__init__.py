"""The rules: the modules that hold them, every rule by its code, and how all of them are run."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from csp_config.model import Finding
from csp_config.rules import (
    acknowledgements,
    changes,
    documents,
    family,
    guards,
    ledger,
    materials,
    moves,
    offers,
    partners,
    references,
)
from csp_config.rules.context import Context
from csp_config.rules.severity import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from csp_config.model import Diagnostic, Rule, Snapshot
    from csp_config.model.moves import Move
    from csp_config.model.records import LiveAudience
    from csp_config.rules.family import Family
    from csp_config.rules.memory import Memory

MODULES = (
    documents,
    offers,
    materials,
    partners,
    references,
    acknowledgements,
    moves,
    guards,
    ledger,
    changes,
)
"""Where the rules are written. A module adds its rules to the families when it is imported."""

FAMILIES: tuple[Family[Any], ...] = (
    family.documents,
    family.offers,
    family.moves,
    family.repository,
    family.changes,
    acknowledgements.acknowledgements,
)

RULES: dict[str, Rule] = {
    rule.code: rule for rule in sorted((r for f in FAMILIES for r in f.rules), key=lambda rule: rule.code)
}


def check(
    base: Snapshot | None,
    candidate: Snapshot,
    moves: Sequence[Move],
    today: date,
    *,
    unshared: bool = False,
    base_commit: str | None = None,
    recorded_separately: frozenset[str] = frozenset(),
    committed: Mapping[str, LiveAudience] = MappingProxyType({}),
    memory: Memory | None = None,
) -> tuple[Diagnostic, ...]:
    """All diagnostics of the candidate and of the moves, sorted.

    `unshared`, `base_commit`, `recorded_separately`, `committed`: see Context. `memory`: of the runs before
    this one.
    """
    context = Context(
        candidate=candidate,
        base=base,
        moves=tuple(moves),
        today=today,
        adjustable={code: rule.severity for code, rule in RULES.items() if not rule.fixed},
        base_commit=base_commit,
        recorded_separately=recorded_separately,
        committed=committed,
        unshared=unshared,
    )
    if memory is not None:
        memory.begin((candidate.settings, today))
    found: Iterable[Finding] = (finding for one in FAMILIES for finding in one.run(context, memory))
    return judge([*found, *_unread_at_base(base, candidate)], context, RULES)


def _has_document(snapshot: Snapshot, path: str) -> bool:
    """Whether a document is at a path, or beneath one that was no file."""
    return any(one == path or one.startswith(f"{path}/") for one in snapshot.identities)


def _unread_at_base(base: Snapshot | None, candidate: Snapshot) -> Iterator[Finding]:
    """A warning for each document that the base has with errors and the candidate without: it has no base.

    An error where the candidate has no document there any more, and it may have been of an offer.
    """
    broken = {unread.path for unread in candidate.unread}
    lost = {one.path for one in base.unread if one.hides_an_offer} - broken if base else set()
    for finding in base.findings if base else ():
        path = finding.source.path
        if path in lost and not _has_document(candidate, path):
            yield Finding(
                code=finding.code,
                source=finding.source,
                message=f"at the base commit: {finding.message}; the document is gone, and partners may sell"
                " what it was of",
                help="bring it back and correct it in a change of its own, whatever becomes of it afterwards;"
                " or compare with an older commit that could be read: --base REV",
            )
        elif path not in broken:
            yield Finding(
                code=finding.code,
                source=finding.source,
                message=f"at the base commit: {finding.message}; what depends on it is not judged",
                help="compare with an older commit that could be read: --base REV",
                pending=True,
            )
