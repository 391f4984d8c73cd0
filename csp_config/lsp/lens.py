"""What the plan has for an offer, in a few words above its `csp:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from csp_config.lsp.session import Judged


def summary(judged: Judged, offer: str) -> str:
    """As `plan: +1 -1, 1 form`: partners that come and go, and the forms to file."""
    actions = judged.actions(offer)
    if not actions:
        return "plan: nothing to do"
    added, removed = sum(len(one.add) for one in actions), sum(len(one.remove) for one in actions)
    forms = sum(one.kind == "support-request" and one.status == "needed" for one in actions)
    waiting = sum(one.status == "waiting" for one in actions)
    kinds = [one.kind for one in actions if one.kind not in ("support-request", "sync-audience")]
    parts = [" ".join(part for part in (added and f"+{added}", removed and f"-{removed}") if part)]
    parts += [
        *dict.fromkeys(kinds),
        counted(forms, "form") if forms else "",
        f"{waiting} waiting" if waiting else "",
    ]
    blocked = any(one.blocked_by for one in actions)
    return f"plan: {', '.join(part for part in parts if part)}{', not possible' if blocked else ''}"
