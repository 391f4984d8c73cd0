"""The two APIs of Partner Center: Product Ingestion, and the older submission API, which is only read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from csp_config.targets.partner_center.errors import RefusalError
from csp_config.targets.partner_center.mapping import UnknownWordError, external_id, older_audience
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.model import Audience
    from csp_config.targets.partner_center.calls import Session

VERSION = "2022-07-01"
PREFIX = "/rp/product-ingestion"
_CONFIGURE = f"https://schema.mp.microsoft.com/schema/configure/{VERSION}"
_DURABLE_ID = re.compile(r"[a-z](-?[a-z0-9]+)*(/[A-Za-z0-9-]{1,64}){1,3}")
_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_ABSENT = frozenset({"notfound", "resourcenotfound"})
_NOT_FOUND = 404

Target = Literal["draft", "preview", "live"]
Resource = dict[str, Any]
OLDER_PREFIX = "/v1.0/ingestion"
_BY_OFFER_ID = "externalIDs/Any(i:i/type eq 'AzureOfferId' and i/value eq '{offer}')"
_PRODUCT_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A configure job; `succeeded` is valid only once it has `ended`; `errors`: as in the answer."""

    id: str
    ended: bool
    succeeded: bool
    errors: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Ingestion:
    """The API; each method is one call, or one listing."""

    session: Session = field(repr=False)

    def products(self, offer: str | None = None) -> Iterator[Resource]:
        """The products of the account; with an offer, only its own, whatever the service filters."""
        params = {"externalID": offer} if offer else {}
        for product in self.session.pages("product", params, "@nextLink"):
            if offer is None or external_id(product) == offer:
                yield product

    def tree(self, product: str, target: Target) -> tuple[Resource, ...] | None:
        """The resources of a product as draft, preview or live; None where there is no such version.

        A 404 that does not say "not found" in the service's own words is no absence.
        Raises: UnansweredError, RefusalError.
        """
        try:
            found = self.session.get(f"resource-tree/{durable_id(product)}", {"targetType": target})
        except RefusalError as refused:
            if refused.status == _NOT_FOUND and _ABSENT.intersection(refused.codes):
                return None
            raise
        resources = found.get("resources")
        if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
            raise UnansweredError(f"the {target} tree of {product} has no list of resources", sent=True)
        return tuple(resources) or None

    def submissions(self, product: str) -> tuple[Resource, ...]:
        """The active submissions of a product, the draft's pseudo-submission among them."""
        path = f"submission/{durable_id(product).partition('/')[2]}"
        try:
            return tuple(self.session.pages(path, {}, "@nextLink"))
        except RefusalError as refused:
            if refused.status == _NOT_FOUND and _ABSENT.intersection(refused.codes):
                return ()
            raise

    def configure(self, resources: Sequence[Mapping[str, Any]]) -> Job:
        """Send resources to be written, once. Raises: as Session.configure."""
        answer = self.session.configure({"$schema": _CONFIGURE, "resources": list(resources)})
        return _job(answer, None)

    def job(self, job: str) -> Job:
        """Read the status of a job."""
        return _job(self.session.get(f"configure/{_checked_job_id(job)}/status"), job)

    def resources_of_job(self, job: str) -> tuple[Resource, ...]:
        """The resources that a finished job created or changed, as they were then.

        Raises: UnansweredError where the answer does not list them, which is not the same as none;
        RefusalError.
        """
        found = self.session.get(f"configure/{_checked_job_id(job)}").get("resources") or []
        known = isinstance(found, list) and all(isinstance(one, dict) for one in found)
        if not known or not all(isinstance(one.get("$schema"), str) for one in found):
            raise UnansweredError(f"what job {job} made is not told in a form that is known", sent=True)
        return tuple(found)


def durable_id(name: str) -> str:
    """The id itself. Raises: UnansweredError where it is no durable id, which is safe in an address."""
    if not _DURABLE_ID.fullmatch(name):
        raise UnansweredError(f"{name[:80]!r} is no durable id", sent=True)
    return name


def _checked_job_id(job: str) -> str:
    """The id itself. Raises: UnansweredError where it is no job id, which is safe in an address."""
    if not _JOB_ID.fullmatch(job):
        raise UnansweredError(f"{job[:80]!r} is no job id", sent=True)
    return job


def _job(data: Mapping[str, Any], expected_id: str | None) -> Job:
    name = data.get("jobId", data.get("jobID", expected_id))
    if not isinstance(name, str) or not _JOB_ID.fullmatch(name):
        raise UnansweredError("the answer names no job", sent=True)
    errors = data.get("errors")
    status, result = (str(data.get(key, "")).lower() for key in ("jobStatus", "jobResult"))
    return Job(
        id=name,
        ended=status == "completed" or result in ("failed", "cancelled"),
        succeeded=status == "completed" and result == "succeeded",
        errors=tuple(one for one in errors if isinstance(one, dict)) if isinstance(errors, list) else (),
    )


@dataclass(frozen=True, slots=True)
class Submission:
    """The older submission API, read only: for the offer types that the Product Ingestion API lacks."""

    session: Session = field(repr=False)

    def audience(self, offer: str) -> Audience:
        """Who may resell an offer. Raises: UnknownWordError, RefusalError, UnansweredError.

        UNKNOWN: whether the configuration is that of the draft or of what is live; no source tells.
        """
        params = {"$filter": _BY_OFFER_ID.format(offer=offer)}
        found = [one for one in self.session.pages("products", params, "nextLink") if _has_id(one, offer)]
        if len(found) != 1:
            raise UnknownWordError(
                f"the account has {len(found) or 'no'} product{'s' * (len(found) > 1)} with its ID"
            )
        name = found[0].get("id")
        if not isinstance(name, str) or not _PRODUCT_NAME.fullmatch(name):
            raise UnknownWordError(f"its product has the id {str(name)[:80]!r}, which is not understood")
        return older_audience(self.session.get(f"products/{name}/resellerConfiguration"))


def _has_id(product: Mapping[str, Any], offer: str) -> bool:
    names = product.get("externalIDs", product.get("externalIds"))
    if not isinstance(names, list):
        return False
    return any(
        isinstance(one, dict) and one.get("type") == "AzureOfferId" and one.get("value") == offer
        for one in names
    )
