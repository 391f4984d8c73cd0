"""The fingerprint stands for what a reviewer agrees to: wording may change, meaning may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import changed, csp_config

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
AFTER = offer_document(NAME, state("abce"))
TENANTS = [line for line in AFTER.splitlines(keepends=True) if "tenant_id" in line]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    before = {
        "csp-config.yaml": SETTINGS,
        "offers/resales/fresh.yaml": resales_document("fresh", "2026-11-20", {NAME: frozenset("a")}),
        OFFER: offer_document(NAME, state("abcd")),
    }
    return changed(tmp_path / "repo", before, {OFFER: AFTER})


def fingerprint(repo: Repo, *options: str) -> str:
    data = csp_config(repo.path, "plan", "--format", "json", *options).data
    value: str = data["fingerprint"]
    return value


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            OFFER,
            "# reviewed\n"
            + AFTER.replace(": Contoso", ":   'Contoso").replace(NAME + "\ntype", NAME + "'\ntype"),
        ),
        (OFFER, AFTER.replace("".join(TENANTS), "".join(reversed(TENANTS)))),
        (OFFER, AFTER.replace("Fabrikam Cloud", "Fabrikam Cloud GmbH")),
        (OFFER, AFTER.replace("contoso.example/docs", "contoso.example/handbook")),
        ("offers/resales/fresh.yaml", resales_document("later", "2026-11-21", {NAME: frozenset("ab")})),
        ("csp-config.yaml", SETTINGS.replace("Ana Lima", "Ana Maria Lima")),
        ("offers/list.yaml", "kind: PartnerList\nid: emea\nname: EMEA\npartners: []\n"),
    ],
    ids=["quotes", "order", "partner-name", "documentation", "resales", "contact", "unused-list"],
)
def test_what_does_not_change_the_plan_keeps_the_fingerprint(repo: Repo, path: str, text: str) -> None:
    before = fingerprint(repo)
    repo.write(path, text)
    assert fingerprint(repo) == before


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (OFFER, offer_document(NAME, state("abcef"))),
        (OFFER, offer_document(NAME, state("abcde"))),
        (OFFER, offer_document(NAME, state("any"))),
        ("offers/resales/fresh.yaml", resales_document("fresh", "2026-11-20", {NAME: frozenset("d")})),
        ("csp-config.yaml", SETTINGS.replace("publisher: contoso", "publisher: fabrikam")),
        (f"offers/live/{NAME}.yaml", live_document(NAME, state("abd"))),
        ("offers/new.yaml", offer_document("contoso-new", state("none"))),
    ],
    ids=["more", "no-removal", "option", "refused", "publisher", "live", "another-offer"],
)
def test_what_changes_the_plan_changes_the_fingerprint(repo: Repo, path: str, text: str) -> None:
    before = fingerprint(repo)
    repo.write(path, text)
    assert fingerprint(repo) != before


def test_a_commit_has_the_fingerprint_of_the_working_tree_it_came_from(repo: Repo) -> None:
    before = fingerprint(repo)
    repo.run("add", "--all")
    assert fingerprint(repo, "--staged") == before
    repo.commit()
    assert fingerprint(repo) == before
    assert fingerprint(repo, "--at", "HEAD", "--base", "HEAD^") == before


def test_the_day_does_not_count(repo: Repo) -> None:
    later = csp_config(repo.path, "plan", "--format", "json", environment={"SOURCE_DATE_EPOCH": "1795514400"})
    assert later.data["fingerprint"] == fingerprint(repo)
