"""The state: publishers, their products, the jobs that change them. All that a call can change is here."""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from csp_config.emulator.answers import not_found
from csp_config.emulator.conditions import Conditions
from csp_config.emulator.products import Product, Submission
from csp_config.emulator.resources import guid, offer_type, resources_of
from csp_config.model import DOCUMENT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from csp_config.emulator.jobs import Job
    from csp_config.emulator.products import Target
    from csp_config.emulator.publishers import Holding, Publisher
    from csp_config.emulator.resources import Resources

_WORD = re.compile(DOCUMENT_ID)
_FIRST_SUBMISSION = 1152921505700000001


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token that was given out. `audience`: the API that it opens."""

    publisher: str
    audience: str
    expires: float


class World:
    """All that the emulator knows. `clock`: seconds since 1970; `job_seconds`: how long a job takes."""

    def __init__(
        self,
        publishers: Sequence[Publisher],
        *,
        clock: Callable[[], float],
        job_seconds: float = 1.0,
        secret: str | None = None,
        conditions: Conditions | None = None,
    ) -> None:
        self.publishers = {publisher.name: publisher for publisher in publishers}
        self.clock = clock
        self.job_seconds = job_seconds
        self.secret = secret
        self._first_conditions = conditions or Conditions()
        self.reset()

    def reset(self) -> None:
        """Back to the start: documents, conditions, no jobs, no tokens, an empty log."""
        self.conditions = deepcopy(self._first_conditions)
        self.products: dict[str, Product] = {}
        self._by_offer: dict[str, list[Product]] = defaultdict(list)
        self.jobs: dict[str, Job] = {}
        self.tokens: dict[str, Token] = {}
        self.log: list[dict[str, Any]] = []
        self.reads = count()
        self._numbers = count(_FIRST_SUBMISSION)
        self._names = count(1)
        for publisher in self.publishers.values():
            for holding in publisher.holdings:
                product = self._product(publisher, holding)
                self.products[product.id] = product
                self._by_offer[product.offer].append(product)

    def owned(self, publisher: str) -> list[Product]:
        """The products of a publisher, by offer ID."""
        return [product for product in self.products.values() if product.publisher == publisher]

    def product(self, publisher: str, id_: str) -> Product:
        """One of the publisher's products, by GUID. Raises: CallError."""
        product = self.products.get(id_.lower())
        if product is None or product.publisher != publisher:
            raise not_found(f"The product product/{id_[:60]}")
        return product

    def by_offer(self, publisher: str, offer: str) -> Product | None:
        """One of the publisher's products, by offer ID."""
        return next((p for p in self._by_offer.get(offer, ()) if p.publisher == publisher), None)

    def named_in(self, text: str) -> list[Product]:
        """The products that a text names, by GUID, by offer ID, or by a job that works on them."""
        words = set(_WORD.findall(text.lower()))
        found = [self.products[word] for word in words if word in self.products]
        found += [self.jobs[word].product for word in words if word in self.jobs]
        found += [product for word in words for product in self._by_offer.get(word, ())]
        return sorted({product.id: product for product in found}.values(), key=lambda p: (p.offer, p.id))

    def new_job_id(self) -> str:
        """A GUID that no job has yet."""
        return guid("job", str(next(self._names)))

    def new_submission(self, target: Target, resources: Resources) -> Submission:
        """A submission that begins now."""
        return Submission(
            number=str(next(self._numbers)),
            target=target,
            created=self.clock(),
            resources=deepcopy(resources),
        )

    def open_jobs(self, product: str | None = None) -> list[Job]:
        """The jobs that have not ended, of one product or of all, oldest first."""
        return [job for job in self.jobs.values() if job.open and product in (None, job.product.id)]

    def finish_due_jobs(self) -> None:
        """Let the jobs that are due take effect, in the order in which they end."""
        now = self.clock()
        for job in _by_end(self.open_jobs()):
            if job.due is not None and job.due <= now:
                job.finish(now)

    def _product(self, publisher: Publisher, holding: Holding) -> Product:
        id_ = guid(publisher.name, holding.id)
        resources = resources_of(holding, id_, publisher.partners)
        product = Product(
            id=id_,
            publisher=publisher.name,
            offer=holding.id,
            type=offer_type(holding),
            plans=holding.offer.plans if holding.offer else (),
            draft=resources,
        )
        if holding.state.published:
            live = self.new_submission("live", resources)
            live.status, live.result = "completed", "succeeded"
            product.preview = product.live = product.latest = live
        return product


def _by_end(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: job.due if job.due is not None else float("inf"))
