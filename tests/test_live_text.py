"""Live records as YAML: canonical when new; edited, with all that people wrote in them, when not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config import document, schema
from csp_config.editing import has_bare_tenants, live_text
from csp_config.errors import WritingError
from csp_config.loading.values import PartnerValues, live_from
from csp_config.model import Audience, Resellers, State
from csp_config.model.records import LiveAudience, NamedTenant, Request

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
NORTHWIND = "22222222-2222-4333-8444-555555555555"
NAMES = (
    NamedTenant(ADATUM, "Adatum Distribution", "FR"),
    NamedTenant(FABRIKAM, "Fabrikam Cloud", "DE"),
    NamedTenant(NORTHWIND, "Northwind Traders", "NO"),
)
DRAFT = Request(
    id="contoso-insights-3f9a2c41",
    move_from="selected",
    move_to="selected",
    remove=(ADATUM,),
    names=NAMES[:1],
    status="drafted",
    drafted_at="2026-11-20T09:00:00Z",
)
FILED = DRAFT._replace(status="filed", filed_at="2026-11-20T11:00:00Z", ticket="2611200030001234")


def live(
    *tenants: str, resellers: Resellers = "selected", requests: tuple[Request, ...] = ()
) -> LiveAudience:
    return LiveAudience(
        offer="contoso-insights",
        observed_at="2026-11-22T10:15:00Z",
        observed_from="manual",
        state=State(published=True, audience=Audience(resellers=resellers, tenants=frozenset(tenants))),
        names=NAMES,
        requests=requests,
    )


def read_back(content: bytes) -> LiveAudience:
    read, findings = document.read("offers/live/contoso-insights.yaml", content)
    assert read is not None
    assert not findings
    assert not schema.check(read, "LiveAudience")
    return comparable(live_from(read, PartnerValues()))


def comparable(record: LiveAudience) -> LiveAudience:
    """The record without an order among its tenants, and with the names of those only who are in it."""
    requests = (
        request._replace(
            remove=tuple(sorted(request.remove)),
            tenants=tuple(sorted(request.tenants)),
            left_in=tuple(sorted(request.left_in)),
            names=tuple(sorted(one for one in request.names if one.tenant_id in request.remove)),
        )
        for request in record.requests
    )
    names = sorted(one for one in record.names if one.name and one.tenant_id in record.state.tenants)
    return record._replace(names=tuple(names), requests=tuple(requests))


NEW = """\
# yaml-language-server: $schema=../../schemas/live-audience.schema.json
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-22T10:15:00Z"
observed_from: manual
published: true
resellers: selected
partners:
  - {tenant_id: 11111111-2222-4333-8444-555555555555, name: Adatum Distribution, country: FR}
  - {tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211, name: Fabrikam Cloud, country: DE}
requests:
  - id: contoso-insights-3f9a2c41
    move: {from: selected, to: selected}
    remove:
      - {tenant_id: 11111111-2222-4333-8444-555555555555, name: Adatum Distribution, country: FR}
    status: filed
    drafted_at: "2026-11-20T09:00:00Z"
    filed_at: "2026-11-20T11:00:00Z"
    ticket: "2611200030001234"
"""


def test_a_new_record_is_in_canonical_form() -> None:
    assert live_text(live(ADATUM, FABRIKAM, requests=(FILED,)), None).decode() == NEW


def test_a_record_of_an_open_or_closed_channel_has_no_list() -> None:
    assert b"partners" not in live_text(live(resellers="any"), None)
    assert b"partners: []" in live_text(live(), None)


@pytest.mark.parametrize("offer", ["true", "null", "yes", "off", "1e5", "0x1f", "010", "2026-01-01", "0o17"])
def test_an_offer_id_that_yaml_could_take_for_something_else_is_quoted(offer: str) -> None:
    content = live_text(live(FABRIKAM)._replace(offer=offer), None)
    assert f'offer: "{offer}"' in content.decode()
    assert read_back(content).offer == offer


def test_the_same_record_again_changes_no_byte() -> None:
    record = live(FABRIKAM, ADATUM, requests=(FILED,))
    for previous in (NEW, NEW.replace("\n", "\r\n"), NEW.rstrip("\n") + "\n# end\n"):
        assert live_text(record, previous.encode()) == previous.encode()


BY_HAND = """\
# our live record
kind: LiveAudience
observed_at: '2026-11-20T10:15:00Z'   # from the call with Microsoft
offer: contoso-insights
observed_from: manual
published: true

resellers: "selected"
tenants:
# distributors
- 0f1e2d3c-4b5a-4697-8877-665544332211  # Fabrikam Cloud
# to leave in 2027
- 11111111-2222-4333-8444-555555555555  # Adatum
# end of the list

# nothing asked for yet
requests: []
# the end
"""

BY_HAND_AFTERWARDS = """\
# our live record
kind: LiveAudience
observed_at: "2026-11-22T10:15:00Z"   # from the call with Microsoft
offer: contoso-insights
observed_from: manual
published: true

resellers: "selected"
partners:
# distributors
- {tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211, name: Fabrikam Cloud, country: DE}  # Fabrikam Cloud
- {tenant_id: 22222222-2222-4333-8444-555555555555, name: Northwind Traders, country: "NO"}
# end of the list

# nothing asked for yet
requests:
  - id: contoso-insights-3f9a2c41
    move: {from: selected, to: selected}
    remove:
      - {tenant_id: 11111111-2222-4333-8444-555555555555, name: Adatum Distribution, country: FR}
    status: drafted
    drafted_at: "2026-11-20T09:00:00Z"
# the end
"""


def test_comments_order_quotes_and_layout_of_an_old_record_stay_and_tenants_get_names() -> None:
    content = live_text(live(FABRIKAM, NORTHWIND, requests=(DRAFT,)), BY_HAND.encode())
    assert content.decode() == BY_HAND_AFTERWARDS


def test_a_request_grows_in_its_place_and_the_next_one_goes_behind_it() -> None:
    previous = BY_HAND_AFTERWARDS.replace("status: drafted", "status: drafted  # still")
    again = DRAFT._replace(id="contoso-insights-aaaaaaaa")
    content = live_text(live(FABRIKAM, NORTHWIND, requests=(FILED, again)), previous.encode()).decode()
    assert content == previous.replace("status: drafted", "status: filed").replace(
        'drafted_at: "2026-11-20T09:00:00Z"\n',
        """drafted_at: "2026-11-20T09:00:00Z"
    filed_at: "2026-11-20T11:00:00Z"
    ticket: "2611200030001234"
  - id: contoso-insights-aaaaaaaa
    move: {from: selected, to: selected}
    remove:
      - {tenant_id: 11111111-2222-4333-8444-555555555555, name: Adatum Distribution, country: FR}
    status: drafted
    drafted_at: "2026-11-20T09:00:00Z"
""",
    )


def test_a_draft_that_is_replaced_goes_and_the_new_one_stands_in_its_place() -> None:
    content = live_text(live(FABRIKAM, ADATUM, requests=(FILED._replace(id="new-one"),)), NEW.encode())
    assert content.decode() == NEW.replace("contoso-insights-3f9a2c41", "new-one")


def test_a_list_that_is_given_up_goes_and_comments_around_it_stay() -> None:
    content = live_text(live(resellers="none"), BY_HAND.encode()).decode()
    assert "partners" not in content
    assert content.count("# end of the list") == content.count("# nothing asked for yet") == 1
    assert "requests: []" in content


def test_lists_in_brackets_and_windows_line_ends_stay_so() -> None:
    inside = NEW.split("    remove:\n      - ")[1].split("\n", maxsplit=1)[0]
    previous = NEW.replace(f"remove:\n      - {inside}", f"remove: [{inside}]").replace("\n", "\r\n")
    content = live_text(live(FABRIKAM, ADATUM, NORTHWIND, requests=(FILED,)), previous.encode()).decode()
    assert f"remove: [{inside}]\r\n" in content
    assert content.count("\n") == content.count("\r\n") == previous.count("\n") + 1


def test_entries_below_their_dashes_come_and_go_with_their_comments() -> None:
    plain = NEW.partition("requests:")[0]
    entries = plain.split("partners:\n")[1].splitlines(keepends=True)
    apart = [
        f"  # about {at}\n  -  # dash {at}\n    {entry.strip().removeprefix('- ')}\n"
        for at, entry in enumerate(entries)
    ]
    previous = plain.replace("".join(entries), "".join(apart))
    assert live_text(live(FABRIKAM), previous.encode()).decode() == previous.replace(apart[0], "")
    grown = live_text(live(FABRIKAM, ADATUM, NORTHWIND), previous.encode()).decode()
    added = '  - {tenant_id: 22222222-2222-4333-8444-555555555555, name: Northwind Traders, country: "NO"}\n'
    assert grown == previous + added


def test_comments_in_brackets_that_cannot_stay_are_told_with_the_place_and_a_way_on() -> None:
    head, _, entries = NEW.partition("requests:")[0].partition("partners:\n")
    inside = ",\n".join(line.removeprefix("  - ") for line in entries.splitlines())
    with pytest.raises(WritingError) as raised:
        live_text(live(FABRIKAM), f"{head}partners: [  # two\n{inside}]\n".encode())
    assert raised.value.message.startswith(
        "the live record of contoso-insights: line 8: `partners` stands in"
    )
    lines = f"{head}partners:  # two\n{entries}".encode()  # what the help says
    assert b"# two" in live_text(live(FABRIKAM), lines)


OLD = """\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-22T10:15:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [0f1e2d3c-4b5a-4697-8877-665544332211, "11111111-2222-4333-8444-555555555555"]
requests:
  - id: contoso-insights-3f9a2c41
    move: {from: selected, to: selected}
    remove:
      - 11111111-2222-4333-8444-555555555555  # since May
    partners:
      - {name: Adatum Distribution, tenant_id: 11111111-2222-4333-8444-555555555555, country: FR}
    status: drafted
    drafted_at: "2026-11-20T09:00:00Z"
"""


def test_a_record_of_an_earlier_version_is_brought_forward_by_the_next_write() -> None:
    assert has_bare_tenants(OLD.encode())
    assert read_back(OLD.encode()).requests[0].names == NAMES[:1]
    content = live_text(live(FABRIKAM, ADATUM, requests=(FILED,)), OLD.encode())
    assert not has_bare_tenants(content)
    assert read_back(content) == comparable(live(FABRIKAM, ADATUM, requests=(FILED,)))
    assert b"- {tenant_id: 11111111-2222-4333-8444-555555555555, name: Adatum Distribution," in content
    assert b"# since May" in content
    assert b"tenants:" not in content


def test_a_record_without_a_last_line_end_can_grow() -> None:
    content = live_text(live(FABRIKAM, ADATUM, requests=(FILED._replace(note="asked"),)), NEW[:-1].encode())
    assert content.decode() == NEW + '    note: "asked"\n'


@pytest.mark.parametrize("note", ["a\x1b[31m", "a\u202eb", "a\u2028b", "\ud800", "a\x00", ""])
def test_a_note_that_no_document_may_hold_is_refused_before_anything_is_written(note: str) -> None:
    record = live(FABRIKAM, requests=(DRAFT._replace(note=note),))
    for previous in (None, NEW.encode()):
        with pytest.raises(WritingError, match="the live record of contoso-insights was not written"):
            live_text(record, previous)


@pytest.mark.parametrize(
    "note", ["NO", "a: b # c", '"', "\\", "- a", "{a", "%", "@", "`", "'", "Ünïcode 漢字 😀"]
)
def test_any_other_note_reads_back_as_it_is(note: str) -> None:
    record = live(FABRIKAM, ADATUM, requests=(DRAFT._replace(note=note),))
    assert read_back(live_text(record, None)) == comparable(record)
    assert read_back(live_text(record, NEW.encode())) == comparable(record)


TENANTS = st.integers(0, 30).map(lambda number: f"{number * 0x0FEDCBA:08x}-1111-4222-8333-{number:012x}")
TENANT_SETS = st.lists(TENANTS, unique=True, max_size=12).map(lambda found: tuple(sorted(found)))
REQUESTS = st.builds(
    Request,
    id=st.sampled_from(["one", "two", "null", "1e5"]),
    move_from=st.sampled_from(["any", "selected"]),
    move_to=st.sampled_from(["selected", "none"]),
    remove=TENANT_SETS,
    tenants=TENANT_SETS,
    left_in=TENANT_SETS,
    status=st.sampled_from(["drafted", "filed", "granted", "refused", "withdrawn"]),
    drafted_at=st.just("2026-11-20T09:00:00Z"),
    filed_at=st.sampled_from([None, "2026-11-20T11:00:00Z"]),
    closed_at=st.sampled_from([None, "2026-11-21T11:00:00Z"]),
    ticket=st.sampled_from([None, "2611200030001234"]),
    note=st.sampled_from([None, "NO", "a: b"]),
)
RECORDS = st.builds(
    lambda resellers, tenants, requests: live(
        *(tenants if resellers == "selected" else ()), resellers=resellers, requests=tuple(requests)
    ),
    resellers=st.sampled_from(["any", "selected", "none"]),
    tenants=TENANT_SETS,
    requests=st.lists(REQUESTS, unique_by=lambda request: request.id, max_size=3),
)


def with_comments(text: str) -> str:
    return "".join(f"{line}  # {number}\n# after {number}\n" for number, line in enumerate(text.splitlines()))


@given(before=RECORDS, after=RECORDS)
def test_any_record_becomes_any_other_whatever_comments_it_has(
    before: LiveAudience, after: LiveAudience
) -> None:
    order = {request.id: place for place, request in enumerate(before.requests)}
    newest_last = sorted(after.requests, key=lambda request: order.get(request.id, len(order)))
    after = after._replace(requests=tuple(newest_last))
    content = live_text(after, with_comments(live_text(before, None).decode()).encode())
    assert read_back(content) == comparable(after)
    assert live_text(after, content) == content


@given(record=RECORDS, before=TENANT_SETS, after=TENANT_SETS.filter(bool))
def test_partners_that_go_take_the_comment_above_them_along_and_all_others_keep_theirs(
    record: LiveAudience, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    previous = with_comments(live_text(live(*before, requests=record.requests), None).decode())
    told: list[str] = []
    content = live_text(live(*after, requests=record.requests), previous.encode(), told.append).decode()
    gone, kept = set(before) - set(after), set(before) & set(after)
    assert content.count("\n# after") == previous.count("\n# after") - len(gone)
    number = previous.count("#") - content.count("#")  # above the entry, and behind it
    wanted = [f"the live record of contoso-insights: {number} comments go"] if gone else []
    assert [said.partition(" with ")[0] for said in told] == wanted
    for tenant in kept:
        assert comment_above(tenant, content) == comment_above(tenant, previous)


def comment_above(tenant: str, text: str) -> str:
    """The line above the first one that has a tenant."""
    lines = text.splitlines()
    return lines[next(at for at, line in enumerate(lines) if tenant in line) - 1]
