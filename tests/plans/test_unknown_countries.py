"""A tenant whose country nobody has written down: unknown in every part of a plan, never an empty text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import (
    SETTINGS,
    live_document,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import csp_config
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
STRANGER = tenant("h")
"""A tenant that only the live record names, without a country."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An offer whose record holds a partner and the stranger; only the partner is declared."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(f"offers/{NAME}.yaml", offer_document(NAME, state("a")))
    made.write("offers/resales.yaml", resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    named = f"partners:\n  - {{tenant_id: {STRANGER}, name: Unknown Co}}\n"
    record = live_document(NAME, state("a")).replace("tenants:\n", named)
    made.write(
        f"offers/live/{NAME}.yaml", record.replace(f"  - {tenant('a')}", f"  - {{tenant_id: {tenant('a')}}}")
    )
    made.commit()
    return made


def countries(found: list[dict[str, Any]]) -> dict[str, str | None]:
    return {one["tenant_id"]: one["country"] for one in found}


def test_an_action_and_the_plan_say_the_same_of_every_partner(repo: Repo) -> None:
    repo.write(f"offers/{NAME}.yaml", offer_document(NAME, state("ab")))
    plan = csp_config(repo.path, "plan", "--format", "json").data
    partners = {one["tenant_id"]: one for one in plan["partners"]}
    assert countries(plan["partners"]) == {STRANGER: None, tenant("a"): "DE", tenant("b"): "FR"}
    told = [one for action in plan["actions"] for one in (*action["add"], *action["remove"])]
    assert {one["tenant_id"] for one in told} == {STRANGER, tenant("b")}
    for one in told:
        del one["lists"]
        assert one == partners[one["tenant_id"]]


def test_the_site_says_of_a_country_that_it_is_not_known(repo: Repo) -> None:
    assert csp_config(repo.path, "site", "--output", "out").code == 0
    page = json.loads((repo.path / f"out/v1/partners/{STRANGER}.json").read_text())
    assert (page["name"], page["country"], page["region"]) == ("Unknown Co", None, None)


@pytest.mark.parametrize("country", ["", ", country: FR"])
def test_what_if_such_a_partner_came_is_answered(country: str, repo: Repo) -> None:
    text = (repo.path / f"offers/live/{NAME}.yaml").read_text()
    text = text.replace("name: Unknown Co", f"name: Unknown Co{country}")
    repo.write("offers/live/desk.yaml", text.replace(f"offer: {NAME}", "offer: contoso-desk"))
    repo.write("offers/desk.yaml", offer_document("contoso-desk", state("a")))
    repo.write(f"offers/live/{NAME}.yaml", live_document(NAME, state("none")))
    repo.write(f"offers/{NAME}.yaml", offer_document(NAME, state("none")))
    repo.commit()
    ran = csp_config(repo.path, "plan", "--if", f"{NAME}+{STRANGER}", "--format", "json")
    assert {one["how"] for one in ran.data["question"]["answers"]} == {"at-once"}
    assert STRANGER in [one["tenant_id"] for action in ran.data["actions"] for one in action["add"]]
