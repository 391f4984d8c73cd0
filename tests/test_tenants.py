"""Tenant IDs: the one form, every other writing, and what only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config.document import read
from csp_config.schema import check
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from csp_config.model import Finding

TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
LIST = """\
kind: PartnerList
id: emea-distributors
name: EMEA distributors
partners:
  - name: Fabrikam Cloud
    country: DE
    tenant_id: """
COPY = "copy the Entra tenant ID of the CSP again: it is what Partner Center finds the partner by (S09)"

WRITINGS = {
    "upper case": TENANT.upper(),
    "braces": f"{{{TENANT}}}",
    "parentheses": f"({TENANT})",
    "quotes": f"'{TENANT}'",
    "urn": f"urn:uuid:{TENANT}",
    "urn in upper case": f"URN:UUID:{TENANT.upper()}",
    "no dashes": TENANT.replace("-", ""),
    "a dash left out": TENANT.replace("-", "", 1),
    "no-break hyphens": TENANT.replace("-", "\u2011"),
    "en dashes": TENANT.replace("-", "\u2013"),
    "minus signs": TENANT.replace("-", "\u2212"),
    "soft hyphens": TENANT.replace("-", "\u00ad"),
    "full-width digits": TENANT.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}),
    "full width": "".join(chr(ord(character) + 0xFEE0) for character in TENANT),
    "Arabic digits": TENANT.translate({code: code + 0x630 for code in range(0x30, 0x3A)}),
    "space before": f" {TENANT}",
    "no-break space after": f"{TENANT}\u00a0",
    "newline after": f"{TENANT}\n",
    "byte order mark before": f"\ufeff{TENANT}",
    "zero-width space within": f"{TENANT[:9]}\u200b{TENANT[9:]}",
    "the one form": TENANT,
}
NOT_ONE = {
    "nothing": "",
    "a domain": "contoso.onmicrosoft.com",
    "a digit short": TENANT[:-1],
    "a digit long": f"{TENANT}1",
    "dashes elsewhere": "0f1e2d-3c4b5a-4697-8877-665544332211",
    "spaces for dashes": TENANT.replace("-", " "),
    "nil": "00000000-0000-0000-0000-000000000000",
    "nil without dashes": "0" * 32,
    "letter O for zero": f"O{TENANT[1:]}",
    "superscript digit": f"{TENANT[:-1]}\u00b9",
    "much text": TENANT * 1000,
}
LOOK_ALIKES = {
    "\u0430": ("U+0430 CYRILLIC SMALL LETTER A", "a"),
    "\u0412": ("U+0412 CYRILLIC CAPITAL LETTER VE", "b"),
    "\u0441": ("U+0441 CYRILLIC SMALL LETTER ES", "c"),
    "\u0501": ("U+0501 CYRILLIC SMALL LETTER KOMI DE", "d"),
    "\u0435": ("U+0435 CYRILLIC SMALL LETTER IE", "e"),
    "\u0391": ("U+0391 GREEK CAPITAL LETTER ALPHA", "a"),
    "\u03dc": ("U+03DC GREEK LETTER DIGAMMA", "f"),
}


def finding(written: str) -> Finding:
    document, unreadable = read("offers/a.yaml", (LIST + written + "\n").encode())
    assert document is not None
    assert unreadable == ()
    (only,) = check(document, "PartnerList")
    return only


def escaped(text: str) -> str:
    """The text as a YAML scalar in double quotes."""
    return '"' + "".join(f"\\u{ord(character):04x}" for character in text) + '"'


@pytest.mark.parametrize("text", WRITINGS.values(), ids=WRITINGS)
def test_every_recognisable_writing_has_the_one_form(text: str) -> None:
    assert canonical_tenant(text) == TENANT


@pytest.mark.parametrize("text", NOT_ONE.values(), ids=NOT_ONE)
def test_what_names_no_tenant_has_no_form(text: str) -> None:
    assert canonical_tenant(text) is None


@pytest.mark.parametrize("name", ["upper case", "braces", "no dashes", "no-break hyphens", "newline after"])
def test_another_writing_is_refused_with_the_form_to_write(name: str) -> None:
    found = finding(escaped(WRITINGS[name]))
    assert (found.code, found.source.line, found.source.column) == ("CSP011", 7, 16)
    assert found.message == f"`tenant_id` is {WRITINGS[name]!r}, another writing of {TENANT}"
    twice = "in two writings, one tenant would count as two"
    assert found.help == f"write {TENANT}, or run `csp-config fmt`: {twice}"


def test_the_nil_guid_is_refused() -> None:
    found = finding(NOT_ONE["nil"])
    assert (found.code, found.help) == ("CSP011", COPY)
    assert (
        found.message == "`tenant_id` is '00000000-0000-0000-0000-000000000000', which stands for no tenant"
    )


def test_other_text_is_no_tenant_id() -> None:
    found = finding("contoso.onmicrosoft.com")
    assert (found.code, found.help) == ("CSP011", COPY)
    assert found.message == "`tenant_id` is 'contoso.onmicrosoft.com', which is not a tenant ID"


def test_a_number_is_no_tenant_id() -> None:
    found = finding("12345")
    assert (found.code, found.help) == ("CSP011", COPY)
    assert found.message == "`tenant_id`: a tenant ID is expected here, this is the number 12345"


@pytest.mark.parametrize("letter", LOOK_ALIKES)
def test_a_letter_that_only_looks_right_is_named_and_never_replaced(letter: str) -> None:
    text = TENANT.replace("c", letter)
    assert canonical_tenant(text) is None
    name, looks_like = LOOK_ALIKES[letter]
    message = (
        f"`tenant_id` is '{text}', which is not a tenant ID: {name} only looks like the letter {looks_like}"
    )
    assert finding(text).message == message
    assert finding(text).help == COPY


def test_a_letter_typed_for_a_digit_is_named() -> None:
    message = finding(NOT_ONE["letter O for zero"]).message
    assert message.endswith(
        "which is not a tenant ID: U+004F LATIN CAPITAL LETTER O is not a hexadecimal digit"
    )


def test_the_publishers_own_tenant_is_not_looked_for_among_partners() -> None:
    text = f"targets: {{partner-center: {{tenant_id: {TENANT.upper()}x}}}}\n"
    document, _ = read("csp-config.yaml", text.encode())
    assert document is not None
    (found,) = check(document, "Config")
    assert (found.code, found.help) == ("CSP011", "copy the Entra tenant ID of your organisation again")


def test_tenants_of_a_live_audience_are_held_to_the_one_form() -> None:
    text = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-22T10:15:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [{TENANT.upper()}]
requests:
  - id: contoso-insights-3f9a2c41
    move: {{from: selected, to: selected}}
    remove: [{TENANT.upper()}]
    status: drafted
    drafted_at: "2026-11-20T09:00:00Z"
"""
    document, _ = read("offers/live/a.yaml", text.encode())
    assert document is not None
    found = check(document, "LiveAudience")
    assert [(one.code, one.source.line, one.source.column) for one in found] == [
        ("CSP011", 7, 11),
        ("CSP011", 11, 14),
    ]
    assert found[0].message.startswith("an entry of `tenants` is ")


@given(st.text(max_size=300) | st.text("0f-{}\u2011\u0430\uff10", max_size=40))
def test_whatever_is_given_the_answer_is_the_one_form_or_none(text: str) -> None:
    canonical = canonical_tenant(text)
    assert canonical is None or (len(canonical) == 36 and canonical_tenant(canonical) == canonical)
