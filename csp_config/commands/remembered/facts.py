"""What is remembered of one commit: where everything stands, who names whom, and what was found in it.

The facts of an offer, a list, a tenant, a name and a path each stand under a name of their own, so that a
run looks at those that it needs. They are plain data, checked when they are read back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.memory import DamagedError
from csp_config.model import Diagnostic, ResaleKnowledge, Source
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from csp_config.memory import Memory


_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PATH = re.compile(r"[A-Za-z0-9._/-]+")  # of a document that has no finding for its name


class WholeError(Exception):
    """Not the plain case: only a look at everything tells."""


class OfferFacts(NamedTuple):
    """An offer id that documents speak of. `path` and `live`: its document and its live record, if any.

    `resold` None: no resale data speak of it.
    """

    path: str | None
    live: str | None
    resold: ResaleKnowledge | None


class ListFacts(NamedTuple):
    """A partner list. `uses`: how many offers use it, through selections too.

    `named_by` are offers, `selected_by` lists that name it themselves; None where they are too many.
    """

    path: str
    uses: int
    named_by: list[str] | None
    selected_by: list[str] | None


class TenantFacts(NamedTuple):
    """A tenant that all documents call the same, and how many documents name it."""

    name: str
    country: str
    documents: int


class Whole(NamedTuple):
    """What is remembered of the commit as a whole.

    `settings`: the text of the settings, if there is one. `days`: the first and the last one on which all is
    judged alike, as ISO dates.
    """

    commit: str
    settings: str | None
    days: tuple[str, str]
    documents: int
    offers: int
    diagnostics: tuple[Diagnostic, ...]

    def holds_on(self, today: date) -> bool:
        """Whether nothing is judged otherwise because the day is another one."""
        first, last = self.days
        return first <= today.isoformat() <= last


class Facts:
    """The facts of a commit, read back. Every method raises DamagedError where they are not as gathered."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def whole(self) -> Whole:
        """What is remembered of the commit as a whole."""
        commit, settings, days, documents, offers, found = _listed(self._memory.get("whole"), 6)
        first, last = _listed(days, 2)
        _all(str, [commit, first, last, *([] if settings is None else [settings])])
        if not _ID.fullmatch(commit):
            raise DamagedError
        _all(int, [documents, offers])
        diagnostics = tuple(map(_diagnostic, _listed(found)))
        return Whole(commit, settings, (first, last), documents, offers, diagnostics)

    def offer(self, name: str) -> OfferFacts | None:
        """What is known of an offer id; None where no document speaks of it."""
        fact = self._memory.get(f"offer {name}")
        if fact is None:
            return None
        path, live, resold = _listed(fact, 3)
        _paths(one for one in (path, live) if one is not None)
        return OfferFacts(path, live, None if resold is None else _resale_knowledge(resold))

    def partner_list(self, name: str) -> ListFacts | None:
        """What is known of a partner list; None where there is none."""
        fact = self._memory.get(f"list {name}")
        if fact is None:
            return None
        path, uses, named_by, selected_by = _listed(fact, 4)
        _paths([path])
        _all(str, [*_listed(named_by or []), *_listed(selected_by or [])])
        _all(int, [uses])
        return ListFacts(path, uses, named_by, selected_by)

    def tenant(self, tenant: str) -> TenantFacts | None:
        """What all documents call a tenant; None where none does.

        Raises: WholeError where they disagree.
        """
        fact = self._memory.get(f"tenant {tenant}")
        if fact is None:
            return None
        if fact is False:
            raise WholeError
        name, country, documents = _listed(fact, 3)
        _all(str, [name, country])
        _all(int, [documents])
        return TenantFacts(name, country, documents)

    def name(self, seen: str) -> str | None:
        """The one name that looks like this; None where none does.

        Raises: WholeError where several do.
        """
        fact = self._memory.get(f"name {seen}")
        if fact is False:
            raise WholeError
        _all(str, [] if fact is None else [fact])
        return fact  # type: ignore[no-any-return]

    def path(self, folded: str) -> str | None:
        """The path that is this one when case is folded."""
        fact = self._memory.get(f"path {folded}")
        _paths([] if fact is None else [fact])
        return fact  # type: ignore[no-any-return]


def _diagnostic(plain: Any) -> Diagnostic:
    code, severity, message, path, line, column, offer, tenants, help_, acknowledged, pending = _listed(
        plain, 11
    )
    _paths([path])
    _all(str, [code, message, *(one for one in (offer, help_, acknowledged) if one is not None)])
    _all(str, _listed(tenants))
    _all(int, [line, column, pending])
    if code not in RULES or severity not in ("error", "warning", "info"):
        raise DamagedError
    return Diagnostic(
        code=code,
        name=RULES[code].name,
        severity=severity,
        message=message,
        source=Source(path, line, column),
        offer=offer,
        tenants=tuple(tenants),
        help=help_,
        cites=RULES[code].cites,
        acknowledged=acknowledged,
        pending=pending,
    )


def _resale_knowledge(plain: Any) -> ResaleKnowledge:
    tenants, covered, as_of = _listed(plain, 3)
    _all(str, [*_listed(tenants), *([] if as_of is None else [as_of])])
    return ResaleKnowledge(tenants=frozenset(tenants), covered=bool(covered), as_of=as_of)


def _listed(value: Any, length: int | None = None) -> Any:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise DamagedError
    return value


def _all(kind: type, values: Iterable[Any]) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise DamagedError


def _paths(values: Iterable[Any]) -> None:
    if not all(isinstance(value, str) and _PATH.fullmatch(value) for value in values):
        raise DamagedError
