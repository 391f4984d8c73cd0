"""A plan that was saved and reviewed, held against the plan as it is now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from csp_config.errors import ReadingError, StaleError
from csp_config.render.json_document import document

if TYPE_CHECKING:
    from pathlib import Path

    from csp_config.model import Report

_FORMAT = 1
_MAX_BYTES = 64 * 1024 * 1024
_KEYS = ("publisher", "base", "candidate", "fingerprint", "blocked", "not_planned", "offers", "actions")
_WORDS = {
    "publisher": "the publisher",
    "base": "the commit it is compared with",
    "candidate": "the commit it stands on",
    "fingerprint": "what has to happen (the fingerprint)",
    "blocked": "whether errors stand against it",
    "not_planned": "the offers that cannot be planned",
    "offers": "where the offers stand, or what is declared",
    "actions": "the actions",
}


def read_plan(path: Path) -> dict[str, Any]:
    """The plan in a file. Raises: ReadingError: there is none; StaleError: not whole, or not ours."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ReadingError(
            f"{path}: the saved plan cannot be read: {error.strerror}",
            help="save one with `csp-config plan --out FILE`",
        ) from error
    try:
        plan = json.loads(content)
    except (ValueError, RecursionError):
        raise _not_ours(path, "it is not JSON, or is cut off") from None
    if not isinstance(plan, dict) or "fingerprint" not in plan or "actions" not in plan:
        raise _not_ours(path, "it is JSON, but no plan")
    if plan.get("format") != _FORMAT:
        raise _not_ours(path, f"it has format {plan.get('format')!r}, this program writes {_FORMAT}")
    return plan


def check_same(path: Path, report: Report) -> None:
    """Raises: StaleError, naming what differs, unless the saved plan is the one that follows from now."""
    plan, now = read_plan(path), json.loads(json.dumps(document(report)))
    different = [key for key in _KEYS if plan.get(key) != now.get(key)]
    if different:
        raise StaleError(
            f"{path} is not the plan that follows from what is there now;"
            f" different: {', '.join(_WORDS[key] for key in different)}",
            help="it was edited or already applied, or something moved meanwhile: run `csp-config plan --out"
            f" {path}`, have it reviewed again, and apply that",
        )


def _not_ours(path: Path, why: str) -> StaleError:
    return StaleError(
        f"{path} cannot be applied: {why}", help="save the plan anew with `csp-config plan --out FILE`"
    )
