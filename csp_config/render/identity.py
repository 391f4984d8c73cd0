"""Which finding is which, from one run to the next: ids that survive when lines move."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Diagnostic

_POSITION = re.compile(r"(?:(?<=\blines )|(?<=\bline )|(?<=\bcolumn )|(?<=:))\d+")
_LENGTH = 32


def identities(diagnostics: Iterable[Diagnostic]) -> list[tuple[str, int]]:
    """For each diagnostic a hash of what it says, and its number among those that say the same (from 1).

    Path, code, offer, tenants and message take part; positions don't, nor those that a message mentions.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in diagnostics:
        said = [one.code, one.source.path, one.offer, one.tenants, _POSITION.sub("", one.message)]
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:_LENGTH]
        seen[digest] += 1
        found.append((digest, seen[digest]))
    return found
