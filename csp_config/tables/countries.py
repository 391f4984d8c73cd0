"""Countries by code and by name, in the writings and languages that lists use."""

from __future__ import annotations

import json
import re
from functools import cache

from csp_config.facts import shipped_text
from csp_config.tables.cells import comparison_key
from csp_config.text.phrases import nearest

_THE = re.compile(r"^the\s+|[\s,(]+the\)?$", re.IGNORECASE)
_CODE = re.compile(r"(?:[^\W\d_]\W?){2,3}")  # DE, DEU, U.S.A.
_SLASH = re.compile("[/\\\\]")
_IN_PARENTHESES = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]*)[)\]]")
_PARTS = re.compile(r"\s+[-\u2013\u2014:|]\s+|\s*[/|;]\s*")
_TWO, _THREE = 2, 3
_NO_COUNTRY = frozenset(
    """
    n/a;n.a.;n.a;na.;#n/a;n\\a;n/d;n.d.;s/o;k.a.;k. a.;none;null;nil;nan;unknown;tbd;tba;not available
    not applicable;no country;not specified;unspecified
    (blank);blank;empty;other;various;multiple;global;worldwide;keine
    keine angabe;unbekannt;ohne;aucun;aucune;inconnu;non applicable;ninguno;ninguna;desconocido;nessuno;nenhum
    geen;onbekend;ingen;ukjent;brak
    """.strip()
    .replace("\n    ", ";")
    .split(";")
)
"""What lists write where there is no country; `NA` alone is Namibia's code."""


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code that a cell means; None where it means none, or more than one.

    It may hold a code of two or three letters, a name in a language of the programme's markets, both
    (`Germany (DE)`, `DE - Germany`), a name turned around (`Korea, Republic of`), or a town before the
    country's name (`Berlin, Germany`). A code behind a town is no country's: `Wilmington, DE` is in Delaware.
    """
    text = text.strip()
    if says_no_country(text):
        return None
    return _whole(text) or _in_parentheses(text) or _with_comma(text) or _in_parts(text)


def says_no_country(text: str) -> bool:
    """Whether a cell says that there is no country, or nothing: `n/a`, `-`, `none`."""
    return not text or text.casefold() in _NO_COUNTRY or not any(map(str.isalnum, text))


def country_name(code: str) -> str:
    """The English name of a country, or the code where it is not known."""
    writings = _countries().get(code)
    return writings[1] if writings else code


def nearest_country(text: str) -> str | None:
    """The English name that is nearest to a cell that means no country; None where none is near."""
    by_writing = _by_writing()
    near = nearest(comparison_key(text), [key for key in by_writing if len(key) > len("USA")], cutoff=0.75)
    return country_name(by_writing[near]) if near else None


def is_country(code: str) -> bool:
    """Whether this is the ISO 3166-1 alpha-2 code of a country."""
    return code in _countries()


def _whole(text: str) -> str | None:
    """A cell that is one code or one name."""
    key = comparison_key(_THE.sub("", text))
    if len(key) <= _THREE and (_SLASH.search(text) or (key.isascii() and not _CODE.fullmatch(text))):
        return None  # c/o, n/o
    return _by_writing().get(key)


def _in_parentheses(text: str) -> str | None:
    """`Germany (DE)`, `Korea (Republic of)`, and `DE (Germany)`."""
    found = _IN_PARENTHESES.fullmatch(text)
    if found is None:
        return None
    turned = _whole(f"{found[2]} {found[1]}")
    return turned or _one({_whole(found[1]), _whole(found[2])})


def _with_comma(text: str) -> str | None:
    """`Korea, Republic of`; `Berlin, Germany` unless the town's name is another country's."""
    head, comma, tail = text.rpartition(",")
    if not comma:
        return None
    if turned := _whole(f"{tail.strip()} {head.strip()}"):
        return turned
    code = _whole(tail.strip())
    if code is None or len(comparison_key(tail)) <= _TWO:
        return None
    before = {_whole(part.strip()) for part in head.split(",") if len(comparison_key(part)) > _THREE}
    return code if before <= {None, code} else None


def _in_parts(text: str) -> str | None:
    """`DE - Germany`, `Belgique / België`: every part says the same."""
    parts = _PARTS.split(text)
    return _one({_whole(part) for part in parts}) if len(parts) > 1 else None


def _one(codes: set[str | None]) -> str | None:
    return next(iter(codes)) if len(codes) == 1 else None


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
    """Key of a writing -> code: CLDR's names, over them those that we chose, over them the codes."""
    from_cldr: dict[str, list[str]] = json.loads(shipped_text("facts", "country_names.json"))["names"]
    found = {comparison_key(writing): code for code, writings in from_cldr.items() for writing in writings}
    found.update(
        (comparison_key(writing), code) for code, writings in _countries().items() for writing in writings
    )
    found.update((comparison_key(other), str(code)) for other, code in _facts()["other_codes"].items())
    found.update((code.lower(), code) for code in _countries())
    return found
