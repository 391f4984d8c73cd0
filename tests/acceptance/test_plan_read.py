"""What people read of a plan of a real project: who has to act, who keeps what, which partner is which."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.test_ledger import LIVE, NAME, OFFER, RESALES, plan, run
from tests.matrix import fast_first
from tests.render.test_chats import CHATS
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("text", "markdown", "html", *CHATS)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A project without offers of its own; nobody is known to have resold anything."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    made.commit()
    return made


def read(repo: Repo, shape: str, *arguments: str) -> str:
    """A plan from the records, as it is read: of a page the text alone, of a chat its lines."""
    shown = run(repo, "plan", "--base", "records", "--format", shape, *arguments).output
    if shape in CHATS:
        return "\n".join(CHATS[shape](shown))
    if shape == "html":
        body = shown.partition("<body")[2].partition("<details><summary>How to read")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
    return shown


def moved(repo: Repo, before: str, after: str) -> str:
    """Record one audience and declare another, that takes a form; hand it out. The id of the request."""
    repo.write(OFFER, offer_document(NAME, state(after)))
    repo.write(LIVE, live_document(NAME, state(before)))
    repo.commit()
    run(repo, "apply", "--yes", "--base", "records", code=4)
    (request,) = {one["request_id"] for one in plan(repo)}
    return str(request)


MOVES = [("any", "abc"), ("any", "none"), ("abc", "any"), ("abc", "none")]


@pytest.mark.parametrize(("before", "after"), fast_first(MOVES, every=2))
def test_a_form_that_nobody_has_filed_does_not_wait_for_microsoft(
    repo: Repo, before: str, after: str
) -> None:
    request = moved(repo, before, after)
    for shape in FORMATS:
        shown = read(repo, shape)
        assert "waits" not in shown.lower()
        assert "drafted" in shown
        assert "to be filed by you" in shown
    assert "to be filed by you" in read(repo, "text", "--quiet")
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    for shape in FORMATS:
        shown = read(repo, shape)
        assert "waits for Microsoft" in shown
        assert "to be filed by you" not in shown


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_a_partner_in_a_form_that_nobody_has_filed_loses_its_offer_by_a_form(repo: Repo, shape: str) -> None:
    request = moved(repo, "abc", "ab")
    assert "loses" in (shown := read(repo, shape))
    assert "once microsoft agrees" not in shown.lower()
    assert f"{NAME} (form)" in shown.replace("`", "").replace("<code>", "").replace("</code>", "")
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    assert "once microsoft agrees" in read(repo, shape).lower()


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_a_revert_names_those_who_keep_the_offer(repo: Repo, shape: str) -> None:
    moved(repo, "abcd", "ab")
    repo.write(OFFER, offer_document(NAME, state("abcd")))
    shown = read(repo, shape)
    assert f"2 partners keep {NAME}; 1 draft not to be filed any more." in shown.replace("`", "").replace(
        " ; ", "; "
    )
    for kept in ("Northwind Traders", "Tailspin Services"):
        assert any(kept in line and "keeps" in line for line in joined(shown, shape)), shown
    assert "Fabrikam Cloud" not in shown, "whom nobody asked to remove"
    assert "lose" not in shown


def joined(shown: str, shape: str) -> list[str]:
    """The lines about one partner each; of the text, with what stands below its name."""
    if shape == "html":
        return [shown]
    if shape == "markdown":
        columns = next(line for line in shown.splitlines() if line.startswith("| partner | tenant"))
        return [columns + line for line in shown.splitlines()]
    return shown.replace("\n    ", " ").splitlines()


def test_one_partner_that_keeps_an_offer_is_named_in_the_headline(repo: Repo) -> None:
    request = moved(repo, "abc", "ab")
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    repo.write(OFFER, offer_document(NAME, state("abc")))
    assert f"Northwind Traders keeps {NAME}; 1 request to withdraw.\n" in read(repo, "text")
    assert "remove 1 partner" in read(repo, "text")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("any", "abc", "stays open to every partner"),
        ("any", "none", "stays open to every partner"),
        ("abc", "any", "stays with chosen partners"),
        ("abc", "none", "3 partners keep"),
    ],
)
def test_a_revert_of_another_option_says_who_may_sell_on(
    repo: Repo, before: str, after: str, words: str
) -> None:
    moved(repo, before, after)
    repo.write(OFFER, offer_document(NAME, state(before)))
    for shape in FORMATS:
        assert words in read(repo, shape)


def test_a_saved_plan_says_the_same_of_a_request_to_withdraw(repo: Repo) -> None:
    moved(repo, "abcd", "ab")
    repo.write(OFFER, offer_document(NAME, state("abcd")))
    (request,) = run(repo, "plan", "--base", "records", "--format", "json").data["requests"]
    assert (request["move"], len(request["remove"])) == ({"from": "selected", "to": "selected"}, 2)
    run(repo, "plan", "--base", "records", "--out", "plan.json")
    ran = run(repo, "apply", "plan.json", "--yes", "--base", "records", code=4)
    assert "2 partners keep" in ran.output.partition("\n")[0]


def test_a_draft_whose_partners_have_left_already_is_kept_by_nobody(repo: Repo) -> None:
    moved(repo, "abcd", "ab")
    record = (repo.path / LIVE).read_text(encoding="utf-8")
    head, tail = record.split("partners:\n", 1)
    kept_rows = [row for row in tail.partition("requests:")[0].splitlines(keepends=True) if "Fabrikam" in row]
    assert kept_rows
    repo.write(LIVE, head + "partners:\n" + "".join(kept_rows) + "requests:" + tail.partition("requests:")[2])
    repo.write(OFFER, offer_document(NAME, state("a")))
    assert "keep" not in read(repo, "text")
    assert "1 draft not to be filed any more" in read(repo, "text")


FIRST, SECOND, THIRD = (f"{digit * 8}-1b2c-4d3e-8f40-5a6b7c8d9e0f" for digit in "1fe")


def selected(*partners: tuple[str, str, str]) -> str:
    """An offer with these partners: tenant, name, country."""
    entries = "".join(
        f"    - {{name: {name}, tenant_id: {tenant}, country: {country}}}\n"
        for tenant, name, country in partners
    )
    none = offer_document(NAME, state("none")).replace("resellers: none", "resellers: selected")
    return none.replace("  marketing_materials_url", f"  partners:\n{entries}  marketing_materials_url")


def as_read(repo: Repo, shape: str) -> str:
    """What is read of a second offer with the same partners, too, so that there is a matrix."""
    declared = (repo.path / OFFER).read_text(encoding="utf-8")
    repo.write("offers/contoso-desk.yaml", declared.replace(NAME, "contoso-desk"))
    repo.write("offers/live/contoso-desk.yaml", live_document("contoso-desk", state("none")))
    return read(repo, shape)


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
@pytest.mark.parametrize(
    ("partners", "labels"),
    [
        (((FIRST, "Fabrikam", "DE"), (SECOND, "Fabrikam", "US")), ("Fabrikam (DE)", "Fabrikam (US)")),
        (((FIRST, "Fabrikam", "DE"), (SECOND, "FABRIKAM", "US")), ("Fabrikam (DE)", "FABRIKAM (US)")),
        (((FIRST, "Fabrikam", "DE"), (SECOND, "Fabrikam", "DE")), ("(DE, 11111111)", "(DE, ffffffff)")),
        (((FIRST, "Fabrikam", "DE"), (SECOND, "Fabrikam (DE)", "DE"), (THIRD, "Fabrikam", "US")),
         ("Fabrikam (DE, 11111111)", "Fabrikam (DE)", "Fabrikam (US)")),
        (((FIRST, "F" * 90, "DE"), (SECOND, "F" * 91, "US")), ("F… (DE)", "F… (US)")),
        (((FIRST, "Fabrikam", "DE"), (SECOND, "Northwind", "US")), ("Fabrikam", "Northwind")),
    ],
)  # fmt: skip
def test_partners_of_one_name_are_told_apart(
    repo: Repo, shape: str, partners: tuple[tuple[str, str, str], ...], labels: tuple[str, ...]
) -> None:
    repo.write(OFFER, selected(*partners))
    repo.write(LIVE, live_document(NAME, state("none")))
    shown = as_read(repo, shape).replace("`", "")
    for label in labels:
        assert shown.count(label) >= (1 if shape in CHATS else 2), "in the matrix, and of who may sell it"
    if labels == ("Fabrikam", "Northwind") and shape not in CHATS:
        assert "(DE" not in shown


def test_a_partner_of_a_name_that_another_has_is_named_with_its_country_in_the_headline(repo: Repo) -> None:
    others = (FIRST, "Fabrikam", "DE"), (SECOND, "Fabrikam", "US")
    repo.write(OFFER, selected(*others))
    live = live_document(NAME, state("nobody"))
    repo.write(LIVE, live.replace("tenants: []", f"tenants:\n  - {FIRST}"))
    for shape in FORMATS:
        assert f"Fabrikam (US) gains {NAME}" in read(repo, shape).replace("`", "").replace("  ", " ")


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_the_headline_names_who_loses_by_a_form_that_is_drafted_already(repo: Repo, shape: str) -> None:
    request = moved(repo, "abc", "ab")
    words = f"loses {NAME}; 1 form to fill in by hand."
    assert words in read(repo, shape).replace("`", "").replace(" ; ", "; ")
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    before, waits, _ = read(repo, shape).partition("1 request waits for Microsoft's answer")
    assert waits
    assert "loses" not in before


def test_a_page_does_not_count_the_partners_of_a_draft_among_those_who_may_sell(repo: Repo) -> None:
    coverage = "how many partners may sell, before → after"
    repo.write(OFFER, offer_document(NAME, state("abc", published=False)))
    repo.commit()
    repo.write(OFFER, offer_document(NAME, state("ab", published=False)))
    assert coverage not in run(repo, "plan", "--base", "HEAD", "--format", "html").output
    repo.write(OFFER, offer_document(NAME, state("ab")))
    shown = run(repo, "plan", "--base", "HEAD", "--format", "html").output
    assert coverage in shown
    assert "0 → 2" in shown
    assert "3 → 2" not in shown
