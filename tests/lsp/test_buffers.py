"""Texts follow the changes of an editor, and places are where an editor counts them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from lsprotocol.types import (
    Position,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

from csp_config.lsp.buffers import Buffers, changed, file_of, offset
from csp_config.lsp.positions import Lines, utf16_length

TEXTS = st.text(st.sampled_from("ab: 😀é\r\n\n\u2028\u0085\f\x1c"), max_size=30)


def places(text: str) -> list[Position]:
    """The position of every character and of the end, as the protocol defines lines; found one by one."""
    found, line, units = [], 0, 0
    for before, character in pairwise(["", *text, ""]):
        if before == "\n" or (before == "\r" and character != "\n"):
            line, units = line + 1, 0
        elif before and before != "\r":
            units += 2 if before > "\uffff" else 1
        found.append(Position(line, units))
    return found


@given(TEXTS)
def test_every_place_of_a_text_is_found_by_its_position(text: str) -> None:
    for index, position in enumerate(places(text)):
        inside_an_end = text[index - 1 : index + 1] == "\r\n"
        assert offset(text, position) == index - inside_an_end


@given(TEXTS, TEXTS, st.data())
def test_a_change_replaces_what_stands_in_its_range(text: str, new: str, data: st.DataObject) -> None:
    marks = [index for index in range(len(text) + 1) if text[index - 1 : index + 1] != "\r\n"]
    start, end = sorted((data.draw(st.sampled_from(marks)), data.draw(st.sampled_from(marks))))
    span = Range(places(text)[start], places(text)[end])
    change = TextDocumentContentChangePartial(text=new, range=span)
    assert changed(text, change) == text[:start] + new + text[end:]


@given(TEXTS)
def test_documents_and_editors_mean_the_same_place(text: str) -> None:
    lines, found = Lines(text), places(text)
    line, column = 0, 0
    for index, position in enumerate(found):
        if text[index - 1 : index + 1] != "\r\n":
            assert lines.position(line + 1, column + 1) == position
            assert lines.character(position) == (line, column)
        line, column = (line + 1, 0) if text[index : index + 1] == "\n" else (line, column + 1)


@pytest.mark.parametrize(("units", "column"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (99, 3)])
def test_half_of_a_character_is_before_it(units: int, column: int) -> None:
    assert offset("a😀b", Position(0, units)) == column


def test_what_lies_behind_the_end_is_the_end() -> None:
    assert offset("a\nb", Position(7, 0)) == 3
    assert offset("a\nb", Position(0, 7)) == 1
    assert Lines("a").text(3) == ""
    assert utf16_length("\ud800😀") == 3


def test_a_whole_text_may_be_sent_too() -> None:
    buffers = Buffers()
    buffers.open("file:///tmp/a.yaml", 1, "a: 1\n")
    whole = TextDocumentContentChangeWholeDocument(text="b: 1\n")
    insertion = Range(Position(0, 0), Position(0, 0))
    part = TextDocumentContentChangePartial(text="# c\n", range=insertion)
    buffers.change("file:///tmp/a.yaml", 2, [whole, part])
    assert list(buffers.texts().values()) == ["# c\nb: 1\n"]
    assert buffers.version("file:///tmp/a.yaml") == 2
    buffers.change("file:///tmp/b.yaml", 3, [whole])
    buffers.close("file:///tmp/a.yaml")
    assert not buffers.texts()


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "git:/tmp/a.yaml?ref=HEAD",
        "file:///tmp/%00/a.yaml",
        "file:///tmp/a%00.yaml",
        f"file:///tmp/{256 * 'a'}.yaml",
        f"file:///tmp/{5000 * 'a/'}a.yaml",
        "file:///tmp/\ud800.yaml",
    ],
)
def test_what_is_no_file_is_left_alone(uri: str) -> None:
    buffers = Buffers()
    buffers.open(uri, 1, "a: 1\n")
    assert file_of(uri) is None
    assert not buffers.texts()


def test_a_text_ends_its_lines_as_its_first_one_does() -> None:
    assert [Lines(text).end for text in ("a", "a\nb\r\n", "a\r\nb\n")] == ["\n", "\n", "\r\n"]
    assert re.fullmatch(r"\r?\n", Lines("").end)
