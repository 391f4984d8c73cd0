"""What shows nothing is one table: escaped in every output, refused in every document, left out of cells."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest

from csp_config.document import read
from csp_config.tables.cells import one_line
from csp_config.text import visible
from csp_config.text.escapes import BLANK_SYMBOLS, CONTROLS, UNSEEN

EVERY = re.compile(f"[{CONTROLS}{UNSEEN}]")
# The rest of Default_Ignorable_Code_Point, which Python does not know as such.
DEFAULT_IGNORABLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\ufe00\ufe0f\uffa0\U000e0100\U000e0fff"


@pytest.mark.parametrize("character", [*BLANK_SYMBOLS, *DEFAULT_IGNORABLE, "\ue000", "\u0600", "\U0001d173"])
def test_what_shows_nothing_is_escaped_refused_and_left_out_alike(character: str) -> None:
    assert visible(f"a{character}b") == f"a\\u{{{ord(character):x}}}b"
    assert one_line(f"Fabri{character}kam") == "Fabrikam"
    _, findings = read("offers/a.yaml", f"kind: Offer\nname: Fabri{character}kam\n".encode())
    assert [(one.code, one.source.line) for one in findings] == [("CSP003", 2)]


def test_the_table_holds_every_control_format_separator_and_private_character() -> None:
    categories = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    missing = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in categories and chr(code) not in "\t\n\r"
        if not EVERY.match(chr(code))
    ]
    assert missing == []


def test_letters_digits_and_marks_of_any_script_are_not_in_it() -> None:
    for name in ("Fabrikam", "Łódź", "北風商事", "עסקים", "ไทย", "हिन्दी", "Ελλάδα", "한국", "🙂"):
        assert not EVERY.search(name)
