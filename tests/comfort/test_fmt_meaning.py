"""Formatting never changes what documents say, for any layout that people may have chosen."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from csp_config import document
from csp_config.editing import formatted
from csp_config.facts import rule_cases
from csp_config.loading import load, read_document
from csp_config.model import Settings, Snapshot, Tree
from csp_config.rules import RULES
from tests.matrix import examples

if TYPE_CHECKING:
    from collections.abc import Callable

Draw = Any

NAMES = [
    "NO",
    "on",
    "Zeta",
    "alpha",
    "Alpha",
    "Mid: the one",
    "a #1",
    "2026-01-01",
    "it's",
    "~",
    "ÅS",
    "- x",
    "null",
]
COUNTRIES = ["NO", "DE", "US", "BR"]
TENANTS = [f"{number:08x}-4b5a-4697-8877-66554433abcd" for number in range(12)]
COMMENT = re.compile(r"# (?:the head|a heading|(?:above|inside) [0-9a-f-]{36})(?=\r?$)", re.MULTILINE)
WRITINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda tenant: f'"{tenant.upper()}"',
    lambda tenant: f"'{{{tenant}}}'",
    lambda tenant: '"' + tenant.replace("-", "") + '"',
]


def scalar(draw: Draw, text: str) -> str:
    """A text in one of the ways that YAML has for it, if it can be read back from that."""
    quoted = "'" + text.replace("'", "''") + "'"
    plain, _ = document.read("a", f"a: {text}\nb: [{text}]\n".encode())
    bare = [text] if plain is not None and plain.data == {"a": text, "b": [text]} else []
    return str(draw(st.sampled_from([quoted, f'"{text}"', *bare])))


@st.composite
def entries(draw: Draw, *, canonical: bool) -> tuple[list[dict[str, str]], list[list[str]]]:
    """Partners, and each as lines of YAML with comments that name its tenant."""
    tenants = draw(st.lists(st.sampled_from(TENANTS), unique=True, max_size=7))
    partners, texts = [], []
    for tenant in tenants:
        partner = {
            "name": draw(st.sampled_from(NAMES)),
            "tenant_id": tenant,
            "country": draw(st.sampled_from(COUNTRIES)),
        }
        writing = draw(st.sampled_from(WRITINGS[:1] if canonical else WRITINGS))
        fields = [
            f"name: {scalar(draw, partner['name'])}",
            f"tenant_id: {writing(tenant)}",
            f"country: {scalar(draw, partner['country'])}",
        ]
        partners.append(partner)
        texts.append(_laid_out(draw, draw(st.permutations(fields)), tenant))
    return partners, texts


def _laid_out(draw: Draw, fields: list[str], tenant: str) -> list[str]:
    blank = draw(st.sampled_from(["", "", "  "]))
    above = draw(st.sampled_from([[], [], [f"# above {tenant}"]]))
    match draw(st.sampled_from(["flow", "block", "alone"])):
        case "flow":
            return [*above, f"- {{{', '.join(fields)}}}{blank}"]
        case "block":
            first, *rest = fields
            inside = [f"  # inside {tenant}"] if draw(st.booleans()) else []
            return [*above, f"- {first}{blank}", *(f"  {field}" for field in rest), *inside]
    return [*above, "-", f"    # inside {tenant}", *(f"    {field}{blank}" for field in fields)]


@st.composite
def lists(draw: Draw, *, canonical: bool = False) -> tuple[dict[str, Any], str]:
    """A partner list as data and as text."""
    partners, texts = draw(entries(canonical=canonical))
    name = draw(st.sampled_from(NAMES))
    margin = draw(st.sampled_from(["", "  "]))
    lines = []
    for text in texts:
        lines += draw(st.sampled_from([[], [], [""], ["", "# a heading", ""]])) + text
    listed = [f"partners:{'' if lines else ' []'}", *(margin + line if line else "" for line in lines)]
    keys = [["kind: PartnerList"], ["id: emea"], [f"name: {scalar(draw, name)}"], listed]
    parts = [
        line for key in draw(st.permutations(keys)) for line in [*draw(st.sampled_from([[], [""]])), *key]
    ]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(["# the head", *parts]) + draw(st.sampled_from(["", newline, newline * 3]))
    return {"kind": "PartnerList", "id": "emea", "name": name, "partners": partners}, text


def by_tenant(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "partners": sorted(data["partners"], key=lambda partner: partner["tenant_id"])}


def snapshot(text: bytes) -> Snapshot:
    offer = (
        b"{kind: Offer, id: contoso-insights, name: Contoso Insights, type: saas, published: true,\n"
        b"csp: {resellers: selected, partner_lists: [emea]}}\n"
    )
    return load(Tree(files={"offers/a.yaml": offer, "offers/emea.yaml": text}), Settings())


@settings(max_examples=examples(300), deadline=None)
@given(lists())
def test_a_formatted_list_says_what_was_meant_whatever_its_layout(given: tuple[dict[str, Any], str]) -> None:
    data, text = given
    once = formatted("a.yaml", text.encode(), "PartnerList").content
    read, findings = document.read("a.yaml", once)
    assert read is not None
    assert not findings
    assert by_tenant(read.data) == by_tenant(data)
    assert not read_document("offers/a.yaml", once).findings
    assert formatted("a.yaml", once, "PartnerList").content == once


@settings(max_examples=examples(150), deadline=None)
@given(lists(canonical=True))
def test_the_snapshot_is_the_same_before_and_after(given: tuple[dict[str, Any], str]) -> None:
    before = snapshot(given[1].encode())
    after = snapshot(formatted("offers/emea.yaml", given[1].encode(), "PartnerList").content)
    assert after.audiences == before.audiences
    assert after.offers == before.offers
    assert set(after.lists["emea"].partners) == set(before.lists["emea"].partners)
    assert after.findings == before.findings == ()


@settings(max_examples=examples(300), deadline=None)
@given(lists())
def test_every_comment_is_still_there_and_beside_its_own_partner(given: tuple[dict[str, Any], str]) -> None:
    once = formatted("a.yaml", given[1].encode(), "PartnerList").content.decode()
    before, after = (sorted(COMMENT.findall(text)) for text in (given[1], once))
    assert after == before
    for comment in re.finditer(r"# inside ([0-9a-f-]{36})", once):
        assert _entry_around(once, comment.start()).count(comment[1][:8]) > 1


def _entry_around(text: str, index: int) -> str:
    """The lines from the dash above an index to the next dash."""
    start = max(found.start() for found in re.finditer(r"^ *-", text[:index], re.MULTILINE))
    following = re.compile(r"^ *-", re.MULTILINE).search(text, index)
    return text[start : following.start() if following else len(text)].replace('"', "")


def corpus() -> list[tuple[str, str, bytes]]:
    """Every document of the rules' cases that can be read, with its kind."""
    found = {}
    for code in RULES:
        for case in chain.from_iterable(rule_cases(code).values()):
            for name, text in {**case.get("before", {}), **case.get("after", {})}.items():
                content = text.encode() if isinstance(text, str) else b""
                reading = read_document(name, content)
                if reading.kind and reading.well_formed:
                    found[content] = (name, reading.kind, content)
    return list(found.values())


def test_every_document_of_the_rules_is_formatted_once_and_means_the_same() -> None:
    documents = corpus()
    assert len(documents) > 300
    for name, kind, content in documents:
        once = formatted(name, content, kind).content
        assert formatted(name, once, kind).content == once
        before, after = read_document(name, content), read_document(name, once)
        codes, mended = ({one.code for one in read.findings} for read in (before, after))
        assert mended <= codes
        assert codes - mended <= {"CSP010", "CSP011"}, name  # a truth value, a tenant ID
