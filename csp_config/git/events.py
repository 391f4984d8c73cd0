"""GitHub's event: a JSON file of the runner, of which a few fields say what a run is about."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from csp_config.errors import BaseError
from csp_config.git.revisions import NAME_IT

_LIMIT = 32 * 1024 * 1024  # bytes; GitHub cuts an event at 25 MB


class Event(NamedTuple):
    """What an event says, empty where it does not; `proposed` and `target` are of a pull request.

    `queued`: the commit that a merge queue made of a group, and `queued_on` the one that it was made on.
    """

    before: str
    after: str
    branch: str | None
    proposed: str
    target: str | None
    queued: str
    queued_on: str
    default_branch: str | None


def read(path: str | None) -> Event:
    """The event in a file. Raises: BaseError where there is none, or it is no event."""
    content = _content(path or "")
    ref = _text(content, "ref") or ""
    return Event(
        before=_text(content, "before") or "",
        after=_text(content, "after") or "",
        branch=ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else None,
        proposed=_text(content, "pull_request", "head", "sha") or "",
        target=_text(content, "pull_request", "base", "ref"),
        queued=_text(content, "merge_group", "head_sha") or "",
        queued_on=_text(content, "merge_group", "base_sha") or "",
        default_branch=_text(content, "repository", "default_branch"),
    )


def default_branch(path: str) -> str | None:
    """The name of the default branch, as far as an event can be read and says it."""
    try:
        return read(path).default_branch
    except BaseError:
        return None


def _content(path: str) -> Any:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - read up to the limit
            content = file.read(_LIMIT + 1)
        if len(content) > _LIMIT:
            raise BaseError(f"the event in {path} is larger than GitHub makes one", help=NAME_IT)
        return json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise BaseError(
            f"GITHUB_EVENT_PATH, {path!r}, cannot be read as an event: {type(error).__name__}",
            help=NAME_IT,
        ) from None


def _text(event: Any, *steps: str) -> str | None:
    for step in steps:
        event = event.get(step) if isinstance(event, dict) else None
    return event if isinstance(event, str) else None
