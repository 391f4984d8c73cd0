"""The whole state of a project at one commit, as pages and JSON tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.model.history import AsOf

Data = dict[str, Any]
"""Plain data, as JSON has it."""


class Site(NamedTuple):
    """The state at one commit. `offers`: by offer ID; `partners`: by tenant ID, each with its timeline.

    `requests`: the open ones, oldest first. `unread`: paths of documents that could not be used, so that more
    may be true.
    """

    as_of: AsOf
    publisher: str | None
    offers: Mapping[str, Data]
    partners: Mapping[str, Data]
    requests: Sequence[Data]
    never_observed: Sequence[str]
    unread: Sequence[str]
