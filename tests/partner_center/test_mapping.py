"""Partner Center's words as values, and back."""

from __future__ import annotations

from typing import Any

import pytest

from csp_config.model import Audience
from csp_config.targets.partner_center.mapping import (
    UnknownWordError,
    audience,
    differences,
    older_audience,
    published_at,
    reseller_of,
    with_audience,
)
from tests.partner_center.workspace import ADATUM, FABRIKAM

SCHEMA = "https://product-ingestion.azureedge.net/schema/reseller/2022-03-01-preview2"


def reseller(state: Any, audiences: Any = ()) -> dict[str, Any]:
    found = list(audiences) if isinstance(audiences, tuple) else audiences
    name = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
    return {
        "$schema": SCHEMA,
        "id": f"reseller/{name}",
        "product": f"product/{name}",
        "resellerChannelState": state,
        "audiences": found,
        "validations": [{"code": "x", "level": "warning"}],
    }


def tenant(id_: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tenant", "id": id_, **more}


@pytest.mark.parametrize(
    ("state", "entries", "expected"),
    [
        ("all", (), Audience(resellers="any")),
        ("all", (tenant(FABRIKAM),), Audience(resellers="any")),
        ("none", (), Audience(resellers="none")),
        ("some", (), Audience(resellers="selected")),
        (
            "some",
            (tenant(FABRIKAM), tenant(FABRIKAM.upper(), label="Fabrikam")),
            Audience(resellers="selected", tenants=frozenset({FABRIKAM})),
        ),
    ],
)
def test_the_states_that_are_understood(state: str, entries: Any, expected: Audience) -> None:
    assert audience(reseller(state, entries)) == expected


@pytest.mark.parametrize(
    ("state", "entries"),
    [
        ("notSet", ()),
        ("terminated", ()),
        ("ALL", ()),
        (None, ()),
        (["all"], ()),
        ("some", None),
        ("some", "everybody"),
        ("some", ("1",)),
        ("some", (tenant("not-a-guid"),)),
        ("some", (tenant(None),)),
        ("some", (tenant("00000000-0000-0000-0000-000000000000"),)),
        ("some", ({"type": "subscription", "id": FABRIKAM},)),
        ("some", ({"id": FABRIKAM},)),
    ],
)
def test_whatever_else_is_unknown_and_never_guessed(state: Any, entries: Any) -> None:
    with pytest.raises(UnknownWordError):
        audience(reseller(state, entries))


@pytest.mark.parametrize("trees", [(), (reseller("all"), reseller("none"))])
def test_a_tree_has_to_have_one_reseller_resource(trees: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(UnknownWordError):
        reseller_of(trees)


def test_what_is_written_keeps_the_schema_and_the_entries_that_were_read() -> None:
    read = reseller("some", (tenant(FABRIKAM.upper(), label="kept", extra=1),))
    wanted = Audience(resellers="selected", tenants=frozenset({FABRIKAM, ADATUM}))
    written = with_audience(read, wanted, {ADATUM: "Adatum"}, send_id=True)
    assert (written["$schema"], written["id"], "validations" in written) == (SCHEMA, read["id"], False)
    assert written["audiences"] == [
        tenant(FABRIKAM.upper(), label="kept", extra=1),
        tenant(ADATUM, label="Adatum"),
    ]
    assert audience(written) == wanted


def test_the_id_can_be_left_out() -> None:
    assert "id" not in with_audience(reseller("none"), Audience(resellers="any"), {}, send_id=False)


def test_any_and_none_are_written_without_entries() -> None:
    read = reseller("some", (tenant(FABRIKAM),))
    assert with_audience(read, Audience(resellers="none"), {}, send_id=True)["audiences"] == []


@pytest.mark.parametrize(
    ("state", "tenants", "expected"),
    [
        ("Enabled", [], Audience(resellers="any")),
        ("Disabled", [], Audience(resellers="none")),
        ("PartialOptIn", [FABRIKAM], Audience(resellers="selected", tenants=frozenset({FABRIKAM}))),
    ],
)
def test_the_older_api_has_three_states(state: str, tenants: list[str], expected: Audience) -> None:
    assert older_audience({"resellerChannelState": state, "tenantIds": tenants}) == expected


@pytest.mark.parametrize("state", ["OptOut", "Optin", "enabled", None])
def test_other_states_of_the_older_api_are_unknown(state: Any) -> None:
    with pytest.raises(UnknownWordError):
        older_audience({"resellerChannelState": state, "tenantIds": []})


def test_order_submissions_our_resource_and_signatures_are_no_difference() -> None:
    asset = {
        "$schema": "https://x/schema/listing-asset/1",
        "id": "listing-asset/1",
        "url": "https://y/a?sig=1",
    }
    plan = {"$schema": "https://x/schema/plan/1", "id": "plan/1/2", "alias": "gold"}
    other = [{**asset, "url": "https://y/a?sig=2"}, reseller("none")]
    submission = {"$schema": "https://x/schema/submission/1", "id": "submission/1/2"}
    assert differences([asset, plan, reseller("all"), submission], [plan, *other]) == ()
    assert differences([asset, plan], [{**plan, "alias": "silver"}, asset]) == ("plan",)
    assert differences([asset, plan], [asset]) == ("plan",)


def test_a_live_tree_tells_when_it_was_published() -> None:
    made = [
        {"$schema": "https://x/schema/submission/1", "id": f"submission/1/{n}", "created": time}
        for n, time in enumerate(["2026-11-20T09:00:00.1234567Z", "2026-11-21T09:00:00Z", "soon"])
    ]
    assert published_at(made) == "2026-11-21T09:00:00Z"
    assert published_at([reseller("all")]) is None
