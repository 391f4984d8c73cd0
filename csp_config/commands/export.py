"""export: the partners of a list or of an offer's audience, for another system."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csp_config import programme
from csp_config.commands.missing import missing
from csp_config.commands.workspace import check_command
from csp_config.errors import RefusedError, UsageError
from csp_config.model import partners_by_tenant
from csp_config.planning import own_documents
from csp_config.tables import DEFAULT_SHAPE, learn_shape, write_partners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.commands.input_file import InputFile
    from csp_config.commands.missing import DocumentKind
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Partner
    from csp_config.model.history import AsOf

Kind = Literal["list", "offer"]

_DOCUMENTS: dict[Kind, DocumentKind] = {"list": "PartnerList", "offer": "Offer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file and how many partners it holds. `unknown`: columns of the sample that are left empty."""

    content: bytes
    count: int
    unknown: tuple[str, ...]


def partners_of(
    workspace: Workspace, name: str, kind: Kind | None = None
) -> tuple[Kind, tuple[Partner, ...]]:
    """The partners of a list in its order, or of an offer's audience sorted by name.

    `kind`: which of the two, where a list and an offer have the same id.

    Raises: UsageError where there is neither, ReadingError where it may be one that could not be read,
    RefusedError where its partners are not known.
    """
    candidate = workspace.candidate
    kinds: tuple[Kind, ...] = ("list", "offer") if kind is None else (kind,)
    kinds_found = [one for one in kinds if name in (candidate.lists if one == "list" else candidate.offers)]
    if len(kinds_found) > 1:
        raise UsageError(f"{name} is a partner list and an offer", help="give --kind list or --kind offer")
    if not kinds_found:
        raise missing(
            candidate,
            name,
            [_DOCUMENTS[one] for one in kinds],
            otherwise="csp-config partners and csp-config plan name them",
        )
    if kinds_found[0] == "list":
        return "list", candidate.lists[name].partners
    return "offer", _audience(workspace, name)


def as_csv(
    partners: Sequence[Partner],
    sample: InputFile | None,
    mapping: Sequence[str] = (),
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Export:
    """The partners in the columns of a sample, or else of the documented private-plan audience."""
    shape = DEFAULT_SHAPE
    if sample:
        shape = learn_shape(sample.name, sample.content, mapping, sheet=sheet, encoding=encoding)
    return Export(content=write_partners(partners, shape), count=len(partners), unknown=shape.unknown)


def as_json(kind: Kind, name: str, partners: Sequence[Partner], at: AsOf | None = None) -> Export:
    """The partners as JSON, with the CSP region of each, and the commit where one was asked for."""
    entries = [
        {
            "tenant_id": partner.tenant_id,
            "name": partner.name,
            "country": partner.country,
            "region": programme.region_of(partner.country),
            "partner_id": partner.partner_id,
            "competencies": partner.competencies,
            "skills": partner.skills,
        }
        for partner in partners
    ]
    data = {"format": 1, **({"as_of": at._asdict()} if at else {}), kind: name, "partners": entries}
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return Export(content=text.encode(), count=len(partners), unknown=())


def _audience(workspace: Workspace, name: str) -> tuple[Partner, ...]:
    candidate = workspace.candidate
    audience = candidate.audiences.get(name)
    if audience is None:
        wrong = own_documents(candidate, name) & {one.source.path for one in candidate.findings}
        documents = ", ".join(sorted(wrong)) or "documents that decide them"
        raise RefusedError(
            f"the partners of {name} are not known: there are errors in {documents}",
            help=f"{check_command(workspace)} shows them",
        )
    if audience.resellers != "selected":
        who = "every partner may resell it" if audience.resellers == "any" else "no partner may resell it"
        raise RefusedError(
            f"{name} has no list of partners: {who} (resellers: {audience.resellers})",
            help="export an offer with `resellers: selected`, or a partner list",
        )
    offer = candidate.offers[name]
    by_tenant = partners_by_tenant(candidate)
    written = [*(candidate.lists[one].partners for one in offer.partner_lists), offer.partners]
    by_tenant.update((partner.tenant_id, partner) for partners in written for partner in partners)
    chosen = (by_tenant[tenant] for tenant in audience.tenants)
    return tuple(sorted(chosen, key=lambda one: (one.name.casefold(), one.name, one.tenant_id)))
