"""Whether a partner can be taken out of an offer, and which request does: one answer, whoever is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from csp_config.lsp.cursor import Cursor
from csp_config.lsp.hover import hover
from csp_config.lsp.session import Session
from csp_config.model import Audience, State
from csp_config.model.records import LiveAudience, Request
from tests.acceptance.offers import (
    SETTINGS,
    live_document,
    offer_document,
    request_id,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.offers import Request as Asked
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
OFFER, LIVE, RESALES = f"offers/{NAME}.yaml", f"offers/live/{NAME}.yaml", "offers/resales.yaml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A published offer with four partners, of whom nobody is known to have resold it."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(OFFER, offer_document(NAME, state("abcd")))
    made.write(LIVE, live_document(NAME, state("abcd")))
    resell(made, "")
    return made


def resell(repo: Repo, letters: str) -> None:
    repo.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset(letters)}))


def hovered(repo: Repo, letter: str) -> str:
    word = tenant(letter)
    here = Cursor(word, 0, 0, 0, len(word), word, ())
    said = hover(Session(repo.path, ENVIRONMENT).judged({}, NOW), OFFER, here)
    assert said is not None
    return said


def removal(repo: Repo, letter: str) -> str | None:
    """What `partners` says that taking a partner out of the offer takes."""
    found = csp_config(repo.path, "partners", "--tenant", tenant(letter), "--format", "json").data["partners"]
    ((only,),) = [one["offers"] for one in found]
    removable = csp_config(repo.path, "partners", "--tenant", tenant(letter), "--removable").output
    assert removable.startswith("no partner fits") is (only["removal"] == "impossible")
    return str(only["removal"])


def asked_of_plan(repo: Repo, letter: str) -> str:
    """The same, as `plan --if` answers."""
    ran = csp_config(repo.path, "plan", "--if", f"{NAME}-{tenant(letter)}", "--format", "json")
    (answer,) = ran.data["question"]["answers"]
    return {"at-once": "self-service", "by-ticket": "request", "impossible": "impossible"}[answer["how"]]


STATES = {
    # what the commit before declares, what the candidate declares, and the record: published or not
    "live": (True, True, True),
    "a draft": (False, False, None),
    "a draft, recorded": (False, False, False),
    "stopped": (True, True, False),
    "published by this change": (False, True, None),
    "not recorded": (True, True, None),
}


@pytest.mark.parametrize("resold", ["", "b"])
@pytest.mark.parametrize("stands", fast_first(list(STATES), fast=["live", "a draft", "stopped"]))
def test_partners_says_of_a_removal_what_the_plan_says(stands: str, resold: str, repo: Repo) -> None:
    before, now, recorded = STATES[stands]
    resell(repo, resold)
    repo.write(OFFER, offer_document(NAME, state("abcd", published=before)))
    if recorded is None:
        repo.remove(LIVE)
    else:
        repo.write(LIVE, live_document(NAME, state("abcd", published=recorded)))
    repo.commit()
    repo.write(OFFER, offer_document(NAME, state("abcd", published=now)))
    is_live = stands in ("live", "not recorded")
    expected = ("impossible" if resold else "request") if is_live else "self-service"
    assert (removal(repo, "b"), asked_of_plan(repo, "b")) == (expected, expected)
    said = hovered(repo, "b")
    assert (f"cannot be deauthorised (S17): `{NAME}`" in said) is (expected == "impossible")
    assert (f"can be taken out, since they are not published: `{NAME}`" in said) is bool(
        resold and not is_live
    )


def test_an_offer_whose_record_cannot_be_read_is_not_taken_for_a_draft(repo: Repo) -> None:
    resell(repo, "b")
    repo.write(OFFER, offer_document(NAME, state("abcd", published=False)))
    repo.write(LIVE, f"kind: LiveAudience\noffer: {NAME}\npublished: perhaps\n")
    repo.commit()
    found = csp_config(repo.path, "partners", "--resold", "--format", "json").data["partners"]
    assert [offer["removal"] for one in found for offer in one["offers"]] == ["impossible"]
    assert f"cannot be deauthorised (S17): `{NAME}`" in hovered(repo, "b")


@pytest.mark.parametrize("gone", ["the row", "the document"])
def test_a_resale_that_this_change_takes_out_of_the_data_is_still_known_to_the_editor(
    gone: str, repo: Repo
) -> None:
    resell(repo, "b")
    repo.commit()
    if gone == "the row":
        resell(repo, "")
    else:
        repo.remove(RESALES)
    repo.write(OFFER, offer_document(NAME, state("acd")))
    codes = {one["code"] for one in csp_config(repo.path, "validate", "--format", "json").data["diagnostics"]}
    assert {"CSP304", "CSP318"} <= codes
    assert f"cannot be deauthorised (S17): `{NAME}`" in hovered(repo, "b")
    assert "No resale is known." in hovered(repo, "c")


def request(move: str, status: str, *, tenants: str = "", remove: str = "", left_in: str = "") -> Request:
    start, _, end = move.partition(" ")
    named = (tuple(map(tenant, letters)) for letters in (remove, tenants, left_in))
    return Request("r", start, end, status, "2026-11-20T09:00:00Z", *named)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["drafted", "filed", "refused", "granted", "withdrawn"])
@pytest.mark.parametrize(
    ("live", "asked", "takes_out", "closes"),
    [
        ("selected", request("selected selected", "", remove="b"), True, False),
        ("selected", request("selected selected", "", remove="c"), False, False),
        ("selected", request("selected none", "", remove="bc"), True, True),
        ("selected", request("selected any", ""), False, False),
        ("any", request("any selected", "", tenants="cd"), True, True),
        ("any", request("any selected", "", tenants="bc"), False, True),
        ("any", request("any none", ""), True, True),
        ("any", request("selected selected", "", remove="b"), False, False),
        ("selected", request("any selected", "", tenants="cd"), False, False),
    ],
)
def test_a_request_takes_a_partner_out_of_the_audience_that_it_starts_from(
    live: str, asked: Request, takes_out: bool, closes: bool, status: str
) -> None:
    one = asked._replace(status=status)  # type: ignore[arg-type]
    audience = Audience(live, frozenset(map(tenant, "bcd")) if live == "selected" else frozenset())  # type: ignore[arg-type]
    record = LiveAudience(NAME, "2026-11-22T10:00:00Z", "manual", State(True, audience), requests=(one,))
    counts = status in ("drafted", "filed", "refused")
    assert record.request_to_remove(tenant("b")) == (one if takes_out and counts else None)
    assert record.request_to_remove(None) == (one if closes and counts else None)


@pytest.mark.parametrize(
    ("statuses", "counts"),
    [
        (("refused", "withdrawn"), "refused"),
        (("refused", "filed"), "filed"),
        (("refused", "granted"), None),
        (("granted", "drafted"), "drafted"),
        (("withdrawn", "withdrawn"), None),
        (("filed", "part"), "refused"),
    ],
)
def test_of_several_requests_for_a_removal_the_newest_counts(
    statuses: tuple[str, ...], counts: str | None
) -> None:
    requests = tuple(
        request("selected selected", "granted", remove="bc", left_in="b")
        if status == "part"
        else request("selected selected", status, remove="b")
        for status in statuses
    )
    audience = Audience("selected", frozenset({tenant("b")}))
    record = LiveAudience(NAME, "2026-11-22T10:00:00Z", "manual", State(True, audience), requests=requests)
    found = record.request_to_remove(tenant("b"))
    assert (found and found.status_for(tenant("b"))) == counts


@pytest.mark.parametrize(
    ("wish", "status"),
    fast_first([("any", "filed"), ("acd", "filed"), ("acd", "refused"), ("none", "filed")]),
)
def test_partners_and_the_editor_name_the_same_request(wish: str, status: str, repo: Repo) -> None:
    asked = Asked(state("abcd"), state(wish), status)  # type: ignore[arg-type]
    repo.write(LIVE, live_document(NAME, state("abcd"), asked))
    repo.commit()
    repo.write(OFFER, offer_document(NAME, state("acd")))
    ran = csp_config(repo.path, "partners", "--tenant", tenant("b"), "--format", "json")
    (left,) = ran.data["recorded_undeclared"]
    said = hovered(repo, "b")
    if wish == "any":
        assert (left["request"], left["status"]) == (None, None)
        assert "(no request for the removal is recorded)" in said
    else:
        assert (left["request"], left["status"]) == (request_id(NAME), status)
        assert f"(request `{request_id(NAME)}`, {status} on 2026-11-2" in said


@pytest.mark.parametrize(
    ("country", "said"),
    [("", "country not known"), (", country: SE", "SE, CSP region"), (", country: KP", "in no CSP region")],
)
def test_the_editor_says_where_a_partner_sells_from_that_only_a_record_names(
    country: str, said: str, repo: Repo
) -> None:
    named = f"{{tenant_id: {tenant('h')}, name: Unknown Co{country}}}"
    text = live_document(NAME, state("abcdh")).replace("tenants:", "partners:")
    rows = "".join(f"  - {{tenant_id: {tenant(letter)}}}\n" for letter in "abcd")
    repo.write(LIVE, f"{text.partition('partners:')[0]}partners:\n{rows}  - {named}\n")
    repo.commit()
    assert said in hovered(repo, "h").splitlines()[0]
