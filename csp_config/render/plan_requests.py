"""The support requests of a plan: their state and age, and what people and Microsoft have to do."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from csp_config.render.headline import awaits_answer, request_status, state_words
from csp_config.render.plan_values import RequestRow
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model.work import Action, Plan, PlannedRequest
    from csp_config.render.headline import Words
    from csp_config.render.plan_values import RequestKind

FEW_REQUESTS = 20  # above that they are counted by kind and age


def to_do(plan: Plan) -> Iterator[Words]:
    """`You: change 2 offers in Partner Center, file 4 forms`; `Microsoft: answer 1 request`."""
    acting = [one for one in plan.actions if not one.blocked_by]
    clicks = len({one.offer for one in acting if one.how == "self-service" and one.kind != "adopt"})
    forms = sum(1 for one in acting if request_kind(one, plan) in ("to file", "drafted"))
    back = sum(1 for one in acting if request_kind(one, plan) == "to withdraw")
    useless = sum(1 for one in acting if request_kind(one, plan) == "not to file")
    answers = sum(1 for one in acting if request_kind(one, plan) == "filed")
    own = [
        f"change {counted(clicks, 'offer')} in Partner Center" if clicks else "",
        f"file {counted(forms, 'form')} with Microsoft's support" if forms else "",
        f"have {counted(back, 'request')} withdrawn" if back else "",
        f"record {counted(useless, 'draft')} as withdrawn" if useless else "",
    ]
    if any(own):
        yield ("You: ", ", ".join(filter(None, own)))
    theirs = [
        f"answer {counted(answers, 'request')} that {'is' if answers == 1 else 'are'} filed"
        if answers
        else "",
        f"answer {counted(forms, 'form')} once filed" if forms else "",
    ]
    if any(theirs):
        yield ("Microsoft: ", ", ".join(filter(None, theirs)))


def request_rows(plan: Plan) -> list[RequestRow]:
    """Requests to be filed, waiting, still declared after a refusal, or not wanted any more; oldest first."""
    rows = []
    for one in plan.actions:
        kind = request_kind(one, plan)
        if kind is None:
            continue
        known = plan.requests.get(one.request_id or "")
        since = (known.filed_at or known.drafted_at) if known else None
        rows.append(
            RequestRow(
                id=one.request_id or one.id,
                offer=one.offer,
                about=_request_words(one, known),
                kind=kind,
                since=since and since[:10],
                days=_days(since, plan.day),
                ticket=known.ticket if known else None,
                replaces=one.replaces,
            )
        )
    return sorted(rows, key=lambda row: (_ORDER.index(row.kind), row.since or "9", row.offer, row.id))


_REFUSED: dict[str, RequestKind] = {"refused": "refused", "granted": "refused in part"}
_ORDER = ("refused", "refused in part", "filed", "drafted", "to file", "to withdraw", "not to file")


def request_kind(action: Action, plan: Plan) -> RequestKind | None:
    """The state of an action's request; None for an action without one, or one that a rule refuses."""
    if action.kind == "withdraw-request":
        return "not to file" if request_status(action, plan) == "drafted" else "to withdraw"
    if action.kind != "support-request":
        return None
    if action.blocked_by:
        return _REFUSED.get(request_status(action, plan) or "")
    if action.status == "needed":
        return "to file"
    return "filed" if awaits_answer(action, plan) else "drafted"


def _request_words(action: Action, known: PlannedRequest | None) -> str:
    """What a request asks for: `remove 2 partners`, `from any to selected (12)`.

    Of one to take back, what it asked for: the action itself changes nothing.
    """
    before, after = action.move
    removed, listed = len(action.remove), state_words(action.after)
    if action.kind == "withdraw-request" and known is not None:
        before, after = known.move
        removed, listed = len(known.remove), after
        if after == "selected" and known.tenants:
            listed = f"selected ({len(known.tenants):,})"
    if before == after:
        return f"remove {counted(removed, 'partner')}"
    return f"from {before} to {listed}"


def _days(since: str | None, day: str | None) -> int | None:
    """Whole days from a time of the ledger to the day of the plan."""
    if since is None or day is None:
        return None
    return max(0, (date.fromisoformat(day) - date.fromisoformat(since[:10])).days)


def request_state(row: RequestRow) -> str:
    """`filed 3 days ago, ticket 2611200030001234`, `to be filed`, `drafted 2 days ago, not filed`."""
    ago = ""
    if row.days is not None:
        ago = f" {counted(row.days, 'day')} ago" if row.days else " today"
    match row.kind:
        case "filed":
            return f"filed{ago}" + (f", ticket {row.ticket}" if row.ticket else "")
        case "drafted":
            return f"drafted{ago}, not filed"
        case "not to file":
            return f"drafted{ago}, not to be filed any more"
        case "refused" | "refused in part":
            return f"{row.kind} by Microsoft, and still declared"
        case "to withdraw":
            return "to be withdrawn" + (f", ticket {row.ticket}" if row.ticket else "")
    return "to be filed" + (f", takes the place of {row.replaces}" if row.replaces else "")


def count_requests(rows: Sequence[RequestRow]) -> list[tuple[str, str, int]]:
    """Kind, age and number of requests, for plans with too many requests for a row each."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        found[row.kind, _age(row.days)] += 1
    return [(kind, age, number) for (kind, age), number in found.items()]


def _age(days: int | None) -> str:
    if days is None:
        return "new"
    for limit, words in ((7, "up to a week"), (30, "up to a month"), (90, "up to three months")):
        if days <= limit:
            return words
    return "over three months"
