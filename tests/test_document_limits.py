"""Files made to exhaust the reader: each is refused with one reason, where it is."""

from __future__ import annotations

import pytest

from csp_config.document import read
from csp_config.document.limits import MAX_BYTES, MAX_DEPTH, MAX_KEYS, MAX_NODES, MAX_SCALAR
from tests.matrix import fast_first


def filled(piece: str | bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """As many pieces as fit into the largest file."""
    part = piece if isinstance(piece, bytes) else piece.encode()
    return before + part * ((MAX_BYTES - len(before) - len(after)) // len(part)) + after


DOUBLED = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 26))
HOSTILE = {
    "25,000 nested brackets": (b"a: " + b"[" * 25_000, "CSP005", 1, 23),
    "25,000 nested brackets on lines": (b"a: " + b"[\n" * 25_000, "CSP005", 20, 1),
    "4 MiB of brackets": (filled("[", b"a: "), "CSP005", 1, 23),
    "4 MiB of braces": (filled("{"), "CSP005", 1, 21),
    "4 MiB of dashes": (filled("- "), "CSP005", 1, 41),
    "4 MiB of question marks": (filled("? "), "CSP005", 1, 41),
    "doubled merge keys": (b"a0: &a0 {x: 1}\n" + DOUBLED.encode(), "CSP004", 1, 5),
    "an integer of 5,000 digits": (b"a: " + b"9" * 5000, "CSP004", 1, 4),
    "one text of 4 MiB": (filled("a", b"a: "), "CSP005", 1, 4),
    "one text of 2 million lines": (filled("a\n ", b"a: |\n "), "CSP005", 1, 4),
    "one quoted text of escapes": (filled("\\u00e9", b'a: "', b'"'), "CSP005", 1, 4),
    "a quote that is never closed": (filled("a\n", b'a: "'), "CSP001", 1, 4),
    "a bracket that is never closed": (filled("a,\n", b"a: ["), "CSP005", MAX_NODES - 2, 1),
    "a million items": (filled("- a\n"), "CSP005", MAX_NODES, 3),
    "two million empty lists": (filled("[],", b"["), "CSP005", 1, 3 * MAX_NODES - 1),
    "a million empty mappings": (filled("{},", b"["), "CSP005", 1, 3 * MAX_NODES - 1),
    "half a million keys": (b"".join(b"k%d:\n" % n for n in range(400_000)), "CSP005", MAX_KEYS + 1, 1),
    "a million duplicate keys": (filled("a:\n"), "CSP002", 2, 1),
    "a million documents": (filled("---\n"), "CSP004", 2, 1),
    "a million anchors": (filled("- &a b\n"), "CSP004", 1, 3),
    "a million aliases": (filled("*a,", b"["), "CSP004", 1, 2),
    "a million escapes": (filled('- "\\e"\n'), "CSP003", 1, 4),
    "a million disputed numbers": (filled("010,", b"["), "CSP004", 1, 2),
    "a million tabs": (filled("\t\n"), "CSP001", 1, 1),
    "a million conflicts": (filled("<<<<<<< \n"), "CSP001", 1, 1),
    "a million bidi overrides": (filled("\u202e"), "CSP003", 1, 1),
    "a million line separators": (filled("a\u2028"), "CSP003", 1, 2),
    "four million control characters": (filled("\x01"), "CSP003", 1, 1),
    "four million CR": (filled("\r"), "CSP003", 1, 1),
    "four million line ends": (filled("\n"), "CSP006", 1, 1),
    "4 MiB that are not UTF-8 at the end": (filled("a", after=b"\xe9"), "CSP003", 1, MAX_BYTES),
    "more than 4 MiB": (filled("a") + b"a", "CSP005", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", fast_first(HOSTILE, every=8))
def test_a_hostile_file_is_refused_in_its_place(name: str) -> None:
    content, code, line, column = HOSTILE[name]
    _, findings = read("offer.yaml", content)
    first = findings[0]
    assert (first.code, first.source.line, first.source.column) == (code, line, column)
    assert {finding.code for finding in findings} == {code}
    assert len(findings) <= 20


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"a: " + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, (1, 23), "nested more than 20 deep"),
        (b"a: 1\nb: " + b"x" * (MAX_SCALAR + 1), (2, 4), "longer than 8,192 bytes"),
        (b'"' + b"x" * (MAX_SCALAR + 1) + b'"', (1, 1), "longer than 8,192 bytes"),
        ("a: {}".format("é" * (MAX_SCALAR // 2 + 1)).encode(), (1, 4), "longer than 8,192 bytes"),
        (b"".join(b"k%d: 1\n" % n for n in range(MAX_KEYS + 1)), (MAX_KEYS + 1, 1), "more than 200 keys"),
        pytest.param(
            *(b"a:\n" + b"- 1\n" * (MAX_NODES - 2), (MAX_NODES - 1, 3), "more than 350,000 keys and values"),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["depth", "value", "key", "bytes, not characters", "keys", "nodes"],
)
def test_one_more_than_a_limit_is_refused_where_it_is_passed(
    content: bytes, place: tuple[int, int], words: str
) -> None:
    document, (finding,) = read("offer.yaml", content)
    assert document is None
    assert (finding.code, finding.source.line, finding.source.column) == ("CSP005", *place)
    assert words in finding.message


@pytest.mark.slow
def test_the_largest_list_of_partners_is_read() -> None:
    entry = "  - name: Fabrikam {n}\n    tenant_id: 0f1e2d3c-4b5a-4697-8877-{n:012}\n    country: DE\n"
    content = "kind: PartnerList\npartners:\n" + "".join(entry.format(n=n) for n in range(45_000))
    document, findings = read("offer.yaml", content.encode())
    assert findings == ()
    assert document is not None
    assert document.at("partners", 44_999, "country").line == 2 + 3 * 45_000
