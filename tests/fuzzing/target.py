"""What a fuzzer throws bytes at: reader, validator, planner and outputs, and what must hold of any bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zlib import crc32

from csp_config.render import PLANS, OutputOptions
from csp_config.rules import RULES
from tests.counting import calls
from tests.properties.judged import report
from tests.properties.worlds import Stand, World, files

if TYPE_CHECKING:
    from csp_config.model import Report

TENANTS = frozenset(f"{n}a1b2c3d-4b5a-4697-8877-66554433221{n}" for n in range(4))
SEPARATOR = b"\x00\x00"
CALLS = 3_000_000  # some ten times what the rules' own cases take
PATHS = (
    "offers/contoso-insights.yaml",
    "offers/partner-lists/contoso-insights.yaml",
    "offers/live/contoso-insights.yaml",
    "offers/resales.yaml",
    "offers/further.yaml",
)
_STAND = Stand(published=True, resellers="selected", tenants=TENANTS)
SOUND = files(
    World({"contoso-insights": ("saas", _STAND)}, {"contoso-insights": (_STAND, ())}, frozenset(), spelling=1)
)


def one(data: bytes) -> None:
    """Any bytes, as documents that replace sound ones in a change, and then as what the base holds.

    Raises: AssertionError, or whatever the program lets out.
    """
    parts = data.split(SEPARATOR, len(PATHS) - 1)
    given = {path: part for path, part in zip(PATHS, parts, strict=False) if part}
    candidate = {**SOUND, **given}
    form = list(PLANS)[crc32(data) % len(PLANS)]  # one for each input, so that more inputs are tried
    changed, count = calls(lambda: report(SOUND, candidate))
    _check(changed, form)
    _check(report(candidate, SOUND), form)
    assert count < CALLS, "it takes too much work"
    unreadable = {
        d.source.path
        for d in changed.diagnostics
        if RULES[d.code].blocks == "document" and d.severity == "error"
    }
    assert changed.plan is not None
    if unreadable:
        assert changed.plan.blocked, "a document was refused, and the plan was not"
        assert not changed.plan.actions or unreadable.isdisjoint(PATHS[:3]), "planned from what was refused"


def _check(found: Report, form: str) -> None:
    assert found.plan is not None
    for diagnostic in found.diagnostics:
        assert diagnostic.code in RULES
        assert diagnostic.message.strip()
        assert diagnostic.source.line >= 1
        assert diagnostic.source.column >= 1
    for action in found.plan.actions:
        removed = {partner.tenant_id for partner in action.remove}
        assert removed.isdisjoint(action.after.tenants)
    text = PLANS[form](found, OutputOptions())
    text.encode()
    if form == "json":
        json.loads(text)
