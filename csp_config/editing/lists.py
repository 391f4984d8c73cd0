"""The YAML of documents that are lists of records: partner lists and resales."""

from __future__ import annotations

from typing import Any

from csp_config.editing.layout import entry, inline, read_back
from csp_config.editing.revision import revised
from csp_config.errors import WritingError

_RECORDS = {"PartnerList": "partners", "Resales": "resales"}
_SCHEMAS = {"PartnerList": "partner-list", "Resales": "resales"}
_PLAINER = "give it a plainer layout, each entry on a line of its own, then run the same command again"


def list_text(path: str, data: dict[str, Any], previous: bytes | None) -> bytes:
    """The bytes of a PartnerList or Resales document; with `previous`, those, changed where they must be.

    `data`: the whole document, its keys in canonical order. Comments, order, quoting and line ends of
    `previous` stay, except on the lines of what is taken out.
    Raises: WritingError where the result would not read back as `data`.
    """
    kind = data["kind"]
    if previous is None:
        text = _canonical(path, data)
    else:
        try:
            text = revised(previous.decode(), data)
        except WritingError as error:
            raise WritingError(f"{path}: {error.message}", help=error.help) from None
    return read_back(path, kind, text, data, help=_PLAINER)


def _canonical(path: str, data: dict[str, Any]) -> str:
    """A new document, one record a line."""
    kind = data["kind"]
    name = f"{_SCHEMAS[kind]}.schema.json"
    lines = [f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{name}"]
    for key, value in data.items():
        if key == _RECORDS[kind] and value:
            lines += [f"{key}:", *(f"  - {inline(record)}" for record in value)]
        elif isinstance(value, list):
            lines.append(f"{key}: {inline(value)}" if _fits(key, value) else "\n".join(entry(key, value)))
        else:
            lines += entry(key, value)
    return "".join(f"{line}\n" for line in lines)


def _fits(key: str, value: list[Any]) -> bool:
    return len(f"{key}: {inline(value)}") <= 100  # noqa: PLR2004 - characters of a line that is read easily
