"""The SaaS fulfilment subscriptions list (JSON, one or more pages) -> who has resold what, exactly.

Source: Microsoft Learn, pc-saas-fulfillment-subscription-api.md (2022-12-16): purchaser and beneficiary may
differ on a CSP purchase; allowedCustomerOperations is ["Read"] on one; what ended is listed as well.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.errors import ReadingError
from csp_config.tables.cells import MAX_BYTES, MAX_ROWS, day
from csp_config.tables.decoding import decoded
from csp_config.text.guids import canonical_tenant
from csp_config.text.phrases import shortened
from csp_config.text.unique_keys import RepeatedKeyError, unique_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

_CSP_OPERATIONS = {"read"}
_OPERATIONS = {"read", "update", "delete"}
_PAGE_SIZE = 100  # Source: pc-saas-fulfillment-subscription-api.md (2022-12-16): at most 100 in a page
_ENDED = "unsubscribed"
_CONTINUES = ("nextlink", "continuationtoken")  # letters of the keys that say that another page follows
_SHAPE = 'it has to be a list of subscriptions, or {"subscriptions": [...], "@nextLink": ...}'


class Sale(NamedTuple):
    """One tenant that has bought one offer for somebody else; `since` is the earliest day known."""

    offer: str
    tenant_id: str
    since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """What the pages say. `offers`: every offer named, resold or not, with its number of subscriptions.

    `unclear`: offer (None: not even that is known) and why one of its subscriptions cannot be judged.
    `complete`: the last page is among them. `doubt`: why that cannot be said for certain; None where each
    page says whether another follows. `linked`: the pages that another one follows. `newest`: the newest day
    in the data.
    """

    sales: tuple[Sale, ...]
    offers: dict[str, int]
    total: int
    resold: int
    ended: int
    trials: int
    unclear: tuple[tuple[str | None, str], ...]
    complete: bool
    doubt: str | None
    linked: int
    newest: str | None


@dataclass(slots=True)
class _Reading:
    today: str
    seen: set[str] = field(default_factory=set)
    sales: dict[tuple[str, str], str | None] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    unclear: list[tuple[str | None, str]] = field(default_factory=list)
    newest: str | None = None

    def add_entry(self, where: str, entry: Any) -> None:
        """Judge one subscription. One on two pages counts once, and as resold if either says so."""
        if not isinstance(entry, dict):
            self.unclear.append((None, f"{where} is no subscription"))
            return
        id_ = str(entry.get("id") or where)
        offer = entry.get("offerId")
        offer = offer.strip().lower() if isinstance(offer, str) and offer.strip() else None
        again = id_ in self.seen
        self.seen.add(id_)
        self.counts["total"] += not again
        if offer and not (again and offer in self.offers):
            self.offers[offer] += 1
        tenant, why = _reseller(entry)
        if offer is None:
            why = "it names no offer"
        days = sorted(filter(None, (day(value) for value in _dates(entry))))
        past = [one for one in days if one <= self.today]
        self.newest = max([*past, *([self.newest] if self.newest else [])], default=None)
        if why:
            self.unclear.append((offer, f"subscription {id_}: {why}"))
        elif tenant and offer and not (again and (offer, tenant) in self.sales):
            self.resale(entry, offer, tenant, past[0] if past else None)

    def resale(self, entry: dict[str, Any], offer: str, tenant: str, since: str | None) -> None:
        self.counts["resold"] += 1
        self.counts["ended"] += str(entry.get("saasSubscriptionStatus", "")).lower() == _ENDED
        self.counts["trials"] += entry.get("isFreeTrial") is True
        earlier = self.sales.get((offer, tenant))
        self.sales[offer, tenant] = min(filter(None, (earlier, since)), default=None)


def read_subscriptions(files: Iterable[tuple[str, bytes]], today: str) -> Subscriptions:
    """The resales in the pages of a subscriptions list; `files`: path and content of each.

    A row is a resale when the purchaser's tenant is not the beneficiary's, or when the customer may only
    read; ended subscriptions and trials count. Raises: ReadingError where a file is no such list.
    """
    reading = _Reading(today)
    pages: Counter[tuple[bool | None, bool]] = Counter()
    for path, content in files:
        for subscriptions, follows in _pages(path, content):
            pages[follows, len(subscriptions) == _PAGE_SIZE] += 1
            for number, entry in enumerate(subscriptions, 1):
                reading.add_entry(f"{path}, entry {number}", entry)
            if len(reading.seen) > MAX_ROWS:
                raise ReadingError(f"{path}: more than {MAX_ROWS:,} subscriptions", help="import fewer files")
    counts = reading.counts
    return Subscriptions(
        sales=tuple(Sale(*key, since) for key, since in sorted(reading.sales.items())),
        offers=dict(sorted(reading.offers.items())),
        total=counts["total"],
        resold=counts["resold"],
        ended=counts["ended"],
        trials=counts["trials"],
        unclear=tuple(reading.unclear),
        complete=any(follows is not True for follows, _ in pages),
        doubt=_doubt(pages.keys()),
        linked=sum(number for (follows, _), number in pages.items() if follows),
        newest=reading.newest,
    )


def _doubt(pages: AbstractSet[tuple[bool | None, bool]]) -> str | None:
    """Why the last page may be missing; of each: whether another follows, and whether it is full."""
    if (None, True) in pages or (False, True) in pages:
        return (
            f"a page has {_PAGE_SIZE} entries, which is as many as one can have, and no link to the next one"
        )
    if any(follows is None for follows, _ in pages):
        return "a list without the page that it came in does not show whether another page follows"
    return None


def _pages(path: str, content: bytes) -> Iterator[tuple[list[Any], bool | None]]:
    """Subscriptions of each page in a file, and whether another page follows; None for a bare list."""
    if len(content) > MAX_BYTES:
        raise ReadingError(f"{path}: {len(content):,} bytes, and at most {MAX_BYTES:,} are read")
    try:
        data = json.loads(decoded(path, content).text, object_pairs_hook=unique_keys)
    except RepeatedKeyError as error:
        raise ReadingError(
            f"{path}: the key {shortened(str(error))!r} stands twice in one object, and"
            " which of the two counts is not known",
            help="save the answer of the API again",
        ) from None
    except (ValueError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "it"
        raise ReadingError(
            f"{path}: {place} is not JSON; the file may be cut off", help="save the answer of the API again"
        ) from None
    pages = data if isinstance(data, list) and data and all(map(_is_page, data)) else [data]
    for page in pages:
        if _is_page(page):
            yield page["subscriptions"], _is_continued(page)
        elif isinstance(page, list):
            yield page, None
        else:
            raise ReadingError(f"{path}: this is JSON, but no subscriptions list", help=_SHAPE)


def _is_page(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("subscriptions"), list)


def _is_continued(page: dict[str, Any]) -> bool:
    """Whether another page follows. Tools that save a page may spell `@nextLink` in a way of their own."""
    return any(link and re.sub(r"[^a-z]", "", key.lower()).endswith(_CONTINUES) for key, link in page.items())


def _reseller(entry: dict[str, Any]) -> tuple[str | None, str | None]:
    """The tenant that resold a subscription, if one did, and why that cannot be told.

    A customer's own purchase is known by operations that a customer of a CSP does not have.
    """
    purchaser, beneficiary = _tenant(entry, "purchaser"), _tenant(entry, "beneficiary")
    operations = _operations(entry)
    read_only = operations == _CSP_OPERATIONS
    if purchaser is None:
        return None, "it names no tenant of a purchaser"
    if beneficiary is None and not read_only:
        return None, "it names no tenant of a beneficiary"
    if purchaser == beneficiary and not operations:
        return None, "its allowedCustomerOperations are none that are known"
    return (purchaser if read_only or purchaser != beneficiary else None), None


def _operations(entry: dict[str, Any]) -> set[str]:
    """What the customer may do, in small letters; empty where that is no list of known words."""
    value = entry.get("allowedCustomerOperations")
    found = (
        {one.casefold() if isinstance(one, str) else "" for one in value}
        if isinstance(value, list)
        else set()
    )
    return found if found <= _OPERATIONS else set()


def _tenant(entry: dict[str, Any], who: str) -> str | None:
    person = entry.get(who)
    tenant = person.get("tenantId") if isinstance(person, dict) else None
    return canonical_tenant(tenant) if isinstance(tenant, str) else None


def _dates(entry: dict[str, Any]) -> list[Any]:
    term = entry.get("term")
    return [
        entry.get("created"),
        entry.get("lastModified"),
        term.get("startDate") if isinstance(term, dict) else None,
    ]
