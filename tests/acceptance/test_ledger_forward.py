"""What a change may not take back of the ledger, or write into it beside a declaration (CSP317, CSP314)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.acceptance.offers import (
    SETTINGS,
    Request,
    live_document,
    offer_document,
    request_id,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import changed, csp_config, written_at
from tests.acceptance.test_ledger import LIVE, NAME, OFFER, RESALES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.repositories import Repo

REQUEST = request_id(NAME)
FRESH = resales_document("fresh", "2026-11-20", {NAME: frozenset()})


def offer(text: str, *, published: bool = True) -> str:
    return offer_document(NAME, state(text, published=published))


def live(text: str, request: Request | None = None, *, published: bool = True) -> str:
    return live_document(NAME, state(text, published=published), request)


def removal(status: str, wish: str = "abc") -> Request:
    return Request(state("abcd"), state(wish), status)  # type: ignore[arg-type]  # one of the five


def repository(root: Path, before: Mapping[str, str], after: Mapping[str, str | None]) -> Repo:
    return changed(root, {"csp-config.yaml": SETTINGS, RESALES: FRESH, **before}, after)


def told(repo: Repo, code: str, base: str = "HEAD") -> list[str]:
    """The messages under a code."""
    report = csp_config(repo.path, "validate", "--base", base, "--format", "json").data
    return [one["message"] for one in report["diagnostics"] if one["code"] == code]


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("with_document", [True, False])
@pytest.mark.parametrize("status", ["drafted", "filed"])
@pytest.mark.parametrize(("text", "published"), [("abcd", False), ("none", True)])
def test_a_request_without_an_answer_goes_with_no_record(
    tmp_path: Path, status: str, text: str, *, published: bool, declared: bool, with_document: bool
) -> None:
    record = live(text, removal(status), published=published)
    gone = {LIVE: None, OFFER: None} if with_document else {LIVE: None}
    repo = repository(tmp_path / "r", {OFFER: offer(text, published=declared), LIVE: record}, gone)
    assert [f"{REQUEST} ({status})" in message for message in told(repo, "CSP317")] == [True]


@pytest.mark.parametrize(
    ("before", "record"),
    [
        (offer("abcd"), live("abcd", published=False)),
        (offer("abcd", published=False), live("abcd", removal("refused"), published=False)),
        (offer("abcd", published=False), live("abcd", removal("withdrawn"), published=False)),
        (offer("none"), live("none")),
    ],
)
def test_the_record_of_an_offer_that_was_published_goes_only_with_its_document(
    tmp_path: Path, before: str, record: str
) -> None:
    repo = repository(tmp_path / "r", {OFFER: before, LIVE: record}, {LIVE: None})
    assert told(repo, "CSP317") == [
        f"the live record of {NAME} is gone, and with it what is known of Partner Center"
    ]
    repo.write(OFFER, "kind: Offer\nid: [\n")  # a document that cannot be read is there
    assert told(repo, "CSP317")
    repo.remove(OFFER)
    assert told(repo, "CSP317") == []


def test_the_record_of_a_draft_may_go(tmp_path: Path) -> None:
    draft = {OFFER: offer("abcd", published=False), LIVE: live("abcd", published=False)}
    assert told(repository(tmp_path / "r", draft, {LIVE: None}), "CSP317") == []


FILED = '    filed_at: "2026-11-20T11:00:00Z"\n    ticket: "2611200030001234"\n'
NOTE = "    note: seen on the page\n"


@pytest.mark.parametrize("status", ["drafted", "filed", "granted", "refused", "withdrawn"])
@pytest.mark.parametrize("wish", ["ab", "bcd", "none"])
def test_a_draft_keeps_its_wish_while_it_has_its_id(tmp_path: Path, status: str, wish: str) -> None:
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal("drafted"))}
    repo = repository(tmp_path / "r", before, {LIVE: live("abcd", removal(status, wish)) + NOTE})
    (message,) = told(repo, "CSP317")
    assert message.endswith(f"says that request {REQUEST} asks for something else than before")


@pytest.mark.parametrize("status", ["filed", "granted", "refused"])
def test_what_was_only_drafted_is_answered_once_it_was_filed(tmp_path: Path, status: str) -> None:
    text = live("abcd", removal(status))
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal("drafted"))}
    repo = repository(tmp_path / "r", before, {LIVE: text})
    assert told(repo, "CSP317") == []  # both steps in one branch
    repo.write(LIVE, text.replace(FILED, "") + NOTE)
    (message,) = told(repo, "CSP317")
    assert message.endswith(
        f"sets request {REQUEST} from drafted to {status}, and does not say when it was filed"
    )


@pytest.mark.parametrize(
    ("status", "filed", "replaced"),
    [
        ("drafted", False, True),
        ("filed", True, True),
        ("refused", True, True),
        ("filed", False, False),
        ("granted", False, False),
        ("withdrawn", False, False),
    ],
)
def test_a_draft_is_replaced_by_another_draft_alone(
    tmp_path: Path, status: str, *, filed: bool, replaced: bool
) -> None:
    text = live("abcd", removal(status, "ab")).replace(REQUEST, f"{NAME}-11112222")
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal("drafted"))}
    repo = repository(tmp_path / "r", before, {LIVE: text if filed else text.replace(FILED, "")})
    assert (told(repo, "CSP317") == []) == replaced


def test_a_draft_that_was_withdrawn_is_not_granted_without_a_ticket(tmp_path: Path) -> None:
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal("drafted"))}
    repo = repository(tmp_path / "r", before, {OFFER: offer("abc")})
    repo.commit()

    def record(*arguments: str) -> int:
        return csp_config(repo.path, "record", *arguments).code

    assert record("withdrawn", REQUEST) == 0
    assert record("granted", REQUEST, "--note", "the page shows it") == 1
    assert record("filed", REQUEST, "--ticket", "2611220001") == 0
    assert record("granted", f"{REQUEST}-2") == 0
    assert told(repo, "CSP317") == []


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("earlier", [None, "drafted"])
@pytest.mark.parametrize("status", ["filed", "granted", "refused", "withdrawn"])
def test_a_request_that_is_written_beside_a_declaration_is_told(
    tmp_path: Path, earlier: str | None, status: str, *, committed: bool
) -> None:
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal(earlier) if earlier else None)}
    repo = repository(tmp_path / "r", before, {OFFER: offer("abc"), LIVE: live("abcd", removal(status))})
    base = "HEAD"
    if committed:
        repo.commit()
        base = "HEAD^"
    (message,) = told(repo, "CSP314", base)
    assert message.endswith(f"and says that request {REQUEST} is {status}")


def test_a_request_that_is_recorded_in_a_commit_of_its_own_is_no_edit(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", {OFFER: offer("abcd"), LIVE: live("abcd")}, {OFFER: offer("abc")})
    repo.commit()
    repo.write(LIVE, live("abcd", removal("filed")))
    assert told(repo, "CSP314", "HEAD^") == []
    repo.commit()
    assert told(repo, "CSP314", "HEAD~2") == []


def test_the_drafts_that_apply_writes_and_replaces_are_no_edit(tmp_path: Path) -> None:
    before = {OFFER: offer("abcd"), LIVE: live("abcd", removal("drafted"))}
    repo = repository(tmp_path / "r", before, {OFFER: offer("ab")})
    assert csp_config(repo.path, "apply", "--yes", "--base", "HEAD").code == 4
    text = (repo.path / LIVE).read_text(encoding="utf-8")
    assert ("status: withdrawn" in text, "status: drafted" in text) == (True, True)
    assert told(repo, "CSP314") == []
    repo.commit()
    assert told(repo, "CSP314", "HEAD^") == []


def test_an_answer_beside_the_declaration_of_another_offer_is_no_edit(tmp_path: Path) -> None:
    desk = "offers/contoso-desk.yaml"
    before = {
        OFFER: offer("abc"),
        LIVE: live("abcd", removal("filed")),
        desk: offer_document("contoso-desk", state("a")),
    }
    after = {LIVE: live("abcd", removal("refused")), desk: offer_document("contoso-desk", state("ab"))}
    assert told(repository(tmp_path / "r", before, after), "CSP314") == []


def come_true(root: Path, seen: str, request: Request, declared: str, wanted: str) -> Repo:
    """A filed request, what Partner Center was seen to hold since, and another wish in the change."""
    before = {OFFER: offer(declared), LIVE: live(seen, request)}
    return repository(root, before, {OFFER: offer(wanted)})


TAKEN_BACK = [
    ("abc", removal("filed"), "abc", "abcd"),
    ("abc", removal("filed"), "abc", "abcde"),
    ("abc", Request(state("abcd"), state("ab"), "filed"), "ab", "abd"),  # c is to go as well
    ("none", removal("filed"), "none", "abcd"),
    ("none", Request(state("abcd"), state("none"), "filed"), "none", "ab"),
    ("none", Request(state("any"), state("none"), "filed"), "none", "any"),
    ("none", Request(state("abcd"), state("none"), "filed"), "none", "any"),
    ("none", Request(state("any"), state("none"), "filed"), "none", "ab"),
    ("none", removal("filed"), "none", "any"),
]


@pytest.mark.parametrize(("seen", "request_", "declared", "wanted"), TAKEN_BACK)
def test_what_has_come_true_is_answered_before_it_is_taken_back(
    tmp_path: Path, seen: str, request_: Request, declared: str, wanted: str
) -> None:
    repo = come_true(tmp_path / "r", seen, request_, declared, wanted)
    (message,) = told(repo, "CSP312")
    assert message == f"request {REQUEST} is open and has come true, and this change takes that back"
    repo.commit()
    planned = csp_config(repo.path, "plan", "--base", "records", "--format", "json").data
    (put_back,) = [one for one in planned["actions"] if one["kind"] in ("sync-audience", "opt-in")]
    assert (put_back["blocked_by"], put_back["cause"]) == (["CSP312"], "pending")
    every = csp_config(repo.path, "record", "done", "--all", "--base", "records")
    assert (every.code, f"left alone {put_back['id']}: held back because of CSP312" in every.output) == (
        0,
        True,
    )
    refused = csp_config(repo.path, "record", "done", put_back["id"], "--base", "records")
    assert refused.code == 1
    command = refused.errors.partition("record the answer first: csp-config ")[2].partition(";")[0]
    assert csp_config(repo.path, *command.split()).code == 0
    done = csp_config(repo.path, "record", "done", put_back["id"], "--base", "records")
    assert done.code == 0, done.said
    record = yaml.safe_load((repo.path / LIVE).read_text(encoding="utf-8"))
    assert record["resellers"] == ("any" if wanted == "any" else "selected")
    assert {one["tenant_id"] for one in record.get("partners", ())} >= {
        *map(tenant, state(wanted).tenants),
    }


def test_an_export_that_shows_a_partner_again_is_recorded_and_the_request_waits(tmp_path: Path) -> None:
    """The earlier look may have been wrong: nobody may be shut out from recording what is there."""
    repo = come_true(tmp_path / "r", "abc", removal("filed"), "abc", "abc")
    export = tmp_path / "export.csv"
    export.write_text("Tenant\n" + "".join(f"{tenant(letter)}\n" for letter in "abcd"))
    written_at(export)
    ran = csp_config(repo.path, "import", "live", NAME, "--from", str(export))
    assert ran.code == 0, ran.said
    assert tenant("d") in (repo.path / LIVE).read_text(encoding="utf-8").partition("requests:")[0]
    plan = csp_config(repo.path, "plan", "--base", "records", "--format", "json").data
    (action,) = plan["actions"]
    assert (action["status"], action["request_id"]) == ("waiting", REQUEST)


@pytest.mark.parametrize(
    ("seen", "request_", "declared", "wanted"),
    [
        ("abc", removal("filed"), "abc", "abce"),  # others are added
        ("abcd", removal("filed"), "abc", "abcd"),  # not yet: it is withdrawn
        ("abc", removal("granted"), "abc", "abcd"),
        ("abc", removal("drafted"), "abc", "abcd"),
        ("ab", Request(state("any"), state("ab"), "filed"), "ab", "abc"),
    ],
)
def test_nothing_is_in_the_way_where_nothing_that_came_true_is_taken_back(
    tmp_path: Path, seen: str, request_: Request, declared: str, wanted: str
) -> None:
    assert told(come_true(tmp_path / "r", seen, request_, declared, wanted), "CSP312") == []
