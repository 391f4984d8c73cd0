"""What was read in Partner Center itself, beside what the documents say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.model.documents import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model.documents import State


class Drift(NamedTuple):
    """An offer that stands elsewhere than the documents say, although nobody declared it here.

    `recorded` is what the live record says, else what the base declares; `recorded_from` is the record's
    word, or `declared` where there is no record (and then `recorded_at` is None). `published_at`: when the
    live submission was made, where Partner Center tells. `newer`: whose knowledge is the later one.
    `came_true`: filed requests that what was found shows to be granted. `names`: tenant -> name, if known.
    """

    offer: str
    recorded: State
    recorded_at: str | None
    recorded_from: str
    found: State
    found_at: str
    published_at: str | None
    newer: Literal["partner-center", "record"]
    came_true: tuple[str, ...] = ()
    names: Mapping[str, str] = NOTHING


class UnsyncedDraft(NamedTuple):
    """A published offer whose draft holds another audience than is live: saved, and not synced.

    `draft` None: it is said in words whose meaning is not known.
    """

    offer: str
    draft: State | None
    live: State


class NotRead(NamedTuple):
    """An offer whose live state is not known, with the reason as a clause.

    `fault`: something failed, so reading again may help; else it is left to a person. `no_api`: as no API
    serves offers of its type; else what was found is not understood, or there is nothing, so somebody looks.
    """

    offer: str
    reason: str
    fault: bool
    no_api: bool = False


class Comparison(NamedTuple):
    """What a plan against a target was compared with; each offer is in `read` or in `not_read`.

    `unsynced`: drafts with an audience that is neither live nor asked for here.
    """

    target: str
    read_at: str
    read: tuple[str, ...]
    drift: tuple[Drift, ...]
    not_read: tuple[NotRead, ...]
    unsynced: tuple[UnsyncedDraft, ...] = ()
