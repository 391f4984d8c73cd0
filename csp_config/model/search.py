"""What a search for partners finds: who, in which lists, and what may be sold where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.model.documents import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model.documents import Resellers
    from csp_config.model.history import AsOf


Removal = Literal["impossible", "request", "self-service"]
"""What taking a partner out of an offer takes: a support request (S18), or a save where the offer is not
published or Partner Center does not hold the partner. Impossible: the partner has resold it (S17)."""


class Authorisation(NamedTuple):
    """An offer that a tenant may sell, as declared now.

    `through`: the partner lists that bring the tenant; `in_place`: the offer itself names it. Neither where
    every partner may sell. `markets`: those of the offer that lie in the tenant's region (S13); None: the
    offer names no markets. `resold`: whether the tenant has resold the offer; None: not known to have, and no
    data cover the offer; `resold_as_of`: the day of the data that cover it. `removal`: what taking it out
    takes; None where every partner may sell.
    """

    offer: str
    offer_name: str
    published: bool
    resellers: Resellers
    through: tuple[str, ...]
    in_place: bool
    markets: tuple[str, ...] | None
    resold: bool | None = None
    resold_as_of: str | None = None
    removal: Removal | None = None


class FoundPartner(NamedTuple):
    """One tenant with everything that is written of it anywhere.

    `name` and `country` are those of its first entry by place; `other_names`, `other_countries`: what other
    entries say (CSP204).
    `region` None: its country is in no CSP region.
    """

    tenant_id: str
    name: str
    other_names: tuple[str, ...]
    country: str
    other_countries: tuple[str, ...]
    region: str | None
    partner_id: str | None
    competencies: tuple[str, ...]
    skills: tuple[str, ...]
    lists: tuple[str, ...]
    authorisations: tuple[Authorisation, ...]


class ResoldUndeclared(NamedTuple):
    """A tenant that has resold offers which nothing here lets it sell.

    Name and country are those of its entries elsewhere, else of a live record; None: not known.
    """

    tenant_id: str
    name: str | None
    country: str | None
    offers: tuple[str, ...]


class Recorded(NamedTuple):
    """An offer that a tenant may sell as last recorded, and not as declared: it sells until that is changed.

    `tenant_id` None: the record is open to every partner of the programme. `request`: the newest support
    request about it that is open or was refused, and `status` where it stands; None where there is none.
    """

    tenant_id: str | None
    name: str | None
    country: str | None
    offer: str
    request: str | None
    status: str | None


class PartnerSearch(NamedTuple):
    """The tenants found, by name. `unread`: documents that could not be read, so that more may be true.

    `unresolved`: offer -> path, of those whose partner lists are not known.

    `as_of`: the commit that was searched, where a day or revision was asked for. `about_removal`: the
    question was who has resold what, or who can be taken out. `undeclared`: who has resold what without being
    declared to, where that was asked. `recorded`: who may sell what without being declared to.
    """

    found: tuple[FoundPartner, ...]
    unread: tuple[str, ...]
    unresolved: Mapping[str, str] = NOTHING
    as_of: AsOf | None = None
    about_removal: bool = False
    undeclared: tuple[ResoldUndeclared, ...] = ()
    recorded: tuple[Recorded, ...] = ()
