"""A document against its schema: what is wrong, each mistake once, at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.schema.fitting import fitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.model import Finding
    from csp_config.schema.shapes import Checked


class SchemaChecker:
    """Checks documents against their schemas; owns the caches of what passed, which go with it."""

    def __init__(self) -> None:
        self._fitting: dict[str, Callable[[Any], bool]] = {}  # by kind

    def check(self, document: Checked, kind: str) -> tuple[Finding, ...]:
        """What keeps a document from being a `kind` (see KINDS), by place; empty if nothing does."""
        fits = self._fitting.get(kind) or self._fitting.setdefault(kind, fitting(kind))
        if fits(document.data):
            return ()
        from csp_config.schema.explaining import explained  # noqa: PLC0415 - nearly every document fits

        return explained(document, kind)


def check(document: Checked, kind: str) -> tuple[Finding, ...]:
    """One document by itself; as `SchemaChecker.check`."""
    return SchemaChecker().check(document, kind)
