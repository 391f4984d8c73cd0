"""Rules about one offer as declared: eligibility, plans, audience, markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.rules.family import Note, found_in_reading, offers, repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Finding, Offer
    from csp_config.rules.context import Context


def _opted_in(offer: Offer) -> bool:
    return offer.resellers != "none"


@repository.rule("CSP101")
def duplicate_offer(context: Context, _: Context) -> Iterator[Finding]:
    """Two documents declare the same offer.

    Which of the two would decide who may resell it cannot be known, so neither is used.

    Fix: Keep one document per offer ID.
    """
    return found_in_reading(context, "CSP101")


@offers.rule("CSP102", cites="S05 S06")
def offer_not_eligible(offer: Offer, _: Context) -> Iterator[Note]:
    """Offers of this type cannot be opted in to the programme.

    Eligible are transactable SaaS offers, virtual machines, containers, solution templates and managed
    applications of Azure, and Dynamics 365 Business Central.

    Fix: Set `resellers: none`, or correct `type` if it is wrong.
    """
    kind = programme.OFFER_TYPES[offer.type]
    if _opted_in(offer) and not kind.eligible:
        yield Note(
            offer.places.at("csp", "resellers"),
            f"resellers is {offer.resellers}, but type {offer.type} cannot be sold through partners",
            "set `resellers: none`",
        )


@offers.rule("CSP103", cites="S05")
def offer_not_transactable(offer: Offer, _: Context) -> Iterator[Note]:
    """A SaaS offer that is not sold through Microsoft is opted in.

    Only SaaS offers with the option to sell through Microsoft are in the programme; a listing with "contact
    me" or a free trial leaves nothing for a partner to resell.

    Fix: Set `resellers: none`, or `sold_through_microsoft: true` if the offer is transactable.
    """
    if offer.type == "saas" and not offer.sold_through_microsoft and _opted_in(offer):
        yield Note(
            offer.places.at("csp", "resellers"),
            f"{offer.id} is not sold through Microsoft, so partners have nothing to resell",
            "set `resellers: none`, or `sold_through_microsoft: true` if it is transactable",
        )


@offers.rule("CSP104", cites="S05")
def no_eligible_plan(offer: Offer, _: Context) -> Iterator[Note]:
    """An Azure application is opted in, but none of its plans is of a kind that the programme takes.

    Of Azure applications, solution templates and managed applications are eligible. The rule speaks only when
    plans are given.

    Fix: Give each plan its `type`, or set `resellers: none`.
    """
    if offer.type != "azure-application" or not offer.plans or not _opted_in(offer):
        return
    if not any(plan.type in programme.ELIGIBLE_PLAN_TYPES for plan in offer.plans):
        yield Note(
            offer.places.key("plans"),
            "none of the plans is a managed application or a solution template",
            "give each plan its `type`: managed-application or solution-template",
        )


@offers.rule("CSP105", severity="warning", acknowledgeable=True, cites="S06")
def always_opted_in(offer: Offer, _: Context) -> Iterator[Note]:
    """The offer says `none` or `selected`, but the programme takes it in by default.

    Containers, and virtual-machine plans that bring their own licence, are opted in by default. "No partners"
    does not keep such plans out; whether a list of partners keeps the others out, Microsoft does not say.

    Fix: Declare `any`, or acknowledge that every partner may sell such plans.
    """
    byol = [plan.id for plan in offer.plans if plan.license == "byol"]
    by_default = offer.type == "container" or (offer.type == "virtual-machine" and byol)
    if offer.resellers == "any" or not by_default:
        return
    what = "containers are" if offer.type == "container" else f"plan {', '.join(byol)} (byol) is"
    unknown = (
        "" if offer.resellers == "none" else ", and whether a list keeps other partners out is not known"
    )
    yield Note(
        offer.places.at("csp", "resellers"),
        f"resellers is {offer.resellers}, but {what} opted in to the programme by default{unknown}",
        "declare `any`, or acknowledge it",
    )


@offers.rule("CSP106", severity="warning", acknowledgeable=True, cites="S05")
def private_plan(offer: Offer, _: Context) -> Iterator[Note]:
    """A private plan is on an offer that partners may resell, but private plans are not sold through them.

    Subscriptions that a CSP partner manages cannot buy private plans. A CSP private offer is the way to give
    a partner special terms.

    Fix: Make the plan public, leave it out, or acknowledge that partners will not see it.
    """
    if not _opted_in(offer):
        return
    for index, plan in enumerate(offer.plans):
        if plan.private:
            yield Note(
                offer.places.at("plans", index),
                f"plan {plan.id} is private: it is not sold on subscriptions of CSP partners",
                "make it public, or acknowledge that partners will not see it",
            )


@offers.rule("CSP107", cites="S09")
def nobody_selected(offer: Offer, context: Context) -> Iterator[Note]:
    """Specific partners are to be selected, but the audience is empty.

    With `selected` the partners come from `partner_lists` and `partners`, less `except`. An empty audience is
    more likely a slip than a wish; for nobody there is `none`.

    Fix: Name a list or a partner, or set `resellers: none`.
    """
    audience = context.candidate.audiences.get(offer.id)
    if audience is not None and audience.resellers == "selected" and not audience.tenants:
        yield Note(
            offer.places.at("csp", "resellers"),
            "resellers is selected, but no partner is left in the audience",
            "name a partner list or a partner, or set `resellers: none`",
        )


@offers.rule("CSP108", cites="S07")
def partners_ignored(offer: Offer, _: Context) -> Iterator[Note]:
    """Partners are named, but the option makes no use of them, or the offer itself takes them out again.

    The three options exclude each other: with `any` every partner may sell and with `none` nobody may. Lists,
    partners or exceptions beside them would have no effect. The same holds of a partner
    that the offer names under `partners` and takes out under `except`.

    Fix: Remove the key, or set `resellers: selected`; of a partner's two entries, keep the one that is meant.
    """
    if offer.resellers == "selected":
        yield from _taken_out_again(offer)
        return
    named = {
        "partner_lists": offer.partner_lists,
        "partners": offer.partners,
        "except": offer.exclusions,
    }
    for key, entries in named.items():
        if entries:
            yield Note(
                offer.places.key("csp", key),
                f"{key} has no effect with resellers: {offer.resellers}",
                f"remove {key}, or set `resellers: selected`",
            )


def _taken_out_again(offer: Offer) -> Iterator[Note]:
    excepted = {entry.tenant_id: entry.source.line for entry in offer.exclusions}
    for index, partner in enumerate(offer.partners if excepted else ()):
        if partner.tenant_id in excepted:
            yield Note(
                offer.places.at("csp", "partners", index),
                f"{partner.name} is named here, and line {excepted[partner.tenant_id]} takes it out again:"
                f" {partner.tenant_id}",
                "keep one of the two entries",
                (partner.tenant_id,),
            )


@offers.rule("CSP114")
def business_central_id(offer: Offer, context: Context) -> Iterator[Note]:
    """A Business Central offer has an ID that Partner Center does not take.

    Offer ID and publisher ID together may have at most 40 characters. Without `publisher` in csp-config.yaml
    only the offer ID is counted.

    Fix: Use the ID that Partner Center shows; it can't be changed there after the offer is made.
    """
    publisher = context.candidate.settings.publisher or ""
    length = len(offer.id) + len(publisher)
    if offer.type == "dynamics-365-business-central" and length > programme.BUSINESS_CENTRAL_ID_LIMIT:
        yield Note(
            offer.places.at("id"),
            f"offer ID and publisher ID together have {length} characters,"
            f" {programme.BUSINESS_CENTRAL_ID_LIMIT} are allowed",
            "use the offer ID that Partner Center shows",
        )


@offers.rule("CSP115", severity="warning", acknowledgeable=True, cites="S13")
def market_outside_programme(offer: Offer, _: Context) -> Iterator[Note]:
    """No partner can sell in one of the offer's markets.

    A partner sells to customers of its own region. A market that belongs to no region of the programme is
    out of every partner's reach, and in South Korea the CSP channel is not supported. The table of regions
    carries its date: see docs/programme-coverage.md.

    Fix: Acknowledge it, or take the market out if it is a slip.
    """
    table = programme.regions()
    if not _opted_in(offer) or table.reached.issuperset(offer.markets):
        return
    for index, market in enumerate(offer.markets):
        if market in table.no_channel:
            why = "the CSP channel is not supported there"
        elif market in table.countries and market not in table.region_of:
            why = f"it is in no CSP region (as of {table.as_of})"
        else:
            continue
        yield Note(
            offer.places.at("markets", index),
            f"no partner can sell in market {market}: {why}",
            "acknowledge it, or take the market out if it is a slip",
        )
