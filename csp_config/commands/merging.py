"""Merges the rows of a file into the entries of a partner list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from csp_config.tables.cells import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Partner
    from csp_config.tables import PartnerRow

FIELDS = ("name", "country", "partner_id", "competencies", "skills")

Result = Literal["added", "changed", "unchanged", "rejected", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The result for a row, or for an entry that is removed (`line` None). `detail`: why, or what changed."""

    line: int | None
    result: Result
    tenant_id: str | None
    name: str | None
    detail: str = ""


class Merging:
    """The entries of a list, into which rows are merged. `known`: tenant -> an entry and its document.

    `country`: for new partners without a country in the file or in a document.
    """

    def __init__(
        self,
        entries: Sequence[Mapping[str, Any]],
        known: Mapping[str, tuple[Partner, str]],
        country: str | None = None,
    ) -> None:
        self.country = country
        self.present = {entry["tenant_id"]: dict(entry) for entry in entries}
        self.added: list[dict[str, Any]] = []
        self.known = known
        self.lines: list[Line] = []

    def merge_row(self, row: PartnerRow) -> None:
        """Merge one row."""
        entry = self.present.get(row.tenant_id)
        if entry is None:
            self._add(row)
            return
        if why := next(
            (row.damaged[f] for f in row.damaged if not _same_cell(entry.get(f), row.cells[f])), None
        ):
            self._report(row, "rejected", row.name, why)
            return
        changes = [change for field in FIELDS if (change := _change(entry, row, field))]
        self._report(row, "changed" if changes else "unchanged", entry["name"], ", ".join(changes))

    def _add(self, row: PartnerRow) -> None:
        if row.damaged:
            self._report(row, "rejected", row.name, next(iter(row.damaged.values())))
            return
        other, path = self.known.get(row.tenant_id, (None, ""))
        name, country = row.name, row.country
        copied = []
        if other is not None and not name:
            name = other.name
            copied.append("name")
        if other is not None and other.country and not country:
            country = other.country
            copied.append("country")
        country = country or self.country
        if not name or not country:
            missing = [word for word, value in (("name", name), ("country", country)) if not value]
            why = f"it has no {' and no '.join(missing)}, and no document gives its {' or '.join(missing)}"
            self._report(row, "rejected", name, why)
            return
        values = {
            "name": name,
            "tenant_id": row.tenant_id,
            "country": country,
            "partner_id": row.partner_id,
            "competencies": list(row.competencies),
            "skills": list(row.skills),
        }
        self.added.append({field: value for field, value in values.items() if value})
        detail = f"{' and '.join(copied)} from {path}" if copied else ""
        self._report(row, "added", name, detail)

    def _report(self, row: PartnerRow, result: Result, name: str | None, detail: str) -> None:
        self.lines.append(
            Line(line=row.line, result=result, tenant_id=row.tenant_id, name=name, detail=detail)
        )

    def remove_others(self, named: Iterable[str | None]) -> list[Line]:
        """Remove the entries whose tenants are not named."""
        named_tenants = set(named)
        removed = [entry for tenant, entry in self.present.items() if tenant not in named_tenants]
        for entry in removed:
            del self.present[entry["tenant_id"]]
        return [
            Line(
                line=None,
                result="removed",
                tenant_id=entry["tenant_id"],
                name=entry["name"],
                detail="not in the file",
            )
            for entry in removed
        ]

    def entries(self) -> list[dict[str, Any]]:
        """All entries: new ones in order if the list is sorted as by `fmt`, else at the end."""
        present = list(self.present.values())
        new = sorted(self.added, key=_sort_key)
        return (
            sorted([*present, *new], key=_sort_key)
            if present == sorted(present, key=_sort_key)
            else [*present, *new]
        )


def _change(entry: dict[str, Any], row: PartnerRow, field: str) -> str | None:
    """Set a field of an entry to the row's value; the change in words, None where it is the same."""
    value = getattr(row, field)
    if not value:
        return None
    old = entry.get(field)
    new = list(value) if isinstance(value, tuple) else value
    if old == new or _same_cell(old, row.cells[field]) or _same_words(old, new):
        return None
    entry[field] = new
    shown = [", ".join(one) if isinstance(one, list) else one for one in (old, new)]
    return f"{field} {shown[0]} -> {shown[1]}" if old else f"{field} {shown[1]}"


def _same_cell(old: str | list[str] | None, cell: str) -> bool:
    """Whether an export writes the value as this cell, so that importing an export changes nothing."""
    written = "; ".join(old) if isinstance(old, list) else old or ""
    return one_line(written) == cell


def _same_words(old: str | list[str] | None, new: str | list[str]) -> bool:
    """Competencies and skills are sets of words, compared without case (S10)."""
    if not isinstance(old, list) or not isinstance(new, list):
        return False
    return {word.casefold() for word in old} == {word.casefold() for word in new}


def _sort_key(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["name"].casefold(), entry["name"], entry["tenant_id"]
