"""Values to make runbooks of: one offer, three partners, one action of every kind and state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.model import Audience, Offer, Partner, PartnerList, Settings, Snapshot, Source, State
from csp_config.model.records import LiveAudience, Request, Resale, Resales
from csp_config.model.work import Action, PartnerRef, Plan

if TYPE_CHECKING:
    from csp_config.model import Resellers
    from csp_config.model.work import Kind

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
NORTHWIND = "22222222-2222-4333-8444-555555555555"
OFFER, REQUEST = "contoso-insights", "contoso-insights-3f9a2c41"


class Nowhere:
    path = "offers/contoso-insights.yaml"

    def at(self, *_steps: str | int) -> Source:
        return Source(self.path)

    key = at


def partner(tenant: str, name: str, country: str) -> Partner:
    return Partner(name=name, tenant_id=tenant, country=country)


def ref(tenant: str, name: str | None, country: str | None) -> PartnerRef:
    return PartnerRef(tenant_id=tenant, name=name, country=country)


FABRIKAM_REF, ADATUM_REF = ref(FABRIKAM, "Fabrikam Cloud", "DE"), ref(ADATUM, "Adatum", "NO")
LIST = PartnerList(
    id="emea",
    name="EMEA",
    partners=(partner(FABRIKAM, "Fabrikam Cloud", "DE"), partner(NORTHWIND, "Northwind", "FR")),
    places=Nowhere(),
)
INSIGHTS = Offer(
    id=OFFER,
    name="Contoso Insights",
    type="saas",
    published=True,
    resellers="selected",
    marketing_materials_url="https://contoso.example/csp",
    channel_contact={"name": "Ana Lima", "email": "csp@contoso.example"},
    support={"url": "https://contoso.example/support"},
    places=Nowhere(),
)
SNAPSHOT = Snapshot(
    settings=Settings(publisher="contoso", contact={"name": "Ana Lima", "email": "csp@contoso.example"}),
    offers={OFFER: INSIGHTS},
    lists={"emea": LIST},
    resales=(
        Resales(
            as_of="2026-11-20",
            since="lifetime",
            origin="subscriptions",
            covers=(OFFER,),
            resales=(Resale(offer=OFFER, tenant_id=NORTHWIND, since="2025-03-01", source=Source("r.yaml")),),
            places=Nowhere(),
        ),
    ),
)


def state(resellers: Resellers, *tenants: str, published: bool = True) -> State:
    return State(published=published, audience=Audience(resellers=resellers, tenants=frozenset(tenants)))


def action(kind: Kind, before: Resellers, after: State, **changes: Any) -> Action:
    made = Action(
        id=f"{OFFER}/{kind}-1a2b3c4d",
        offer=OFFER,
        kind=kind,
        how="support" if kind.endswith("-request") else "self-service",
        status="needed",
        cause="change",
        move=(before, after.resellers),
        after=after,
        request_id=REQUEST if kind.endswith("-request") else None,
    )
    return made._replace(**changes)


REMOVAL = action("support-request", "selected", state("selected", FABRIKAM), remove=(ADATUM_REF,))


def with_request(**changes: Any) -> Snapshot:
    request = Request(
        id=REQUEST,
        move_from="selected",
        move_to="selected",
        remove=(ADATUM,),
        status="drafted",
        drafted_at="2026-11-20T09:00:00Z",
    )
    live = LiveAudience(
        offer=OFFER,
        observed_at="2026-11-20T09:00:00Z",
        observed_from="manual",
        state=state("selected", FABRIKAM, ADATUM),
        requests=(request._replace(**changes),),
    )
    return SNAPSHOT._replace(live={OFFER: live})


def plan(*actions: Action, not_planned: tuple[str, ...] = ()) -> Plan:
    return Plan(
        fingerprint="sha256:" + "0" * 64,
        publisher="contoso",
        blocked=False,
        not_planned=not_planned,
        actions=actions,
        current={},
        desired={},
    )


BOTH = state("selected", FABRIKAM, ADATUM)
BARE = INSIGHTS._replace(marketing_materials_url=None, channel_contact={}, support={})
WITHDRAWAL = action("withdraw-request", "selected", BOTH)
WAITING = REMOVAL._replace(status="waiting")

CASES: dict[str, tuple[Action, Snapshot]] = {
    "save-draft: the list of an offer that is not published": (
        action(
            "save-draft",
            "selected",
            state("selected", FABRIKAM, NORTHWIND, published=False),
            add=(FABRIKAM_REF,),
            remove=(ADATUM_REF,),
        ),
        SNAPSHOT,
    ),
    "save-draft: from the list to none": (
        action("save-draft", "selected", state("none", published=False), remove=(ADATUM_REF,)),
        SNAPSHOT,
    ),
    "publish": (action("publish", "selected", state("selected", FABRIKAM)), SNAPSHOT),
    "opt-in: with a list": (
        action("opt-in", "none", state("selected", FABRIKAM, NORTHWIND), add=(FABRIKAM_REF,)),
        SNAPSHOT,
    ),
    "opt-in: for any partner, without materials": (
        action("opt-in", "none", state("any")),
        SNAPSHOT._replace(offers={OFFER: BARE}),
    ),
    "sync-audience": (action("sync-audience", "selected", BOTH, add=(FABRIKAM_REF,)), SNAPSHOT),
    "adopt: a list": (action("adopt", "selected", BOTH), SNAPSHOT),
    "adopt: none": (action("adopt", "none", state("none")), SNAPSHOT),
    "support-request: a removal": (REMOVAL, SNAPSHOT),
    "support-request: in place of a draft": (
        REMOVAL._replace(replaces="contoso-insights-00000000"),
        SNAPSHOT,
    ),
    "support-request: drafted earlier": (WAITING, with_request()),
    "support-request: filed": (
        WAITING,
        with_request(status="filed", filed_at="2026-11-21T11:00:00Z", ticket="2611200030001234"),
    ),
    "support-request: from any to the list": (
        action("support-request", "any", state("selected", FABRIKAM, NORTHWIND)),
        SNAPSHOT,
    ),
    "support-request: from any to none": (action("support-request", "any", state("none")), SNAPSHOT),
    "support-request: from the list to any": (action("support-request", "selected", state("any")), SNAPSHOT),
    "support-request: from the list to none": (
        action("support-request", "selected", state("none"), remove=(FABRIKAM_REF, ADATUM_REF)),
        SNAPSHOT,
    ),
    "support-request: refused": (REMOVAL._replace(blocked_by=("CSP304", "CSP309")), SNAPSHOT),
    "sync-audience: refused": (
        action("sync-audience", "selected", BOTH, add=(FABRIKAM_REF,), blocked_by=("CSP107",)),
        SNAPSHOT,
    ),
    "withdraw-request: filed": (WITHDRAWAL, with_request(status="filed", ticket="2611200030001234")),
    "withdraw-request: drafted": (WITHDRAWAL, with_request()),
    "withdraw-request: not in the record": (WITHDRAWAL, SNAPSHOT),
}
