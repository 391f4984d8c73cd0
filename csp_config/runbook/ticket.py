"""The support request of an action: a short letter to Microsoft's support, ready to paste (S24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model import Ticket
from csp_config.programme import OFFER_TYPES, OPTIONS, SUPPORT_FORM, support_category
from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Action, PartnerRef
    from csp_config.runbook.action_facts import ActionFacts

_NOT_SET = "not set in csp-config.yaml"


def ticket(action: Action, known: ActionFacts) -> Ticket | None:
    """The request that a support-request action files; None for other actions, and where it is refused.

    What Microsoft refused may be asked again on purpose, so that has its text, too.
    """
    if action.kind != "support-request" or (action.blocked_by and not known.refused_before(action)):
        return None
    form, offer = SUPPORT_FORM, known.offer(action)
    category, hint = support_category(offer.type if offer else None)
    return Ticket(
        id=action.request_id or action.id.replace("/", "-"),
        page=form.page,
        product_family=form.product_family,
        product=form.product,
        product_version=form.product_version,
        category=category,
        category_hint=hint,
        problem=form.problem,
        title=form.title,
        description="\n".join(_letter(action, known)),
        open_fields=form.open_fields,
    )


def _letter(action: Action, known: ActionFacts) -> Iterator[str]:
    yield "Hello,"
    yield ""
    yield f"{_wish(action, known)}"
    if known.insists(action):
        earlier = known.request(action)
        number = f" (ticket {visible(earlier.ticket)})" if earlier and earlier.ticket else ""
        yield ""
        yield f"We asked for this before{number}, and it was refused. Please look at it again."
    partners = known.named_in_request(action)
    if partners:
        yield ""
        yield from _partners(action, partners, known)
    yield ""
    yield _resales(action, partners, known)
    yield ""
    yield from _sender(action, known)


def _wish(action: Action, known: ActionFacts) -> str:
    """What is asked for, of which offer."""
    offer = known.offer(action)
    kind = OFFER_TYPES[offer.type].title if offer else "type not known here"
    name = f'"{visible(offer.name)}" ' if offer else ""
    about = f"our offer {name}(offer ID {action.offer}, {kind})"
    before, after = (OPTIONS[option] for option in action.move)
    change = f'please change the CSP reseller audience of {about} from "{before}" to "{after}"'
    match action.move:
        case ("selected", "selected"):
            return (
                f"please remove {_those(len(action.remove), action, known)} from the CSP reseller audience of"
                f" {about}. All other partners in its list stay."
            )
        case (_, "selected"):
            return (
                f"{change}, with {_those(len(action.after.tenants), action, known)}. "
                "Partners that have already resold the offer are in the list by default."
            )
        case ("selected", "none"):
            return f"{change}. This removes {_those(len(action.remove), action, known)}."
        case _:
            return f"{change}."


def _those(number: int, action: Action, known: ActionFacts) -> str:
    where = "in the attached file" if known.has_file(action) else "below"
    return f"the CSP partner {where}" if number == 1 else f"the {number:,} CSP partners {where}"


def _partners(action: Action, partners: Sequence[PartnerRef], known: ActionFacts) -> Iterator[str]:
    """One line for each partner; where there are many, the file that has them."""
    if known.has_file(action):
        name = f"{action.request_id}.csv"
        yield f"The attached file is {name}: tenant ID, name and country of {len(partners):,} partners."
        return
    for number, partner in enumerate(partners, start=1):
        name = visible(partner.name) if partner.name else "name not known here"
        country = f", country {partner.country}" if partner.country else ""
        yield f"{number}. {name}, tenant ID {partner.tenant_id}{country}"


def _resales(action: Action, partners: Sequence[PartnerRef], known: ActionFacts) -> str:
    """What is known of resales; only partners that have resold are named."""
    resold = [(ref, said) for ref in partners if (said := known.resale(action.offer, ref.tenant_id))]
    who = "it has not" if len(partners) == 1 else "none of them has"
    if resold:
        named = "; ".join(f"{visible(ref.name or ref.tenant_id)} has resold it{said}" for ref, said in resold)
        return f"To our knowledge: {named}. Nobody else among them has resold it, as far as we know."
    covered = known.covered(action.offer)
    if covered is None:
        return "We have no complete data on who has resold the offer; please check it on your side."
    if not partners:
        return f"Our resale data are of {covered}."
    return f"By our resale data of {covered}, {who} resold the offer."


def _sender(action: Action, known: ActionFacts) -> Iterator[str]:
    settings = known.settings
    contact = settings.contact
    reached = [visible(contact[part]) for part in ("name", "email", "phone") if part in contact]
    facts = {
        "Publisher": visible(settings.publisher or _NOT_SET),
        "Publisher's tenant ID": known.publisher_tenant,
        "Seller ID": contact.get("seller_id"),
        "Contact": ", ".join(reached) or _NOT_SET,
        "Time zone": contact.get("time_zone"),
        "Our reference": action.request_id or action.id,
    }
    yield from (f"{name}: {visible(value)}" for name, value in facts.items() if value)
