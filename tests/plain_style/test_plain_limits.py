"""No limit of the reader is passed by what is read without the parser."""

from __future__ import annotations

import pytest

from csp_config.document.limits import MAX_BYTES, MAX_DEPTH, MAX_KEYS, MAX_NODES, MAX_SCALAR
from tests.matrix import fast_first
from tests.plain_style.mutants import compared


@pytest.mark.parametrize("depth", range(MAX_DEPTH + 5))
def test_depth_is_as_the_parser_has_it(depth: int) -> None:
    blocks = "".join(f"{n * ' '}k:\n" for n in range(depth))
    dashes = "".join(f"{n * '  '}- k:\n" for n in range(depth))
    for brackets in range(MAX_DEPTH):
        value = "[" * brackets + "x" + "]" * brackets
        compared(f"{blocks}{depth * ' '}k: {value}\n".encode())
        compared(f"k:\n{dashes}{depth * '  '}- k: {value}\n".encode())


@pytest.mark.parametrize("keys", [MAX_KEYS - 1, MAX_KEYS, MAX_KEYS + 1])
def test_the_number_of_keys_is_as_the_parser_has_it(keys: int) -> None:
    assert compared("".join(f"k{n}: x\n" for n in range(keys)).encode()) is (keys <= MAX_KEYS)
    assert compared(("a:\n" + "".join(f"  k{n}: x\n" for n in range(keys))).encode()) is (keys <= MAX_KEYS)
    compared(f"a: {{{','.join(f'{n:c}{n:c}: x' for n in range(0x100, 0x100 + keys))}}}\n".encode())


@pytest.mark.parametrize("length", [100, 999, 1_000, 1_001, 1_024, 1_025, MAX_SCALAR, MAX_SCALAR + 1])
def test_lengths_of_keys_and_values_are_as_the_parser_has_them(length: int) -> None:
    word = "v" * length
    for text in (
        f"{word}: x",
        f"a: {word}",
        f"a: '{word}'",
        f"a: [{word}]",
        f"- {word}",
        f"a: {{{word}: x}}",
    ):
        compared(f"k:\n{text}\n".encode())
        compared(f"{text}\n".encode())


@pytest.mark.parametrize("nodes", fast_first([MAX_NODES + 1, MAX_NODES], every=2))
def test_the_number_of_nodes_is_as_the_parser_has_it(nodes: int) -> None:
    items, rest = divmod(nodes - 3, 11)
    content = b"a:\n" + b"- [a,b,c,d,e,f,g,h,i,j]\n" * items + b"- x\n" * rest
    assert compared(content) is (nodes == MAX_NODES)


@pytest.mark.parametrize("length", [MAX_BYTES, MAX_BYTES + 1])
def test_the_number_of_bytes_is_as_the_parser_has_it(length: int) -> None:
    row = b"#".ljust(99, b"x") + b"\n"
    assert compared((b"a: x\n" + row * (length // 100 - 1)).ljust(length)) is (length == MAX_BYTES)
