"""The rules: an explicit table of families, every rule by its code, and how all of them are run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.model import Finding
from csp_config.rules.acknowledgements import entries
from csp_config.rules.changes import changes
from csp_config.rules.documents import documents
from csp_config.rules.family import Context, Family
from csp_config.rules.guards import guards
from csp_config.rules.materials import materials
from csp_config.rules.moves import moves
from csp_config.rules.offers import duplicates, offers
from csp_config.rules.partners import directory, reach, rosters
from csp_config.rules.references import exceptions, lists, references
from csp_config.rules.severity import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from csp_config.model import Diagnostic, Move, Rule, Snapshot

FAMILIES: tuple[Family[Any], ...] = (
    documents,
    duplicates,
    offers,
    materials,
    entries,
    references,
    lists,
    exceptions,
    rosters,
    directory,
    reach,
    moves,
    guards,
    changes,
)

RULES: dict[str, Rule] = {
    rule.code: rule for rule in sorted((r for f in FAMILIES for r in f.rules), key=lambda rule: rule.code)
}


def check(
    base: Snapshot | None, candidate: Snapshot, moves: Sequence[Move], today: date
) -> tuple[Diagnostic, ...]:
    """All diagnostics of the candidate and of the moves, sorted."""
    adjustable = {code: rule.severity for code, rule in RULES.items() if not rule.fixed}
    context = Context(candidate=candidate, base=base, moves=tuple(moves), today=today, adjustable=adjustable)
    found: Iterable[Finding] = (finding for family in FAMILIES for finding in family.run(context))
    return judge([*found, *_unread_at_base(base, candidate)], context, RULES)


def _unread_at_base(base: Snapshot | None, candidate: Snapshot) -> Iterator[Finding]:
    """What could not be read at the base, as warnings: mended here, but what moved since is not known."""
    broken = {unread.path for unread in candidate.unread}
    for finding in base.findings if base else ():
        if finding.source.path not in broken:
            yield Finding(
                code=finding.code,
                source=finding.source,
                message=f"at the base commit: {finding.message}; what hangs on it is not judged",
                help="compare with an older commit that could be read: --base REV",
                pending=True,
            )
