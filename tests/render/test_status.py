"""What waits, as people and programs read it."""

from __future__ import annotations

import json

from csp_config.model.work import Status, Waiting
from csp_config.render import OutputOptions
from csp_config.render.status import STATUS_RENDERERS
from tests.render.values import FABRIKAM, NORTHWIND

FILED = Waiting(
    offer="contoso-insights",
    id="contoso-insights-3f9a2c41",
    what="selected -> selected",
    waits_on="microsoft",
    state="filed",
    since="2026-11-20T11:00:00Z",
    age_days=3,
    ticket="2611200030001234",
    remove=(FABRIKAM, NORTHWIND),
    next="when it is answered: csp-config record granted contoso-insights-3f9a2c41",
)
MOVED = Waiting(
    offer="contoso-ledger",
    id="contoso-ledger-3f9a2c41",
    what="any -> selected",
    waits_on="person",
    state="drafted",
    since="2026-11-23T11:00:00Z",
    age_days=0,
    next="file it",
)
STEP = Waiting(
    offer="contoso-desk",
    id="contoso-desk/sync-audience-1a2b3c4d",
    what="sync-audience",
    waits_on="person",
    state="not recorded",
    next="carry it out",
)


def test_text_says_what_each_waits_for_and_what_to_do_next_worst_first() -> None:
    refused = FILED._replace(id="contoso-insights-5e6f7a8b", state="refused", waits_on="person")
    assert (
        STATUS_RENDERERS["text"](Status(waiting=(STEP, FILED, MOVED, refused)), OutputOptions())
        == """\
! contoso-insights: request to remove 2 partners, refused 3 days ago (ticket 2611200030001234)
    contoso-insights-5e6f7a8b
    = next: when it is answered: csp-config record granted contoso-insights-3f9a2c41
+ contoso-desk: sync-audience, not recorded
    contoso-desk/sync-audience-1a2b3c4d
    = next: carry it out
+ contoso-ledger: request to move any -> selected, drafted today
    contoso-ledger-3f9a2c41
    = next: file it
~ contoso-insights: request to remove 2 partners, filed 3 days ago (ticket 2611200030001234)
    contoso-insights-3f9a2c41
    = next: when it is answered: csp-config record granted contoso-insights-3f9a2c41
3 waiting on a person, 1 on Microsoft
"""
    )


def test_signs_are_coloured_where_colour_is_wanted() -> None:
    shown = STATUS_RENDERERS["text"](Status(waiting=(STEP, FILED)), OutputOptions(color=True))
    assert shown.startswith("\x1b[1;32m+\x1b[0m contoso-desk")
    assert "\x1b[1;33m~\x1b[0m contoso-insights" in shown


def test_quiet_text_has_one_line_each() -> None:
    shown = STATUS_RENDERERS["text"](Status(waiting=(STEP, FILED)), OutputOptions(quiet=True))
    assert len(shown.splitlines()) == 3


def test_markdown_has_one_row_each() -> None:
    shown = STATUS_RENDERERS["markdown"](Status(waiting=(STEP, FILED)), OutputOptions())
    assert "request to remove 2 partners | filed 3 days ago (ticket 2611200030001234) |" in shown
    assert shown.startswith("1 waiting on a person, 1 on Microsoft\n")


def test_json_says_the_same_in_fields() -> None:
    [one] = json.loads(STATUS_RENDERERS["json"](Status(waiting=(FILED,)), OutputOptions()))["waiting"]
    assert (one["what"], one["remove"], one["age_days"]) == ("selected -> selected", [FABRIKAM, NORTHWIND], 3)


def test_nothing_waiting_is_said_in_one_line() -> None:
    nothing = "nothing is waiting: every request is answered and every step is recorded\n"
    assert (
        STATUS_RENDERERS["text"](Status(waiting=()), OutputOptions())
        == STATUS_RENDERERS["markdown"](Status(waiting=()), OutputOptions())
        == nothing
    )
