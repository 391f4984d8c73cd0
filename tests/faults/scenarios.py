"""Repositories in which something is to be written, and the commands that write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.faults.tracing import run_again
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TENANTS = [f"{n}f1e2d3c-4b5a-4697-8877-665544332211" for n in range(6)]
NAMES = ["Fabrikam Cloud", "Adatum", "Northwind", "Tailspin", "Wingtip", "Proseware"]
APPLY = ("apply", "--yes")

_OFFER = """\
kind: Offer
id: {id}
name: {id}
type: saas
published: {published}
csp:
  resellers: {resellers}
"""
_MATERIALS = """\
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support:
    url: https://contoso.example/support
    documentation_url: https://contoso.example/docs
    training_url: https://contoso.example/training
    service_health_url: https://contoso.example/health
"""


class Scenario(NamedTuple):
    """A command that writes, and what it exits with when nothing goes wrong."""

    arguments: tuple[str, ...]
    code: int


def offer(name: str, resellers: str, *partners: int, published: bool = True) -> str:
    """An offer; partners by their number."""
    text = _OFFER.format(id=name, published=str(published).lower(), resellers=resellers)
    if partners:
        text += "  partners:\n"
    for number in partners:
        text += f"    - {{name: {NAMES[number]}, tenant_id: {TENANTS[number]}, country: DE}}\n"
    return text + (_MATERIALS if resellers != "none" else "")


def changed(path: Path) -> Repo:
    """A repository whose candidate takes every kind of action."""
    repo = Repo.make(path, "--template=")
    repo.write("csp-config.yaml", "guards: {max_removal_percent: 60}\n")
    repo.commit(
        board=offer("contoso-board", "none"),
        insights=offer("contoso-insights", "selected", 0, 1, 2, 3),
        query=offer("contoso-query", "any"),
        sketch=offer("contoso-sketch", "selected", 0, published=False),
    )
    repo.write("offers/board.yaml", offer("contoso-board", "selected", 0))
    repo.write("offers/insights.yaml", offer("contoso-insights", "selected", 0, 2, 3, 4))
    repo.write("offers/query.yaml", offer("contoso-query", "selected", 0, 1))
    repo.write("offers/sketch.yaml", offer("contoso-sketch", "selected", 0, 5, published=False))
    repo.write("offers/known.yaml", offer("contoso-known", "selected", 3))
    return repo


def request_of(folder: Path) -> str:
    """The request of contoso-insights, as its live record has it."""
    record = (folder / "offers/live/contoso-insights.yaml").read_text()
    found = re.search(r"id: (contoso-insights-[0-9a-f]{8})", record)
    assert found is not None
    return found[1]


def _apply(_: Path) -> Scenario:
    return Scenario(APPLY, 4)


def _applied(folder: Path) -> None:
    assert run_again(folder, APPLY).code == 4


def _filed(folder: Path) -> str:
    _applied(folder)
    request = request_of(folder)
    assert run_again(folder, ("record", "filed", request, "--ticket", "1")).code == 0
    return request


def _apply_again(folder: Path) -> Scenario:
    """Another request is needed besides one that is open, and the runbook is there already."""
    _filed(folder)
    (folder / "offers/insights.yaml").write_text(offer("contoso-insights", "selected", 0, 2, 4))
    return Scenario(APPLY, 4)


def _done(folder: Path) -> Scenario:
    _applied(folder)
    return Scenario(("record", "done", "--all"), 0)


def _drafted(folder: Path) -> Scenario:
    _applied(folder)
    return Scenario(("record", "filed", request_of(folder), "--ticket", "2611200030001234"), 0)


def _answered(answer: str) -> Callable[[Path], Scenario]:
    return lambda folder: Scenario(("record", answer, _filed(folder), "--note", "as answered"), 0)


def _baseline(_: Path) -> Scenario:
    return Scenario(("record", "baseline"), 0)


SCENARIOS: dict[str, Callable[[Path], Scenario]] = {
    "apply": _apply,
    "apply-again": _apply_again,
    "record-done": _done,
    "record-filed": _drafted,
    "record-granted": _answered("granted"),
    "record-refused": _answered("refused"),
    "record-withdrawn": _answered("withdrawn"),
    "record-baseline": _baseline,
}
"""Name -> what prepares a changed repository for a command, and tells the command."""
