"""What the program says of an offer, and where it differs from every outcome that the text allows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.acceptance.offers import LETTERS, State

if TYPE_CHECKING:
    from tests.acceptance.oracle import Outcome, Step


@dataclass(slots=True)
class Said:
    """The program's actions for one offer, in order, and the codes and severities that name it."""

    actions: list[dict[str, Any]] = field(default_factory=list)
    codes: set[tuple[str, str]] = field(default_factory=set)
    not_planned: bool = False


def by_offer(plan: dict[str, Any]) -> defaultdict[str, Said]:
    """Offer -> what a plan (or a report) says of it."""
    found: defaultdict[str, Said] = defaultdict(Said)
    for action in plan.get("actions", ()):
        found[action["offer"]].actions.append(action)
    for diagnostic in plan["diagnostics"]:
        found[diagnostic["offer"]].codes.add((diagnostic["code"], diagnostic["severity"]))
    for offer in plan.get("not_planned", ()):
        found[offer].not_planned = True
    return found


def differences(outcome: Outcome, said: Said) -> list[str]:
    """In words; empty where they agree."""
    found = code_differences(outcome, said.codes)
    if outcome.not_planned not in (None, said.not_planned):
        found.append(f"not planned: {said.not_planned}")
    if outcome.stopped:
        return found + [f"not blocked: {name}" for name in asking(said.actions)]
    if len(outcome.steps) != len(said.actions):
        kinds = [step.kind for step in outcome.steps]
        return [*found, f"{[action['kind'] for action in said.actions]} instead of {kinds}"]
    actions = sorted(said.actions, key=among_requests)
    for step, action in zip(outcome.steps, actions, strict=True):
        found += step_differences(step, action)
    return found


def asking(actions: list[dict[str, Any]]) -> list[str]:
    """The support requests that would be drafted."""
    requests = [action for action in actions if action["kind"] == "support-request"]
    return [one["id"] for one in requests if one["status"] == "needed" and not one["blocked_by"]]


def among_requests(action: dict[str, Any]) -> tuple[bool, list[str]]:
    """Leaves all in place but the support requests, which are put in the order of whom they remove."""
    if action["kind"] != "support-request":
        return False, []
    return True, sorted(letters(action["remove"]))


def code_differences(outcome: Outcome, codes: set[tuple[str, str]]) -> list[str]:
    """Codes that are missing, and those that nothing asks for."""
    extra = {(code, severity) for code, severity in codes - outcome.codes if code not in outcome.perhaps}
    return [f"missing {code} {severity}" for code, severity in sorted(outcome.codes - codes)] + [
        f"unexpected {code} {severity}" for code, severity in sorted(extra)
    ]


def step_differences(step: Step, action: dict[str, Any]) -> list[str]:
    """Field by field; a field that is None in the step is not compared."""
    wanted = {
        "kind": step.kind,
        "how": step.how,
        "status": step.status,
        "cause": step.cause,
        "blocked_by": step.blocked_by,
        "add": step.add,
        "remove": step.remove,
        "after": step.after,
    }
    got = {
        **action,
        "blocked_by": frozenset(action["blocked_by"]),
        "add": letters(action["add"]),
        "remove": letters(action["remove"]),
        "after": state_of(action["after"]),
    }
    found = [
        f"{step.kind}: {name} is {shown(got[name])}, not {shown(value)}"
        for name, value in wanted.items()
        if value is not None and got[name] != value
    ]
    if step.cites is not None and step.cites not in action["cites"]:
        found.append(f"{step.kind}: cites {action['cites']} without {step.cites}")
    return found


def letters(partners: list[dict[str, Any]]) -> frozenset[str]:
    """The letters of an action's partners."""
    return frozenset(LETTERS[partner["tenant_id"]] for partner in partners)


def state_of(data: dict[str, Any]) -> State:
    """A state in a plan."""
    tenants = frozenset(LETTERS[tenant] for tenant in data["tenants"])
    return State(data["resellers"], tenants, data["published"])


def shown(value: object) -> str:
    """A value for people."""
    return "".join(sorted(map(str, value))) or "nothing" if isinstance(value, frozenset) else str(value)
