"""Reports and plans built by hand, as small as a test needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from csp_config.model import (
    Audience,
    Base,
    Blocks,
    Candidate,
    Diagnostic,
    Finding,
    Report,
    Resellers,
    Rule,
    Severity,
    Source,
    State,
)
from csp_config.model.work import Action, Kind, PartnerRef, Plan, PlannedOffer, PlannedRequest, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
NORTHWIND = "11111111-2222-4333-8444-555555555555"
COMMIT = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"
HEAD = "9f8e7d6c5b4a9f8e7d6c5b4a9f8e7d6c5b4a9f8e"
FINGERPRINT = "sha256:" + "5a" * 32
HEAD_PARENT = Base(revision="HEAD^", commit=COMMIT, found_by="head-parent")
LIST = "offers/partner-lists/emea.yaml"
LIST_TEXT = b"kind: PartnerList\nid: emea\nname: EMEA\npartners:\n  - name: Fabrikam Cloud\n"


def diagnostic(
    code: str = "CSP304",
    *,
    name: str = "resold-partner-removed",
    severity: Severity = "error",
    message: str = "Fabrikam Cloud has resold contoso-insights and cannot be deauthorised",
    path: str = LIST,
    line: int = 5,
    column: int = 5,
    offer: str | None = None,
    tenants: tuple[str, ...] = (),
    help_text: str | None = None,
    cites: tuple[str, ...] = ("S17",),
    acknowledged: str | None = None,
    pending: bool = False,
) -> Diagnostic:
    return Diagnostic(
        code=code,
        name=name,
        severity=severity,
        message=message,
        source=Source(path, line, column),
        offer=offer,
        tenants=tenants,
        help=help_text,
        cites=cites,
        acknowledged=acknowledged,
        pending=pending,
    )


def report(
    *diagnostics: Diagnostic,
    plan: Plan | None = None,
    base: Base | None = HEAD_PARENT,
    files: Mapping[str, bytes] | None = None,
    rules: tuple[Rule, ...] = (),
    documents: int = 12,
    offers: int = 7,
) -> Report:
    known = {LIST: LIST_TEXT} if files is None else files
    return Report(
        tool="csp-config 0.1.0",
        base=base,
        candidate=Candidate(kind="commit", commit=HEAD),
        diagnostics=diagnostics,
        documents=documents,
        offers=offers,
        files=known,
        paths=tuple(path for path in known if path.endswith((".yaml", ".yml"))),
        rules=rules,
        plan=plan,
    )


def _nothing(_subject: object, _context: object) -> Iterable[Finding]:
    return ()


def rule(
    code: str,
    name: str,
    *,
    family: str = "moves",
    severity: Severity = "error",
    acknowledgeable: bool = False,
    blocks: Blocks | None = "plan",
) -> Rule:
    return Rule(
        code=code,
        name=name,
        severity=severity,
        manual=f"What {name} is about.\n\nWhy {name} matters.\n\nFix: Put it right.",
        cites=("S17",),
        family=family,
        looks_at="offer",
        blocks=blocks,
        acknowledgeable=acknowledgeable,
        check=_nothing,
    )


RULES = (
    rule("CSP001", "invalid-yaml", family="documents", blocks="document"),
    rule("CSP112", "no-partner-enablement", family="offers", severity="warning", acknowledgeable=True),
    rule("CSP304", "resold-partner-removed", blocks="removal"),
    rule("CSP308", "resale-data-missing", severity="warning", blocks="action"),
    rule("CSP309", "too-many-removals", acknowledgeable=True, blocks="removal"),
)


def partner(tenant: str = FABRIKAM, name: str | None = "Fabrikam Cloud") -> PartnerRef:
    return PartnerRef(tenant_id=tenant, name=name, country="DE", region="europe")


def state(resellers: Resellers = "selected", *tenants: str, published: bool = True) -> State:
    return State(published=published, audience=Audience(resellers=resellers, tenants=frozenset(tenants)))


def ticket(request: str, description: str = "Please deauthorise one partner.") -> Ticket:
    return Ticket(
        id=request,
        page="https://go.microsoft.com/fwlink/?linkid=2165533",
        product_family="Cloud and Online Services",
        product="Marketplace Publisher",
        product_version="Live offer management",
        category="SaaS apps",
        category_hint=None,
        problem="Update existing offer",
        title="Deauthorize CSP",
        description=description,
        open_fields=("anything else that the form asks for",),
    )


def action(
    kind: Kind = "sync-audience",
    offer: str = "contoso-insights",
    *,
    status: Literal["needed", "waiting"] = "needed",
    cause: Literal["change", "pending"] = "change",
    move: tuple[Resellers, Resellers] = ("selected", "selected"),
    add: tuple[PartnerRef, ...] = (),
    remove: tuple[PartnerRef, ...] = (),
    after: State | None = None,
    blocked_by: tuple[str, ...] = (),
    cites: tuple[str, ...] = (),
    steps: tuple[str, ...] = ("Open the offer in Partner Center.",),
    request: Ticket | None = None,
    request_id: str | None = None,
    replaces: str | None = None,
) -> Action:
    return Action(
        id=f"{offer}/{kind}-1a2b3c4d",
        offer=offer,
        kind=kind,
        how="support" if kind == "support-request" else "self-service",
        status=status,
        cause=cause,
        move=move,
        add=add,
        remove=remove,
        after=after or state("selected", FABRIKAM),
        blocked_by=blocked_by,
        cites=cites or ({"sync-audience": "S14", "support-request": "S18"}.get(kind, "S11"),),
        steps=steps,
        request_id=request_id or (request.id if request else None),
        replaces=replaces,
        request=request,
    )


def plan(
    *actions: Action,
    blocked: bool = False,
    not_planned: tuple[str, ...] = (),
    requests: Mapping[str, PlannedRequest] | None = None,
) -> Plan:
    offers = {one.offer: one.after for one in actions}
    return Plan(
        fingerprint=FINGERPRINT,
        publisher="contoso",
        blocked=blocked,
        not_planned=not_planned,
        actions=actions,
        current={offer: state("selected", NORTHWIND) for offer in offers},
        desired=offers,
        day="2026-11-23",
        offers={offer: PlannedOffer(name=offer.title(), type="saas") for offer in offers},
        partners={FABRIKAM: partner(), NORTHWIND: partner(NORTHWIND, "Northwind Traders")},
        requests=requests or {},
    )


def add_and_remove(name: str = "Fabrikam Cloud") -> Plan:
    """One offer that gains one partner at once and loses another by a support request."""
    request = "contoso-insights-3f9a2c41"
    return plan(
        action(add=(partner(name=name),), after=state("selected", FABRIKAM, NORTHWIND)),
        action(
            "support-request",
            remove=(partner(NORTHWIND, "Northwind Traders"),),
            after=state("selected", FABRIKAM),
            request=ticket(request),
        ),
    )


def large_plan(offers: int, *, removals: bool = False, blocked_by: tuple[str, ...] = ()) -> Plan:
    """Many offers, each with one partner added, or removed by request."""
    return plan(
        *(
            action(
                "support-request" if removals else "sync-audience",
                f"offer-{number:05}",
                cause="change" if number % 2 else "pending",
                add=() if removals else (partner(),),
                remove=(partner(),) if removals else (),
                blocked_by=blocked_by,
                request=ticket(f"offer-{number:05}-3f9a2c41") if removals else None,
            )
            for number in range(offers)
        )
    )
