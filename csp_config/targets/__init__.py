"""What a target is: reading and carrying out are two protocols, so planning cannot write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.model import Action, Audience, NotRead, OfferPlan, State, UnsyncedDraft

__all__ = ["Described", "Event", "Found", "Reader", "Result", "Subject", "Target", "Task", "Watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An offer to read; `published` is what the documents say, for where the target does not tell."""

    offer: str
    type: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffer:
    """An offer's live state as read; `published_at`: when it was last published, where the target tells.

    `unsynced`: what its draft holds, where that is another audience than the live one.
    """

    offer: str
    state: State
    read_at: str
    published_at: str | None = None
    unsynced: UnsyncedDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDescription:
    """An offer as the target describes it: what an Offer document needs. `labels`: tenant -> name."""

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
    """Something that happened on the way, for progress and for `--events`; never holds a secret."""

    name: str
    offer: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Watch = Callable[[Event], None]
"""Is told of each event; may be called from several threads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The self-service actions of one offer that a target is to carry out together.

    `current` is what the plan started from; if the target holds something else by then, the task is stale.
    `left`: the audience that an earlier run left in the offer's draft, which may therefore be written over.
    """

    offer: str
    type: str
    current: State
    actions: tuple[Action, ...]
    left: Audience | None = None

    @property
    def wanted(self) -> State:
        """The offer's state once the actions are done."""
        return self.actions[-1].after


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a task, with a sentence for people. `state`: where the offer now stands, if known.

    done; manual: a person has to go on; not-accepted: the target kept something else; waiting: something is
    under way, run again later; stale: the offer moved since the plan; failed: nothing is known to be done.
    `wrote`: the target took a write, or may have. `left`: the audience that the offer's draft may still hold
    although it should not.
    """

    task: Task
    result: Literal["done", "manual", "not-accepted", "waiting", "stale", "failed"]
    detail: str
    state: State | None = None
    wrote: bool = False
    left: Audience | None = None


class Reader(Protocol):
    """Reads live states; it has no way to change anything."""

    def read(self, subjects: Iterable[Subject]) -> Iterator[LiveOffer | NotRead]:
        """The live state of each offer, in whatever order they arrive.

        Raises: TargetError when nothing can be read at all.
        """


class Target(Protocol):
    """Carries out tasks. One failing task does not stop the others."""

    @property
    def paused(self) -> bool:
        """Whether the run ended because the target asks for a longer pause than it may make."""

    def carry_out(self, tasks: Sequence[Task]) -> Iterator[Result]:
        """What became of each task, in whatever order they end."""
