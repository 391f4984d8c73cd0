"""Facts from the documents on an action's offer, partners, resales and request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from csp_config.model.records import LIFETIME
from csp_config.model.work import PartnerRef
from csp_config.text.project_commands import with_root
from csp_config.text.shells import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Offer, Settings, Snapshot
    from csp_config.model.records import Request, Resale
    from csp_config.model.work import Action


MOST_IN_LETTER = 20  # partners; more of them stand in a CSV beside the request


class ActionFacts:
    """Facts from a snapshot on single actions. Indexes over all documents are made once, on first use."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def settings(self) -> Settings:
        """The settings of the repository."""
        return self._snapshot.settings

    @property
    def folder(self) -> str:
        """The project's folder, from git's top; empty where it is the top itself."""
        return self.settings.path.rpartition("/")[0]

    def pasted(self, text: str) -> str:
        """A text of the runbook with --root in its commands, as it is run at git's top."""
        return with_root(text, self.folder, self._names)

    def record_places(self, actions: Iterable[Action]) -> list[str]:
        """Where the live records of the offers of actions lie, or go: see `places_of`."""
        root = self.settings.roots[0].rstrip("/")
        new = "live" if root == "." else f"{root}/live"
        records = [self._snapshot.live.get(action.offer) for action in actions]
        paths = [one.places.path if one and one.places else f"{new}/any.yaml" for one in records]
        kinds = self._snapshot.identities.items()
        beside = [path for path, (kind, _) in kinds if kind != "LiveAudience"]
        return places_of(
            paths or [f"{new}/any.yaml"], [*beside, *(one.path for one in self._snapshot.unread)]
        )

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
        """Whether an action is blocked only because Microsoft refused its request, or part of it, before."""
        request = self.request(action)
        return request is not None and not request.open and len(action.blocked_by) == 1

    def to_file(self, action: Action) -> bool:
        """Whether the action is a support request that has still to be filed."""
        if action.kind != "support-request" or action.blocked_by:
            return False
        return action.status == "needed" or self.is_drafted(action)

    def is_drafted(self, action: Action) -> bool:
        """Whether the request that the action names was only drafted, so that Microsoft does not have it."""
        request = self.request(action)
        return request is not None and request.status == "drafted"

    def may_file_again(self, action: Action) -> bool:
        """Whether a support request is blocked only since Microsoft refused it: it may be filed again."""
        request = self.request(action)
        refused = request is not None and request.status == "refused"
        return action.kind == "support-request" and refused and len(action.blocked_by) == 1

    def partners(self, action: Action, tenants: Iterable[str]) -> list[PartnerRef]:
        """The tenants as partners with name and country, sorted by name; those without a name come last."""
        in_action = {ref.tenant_id: ref for ref in (*action.add, *action.remove)}
        refs = [
            in_action.get(tenant) or self._partners.get(tenant) or PartnerRef(tenant_id=tenant)
            for tenant in tenants
        ]
        return sorted(refs, key=lambda ref: (ref.name is None, ref.name or "", ref.tenant_id))

    def partners_to_enter(self, action: Action) -> list[PartnerRef]:
        """The partners to enter on the audience page: all of a new list, else the added ones."""
        if action.after.resellers != "selected" or action.kind not in (
            "save-draft",
            "opt-in",
            "sync-audience",
        ):
            return []
        if action.move[0] == "selected":
            return self.partners(action, [ref.tenant_id for ref in action.add])
        return self.partners(action, action.after.tenants)

    def request_partners(self, action: Action) -> list[PartnerRef]:
        """The partners of a support request: those to remove, or those of the new list."""
        if action.remove:
            return self.partners(action, [ref.tenant_id for ref in action.remove])
        if action.move == ("any", "selected"):
            return self.partners(action, action.after.tenants)
        return []

    def has_partner_file(self, action: Action) -> bool:
        """Whether the partners of a request are too many for its text, and are listed in a file instead."""
        number = len(action.remove) or (
            len(action.after.tenants) if action.move == ("any", "selected") else 0
        )
        return number > MOST_IN_LETTER

    @property
    def publisher_tenant(self) -> str | None:
        """The publisher's own tenant, where the settings of a target name it."""
        target = self.settings.targets.get("partner-center")
        tenant = target.get("tenant_id") if isinstance(target, Mapping) else None
        return tenant if isinstance(tenant, str) else None

    def resale_words(self, offer: str, tenant: str) -> str | None:
        """A known resale in words: ` since 2025-03-01, matched by name`; None where none is known."""
        row = self._resold.get((offer, tenant))
        if row is None:
            return None
        since = f" since {row.since}" if row.since else ""
        if row.evidence == "microsoft":
            return f"{since}, as your support told us"
        return f"{since}, matched by name" if row.evidence == "by-name" else since or " already"

    def resale_data_day(self, offer: str) -> str | None:
        """The newest day up to which resale data are complete for the offer; None where none are."""
        return self._resale_data_days.get(offer)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The names that documents give to offers and partners."""
        offers = [offer.name for offer in self._snapshot.offers.values()]
        live = [one.name for record in self._snapshot.live.values() for one in record.names]
        return tuple(name for name in (*offers, *live, *(p.name for p in self._partners.values())) if name)

    @cached_property
    def _partners(self) -> dict[str, PartnerRef]:
        snapshot = self._snapshot
        lists = [snapshot.offers[name].partners for name in sorted(snapshot.offers)]
        lists += [snapshot.lists[name].partners for name in sorted(snapshot.lists)]
        return {
            partner.tenant_id: PartnerRef(
                tenant_id=partner.tenant_id, name=partner.name, country=partner.country
            )
            for partners in reversed(lists)
            for partner in partners
        }

    @cached_property
    def _resold(self) -> dict[tuple[str, str], Resale]:
        """(offer, tenant) -> its resale; of several the one with the best evidence, then the newest."""
        documents = sorted(self._snapshot.resales, key=lambda document: document.as_of)
        rows = [row for document in documents for row in document.resales]
        rows.sort(key=lambda row: ("by-name", "exact", "microsoft").index(row.evidence))
        return {(row.offer, row.tenant_id): row for row in rows}

    @cached_property
    def _resale_data_days(self) -> dict[str, str]:
        """Offer -> the newest day up to which the data are complete, from the offer's first day on."""
        whole = (document for document in self._snapshot.resales if document.since == LIFETIME)
        documents = sorted(whole, key=lambda document: document.as_of)
        return {offer: document.as_of for document in documents for offer in document.covers}
