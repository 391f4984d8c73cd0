"""record baseline: record that Partner Center holds what is declared, as a person has checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.missing import missing
from csp_config.commands.record_changes import with_state
from csp_config.commands.records import Ledger, known_record, newest_known, require_readable_record
from csp_config.errors import RefusedError
from csp_config.render.headline import state_words
from csp_config.text.phrases import counted, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model import State
    from csp_config.model.records import LiveAudience

HAS_ERRORS = "its documents have errors"
_LONGEST = 120  # characters of a partner, with its tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The offers that a baseline recorded, each with a sentence, and the skipped ones with the reasons.

    `taken_off`: whether partners who might sell a published offer, as recorded, may not any more.
    """

    recorded: Mapping[str, str]
    skipped: tuple[tuple[str, str], ...]
    taken_off: bool


def baseline(workspace: Workspace, names: Sequence[str], now: datetime, note: str | None = None) -> Baseline:
    """Record that Partner Center holds what is declared, as a person confirms; no comparison is made.

    Without names: every offer whose live record is missing or not observed. With names, also over a record of
    another state. Never while a request is open.
    """
    for name in names:
        if name not in workspace.candidate.offers:
            raise missing(workspace.candidate, name, otherwise="csp-config plan lists them")
        require_readable_record(workspace.candidate, name)
    plan = review.plan(workspace, now.date(), texts=False).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    recorded, skipped = [], []
    for name in names or sorted({*workspace.candidate.offers, *plan.not_planned}):
        obstacle = HAS_ERRORS if name in plan.not_planned else _obstacle(workspace, name, named=bool(names))
        if obstacle is None:
            recorded.append(name)
        else:
            skipped.append((name, obstacle))
    if names and skipped:
        name, obstacle = skipped[0]
        remedy = (
            "csp-config validate shows them"
            if obstacle is HAS_ERRORS
            else "record the answer to the request first"
        )
        raise RefusedError(f"{name}: {obstacle}", help=remedy)
    ledger = Ledger(workspace)
    confirmed = []
    for name in recorded:
        state = workspace.candidate.declared(name)
        assert state is not None  # noqa: S101 - the plan has it
        before = known_record(workspace, name, now, state)
        after = with_state(before, state, now, "manual", note)
        confirmed.append((ledger.with_names(before), ledger.with_names(after)))
    ledger.write(after for _, after in confirmed)
    return Baseline(
        recorded={after.offer: _detail(before, after) for before, after in confirmed},
        skipped=tuple(skipped),
        taken_off=any(_is_narrowed(before.state, after.state) for before, after in confirmed),
    )


def _detail(before: LiveAudience, after: LiveAudience) -> str:
    """`as declared`, and what the record said otherwise: its state, and whom it takes off and puts on."""
    words = ["as declared" + ("" if after.state.published else ", draft")]
    old, new = before.state, after.state
    if (old.published, old.resellers) != (new.published, new.resellers):
        words.append(f"the record said {state_words(old)}, and says {state_words(new)} now")
    names = {one.tenant_id: one.name for one in (*before.names, *after.names)}
    for verb, where, tenants in (
        ("takes", "off", _taken_off(old, new)),
        ("puts", "on", _taken_off(new, old)),
    ):
        if tenants:
            who = [f"{shortened(names.get(one) or '(name not known)')} ({one})" for one in sorted(tenants)]
            number = counted(len(who), "partner")
            words.append(f"{verb} {number} {where} the record: {listed(who, longest=_LONGEST)}")
    return "; ".join(words)


def _is_narrowed(old: State, new: State) -> bool:
    closed = old.resellers == "any" != new.resellers
    return old.published and (closed or bool(_taken_off(old, new)))


def _taken_off(old: State, new: State) -> frozenset[str]:
    """The partners whom one state names and another does not, though not every partner may sell in it."""
    return frozenset() if new.resellers == "any" else old.tenants - new.tenants


def _obstacle(workspace: Workspace, name: str, *, named: bool) -> str | None:
    """Why an offer gets no baseline; None if it gets one."""
    declared, record = workspace.candidate.declared(name), newest_known(workspace, name)
    if record is None:
        return None
    if any(request.open for request in record.requests):
        return "it has an open request"
    if record.state == declared:
        return None if named or not record.observed else "its live record says so already"
    return None if named else "its live record says something else; name it to record over it"
