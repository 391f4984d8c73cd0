"""A small publisher for the editor, and what an editor does with the edits that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client

OFFER, OTHER, SPECIAL = "offers/contoso-a.yaml", "offers/contoso-b.yaml", "offers/contoso-s.yaml"
LIST, RECORD = "offers/partner-lists/all.yaml", "offers/live/contoso-a.yaml"
NAMES = ("Adatum", "Öst 😀 GmbH", "Three AS", "Wingtip")
ONE, TWO, THREE, FOUR = TENANTS = tuple(f"{digit * 8}-2222-4333-8444-555555555555" for digit in "1234")
SETTINGS = """\
publisher: contoso
default_branch: main
contact: {name: Ana Lima, email: ana@contoso.example}
"""
_OFFER = """\
kind: Offer
id: contoso-NAME
name: Contoso NAME
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [LIST]
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support: {url: https://contoso.example/support}
"""
PARTNERS = "".join(
    f"  - {{name: {name}, tenant_id: {tenant}, country: DE{more}}}\n"
    for name, tenant, more in zip(
        NAMES, TENANTS, ("", ', partner_id: "77", competencies: [Security]', "", ""), strict=True
    )
)
_LIST = "kind: PartnerList\nid: all\nname: All\npartners:\n"
_SELECTION = """\
kind: PartnerList
id: sec
name: Security
select: {from: [all], where: {competency: [Security]}}
"""


def offer(name: str, partner_list: str = "all") -> str:
    return _OFFER.replace("NAME", name).replace("LIST", partner_list)


def record(name: str, tenants: tuple[str, ...] = TENANTS, requests: str = "") -> str:
    """The live record of an offer, as somebody saw it."""
    partners = "".join(
        f"  - {{tenant_id: {tenant}, name: {NAMES[TENANTS.index(tenant)]}, country: DE}}\n"
        for tenant in tenants
    )
    return f"""\
kind: LiveAudience
offer: contoso-{name}
observed_at: "2026-11-20T10:00:00Z"
observed_from: manual
published: true
resellers: selected
partners:
{partners}{requests}"""


def small(folder: Path) -> Repo:
    """Two offers that a list of four partners serves, and one for those of them with a competency."""
    repo = Repo.make(folder)
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(LIST, _LIST + PARTNERS)
    repo.write("offers/partner-lists/sec.yaml", _SELECTION)
    for path, name, partner_list in ((OFFER, "a", "all"), (OTHER, "b", "all"), (SPECIAL, "s", "sec")):
        repo.write(path, offer(name, partner_list))
        tenants = (TWO,) if name == "s" else TENANTS
        repo.write(f"offers/live/contoso-{name}.yaml", record(name, tenants))
    repo.commit()
    return repo


def actions(client: Client, path: str, title: str = "") -> list[dict[str, Any]]:
    """The actions for a whole document whose titles begin in some way."""
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 1000, "character": 0}}
    document = {"textDocument": {"uri": client.uri(path)}, "range": span, "context": {"diagnostics": []}}
    found: list[dict[str, Any]] = client.ask("textDocument/codeAction", document)
    return [one for one in found if one["title"].startswith(title)]


def edited(content: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits, as an editor makes them: places are of the text before, in UTF-16."""
    for edit in sorted(edits, key=lambda edit: _index(content, edit["range"]["start"]), reverse=True):
        start, end = (_index(content, edit["range"][name]) for name in ("start", "end"))
        content = content[:start] + edit["newText"] + content[end:]
    return content


def _index(content: str, position: dict[str, int]) -> int:
    lines = content.split("\n")
    line = lines[position["line"]].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
    return sum(len(one) + 1 for one in lines[: position["line"]]) + len(line)
