"""The support request of an action, ready to paste (S24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model import Ticket
from csp_config.programme import OFFER_TYPES, OPTIONS, SUPPORT_FORM, support_category
from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import Action, Offer, PartnerRef
    from csp_config.runbook.known import Known

_NOT_SET = "not set in csp-config.yaml"


def ticket(action: Action, known: Known) -> Ticket | None:
    """The request that a support-request action files; None for other actions, and where it is refused."""
    if action.kind != "support-request" or action.blocked_by:
        return None
    form, offer = SUPPORT_FORM, known.offer(action)
    return Ticket(
        id=action.request_id or action.id.replace("/", "-"),
        page=form.page,
        product_family=form.product_family,
        product=form.product,
        product_version=form.product_version,
        category=category(offer),
        problem=form.problem,
        title=form.title,
        description="\n".join(_description(action, known)),
        open_fields=form.open_fields,
    )


def category(offer: Offer | None) -> str:
    """The form's category for an offer; where its name is not documented, what to look for."""
    if offer is None:
        return SUPPORT_FORM.unknown_category.format(title="not known here")
    return support_category(offer.type)


def _description(action: Action, known: Known) -> Iterator[str]:
    offer, settings = known.offer(action), known.settings
    yield _wish(action)
    yield ""
    yield f"Publisher: {visible(settings.publisher or _NOT_SET)}"
    yield f"Offer ID: {action.offer}"
    yield f"Offer name: {visible(offer.name) if offer else 'not known here'}"
    yield f"Offer type: {OFFER_TYPES[offer.type].title if offer else 'not known here'}"
    yield f'CSP Reseller audience now: "{OPTIONS[action.move[0]]}"'
    yield f'CSP Reseller audience wanted: "{OPTIONS[action.move[1]]}"'
    yield from _partners(action, known)
    yield ""
    yield f"Contact: {_contact(settings.contact.values())}"
    yield f"Our reference: {action.request_id or action.id}"


def _wish(action: Action) -> str:
    before, after = (OPTIONS[option] for option in action.move)
    change = f'Please change the CSP Reseller audience of this offer from "{before}" to "{after}"'
    match action.move:
        case ("selected", "selected"):
            return (
                f"Please deauthorise {_those(len(action.remove))} listed below for this offer. All other "
                "partners in its list stay authorised."
            )
        case (_, "selected"):
            return (
                f"{change}, with {_those(len(action.after.tenants))} listed below. "
                "Partners that have already resold the offer are in the list by default."
            )
        case ("selected", "none"):
            return f"{change}. This deauthorises {_those(len(action.remove))} listed below."
        case _:
            return f"{change}."


def _those(number: int) -> str:
    return "the CSP partner" if number == 1 else f"the {number:,} CSP partners"


def _partners(action: Action, known: Known) -> Iterator[str]:
    if action.remove:
        yield from _block(
            "Partners to deauthorise", known.partners(action, _ids(action.remove)), action, known
        )
    if action.move == ("any", "selected"):
        wanted = known.partners(action, action.after.tenants)
        yield from _block("Partners to be in the list", wanted, action, known)


def _block(heading: str, partners: Iterable[PartnerRef], action: Action, known: Known) -> Iterator[str]:
    yield ""
    yield f"{heading}:"
    for number, partner in enumerate(partners, start=1):
        yield f"{number}. {visible(partner.name or 'name not known here')}"
        yield f"   Tenant ID: {partner.tenant_id}"
        yield f"   Country: {partner.country or 'not known here'}"
        yield f"   Resale: {known.resale(action.offer, partner.tenant_id)}"


def _ids(partners: Iterable[PartnerRef]) -> list[str]:
    return [partner.tenant_id for partner in partners]


def _contact(values: Iterable[str]) -> str:
    return ", ".join(visible(value) for value in values) or _NOT_SET
