"""Companies by name: the same company in two systems, written with other case, marks and legal forms."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.text.phrases import several_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMS_WRITTEN = """
    ab ag aktiebolag aps as asa bhd bv bvba co comandita company corp corporation cv dd doo ead eg
    eireli eirl ek ev ges gesmbh ggmbh gmbh hf inc incorporated jsc kft kg kgaa kk limitada limited
    llc llp lp ltd ltda mbh nv oao ohg oo ooo ou oy oyj pbc plc private proprietary pt pte pty
    public pvt rt sa sab sarl sas sau scs sdn se sl slu snc sociedad societe sp spa spol spzoo srl
    sro ss tbk uab ug ulc vof zao zoo zrt
"""
_LEGAL_FORMS = frozenset(_FORMS_WRITTEN.split())
_LINKS = frozenset({"and", "und", "et", "y", "e", "i", "z"})  # as in: GmbH und Co. KG; sp. z o.o.
_FIRST_FORMS = frozenset({"pt", "ooo", "oao", "zao", "uab", "sia"})  # written before the name
_SINGLE = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_JOINED = re.compile(r"(?<=\b\w)[/.](?=\w\b)|[.'\u2019`\u00b4]")  # A/S, S.A., O'Neill
_AND = re.compile("[&+]")


def name_key(name: str) -> str:
    """The name without case, accents, punctuation and blanks; `&` and `and` are the same."""
    return "".join(_words(name))


def bare_key(name: str) -> str:
    """The key of a name without its legal form: `Fabrikam GmbH & Co. KG` is `fabrikam`."""
    words = _words(name)
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
        while len(words) > 1 and words[-1] in _LINKS:
            words.pop()
    while len(words) > 1 and words[0] in _FIRST_FORMS:
        words.pop(0)
    return "".join(words)


class Directory:
    """Things found by company name; several may have the same."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """`named`: name and id of each."""
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, str] = {}
        for name, id_ in named:
            self._whole[name_key(name)].add(id_)
            self._bare[bare_key(name)].add(id_)
            self._names.setdefault(bare_key(name), name)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, name: str) -> frozenset[str]:
        """The ids that a name means: those with the same legal form, else those that differ only in it."""
        whole = name_key(name)
        if not whole:
            return frozenset()
        return frozenset(self._whole.get(whole) or self._bare.get(bare_key(name)) or ())

    def find_whole(self, name: str) -> frozenset[str]:
        """The ids that a name means with every word of it, as of things that have no legal form."""
        return frozenset(self._whole.get(name_key(name), ()) if name_key(name) else ())

    def nearest(self, name: str, number: int = 3) -> tuple[str, ...]:
        """The nearest names that are known, best first."""
        near = several_nearest(bare_key(name), self._names, number)
        return tuple(self._names[key] for key in near)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_SINGLE)
    plain = _JOINED.sub("", _AND.sub(" and ", plain))
    return re.findall(r"[^\W_]+", plain)
