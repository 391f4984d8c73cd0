"""An audience that apply left in an offer's draft or preview, compared with what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csp_config.model.documents import Audience


def may_hold(held: Audience | None, left: Audience, live: Audience) -> bool:
    """Whether a draft or preview may still hold a part of what was left there; `held` None: not understood.

    A part is a partner whom both add to the live audience, or take out of it.
    """
    if held is None or held == left:
        return held != live
    if not held.resellers == left.resellers == "selected":
        return False
    return bool((held.tenants ^ live.tenants) & (left.tenants ^ live.tenants))


def is_part_of(held: Audience | None, left: Audience, live: Audience) -> bool:
    """Whether what was left there explains every difference between a draft or preview and what is live."""
    if held is None or held == left:
        return held is not None
    if not held.resellers == left.resellers == "selected":
        return False
    return held.tenants ^ live.tenants <= left.tenants ^ live.tenants
