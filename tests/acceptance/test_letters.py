"""The letters of a runbook: everybody who gains or loses by name has one, with all contacts of the offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import (
    SETTINGS,
    State,
    live_document,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import csp_config
from tests.acceptance.test_ledger import LIVE, NAME, OFFER, RESALES, run
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

SUPPORT = "url: https://contoso.example/support"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A project with a draft for two partners; nobody is known to have resold anything."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    made.write(OFFER, offer_document(NAME, state("ab", published=False)))
    made.commit()
    return made


def letters(repo: Repo) -> dict[str, str]:
    """Apply, and read the letters: tenant -> text."""
    run(repo, "apply", "--yes", "--base", "HEAD", code=4)
    paths = (repo.path / "runbook").glob("letters/*.txt")
    return {path.stem[-36:]: path.read_text(encoding="utf-8") for path in paths}


def test_everybody_for_whom_an_offer_goes_live_has_a_letter(repo: Repo) -> None:
    repo.write(OFFER, offer_document(NAME, state("ab")))
    found = letters(repo)
    assert found.keys() == {tenant("a"), tenant("b")}
    assert all("you may resell" in text and f"(offer ID {NAME})" in text for text in found.values())
    assert "Adatum" not in found[tenant("a")]
    assert found[tenant("a")].startswith("To: Fabrikam Cloud")
    index = (repo.path / "runbook/index.md").read_text(encoding="utf-8")
    assert all(f"{one}.txt" in index for one in found)


def test_a_draft_that_changes_and_goes_live_writes_to_those_it_goes_live_for(repo: Repo) -> None:
    repo.write(OFFER, offer_document(NAME, state("bc")))
    found = letters(repo)
    assert found.keys() == {tenant("b"), tenant("c")}
    assert all(text.count(f"(offer ID {NAME})") == 1 for text in found.values())


@pytest.mark.parametrize(
    ("settings", "subject", "signature"),
    [
        ("publisher: contoso\n", "What you may resell of contoso", "contoso"),
        ("guards: {max_removals: 100}\n", "What you may resell", "[your company]"),
        (
            "contact: {name: Ana Lima, email: csp@contoso.example}\n",
            "What you may resell",
            "Ana Lima, csp@contoso.example",
        ),
    ],
)
def test_a_letter_is_of_the_publisher_and_signed_by_the_contact_as_far_as_they_are_known(
    repo: Repo, settings: str, subject: str, signature: str
) -> None:
    repo.write("csp-config.yaml", settings)
    repo.commit()
    repo.write(OFFER, offer_document(NAME, state("ab")))
    text = letters(repo)[tenant("a")]
    assert text.splitlines()[1] == f"Subject: {subject}"
    assert text.endswith(f"\nKind regards,\n{signature}\n")


@pytest.mark.parametrize("after", [state("any"), state("none"), state("abc", published=False)])
def test_nobody_has_a_letter_where_nobody_gains_by_name(repo: Repo, after: State) -> None:
    repo.write(OFFER, offer_document(NAME, after))
    assert letters(repo) == {}


def test_a_draft_that_may_not_go_live_writes_to_nobody(repo: Repo) -> None:
    repo.write(OFFER, offer_document(NAME, state("nobody")))
    assert csp_config(repo.path, "apply", "--yes", "--base", "HEAD").code == 1
    assert not (repo.path / "runbook").exists()


@pytest.mark.parametrize(
    ("support", "words"),
    [
        ("email: help@contoso.example", "help@contoso.example"),
        ('phone: "+47 22 00 00 00"', "+47 22 00 00 00"),
        (
            'phone: "+47 22 00 00 00"\n    email: help@contoso.example',
            "help@contoso.example, +47 22 00 00 00",
        ),
        (
            f"{SUPPORT}\n    email: help@contoso.example",
            "https://contoso.example/support, help@contoso.example",
        ),
    ],
)
def test_a_letter_and_the_runbook_give_every_support_contact(repo: Repo, support: str, words: str) -> None:
    repo.write(LIVE, live_document(NAME, state("none")))
    repo.write(OFFER, offer_document(NAME, state("a")))
    repo.commit()
    repo.write(OFFER, offer_document(NAME, state("ab")).replace(SUPPORT, support))
    text = letters(repo)[tenant("b")]
    assert f"  Support: {words}\n" in text
    index = (repo.path / "runbook/index.md").read_text(encoding="utf-8")
    assert f"support contact ({words})" in index.replace("\\", "")
