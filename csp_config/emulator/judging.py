"""The programme's rules as this service enforces them: what of a move it refuses.

Whether the real service refuses such a write, and with which code, is UNKNOWN. The stricter reading:
everything that the programme leaves to a support request is refused here, for an offer that is live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.emulator.answers import detail
from csp_config.emulator.resources import audience_of
from csp_config.programme import OPTIONS, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from csp_config.emulator.resources import Resources
    from csp_config.model import Audience


def refusals(live: Resources | None, wanted: Resources, resource: str) -> list[dict[str, Any]]:
    """Errors for what would bring a live offer where only a support request may; none if it is free."""
    before = audience_of(live) if live is not None else None
    after = audience_of(wanted)
    if before is None or after is None:
        return []
    return [detail("businessValidationError", reason, resource) for reason in _reasons(before, after)]


def _reasons(before: Audience, after: Audience) -> Iterator[str]:
    removed = sorted(before.tenants - after.tenants)
    for row in rows(before.resellers, after.resellers):
        if row.how != "support":
            continue
        if row.part == "whole":
            yield (
                f"The reseller channel of a live offer cannot move from {OPTIONS[row.before]!r} to "
                f"{OPTIONS[row.after]!r} here: it takes a support request ({row.cites})."
            )
        elif removed:
            yield (
                f"Partners of a live offer cannot be deauthorised here: {', '.join(removed)}. "
                f"It takes a support request ({row.cites})."
            )
