"""The protocols of a target: one reads, another writes, so that planning cannot write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.model import Audience, OfferPlan, State
    from csp_config.model.comparison import NotRead, UnsyncedDraft
    from csp_config.model.work import Action

__all__ = ["Described", "Event", "Found", "Reader", "Result", "Subject", "Target", "Task", "Watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An offer to read; `published`: as the documents have it, for targets that do not tell.

    `left_in_draft`: the audience that apply left in its draft; with one, its preview is read, too.
    """

    offer: str
    type: str
    published: bool
    left_in_draft: Audience | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffer:
    """An offer's live state as read; `published_at`: its last publication, where the target tells.

    `unsynced`: what its draft holds, where that is another audience than the live one. `left_in_preview`:
    whether its preview may hold a part of what apply left in its draft.
    """

    offer: str
    state: State
    read_at: str
    published_at: str | None = None
    unsynced: UnsyncedDraft | None = None
    left_in_preview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDescription:
    """An offer as the target describes it, for a new Offer document. `labels`: tenant -> name."""

    offer: str
    name: str
    type: str
    state: State
    read_at: str
    sold_through_microsoft: bool
    markets: tuple[str, ...]
    plans: tuple[OfferPlan, ...]
    labels: Mapping[str, str]
    materials: str | None
    contact: Mapping[str, str]
    support: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of a run, for progress and for `--events`; never holds a secret."""

    name: str
    offer: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Watch = Callable[[Event], None]
"""Called with each event; possibly from several threads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The self-service actions of one offer that a target is to carry out together.

    `current`: the plan's current state; if the target holds another one by then, the task is stale.
    `left_in_draft`: the audience that an earlier run left in the offer's draft or preview, and that may be
    overwritten; `not_put_back`: it tried to take it out, and could not; `not_seen`: it did not read it back.
    """

    offer: str
    type: str
    current: State
    actions: tuple[Action, ...]
    left_in_draft: Audience | None = None
    not_put_back: bool = False
    not_seen: bool = False

    @property
    def desired(self) -> State:
        """The offer's state once the actions are done."""
        return self.actions[-1].after


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a task, with a sentence for people. `state`: the offer's state now, if known.

    done; manual: a person has to go on; not-accepted: the target kept another audience; waiting: a job or
    submission is in progress, run again later; stale: the offer changed since the plan; failed: nothing is
    known to be done. `wrote`: the target accepted a write, or may have. `left_in_draft`: the audience that
    apply saved, in this run or before, and that the offer's draft or preview may hold while it is not live;
    `not_put_back`: it was to be taken out again, and that failed; `not_seen`: it was not read back, so a job
    may still save it. `halted`: the run was asked to end.
    """

    task: Task
    result: Literal["done", "manual", "not-accepted", "waiting", "stale", "failed"]
    detail: str
    state: State | None = None
    wrote: bool = False
    left_in_draft: Audience | None = None
    not_put_back: bool = False
    not_seen: bool = False
    halted: bool = False


class Reader(Protocol):
    """Reads live states; it has no methods that write."""

    def read(self, subjects: Iterable[Subject]) -> Iterator[LiveOffer | NotRead]:
        """The live state of each offer, in any order.

        Raises: TargetError when nothing can be read at all.
        """


class Target(Protocol):
    """Carries out tasks. A task that fails does not stop the others."""

    @property
    def paused(self) -> bool:
        """Whether the run ended because the target asks for a longer pause than `--wait` allows."""

    def carry_out(self, tasks: Sequence[Task]) -> Iterator[Result]:
        """The result of each task, in the order in which they end."""
