"""What the documents know of an action's offer, partners, resales and request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from csp_config.model import LIFETIME, PartnerRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Action, Offer, Request, Resale, Settings, Snapshot


MOST_IN_LETTER = 20  # partners; more of them stand in a CSV beside the request


class ActionFacts:
    """A snapshot, asked by action. What takes a pass over all documents is made once, when first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def settings(self) -> Settings:
        """The settings of the repository."""
        return self._snapshot.settings

    @property
    def offers(self) -> Mapping[str, Offer]:
        """The offers as declared, by id."""
        return self._snapshot.offers

    def offer(self, action: Action) -> Offer | None:
        """The offer as declared; None where its document is gone."""
        return self._snapshot.offers.get(action.offer)

    def name(self, offer_id: str) -> str | None:
        """The offer's name; None where its document is gone."""
        offer = self._snapshot.offers.get(offer_id)
        return offer.name if offer else None

    def request(self, action: Action) -> Request | None:
        """The request, of those in the live record, that the action names."""
        record = self._snapshot.live.get(action.offer)
        requests = record.requests if record else ()
        return next((request for request in requests if request.id == action.request_id), None)

    def refused_before(self, action: Action) -> bool:
        """Whether nothing stands against an action but that Microsoft refused its request before."""
        request = self.request(action)
        return request is not None and not request.open and len(action.blocked_by) == 1

    def to_file(self, action: Action) -> bool:
        """Whether the action is a support request that has still to be filed."""
        if action.kind != "support-request" or action.blocked_by:
            return False
        request = self.request(action)
        return action.status == "needed" or (request is not None and request.status == "drafted")

    def insists(self, action: Action) -> bool:
        """Whether the action only stands still because Microsoft refused it: it may be asked for again."""
        request = self.request(action)
        refused = request is not None and request.status == "refused"
        return action.kind == "support-request" and refused and len(action.blocked_by) == 1

    def partners(self, action: Action, tenants: Iterable[str]) -> list[PartnerRef]:
        """The tenants with what is known of each, sorted by name; those without a name come last."""
        given = {ref.tenant_id: ref for ref in (*action.add, *action.remove)}
        found = [
            given.get(tenant) or self._named.get(tenant) or PartnerRef(tenant_id=tenant) for tenant in tenants
        ]
        return sorted(found, key=lambda ref: (ref.name is None, ref.name or "", ref.tenant_id))

    def entered(self, action: Action) -> list[PartnerRef]:
        """The partners to enter on the audience page: all of a new list, else those that come on top."""
        if action.after.resellers != "selected" or action.kind not in (
            "save-draft",
            "opt-in",
            "sync-audience",
        ):
            return []
        if action.move[0] == "selected":
            return self.partners(action, [ref.tenant_id for ref in action.add])
        return self.partners(action, action.after.tenants)

    def named_in_request(self, action: Action) -> list[PartnerRef]:
        """The partners that a support request speaks of: those to remove, or those of the list asked for."""
        if action.remove:
            return self.partners(action, [ref.tenant_id for ref in action.remove])
        if action.move == ("any", "selected"):
            return self.partners(action, action.after.tenants)
        return []

    def has_file(self, action: Action) -> bool:
        """Whether the partners of a request stand in a file beside it, because they are many."""
        number = len(action.remove) or (
            len(action.after.tenants) if action.move == ("any", "selected") else 0
        )
        return number > MOST_IN_LETTER

    @property
    def publisher_tenant(self) -> str | None:
        """The publisher's own tenant, where the settings of a target name it."""
        target = self.settings.targets.get("partner-center")
        found = target.get("tenant_id") if isinstance(target, Mapping) else None
        return found if isinstance(found, str) else None

    def resale(self, offer: str, tenant: str) -> str | None:
        """How a known resale is told: ` since 2025-03-01, matched by name`; None where none is known."""
        row = self._resold.get((offer, tenant))
        if row is None:
            return None
        since = f" since {row.since}" if row.since else ""
        if row.evidence == "microsoft":
            return f"{since}, as your support told us"
        return f"{since}, matched by name" if row.evidence == "by-name" else since or " already"

    def covered(self, offer: str) -> str | None:
        """The newest day for which resale data claim to be complete for the offer."""
        return self._covered.get(offer)

    @cached_property
    def _named(self) -> dict[str, PartnerRef]:
        snapshot = self._snapshot
        written = [snapshot.offers[name].partners for name in sorted(snapshot.offers)]
        written += [snapshot.lists[name].partners for name in sorted(snapshot.lists)]
        return {
            partner.tenant_id: PartnerRef(
                tenant_id=partner.tenant_id, name=partner.name, country=partner.country
            )
            for partners in reversed(written)
            for partner in partners
        }

    @cached_property
    def _resold(self) -> dict[tuple[str, str], Resale]:
        """Of several rows for one tenant and offer the best evidence wins, then the newest."""
        documents = sorted(self._snapshot.resales, key=lambda document: document.as_of)
        rows = [row for document in documents for row in document.resales]
        rows.sort(key=lambda row: ("by-name", "exact", "microsoft").index(row.evidence))
        return {(row.offer, row.tenant_id): row for row in rows}

    @cached_property
    def _covered(self) -> dict[str, str]:
        """Offer -> the newest day up to which the data are complete, from the offer's first day on."""
        whole = (document for document in self._snapshot.resales if document.since == LIFETIME)
        documents = sorted(whole, key=lambda document: document.as_of)
        return {offer: document.as_of for document in documents for offer in document.covers}
