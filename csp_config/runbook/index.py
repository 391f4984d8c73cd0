"""index.md of the runbook: every step as a checklist, and the commands that record it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from csp_config.programme import OPTIONS
from csp_config.runbook.audience_page import MOST_STEPS, named
from csp_config.runbook.steps import commands, steps
from csp_config.runbook.wording import MARKDOWN, code_block, counted
from csp_config.text import code_span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Action, PartnerRef, Plan
    from csp_config.runbook.known import Known

MARKER = "<!-- csp-config:runbook -->"


def index(plan: Plan, known: Known, unmerged: str | None = None) -> str:
    """The Markdown of index.md; it begins with the branch that the plan is of, if that is not merged."""
    out = [action for action in plan.actions if action.blocked_by]
    waiting = [action for action in plan.actions if action.status == "waiting" and not action.blocked_by]
    to_do = [action for action in plan.actions if action.status == "needed" and not action.blocked_by]
    warning = [f"**This is of {code_span(unmerged)}, which is not merged.**", ""] if unmerged else []
    lines = [MARKER, *warning, "# What to do in Partner Center", "", *_totals(plan, to_do, waiting, out)]
    for offer, actions in groupby(to_do, key=lambda action: action.offer):
        lines += ["", f"## {_heading(offer, known)}"]
        for action in sorted(
            actions, key=lambda action: action.how == "support"
        ):  # additions take effect now
            lines += _checklist(action, known)
    lines += _section("What waits", waiting, known)
    lines += _section("What was left out", out, known)
    if plan.not_planned:
        lines += ["", "## What was not planned", "", "Their own documents have errors:", ""]
        lines += [f"- {code_span(offer)}" for offer in plan.not_planned]
    lines += _afterwards([*to_do, *waiting], known)
    return "\n".join(lines) + "\n"


def _totals(
    plan: Plan, to_do: Sequence[Action], waiting: Sequence[Action], out: Sequence[Action]
) -> Iterator[str]:
    own = [action for action in to_do if action.how == "self-service"]
    support = [action for action in to_do if action.how == "support"]
    added = sum(len(action.add) for action in to_do)
    removed = sum(len(action.remove) for action in to_do)
    offers = counted(len({action.offer for action in to_do}), "offer")
    yield f"- {offers} to work on: {counted(added, 'partner')} to add, {removed:,} to remove"
    yield f"- {counted(len(own), 'action')} that you do yourself"
    yield f"- {counted(len(support), 'action')} through Microsoft support"
    yield f"- {counted(len(waiting), 'action')} waiting for an answer or to be filed"
    yield f"- {counted(len(out), 'action')} left out"
    yield ""
    yield f"Plan: {code_span(plan.fingerprint)}"
    yield ""
    yield (
        "Tick what is done. Each `csp-config apply` makes this folder anew, without the ticks: what counts "
        "are the `record` commands, which stand with the steps and once more at the end."
    )
    if any(action.kind == "support-request" for action in (*to_do, *waiting)):
        yield ""
        yield (
            "Until a support request is granted, nothing changes for the partners that it removes: they can "
            "still sell."
        )


def _heading(offer_id: str, known: Known) -> str:
    name = known.name(offer_id)
    return f"{code_span(offer_id)}: {code_span(name)}" if name else code_span(offer_id)


def _checklist(action: Action, known: Known) -> Iterator[str]:
    yield ""
    yield f"### {code_span(action.id)}"
    yield ""
    yield _about(action)
    yield ""
    yield from (f"- [ ] {step}" for step in steps(action, known, MARKDOWN))
    for heading, partners in _long_lists(action, known):
        yield ""
        yield f"{heading} ({len(partners):,}):"
        yield ""
        yield from (f"- [ ] {named(partner, MARKDOWN)}" for partner in partners)


def _about(action: Action) -> str:
    before, after = (OPTIONS[option] for option in action.move)
    move = f"**{after}**" if before == after else f"**{before}** to **{after}**"
    added, removed = counted(len(action.add), "partner"), counted(len(action.remove), "partner")
    changes = [f"{added} added" if action.add else "", f"{removed} removed" if action.remove else ""]
    why = "was due before this change" if action.cause == "pending" else "comes with this change"
    return f"{'; '.join(part for part in (move, *changes) if part)}. It {why}."


def _long_lists(action: Action, known: Known) -> Iterator[tuple[str, list[PartnerRef]]]:
    """The lists that are too long to be one step for each partner."""
    removed = [partner.tenant_id for partner in action.remove] if action.kind == "save-draft" else []
    declared = action.after.tenants if action.kind == "adopt" else ()
    lists = {
        "Partners to add": known.entered(action),
        "Partners to remove": known.partners(action, removed),
        "Partners declared": known.partners(action, declared),
    }
    yield from ((heading, partners) for heading, partners in lists.items() if len(partners) > MOST_STEPS)


def _section(heading: str, actions: Sequence[Action], known: Known) -> Iterator[str]:
    if not actions:
        return
    yield ""
    yield f"## {heading}"
    for action in actions:
        yield ""
        yield f"### {code_span(action.id)}"
        yield ""
        box = "" if action.blocked_by else "[ ] "
        yield from (f"- {box}{step}" for step in steps(action, known, MARKDOWN))


def _afterwards(actions: Sequence[Action], known: Known) -> Iterator[str]:
    yield ""
    yield "## Afterwards"
    yield ""
    recorded = list(_recorded(actions, known))
    if not recorded:
        yield "Nothing is to be recorded."
        return
    yield "Record each thing once it is true, not before:"
    yield ""
    yield code_block("\n".join(recorded), "sh")


def _recorded(actions: Sequence[Action], known: Known) -> Iterator[str]:
    """The commands by what has to be true. Only one of the last ones can hold, so those are commented out."""
    by_truth: dict[str, list[str]] = {truth: [] for truth in _TRUTHS}
    for action in actions:
        if action.kind == "support-request":
            filed, *answers = commands(action)
            by_truth["filed"] += [filed] if known.to_file(action) else []
            by_truth["answered"] += [f"# {answer}" for answer in answers]
        elif action.status == "needed":
            by_truth[action.kind if action.kind in _TRUTHS else "done"] += commands(action)
    for truth, found in by_truth.items():
        yield from (f"# {_TRUTHS[truth]}", *found) if found else ()


_TRUTHS = {
    "withdraw-request": "taken back, or never filed",
    "done": "done in Partner Center",
    "adopt": "found as declared",
    "filed": "sent; NUMBER is the one that Microsoft gave the request",
    "answered": "answered by Microsoft: the one that holds, without its #",
}
