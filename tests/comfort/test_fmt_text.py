"""The canonical form: what is changed, and what stays to the byte."""

from __future__ import annotations

from textwrap import dedent

import pytest

from csp_config.editing import formatted
from csp_config.errors import WritingError

A, B, C, D = (f"{digit}f1e2d3c-4b5a-4697-8877-665544332211" for digit in "0123")
HEAD = "kind: PartnerList\nid: emea\nname: EMEA\n"


def form(text: str, kind: str = "PartnerList") -> str:
    result = formatted("a.yaml", text.encode(), kind).content.decode()
    again = formatted("a.yaml", result.encode(), kind)
    assert (again.content.decode(), again.changes) == (result, ())
    return result


def listed(text: str) -> str:
    """The entries of a list after formatting, given without their margin."""
    return form(HEAD + "partners:\n" + dedent(text)).removeprefix(HEAD + "partners:\n")


@pytest.mark.parametrize(
    "writing",
    [
        A.upper(),
        A.replace("-", ""),
        f'"{A.upper()}"',
        f"'{{{A}}}'",
        f'"urn:uuid:{A}"',
        f'" {A} "',
    ],
)
def test_a_tenant_id_gets_its_one_form_and_keeps_its_quotes(writing: str) -> None:
    quote = writing[0] if writing[0] in "\"'" else ""
    text = HEAD + f"partners:\n  - name: Fabrikam\n    tenant_id: {writing}  # theirs\n    country: DE\n"
    assert f"    tenant_id: {quote}{A}{quote}  # theirs\n" in form(text)


def test_a_letter_that_only_looks_right_is_left_to_people() -> None:
    tenant = A.replace("e", "\N{CYRILLIC SMALL LETTER IE}")
    text = HEAD + f"partners:\n  - {{name: Fabrikam, tenant_id: {tenant}, country: DE}}\n"
    assert form(text) == text


@pytest.mark.parametrize(
    "value",
    ["NO", "no", "on", "Off", "yes", "y", "N", "Null", "NULL", "TRUE", "2026-12-31", "190:20:30", "=", "<<"],
)
def test_text_that_older_readers_take_for_something_else_gets_quotes(value: str) -> None:
    assert f'name: "{value}"\n' in form(f"kind: PartnerList\nid: emea\nname: {value}\npartners: []\n")


@pytest.mark.parametrize(
    "value", ["Norway", "'NO'", '"on"', "None", "v1.0.0", "DE", "yes please", "+47 22 00"]
)
def test_text_that_every_reader_takes_for_text_stays(value: str) -> None:
    text = f"kind: PartnerList\nid: emea\nname: {value}\npartners: []\n"
    assert form(text) == text


def test_true_and_numbers_get_no_quotes() -> None:
    text = "guards: {max_removals: 10}\nresale_data: {required: true}\nrules: {CSP112: off}\n"
    wanted = 'resale_data: {required: true}\nguards: {max_removals: 10}\nrules: {CSP112: "off"}\n'
    assert form(text, "Config") == wanted


def test_partners_are_sorted_by_name_then_tenant_and_take_their_comments_along() -> None:
    assert listed(
        f"""\
        # pays late
        - name: Zeta  # z
          tenant_id: {A}
          country: DE
          # was in FR before

        - {{name: alpha, tenant_id: {C}, country: DE}}
        -
          # the dash stands alone
          name: Alpha
          tenant_id: {B}
          country: DE
        - {{name: alpha, tenant_id: {D}, country: DE}}
          # below the last

        # the end
        """
    ) == dedent(
        f"""\
        -
          # the dash stands alone
          name: Alpha
          tenant_id: {B}
          country: DE

        - {{name: alpha, tenant_id: {C}, country: DE}}
        - {{name: alpha, tenant_id: {D}, country: DE}}
          # below the last
        # pays late
        - name: Zeta  # z
          tenant_id: {A}
          country: DE
          # was in FR before

        # the end
        """
    )


def test_blank_lines_between_entries_stay_between_them() -> None:
    z, a, m = (
        f"- {{name: {name}, tenant_id: {t}, country: DE}}\n" for name, t in zip("ZAM", (A, B, C), strict=True)
    )
    assert listed(f"{z}\n{a}\n# m\n{m}") == f"{a}\n# m\n{m}\n{z}"
    assert listed(f"{z}{m}\n{a}") == f"{a}{m}\n{z}"


def kept(text: str) -> str | None:
    """Why the order of a list stays; it stays."""
    whole = HEAD + "partners:\n" + dedent(text)
    found = formatted("a.yaml", whole.encode(), "PartnerList")
    assert found.content.decode() == whole
    return found.unsorted


def test_where_a_comment_may_speak_of_several_entries_the_order_stays_and_is_told() -> None:
    z, a, m = (
        f"- {{name: {name}, tenant_id: {t}, country: DE}}\n" for name, t in zip("ZAM", (A, B, C), strict=True)
    )
    for text, line in (
        (f"# DACH\n{z}{a}", 6),
        (f"# DACH\n{z}{a}# Nordics\n{m}", 6),
        (f"{z}# pays late\n{m}{a}", 7),
        (f"# DACH\n{m}{a}\n{z}", 6),
    ):
        assert (kept(text) or "").startswith(
            f"the comment above line {line} may be about that entry or about all"
        )
    assert kept(f"# DACH\n{a}{m}{z}") is None
    assert listed(f"# last\n{z}# first\n{a}") == f"# first\n{a}# last\n{z}"
    assert listed(f"{z}{a}# only this one\n{m}") == f"{a}# only this one\n{m}{z}"


def test_an_entry_with_a_comment_keeps_it_although_each_part_of_the_list_begins_with_one() -> None:
    z, a, m, b = (
        f"- {{name: {name}, tenant_id: {t}, country: DE}}\n"
        for name, t in zip("ZAMB", (A, B, C, D), strict=True)
    )
    assert listed(f"# of Z\n{z}# of A\n{a}\n# of B\n{b}") == f"# of A\n{a}# of B\n{b}\n# of Z\n{z}"
    assert listed(f"# of Z\n{z}# of B\n{b}\n# of M\n{m}# of A\n{a}") == (
        f"# of A\n{a}# of B\n{b}\n# of M\n{m}# of Z\n{z}"
    )
    for text, line in (
        (f"# of Z\n{z}\n# of B\n{b}{a}", 9),  # what begins a single entry is no heading
        (f"{z}{m}\n# of B\n{b}{a}", 9),  # neither is the only comment of a list
        (f"# DACH\n{z}{a}\n# of M\n{m}", 6),
        (f"# DACH:\n\n{z}{a}\n# of M\n{m}{b}", 11),  # here headings are parted from what they are above
        (f"# Zürich, key account\n{z.replace('Z', 'Zürich AG')}{a}\n# Nordics\n{m}{b}", 6),
        (f"# DACH\n{z}{a}\n# until Mayer GmbH is back\n{m}{b.replace('B', 'mayer')}", 6),
    ):
        assert (kept(text) or "").startswith(f"the comment above line {line} may be about that entry or")


def test_entries_in_brackets_with_comments_keep_their_order_and_that_is_told() -> None:
    z, a = (f"{{name: {name}, tenant_id: {t}, country: DE}}" for name, t in zip("ZA", (A, B), strict=True))
    found = formatted("a.yaml", f"{HEAD}partners: [{z}, # the last\n   {a}]\n".encode(), "PartnerList")
    assert found.unsorted == "comments stand between entries in brackets"


@pytest.mark.parametrize("written", ["True", "TRUE", "yes", "Yes", "on", "y", '"true"', "'yes'"])
def test_where_a_truth_value_belongs_true_is_written_and_not_text(written: str) -> None:
    text = f"kind: Offer\nid: contoso-insights\nname: Yes\npublished: {written}  # live\n"
    wanted = 'kind: Offer\nid: contoso-insights\nname: "Yes"\npublished: true  # live\n'
    assert form(text, "Offer") == wanted
    assert form(f"resale_data: {{required: {written}}}\n", "Config") == "resale_data: {required: true}\n"


@pytest.mark.parametrize("written", ["False", "NO", "off", "n"])
def test_where_a_truth_value_belongs_false_is_written_and_not_text(written: str) -> None:
    assert form(f"kind: Offer\nsold_through_microsoft: {written}\n", "Offer").endswith(": false\n")


def test_headings_part_a_list_and_stay_above_their_partners() -> None:
    z, a, m, b = (
        f"- {{name: {name}, tenant_id: {t}, country: DE}}\n"
        for name, t in zip("ZAMB", (A, B, C, D), strict=True)
    )
    assert listed(f"# DACH\n{z}{a}\n# Nordics\n{m}{b}") == f"# DACH\n{a}{z}\n# Nordics\n{b}{m}"
    assert listed(f"{z}{m}\n# Nordics:\n\n{b}{a}") == f"{m}{z}\n# Nordics:\n\n{a}{b}"


def test_a_list_in_brackets_is_sorted_in_its_places() -> None:
    z, a = (f"{{name: {name}, tenant_id: {t}, country: DE}}" for name, t in zip("ZA", (A, B), strict=True))
    assert form(f"{HEAD}partners: [{z},\n   {a} ]\n") == f"{HEAD}partners: [{a},\n   {z} ]\n"
    commented = f"{HEAD}partners: [{z}, # the last\n   {a} ]\n"
    assert form(commented) == commented


def test_a_list_with_one_tenant_twice_stays_in_its_order() -> None:
    entries = f"- {{name: Z, tenant_id: {A}, country: DE}}\n- {{name: A, tenant_id: {A}, country: FR}}\n"
    assert listed(entries) == entries


def test_partners_of_an_offer_and_tenants_of_a_live_record_are_sorted_and_requests_are_not() -> None:
    offer = "kind: Offer\ncsp:\n  partners:\n    - {name: Z, tenant_id: %s}\n    - {name: A, tenant_id: %s}\n"
    assert form(offer % (A, B), "Offer").endswith(
        f"    - {{name: A, tenant_id: {B}}}\n    - {{name: Z, tenant_id: {A}}}\n"
    )
    later, earlier = (
        f"  - {{tenant_id: {tenant}, name: {name}, country: DE}}\n" for name, tenant in (("Z", A), ("A", B))
    )
    requests = "requests:\n  - id: b\n  - id: a\n"
    head = "kind: LiveAudience\npartners:\n"
    assert form(f"{head}{later}{earlier}{requests}", "LiveAudience") == f"{head}{earlier}{later}{requests}"


def test_top_level_keys_get_the_order_of_the_schema_and_take_their_comments_along() -> None:
    text = f"""\
        # yaml-language-server: $schema=../schemas/partner-list.schema.json
        # About the whole list.
        partners:
          - {{name: A, tenant_id: {A}, country: DE}}
          # indented: still about the partners
        # what people call it
        name: EMEA

        # A heading.

        kind: PartnerList
        colour: blue
        id: emea
        """
    wanted = f"""\
        # yaml-language-server: $schema=../schemas/partner-list.schema.json
        # About the whole list.
        # A heading.

        kind: PartnerList
        colour: blue

        id: emea
        # what people call it
        name: EMEA
        partners:
          - {{name: A, tenant_id: {A}, country: DE}}
          # indented: still about the partners
        """
    assert form(dedent(text)) == dedent(wanted)


def test_keys_below_the_top_keep_the_order_that_people_chose() -> None:
    text = "kind: Offer\ncsp:\n  support: {}\n  resellers: none\n"
    assert form(text, "Offer") == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_blanks_at_line_ends_go_and_the_line_end_stays(newline: str) -> None:
    text = f"kind: PartnerList  {newline}id: emea # x \t{newline}  {newline}name: EMEA{newline}partners: []"
    wanted = (
        f"kind: PartnerList{newline}id: emea # x{newline}{newline}name: EMEA{newline}partners: []{newline}"
    )
    assert form(text) == wanted
    assert form(wanted + newline * 3) == wanted


def test_blanks_inside_of_texts_stay() -> None:
    text = (
        "kind: PartnerList\nid: emea\nname: EMEA\npartners: []\nacknowledge:\n"
        '  - code: CSP309\n    until: "2026-12-31"\n    reason: |+\n      first  \n      second\n\n'
    )
    assert form(text) == text


def test_a_layout_that_cannot_be_sorted_safely_is_refused_whole() -> None:
    ends_in_a_text = f"- tenant_id: {A}\n  country: DE\n  name: |-\n    Z"
    text = f"{HEAD}partners:\n- {{name: zz, tenant_id: {B}, country: DE}}\n{ends_in_a_text}"
    with pytest.raises(WritingError, match="without a change of what it says"):
        form(text)


def test_what_was_done_is_told_in_words() -> None:
    entry = f"- {{name: Z, tenant_id: {A.upper()}, country: NO}} \n"
    text = f"name: EMEA\nid: emea\nkind: PartnerList\npartners:\n{entry}"
    changes = formatted("a.yaml", text.encode(), "PartnerList").changes
    assert changes == ("1 tenant ID", "1 quoted value", "order of keys", "blanks")
