"""Products of the account -> descriptions of offers, for new Offer documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from csp_config.model import OfferPlan
from csp_config.model.comparison import NotRead
from csp_config.targets import OfferDescription
from csp_config.targets.partner_center.live_reader import WORKERS, Product, read_or_reason, stamp, state_of
from csp_config.targets.partner_center.mapping import INGESTED, TYPES, external_id, kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from csp_config.targets.partner_center.ingestion import Ingestion
    from csp_config.targets.partner_center.pace import Pace

_LICENSES = {"byol": "byol", "payAsYouGo": "usage"}
_CHANNEL = ("name", "email", "phone", "url")


def describe(
    ingestion: Ingestion, pace: Pace, only: Collection[str], known: Collection[str]
) -> Iterator[OfferDescription | NotRead]:
    """The products of the account, less those in `known`; with `only`, just these. Sorted by offer.

    Raises: SignInError, RefusalError, UnansweredError when they cannot even be listed.
    """
    listed = {name: one for one in ingestion.products() if (name := external_id(one))}
    wanted = [name for name in sorted(listed) if name not in known and (not only or name in only)]
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(lambda name: _describe_product(ingestion, pace, name, listed[name]), wanted)
    for name in sorted(set(only) - set(listed)):
        yield NotRead(offer=name, reason="the account has no product with its ID", fault=False)


def _describe_product(
    ingestion: Ingestion, pace: Pace, offer: str, listed: Mapping[str, Any]
) -> OfferDescription | NotRead:
    type_ = TYPES.get(str(listed.get("type")))
    if type_ is None or type_ not in INGESTED:
        what = type_ or str(listed.get("type"))[:60]
        reason = f"offers of type {what} cannot be read whole; declare it by hand"
        return NotRead(offer=offer, reason=reason, fault=False, no_api=True)
    return read_or_reason(
        lambda: _description(ingestion, pace, offer, type_, listed), offer, ingestion.session.vault
    )


def _description(
    ingestion: Ingestion, pace: Pace, offer: str, type_: str, listed: Mapping[str, Any]
) -> OfferDescription:
    name = str(listed.get("id"))
    live, draft = ingestion.tree(name, "live"), ingestion.tree(name, "draft")
    product = Product(id=name, live=live, draft=draft or live or ())
    state = state_of(product)
    tree = product.live or product.draft
    return OfferDescription(
        offer=offer,
        name=str(listed.get("alias") or offer),
        type=type_,
        state=state,
        read_at=stamp(pace),
        sold_through_microsoft=_is_sold_through_microsoft(tree),
        markets=_markets(tree),
        plans=tuple(_plans(tree, type_)),
        labels=_labels(tree),
        **_listing(tree),
    )


def _is_sold_through_microsoft(tree: Iterable[Mapping[str, Any]]) -> bool:
    """UNKNOWN how every type says it; only a plain no counts."""
    return not any(one.get("sellThroughMicrosoft") is False for one in tree)


def _plans(tree: Iterable[Mapping[str, Any]], type_: str) -> Iterator[OfferPlan]:
    tree = tuple(tree)
    prices = {str(one.get("plan")): one for one in tree if kind(one) == "price-and-availability-plan"}
    for plan in tree:
        name = external_id(plan) if kind(plan) == "plan" else None
        if name is None:
            continue
        price = prices.get(str(plan.get("id")), {})
        pricing = price.get("pricing")
        model = pricing.get("licenseModel") if isinstance(pricing, dict) else None
        yield OfferPlan(
            id=name,
            license=_LICENSES.get(str(model)) if type_ == "virtual-machine" else None,
            private=price.get("audience") == "private",
        )


def _markets(tree: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The markets of all plans together; empty where some plan is sold in all of them, or does not say."""
    prices = [one for one in tree if kind(one) == "price-and-availability-plan"]
    if not all(one.get("customerMarkets") == "customMarkets" for one in prices):
        return ()
    lists = [one.get("markets") for one in prices]
    codes = {str(code).upper() for markets in lists if isinstance(markets, list) for code in markets}
    return tuple(sorted(codes))


def _labels(tree: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Tenant -> the label that stands with it."""
    lists = [one.get("audiences") for one in tree if kind(one) == "reseller"]
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    return {
        str(entry.get("id")).lower(): entry["label"]
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("label"), str) and entry["label"].strip()
    }


def _listing(tree: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The channel contact, the materials and the support contact, from the first listing that has them."""
    found: dict[str, Any] = {"materials": None, "contact": {}, "support": {}}
    for one in tree:
        if kind(one) != "listing":
            continue
        materials = one.get("cloudSolutionProviderMarketingMaterials")
        found["materials"] = found["materials"] or (materials if isinstance(materials, str) else None) or None
        found["contact"] = found["contact"] or _contact(one.get("cloudSolutionProviderContact"))
        support = {k: v for k, v in _contact(one.get("supportContact")).items() if k != "name"}
        found["support"] = found["support"] or support
    return found


def _contact(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value.get("name"):
        return {}
    return {key: value[key] for key in _CHANNEL if isinstance(value.get(key), str) and value[key]}
