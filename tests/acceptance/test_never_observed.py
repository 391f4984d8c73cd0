"""Whether nobody has looked at an offer is said alike by plan, status, CSP316 and the site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, state
from tests.acceptance.program import csp_config
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

OFFER, RECORD = "offers/offer-x.yaml", "offers/live/offer-x.yaml"


class Said(NamedTuple):
    """Whether each of them names the offer."""

    plan: bool
    status: bool
    validate: bool
    site: bool


def said(repo: Repo) -> Said:
    actions = csp_config(repo.path, "plan", "--format", "json").data["actions"]
    diagnostics = csp_config(repo.path, "validate", "--format", "json").data["diagnostics"]
    waiting = csp_config(repo.path, "status", "--format", "json").data
    made = csp_config(repo.path, "site", "--output", "public")
    assert made.code == 0, made.said
    index = json.loads((repo.path / "public/v1/index.json").read_text())
    return Said(
        plan="adopt" in {one["kind"] for one in actions},
        status="offer-x" in waiting["never_observed"],
        validate="CSP316" in {one["code"] for one in diagnostics},
        site="offer-x" in index["never_observed"],
    )


def record(origin: str, *, published: bool) -> str:
    text = live_document("offer-x", state("ab", published=published))
    return text.replace("observed_from: manual", f"observed_from: {origin}")


@pytest.mark.parametrize("was_published", [True, False])
@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize(
    ("origin", "live", "nobody_looked"),
    [
        ("declared", True, True),
        ("declared", False, False),
        ("manual", True, False),
        ("manual", False, False),
        ("export", True, False),
    ],
)
def test_all_say_the_same_of_a_record(
    tmp_path: Path, origin: str, live: bool, nobody_looked: bool, published: bool, was_published: bool
) -> None:
    repo = Repo.make(tmp_path / "contoso")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(OFFER, offer_document("offer-x", state("ab", published=was_published)))
    repo.write(RECORD, record(origin, published=live))
    repo.commit()
    repo.write(
        OFFER, offer_document("offer-x", state("ab", published=published)).replace("name: C", "name: The C")
    )
    repo.commit()
    expected = nobody_looked and published
    assert said(repo) == Said(expected, expected, expected, expected)


def test_a_publication_that_is_handed_out_leaves_nothing_to_look_at_before_it_is_done(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "contoso")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(OFFER, offer_document("offer-x", state("ab", published=False)))
    repo.commit()
    repo.write(OFFER, offer_document("offer-x", state("ab")))
    repo.commit()
    assert csp_config(repo.path, "apply", "--yes").code == 4
    repo.run("add", "offers")
    repo.run("commit", "--quiet", "--message", "records")
    assert said(repo) == Said(plan=False, status=False, validate=False, site=False)
    assert csp_config(repo.path, "record", "done", "--all").code == 0
    repo.run("add", "offers")
    repo.run("commit", "--quiet", "--message", "done")
    assert len(set(said(repo))) == 1


@pytest.mark.parametrize("edited", [True, False])
def test_all_name_a_published_offer_without_a_record(tmp_path: Path, edited: bool) -> None:
    repo = Repo.make(tmp_path / "contoso")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(OFFER, offer_document("offer-x", state("ab")))
    repo.write("offers/offer-y.yaml", offer_document("offer-y", state("none", published=False)))
    repo.commit()
    path, text = (OFFER, state("abc")) if edited else ("offers/offer-y.yaml", state("a", published=False))
    repo.write(path, offer_document(path[7:14], text))
    repo.commit()
    assert said(repo) == Said(plan=True, status=True, validate=True, site=True)
