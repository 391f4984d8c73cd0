"""Every value that passes between the rooms: frozen, and compared by meaning, never by position."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from csp_config.model.documents import (
    SETTINGS_NAME,
    UNPUBLISHED,
    Acknowledgement,
    Audience,
    Exclusion,
    Files,
    Offer,
    OfferPlan,
    Partner,
    PartnerList,
    Places,
    Resellers,
    Selection,
    Settings,
    Source,
    State,
    Tree,
)
from csp_config.model.findings import (
    Base,
    Blocks,
    Candidate,
    Diagnostic,
    Finding,
    LooksAt,
    Report,
    Rule,
    Severity,
)
from csp_config.model.snapshot import (
    PartnerEntries,
    Snapshot,
    Unread,
    all_entries,
    different_partners,
    partners_by_tenant,
    written_entries,
)

if TYPE_CHECKING:
    from csp_config.model.comparison import Comparison, Drift, NotRead, UnsyncedDraft
    from csp_config.model.ledger import StepBack, newest_record, steps_back
    from csp_config.model.moves import Move, ResaleKnowledge, Verdict
    from csp_config.model.records import (
        LIFETIME,
        Evidence,
        LeftInDraft,
        LiveAudience,
        NamedTenant,
        ObservedFrom,
        Request,
        RequestStatus,
        Resale,
        Resales,
    )
    from csp_config.model.work import (
        Action,
        Became,
        Kind,
        Outcome,
        PartnerRef,
        Plan,
        PlannedOffer,
        PlannedRequest,
        Status,
        Ticket,
        Waiting,
    )

__all__ = [
    "LIFETIME",
    "SETTINGS_NAME",
    "UNPUBLISHED",
    "Acknowledgement",
    "Action",
    "Audience",
    "Base",
    "Became",
    "Blocks",
    "Candidate",
    "Comparison",
    "Diagnostic",
    "Drift",
    "Evidence",
    "Exclusion",
    "Files",
    "Finding",
    "Kind",
    "LeftInDraft",
    "LiveAudience",
    "LooksAt",
    "Move",
    "NamedTenant",
    "NotRead",
    "ObservedFrom",
    "Offer",
    "OfferPlan",
    "Outcome",
    "Partner",
    "PartnerEntries",
    "PartnerList",
    "PartnerRef",
    "Places",
    "Plan",
    "PlannedOffer",
    "PlannedRequest",
    "Report",
    "Request",
    "RequestStatus",
    "Resale",
    "ResaleKnowledge",
    "Resales",
    "Resellers",
    "Rule",
    "Selection",
    "Settings",
    "Severity",
    "Snapshot",
    "Source",
    "State",
    "Status",
    "StepBack",
    "Ticket",
    "Tree",
    "Unread",
    "UnsyncedDraft",
    "Verdict",
    "Waiting",
    "all_entries",
    "different_partners",
    "newest_record",
    "partners_by_tenant",
    "steps_back",
    "written_entries",
]

_LATER = {
    **dict.fromkeys(("Comparison", "Drift", "NotRead", "UnsyncedDraft"), "comparison"),
    **dict.fromkeys(("Move", "ResaleKnowledge", "Verdict"), "moves"),
    **dict.fromkeys(
        ("LIFETIME", "Evidence", "LeftInDraft", "LiveAudience", "NamedTenant", "ObservedFrom"), "records"
    ),
    **dict.fromkeys(("Request", "RequestStatus", "Resale", "Resales"), "records"),
    **dict.fromkeys(("StepBack", "newest_record", "steps_back"), "ledger"),
    **dict.fromkeys(
        (
            "Action",
            "Kind",
            "Outcome",
            "Became",
            "PartnerRef",
            "Plan",
            "PlannedOffer",
            "PlannedRequest",
            "Status",
            "Ticket",
            "Waiting",
        ),
        "work",
    ),
}
"""Name -> its module, imported when the name is asked for: a hook should not wait for what it never uses."""

if not TYPE_CHECKING:  # else every name would seem to be there

    def __getattr__(name: str) -> object:
        """A value's class that was not needed so far."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
        globals()[name] = found  # so that it is asked for once
        return found
