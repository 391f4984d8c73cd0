"""Rules about what an opted-in offer has to give its partners: materials, contacts, support, https URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csp_config.rules.family import Note, offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Offer
    from csp_config.rules.context import Context


@offers.rule("CSP109", acknowledgeable=True, cites="S25 S26")
def no_marketing_materials(offer: Offer, _: Context) -> Iterator[Note]:
    """The offer is opted in without a URL of marketing materials.

    Materials that help partners to represent the offer must be given; only resellers see them. The offer
    listing holds their URL.

    Fix: Add `marketing_materials_url` under `csp`.
    """
    if offer.resellers != "none" and not offer.marketing_materials_url:
        yield Note(
            offer.places.key("csp"),
            "partners may resell this offer, but there is no URL of marketing materials",
            "add `marketing_materials_url: https://...` under `csp`",
        )


@offers.rule("CSP110", acknowledgeable=True, cites="S26")
def no_channel_contact(offer: Offer, _: Context) -> Iterator[Note]:
    """The offer is opted in without a channel contact.

    The offer listing must tell partners whom to turn to.

    Fix: Add `channel_contact` with a name and an e-mail address or phone number under `csp`.
    """
    if offer.resellers != "none" and not offer.channel_contact:
        yield Note(
            offer.places.key("csp"),
            "partners may resell this offer, but there is no channel contact",
            "add `channel_contact: {name: ..., email: ...}` under `csp`",
        )


@offers.rule("CSP111", acknowledgeable=True, cites="S03")
def no_support_contact(offer: Offer, _: Context) -> Iterator[Note]:
    """The offer is opted in without any way to reach its support.

    The publisher owes end customers break-fix support, and has to give partners or customers a way to ask for
    it.

    Fix: Add `support` with a `url`, `email` or `phone` under `csp`.
    """
    if offer.resellers != "none" and not any(offer.support.get(way) for way in ("url", "email", "phone")):
        yield Note(
            offer.places.key("csp", "support"),
            "partners may resell this offer, but there is no way to reach its support",
            "add `support: {url: https://...}` under `csp` (or an email or phone)",
        )


@offers.rule("CSP112", severity="warning", acknowledgeable=True, cites="S04")
def no_partner_enablement(offer: Offer, _: Context) -> Iterator[Note]:
    """Partners are not given what they need for first-line support.

    It is good practice to give partners user documentation, training and notices about the health of the
    service, as far as each applies.

    Fix: Add the missing URLs under `csp: support:`, or acknowledge that they do not apply.
    """
    wanted = {
        "documentation_url": "documentation",
        "training_url": "training",
        "service_health_url": "notices about service health",
    }
    missing = [key for key in wanted if not offer.support.get(key)]
    if offer.resellers != "none" and missing:
        yield Note(
            offer.places.key("csp", "support"),
            f"partners are given no {' and no '.join(wanted[key] for key in missing)}",
            f"add {', '.join(missing)} under `csp: support:`, or acknowledge what does not apply",
        )


@offers.rule("CSP113", cites="S03 S26")
def insecure_url(offer: Offer, _: Context) -> Iterator[Note]:
    """A URL is not https, or names no host.

    Partners and customers follow these addresses from Partner Center and the marketplace.

    Fix: Give a full address that begins with `https://`.
    """
    for steps, url in _urls(offer):
        if url and not _is_secure(url):
            yield Note(
                offer.places.at("csp", *steps),
                f"{url[:80]} is not an https address with a host",
                "give the full address, beginning with https://",
            )


def _urls(offer: Offer) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Every URL of the offer, with the keys under `csp` that lead to it."""
    yield ("marketing_materials_url",), offer.marketing_materials_url
    yield ("channel_contact", "url"), offer.channel_contact.get("url")
    for key, value in offer.support.items():
        if key.endswith("url"):
            yield ("support", key), value


_PLAINLY_SECURE = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:/[A-Za-z0-9._/-]*)?")


def _is_secure(url: str) -> bool:
    if _PLAINLY_SECURE.fullmatch(url):
        return True  # nearly all; what follows would say the same, ten times slower
    from urllib.parse import urlsplit  # noqa: PLC0415 - seldom needed, and a hook should start fast

    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and " " not in url
