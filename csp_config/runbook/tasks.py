"""The tasks of a runbook, in order: clicks, forms, what is not wanted any more, waits or is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from csp_config.runbook.audience_page import MOST_STEPS, csv_name
from csp_config.runbook.steps import commands
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.model.work import Action, PartnerRef, Plan, Ticket
    from csp_config.runbook.action_facts import ActionFacts

Section = Literal["clicks", "forms", "withdrawals", "drafts", "waiting", "left-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task for a person. `minutes`: about how long it takes; None where there is nothing to do.

    `request`: the request of a form that is to be filed. `done`: the commands that record the task; of a form
    those for the answer, and `filed` is the one for the filing, without the ticket's number. `lists`: titles
    and partners too many for single steps; `entered`: the partners to add where they are few. `files`: paths
    in the runbook folder.
    """

    id: str
    offer: str
    title: str
    section: Section
    pending: bool
    minutes: int | None
    steps: tuple[str, ...]
    request: Ticket | None
    request_id: str | None
    replaces: str | None
    filed: str | None
    done: tuple[str, ...]
    lists: tuple[tuple[str, tuple[PartnerRef, ...]], ...]
    entered: tuple[PartnerRef, ...]
    files: tuple[str, ...]


def tasks(plan: Plan, facts: ActionFacts) -> tuple[Task, ...]:
    """The tasks of an annotated plan, by section; in the first section, drafts to put back come first."""
    first = sorted(plan.actions, key=lambda action: action.kind != "put-back-draft")
    unsorted = [_task(action, facts) for action in first]
    return tuple(sorted(unsorted, key=lambda task: get_args(Section).index(task.section)))


def _task(action: Action, facts: ActionFacts) -> Task:
    section = _section(action, facts)
    entered = tuple(facts.partners_to_enter(action))
    form = section == "forms"
    record_commands = tuple(map(facts.pasted, commands(action))) if section != "left-out" else ()
    filed = record_commands[0].removesuffix(" NUMBER") if form else None
    if action.kind == "support-request":
        record_commands = record_commands[1:]
    return Task(
        id=action.id,
        offer=action.offer,
        title=_title(action, facts, section),
        section=section,
        pending=action.cause == "pending",
        minutes=_minutes(action, section),
        steps=tuple(map(facts.pasted, action.steps)),
        request=action.request if form else None,
        request_id=action.request_id,
        replaces=action.replaces,
        filed=filed,
        done=record_commands if section != "left-out" else (),
        entered=entered if section == "clicks" and len(entered) <= MOST_STEPS else (),
        lists=_long_lists(action, facts) if section == "clicks" else (),
        files=tuple(_files(action, facts, form=form)),
    )


def _section(action: Action, facts: ActionFacts) -> Section:
    if action.blocked_by:
        return "left-out"
    if action.kind == "withdraw-request":
        return "drafts" if facts.is_drafted(action) else "withdrawals"
    if facts.to_file(action):
        return "forms"
    return "waiting" if action.status == "waiting" else "clicks"


def _title(action: Action, facts: ActionFacts, section: Section) -> str:
    """`Contoso Firewall: add Neue Cloud`."""
    offer = shortened(facts.name(action.offer) or action.offer)
    work = _work(action)
    if section == "drafts":
        work = f"do not file the draft {action.request_id}"
    return f"{offer}: {work}"


def _work(action: Action) -> str:
    before, after = action.move
    if action.kind == "support-request":
        words = _FORMS.get(after, "form to leave it to {} only")
        if before == after:
            words = "form to remove {}"
        removed = action.remove if before == after else ()
        return words.format(
            _partner_words(removed) if removed else counted(len(action.after.tenants), "partner")
        )
    if action.kind == "opt-in" and after == "any":
        return "let every partner sell it"
    if action.kind == "save-draft":
        changes = [f"add {_partner_words(action.add)}" if action.add else ""]
        changes += [f"remove {_partner_words(action.remove)}" if action.remove else ""]
        return f"in the draft, {' and '.join(filter(None, changes)) or f'choose {after}'}"
    words = _WORK.get(action.kind, action.kind.replace("-", " "))
    return words.format(_partner_words(action.add) if action.add else action.request_id)


_FORMS = {"any": "form to open it to every partner", "none": "form to take it out of the programme"}
_WORK = {
    "put-back-draft": "put its draft back",
    "sync-audience": "add {}",
    "opt-in": "open it to {}",
    "publish": "publish it",
    "adopt": "check that it is as declared",
    "withdraw-request": "have request {} withdrawn",
}


def _partner_words(partners: Sequence[PartnerRef]) -> str:
    if len(partners) == 1:
        return shortened(partners[0].name or f"tenant {partners[0].tenant_id}")
    return counted(len(partners), "partner")


def _minutes(action: Action, section: Section) -> int | None:
    """About how long it takes: two minutes of clicks, some more for each partner, five for a form."""
    if section in ("waiting", "left-out"):
        return None
    if section in ("forms", "withdrawals"):
        return 5
    if section == "drafts":
        return 1
    return 2 + (len(action.add) + len(action.remove)) // 4


def _long_lists(action: Action, facts: ActionFacts) -> tuple[tuple[str, tuple[PartnerRef, ...]], ...]:
    removed = [partner.tenant_id for partner in action.remove] if action.kind == "save-draft" else []
    declared = action.after.tenants if action.kind in ("adopt", "put-back-draft") else ()
    lists = {
        "Partners to add": facts.partners_to_enter(action),
        "Partners to remove": facts.partners(action, removed),
        "Partners declared": facts.partners(action, declared),
    }
    return tuple((title, tuple(partners)) for title, partners in lists.items() if len(partners) > MOST_STEPS)


def _files(action: Action, facts: ActionFacts, *, form: bool) -> list[str]:
    if form:
        paths = [f"requests/{action.request_id}.txt"]
        return [*paths, f"requests/{action.request_id}.csv"] if facts.has_partner_file(action) else paths
    if action.status == "needed" and not action.blocked_by and facts.partners_to_enter(action):
        return [csv_name(action)]
    return []
