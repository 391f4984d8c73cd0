"""facts/confusables.json from Unicode's confusables.txt, as the package confusable-homoglyphs carries it.

Run by `make data`. Kept are the characters whose prototype is written in ASCII, marks left
out, and which compatibility decomposition does not already change: these can stand in a name that reads as
Latin.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

from confusable_homoglyphs import confusables

TARGET = Path(__file__).parent.parent / "csp_config" / "facts" / "confusables.json"
PRINTABLE = range(0x21, 0x7F)


def main() -> None:
    """Write the table."""
    found: dict[str, set[str]] = defaultdict(set)
    for target, alike in confusables.confusables_data.items():
        target = "".join(c for c in unicodedata.normalize("NFD", target) if not unicodedata.combining(c))  # noqa: PLW2901 - as it is used
        if not target or not all(ord(c) in PRINTABLE for c in target):
            continue
        for entry in alike:
            source = entry["c"].strip("\u200e")
            if len(source) != 1 or source.isascii():
                continue
            if unicodedata.normalize("NFKD", source) != source or unicodedata.combining(source):
                continue
            found[target].add(source)
    prototypes = _prototypes(found)
    data = {
        "source": "confusables.txt of Unicode Technical Standard #39"
        " (https://www.unicode.org/Public/security/), by the package confusable-homoglyphs "
        + version("confusable-homoglyphs"),
        "licence": "Unicode License v3 (https://www.unicode.org/license.txt), Copyright Unicode, Inc.",
        "notes": ["What a name reads as -> the single characters that are easily taken for it."],
        "targets": {target: "".join(sorted(prototypes[target])) for target in sorted(prototypes)},
    }
    TARGET.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _prototypes(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """Each source under one target only: the package lists it under every member of its group."""
    taken: set[str] = set()
    kept: dict[str, set[str]] = {}
    for target in sorted(found, key=lambda one: (len(one) > 1, not one.isalnum(), one)):
        kept[target] = found[target] - taken
        taken |= found[target]
    return {target: sources for target, sources in kept.items() if sources}


if __name__ == "__main__":
    main()
