"""What is read without the parser is what the parser reads; nothing that it refuses is accepted."""

from __future__ import annotations

import sys
import unicodedata
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.document import read
from csp_config.document.parsing import parsed
from tests.plain_style.mutants import HANDS, SHAPES, TOP, Spoiler, compared, hostile, recognised, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SAMPLE = sorted((TOP / "offers").rglob("*.yaml"))
MUTANTS, SHARDS = 1_000_000, 8
LINES = (
    *("K: x", "  K: x", "    K: x", "   K: x", "K:", "  K:", "    K:", "- x", "  - x", "    - x", "- K: x"),
    *(
        "  - K: x",
        "    - K: x",
        "- K:",
        "  - K:",
        "-   K: x",
        "# x",
        "",
        "  ",
        "- {K: [x]}",
        "  K: []",
        "K: null",
    ),
)
"""Lines that stand in each other's way; K is a key."""
VALUES = tuple("a0-:#,[]{}\"' \n.&")
AROUND = (
    "a: ?",
    "a: ?\nb: x\n",
    "- ?",
    "a:\n- ?",
    "a: [?]",
    "a: {b: ?}",
    "a: [x,?]",
    "a: ?b",
    "a: b?",
    "a?: b",
    "?",
)
"""Where a value may stand."""


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_every_document_of_the_sample_is_recognised(path: Any) -> None:
    assert compared(path.read_bytes())


@pytest.mark.parametrize("text", [*HANDS, *SHAPES])
def test_every_shape_is_recognised(text: str) -> None:
    assert compared(text.encode())


def test_most_sound_documents_are_recognised_in_whatever_style() -> None:
    texts = sound()
    assert sum(compared(text.encode()) for text in texts) > 0.8 * len(texts)


def test_what_the_parser_refuses_is_not_recognised() -> None:
    for text in hostile():
        compared(text.encode())
        compared(f"kind: Offer\n{text}".encode())
        compared(f"kind: {text}\nid: x\n".encode())


def test_a_mutant_is_read_as_the_parser_reads_it() -> None:
    spoiler = Spoiler("quick")
    mutants = [spoiler.mutant() for _ in range(1_500)]
    assert 200 < sum(map(compared, mutants)) < 1_300
    for content in mutants[::5]:
        document, findings = read("a.yaml", content)
        record, told = parsed("a.yaml", content)
        assert findings == told
        assert (document is None) == (record is None)
        if document is not None and record is not None:
            assert repr(document.data) == repr(record.data)
            assert document.at() == record.at()


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_million_mutants_are_read_as_the_parser_reads_them(
    shard: int, tried: Callable[[str, int], None]
) -> None:
    spoiler = Spoiler(f"slow {shard}")
    accepted = sum(compared(spoiler.mutant()) for _ in range(MUTANTS // SHARDS))
    assert accepted > MUTANTS // SHARDS // 10
    tried("mutants of documents", MUTANTS // SHARDS)
    tried("mutants of documents that were recognised, each compared", accepted)


@pytest.mark.parametrize(
    "lines",
    [
        ("- key: x", "- key", "- key: y"),
        ("- key: 'x: y'", '- "key: x"', "- key:", "- key: ", "- key: # x"),
        (
            "a: {b: c}",
            "a: {b: c, d: [e]}",
            "a: {b: 'c, d: e'}",
            "a: {b: c,}",
            "a: {b: c, b: d}",
            "a: {}",
            "a: {",
        ),
        ('a: {"b": "c}", d: e}', 'a: {"b": "c"}', "a: {b: c } # d", "a: {b: c }d", "a: {'b, c': d}"),
        ("a:  x  # y", "a: x # y", "b:  x  # y", "b:   x", "a: x#y", "a:  'x' # y", "a:  'x'# y"),
        ("- [a, {b: c}]", "- {b: c}", "- [{b: c}]", "- {b: {c: d}}", "- {b: c", "- {b}", "- {: c}"),
    ],
)
def test_what_was_learned_of_one_line_misleads_about_no_other(lines: Sequence[str]) -> None:
    around = ("", "k:\n", "k:\n  ")
    for first, second, before in product(lines, lines, around):
        indent = before.rpartition("\n")[2]
        compared(f"{before}{first}\n".encode())
        compared(f"{before}{second}\n".encode())
        compared(f"{before}{first}\n{indent}{second}\n".encode())


def test_every_order_of_a_few_lines_is_read_as_the_parser_reads_it() -> None:
    assert 100 < sum(compared(content) for content in orders(LINES, 3)) < 4_000


@pytest.mark.slow
@pytest.mark.parametrize("first", LINES)
def test_every_order_of_more_lines_is_read_as_the_parser_reads_it(
    first: str, tried: Callable[[str, int], None]
) -> None:
    accepted = sum(compared(content) for content in orders((first,), 1, then=(LINES, 3)))
    tried("orders of four lines", len(LINES) ** 3)
    tried("orders of four lines that were recognised, each compared", accepted)


@pytest.mark.parametrize("around", AROUND)
def test_every_short_value_is_read_as_the_parser_reads_it(around: str) -> None:
    for length in range(4):
        for signs in product(VALUES, repeat=length):
            compared(around.replace("?", "".join(signs)).encode())


@pytest.mark.slow
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("first", VALUES)
def test_every_longer_value_is_read_as_the_parser_reads_it(
    first: str, around: str, tried: Callable[[str, int], None]
) -> None:
    values = (first + "".join(signs) for signs in product(VALUES, repeat=3))
    accepted = sum(compared(around.replace("?", value).encode()) for value in values)
    tried("values of four signs", len(VALUES) ** 3)
    tried("values of four signs that were recognised, each compared", accepted)


def orders(lines: Sequence[str], count: int, *, then: tuple[Sequence[str], int] = ((), 0)) -> Iterator[bytes]:
    """Every text of so many of the lines and then of others, each key with a name of its own."""
    for chosen in product(*[lines] * count, *[then[0]] * then[1]):
        yield "\n".join(line.replace("K", f"k{n}") for n, line in enumerate(chosen)).encode()


def test_a_character_is_recognised_only_where_the_parser_has_nothing_against_it() -> None:
    """Every letter and digit of Unicode, a thousand in a document; those that show nothing are left out."""
    letters = [char for char in map(chr, range(0x80, sys.maxunicode + 1)) if char.isalnum()]
    unseen = [char for char in letters if "FILLER" in unicodedata.name(char, "")]
    seen = [char for char in letters if char not in unseen]
    for start in range(0, len(seen), 5_000):
        part = seen[start : start + 5_000]
        rows = ("".join(part[n : n + 100]) for n in range(0, len(part), 100))
        assert compared(
            "".join(f'k{n}: {row}\nq{n}: "{row}" # {row}\n' for n, row in enumerate(rows)).encode()
        )
    for char in unseen:
        assert recognised(f"a: x{char}\n".encode()) is None


def test_no_other_character_beyond_ascii_is_recognised_anywhere() -> None:
    for char in map(chr, range(0x80, 0x11000)):
        if not char.isalnum() and not 0xD800 <= ord(char) < 0xE000:
            for text in (f"a: x{char}y", f'a: "{char}"', f"a: [{char}]", f"# {char}", f"a{char}: b"):
                assert recognised(text.encode()) is None, hex(ord(char))
