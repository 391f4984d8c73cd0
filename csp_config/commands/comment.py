"""comment: one comment on a pull request that says what the plan is and what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from csp_config.render import PLANS, OutputOptions
from csp_config.targets.code_hosts import check_fork
from csp_config.text import comment_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Report
    from csp_config.targets.code_hosts import PullRequestComments, Wanted

STATES: Mapping[str, str] = {
    "planned": "**Planned.** Nothing is done before it is merged and applied.",
    "applied": "**Applied.** What can be done at once was done or handed out; `csp-config status` shows what"
    " still waits.",
    "partly-applied": "**Partly applied.** Some actions failed: the pipeline's log names them. Apply again.",
    "refused": "**Refused.** Nothing was done: errors stand against it, or it is not the plan that was"
    " reviewed.",
}
"""Where a plan is in its life -> the sentence that says so."""

_MARK = "<!-- csp-config:plan "
_MARK_END = " -->"
_MAX_BYTES = 60_000  # GitHub takes 65,536 characters, Azure DevOps 150,000, GitLab 1,000,000
_LONGEST_STATE = 400
_BEFORE_THE_MERGE = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of the comment, and where it is; `kept`: what stands there is newer, as `why` says."""

    what: Literal["created", "updated", "unchanged", "kept"]
    address: str
    why: str = ""


def body(report: Report, state: str, *, page: str | None = None, manual: str | None = None) -> str:
    """The comment: the hidden marker with the state, the state in words, and the plan as Markdown.

    `page`: where the plan is as a page; `manual`: where it is explained how to read the comment.
    """
    options = OutputOptions(max_bytes=_MAX_BYTES - _LONGEST_STATE, page=page, manual=manual)
    text = PLANS["markdown"](report, options)
    marker, _, rest = text.partition("\n")
    known = {**_marked(marker), "state": state}
    return f"{_MARK}{comment_json(json.dumps(known))}{_MARK_END}\n{STATES[state]}\n\n{rest}"


def place(host: PullRequestComments, report: Report, state: str, text: str, wanted: Wanted) -> Placed:
    """Write the project's comment, or bring the one that is there up to date; it never goes backwards.

    A plan of another commit than the pull request's newest one is not written, and nothing planned replaces
    what became of the plan after the merge. What others wrote, and comments of other projects, are never
    touched. Raises: TargetError.
    """
    pull_request = host.pull_request()
    check_fork(is_fork=pull_request.is_fork, wanted=wanted)
    mine = next((one for one in host.comments() if _is_of(one.body, report.project)), None)
    address = mine.address if mine else ""
    if state == _BEFORE_THE_MERGE:
        if report.candidate.commit not in pull_request.commits:
            return Placed(what="kept", address=address, why=_outdated(report))
        there = _marked(mine.body.partition("\n")[0]).get("state") if mine else None
        if there not in (None, _BEFORE_THE_MERGE):
            return Placed(what="kept", address=address, why=f"it says {there} already, from after the merge")
    if mine is None:
        return Placed(what="created", address=host.create(text).address)
    if _plain(mine.body) == _plain(text):
        return Placed(what="unchanged", address=address)
    host.update(mine, text)
    return Placed(what="updated", address=address)


def _outdated(report: Report) -> str:
    commit = report.candidate.commit
    what = f"the plan is of {commit[:7]}" if commit else "the plan is of no commit"
    return f"{what}, and the pull request has a newer commit by now"


def _is_of(text: str, project: str) -> bool:
    """Whether a comment of ours is the one about a project."""
    first = text.partition("\n")[0]
    return first.startswith(_MARK) and _marked(first).get("project", "") == project


def _marked(first: str) -> dict[str, Any]:
    """What a marker says; nothing where it is not whole."""
    try:
        found = json.loads(first.strip().removeprefix(_MARK).removesuffix(_MARK_END))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(text: str) -> str:
    """The text without what code hosts change of it: line ends, and white space at the end."""
    return "\n".join(text.split("\r\n")).rstrip()
