"""A plain mutator, for machines that atheris has no wheel for: seeds, changed at random, without coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

TOKENS = (
    *(
        b": ",
        b"- ",
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!x ",
        b"---\n",
        b"...\n",
        b"%TAG ! x\n",
    ),
    *(
        b"'",
        b'"',
        b"|\n",
        b">-\n",
        b"# ",
        b"\t",
        b"\r",
        b"? ",
        b"\n  ",
        b"~",
        b"010",
        b"1_000",
        b"1e999",
        b".nan",
    ),
    *(
        "\u2028".encode(),
        "\u0085".encode(),
        "\u202e".encode(),
        b"\xef\xbb\xbf",
        b"\xff",
        b"\\u202e",
        b"\\x1b",
    ),
    *(b"kind: ", b"resellers: any", b"resellers: none", b"selected", b"published: false", b"tenants: []"),
    *(b"2024-13-45", b"NO", b"0" * 40, b"9" * 5000, b"[" * 30, b"a" * 9000, b"<<<<<<< ours\n", b"\x00\x00"),
)


def mutated(random: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with some places changed, added, taken out or taken from another seed."""
    data = random.choice(seeds)
    for _ in range(random.randint(1, 6)):
        start = random.randint(0, len(data))
        end = min(len(data), start + random.choice((0, 1, 1, 4, 40)))
        other = random.choice(seeds)
        place = random.randint(0, len(other))
        taken = other[place : place + random.randint(0, 60)]
        new = random.choice((b"", random.choice(TOKENS), random.choice(TOKENS), random.randbytes(1), taken))
        data = data[:start] + new + data[end:]
    return data
