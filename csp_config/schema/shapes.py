"""The schemas as files, and as validators that fetch nothing."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from csp_config.errors import UsageError
from csp_config.facts import shipped_text
from csp_config.model import Places
from csp_config.schema.wording import Fault, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

NAMES = (
    *("offer", "partner-list", "resales", "live-audience", "config"),
    *("report", "plan", "status", "partners", "export", "import-partners", "import-resales"),
    *("history", "site-index", "site-offers", "site-offer", "site-partner", "site-requests"),
    *("rules", "explain"),
)
"""The schemas, as `csp-config schema` knows them: of the documents, then of the commands' JSON."""

KINDS: Mapping[str, str] = {
    "Offer": "offer.schema.json",
    "PartnerList": "partner-list.schema.json",
    "Resales": "resales.schema.json",
    "LiveAudience": "live-audience.schema.json",
    "Config": "config.schema.json",
}
"""kind -> file in `schemas/`. The settings have no `kind` key; they are "Config" here."""


def text(name: str) -> str:
    """The JSON text of one of NAMES. Raises: UsageError for any other name."""
    if name not in NAMES:
        raise UsageError(f"no schema is called {quoted(name)}", help=f"one of: {', '.join(NAMES)}")
    return shipped_text("schemas", f"{name}.schema.json")


class Checked(Places, Protocol):
    """A document that was read: its plain data, and where everything stands."""

    @property
    def data(self) -> Any:
        """Mappings, lists, text, numbers, booleans and None."""


def faults(data: Any, kind: str) -> tuple[Fault, ...]:
    """All that the schema of a kind (see KINDS) refuses, unsorted, with follow-on faults among them."""
    return tuple(_fault(error) for error in _validator(kind).iter_errors(data))


def _fault(error: ValidationError) -> Fault:
    return Fault(
        path=tuple(error.absolute_path),
        keyword=str(error.validator),
        limit=error.validator_value,
        value=error.instance,
        schema=error.schema,
        of_key="propertyNames" in error.absolute_schema_path,
    )


@cache
def _validator(kind: str) -> Draft202012Validator:
    """The validator of a kind: stricter than JSON Schema where Python would be laxer."""
    from jsonschema import Draft202012Validator, FormatChecker, validators  # noqa: PLC0415 - takes 0.1 s
    from referencing import Registry  # noqa: PLC0415 - comes with jsonschema

    # JSON Schema takes 10.0 for an integer; whoever counts with it would not.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    extend: Any = validators.extend  # has no types
    strict: type[Draft202012Validator] = extend(
        Draft202012Validator, {"pattern": _pattern}, type_checker=types
    )
    formats = FormatChecker(formats=())
    for name in ("date", "date-time"):
        formats.checks(name)(is_time)
    return strict(inlined(kind), registry=Registry(), format_checker=formats)


@cache
def homes(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Key -> the keys under which a document of this kind may have it; "" is the top."""
    found: dict[str, dict[str, None]] = {}
    for key, parent in _keys(inlined(kind), ""):
        found.setdefault(key, {})[parent] = None
    return {key: tuple(parents) for key, parents in found.items()}


def _keys(node: Any, parent: str) -> Iterator[tuple[str, str]]:
    for key, child in node.get("properties", {}).items():
        yield key, parent
        yield from _keys(child, key)
    if "items" in node:
        yield from _keys(node["items"], parent)


@cache
def inlined(kind: str) -> Mapping[str, Any]:
    """The schema of a kind without `$ref`; what a definition itself says of its form is kept as `form`."""
    whole = json.loads(shipped_text("schemas", KINDS[kind]))
    body = {key: node for key, node in whole.items() if key not in ("$schema", "$id", "$defs")}
    schema: Mapping[str, Any] = _inlined(body, whole["$defs"])
    return schema


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    here = {key: _inlined(value, definitions) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return here
    target = _inlined(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    return {**target, "form": target["description"], **here}


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """The `pattern` keyword; all of ours are anchored, and `$` takes no newline before the end here."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - see _validator

    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError("pattern")


def is_time(value: object) -> bool:
    """Whether the calendar has this day, or the day this time; what is no text is judged elsewhere."""
    if not isinstance(value, str):
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
