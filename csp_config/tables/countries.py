"""Countries by code and by name, in the writings that lists use."""

from __future__ import annotations

import json
import re
from functools import cache

from csp_config.facts import shipped_text
from csp_config.tables.cells import word
from csp_config.text.suggestions import nearest

_THE = re.compile(r"^the\s+|[\s,(]+the\)?$", re.IGNORECASE)


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code that a cell means, from a code or a name; None where it means none."""
    return _by_writing().get(word(_THE.sub("", text.strip())))


def country_name(code: str) -> str:
    """The English name of a country, or the code where it is not known."""
    writings = _countries().get(code)
    return writings[1] if writings else code


def nearest_country(text: str) -> str | None:
    """The English name that is nearest to a cell that means no country; None where none is near."""
    by_writing = _by_writing()
    near = nearest(word(text), [key for key in by_writing if len(key) > len("USA")], cutoff=0.75)
    return country_name(by_writing[near]) if near else None


@cache
def _facts() -> dict[str, dict[str, list[str]] | dict[str, str]]:
    facts: dict[str, dict[str, list[str]] | dict[str, str]] = json.loads(
        shipped_text("facts", "countries.json")
    )
    return facts


@cache
def _countries() -> dict[str, list[str]]:
    return {code: list(writings) for code, writings in _facts()["countries"].items()}


@cache
def _by_writing() -> dict[str, str]:
    found = {word(writing): code for code, writings in _countries().items() for writing in writings}
    found.update((word(other), str(code)) for other, code in _facts()["other_codes"].items())
    found.update((code.lower(), code) for code in _countries())
    return found
