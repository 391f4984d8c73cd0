"""The findings of a document that does not fit its schema: each mistake once, at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.model import Finding
from csp_config.schema import wording
from csp_config.schema.shapes import faults, homes
from csp_config.schema.tenants import tenant_words
from csp_config.text.phrases import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Source
    from csp_config.schema.shapes import Checked
    from csp_config.schema.wording import Fault

_ABOUT_KEYS = ("required", "additionalProperties", "oneOf")
_RANK = (
    *("type", "const", "enum", "minLength", "maxLength", "pattern", "not", "format"),
    *("minimum", "maximum", "minItems", "maxItems"),
)
"""Several keywords may refuse one value; the first of these explains it best."""

_Path = tuple[str | int, ...]


def explained(document: Checked, kind: str) -> tuple[Finding, ...]:
    """What keeps a document from being a `kind`, sorted by place; empty if nothing does after all."""
    found = faults(document.data, kind)
    # A document of another kind fits nothing here: its kind is the one mistake.
    found = tuple(fault for fault in found if fault.path == ("kind",)) or found
    by_place: dict[_Path, list[Fault]] = {}
    for fault in found:
        by_place.setdefault(fault.path, []).append(fault)
    strays = {key for fault in found if fault.keyword == "additionalProperties" for key in _unknown(fault)}
    explanation = _Explanation(document=document, kind=kind, strays=frozenset(strays))
    findings = [finding for path, group in by_place.items() for finding in explanation.at(path, group)]
    return tuple(sorted(findings, key=lambda finding: (finding.source, finding.message)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explanation:
    """Turns the faults of one document into findings; `strays` are the unknown keys anywhere in it."""

    document: Checked
    kind: str
    strays: frozenset[str]

    def at(self, path: _Path, found: Sequence[Fault]) -> Iterator[Finding]:
        """The mistakes at one place: those in its keys, and the value at most once."""
        unfit = {fault.value: fault for fault in found if fault.of_key}
        yield from (self._unfit_key(fault) for fault in unfit.values())
        about_keys = [fault for fault in found if fault.keyword in _ABOUT_KEYS]
        if about_keys and isinstance(about_keys[0].value, dict):  # oneOf refuses other types as well
            yield from self._keys(path, about_keys)
        if values := [fault for fault in found if not fault.of_key and fault.keyword not in _ABOUT_KEYS]:
            yield self._value(min(values, key=lambda fault: _RANK.index(fault.keyword)))

    def _unfit_key(self, fault: Fault) -> Finding:
        return _finding(self.document.key(*fault.path, fault.value), wording.unfit_key(fault))

    def _keys(self, path: _Path, found: Sequence[Fault]) -> Iterator[Finding]:
        """Unknown keys, and missing ones; what was mistyped or misplaced is not missing as well."""
        given = found[0].value
        by_keyword = {fault.keyword: fault for fault in found}
        meant = set(self.strays)
        if extra := by_keyword.get("additionalProperties"):
            known = extra.schema["properties"]
            for key in _unknown(extra):
                near = nearest(key, known.keys() - given.keys(), cutoff=0.7)
                meant.add(near or key)
                words = wording.unknown_key(path, key, near, known=known, homes=homes(self.kind).get(key, ()))
                yield _finding(self.document.key(*path, key), words)
        required = [key for fault in found if fault.keyword == "required" for key in fault.limit]
        if missing := tuple(dict.fromkeys(key for key in required if key not in meant | given.keys())):
            yield _finding(self.document.key(*path), wording.missing_keys(path, missing))
        if choice := by_keyword.get("oneOf"):
            either = tuple(branch["required"][0] for branch in choice.limit)
            both = [key for key in either if key in given]
            if both or meant.isdisjoint(either):
                yield _finding(self.document.key(*path, *both[-1:]), wording.choice(path, either, given=both))

    def _value(self, fault: Fault) -> Finding:
        place = self.document.at(*fault.path)
        if not _is_tenant(fault.path):
            return _finding(place, wording.value_words(fault))
        words = tenant_words(wording.label(fault.path), fault.value, own=self.kind == "Config")
        return _finding(place, words, code="CSP011")


def _unknown(fault: Fault) -> list[str]:
    return [key for key in fault.value if key not in fault.schema["properties"]]


def _is_tenant(path: _Path) -> bool:
    """Whether a tenant ID is wanted here. Only a LiveAudience has `tenants`, `remove` and requests."""
    match path:
        case (*_, "tenant_id") | (*_, "tenants" | "remove", int()) | ("requests", int(), "except", int()):
            return True
    return False


def _finding(source: Source, words: wording.Words, *, code: str = "CSP010") -> Finding:
    message, advice = words
    return Finding(code=code, source=source, message=message, help=advice)
