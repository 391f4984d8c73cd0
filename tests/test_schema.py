"""Documents against their schemas: what is found, where, and in which words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config.document import read
from csp_config.schema import check
from csp_config.schema.wording import quoted

if TYPE_CHECKING:
    from csp_config.model import Finding

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "schema.yaml").read_text("utf-8"))
OFFER: str = DATA["offer"]
LIST = "kind: PartnerList\nid: emea-distributors\nname: EMEA distributors\npartners: []\n"


def findings(text: str, kind: str) -> tuple[Finding, ...]:
    document, unreadable = read("offers/a.yaml", text.encode())
    assert document is not None
    assert unreadable == ()
    return check(document, kind)


def expected(case: dict[str, Any]) -> list[tuple[str, list[int], str, str]]:
    return [("CSP010", case["at"], case["message"], case["help"])]


def said(text: str, kind: str) -> list[tuple[str, list[int], str, str | None]]:
    return [(f.code, [f.source.line, f.source.column], f.message, f.help) for f in findings(text, kind)]


@pytest.mark.parametrize("case", DATA["good"], ids=lambda case: case["title"])
def test_what_the_contract_allows_is_accepted(case: dict[str, str]) -> None:
    assert findings(case["text"], case["kind"]) == ()


@pytest.mark.parametrize("case", DATA["in_the_offer"], ids=lambda case: case["write"])
def test_one_mistake_in_an_offer_gives_one_message(case: dict[str, Any]) -> None:
    assert case["instead"] in OFFER
    assert said(OFFER.replace(case["instead"], case["write"]), "Offer") == expected(case)


@pytest.mark.parametrize("case", DATA["elsewhere"], ids=lambda case: case["text"])
def test_one_mistake_elsewhere_gives_one_message(case: dict[str, Any]) -> None:
    assert said(case["text"], case["kind"]) == expected(case)


@pytest.mark.parametrize("text", DATA["refused_settings"])
def test_settings_that_reach_outside_or_hold_a_password_are_refused(text: str) -> None:
    assert [finding.code for finding in findings(text, "Config")] == ["CSP010"]


def test_several_mistakes_are_told_in_the_order_of_the_document() -> None:
    text = OFFER.replace("DE", "germany").replace("type: saas", "typ: saas").replace("true", "maybe")
    places = [(finding.source.line, finding.source.column) for finding in findings(text, "Offer")]
    assert places == [(4, 1), (5, 12), (11, 16)]


def test_a_document_of_another_kind_is_told_once() -> None:
    assert len(findings(LIST, "Offer")) == 1


def test_values_are_cut_and_never_shown_raw() -> None:
    assert quoted("a" * 80) == f"'{'a' * 80}'"
    assert quoted("a" * 81) == f"'{'a' * 80}'…"
    assert quoted("\x1b[31m\u202e\u200b\n\ufeff") == r"'\x1b[31m\u202e\u200b\n\ufeff'"


def test_a_key_of_any_length_gives_a_short_message() -> None:
    (finding,) = findings(OFFER + f"{'k' * 900}: 1\n", "Offer")
    assert len(finding.message) < 150


def test_a_good_document_is_checked_without_importing_jsonschema() -> None:
    code = (
        "import sys\n"
        "from csp_config.document import read\n"
        "from csp_config.schema import check\n"
        "document, _ = read('csp-config.yaml', b'roots: [offers]')\n"
        "assert check(document, 'Config') == ()\n"
        "assert not {'jsonschema', 'referencing'} & set(sys.modules)\n"
    )
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
