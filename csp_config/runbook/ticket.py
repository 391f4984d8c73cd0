"""The support request of an action: a short letter to Microsoft's support, ready to paste (S24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model.work import Ticket
from csp_config.programme import OFFER_TYPES, OPTIONS, SUPPORT_FORM, support_category
from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model.work import Action, PartnerRef
    from csp_config.runbook.action_facts import ActionFacts

_NOT_SET = "not set in csp-config.yaml"


def ticket(action: Action, facts: ActionFacts) -> Ticket | None:
    """The request that a support-request action files; None for other actions, and where it is refused.

    A request that Microsoft refused may be filed again, so it has a ticket, too.
    """
    if action.kind != "support-request" or (action.blocked_by and not facts.refused_before(action)):
        return None
    form, offer = SUPPORT_FORM, facts.offer(action)
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
        description="\n".join(_letter(action, facts)),
        open_fields=form.open_fields,
    )


def _letter(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield "Hello,"
    yield ""
    yield f"{_request_sentence(action, facts)}"
    if facts.may_file_again(action):
        refused = facts.request(action)
        number = f" (ticket {visible(refused.ticket)})" if refused and refused.ticket else ""
        yield ""
        yield f"We asked for this before{number}, and it was refused. Please look at it again."
    partners = facts.request_partners(action)
    if partners:
        yield ""
        yield from _partners(action, partners, facts)
    yield ""
    yield _resales(action, partners, facts)
    yield ""
    yield from _sender(action, facts)


def _request_sentence(action: Action, facts: ActionFacts) -> str:
    """The sentence that asks for the change of the offer's audience."""
    offer = facts.offer(action)
    kind = OFFER_TYPES[offer.type].title if offer else "type not known here"
    name = f'"{visible(offer.name)}" ' if offer else ""
    about = f"our offer {name}(offer ID {action.offer}, {kind})"
    before, after = (OPTIONS[option] for option in action.move)
    change = f'please change the CSP reseller audience of {about} from "{before}" to "{after}"'
    match action.move:
        case ("selected", "selected"):
            return (
                f"please remove {_count(len(action.remove), action, facts)} from the CSP reseller audience of"
                f" {about}. All other partners in its list stay."
            )
        case (_, "selected"):
            return (
                f"{change}, with {_count(len(action.after.tenants), action, facts)}. "
                "Partners that have already resold the offer are in the list by default."
            )
        case ("selected", "none"):
            return f"{change}. This removes {_count(len(action.remove), action, facts)}."
        case _:
            return f"{change}."


def _count(number: int, action: Action, facts: ActionFacts) -> str:
    where = "in the attached file" if facts.has_partner_file(action) else "below"
    return f"the CSP partner {where}" if number == 1 else f"the {number:,} CSP partners {where}"


def _partners(action: Action, partners: Sequence[PartnerRef], facts: ActionFacts) -> Iterator[str]:
    """One line for each partner; where there are many, the name of the file that lists them."""
    if facts.has_partner_file(action):
        name = f"{action.request_id}.csv"
        yield f"The attached file is {name}: tenant ID, name and country of {len(partners):,} partners."
        return
    for number, partner in enumerate(partners, start=1):
        name = visible(partner.name) if partner.name else "name not known here"
        country = f", country {partner.country}" if partner.country else ""
        yield f"{number}. {name}, tenant ID {partner.tenant_id}{country}"


def _resales(action: Action, partners: Sequence[PartnerRef], facts: ActionFacts) -> str:
    """The sentence on known resales; only partners that have resold are named."""
    resold = [(ref, words) for ref in partners if (words := facts.resale_words(action.offer, ref.tenant_id))]
    who = "it has not" if len(partners) == 1 else "none of them has"
    if resold:
        named = "; ".join(
            f"{visible(ref.name or ref.tenant_id)} has resold it{words}" for ref, words in resold
        )
        return f"To our knowledge: {named}. Nobody else among them has resold it, as far as we know."
    data_day = facts.resale_data_day(action.offer)
    if data_day is None:
        return "We have no complete data on who has resold the offer; please check it on your side."
    if not partners:
        return f"Our resale data are of {data_day}."
    return f"According to our resale data of {data_day}, {who} resold the offer."


def _sender(action: Action, facts: ActionFacts) -> Iterator[str]:
    settings = facts.settings
    contact = settings.contact
    contact_parts = [visible(contact[part]) for part in ("name", "email", "phone") if part in contact]
    fields = {
        "Publisher": visible(settings.publisher or _NOT_SET),
        "Publisher's tenant ID": facts.publisher_tenant,
        "Seller ID": contact.get("seller_id"),
        "Contact": ", ".join(contact_parts) or _NOT_SET,
        "Time zone": contact.get("time_zone"),
        "Our reference": action.request_id or action.id,
    }
    yield from (f"{name}: {visible(value)}" for name, value in fields.items() if value)
