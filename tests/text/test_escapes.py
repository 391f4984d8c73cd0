from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from csp_config import text as safe

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def test_everything_that_unicode_calls_control_format_separator_surrogate_or_private_is_written_out() -> None:
    kept = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in INVISIBLE and safe.visible(chr(code)) == chr(code)
    ]
    assert kept == []


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Fabrikam Cloud", "Café Nørd", "北風商事", "עסקים", "a|b`c<d>&e", "C:\\new", "100 %"):
        assert safe.visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x1b[31m", r"\u{1b}[31m"),
        ("\u202eevil", r"\u{202e}evil"),
        ("a\u200bb\ufeff", r"a\u{200b}b\u{feff}"),
        ("a\u2028b\u0085c", r"a\u{2028}b\u{85}c"),
        ("\udce9", r"\u{dce9}"),
        ("\U000e0041", r"\u{e0041}"),
        ("\U0001fffe", r"\u{1fffe}"),
        ("x ##[error]y", r"x ##\u{5b}error]y"),
        ("x ##vso[task.complete]", r"x ##vso\u{5b}task.complete]"),
    ],
)
def test_what_is_dangerous_is_shown_in_one_form(text: str, shown: str) -> None:
    assert safe.visible(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::stop-commands::x", r"\u{3a}:stop-commands::x"),
        (" \u3000\t::error::x", " \u3000\t" + r"\u{3a}:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a ##[add-path]/x", r"a ##\u{5b}add-path]/x"),
    ],
)
def test_a_log_line_is_never_a_command(line: str, shown: str) -> None:
    assert safe.ci_line(line) == shown


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("plain", "`plain`"),
        ("", "`  `"),
        ("a`b", "``a`b``"),
        ("``", "``` `` ```"),
        (" x", "`  x `"),
        ("<!-- csp-config:plan {} -->", "`<\\u{21}-- csp-config:plan {} --\\u{3e}`"),
        ("<!-->", "`<\\u{21}--\\u{3e}`"),
    ],
)
def test_a_code_span_outlives_what_it_holds(text: str, span: str) -> None:
    assert safe.code_span(text) == span


def test_a_pipe_does_not_end_a_cell_whatever_stands_before_it() -> None:
    assert safe.table_cell("a|b") == r"`a\|b`"
    assert safe.table_cell("a\\|b") == r"`a\\u{7c}b`"
    assert safe.table_cell("a||b") == r"`a\|\|b`"


def test_workflow_commands_keep_their_structure() -> None:
    assert safe.workflow_data("50%\r\nnext") == r"50%25\r%0Anext"
    assert safe.workflow_property("a:b,c%\n") == r"a%3Ab%2Cc%25\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert safe.csv_cell(start + "cmd").startswith("'")
    assert safe.csv_cell("Fabrikam" + start).startswith("Fabrikam")


def test_json_is_safe_to_print_and_means_the_same() -> None:
    value = "a\x1b\x7f\u202e\u2028\ufe0f\U000e0041\udce9 ##[x] é 北"
    shown = safe.json_safe(json.dumps(value, ensure_ascii=False))
    assert shown == r'"a\u001b\u007f\u202e\u2028\ufe0f\udb40\udc41\udce9 ##\u005bx] é 北"'
    assert json.loads(shown) == value


def test_a_comment_cannot_be_closed_from_its_json() -> None:
    text = safe.comment_json(json.dumps({"base": "--> <b> --!>"}))
    assert "--" not in text
    assert ">" not in text
    assert json.loads(text) == {"base": "--> <b> --!>"}


def test_a_path_becomes_a_uri_reference() -> None:
    assert safe.uri_path("offers/a b#1:é.yaml") == "offers/a%20b%231%3A%C3%A9.yaml"
    assert safe.uri_path("caf\udce9.yaml") == "caf%E9.yaml"
    assert safe.uri_path("\ud800.yaml") == "%ED%A0%80.yaml"


def test_xml_text_holds_no_markup_and_no_forbidden_character() -> None:
    assert safe.xml_text('<a b="c">&\x00\ufffe') == r"&lt;a b=&quot;c&quot;&gt;&amp;\u{0}\u{fffe}"
