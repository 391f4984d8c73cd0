"""A document against its schema: what is wrong, each mistake once, at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from csp_config.model import Places
from csp_config.schema.fitting import fits

if TYPE_CHECKING:
    from csp_config.model import Finding


class Checked(Places, Protocol):
    """A document that was read: its plain data, and where everything stands."""

    @property
    def data(self) -> Any:
        """Mappings, lists, text, numbers, booleans and None."""


def check(document: Checked, kind: str) -> tuple[Finding, ...]:
    """What keeps a document from being a `kind` (see KINDS), sorted by place; empty if nothing does."""
    if fits(document.data, kind):
        return ()
    from csp_config.schema.explaining import explained  # noqa: PLC0415 - nearly every document fits

    return explained(document, kind)
