"""What apply says that it did."""

from __future__ import annotations

from pathlib import Path

from csp_config.model.work import Outcome
from csp_config.render import OutputOptions
from csp_config.render.outcomes import manual_apply_text
from tests.render.values import add_and_remove, report

HANDED = Outcome(offer="contoso-desk", action="contoso-desk/opt-in-1", result="handed-out", detail="in it")
WAITING = Outcome(offer="contoso-desk", action="contoso-desk/b-2", result="waiting", detail="open already")
LEFT = Outcome(offer="contoso-desk", action="contoso-desk/c-3", result="left-out", detail="left out")


def said(*done: Outcome, quiet: bool = False) -> list[str]:
    return manual_apply_text(
        done, Path("runbook"), report(plan=add_and_remove()), OutputOptions(quiet=quiet)
    ).splitlines()


def test_steps_by_hand_are_counted_apart_from_what_waits() -> None:
    lines = said(HANDED, HANDED, WAITING, LEFT)
    assert lines[-2] == "2 steps to be done by hand, 1 waiting to be filed or answered: runbook/index.html"
    assert said(HANDED)[-2] == "1 step to be done by hand: runbook/index.html"


def test_each_action_is_said_unless_quiet() -> None:
    assert "  contoso-desk/b-2: open already" in said(HANDED, WAITING)
    assert len(said(HANDED, WAITING, quiet=True)) == 3


def test_nothing_to_do_is_said() -> None:
    assert said() == ["nothing to do: Partner Center holds what is declared, as far as is known"]
