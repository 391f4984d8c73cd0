"""The older submission API, read only: the types that the Product Ingestion API does not serve."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.targets.partner_center.mapping import UnknownWordError, older_audience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Audience
    from csp_config.targets.partner_center.session import Session

PREFIX = "/v1.0/ingestion"
_FILTER = "externalIDs/Any(i:i/type eq 'AzureOfferId' and i/value eq '{offer}')"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class Submission:
    """The API; nothing here writes."""

    session: Session = field(repr=False)

    def audience(self, offer: str) -> Audience:
        """Who may resell an offer. Raises: UnknownWordError, RefusalError, UnansweredError.

        UNKNOWN: whether the configuration is that of the draft or of what is live; no source tells.
        """
        params = {"$filter": _FILTER.format(offer=offer)}
        found = [one for one in self.session.pages("products", params, "nextLink") if _has_id(one, offer)]
        if len(found) != 1:
            raise UnknownWordError(
                f"the account has {len(found) or 'no'} product{'s' * (len(found) > 1)} with its ID"
            )
        name = found[0].get("id")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
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
