"""Offers that the emulator is started with in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator.running import ADATUM, FABRIKAM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SELECTED = f"""
csp:
  resellers: selected
  partners:
    - {{name: Fabrikam Cloud, tenant_id: {FABRIKAM}, country: DE}}
    - {{name: Adatum, tenant_id: {ADATUM}, country: FR}}
"""


def offer(id_: str, csp: str, *, type_: str = "saas", published: bool = True, more: str = "") -> str:
    """An Offer document."""
    return f"""kind: Offer
id: {id_}
name: {id_.replace("-", " ").title()}
type: {type_}
published: {"true" if published else "false"}
{more}
{csp.strip()}
"""


OFFERS = {
    "contoso-insights": offer(
        "contoso-insights",
        SELECTED + "  marketing_materials_url: https://contoso.example/csp\n"
        "  channel_contact: {name: Ana Lima, email: csp@contoso.example}\n",
        more='plans: [{id: gold}, {id: silver, private: true}]\nmarkets: [US, "NO"]',
    ),
    "contoso-open": offer("contoso-open", "csp: {resellers: any}"),
    "contoso-closed": offer("contoso-closed", "csp: {resellers: none}"),
    "contoso-draft": offer("contoso-draft", SELECTED, published=False),
    "contoso-vm": offer(
        "contoso-vm",
        "csp: {resellers: any}",
        type_="virtual-machine",
        more="plans: [{id: own, license: byol}, {id: paid, license: usage}]",
    ),
    "contoso-app": offer(
        "contoso-app",
        SELECTED,
        type_="azure-application",
        more="plans: [{id: managed, type: managed-application}]",
    ),
    "contoso-box": offer(
        "contoso-box", "csp: {resellers: any}", type_="container", more="plans: [{id: standard}]"
    ),
    "contoso-erp": offer("contoso-erp", "csp: {resellers: none}", type_="dynamics-365-business-central"),
    "contoso-visual": offer("contoso-visual", "csp: {resellers: none}", type_="power-bi-visual"),
}
"""Offer ID -> its document."""


def write(folder: Path, documents: Mapping[str, str]) -> Path:
    """Write documents into a folder, by name; the folder."""
    for name, text in documents.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
