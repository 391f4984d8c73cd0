"""Partner lists and resales as YAML: canonical when new, edited in place when not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config import document
from csp_config.editing import list_text
from csp_config.errors import WritingError

TENANTS = [f"{number:08x}-2222-4333-8444-555555555555" for number in range(6)]
PATH = "offers/partner-lists/emea.yaml"


def partner(number: int, **more: Any) -> dict[str, Any]:
    return {"name": f"Partner {number}", "tenant_id": TENANTS[number], "country": "DE", **more}


def partners(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "PartnerList", "id": "emea", "name": "EMEA", "partners": list(entries)}


def data_of(content: bytes) -> Any:
    read, findings = document.read(PATH, content)
    assert read is not None
    assert not findings
    return read.data


def test_a_new_entry_stands_where_it_is_wanted_in_the_style_of_the_others() -> None:
    before = list_text(PATH, partners(partner(1), partner(3)), None)
    after = list_text(PATH, partners(partner(1), partner(2), partner(3)), before)
    assert after.decode().splitlines()[5:] == [
        f"  - {{name: Partner {n}, tenant_id: {TENANTS[n]}, country: DE}}" for n in (1, 2, 3)
    ]


def test_line_ends_and_a_missing_last_one_are_kept() -> None:
    before = list_text(PATH, partners(partner(1)), None).replace(b"\n", b"\r\n").rstrip()
    after = list_text(PATH, partners(partner(1), partner(2)), before)
    assert after.count(b"\n") == after.count(b"\r\n") == 7


def test_what_a_document_may_not_hold_is_not_written() -> None:
    with pytest.raises(WritingError, match=PATH):
        list_text(PATH, partners(partner(1, name="a\u202eb")), None)


def test_resales_are_told_apart_by_offer_and_tenant() -> None:
    rows = [{"offer": offer, "tenant_id": TENANTS[1]} for offer in ("contoso-a", "contoso-b")]
    head = {"kind": "Resales", "as_of": "2026-11-20", "source": "Customers report", "covers": ["contoso-a"]}
    before = list_text("offers/resales/c.yaml", {**head, "resales": rows}, None)
    after = list_text("offers/resales/c.yaml", {**head, "covers": [], "resales": rows[1:]}, before)
    assert after == before.replace(b"covers: [contoso-a]", b"covers: []").replace(
        f"  - {{offer: contoso-a, tenant_id: {TENANTS[1]}}}\n".encode(), b""
    )


ENTRIES = st.lists(st.sampled_from(range(6)), unique=True, max_size=6)
EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["NO", "FR"]),
        "partner_id": st.sampled_from(["123", "0042"]),
        "skills": st.lists(st.sampled_from(["Azure", "a: b", "c # d", "[e]"]), unique=True, min_size=1),
    },
)
LAYOUTS = ("  - {{name: Partner {0}, tenant_id: {1}, country: DE}}  # {0}\n",
           "  # {0}\n  - name: Partner {0}  # here\n    country: DE\n\n    tenant_id: {1}\n",
           "- tenant_id: {1}\n  name: 'Partner {0}'\n  # {0}\n  country: DE\n")  # fmt: skip


@given(
    before=ENTRIES,
    after=ENTRIES,
    extras=st.lists(EXTRAS, min_size=6, max_size=6),
    layout=st.sampled_from(LAYOUTS),
)
def test_any_list_becomes_any_other_and_comments_of_what_stays_are_kept(
    before: list[int], after: list[int], extras: list[dict[str, Any]], layout: str
) -> None:
    kept = [number for number in before if number in after]
    wanted = [*kept, *(number for number in after if number not in before)]
    text = "kind: PartnerList\nid: emea\nname: EMEA\npartners:" + (" []\n" if not before else "\n")
    text += "".join(layout.format(number, TENANTS[number]) for number in before)
    data = partners(*(partner(number, **extras[number]) for number in wanted))
    made = list_text(PATH, data, text.encode())
    assert data_of(made) == data
    assert all(f"# {number}\n" in made.decode() for number in kept)


def test_a_list_whose_dashes_stand_below_its_key_can_become_empty() -> None:
    text = b"kind: PartnerList\nid: all\nname: All\npartners:\n- {name: A, tenant_id: T, country: DE}\n"
    text = text.replace(b"T,", b"0f1e2d3c-4b5a-4697-8877-665544332211,")
    data = {"kind": "PartnerList", "id": "all", "name": "All", "partners": []}
    assert list_text("offers/all.yaml", data, text).endswith(b"\npartners: []\n")


@pytest.mark.parametrize("there", [True, False])
def test_a_document_that_would_be_too_large_to_read_is_to_be_divided(there: bool) -> None:
    long = [{"name": "N" * 250, "tenant_id": f"{n:08x}-2222-4333-8444-555555555555"} for n in range(13_500)]
    data = {**partners(partner(1)), "partners": long}
    previous = list_text(PATH, partners(partner(1)), None) if there else None
    with pytest.raises(
        WritingError, match=r"it would have 4,\d+,\d+ bytes, and at most 4,194,304"
    ) as refused:
        list_text(PATH, data, previous)
    assert refused.value.help is not None
    assert "divide the partners among several lists" in refused.value.help


def test_resales_that_would_be_too_large_to_read_go_into_several_documents() -> None:
    rows = [
        {"offer": "o" * 50, "tenant_id": f"{n:08x}-2222-4333-8444-555555555555", "evidence": "by-name"}
        for n in range(35_000)
    ]
    data = {"kind": "Resales", "as_of": "2026-11-20", "source": "a", "covers": [], "resales": rows}
    with pytest.raises(WritingError, match="and at most 4,194,304 are read") as refused:
        list_text("offers/resales/a.yaml", data, None)
    assert refused.value.help is not None
    assert "--source NAME" in refused.value.help
