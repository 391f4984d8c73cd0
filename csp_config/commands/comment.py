"""comment: one comment on a pull request that says what the plan is and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csp_config.render import PLANS, OutputOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Report
    from csp_config.targets.comments import CodeHost

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
_MAX_BYTES = 60_000  # GitHub takes 65,536 characters, Azure DevOps 150,000, GitLab 1,000,000
_LONGEST_STATE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of the comment, and where it is."""

    what: Literal["created", "updated", "unchanged"]
    address: str


def body(report: Report, state: str) -> str:
    """The comment: the hidden marker, the state, and the plan as Markdown."""
    text = PLANS["markdown"](report, OutputOptions(max_bytes=_MAX_BYTES - _LONGEST_STATE))
    marker, _, rest = text.partition("\n")
    return f"{marker}\n{STATES[state]}\n\n{rest}"


def place(host: CodeHost, text: str) -> Placed:
    """Write the comment, or bring the one that is there up to date. What others wrote is never touched."""
    mine = next((comment for comment in host.comments() if comment.body.startswith(_MARK)), None)
    if mine is None:
        return Placed(what="created", address=host.create(text).address)
    if _plain(mine.body) == _plain(text):
        return Placed(what="unchanged", address=mine.address)
    host.update(mine, text)
    return Placed(what="updated", address=mine.address)


def _plain(text: str) -> str:
    """The text without what code hosts change of it: line ends, and white space at the end."""
    return "\n".join(text.split("\r\n")).rstrip()
