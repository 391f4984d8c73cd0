"""Documents for the acceptance tests: states, requests and resales in short form, and their YAML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Resellers = Literal["any", "selected", "none"]
Status = Literal["drafted", "filed", "granted", "refused", "withdrawn"]

NAMES = {
    "a": ("Fabrikam Cloud", "DE"),
    "b": ("Adatum Distribution", "FR"),
    "c": ("Northwind Traders", "NO"),
    "d": ("Tailspin Services", "SE"),
    "e": ("Wingtip Vertrieb für Österreich", "AT"),
    "f": ("Litware Partners", "ES"),
    "g": ("Proseware Group", "IT"),
    "h": ("Woodgrove Systems", "NL"),
}
"""Partners by the letter that stands for them here: name and country."""

SETTINGS = """\
publisher: contoso
contact: {name: Ana Lima, email: csp@contoso.example}
guards: {max_removals: 100, max_removal_percent: 100}
"""
"""Guards that never speak: the tables are about moves, not about how many partners they take."""

CHANNEL = """\
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support:
    url: https://contoso.example/support
    documentation_url: https://contoso.example/docs
    training_url: https://contoso.example/training
    service_health_url: https://contoso.example/status
"""


def tenant(letter: str) -> str:
    """The tenant ID of a partner."""
    return f"{letter * 8}-1b2c-4d3e-8f40-5a6b7c8d9e0f".translate({ord("g"): "7", ord("h"): "8"})


LETTERS = {tenant(letter): letter for letter in NAMES}


@dataclass(frozen=True, slots=True)
class State:
    """Who may resell an offer, tenants as letters, and whether the offer is live."""

    resellers: Resellers
    tenants: frozenset[str] = frozenset()
    published: bool = True

    def __str__(self) -> str:
        return self.resellers if self.resellers != "selected" else "".join(sorted(self.tenants)) or "nobody"


@dataclass(frozen=True, slots=True)
class Request:
    """A support request: the option that it starts from, and the state that it asks for."""

    start: State
    wish: State
    status: Status

    @property
    def remove(self) -> frozenset[str]:
        """The tenants that it asks to deauthorise by name."""
        return self.start.tenants - self.wish.tenants if self.wish.resellers != "any" else frozenset()

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return self.status in ("drafted", "filed")


def state(text: str, *, published: bool = True) -> State:
    """`any`, `none`, `nobody` (an empty list), or the letters of the selected partners."""
    if text in ("any", "none"):
        return State("any" if text == "any" else "none", frozenset(), published)
    return State("selected", frozenset() if text == "nobody" else frozenset(text), published)


def offer_document(offer: str, declared: State, *, type_: str = "saas") -> str:
    """An Offer document that breaks no rule of its own, its partners in place."""
    lines = [
        "kind: Offer",
        f"id: {offer}",
        f"name: Contoso {offer}",
        f"type: {type_}",
        f"published: {str(declared.published).lower()}",
        "csp:",
        f"  resellers: {declared.resellers}",
    ]
    if declared.tenants:
        lines.append("  partners:")
        lines += [f"    - {partner(letter)}" for letter in sorted(declared.tenants)]
    return "\n".join(lines) + "\n" + CHANNEL


def partner(letter: str) -> str:
    """A partner's entry, in one line."""
    name, country = NAMES[letter]
    return f"{{name: {name}, tenant_id: {tenant(letter)}, country: {country}}}"


def live_document(offer: str, live: State, request: Request | None = None) -> str:
    """A LiveAudience document."""
    lines = [
        "kind: LiveAudience",
        f"offer: {offer}",
        'observed_at: "2026-11-19T10:15:00Z"',
        "observed_from: manual",
        f"published: {str(live.published).lower()}",
        f"resellers: {live.resellers}",
    ]
    if live.resellers == "selected":
        lines += ["tenants:" if live.tenants else "tenants: []"]
        lines += [f"  - {one}" for one in sorted(map(tenant, live.tenants))]
    if request is not None:
        lines += ["requests:", *request_lines(offer, request)]
    return "\n".join(lines) + "\n"


def request_id(offer: str) -> str:
    """The id that the one request of an offer has here."""
    return f"{offer}-00c0ffee"


def request_lines(offer: str, request: Request) -> list[str]:
    """The entry of a request in a LiveAudience document."""
    lines = [
        f"  - id: {request_id(offer)}",
        f"    move: {{from: {request.start.resellers}, to: {request.wish.resellers}}}",
    ]
    if request.remove:
        lines.append(f"    remove: [{', '.join(sorted(map(tenant, request.remove)))}]")
    if request.start.resellers == "any" and request.wish.tenants:
        lines.append(f"    tenants: [{', '.join(sorted(map(tenant, request.wish.tenants)))}]")
    lines += [f"    status: {request.status}", '    drafted_at: "2026-11-20T09:00:00Z"']
    if request.status != "drafted":
        lines += ['    filed_at: "2026-11-20T11:00:00Z"', '    ticket: "2611200030001234"']
    if request.status in ("granted", "refused", "withdrawn"):
        lines.append('    closed_at: "2026-11-21T08:00:00Z"')
    return lines


def resales_document(
    source: str, as_of: str, resold: dict[str, frozenset[str]], *, covers: bool = True
) -> str:
    """A Resales document: offer -> the partners that have resold it. It covers all of these offers."""
    lines = ["kind: Resales", f'as_of: "{as_of}"', "from: lifetime", f"source: {source}"]
    lines.append("covers:" if covers and resold else "covers: []")
    lines += [f"  - {offer}" for offer in sorted(resold) if covers]
    rows = [
        f"  - {{offer: {offer}, tenant_id: {tenant(letter)}}}"
        for offer, letters in sorted(resold.items())
        for letter in sorted(letters)
    ]
    return "\n".join([*lines, "resales:" if rows else "resales: []", *rows]) + "\n"
