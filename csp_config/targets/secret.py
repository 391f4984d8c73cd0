"""Secrets in a class that does not print them, and their removal from texts of services."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
_SHORTEST = 4  # shorter ones would be found in every second word


class Secret:
    """A text that neither repr nor str nor an f-string shows, and that cannot be pickled."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, only for a request that sends it."""
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return HIDDEN

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(slots=True)
class Vault:
    """All secrets of a run, to remove them from texts in which a service repeats them."""

    _known: set[str] = field(default_factory=set, repr=False)

    def add(self, secret: Secret) -> Secret:
        """Add a secret, in every encoding in which it may come back."""
        given = secret.reveal()
        for text in {given, given.strip()}:
            if len(text) >= _SHORTEST:
                forms = {text, quote(text, safe=""), quote(text), quote_plus(text), json.dumps(text)[1:-1]}
                self._known = self._known | forms  # a new set: other threads may be looking through the old
        return secret

    def hide(self, text: str) -> str:
        """The text with every known secret removed."""
        for known in sorted(self._known, key=len, reverse=True):
            text = text.replace(known, HIDDEN)
        return text
