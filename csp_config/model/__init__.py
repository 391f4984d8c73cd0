"""Every value that passes between the rooms: frozen, and compared by meaning, never by position.

Here are those that every run needs; the others are imported from the module that is about them (`records`,
`moves`, `work`, `ledger`, `comparison`, `history`, ...), so that a hook does not wait for what it never uses.
Modules with the values of every run do without `from __future__ import annotations`: a named tuple whose
types are texts takes half as long again to define, since `typing` compiles each of them.
"""

from __future__ import annotations

from csp_config.model.documents import (
    DOCUMENT_ID,
    NOTHING,
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

__all__ = [
    "DOCUMENT_ID",
    "NOTHING",
    "SETTINGS_NAME",
    "UNPUBLISHED",
    "Acknowledgement",
    "Audience",
    "Base",
    "Blocks",
    "Candidate",
    "Diagnostic",
    "Exclusion",
    "Files",
    "Finding",
    "LooksAt",
    "Offer",
    "OfferPlan",
    "Partner",
    "PartnerEntries",
    "PartnerList",
    "Places",
    "Report",
    "Resellers",
    "Rule",
    "Selection",
    "Settings",
    "Severity",
    "Snapshot",
    "Source",
    "State",
    "Tree",
    "Unread",
    "all_entries",
    "different_partners",
    "partners_by_tenant",
    "written_entries",
]
