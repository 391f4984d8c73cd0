"""The runbook's index: the values of its page, and the same as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.programme import KNOWN_AND_BITES, SUPPORT_FORM
from csp_config.runbook.audience_page import partner_words
from csp_config.runbook.tasks import tasks
from csp_config.text import code_span
from csp_config.text.escapes import code_block, prose
from csp_config.text.phrases import counted
from csp_config.text.shells import quoted, records_committed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model.work import Plan
    from csp_config.runbook.action_facts import ActionFacts
    from csp_config.runbook.tasks import Section, Task

MARKER = "<!-- csp-config:runbook -->"

_TITLES: dict[Section, str] = {
    "clicks": "In Partner Center",
    "forms": "Forms to Microsoft's support",
    "withdrawals": "Requests to have withdrawn",
    "drafts": "Drafts that are not to be filed any more",
    "waiting": "What waits",
    "left-out": "What was left out",
}


def page_values(
    plan: Plan, facts: ActionFacts, letters: Sequence[str], unmerged: str | None = None
) -> dict[str, Any]:
    """The values for the template `runbook.html`; `unmerged`: see `files`."""
    all_tasks = tasks(plan, facts)
    return {
        "fingerprint": plan.fingerprint,
        "day": plan.day,
        "publisher": plan.publisher,
        "summary": _summary(all_tasks),
        "sections": [
            (name, title, [task for task in all_tasks if task.section == name])
            for name, title in _TITLES.items()
        ],
        "form": SUPPORT_FORM,
        "not_planned": plan.not_planned,
        "letters": tuple(letters),
        "commit_command": _commit_command(plan, facts),
        "folder": facts.folder,
        "unmerged": unmerged,
        "known": KNOWN_AND_BITES,
    }


def index(plan: Plan, facts: ActionFacts, letters: Sequence[str], unmerged: str | None = None) -> str:
    """The Markdown of index.md; it begins with the branch that the plan is of, if that is not merged."""
    all_tasks = tasks(plan, facts)
    warning = [f"**This is of {code_span(unmerged)}, which is not merged.**", ""] if unmerged else []
    lines = [MARKER, *warning, "# What to do in Partner Center", "", f"{_summary(all_tasks)}", ""]
    where = " at the top of the repository" if facts.folder else ""
    lines.append(
        "`index.html` beside this file is the same with ticks that stay and values to copy. What counts are"
        f" the `csp-config record` commands: run each{where} as soon as it is true, and not before."
    )
    for section, title in _TITLES.items():
        section_tasks = [task for task in all_tasks if task.section == section]
        if section_tasks:
            lines += ["", f"## {title}"]
            lines += _common_form_fields() if any(task.request for task in section_tasks) else []
            lines += [line for task in section_tasks for line in _task(task)]
    if plan.not_planned:
        lines += ["", "## What was not planned", "", "Their own documents have errors:", ""]
        lines += [f"- {code_span(offer)}" for offer in plan.not_planned]
    if letters:
        lines += ["", "## Letters to partners", "", "Ready to send, each once it is true:", ""]
        lines += [f"- [ ] {code_span(name)}" for name in letters]
    lines += ["", "## Afterwards", ""]
    if any(task.done or task.filed for task in all_tasks):
        lines += ["Keep what was recorded:", "", code_block(_commit_command(plan, facts), "sh")]
    else:
        lines += ["Nothing is to be recorded."]
    lines += ["", "## Good to know", "", *(f"- {prose(sentence)}" for sentence in KNOWN_AND_BITES)]
    lines += ["", f"Plan {code_span(plan.fingerprint)}"]
    return "\n".join(lines) + "\n"


def _summary(all_tasks: Sequence[Task]) -> str:
    """`2 things to do in Partner Center, 1 form to file; about 9 minutes`, without counts of 0."""
    numbers = {section: sum(1 for task in all_tasks if task.section == section) for section in _TITLES}
    parts = [
        f"{counted(numbers['clicks'], 'thing')} to do in Partner Center" if numbers["clicks"] else "",
        f"{counted(numbers['forms'], 'form')} to file" if numbers["forms"] else "",
        f"{counted(numbers['withdrawals'], 'request')} to have withdrawn" if numbers["withdrawals"] else "",
        f"{counted(numbers['drafts'], 'draft')} not to be filed any more" if numbers["drafts"] else "",
        f"{numbers['waiting']:,} waiting for Microsoft" if numbers["waiting"] else "",
        f"{numbers['left-out']:,} left out" if numbers["left-out"] else "",
    ]
    minutes = sum(task.minutes or 0 for task in all_tasks)
    about = f"; about {counted(minutes, 'minute')}" if minutes else ""
    return (", ".join(filter(None, parts)) or "There is nothing to do") + about + "."


def _commit_command(plan: Plan, facts: ActionFacts) -> str:
    """The command that commits the records, in whichever folder of the repository it is run."""
    above = ":/" if facts.folder else ""
    return records_committed(quoted(f"{above}{place}" for place in facts.record_places(plan.actions)))


def _common_form_fields() -> Iterator[str]:
    """The fields of the support form that are the same for every request (S24)."""
    form = SUPPORT_FORM
    yield ""
    yield (
        f"The same for each: open <{form.page}>; leave {code_span(form.product_family)} and"
        f" {code_span(form.product)} as they are; product version {code_span(form.product_version)};"
        f" problem {code_span(form.problem)}; issue title {code_span(form.title)}. Its other fields are not"
        " documented."
    )
    yield ""
    yield "Until Microsoft agrees, the partners concerned can still sell."


def _task(task: Task) -> Iterator[str]:
    own = "you, " if task.section == "clicks" else ""
    yield ""
    yield f"### {prose(task.title)}" + (f" ({own}{counted(task.minutes, 'minute')})" if task.minutes else "")
    yield ""
    if task.pending:
        yield "It was due before this change."
        yield ""
    if task.request is not None:
        yield from _form(task)
    else:
        box = "" if task.section == "left-out" else "[ ] "
        yield from (f"- {box}{prose(step)}" for step in task.steps)
    for title, partners in task.lists:
        yield ""
        yield f"{title} ({len(partners):,}):"
        yield ""
        yield from (f"- [ ] {prose(partner_words(partner))}" for partner in partners)
    yield ""
    yield f"<sub>{code_span(task.id)}</sub>"


def _form(task: Task) -> Iterator[str]:
    request = task.request
    assert request is not None  # noqa: S101 - the caller looked
    if task.replaces:
        yield f"- [ ] Do not file the draft {code_span(task.replaces)}: this one takes its place."
    category = code_span(request.category) if request.category else prose(request.category_hint or "")
    yield f"- [ ] Category: {category}"
    yield f"- [ ] Description: the text of {code_span(task.files[0])}, below its first line"
    if len(task.files) > 1:
        yield f"- [ ] Attach {code_span(task.files[1])}"
    yield f"- [ ] Sent: {code_span(f'{task.filed} NUMBER')}, with the number that Microsoft gives it"
    granted, refused = task.done
    yield f"- [ ] Answered: {code_span(granted)} or {code_span(refused)}"
