"""Steps on an offer's page "CSP Reseller audience", and checks after the offer is opted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.programme import OPTIONS
from csp_config.text import visible
from csp_config.text.phrases import enumerated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Offer
    from csp_config.model.work import Action, PartnerRef
    from csp_config.runbook.action_facts import ActionFacts

MOST_STEPS = 25  # a list of more partners is one step, and stands elsewhere
_SUPPORT = ("url", "email", "phone")
_HELP_FOR_PARTNERS = {
    "documentation_url": "documentation",
    "training_url": "training",
    "service_health_url": "service health notices",
}


def csv_name(action: Action) -> str:
    """Path, in the runbook folder, of the CSV with the tenants to add to the action's offer."""
    return f"tenants/{action.offer}-add.csv"


def open_page(action: Action) -> str:
    """The step that opens the page."""
    return (
        f"In Partner Center, open the offer {visible(action.offer)} and its page "
        f"{label('Resell through CSPs')} (heading {label('CSP Reseller audience')})."
    )


def choose_option(action: Action) -> str:
    """The step that chooses one of the three options (S07)."""
    return f"Choose {label(OPTIONS[action.after.resellers])}."


def add_partners(action: Action, facts: ActionFacts) -> Iterator[str]:
    """The steps that add partners to the table, by search (S09, S10) or from a file (S15)."""
    partners = facts.partners_to_enter(action)
    if not partners:
        return
    yield (
        f"Select {label('Select CSP Partners')} and search by tenant ID, which always works, or by "
        f"name; the filters {label('Country')}, {label('Competency')} and "
        f"{label('Skill')} narrow it."
    )
    elsewhere = f"each of the {len(partners):,} partners in {visible(csv_name(action))}"
    yield from for_each_partner(partners, f"Choose {{}} and select {label('Add')}.", elsewhere)
    if len(partners) > 1:
        yield _import_from_file(action)


def _import_from_file(action: Action) -> str:
    return (
        f"Or bring them in from a file: {label('Import CSPs')} with {visible(csv_name(action))} of "
        "the runbook, then check that the partners of before are still in the table. The file has the "
        "columns ID, Description, Type, documented for private plans only; Partner Center may want its own, "
        f"as {label('Export CSPs')} writes them."
    )


def remove_partners(action: Action, facts: ActionFacts) -> Iterator[str]:
    """The steps that remove partners from the table, which only an unpublished offer allows."""
    if action.after.resellers != "selected":
        return
    partners = facts.partners(action, [partner.tenant_id for partner in action.remove])
    elsewhere = f"each of the {len(partners):,} partners that the plan removes here"
    yield from for_each_partner(partners, f"In the table, {label('Remove')} {{}}.", elsewhere)


def check_materials(action: Action, facts: ActionFacts) -> Iterator[str]:
    """The checks of materials, contacts and support once an offer is opted in (S03, S04, S25, S26)."""
    offer = facts.offer(action)
    if offer is None or action.after.resellers == "none":
        return
    url, channel_contact = offer.marketing_materials_url, offer.channel_contact
    contact = ", ".join(
        channel_contact[part] for part in ("name", "email", "phone") if part in channel_contact
    )
    yield (
        "On the offer listing page, check that the URL of the marketing materials "
        f"({visible(url) if url else 'none is declared'}) and the channel contact "
        f"({visible(contact) if contact else 'none is declared'}) are entered; only resellers see them."
    )
    found = {"support contact": support_contact(offer)}
    found |= {word: offer.support.get(key, "") for key, word in _HELP_FOR_PARTNERS.items()}
    help_ = [f"{word} ({visible(where)})" if where else word for word, where in found.items()]
    yield f"Tell the partners where to find your {enumerated(help_)}."


def support_contact(offer: Offer) -> str:
    """Every way to reach an offer's support: its page, e-mail address and telephone number."""
    return ", ".join(offer.support[way] for way in _SUPPORT if offer.support.get(way))


def for_each_partner(partners: Sequence[PartnerRef], sentence: str, elsewhere: str) -> Iterator[str]:
    """The sentence with each partner for its `{}`; once with `elsewhere`, where there are too many."""
    if len(partners) > MOST_STEPS:
        yield sentence.format(elsewhere)
        return
    for partner in partners:
        yield sentence.format(partner_words(partner))


def partner_words(partner: PartnerRef) -> str:
    """A partner in words: its name, tenant and country, as far as they are known."""
    country = f", {partner.country}" if partner.country else ""
    tenant = f"tenant {visible(partner.tenant_id)}{country}"
    return f"{visible(partner.name)} ({tenant})" if partner.name else f"the {tenant}"


def label(words: str) -> str:
    """A label of a page of Partner Center, in quotation marks."""
    return f'"{words}"'
