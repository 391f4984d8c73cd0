"""The reader of live states: one offer a call, several calls at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from csp_config.errors import CspConfigError
from csp_config.model import State
from csp_config.model.comparison import NotRead, UnsyncedDraft
from csp_config.model.drafts import may_hold
from csp_config.targets import Event, LiveOffer
from csp_config.targets.partner_center.errors import RefusalError
from csp_config.targets.partner_center.mapping import (
    INGESTED,
    SUBMITTED,
    TYPES,
    UnknownWordError,
    audience,
    audience_of,
    published_at,
    reseller_of,
)
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from csp_config.model import Audience
    from csp_config.targets import Subject, Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource, Submission
    from csp_config.targets.partner_center.pace import Pace
    from csp_config.targets.secret import Vault

Result = TypeVar("Result")

WORKERS = 4
"""Offers at a time. No limit of the service is known, so this stays small."""

_NO_API = "no API that csp-config knows serves offers of type {type}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with its trees.

    `live` None: it was never published. `draft` is the live one where nothing is pending.
    """

    id: str
    live: tuple[Resource, ...] | None
    draft: tuple[Resource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCenterReader:
    """A Reader. Each kind of offer is read over the API that serves it."""

    ingestion: Ingestion = field(repr=False)
    submission: Submission = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)

    def read(self, subjects: Iterable[Subject]) -> Iterator[LiveOffer | NotRead]:
        """See Reader. Raises: SignInError, PausedError, HaltedError."""
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting = [pool.submit(self.read_offer, subject) for subject in subjects]
            try:
                for done in as_completed(waiting):
                    reading = done.result()
                    self.watch(_event(reading))
                    yield reading
            except BaseException:
                self.pace.halt()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def read_offer(self, subject: Subject) -> LiveOffer | NotRead:
        """The live state of one offer. Raises: SignInError, PausedError, HaltedError."""
        offer = subject.offer
        if subject.type not in INGESTED | SUBMITTED:
            reason = _NO_API.format(type=subject.type)
            return NotRead(offer=offer, reason=reason, fault=False, no_api=True)
        return read_or_reason(lambda: self._live_offer(subject), offer, self.ingestion.session.vault)

    def _live_offer(self, subject: Subject) -> LiveOffer:
        if subject.type in SUBMITTED:
            older = self.submission.audience(subject.offer)
            state = State(published=subject.published, audience=older)
            return LiveOffer(offer=subject.offer, state=state, read_at=stamp(self.pace))
        product = find_product(self.ingestion, subject.offer, subject.type)
        return LiveOffer(
            offer=subject.offer,
            state=state_of(product),
            read_at=stamp(self.pace),
            published_at=published_at(product.live),
            unsynced=unsynced_draft(subject.offer, product),
            left_in_preview=subject.left_in_draft is not None
            and is_left_in_preview(self.ingestion, product, subject.left_in_draft),
        )


def read_or_reason(read: Callable[[], Result], offer: str, vault: Vault) -> Result | NotRead:
    """The result of reading one offer; where that fails, a NotRead with the reason.

    Raises: SignInError, PausedError, HaltedError, which end the run.
    """
    try:
        return read()
    except UnknownWordError as word:
        return NotRead(offer=offer, reason=vault.hide(str(word)), fault=False)
    except (RefusalError, UnansweredError) as error:
        return NotRead(offer=offer, reason=error.message, fault=True)
    except CspConfigError:
        raise
    except Exception as error:  # noqa: BLE001 - the others must be read, and this one be reported
        reason = vault.hide(f"an unexpected {type(error).__name__}: {error}")[:300]
        return NotRead(offer=offer, reason=reason, fault=True)


def find_product(ingestion: Ingestion, offer: str, type_: str) -> Product:
    """The product of an offer, with its live tree and its draft.

    Raises: UnknownWordError where there is none, several, or one of another type; RefusalError;
    UnansweredError.
    """
    found = list(ingestion.products(offer))
    if len(found) != 1:
        raise UnknownWordError(
            f"the account has {len(found) or 'no'} product{'s' * (len(found) > 1)} with its ID"
        )
    own_type = TYPES.get(str(found[0].get("type")), str(found[0].get("type")))
    if own_type != type_:
        raise UnknownWordError(
            f"Partner Center says its type is {own_type[:60]}, and its document says {type_}"
        )
    product = str(found[0].get("id"))
    live = ingestion.tree(product, "live")
    draft = ingestion.tree(product, "draft")
    if live is None and draft is None:
        raise UnknownWordError("it has neither a live version nor a draft")
    return Product(id=product, live=live, draft=draft or live or ())


def state_of(product: Product) -> State:
    """The state of an offer: of its live version, else of its draft. Raises: UnknownWordError."""
    tree = product.draft if product.live is None else product.live
    return State(published=product.live is not None, audience=audience(reseller_of(tree)))


def unsynced_draft(offer: str, product: Product) -> UnsyncedDraft | None:
    """The draft of a published offer, where its audience is not the live one. Raises: UnknownWordError."""
    if product.live is None:
        return None
    live, draft = state_of(product), audience_of(product.draft)
    if draft == live.audience:
        return None
    held = State(published=True, audience=draft) if draft else None
    return UnsyncedDraft(offer=offer, draft=held, live=live)


def is_left_in_preview(ingestion: Ingestion, product: Product, left: Audience) -> bool:
    """Whether the preview of a published offer may hold a part of what apply left in its draft.

    Raises: UnknownWordError, RefusalError, UnansweredError.
    """
    preview = ingestion.tree(product.id, "preview") if product.live is not None else None
    return preview is not None and may_hold(audience_of(preview), left, state_of(product).audience)


def stamp(pace: Pace) -> str:
    """The time now, as live records write it."""
    return pace.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(reading: LiveOffer | NotRead) -> Event:
    if isinstance(reading, NotRead):
        return Event(name="not-read", offer=reading.offer, details={"reason": reading.reason})
    details: dict[str, Any] = {"resellers": reading.state.resellers, "tenants": len(reading.state.tenants)}
    return Event(name="read", offer=reading.offer, details=details)
