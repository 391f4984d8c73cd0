"""A product: an offer as Partner Center has it, in its draft and in what was published of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from csp_config.emulator.catalogue import API_TYPES

if TYPE_CHECKING:
    from csp_config.emulator.resources import Resources
    from csp_config.model import OfferPlan

Target = Literal["draft", "preview", "live"]


@dataclass(slots=True, kw_only=True)
class Submission:
    """A publication, to preview and then on to live under the same number."""

    number: str
    target: Target
    created: float
    status: str = "running"
    result: str = "pending"
    resources: Resources = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class Product:
    """An offer in Partner Center.

    `preview` and `live` are the submissions that stand for these targets; one may stand for both.
    `latest`: the last submission made, whatever came of it.
    """

    id: str
    publisher: str
    offer: str
    type: str
    plans: tuple[OfferPlan, ...]
    draft: Resources
    preview: Submission | None = None
    live: Submission | None = None
    latest: Submission | None = None

    @property
    def edited(self) -> bool:
        """Whether the draft is something else than what was published last (so always before that)."""
        return self.preview is None or self.draft != self.preview.resources

    def resources(self, target: Target) -> Resources | None:
        """The resources of a target; None where it does not exist."""
        if target == "draft":
            return self.draft
        submission = self.live if target == "live" else self.preview
        return submission.resources if submission else None

    @property
    def submissions(self) -> list[Submission]:
        """The active submissions, each once, the newest first: clients exist that read one page of them."""
        found = {s.number: s for s in (self.latest, self.preview, self.live) if s is not None}
        return sorted(found.values(), key=lambda one: int(one.number), reverse=True)


def served(product: Product) -> bool:
    """Whether the Product Ingestion API serves this type of offer."""
    return API_TYPES[product.type].served
