"""Every limit of the reader one below, at, one above and ten times above, in each way to write it.

What libyaml refuses by itself (a nesting of 1,000 from 0.2.6 on, keys of more than 1,024 characters) is
refused here first and in the same words, whichever version reads: the expected texts hold for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.document import read
from csp_config.document.limits import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_KEY,
    MAX_KEYS,
    MAX_NODES,
    MAX_SCALAR,
)
from tests.matrix import fast_first

if TYPE_CHECKING:
    from collections.abc import Callable


def amounts(limit: int) -> list[int]:
    """One below, at, one above, ten times above."""
    return [limit - 1, limit, limit + 1, 10 * limit]


NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "a: " + "[" * (n - 1) + "]" * (n - 1),
    "brackets on lines": lambda n: "a: " + "[\n " * (n - 1) + "]" * (n - 1),
    "braces": lambda n: "{a: " * n + "1" + "}" * n,
    "keys on lines": lambda n: "\n".join(" " * level + "a:" for level in range(n)) + " 1",
    "dashes": lambda n: "a:\n  " + "- " * (n - 1) + "b",
    "question marks": lambda n: "a:\n " + "? " * (n - 1) + "b",
    "dashes, then brackets": lambda n: "a:\n  " + "- " * 7 + "[" * (n - 8) + "]" * (n - 8),
    "brackets in braces": lambda n: "{a: [" * (n // 2) + n % 2 * "{}" + "]}" * (n // 2),
}  # fmt: skip
LONG: dict[str, Callable[[int], str]] = {
    "plain": lambda n: "a: " + "x" * n,
    "single quotes": lambda n: "a: '" + "x" * n + "'",
    "double quotes": lambda n: 'a: "' + "x" * n + '"',
    "two-byte characters": lambda n: "a: " + "x" * (n % 2) + "é" * (n // 2),
    "block scalar": lambda n: "a: |-\n  " + "x" * n,
    "folded scalar": lambda n: "a: >-\n  " + "x" * n,
    "over lines": lambda n: "a: x" + "\n  x" * ((n - 1) // 2) + "x" * ((n - 1) % 2),
    "in brackets": lambda n: "a: [b, '" + "x" * n + "']",
    "item": lambda n: "a:\n- " + "x" * n,
}
KEYS: dict[str, Callable[[int], str]] = {
    "first": lambda n: "k" * n + ": 1",
    "later": lambda n: "a: 1\n" + "k" * n + ": 1",
    "of a mapping": lambda n: "k" * n + ":\n  a: 1",
    "double quotes": lambda n: 'a: 1\n"' + "k" * (n - 2) + '": 1',
    "single quotes": lambda n: "'" + "k" * (n - 2) + "': 1",
    "item": lambda n: "a:\n- " + "k" * n + ": 1",
    "in braces": lambda n: "a: {" + "k" * n + ": 1}",
    "in braces, quoted": lambda n: 'a: {"' + "k" * (n - 2) + '":1}',
    "in brackets": lambda n: "a: [" + "k" * n + ": 1]",
    "after a question mark": lambda n: "? " + "k" * n + "\n: 1",
}


def told(text: str) -> list[tuple[str, str]]:
    """Code and sentence of every finding."""
    return [(finding.code, finding.message) for finding in read("offer.yaml", text.encode())[1]]


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_the_depth_is_ours_before_it_is_the_parsers(text: Callable[[int], str]) -> None:
    below, at, above, far = (told(text(depth)) for depth in amounts(MAX_DEPTH))
    deeper = [told(text(depth)) for depth in (999, 1000, 1001, 2000)]
    refused = ("CSP005", "lists and mappings are nested more than 20 deep")
    assert refused not in (*below, *at)
    assert {code for code, _ in below + at} <= {"CSP004"}  # `? ` makes keys that are no text
    assert [answer[-1] for answer in (above, far, *deeper)] == [refused] * 6


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_where_the_depth_is_passed_does_not_depend_on_how_far_it_goes(text: Callable[[int], str]) -> None:
    findings = [read("offer.yaml", text(depth).encode())[1][-1] for depth in (MAX_DEPTH + 3, 999, 1001, 2000)]
    assert len({(finding.source, finding.message, finding.help) for finding in findings}) == 1


def test_what_stands_before_the_depth_is_told_however_far_it_goes() -> None:
    answers = [told("a: [[&x [*y, " + "[" * depth) for depth in (25, 999, 1001, 5000)]
    assert answers == [answers[0]] * 4
    assert [code for code, _ in answers[0]] == ["CSP004", "CSP004", "CSP005"]


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_the_length_of_a_text(text: Callable[[int], str]) -> None:
    below, at, above, far = (told(text(length)) for length in amounts(MAX_SCALAR))
    assert (below, at) == ([], [])
    assert above == far == [("CSP005", "the text is longer than 8,192 bytes")]


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS.keys())
def test_the_length_of_a_key(text: Callable[[int], str]) -> None:
    below, at, above = (told(text(length)) for length in amounts(MAX_KEY)[:3])
    assert (below, at) == ([], [])
    assert above == [("CSP001", "this key is too long for YAML: at most 1,024 characters")]
    (far,) = told(text(10 * MAX_KEY))
    assert far in (above[0], ("CSP005", "the text is longer than 8,192 bytes"))


@pytest.mark.parametrize("text", ["{}", "a:\n  {}", "- {}"], ids=["root", "value", "item"])
def test_the_number_of_keys(text: str) -> None:
    written = [
        text.format("{" + ", ".join(f"k{n}: 1" for n in range(keys)) + "}") for keys in amounts(MAX_KEYS)
    ]
    below, at, above, far = map(told, written)
    assert {code for code, _ in below + at} <= {"CSP006"}  # the root is a list
    assert above == far == [("CSP005", "a mapping has more than 200 keys")]


@pytest.mark.parametrize("text", fast_first(["a:\n{}", "a: [{}]"], fast=()), ids=["lines", "brackets"])
def test_the_number_of_keys_and_values(text: str) -> None:
    item = "- b\n" if "\n" in text else "b,"
    below, at, above = (told(text.format(item * (nodes - 3))) for nodes in amounts(MAX_NODES)[:3])
    far = told(text.format(item * ((MAX_BYTES - 100) // len(item))))
    assert (below, at) == ([], [])
    assert above == far == [("CSP005", "the file has more than 350,000 keys and values")]


def test_the_number_of_bytes() -> None:
    below, at, above, far = (told("a: 1\n" + "\n" * (size - 5)) for size in amounts(MAX_BYTES))
    assert (below, at) == ([], [])
    assert above == [("CSP005", "the file has 4,194,305 bytes; at most 4,194,304 are read")]
    assert far == [("CSP005", "the file has 41,943,040 bytes; at most 4,194,304 are read")]


def test_the_size_of_a_number() -> None:
    for sign in ("", "-", "+"):
        below, at, above, far = (told(f"a: {sign}{number}") for number in amounts(MAX_INTEGER))
        assert (below, at) == ([], [])
        assert [code for code, _ in above + far] == ["CSP004", "CSP004"]
        assert all(
            message.endswith("is a number that not every reader keeps exactly") for _, message in above + far
        )


def test_every_character_is_read_or_refused_by_name() -> None:
    every = [*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 61)]
    for start in range(0, len(every), 2000):
        text = "".join(map(chr, every[start : start + 2000]))
        document, findings = read("offer.yaml", "a: '{}'".format(text.replace("'", "''")).encode())
        assert {finding.code for finding in findings} <= {"CSP003"}
        assert document is not None
        assert all(found in (char, "\ufffd") for found, char in zip(document.data["a"], text, strict=True))
