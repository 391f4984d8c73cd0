"""Documents spoilt by somebody who knows YAML, and what the reader of record makes of them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from csp_config.document.parsing import parsed
from csp_config.document.plain import PlainReader
from tests.fuzzing.mutating import TOKENS
from tests.fuzzing.test_fuzzing import seeds as rule_cases
from tests.test_document_limits import HOSTILE
from tests.test_document_refusals import CHARACTERS, SYNTAX, UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOP = Path(__file__).parents[2]
SMALL = 1_500  # characters, so that a million of them are soon compared

_TENANT = "0f1e2d3c-4b5a-4697-8877-66554433221"
HANDS = (
    f"""\
# yaml-language-server: $schema=../schemas/offer.schema.json
kind: Offer
id: contoso-000001
type: saas
published: true
markets: [AT, DE, "NO", US]
csp:
  resellers: selected
  partner_lists: [emea-distributors]
  partners:
    - {{name: Adatum Data 000026, tenant_id: {_TENANT}0, country: DE}}
    - {{name: Fabrikam Cloud, tenant_id: {_TENANT}1, country: "NO", skills: [Azure Migrate, SQL]}}
  marketing_materials_url: https://partners.contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support:
    url: https://support.contoso.example
""",
    f"""\
type: saas
published: false
kind: Offer
# who may sell
csp:
    partners:
    - name: Adatum Data 000026
      country: DE
      tenant_id: {_TENANT}0
    - {{"tenant_id": "{_TENANT}1", "country": "NO", "name": "Fabrikam Cloud"}}
    -   country:   AT   # country
        name:   Litware   # name

        tenant_id:   {_TENANT}2
    - {{ name: Northwind , tenant_id: {_TENANT}3 , country: SE }}
    resellers: 'selected'
id: "contoso-000001"
""",
)
"""An offer as `fmt` writes it, and as many hands would."""
SHAPES = (
    "a: 1\nb:\n  c: x\n  d:\n    e: [1, {f: g}, []]\n    h: {i: {j: k}, l: {}}\nm: y # z\n",
    "a:\n- b: c\n  d:\n  - e\n  - f\n- g: {h: i}\nj:\n  -   k: l\n      m:\n  - n\no:\n",
    "kind: Offer\n# one\n\n  # two\nname: 'x # y: z'  # three\nurl: https://contoso.example/a?b=c,d\ne: \"\"",
    "a: {\"b\": 1, 'c': \"x, y: z # [\", d: ' {]'}\n",
    "a:\n  b:\n    c:\n      d:\n  e:\nf:\n  - g:\n    h:\n      - i\n  - j: null\n    k:\n",
    'a: true\nb: [false , null,0x1F, 1.5, "NO", NO, 2026-01-01]\nc: 12:30:45\nd: it\'s (x) & y, z!\n',
    "a:\n  b: {url: https://x.example/y?z=1, c: 'it''s', d: \"e\"}\n  f: [g:h, i=j;k!l%m]\n",
    "a:\n  {\n    b: c,\n    d: [e,\n  f]\n  }\ng: [\n  h,\n  'i', j\n]\nk: {l: m,\n  n:\n    o }  # p\n",
    "a:\n- {b: c, d: e,\n  f: g}\n- { h: i, }\n- {\n    j: k,\n    l: [],\n  }\n",
    "a:\n  https://x.example/y\nb:\n  'c'\nd:\n- e:\n    f\n",
    "---\na: \"Caf\\xE9 \\u0141\\x41\"\nb: 'it''s'\r\nc: \"d\"\r\n",
    'kind: Offer\nname: Müller & Søn 漢字 Łódź\nnote: "ł x" # Grüße\n',
)
"""Sound documents in which what is harder to tell stands close together."""
SIGNS: tuple[str, ...] = (
    *":-#,[]{}'\"&*!|>%@`?~\\=<./+();^$_ \n\t\r\x00\x7f\x85\xa0\xad\u115f\u2028\u200b\u3164\ufeffé\u0301ß漢",
    *(": ", " #", " # x", "- ", "? ", ", ", ": {", ": [", "[]", "{}", "''", '""', "  ", "    ", "\n\n"),
    *("\r\n", "\n  ", "\n    ", "\n- ", "--- ", "\n---\n", "\n...\n", "=======", ">>>>>>> x", "<<: "),
    *("null", "true: 1", "false", "~: x", "010", "1_0", "0o7", "0b1", "1e3", "1.0e+999", ".inf", ".5", "+1"),
    *("0x_f", "9" * 17, "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT THREE}", "k" * 130, "k" * 1100),
    *("''", "\\x41", "\\xe9", "\\u0009", "\\ud83d", ",\n", "{\n", "[\n", ",\n}", "\n}", "\n]", "---\n"),
    *("a:b", "1:", ":1", "-0", "\U000e0041", "\U00020000"),
)  # fmt: skip


def sound() -> list[str]:
    """Documents that are right: the sample, those of the rules, one by many hands, odd shapes."""
    return [
        *(path.read_text("utf-8") for path in sorted((TOP / "offers").rglob("*.yaml"))),
        *(text for text in (case.decode() for case in rule_cases()) if "\0" not in text),
        *HANDS,
        *HANDS,
        *SHAPES,
    ]


def hostile() -> list[str]:
    """What the reader of record refuses, as far as it is small."""
    refused = [text for table in (SYNTAX, UNSUPPORTED, CHARACTERS) for text, _ in table.values()]
    small = (content for content, *_ in HOSTILE.values() if len(content) < SMALL)
    return [
        *refused,
        *(content.decode() for content in small),
        *(t.decode("utf-8", "ignore") for t in TOKENS),
    ]


class Spoiler:
    """Makes mutants of documents; the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - a seed, to make the same ones again
        self._sound = [text for text in sound() if len(text) < SMALL]
        self._pieces: list[str] = [*hostile(), *SIGNS, *SIGNS]
        self._lines = [
            line for text in (*self._sound, *hostile()) for line in text.split("\n") if len(line) < SMALL
        ]

    def mutant(self) -> bytes:
        """One document, changed in one to three places."""
        text = self._random.choice(self._sound)
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3))):
            text = self._random.choice(_OPERATORS)(self, text)
        return text.encode("utf-8", "surrogatepass")

    def sign(self, text: str) -> str:
        place = self._random.randint(0, len(text))
        return text[:place] + self._random.choice(SIGNS) + text[place + self._random.choice((0, 0, 1, 2)) :]

    def piece(self, text: str) -> str:
        place = self._random.randint(0, len(text))
        return text[:place] + self._random.choice(self._pieces) + text[place:]

    def gap(self, text: str) -> str:
        place = self._random.randrange(len(text) or 1)
        return text[:place] + text[place + self._random.choice((1, 1, 1, 2, 5, 20)) :]

    def echo(self, text: str) -> str:
        place = self._random.randrange(len(text) or 1)
        end = place + self._random.choice((1, 1, 2, 8, 30))
        return text[:end] + text[place:end] + text[end:]

    def swapped(self, lines: list[str]) -> None:
        one, other = (self._random.randrange(len(lines)) for _ in range(2))
        lines[one], lines[other] = lines[other], lines[one]

    def repeated(self, lines: list[str]) -> None:
        lines.insert(self._random.randint(0, len(lines)), self._random.choice(lines))

    def dropped(self, lines: list[str]) -> None:
        del lines[self._random.randrange(len(lines))]

    def foreign(self, lines: list[str]) -> None:
        line = self._random.choice(self._lines)
        place = self._random.randint(0, len(lines))
        lines[place : place + self._random.randint(0, 1)] = [line]

    def moved(self, lines: list[str]) -> None:
        place = self._random.randrange(len(lines))
        by = self._random.choice((-4, -2, -2, -1, 1, 2, 2, 4))
        for number in range(place, min(len(lines), place + self._random.choice((1, 1, 1, 2, 4)))):
            line = lines[number]
            lines[number] = " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]

    def renamed(self, lines: list[str]) -> None:
        """A key as another line has it: often one that its mapping has already."""
        one, other = self._random.randrange(len(lines)), self._random.choice(lines)
        before, colon, after = lines[one].partition(":")
        indent = before[: len(before) - len(before.lstrip(" -"))]
        lines[one] = indent + other.partition(":")[0].lstrip(" -") + colon + after

    def revalued(self, lines: list[str]) -> None:
        place = self._random.randrange(len(lines))
        piece = self._random.choice((*SIGNS, self._random.choice(self._lines).partition(": ")[2]))
        lines[place] = f"{lines[place].partition(':')[0]}: {piece}"

    def ended(self, lines: list[str]) -> None:
        lines[self._random.randrange(len(lines))] += self._random.choice(SIGNS)

    def begun(self, lines: list[str]) -> None:
        place = self._random.randrange(len(lines))
        line = lines[place].lstrip(" ")
        lines[place] = lines[place][: len(lines[place]) - len(line)] + self._random.choice(SIGNS) + line

    def joined(self, lines: list[str]) -> None:
        place = self._random.randrange(len(lines))
        lines[place : place + 2] = [self._random.choice(("", " ", ", ")).join(lines[place : place + 2])]


def _by_lines(change: Callable[[Spoiler, list[str]], None]) -> Callable[[Spoiler, str], str]:
    def changed(spoiler: Spoiler, text: str) -> str:
        lines = text.split("\n")
        change(spoiler, lines)
        return "\n".join(lines)

    return changed


_OPERATORS: Sequence[Callable[[Spoiler, str], str]] = (
    *(Spoiler.sign, Spoiler.sign, Spoiler.piece, Spoiler.gap, Spoiler.echo),
    *(_by_lines(Spoiler.swapped), _by_lines(Spoiler.repeated), _by_lines(Spoiler.dropped)),
    *(_by_lines(Spoiler.foreign), _by_lines(Spoiler.moved), _by_lines(Spoiler.moved)),
    *(_by_lines(Spoiler.renamed), _by_lines(Spoiler.revalued), _by_lines(Spoiler.ended)),
    *(_by_lines(Spoiler.begun), _by_lines(Spoiler.joined)),
)


_READER = PlainReader()
"""One for all mutants, so that what was learned of one could mislead about another."""


def recognised(content: bytes) -> dict[str, Any] | None:
    """What is read of a document without the parser."""
    return _READER.read(content)


def compared(content: bytes) -> bool:
    """Whether a text is recognised; if so, the reader of record says the same of it, to the last mark.

    Raises: AssertionError, where it does not.
    """
    found = recognised(content)
    if found is None:
        return False
    document, findings = parsed("offer.yaml", content)
    assert document is not None, content
    assert findings == (), content
    assert repr(found) == repr(document.data), content  # the order of keys and the types as well
    assert _READER.locate(content, found) == document.marks, content
    return True
