"""What has to happen: the actions that moves take, the plan, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model.documents import Resellers, State

Kind = Literal[
    "withdraw-request", "save-draft", "publish", "opt-in", "sync-audience", "adopt", "support-request"
]

Became = Literal["recorded", "handed-out", "waiting", "left-out", "done", "not-accepted", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRef:
    """A tenant with what the documents know of it; None: no document names it."""

    tenant_id: str
    name: str | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The support request as Partner Center's form wants it (S24), ready to paste."""

    id: str
    page: str
    product_family: str
    product: str
    product_version: str
    category: str
    problem: str
    title: str
    description: str
    open_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step in Partner Center, as data. `after` is the offer's state once it is done.

    `status`: needed, or waiting (an open request covers it). `cause`: change, or pending (due at the base).
    `request_id`: the request that this files, waits for or withdraws; `replaces`: a draft that it supersedes.
    """

    id: str
    offer: str
    kind: Kind
    how: Literal["self-service", "support"]
    status: Literal["needed", "waiting"]
    cause: Literal["change", "pending"]
    move: tuple[Resellers, Resellers]
    add: tuple[PartnerRef, ...] = ()
    remove: tuple[PartnerRef, ...] = ()
    after: State
    blocked_by: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    request_id: str | None = None
    replaces: str | None = None
    request: Ticket | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All actions, sorted. `current` and `desired`: offer -> state, for every offer that has actions.

    `blocked`: apply would refuse. `not_planned`: offers with errors in their own documents.
    """

    fingerprint: str
    publisher: str | None
    blocked: bool
    not_planned: tuple[str, ...]
    actions: tuple[Action, ...]
    current: Mapping[str, State | None]
    desired: Mapping[str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one action or request in apply or record, with a sentence for people."""

    offer: str
    action: str
    result: Became
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits on a person or on Microsoft. `since` and `age_days` None: never written down."""

    offer: str
    id: str
    what: str
    waits_on: Literal["person", "microsoft"]
    state: str
    since: str | None = None
    age_days: int | None = None
    ticket: str | None = None
    remove: tuple[str, ...] = ()
    next: str
