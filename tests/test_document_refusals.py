# ruff: noqa: E501 - the cases are tables, and read by rows
"""What is refused: each with its code, its place, and words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.document import read

if TYPE_CHECKING:
    from csp_config.model import Finding


def found(content: str | bytes) -> tuple[Finding, ...]:
    written = content if isinstance(content, bytes) else content.encode()
    return read("offers/contoso.yaml", written)[1]


def told(content: str | bytes) -> list[str]:
    """Code, place, sentence and remedy of every finding, as a line."""
    return [
        f"{finding.code} {finding.source.line}:{finding.source.column} {finding.message}; {finding.help}"
        for finding in found(content)
    ]


SYNTAX = {
    "a double quote that is never closed": ('a: 1\nb: "x\nc: 2\n', '2:4 the quote " opened here is never closed'),
    "a single quote that is never closed": ("a: 'x\nb: y\n", "1:4 the quote ' opened here is never closed"),
    "a quote that ends at the next one": ('a: "x\nb: "y"\n', "1:4 the quote opened here is closed only on line 2"),
    "text after a quote": ("a: 'it's'\n", "1:8 `s'` follows the closing quote"),
    "a quote that meets ---": ("a: 'x\n---\nb'\n", "1:4 the quote ' opened here is never closed"),
    "a bracket that is never closed": ("a: 1\nb: [1, 2", "2:4 the bracket `[` opened here is never closed"),
    "a bracket open after a comma": ("a: [x,\n", "1:4 the bracket `[` opened here is never closed"),
    "a bracket open at the next key": ("a: [1, 2\nb: 3\n", "1:4 the bracket `[` opened here is not closed before line 2"),
    "a brace that is never closed": ("a: {b: 1\n", "1:4 the bracket `{` opened here is never closed"),
    "a missing comma": ('a: ["x" "y"]\n', "1:9 `,` or `]` is expected here, within the `[` of column 4"),
    "a missing value": ("a: [x, , y]\n", "1:8 a value is missing before `,`"),
    "a bracket too many": ("a: ]\n", "1:4 a value is missing before `]`"),
    "a colon without a space in braces": ("a: {b:[1]}\n", "1:6 within brackets a space has to follow this colon"),
    "a second colon": ("a: 1\nname: Contoso: Insights\n", "2:14 a second colon follows"),
    "a missing colon": ("a: x\nb y\nc: d\n", "2:1 `b y` has no colon"),
    "a missing space after the colon": ("a:b\nc: d\n", "2:1 `c: d` is read as more of the text that begins on line 1"),
    "a key indented below a value": ("a: b\n  c: d\n", "2:3 `c: d` is read as more of the text that begins on line 1"),
    "a line indented too little": ("a:\n   b: 1\n  c: 2\n", "3:3 this line is not in line with what began on line 1"),
    "a key beside list items": ("a:\n  - b\n  c: d\n", "3:3 list items (`- `) and keys stand side by side"),
    "a first line indented too far": ("  a: 1\nb: 2\n", "2:1 `b: 2` stands outside of the document"),
    "a colon without a key": (": 1\n", "1:1 a key is missing before this colon"),
    "a list on the line of its key": ("a: - b\n", "1:4 a list cannot begin on the line of its key"),
    "a question mark": ("a: ? b\n", "1:4 a value cannot begin with `? `"),
    "an at sign": ("a: @b\n", "1:4 a value cannot begin with `@`"),
    "a backtick": ("a: `b`\n", "1:4 a value cannot begin with a backtick"),
    "a percent sign": ("a: %b\n", "1:4 a value cannot begin with `%`"),
    "a tab that indents": ("a:\n\tb: 1\n\tc: 2\n", "2:1 a tab indents this line, and 1 more"),
    "a tab that indents text": ("a: |\n  \tb\n", "2:3 a tab indents this line"),
    "a tab after a dash": ("a:\n  -\tb: 1\n", "2:4 a tab stands where spaces indent"),
    "text on the line of a block scalar": ("a: |b\n  c\n", "1:4 after `|` the line has to end"),
    "an unknown escape": ('a: "C:\\Windows"\n', "1:7 `\\W` begins no escape that YAML knows"),
    "an escape without digits": ('a: "\\xZZ"\n', "1:5 `\\x` begins no escape that YAML knows"),
    "a key of more than 1,024 characters": ("k" * 1025 + ": 1\n", "1:1 this key is too long"),
    "a Git LFS pointer": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "1:1 this is a Git LFS pointer; the document itself is not in git",
    ),
    "a conflict marker": (
        "a: 1\n<<<<<<< HEAD\nb: 2\n||||||| base\nb: 1\n=======\nb: 3\n>>>>>>> other\n",
        "2:1 a merge conflict is left here, with its marker `<<<<<<<`",
    ),
    "half of a conflict": ("a: 1\n=======\r\nb: 3\n", "2:1 a merge conflict is left here"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), SYNTAX.values(), ids=SYNTAX.keys())
def test_a_mistake_in_the_syntax_is_one_finding_in_plain_words(content: str, expected: str) -> None:
    (line,) = told(content)
    assert line.startswith(f"CSP001 {expected}")
    assert read("offers/contoso.yaml", content.encode())[0] is None


UNSUPPORTED = {
    "an anchor": ("a: &x b\n", "1:4 an anchor (`&`)"),
    "an anchor on a list": ("a: &x\n  - b\n", "1:4 an anchor (`&`)"),
    "an anchor without a name": ("a: & b\n", "1:4 an anchor (`&`)"),
    "an alias": ("a: *x\n", "1:4 an alias (`*`)"),
    "an alias as a key": ("*x : 1\n", "1:1 an alias (`*`)"),
    "an alias without a name": ("a: * b\n", "1:4 an alias (`*`)"),
    "a merge key": ("a: 1\n<<: {b: 2}\n", "2:1 a merge key (`<<`)"),
    "a merge key with an alias": ("<<: *x\n", "1:1 a merge key (`<<`)"),
    "a tag": ("a: !!str 1\n", "1:4 a tag (`!`)"),
    "a tag that makes objects": ("a: !!python/object:os.system {}\n", "1:4 a tag (`!`)"),
    "an exclamation mark": ("a: ! 1\n", "1:4 a tag (`!`)"),
    "a tag with an unknown handle": ("a: !e!x 1\n", "1:4 a tag (`!`)"),
    "a broken tag": ("a: !<x y\n", "1:4 a tag (`!`)"),
    "a %YAML directive": ("%YAML 1.2\n---\na: 1\n", "1:1 a directive (`%`)"),
    "a %TAG directive": ("%TAG ! tag:contoso.example,2026:\n---\na: 1\n", "1:1 a directive (`%`)"),
    "a directive without ---": ("%YAML 1.2\na: 1\n", "1:1 a directive (`%`)"),
    "an unknown directive": ("%CONTOSO\n---\na: 1\n", "1:1 a directive (`%`)"),
    "a directive of another version": ("%YAML 2.0\n---\na: 1\n", "1:1 a directive (`%`)"),
    "a second document": ("a: 1\n---\nb: 2\nb: 3\n", "2:1 a second document begins here"),
    "an empty document before the first": ("---\n---\na: 1\n", "2:1 a second document begins here"),
    "a number as a key": ("a: 0\n1: x\n", '2:1 a key has to be text; `1` is not; quote it: "1"'),
    "true as a key": ("true: x\n", "1:1 a key has to be text; `true` is not"),
    "a disputed number as a key": ("010: x\n", "1:1 a key has to be text; `010` is not"),
    "null as a key": ("null: x\n", "1:1 a key has to be text; `null` is not"),
    "nothing as a key": ("? \n: x\n", "1:2 a key is missing here"),
    "a list as a key": ("? [a]\n: x\n", "1:3 a key has to be text; here it is a list or a mapping"),
    "a mapping as a key": ("{a: 1}: x\n", "1:1 a key has to be text; here it is a list or a mapping"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_what_these_documents_do_without_is_refused_by_name(content: str, expected: str) -> None:
    (line,) = told(content)
    assert line.startswith(f"CSP004 {expected}")


CHARACTERS = {
    "U+0085 as a line break": ("a: 1 # x\x85b: 2\n", "1:9 U+0085 (NEXT LINE) is a line break"),
    "U+2028 as a line break": ("a: 1 # x\u2028b: 2\n", "1:9 U+2028 (LINE SEPARATOR) is a line break"),
    "U+2029 as a line break": ("a: 1\nb: x\u2029c: 2\n", "2:5 U+2029 (PARAGRAPH SEPARATOR) is a line break"),
    "CR alone": ("a: 1\rb: 2\rc: 3\r", "1:5 the line ends in CR without LF here, and 2 times more"),
    "CR alone among CRLF": ("a: 1\r\nb: 2\r\r\nc: 3\r\n", "2:5 the line ends in CR without LF here"),
    "ESC": ("a: \x1b[31m\n", "1:4 U+001B (ESCAPE) is a control character"),
    "DEL": ("a: x\x7f\n", "1:5 U+007F (DELETE) is a control character"),
    "NUL": ("a: 1\nb: \0\n", "2:4 the file holds a NULL byte"),
    "a bidi override in a comment": ("a: 1 # \u202ex\n", "1:8 U+202E (RIGHT-TO-LEFT OVERRIDE) is a character that turns"),
    "a bidi isolate": ("a: \u2066x\n", "1:4 U+2066 (LEFT-TO-RIGHT ISOLATE) is a character that turns"),
    "a direction mark": ("a: x\u200f\n", "1:5 U+200F (RIGHT-TO-LEFT MARK) is a character that turns"),
    "a zero-width space in a key": ("a\u200b: x\n", "1:2 U+200B (ZERO WIDTH SPACE) is an invisible character"),
    "a zero-width space that indents": ("a:\n\u200b  b: 1\n", "2:1 U+200B (ZERO WIDTH SPACE) is an invisible"),
    "a joiner": ("a: x\u200dy\n", "1:5 U+200D (ZERO WIDTH JOINER) is an invisible character"),
    "a byte order mark in the middle": ("a: \ufeffx\n", "1:4 U+FEFF (ZERO WIDTH NO-BREAK SPACE) is an invisible"),
    "a soft hyphen": ("a: x\xady\n", "1:5 U+00AD (SOFT HYPHEN) is an invisible character"),
    "a Hangul filler": ("a: \u3164\n", "1:4 U+3164 (HANGUL FILLER) is an invisible character"),
    "a variation selector": ("a: x\ufe0f\n", "1:5 U+FE0F (VARIATION SELECTOR-16) is an invisible character"),
    "a tag character": ("a: x\U000e0041\n", "1:5 U+E0041 (TAG LATIN CAPITAL LETTER A) is an invisible character"),
    "no character at all": ("a: \uffff\n", "1:4 U+FFFF is an invisible character"),
    "a tab in a value": ("a: 1\nb: x\ty\n", "2:5 U+0009 (TAB) is a control character"),
    "a tab in a block scalar": ("a: |\n  one\n  two\tx\n", "3:6 U+0009 (TAB) is a control character"),
    "ESC by an escape": ('a: "x\\e[31m"\n', "1:6 U+001B (ESCAPE) is a control character; it is written as an escape"),
    "NUL by an escape": ('a: "\\0"\n', "1:5 U+0000 (NULL) is a control character; it is written as an escape"),
    "a tab by an escape": ('a: "\\t"\n', "1:5 U+0009 (TAB) is a control character; it is written as an escape"),
    "a tab after a backslash": ('a: "\\\t"\n', "1:6 U+0009 (TAB) is a control character; delete it"),
    "CR by an escape": ('a: "\\r"\n', "1:5 U+000D (CARRIAGE RETURN) is a control character; it is written"),
    "U+2028 by an escape": ('a: "\\L"\n', "1:5 U+2028 (LINE SEPARATOR) is a line break"),
    "a bidi override by an escape": ('a: "x\n  y\\u202Ez"\n', "2:4 U+202E (RIGHT-TO-LEFT OVERRIDE) is a character"),
    "a tag character by an escape": ('"\\U000E0041": x\n', "1:2 U+E0041 (TAG LATIN CAPITAL LETTER A) is an invisible"),
    "half of a surrogate pair": ('a: "\\ud83d\\ude00"\n', "1:5 `\\ud83d` is no character"),
    "an escape beyond Unicode": ('a: "\\U00110000"\n', "1:5 `\\U00110000` is no character"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CHARACTERS.values(), ids=CHARACTERS.keys())
def test_a_character_that_a_reviewer_does_not_see_is_one_finding(content: str, expected: str) -> None:
    (line,) = told(content)
    assert line.startswith(f"CSP003 {expected}")
    assert line.isprintable()


ENCODINGS = {
    "Windows-1252": (b"a: 1\nb: caf\xe9\n", "2:7 byte 0xE9 at offset 11 is not UTF-8; in Windows-1252 it is `é`"),
    "a cut character": ("a: é".encode()[:-1], "1:4 byte 0xC3 at offset 3 is not UTF-8"),
    "a surrogate in UTF-8": (b"a: \xed\xa0\x80\n", "1:4 byte 0xED at offset 3 is not UTF-8"),
    "UTF-16 with its mark": ("a: 1\n".encode("utf-16"), "1:1 the file is written in UTF-16, not in UTF-8"),
    "UTF-16 big-endian": ("\ufeffa: 1\n".encode("utf-16-be"), "1:1 the file is written in UTF-16"),
    "UTF-16 without a mark": ("kind: x\n".encode("utf-16-le"), "1:1 the file is written in UTF-16"),
    "UTF-32 with its mark": ("a: 1\n".encode("utf-32"), "1:1 the file is written in UTF-32"),
    "UTF-32 without a mark": ("kind: x\n".encode("utf-32-be"), "1:1 the file is written in UTF-32"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_what_is_not_utf8_is_refused_with_its_place(content: bytes, expected: str) -> None:
    (line,) = told(content)
    assert line.startswith(f"CSP003 {expected}")
    assert line.endswith("save the file as UTF-8 without a byte order mark")


@pytest.mark.parametrize(
    "content", ["", "\n\n", "# only a comment\n", "---\n", "null\n", "~", " \n ", "---\n...\n"]
)
def test_an_empty_document_is_refused(content: str) -> None:
    assert [line[:34] for line in told(content)] == ["CSP006 1:1 the document is empty; "]


@pytest.mark.parametrize(
    ("content", "what"),
    [("# x\n- a\n", "2:1 the document is a list"), ("Offer\n", "1:1 the document is a single value"),
     ("kind:Offer\n", "1:1 the document is a single value"), ("--- 'x'\n", "1:5 the document is a single value"),
     ("--- 1\n", "1:5 the document is a single value")],
)  # fmt: skip
def test_a_root_that_is_no_mapping_is_refused(content: str, what: str) -> None:
    (line,) = told(content)
    assert line.startswith(f"CSP006 {what}")


def test_a_duplicate_key_names_both_lines_and_the_first_one_counts() -> None:
    result, (finding,) = read("offer.yaml", b"kind: Offer\nid: contoso-insights\nname: x\n'id': fabrikam\n")
    assert (finding.code, finding.source.line, finding.source.column) == ("CSP002", 4, 1)
    assert finding.message == "the key `id` is on line 2 already, and again on line 4"
    assert result is not None
    assert result.data == {"kind": "Offer", "id": "contoso-insights", "name": "x"}


def test_several_mistakes_are_several_findings_by_place() -> None:
    lines = told("a: 1\nb: {c: 1, c: 2}\na: \u200b3\nd: 010\n<<: *x\n")
    assert [line[:10] for line in lines] == [
        "CSP002 2:1",
        "CSP002 3:1",
        "CSP003 3:4",
        "CSP004 4:4",
        "CSP004 5:1",
    ]


def test_after_twenty_findings_the_rest_is_counted() -> None:
    findings = found("a: 1\n" + "a: 2\n" * 50)
    assert len(findings) == 20
    assert findings[-1].message.endswith("(30 other mistakes in this file are not listed.)")


def test_after_a_thousand_mistakes_reading_stops() -> None:
    findings = found("- 010\n" * 9000)
    assert len(findings) == 20
    assert findings[-1].message.endswith("(More than 1,000 other mistakes in this file are not listed.)")


def test_a_refused_character_does_not_hide_which_offer_it_is() -> None:
    result, (finding,) = read(
        "offer.yaml", "kind: Offer\nid: contoso-insights\nname: Cont\u202eoso\n".encode()
    )
    assert finding.code == "CSP003"
    assert result is not None
    assert result.data == {"kind": "Offer", "id": "contoso-insights", "name": "Cont\ufffdoso"}


def test_what_an_escape_hid_reaches_nobody() -> None:
    result, (finding,) = read("offer.yaml", b'kind: Offer\nid: "\\e[31mcontoso"\n')
    assert finding.code == "CSP003"
    assert result is not None
    assert result.data == {"kind": "Offer", "id": "\ufffd[31mcontoso"}


def test_messages_show_the_documents_own_words_short_and_visible() -> None:
    key = '"\\e[31m' + "k" * 500 + '"'
    _, second = [finding for finding in found(f"{key}: 1\n{key}: 2\n") if finding.code == "CSP002"] * 2
    assert second.message.startswith("the key `\ufffd[31mkkk")
    assert len(second.message) < 130
