"""import offers: documents for the products of the account that no document declares yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.commands.drift import TARGET
from csp_config.commands.import_live import ImportResult
from csp_config.commands.missing import unreadable
from csp_config.commands.records import below_first_root, record_path, write_record
from csp_config.commands.writing import check_not_ignored, write_listed
from csp_config.editing.layout import entry
from csp_config.errors import RefusedError, UsageError
from csp_config.loading import read_document
from csp_config.model import partners_by_tenant
from csp_config.model.comparison import NotRead
from csp_config.model.records import LiveAudience
from csp_config.programme import regions
from csp_config.tables import is_country
from csp_config.text.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.commands.workspace import Workspace
    from csp_config.model import OfferPlan, Partner
    from csp_config.targets import OfferDescription

_HEAD = "# yaml-language-server: $schema={up}schemas/offer.schema.json\n"


def country_code(text: str) -> str:
    """The value of `--country` as a document writes it. Raises: UsageError where it is no country's code."""
    code = text.strip().upper()
    if not is_country(code):
        raise UsageError(
            f"--country {shortened(text)}: there is no such country",
            help="give two letters, as in ISO 3166-1 (DE)",
        )
    return code


def import_offers(
    workspace: Workspace, described: Iterable[OfferDescription | NotRead], country: str | None
) -> tuple[ImportResult, ...]:
    """Write an Offer and a LiveAudience for each product, unless their files exist. Under the lock.

    `country`: of partners that no document names, as the API does not give it.
    """
    known = partners_by_tenant(workspace.candidate)
    return tuple(
        ImportResult(offer=one.offer, result="not-read", detail=one.reason)
        if isinstance(one, NotRead)
        else _offer(workspace, one, known, country)
        for one in described
    )


def _offer(
    workspace: Workspace, one: OfferDescription, known: Mapping[str, Partner], country: str | None
) -> ImportResult:
    path = below_first_root(workspace, f"{one.offer}.yaml")
    if unread := unreadable(workspace.candidate, "Offer", "LiveAudience", name=one.offer):
        return _left_out(one, f"a document that may be of it cannot be read: {unread[0]}")
    strangers = [t for t in one.state.tenants if t not in known or not known[t].country]
    if path in workspace.files or (workspace.root / path).exists():
        return _left_out(one, f"{path} is there already and declares something else")
    if strangers and country is None:
        return _left_out(
            one,
            f"it selects partners of whom no document gives the country ({len(strangers):,}), nor does the"
            " API: put them in a list first (csp-config import partners), or give --country",
        )
    text = _text(path, one, _partners(one, known, country), _lists(workspace, one))
    problem = _problem(path, text)
    if problem is not None:
        return _left_out(one, f"its document would not be right: {problem}")
    record = LiveAudience(offer=one.offer, observed_at=one.read_at, observed_from=TARGET, state=one.state)
    try:
        record_path(workspace, one.offer)
    except RefusedError as refused:
        return _left_out(one, refused.message)
    check_not_ignored(workspace, [path])
    # The record first: without it, what is live would have to be confirmed by a person.
    write_record(workspace, record)
    write_listed(workspace, {path: text.encode()})
    return ImportResult(offer=one.offer, result="new", detail=f"{path}, {one.state.resellers}")


def _left_out(one: OfferDescription, why: str) -> ImportResult:
    return ImportResult(offer=one.offer, result="left-out", detail=why)


def _problem(path: str, text: str) -> str | None:
    try:
        found = read_document(path, text.encode()).findings
    except UnicodeEncodeError:
        return "its texts are no Unicode"
    return found[0].message if found else None


def _lists(workspace: Workspace, one: OfferDescription) -> list[str]:
    """The id of a partner list with exactly the selected partners, in a list; empty where there is none."""
    for name, entry_ in sorted(workspace.candidate.lists.items()):
        if one.state.tenants and {partner.tenant_id for partner in entry_.partners} == one.state.tenants:
            return [name]
    return []


def _partners(
    one: OfferDescription, known: Mapping[str, Partner], country: str | None
) -> list[dict[str, str | None]]:
    found = []
    for tenant in sorted(one.state.tenants):
        partner = known.get(tenant)
        name = partner.name if partner else one.labels.get(tenant, tenant)
        known_country = partner.country if partner else ""
        found.append({"name": name, "tenant_id": tenant, "country": known_country or country})
    return found


def _text(path: str, one: OfferDescription, partners: list[dict[str, str | None]], lists: list[str]) -> str:
    data: dict[str, Any] = {
        "kind": "Offer",
        "id": one.offer,
        "name": one.name,
        "type": one.type,
        "published": one.state.published,
    }
    if not one.sold_through_microsoft:
        data["sold_through_microsoft"] = False
    if one.markets and set(one.markets) <= regions().countries:
        data["markets"] = list(one.markets)
    if one.plans:
        data["plans"] = [_plan(plan) for plan in one.plans]
    csp: dict[str, Any] = {"resellers": one.state.resellers}
    csp |= {"partner_lists": lists} if lists else {"partners": partners} if partners else {}
    csp |= {"marketing_materials_url": one.materials} if one.materials else {}
    csp |= {"channel_contact": dict(one.contact)} if one.contact else {}
    csp |= {"support": dict(one.support)} if one.support else {}
    lines = [line for name, value in data.items() for line in entry(name, value)]
    lines += ["csp:", *(line for name, value in csp.items() for line in entry(name, value, "  "))]
    return _HEAD.format(up="../" * path.count("/")) + "".join(f"{line}\n" for line in lines)


def _plan(plan: OfferPlan) -> dict[str, Any]:
    data: dict[str, Any] = {"id": plan.id}
    if plan.license:
        data["license"] = plan.license
    if plan.private:
        data["private"] = True
    return data
