"""The resales in a source, matched with the declared offers and partners.

Longer than most modules: two sources share how a row is matched, doubted and told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.model import partners_by_tenant
from csp_config.tables import Directory, bare_key, is_masked, name_key
from csp_config.text.guids import canonical_tenant
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Snapshot
    from csp_config.tables import Bought, CustomersReport, Subscriptions

NOBODY = "none"
_COMPARED = 100_000  # names, so that looking for the nearest of many unmatched ones takes no minutes

Pair = tuple[str, str]  # offer, tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A name in the data that no document has. `offers`: the offers in its rows; `nearest`: known names."""

    name: str
    rows: int
    offers: tuple[str, ...]
    nearest: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Evidence:
    """The resales in a source. `incomplete`: offer -> why the source does not cover it; "": every offer.

    `resales`: offer and tenant -> first day, None where unknown. `ambiguous`: name -> tenants that have it.
    `doubt`: what keeps a list of subscriptions from being seen to be whole; None: nothing, or it is a report.
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
    doubt: str | None = None


def from_subscriptions(candidate: Snapshot, data: Subscriptions) -> Evidence:
    """The resales in a SaaS subscriptions list: by tenant, and complete for the offers that it names.

    An offer that it does not name may belong to another Entra application, so it is not covered.
    """
    declared = candidate.offers
    directory = Directory((offer, offer) for offer in declared)
    evidence = Evidence(source="SaaS fulfilment subscriptions", evidence="exact", newest=data.newest)
    evidence.named = frozenset(data.offers) & declared.keys()
    evidence.resales = {(s.offer, s.tenant_id): s.since for s in data.sales if s.offer in declared}
    evidence.undeclared = tuple(
        Unmatched(name=offer, rows=rows, offers=(), nearest=directory.nearest(offer, 1))
        for offer, rows in data.offers.items()
        if offer not in declared
    )
    for offer, why in data.unclear:
        evidence.incomplete.setdefault(offer or "", why)
    for offer in evidence.named:
        if declared[offer].type != "saas":
            evidence.incomplete.setdefault(offer, f"it is declared as {declared[offer].type}, not as saas")
    if not data.complete:
        evidence.incomplete[""] = "another page follows the last one given (@nextLink)"
    kinds = f"ended: {data.ended:,}, trials: {data.trials:,}; both count, S17"
    evidence.doubt = data.doubt
    evidence.facts = (f"{data.total:,} subscriptions, {data.resold:,} of them resold ({kinds})",)
    if data.linked and data.complete:
        pages = counted(data.linked, "page")
        linked = f"besides the last page {pages} with a link to the next one"
        unseen = "a page left out between them would not be seen, so give all of them"
        evidence.facts += (f"note: {linked}; {unseen}",)
    return evidence


def from_customers(candidate: Snapshot, data: CustomersReport, matches: Sequence[str]) -> Evidence:
    """The resales in a Customers report: by the provider's name, and complete for the offers that it names.

    An offer is not covered while one of its providers is not known. `matches`: NAME=TENANT or NAME=none.
    """
    offers = Directory(pair for o in candidate.offers.values() for pair in ((o.name, o.id), (o.id, o.id)))
    known = partners_by_tenant(candidate)
    providers = Directory((partner.name, tenant) for tenant, partner in known.items())
    parsed_matches = _parse_matches(matches, data.bought)
    evidence = Evidence(source="Customers report", evidence="by-name", as_of=data.as_of, newest=data.newest)
    by_offer = {name: offers.find_whole(name) for name in data.offers}  # legal forms are for companies
    evidence.named = frozenset().union(*by_offer.values())
    exact = _exact(candidate)
    unknown: dict[str, list[Bought]] = defaultdict(list)
    for bought in data.bought:
        ids = by_offer[bought.offer]
        if is_masked(bought.offer):
            evidence.incomplete.setdefault("", f"line {bought.line} was sold by a CSP and names no offer")
        tenants = _tenants(bought, parsed_matches, providers)
        if tenants is None:
            unknown[bought.provider].append(bought)
            for offer in ids:
                evidence.incomplete.setdefault(offer, _unknown_provider(bought))
            continue
        for offer in ids:
            _add_resale(evidence, bought, offer, _prefer_exact(tenants, exact.get(offer, frozenset())))
    _note_doubts(evidence, data, by_offer)
    for name in data.uncertain:
        for offer in by_offer[name]:
            evidence.incomplete.setdefault(
                offer, "a row with a provider has a licence type that is not known"
            )
    evidence.unmatched = _unmatched(unknown, providers)
    sold = Counter(bought.offer for bought in data.bought for _ in range(bought.rows))
    evidence.undeclared = tuple(
        Unmatched(name=name, rows=sold[name], offers=(), nearest=offers.nearest(name, 1))
        for name, ids in by_offer.items()
        if not ids and sold[name]
    )
    evidence.facts = _facts(data)
    return evidence


def _note_doubts(evidence: Evidence, data: CustomersReport, by_offer: Mapping[str, frozenset[str]]) -> None:
    """Leave every offer uncovered where a row that may be of a CSP does not say which offer it is of."""
    if data.cut_off is not None:
        evidence.incomplete.setdefault(
            "",
            f"line {data.cut_off} ends before its provider, licence type and offer; it may be cut off"
            " (delete it if it is a total)",
        )
    for name in data.uncertain:
        if is_masked(name):
            evidence.incomplete.setdefault("", "a row without an offer has a licence type that is not known")
    for name, line in data.doubtful.items():
        if not is_masked(name) and not by_offer[name]:
            evidence.incomplete.setdefault(
                "",
                f"line {line} has a licence type that is not known and names the offer {name!r}, which is not"
                " declared; its cells may stand in wrong columns",
            )


def _tenants(bought: Bought, matches: _Matches, providers: Directory) -> frozenset[str] | None:
    """The tenants of a provider's name; empty where `matches` says that it is no partner, None if unknown.

    A match of the whole name comes first, then the partner of that name, then a match of the name without its
    legal form.
    """
    whole, bare = name_key(bought.provider), bare_key(bought.provider)
    if whole not in matches.whole:
        if found := frozenset() if bought.masked else providers.find(bought.provider):
            return found
        if len(matches.bare[bare]) != 1:
            return None
    [tenant] = [matches.whole[whole]] if whole in matches.whole else matches.bare[bare]
    return frozenset({tenant} if tenant else ())


def _prefer_exact(tenants: frozenset[str], exact: frozenset[str]) -> frozenset[str]:
    """Of several tenants with one name, those with exact evidence for the offer, if any have it."""
    return tenants & exact if len(tenants) > 1 and tenants & exact else tenants


def _add_resale(evidence: Evidence, bought: Bought, offer: str, tenants: frozenset[str]) -> None:
    if len(tenants) > 1:
        evidence.ambiguous[bought.provider] = tuple(sorted(tenants))
    for tenant in tenants:
        earlier = evidence.resales.get((offer, tenant))
        evidence.resales[offer, tenant] = min(filter(None, (earlier, bought.since)), default=None)


def _exact(candidate: Snapshot) -> dict[str, frozenset[str]]:
    """Offer -> tenants that some Resales document knows exactly."""
    known: dict[str, set[str]] = defaultdict(set)
    for document in candidate.resales:
        for row in document.resales:
            if row.evidence == "exact":
                known[row.offer].add(row.tenant_id)
    return {offer: frozenset(tenants) for offer, tenants in known.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matches:
    """The `--match` options: key of a name, whole or without legal form -> tenant; None: no partner."""

    whole: dict[str, str | None] = field(default_factory=dict)
    bare: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(set))


def _parse_matches(options: Sequence[str], bought: Iterable[Bought]) -> _Matches:
    """Parse `NAME=TENANT` options. Raises: UsageError."""
    names = {name_key(one.provider): one.provider for one in bought}
    parsed = _Matches()
    for text in options:
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
        parsed.whole[name_key(name)] = canonical
        parsed.bare[bare_key(name)].add(canonical)
    return parsed


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
