"""What was not found: an offer or partner list that could not be read or is not there; documents not read."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from csp_config.errors import ReadingError
from csp_config.text.phrases import counted, unknown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from csp_config.errors import CspConfigError
    from csp_config.model import Snapshot

DocumentKind = Literal["Offer", "PartnerList"]

_WORDS = {"Offer": "offer", "PartnerList": "partner list"}


def missing(
    snapshot: Snapshot,
    name: str,
    kinds: Sequence[DocumentKind] = ("Offer",),
    *,
    otherwise: str,
    also: Collection[str] = (),
) -> CspConfigError:
    """The error for a name that no document of these kinds has, as far as they could be read.

    ReadingError where a document that could not be read may be the one, with what was found in it; else
    UsageError with the nearest name. `otherwise`: what to do where no name is near. `also`: names
    that are known from elsewhere.
    """
    what = " or ".join(_WORDS[kind] for kind in kinds)
    possible = [one for one in snapshot.unread if any(one.could_be(kind, name) for kind in kinds)]
    if not possible:
        known = {
            one
            for kind, ids in (("Offer", snapshot.offers), ("PartnerList", snapshot.lists))
            if kind in kinds
            for one in ids
        }
        return unknown_name(what, name, known.union(also), otherwise)
    likely = [one for one in possible if one.id == name or PurePosixPath(one.path).stem == name]
    if likely:
        said = f"the {what} {name} could not be read: {fault(snapshot, likely[0].path)}"
    else:
        number = counted(len(possible), "document")
        said = (
            f"there is no {what} {name} in the documents that could be read,"
            f" and {number} could not be: {fault(snapshot, possible[0].path)}"
        )
    return ReadingError(said, help="mend that first; csp-config validate shows all that is wrong")


def unreadable(snapshot: Snapshot, *kinds: str, name: str | None = None) -> list[str]:
    """The path and the fault of each document that may be of one of these kinds and could not be used.

    `name`: only those that may be the one of this id.
    """
    possible = (one for one in snapshot.unread if any(one.could_be(kind, name) for kind in kinds))
    return [fault(snapshot, one.path) for one in possible]


def fault(snapshot: Snapshot, path: str) -> str:
    """The path of a document that could not be used, with the first thing that was found in it."""
    for finding in snapshot.findings:
        if finding.source.path == path:
            return f"{path}:{finding.source.line}:{finding.source.column}: {finding.message}"
    return path
