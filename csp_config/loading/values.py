"""Plain data that its schema has accepted -> values, with the place of each where a rule may need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.model import (
    Acknowledgement,
    Audience,
    Exclusion,
    Offer,
    OfferPlan,
    Partner,
    PartnerList,
    Selection,
    Settings,
    State,
)
from csp_config.model.records import LeftInDraft, LiveAudience, NamedTenant, Request, Resale, Resales

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.document import Document


_MOST_PARTNERS = 200_000  # in each cache


class PartnerValues:
    """Makes partners of their entries; those that say the same are one value, so that rules judge it once."""

    def __init__(self) -> None:
        self._by_entry: dict[Any, Partner] = {}  # entries that documents share, which are hashable
        self._values: dict[Partner, Partner] = {}

    def __call__(self, entries: Iterable[dict[str, Any]]) -> tuple[Partner, ...]:
        """The partners of some entries, in their order."""
        known = self._by_entry.get
        try:
            return tuple([known(entry) or self._partner(entry) for entry in entries])
        except TypeError:  # some are not shared
            return tuple(map(self._partner, entries))

    def _partner(self, entry: dict[str, Any]) -> Partner:
        made = Partner(
            name=entry["name"],
            tenant_id=entry["tenant_id"],
            country=entry["country"],
            partner_id=entry.get("partner_id"),
            competencies=tuple(entry.get("competencies", ())),
            skills=tuple(entry.get("skills", ())),
        )
        if len(self._values) >= _MOST_PARTNERS:
            self._values.clear()
            self._by_entry.clear()
        made = self._values.setdefault(made, made)
        if type(entry).__hash__:
            self._by_entry[entry] = made
        return made


def offer_from(document: Document, partners: PartnerValues) -> Offer:
    """The offer that an Offer document declares."""
    data = document.data
    csp = data["csp"]
    return Offer(
        id=data["id"],
        name=data["name"],
        type=data["type"],
        published=data["published"],
        sold_through_microsoft=data.get("sold_through_microsoft", True),
        markets=tuple(data.get("markets", ())),
        plans=tuple(_offer_plan(plan) for plan in data.get("plans", ())),
        resellers=csp["resellers"],
        partner_lists=tuple(csp.get("partner_lists", ())),
        partners=partners(csp.get("partners", ())),
        exclusions=tuple(
            Exclusion(
                tenant_id=entry["tenant_id"],
                reason=entry.get("reason"),
                source=document.at("csp", "except", index),
            )
            for index, entry in enumerate(csp.get("except", ()))
        ),
        marketing_materials_url=csp.get("marketing_materials_url"),
        channel_contact=csp.get("channel_contact", {}),
        support=csp.get("support", {}),
        acknowledge=_acknowledgements(document, csp, "csp"),
        places=document,
    )


def partner_list_from(document: Document, partners: PartnerValues) -> PartnerList:
    """The list as written; a selection has no partners until it is resolved."""
    data = document.data
    select = data.get("select")
    return PartnerList(
        id=data["id"],
        name=data["name"],
        partners=partners(data.get("partners", ())),
        selection=None
        if select is None
        else Selection(
            lists=tuple(select["from"]),
            where={name: tuple(words) for name, words in select.get("where", {}).items()},
        ),
        acknowledge=_acknowledgements(document, data),
        places=document,
    )


def resales_from(document: Document, _: PartnerValues) -> Resales:
    """The content of a Resales document."""
    data = document.data
    return Resales(
        as_of=data["as_of"],
        since=data.get("from"),
        origin=data["source"],
        covers=tuple(data["covers"]),
        resales=tuple(
            Resale(
                offer=row["offer"],
                tenant_id=row["tenant_id"],
                since=row.get("since"),
                evidence=row.get("evidence", "exact"),
                source=document.at("resales", index),
            )
            for index, row in enumerate(data["resales"])
        ),
        places=document,
    )


def live_from(document: Document, _: PartnerValues) -> LiveAudience:
    """The live record of an offer."""
    data = document.data
    names = _named_tenants(data.get("partners", data.get("tenants", ())))
    audience = Audience(resellers=data["resellers"], tenants=frozenset(one.tenant_id for one in names))
    return LiveAudience(
        offer=data["offer"],
        observed_at=data["observed_at"],
        observed_from=data["observed_from"],
        state=State(published=data["published"], audience=audience),
        names=names,
        note=data.get("note"),
        requests=tuple(map(_request, data.get("requests", ()))),
        left_in_draft=_left_in_draft(data.get("left_in_draft")),
        places=document,
    )


def _left_in_draft(data: dict[str, Any] | None) -> LeftInDraft | None:
    if data is None:
        return None
    tenants = frozenset(data.get("tenants", ()))
    return LeftInDraft(
        at=data["at"],
        audience=Audience(resellers=data["resellers"], tenants=tenants),
        not_put_back=data.get("not_put_back", False),
        not_seen=data.get("not_seen", False),
    )


def settings_from(document: Document) -> Settings:
    """The settings, defaults filled in."""
    data = document.data
    resale_data, guards = data.get("resale_data", {}), data.get("guards", {})
    default = Settings()
    return Settings(
        publisher=data.get("publisher"),
        roots=tuple(data.get("roots", default.roots)),
        default_branch=data.get("default_branch"),
        contact=data.get("contact", {}),
        resale_data_required=resale_data.get("required", default.resale_data_required),
        max_age_days=resale_data.get("max_age_days", default.max_age_days),
        max_removals=guards.get("max_removals", default.max_removals),
        max_removal_percent=guards.get("max_removal_percent", default.max_removal_percent),
        rules=data.get("rules", {}),
        targets=data.get("targets", {}),
        acknowledge=_acknowledgements(document, data),
        places=document,
    )


def _offer_plan(plan: dict[str, Any]) -> OfferPlan:
    return OfferPlan(
        id=plan["id"],
        type=plan.get("type"),
        license=plan.get("license"),
        private=plan.get("private", False),
    )


def _acknowledgements(document: Document, data: dict[str, Any], *steps: str) -> tuple[Acknowledgement, ...]:
    return tuple(
        Acknowledgement(
            code=entry["code"],
            until=entry["until"],
            reason=entry["reason"],
            source=document.at(*steps, "acknowledge", index),
        )
        for index, entry in enumerate(data.get("acknowledge", ()))
    )


def _named_tenants(entries: Iterable[str | dict[str, str]]) -> tuple[NamedTenant, ...]:
    """Tenants of a record; earlier versions wrote the tenant ID alone."""
    return tuple(
        NamedTenant(entry)
        if isinstance(entry, str)
        else NamedTenant(entry["tenant_id"], entry.get("name"), entry.get("country"))
        for entry in entries
    )


def _request(entry: dict[str, Any]) -> Request:
    remove, tenants, left_in, older = (
        _named_tenants(entry.get(key, ())) for key in ("remove", "tenants", "except", "partners")
    )
    names = {one.tenant_id: one for one in (*left_in, *tenants, *remove, *older) if one.name}
    return Request(
        id=entry["id"],
        move_from=entry["move"]["from"],
        move_to=entry["move"]["to"],
        remove=tuple(one.tenant_id for one in remove),
        tenants=tuple(one.tenant_id for one in tenants),
        left_in=tuple(one.tenant_id for one in left_in),
        names=tuple(names.values()),
        status=entry["status"],
        drafted_at=entry["drafted_at"],
        filed_at=entry.get("filed_at"),
        closed_at=entry.get("closed_at"),
        ticket=entry.get("ticket"),
        note=entry.get("note"),
    )
