"""remind: one issue that lists what has waited too long; updated by each run, closed once nothing waits."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csp_config.render import OutputOptions
from csp_config.render.status import STATUS_RENDERERS
from csp_config.targets.code_hosts import is_same_text
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from csp_config.model.work import Status
    from csp_config.targets.code_hosts import Issues


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueResult:
    """Whether the issue was written, and its address; `nothing`: there is none, and none is needed."""

    result: Literal["created", "updated", "unchanged", "closed", "nothing"]
    address: str = ""


def title_of(project: str) -> str:
    """The issue's title, by which it is found again; every project of a repository has its own."""
    return f"csp-config: what has waited too long{f' in {project}' if project else ''}"


def remind(tracker: Issues, status: Status, days: int, project: str) -> IssueResult:
    """Create, update or close the project's issue.

    It is closed only where all documents could be read and planned.
    Raises: TargetError.
    """
    overdue, title = status.older_than(days), title_of(project)
    own = next((issue for issue in tracker.open_issues() if issue.title == title), None)
    if not overdue.waiting:
        if own is None or status.unread or status.not_planned:
            return IssueResult(
                result="nothing" if own is None else "unchanged", address=own.address if own else ""
            )
        tracker.close(own, _paragraph(f"Nothing has waited for more than {counted(days, 'day')}.", tracker))
        return IssueResult(result="closed", address=own.address)
    text = body(overdue, days, tracker)
    if own is None:
        return IssueResult(result="created", address=tracker.create(title, text).address)
    if is_same_text(own.body, text):
        return IssueResult(result="unchanged", address=own.address)
    tracker.update(own, text)
    return IssueResult(result="updated", address=own.address)


def body(overdue: Status, days: int, tracker: Issues) -> str:
    """The issue's text: what has waited for more than so many days, and what to do next."""
    intro = (
        f"What follows has waited for more than {counted(days, 'day')}, on a person or on Microsoft. The"
        " pipeline keeps this text up to date, and closes the issue once nothing does."
    )
    if tracker.form == "html":
        text = STATUS_RENDERERS["text"](overdue, OutputOptions(root=overdue.project))
        return f"{_paragraph(intro, tracker)}<pre>{html.escape(text)}</pre>"
    return f"{intro}\n\n{STATUS_RENDERERS['markdown'](overdue, OutputOptions())}"


def _paragraph(sentence: str, tracker: Issues) -> str:
    return f"<p>{html.escape(sentence)}</p>" if tracker.form == "html" else f"{sentence}\n"
