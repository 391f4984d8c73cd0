"""remind: one issue that says what has waited for too long, kept up to date and closed once nothing does."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csp_config.render import OutputOptions
from csp_config.render.status import STATUS_RENDERERS
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from csp_config.model import Status
    from csp_config.targets.code_hosts import Issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What became of the issue, and where it is; `nothing`: there is none, and none is needed."""

    what: Literal["created", "updated", "unchanged", "closed", "nothing"]
    address: str = ""


def title_of(project: str) -> str:
    """The title, by which the issue is found again; every project of a repository has its own."""
    return f"csp-config: what has waited too long{f' in {project}' if project else ''}"


def remind(tracker: Issues, found: Status, days: int, project: str) -> Reminded:
    """Create, update or close the project's issue.

    It is closed only where everything could be read: else something may wait that is not known of.
    Raises: TargetError.
    """
    old, title = found.older_than(days), title_of(project)
    mine = next((issue for issue in tracker.open_issues() if issue.title == title), None)
    if not old.waiting:
        if mine is None or found.unread or found.not_planned:
            return Reminded(
                what="nothing" if mine is None else "unchanged", address=mine.address if mine else ""
            )
        tracker.close(mine, _written(f"Nothing has waited for more than {counted(days, 'day')}.", tracker))
        return Reminded(what="closed", address=mine.address)
    text = body(old, days, tracker)
    if mine is None:
        return Reminded(what="created", address=tracker.create(title, text).address)
    if _plain(mine.body) == _plain(text):
        return Reminded(what="unchanged", address=mine.address)
    tracker.update(mine, text)
    return Reminded(what="updated", address=mine.address)


def body(old: Status, days: int, tracker: Issues) -> str:
    """What the issue says: what has waited for more than so many days, with what to do next."""
    intro = (
        f"What follows has waited for more than {counted(days, 'day')}, on a person or on Microsoft. The"
        " pipeline keeps this text up to date, and closes the issue once nothing does."
    )
    if tracker.form == "html":
        said = STATUS_RENDERERS["text"](old, OutputOptions())
        return f"{_written(intro, tracker)}<pre>{html.escape(said)}</pre>"
    return f"{intro}\n\n{STATUS_RENDERERS['markdown'](old, OutputOptions())}"


def _written(sentence: str, tracker: Issues) -> str:
    return f"<p>{html.escape(sentence)}</p>" if tracker.form == "html" else f"{sentence}\n"


def _plain(text: str) -> str:
    """The text without what code hosts change of it: line ends, and white space at the end."""
    return "\n".join(text.split("\r\n")).rstrip()
