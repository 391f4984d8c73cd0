"""What a source says of resales, compared with the offers and partners that are declared here."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.model import partners_by_tenant
from csp_config.tables import Directory, bare_key, name_key
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Snapshot
    from csp_config.tables import Bought, CustomersReport, Subscriptions

NOBODY = "none"
_COMPARED = 100_000  # names, so that looking for the nearest of many unmatched ones takes no minutes

Pair = tuple[str, str]  # offer, tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A name in the data that no document has. `offers`: what it is about; `nearest`: known names."""

    name: str
    rows: int
    offers: tuple[str, ...]
    nearest: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What a source says. `incomplete`: offer -> why the source does not cover it; key "" means every offer.

    `resales`: offer and tenant -> first day, None where unknown. `ambiguous`: name -> tenants that have it.
    """

    source: str
    evidence: str
    named: frozenset[str] = frozenset()
    resales: dict[Pair, str | None] = field(default_factory=dict)
    incomplete: dict[str, str] = field(default_factory=dict)
    unmatched: tuple[Unmatched, ...] = ()
    undeclared: tuple[Unmatched, ...] = ()
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    as_of: str | None = None
    newest: str | None = None


def from_subscriptions(candidate: Snapshot, data: Subscriptions) -> Evidence:
    """What a SaaS subscriptions list says: exact, and complete for the offers that it names.

    An offer that it does not name may belong to another Entra application, so it is not covered.
    """
    declared = candidate.offers
    directory = Directory((offer, offer) for offer in declared)
    found = Evidence(source="SaaS fulfilment subscriptions", evidence="exact", newest=data.newest)
    found.named = frozenset(data.offers) & declared.keys()
    found.resales = {(s.offer, s.tenant_id): s.since for s in data.sales if s.offer in declared}
    found.undeclared = tuple(
        Unmatched(name=offer, rows=rows, offers=(), nearest=directory.nearest(offer, 1))
        for offer, rows in data.offers.items()
        if offer not in declared
    )
    for offer, why in data.unclear:
        found.incomplete.setdefault(offer or "", why)
    for offer in found.named:
        if declared[offer].type != "saas":
            found.incomplete.setdefault(offer, f"it is declared as {declared[offer].type}, not as saas")
    if not data.complete:
        found.incomplete[""] = "another page follows the last one given (@nextLink)"
    kinds = f"ended: {data.ended:,}, trials: {data.trials:,}; both count, S17"
    found.facts = (f"{data.total:,} subscriptions, {data.resold:,} of them resold ({kinds})",)
    return found


def from_customers(candidate: Snapshot, data: CustomersReport, matches: Sequence[str]) -> Evidence:
    """What a Customers report says: by the provider's name, and complete for the offers that it names.

    An offer is not covered while one of its providers is not known. `matches`: NAME=TENANT or NAME=none.
    """
    offers = Directory(pair for o in candidate.offers.values() for pair in ((o.name, o.id), (o.id, o.id)))
    known = partners_by_tenant(candidate)
    providers = Directory((partner.name, tenant) for tenant, partner in known.items())
    told = _matches(matches, data.bought)
    found = Evidence(source="Customers report", evidence="by-name", as_of=data.as_of, newest=data.newest)
    by_offer = {name: offers.find(name) for name in data.offers}
    found.named = frozenset().union(*by_offer.values())
    exact = _exact(candidate)
    unknown: dict[str, list[Bought]] = defaultdict(list)
    for bought in data.bought:
        ids = by_offer[bought.offer]
        tenants = _tenants(bought, told, providers)
        if tenants is None:
            unknown[bought.provider].append(bought)
            for offer in ids:
                found.incomplete.setdefault(offer, _unknown_provider(bought))
            continue
        for offer in ids:
            _record(found, bought, offer, _narrowed(tenants, exact.get(offer, frozenset())))
    for name in data.uncertain:
        for offer in by_offer[name]:
            found.incomplete.setdefault(offer, "a row with a provider has a licence type that is not known")
    found.unmatched = _unmatched(unknown, providers)
    sold = Counter(bought.offer for bought in data.bought for _ in range(bought.rows))
    found.undeclared = tuple(
        Unmatched(name=name, rows=sold[name], offers=(), nearest=offers.nearest(name, 1))
        for name, ids in by_offer.items()
        if not ids and sold[name]
    )
    found.facts = _facts(data)
    return found


def _tenants(bought: Bought, told: _Told, providers: Directory) -> frozenset[str] | None:
    """The tenants that a provider's name means; empty where it is said to be none of ours, None unknown.

    What was told of a name comes first, then the partner of that name, then what was told of the name with
    another legal form.
    """
    whole, bare = name_key(bought.provider), bare_key(bought.provider)
    if whole not in told.whole:
        if found := frozenset() if bought.masked else providers.find(bought.provider):
            return found
        if len(told.bare[bare]) != 1:
            return None
    [tenant] = [told.whole[whole]] if whole in told.whole else told.bare[bare]
    return frozenset({tenant} if tenant else ())


def _narrowed(tenants: frozenset[str], exact: frozenset[str]) -> frozenset[str]:
    """Of several tenants with one name, those that another source knows exactly to have resold the offer."""
    return tenants & exact if len(tenants) > 1 and tenants & exact else tenants


def _record(found: Evidence, bought: Bought, offer: str, tenants: frozenset[str]) -> None:
    if len(tenants) > 1:
        found.ambiguous[bought.provider] = tuple(sorted(tenants))
    for tenant in tenants:
        earlier = found.resales.get((offer, tenant))
        found.resales[offer, tenant] = min(filter(None, (earlier, bought.since)), default=None)


def _exact(candidate: Snapshot) -> dict[str, frozenset[str]]:
    """Offer -> tenants that some Resales document knows exactly."""
    known: dict[str, set[str]] = defaultdict(set)
    for document in candidate.resales:
        for row in document.resales:
            if row.evidence == "exact":
                known[row.offer].add(row.tenant_id)
    return {offer: frozenset(tenants) for offer, tenants in known.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Who providers are said to be: key of a name, whole or without legal form -> tenant; None: nobody."""

    whole: dict[str, str | None] = field(default_factory=dict)
    bare: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(set))


def _matches(given: Sequence[str], bought: Iterable[Bought]) -> _Told:
    """What `NAME=TENANT` options say. Raises: UsageError."""
    names = {name_key(one.provider): one.provider for one in bought}
    told = _Told()
    for text in given:
        name, equals, tenant = text.rpartition("=")
        canonical = canonical_tenant(tenant)
        if not equals or (canonical is None and tenant.strip().lower() != NOBODY):
            raise UsageError(
                f"--match {text}: this is not NAME=TENANT",
                help=f"give the provider's name and a tenant ID, or `{NOBODY}` if it is no partner of yours",
            )
        if name_key(name) not in names:
            near = Directory((known, known) for known in names.values()).nearest(name, 1)
            hint = f"did you mean {near[0]}?" if near else "write it as the report does"
            raise UsageError(f"--match {text}: the report names no provider {name}", help=hint)
        told.whole[name_key(name)] = canonical
        told.bare[bare_key(name)].add(canonical)
    return told


def _unknown_provider(bought: Bought) -> str:
    if bought.masked:
        return f"line {bought.line} and others do not say who the provider is"
    return f"{bought.provider!r} is no partner by that name"


def _unmatched(unknown: Mapping[str, Sequence[Bought]], providers: Directory) -> tuple[Unmatched, ...]:
    """The providers that no document names, those with most rows first; the nearest names for the first."""
    most = max(5, _COMPARED // max(1, len(providers)))
    order = sorted(unknown, key=lambda name: (-sum(one.rows for one in unknown[name]), name))
    return tuple(
        Unmatched(
            name=name,
            rows=sum(one.rows for one in unknown[name]),
            offers=tuple(sorted({one.offer for one in unknown[name]})),
            nearest=providers.nearest(name) if number < most else (),
        )
        for number, name in enumerate(order)
    )


def _facts(data: CustomersReport) -> tuple[str, ...]:
    rows = sum(bought.rows for bought in data.bought)
    ended = sum(bought.ended for bought in data.bought)
    sold = f"{rows:,} of them sold by a CSP (ended: {ended:,}; they count, S17)"
    facts = [f"{data.encoding}, {data.delimiter}; {data.header}; {data.total:,} rows, {sold}"]
    facts += [
        f"the licence type {name!r} is not documented: {count:,} row{'' if count == 1 else 's'} left out"
        for name, count in data.unknown_licences.items()
    ]
    return tuple(facts)
