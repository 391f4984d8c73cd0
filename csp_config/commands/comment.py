"""comment: one comment on a pull request with the plan and its state (planned, applied, ...)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from csp_config.render import PLANS, OutputOptions, located
from csp_config.targets.code_hosts import check_fork, is_same_text
from csp_config.text import comment_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Report
    from csp_config.targets.code_hosts import PullRequestChoice, PullRequestComments

STATES: Mapping[str, str] = {
    "planned": "**Planned.** Nothing is done before it is merged and applied.",
    "applied": "**Applied.** What can be done at once was done or handed out; `csp-config status` shows what"
    " still waits.",
    "partly-applied": "**Partly applied.** Some actions failed: the pipeline's log names them. Apply again.",
    "refused": "**Refused.** Nothing was done: the plan has errors, or is not the one that was reviewed.",
}
"""State of a plan -> the sentence for it in the comment."""

_MARK = "<!-- csp-config:plan "
_MARK_END = " -->"
_MAX_BYTES = 60_000  # GitHub takes 65,536 characters, Azure DevOps 150,000, GitLab 1,000,000
_LONGEST_STATE = 400
_BEFORE_THE_MERGE = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentResult:
    """Whether the comment was written, and its address; `kept`: the present one is newer, as `why` says."""

    result: Literal["created", "updated", "unchanged", "kept"]
    address: str
    why: str = ""


def body(report: Report, state: str, *, page: str | None = None, manual: str | None = None) -> str:
    """The comment: the hidden marker with the state, the state in words, and the plan as Markdown.

    `page`: address of the plan as a page; `manual`: address of the page that explains the comment.
    """
    options = OutputOptions(max_bytes=_MAX_BYTES - _LONGEST_STATE, page=page, manual=manual)
    text = PLANS["markdown"](report, options)
    said = located(STATES[state], "elsewhere", report.project, options)
    marker, _, rest = text.partition("\n")
    marker_data = {**_marker_data(marker), "state": state}
    return f"{_MARK}{comment_json(json.dumps(marker_data))}{_MARK_END}\n{said}\n\n{rest}"


def write_comment(
    host: PullRequestComments, report: Report, state: str, text: str, choice: PullRequestChoice
) -> CommentResult:
    """Create the project's comment or update it, unless the present one is newer.

    A plan of another commit than the pull request's newest one is not written, and `planned` never replaces a
    state from after the merge. Comments of others and of other projects are never changed. Raises:
    TargetError.
    """
    pull_request = host.pull_request()
    check_fork(is_fork=pull_request.is_fork, choice=choice)
    own = next((one for one in host.comments() if _is_comment_of(one.body, report.project)), None)
    address = own.address if own else ""
    if state == _BEFORE_THE_MERGE:
        if report.candidate.commit not in pull_request.commits:
            return CommentResult(result="kept", address=address, why=_outdated(report))
        written_state = _marker_data(own.body.partition("\n")[0]).get("state") if own else None
        if written_state not in (None, _BEFORE_THE_MERGE):
            return CommentResult(
                result="kept", address=address, why=f"it already says {written_state}, since the merge"
            )
    if own is None:
        return CommentResult(result="created", address=host.create(text).address)
    if is_same_text(own.body, text):
        return CommentResult(result="unchanged", address=address)
    host.update(own, text)
    return CommentResult(result="updated", address=address)


def _outdated(report: Report) -> str:
    commit = report.candidate.commit
    what = f"the plan is of {commit[:7]}" if commit else "the plan is not of a commit"
    return f"{what}, and the pull request has a newer commit by now"


def _is_comment_of(text: str, project: str) -> bool:
    """Whether a comment of this program's is the one about a project."""
    first = text.partition("\n")[0]
    return first.startswith(_MARK) and _marker_data(first).get("project", "") == project


def _marker_data(line: str) -> dict[str, Any]:
    """The data in a comment's marker; empty where it is incomplete."""
    try:
        found = json.loads(line.strip().removeprefix(_MARK).removesuffix(_MARK_END))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
