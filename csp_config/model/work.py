"""What has to happen: the actions that moves take, the plan, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.model.documents import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.model.documents import Resellers, State
    from csp_config.model.history import AsOf
    from csp_config.model.records import RequestStatus

Kind = Literal[
    "put-back-draft",
    "withdraw-request",
    "save-draft",
    "publish",
    "opt-in",
    "sync-audience",
    "adopt",
    "support-request",
]

Cause = Literal["change", "pending"]
"""Whether this change brings it, or it was due at the base."""

Became = Literal["recorded", "handed-out", "waiting", "left-out", "done", "not-accepted", "failed"]


class PartnerRef(NamedTuple):
    """A tenant with what the documents know of it; None: no document names it.

    `lists`: in an action, the partner lists of the offer that bring the tenant, or brought it at the base.
    """

    tenant_id: str
    name: str | None = None
    country: str | None = None
    region: str | None = None
    partner_id: str | None = None
    competencies: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class Ticket(NamedTuple):
    """The support request as Partner Center's form wants it (S24), ready to paste.

    `category` None: its name in the form is not documented; `category_hint` says what to look for then.
    """

    id: str
    page: str
    product_family: str
    product: str
    product_version: str
    category: str | None
    category_hint: str | None
    problem: str
    title: str
    description: str
    open_fields: tuple[str, ...]


class Action(NamedTuple):
    """One step in Partner Center, as data. `after` is the offer's state once it is done.

    `status`: needed, or waiting (an open request covers it). `cause`: change, or pending (due at the base).
    `request_id`: the request that this files, waits for or withdraws; `replaces`: a draft that it supersedes.
    `due`: those of the partners whose change was due at the base already, where the cause is this change.
    """

    id: str
    offer: str
    kind: Kind
    how: Literal["self-service", "support"]
    status: Literal["needed", "waiting"]
    cause: Cause
    move: tuple[Resellers, Resellers]
    after: State
    add: tuple[PartnerRef, ...] = ()
    remove: tuple[PartnerRef, ...] = ()
    blocked_by: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    request_id: str | None = None
    replaces: str | None = None
    request: Ticket | None = None
    due: tuple[str, ...] = ()

    def by_cause(self) -> tuple[Action, ...]:
        """The action, apart in what this change brings and what was due already, for telling people of it."""
        if not self.due:
            return (self,)
        return (
            self._replace(add=self._not_due(self.add), remove=self._not_due(self.remove), due=()),
            self._replace(add=self._due(self.add), remove=self._due(self.remove), due=(), cause="pending"),
        )

    def _due(self, partners: Iterable[PartnerRef]) -> tuple[PartnerRef, ...]:
        return tuple(one for one in partners if one.tenant_id in self.due)

    def _not_due(self, partners: Iterable[PartnerRef]) -> tuple[PartnerRef, ...]:
        return tuple(one for one in partners if one.tenant_id not in self.due)


class PlannedOffer(NamedTuple):
    """What reports say of an offer that has actions. `resold`: tenants known to have resold it, sorted."""

    name: str | None = None
    type: str | None = None
    markets: tuple[str, ...] = ()
    resold: tuple[str, ...] = ()


class PlannedRequest(NamedTuple):
    """Where a request of the ledger stands that an action waits for or withdraws.

    `move`, `tenants`, `remove`: what it asks for, as in the ledger.
    """

    status: RequestStatus
    drafted_at: str
    filed_at: str | None = None
    ticket: str | None = None
    move: tuple[Resellers, Resellers] = ("selected", "selected")
    tenants: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Plan(NamedTuple):
    """All actions, sorted. `current` and `desired`: offer -> state, for every offer that has actions.

    `blocked`: apply would refuse. `not_planned`: offers with errors in their own documents. What follows is
    for reports, and takes no part in the fingerprint: `day` on which it was made (ISO, UTC), `offers`,
    `partners` (tenant -> what is known of it, for all tenants of `current` and `desired`), `requests`, and
    `unsaved`: the drafts without a live record of which nothing is due; nobody has said that they are saved.
    """

    fingerprint: str
    publisher: str | None
    blocked: bool
    not_planned: tuple[str, ...]
    actions: tuple[Action, ...]
    current: Mapping[str, State | None]
    desired: Mapping[str, State]
    day: str | None = None
    offers: Mapping[str, PlannedOffer] = NOTHING
    partners: Mapping[str, PartnerRef] = NOTHING
    requests: Mapping[str, PlannedRequest] = NOTHING
    unsaved: tuple[str, ...] = ()

    def partner(self, tenant_id: str) -> PartnerRef:
        """What is known of a tenant; the tenant alone where that is nothing."""
        return self.partners.get(tenant_id) or PartnerRef(tenant_id=tenant_id)


class Outcome(NamedTuple):
    """What became of one action or request in apply or record, with a sentence for people."""

    offer: str
    action: str
    result: Became
    detail: str


class Waiting(NamedTuple):
    """Something that waits on a person or on Microsoft. `since` and `age_days` None: never written down.

    `wanted`: whether what an open request asks for is still declared; None where the offer is not planned, so
    that it is not known. `blocked_by`: the rules that hold it back.
    """

    offer: str
    id: str
    what: str
    waits_on: Literal["person", "microsoft"]
    state: str
    next: str
    since: str | None = None
    age_days: int | None = None
    ticket: str | None = None
    remove: tuple[str, ...] = ()
    wanted: bool | None = True
    blocked_by: tuple[str, ...] = ()


class Status(NamedTuple):
    """What waits, and what is not known or not kept.

    `waiting`: requests open or refused, and steps not recorded, by offer. `never_observed`: offers that are
    published and that nobody has looked at. `uncommitted`: paths of records that only this disk has.
    `unread`: paths of documents that could not be read. `not_planned`: offers whose documents have errors, so
    that what is due of them is not known. `unsaved`: as in Plan; it is nothing that waits.
    `as_of`: the commit of the day or revision that was asked for. `project`: the folder of the project, from
    git's top; empty for the top.
    """

    waiting: tuple[Waiting, ...]
    never_observed: tuple[str, ...] = ()
    uncommitted: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    not_planned: tuple[str, ...] = ()
    unsaved: tuple[str, ...] = ()
    as_of: AsOf | None = None
    project: str = ""

    @property
    def anything(self) -> bool:
        """Whether anything waits at all."""
        return bool(self.waiting or self.never_observed or self.uncommitted)

    def older_than(self, days: int) -> Status:
        """What waits for more than so many days; what nobody dated is as old as it gets."""
        old = tuple(one for one in self.waiting if one.age_days is None or one.age_days > days)
        return self._replace(waiting=old)
