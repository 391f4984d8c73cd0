"""A saved plan: checked on reading, and compared with the plan made now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from csp_config.commands.saved_plan.building import FORMAT, build_report
from csp_config.commands.saved_plan.differences import differences, lacks_offers
from csp_config.errors import ReadingError, RefusedError, StaleError
from csp_config.text.phrases import counted
from csp_config.text.unique_keys import RepeatedKeyError, unique_keys

if TYPE_CHECKING:
    from pathlib import Path

    from csp_config.model import Report

_MAX_BYTES = 64 * 1024 * 1024
_MOST_DIFFERENCES = 8


def read_plan(path: Path) -> Report:
    """The report with the plan that a file holds.

    Raises: ReadingError: there is no such file; StaleError: it is no plan, is not whole, or was edited;
    RefusedError: it answers a question, which is never carried out.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ReadingError(
            f"{path}: the saved plan cannot be read: {error.strerror}",
            help="save one with `csp-config plan --out FILE`",
        ) from error
    if len(content) > _MAX_BYTES:
        raise _unusable(path, f"it is over {_MAX_BYTES // 1024**2} MiB, which no plan is")
    plan = _plain(path, content)
    if plan.get("format") != FORMAT or isinstance(plan["format"], bool):
        raise _unusable(
            path, f"it has format {str(plan.get('format'))[:40]}, and this program writes {FORMAT}"
        )
    if "question" in plan:
        raise RefusedError(
            f"{path} answers a question (`plan --if` or `--undo`); it is not a plan that can be applied",
            help="declare the change, have it reviewed, and save its plan with `csp-config plan --out FILE`",
        )
    try:
        return build_report(plan)
    except ValueError as error:
        raise _unusable(path, f"it was edited, or made by another version: {error}") from None


def _plain(path: Path, content: bytes) -> dict[str, Any]:
    try:
        plan = json.loads(content, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        doubled = isinstance(error, RepeatedKeyError)  # a reviewer may have seen the other value
        why = "it was edited: a key stands twice in it" if doubled else "it is not JSON, or is cut off"
        raise _unusable(path, why) from None
    if not isinstance(plan, dict) or "fingerprint" not in plan or "actions" not in plan:
        raise _unusable(path, "it is JSON, but no plan")
    return plan


def check_same(path: Path, saved: Report, now: Report) -> None:
    """Raises: StaleError, naming the differences, unless the saved plan equals the plan made now."""
    different = differences(saved, now)
    if not different:
        return
    more = len(different) - _MOST_DIFFERENCES
    listed = [
        *different[:_MOST_DIFFERENCES],
        *([f"and {counted(more, 'more difference')}"] if more > 0 else []),
    ]
    help_ = f"run `csp-config plan --out {path}`, have it reviewed again, and apply that"
    if lacks_offers(saved, now):
        help_ += "; a plan that was saved with --only is applied with the same --only"
    raise StaleError(
        f"{path} is not the plan that follows from what is there now: {'; '.join(listed)}", help=help_
    )


def _unusable(path: Path, why: str) -> StaleError:
    return StaleError(
        f"{path} is not a plan that can be used: {why}",
        help="save the plan anew with `csp-config plan --out FILE`, and have it reviewed",
    )
