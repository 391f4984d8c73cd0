"""plan --if: today's declarations with proposed changes.

Longer than most modules: each form of a question is a change of the same proposal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.missing import missing
from csp_config.commands.questions import answer_question
from csp_config.commands.workspace import require_settings
from csp_config.errors import ReadingError, UsageError
from csp_config.loading import settled_again
from csp_config.model import Audience, Exclusion, partners_by_tenant
from csp_config.model.question import Question
from csp_config.planning.moves import resale_knowledge
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from csp_config.commands.missing import DocumentKind
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Offer, Partner, PartnerList, Places, Report, Resellers, Snapshot, Source

_OPTION = re.compile(r"(?P<name>[^=+]+)=(?P<option>any|selected|none)")
_TENANT = re.compile(
    r"(?P<name>.+?)(?P<sign>[+-])"
    r"(?P<tenant>\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?)"
)
_FORMS = "write OFFER=none, OFFER=any, OFFER=selected, OFFER+TENANT, OFFER-TENANT or LIST-TENANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One proposed change: an option for an offer, or a tenant that is added or removed."""

    typed: str
    name: str
    option: Resellers | None = None
    tenant: str | None = None
    adds: bool = False


def what_if(workspace: Workspace, typed: Sequence[str], today: date, *, notes: Sequence[str] = ()) -> Report:
    """What it would take if these changes were declared too, one after the other.

    Raises: UsageError for a change that cannot be read, or about what no document declares; ReadingError
    where a document that could not be read may declare it.
    """
    require_settings(workspace)
    proposal = _Proposal(workspace.candidate, workspace.base)
    for text in typed:
        proposal.apply(_parse_change(text))
    question = Question(
        kind="if",
        asked=tuple(typed),
        already=tuple(proposal.already),
        notes=tuple(dict.fromkeys((*notes, *proposal.notes))),
    )
    return answer_question(workspace, proposal.snapshot, question, today)


def _parse_change(text: str) -> Change:
    if found := _OPTION.fullmatch(text.strip()):
        option: Resellers
        for option in ("any", "selected", "none"):
            if option == found["option"]:
                return Change(typed=text, name=found["name"], option=option)
    if found := _TENANT.fullmatch(text.strip()):
        tenant = canonical_tenant(found["tenant"])
        if tenant is not None:
            return Change(typed=text, name=found["name"], tenant=tenant, adds=found["sign"] == "+")
    raise UsageError(f"--if '{text[:120]}' is not a change that can be asked about", help=_FORMS)


class _Places(NamedTuple):
    """The places of a document without some entries of one list: those that stay keep theirs.

    `steps`: what leads to the list; `kept`: the index in the document of each entry that is left.
    """

    written: Places
    steps: tuple[str, ...]
    kept: tuple[int, ...]

    @property
    def path(self) -> str:
        """Path of the document."""
        return self.written.path

    def at(self, *steps: str | int) -> Source:
        """As in Places."""
        return self.written.at(*self._as_written(steps))

    def key(self, *steps: str | int) -> Source:
        """As in Places."""
        return self.written.key(*self._as_written(steps))

    def _as_written(self, steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
        deep = len(self.steps)
        match steps[deep:]:
            case (int(index), *after) if steps[:deep] == self.steps and index < len(self.kept):
                return (*self.steps, self.kept[index], *after)
        return steps


def _places_without(
    places: Places, steps: tuple[str, ...], partners: Sequence[Partner], tenant: str | None
) -> Places:
    """The places of a document whose partners leave a tenant out."""
    kept = tuple(index for index, partner in enumerate(partners) if partner.tenant_id != tenant)
    return places if len(kept) == len(partners) else _Places(places, steps, kept)


class _Proposal:
    """The declarations with the proposed changes, made one by one.

    `snapshot`: with the changes so far. `already`, `notes`: as in Question. Tenants that no document names
    are kept apart from the snapshot, since an entry would need a name and a country.
    """

    def __init__(self, today: Snapshot, base: Snapshot | None) -> None:
        self.snapshot = today
        self._resales = resale_knowledge(base, today)
        self.already: list[str] = []
        self.notes: list[str] = []
        self._unnamed: set[tuple[str, str]] = set()
        self._partners = {tenant: one for tenant, one in partners_by_tenant(today).items() if one.country}

    def apply(self, change: Change) -> None:
        """Make one change. Raises: UsageError, ReadingError."""
        before = self.snapshot.audiences
        offer = self.snapshot.offers.get(change.name)
        if offer is not None and change.name in self.snapshot.lists and change.tenant and not change.adds:
            raise UsageError(
                f"--if {change.typed}: {change.name} is a partner list and an offer",
                help="give the list another id, or ask for each offer that draws on it: --if OFFER-TENANT",
            )
        if offer is not None and self.snapshot.declared(offer.id) is None:
            raise ReadingError(
                f"what {offer.id} declares is not known, so nothing can be said of a change",
                help="csp-config validate shows which of its documents has errors",
            )
        self._unnamed.discard((change.name, change.tenant or ""))
        if offer is not None:
            self._resolve(offers={**self.snapshot.offers, offer.id: self._with_change(offer, change)})
        else:
            self._remove_from_list(change)
        if self.snapshot.audiences == before:
            self.already.append(_why_unchanged(change, before))

    def _remove_from_list(self, change: Change) -> None:
        lists = self.snapshot.lists
        entry = lists.get(change.name)
        if entry is None:
            kinds: tuple[DocumentKind, ...] = ("Offer", "PartnerList") if change.tenant else ("Offer",)
            otherwise = "csp-config plan and csp-config partners name them"
            raise missing(self.snapshot, change.name, kinds, otherwise=otherwise)
        if change.tenant is None or change.adds:
            raise UsageError(
                f"--if {change.typed}: {entry.id} is a partner list, and of a list only LIST-TENANT is asked",
                help=_FORMS,
            )
        remaining = tuple(partner for partner in entry.partners if partner.tenant_id != change.tenant)
        places = _places_without(entry.places, ("partners",), entry.partners, change.tenant)
        if remaining != entry.partners and entry.selection is not None:
            self.notes.append(
                f"{entry.id} selects its partners: {change.tenant} has to leave the lists that it selects"
                " from, or each offer has to name it under `except`"
            )
        if remaining != entry.partners:
            changed = entry._replace(partners=remaining, selection=None, places=places)
            self._resolve(lists={**lists, entry.id: changed})

    def _resolve(
        self, offers: Mapping[str, Offer] | None = None, lists: Mapping[str, PartnerList] | None = None
    ) -> None:
        resolved = settled_again(self.snapshot, offers=offers, lists=lists)
        audiences = dict(resolved.audiences)
        for offer, tenant in self._unnamed:
            if audiences[offer].resellers == "selected":
                audiences[offer] = Audience(resellers="selected", tenants=audiences[offer].tenants | {tenant})
        self.snapshot = resolved._replace(audiences=audiences)

    def _with_change(self, offer: Offer, change: Change) -> Offer:
        """The offer with the change, as its document would declare it."""
        audience = self.snapshot.audiences[offer.id]
        if change.option == audience.resellers:
            return offer
        if change.option == "selected":
            known = self._resales.get(offer.id)
            return self._with_tenants(offer, known.tenants if known else frozenset())
        if change.option is not None:
            return offer._replace(resellers=change.option, partner_lists=(), partners=(), exclusions=())
        assert change.tenant is not None  # noqa: S101 - a change has an option or a tenant
        if change.adds:
            return offer if audience.resellers == "any" else self._with_tenants(offer, {change.tenant})
        if audience.resellers == "any":
            raise UsageError(
                f"--if {change.typed}: every partner of the programme may sell {offer.id}, so one alone"
                " cannot lose it",
                help=f"ask for the move first: --if {offer.id}=selected --if {change.typed}",
            )
        return self._without(offer, change.tenant)

    def _with_tenants(self, offer: Offer, tenants: AbstractSet[str]) -> Offer:
        """The offer with these tenants among those that are selected."""
        brought = self._listed_tenants(offer)
        new = sorted(tenants - brought)
        named = tuple(self._partners[tenant] for tenant in new if tenant in self._partners)
        self._unnamed.update((offer.id, tenant) for tenant in new if tenant not in self._partners)
        return offer._replace(
            resellers="selected",
            partners=(*offer.partners, *named),
            exclusions=tuple(entry for entry in offer.exclusions if entry.tenant_id not in tenants),
        )

    def _without(self, offer: Offer, tenant: str) -> Offer:
        """The offer without one tenant, whether it names the tenant or a list brings it."""
        remaining = tuple(partner for partner in offer.partners if partner.tenant_id != tenant)
        places = _places_without(offer.places, ("csp", "partners"), offer.partners, tenant)
        offer = offer._replace(partners=remaining, places=places)
        listed = tenant in self._listed_tenants(offer)
        excluded = any(entry.tenant_id == tenant for entry in offer.exclusions)
        if not listed or excluded:
            return offer
        place = offer.places.key("csp", "partner_lists")
        return offer._replace(
            exclusions=(*offer.exclusions, Exclusion(tenant_id=tenant, source=place)),
        )

    def _listed_tenants(self, offer: Offer) -> frozenset[str]:
        """The tenants of its lists and its own partners, before `except`."""
        lists = (self.snapshot.lists[name].partners for name in offer.partner_lists)
        return frozenset(partner.tenant_id for partner in chain(offer.partners, *lists))


def _why_unchanged(change: Change, audiences: Mapping[str, Audience]) -> str:
    """Why a change changes nothing."""
    audience = audiences.get(change.name)
    if audience is None:
        return f"{change.typed}: the list does not hold this tenant"
    if change.option is not None:
        return f"{change.typed}: this is declared already"
    if audience.resellers == "any":
        return f"{change.typed}: every partner of the programme may sell {change.name} already"
    return f"{change.typed}: the tenant is {'already' if change.adds else 'not'} in the audience"
