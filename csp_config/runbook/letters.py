"""Letters to partners that gain or lose offers: ready to send, and each names no other partner."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.runbook.audience_page import support_contact
from csp_config.text import ci_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model.work import Action, PartnerRef, Plan
    from csp_config.runbook.action_facts import ActionFacts

_LONGEST_SLUG = 40
_SIGN_HERE = "[your company]"
"""Where the settings give neither a contact nor a publisher: for whoever sends the letter to fill in."""


def letters(plan: Plan, facts: ActionFacts) -> dict[str, str]:
    """Path in the runbook folder -> text of a letter to each partner that gains or loses offers by name."""
    gains: dict[str, list[str]] = defaultdict(list)
    loses: dict[str, list[str]] = defaultdict(list)
    partners: dict[str, PartnerRef] = {}
    for action in plan.actions:
        if action.blocked_by or not action.after.published:
            continue
        for ref in _gaining(action, facts):
            gains[ref.tenant_id].append(action.offer)
            partners.setdefault(ref.tenant_id, ref)
        for ref in action.remove if action.kind in _CHANGE_AUDIENCE else ():
            loses[ref.tenant_id].append(action.offer)
            partners.setdefault(ref.tenant_id, ref)
    return {
        letter_name(ref): "".join(
            f"{ci_line(line)}\n" for line in _letter(ref, gains[tenant], loses[tenant], facts)
        )
        for tenant, ref in partners.items()
    }


_CHANGE_AUDIENCE = ("sync-audience", "opt-in", "support-request")


def _gaining(action: Action, facts: ActionFacts) -> Sequence[PartnerRef]:
    """The partners that an action adds; of an offer that goes live, all whom it is published for."""
    if action.kind == "publish":
        return facts.partners(action, action.after.tenants)
    return action.add if action.kind in _CHANGE_AUDIENCE else ()


def letter_name(partner: PartnerRef) -> str:
    """Path of a partner's letter: its name in plain letters and its tenant."""
    slug = re.sub(r"[^a-z0-9]+", "-", (partner.name or "").lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"letters/{f'{slug}-' if slug else ''}{partner.tenant_id}.txt"


def _letter(partner: PartnerRef, gains: list[str], loses: list[str], facts: ActionFacts) -> Iterator[str]:
    publisher = facts.settings.publisher
    name = visible(partner.name or "partner")
    yield f"To: {name} (tenant {partner.tenant_id})"
    yield f"Subject: What you may resell{f' of {visible(publisher)}' if publisher else ''}"
    yield ""
    yield f"Dear {name},"
    if gains:
        yield ""
        yield "From now on you may resell to your customers through the Cloud Solution Provider programme:"
        yield ""
        for offer in gains:
            yield from _offer_lines(offer, facts)
    if loses:
        yield ""
        yield "Once Microsoft has confirmed it, you can no longer resell:"
        yield ""
        yield from (f"- {_offer_name(offer, facts)}" for offer in loses)
    yield ""
    yield "Kind regards,"
    contact = facts.settings.contact
    yield (
        ", ".join(visible(contact[part]) for part in ("name", "email", "phone") if part in contact)
        or visible(publisher or _SIGN_HERE)
    )


def _offer_name(offer: str, facts: ActionFacts) -> str:
    name = facts.name(offer)
    return f"{visible(name)} (offer ID {offer})" if name else f"offer ID {offer}"


def _offer_lines(offer: str, facts: ActionFacts) -> Iterator[str]:
    """The lines on an offer that a partner gains, with materials and contacts (S04, S25, S26)."""
    yield f"- {_offer_name(offer, facts)}"
    declared = facts.offers.get(offer)
    if declared is None:
        return
    contact = ", ".join(declared.channel_contact.values())
    fields = {
        "Sales and support materials": declared.marketing_materials_url,
        "Channel contact": contact,
        "Support": support_contact(declared),
        "Documentation": declared.support.get("documentation_url"),
        "Training": declared.support.get("training_url"),
        "Service health": declared.support.get("service_health_url"),
    }
    yield from (f"  {title}: {visible(value)}" for title, value in fields.items() if value)
