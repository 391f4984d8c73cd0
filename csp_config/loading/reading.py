"""One file -> one reading: its document, its kind and id as far as they are known, and what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from csp_config.document import DocumentReader
from csp_config.document import read as read_alone
from csp_config.model import Finding
from csp_config.schema import SchemaChecker, check
from csp_config.text.phrases import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.document import Document

KINDS = ("Offer", "PartnerList", "Resales", "LiveAudience")
_SEEMING_KIND = rb"(?m)(?:^|[{,]\s*)[\"']?kind[\"']?[ \t]*:\s*[\"']?(%s)\b" % "|".join(KINDS).encode()


class Reading(NamedTuple):
    """What one file gave. With findings, the document must not be relied on; kind and id are still given.

    `well_formed`: the text could be read as YAML and its kind is known; only the schema may have findings.
    """

    path: str
    document: Document | None
    kind: str | None
    id: str | None
    findings: tuple[Finding, ...]
    well_formed: bool = False


def read_document(path: str, content: bytes) -> Reading:
    """One file by itself; as `FileReader.read`."""
    return FileReader().read(path, content)


class FileReader:
    """Reads files; owns the caches of what their documents have in common."""

    def __init__(self) -> None:
        self.documents = DocumentReader()
        self._schemas = SchemaChecker()

    def read(self, path: str, content: bytes) -> Reading:
        """Read one file: YAML (CSP001-CSP006), then its kind (CSP006), then its schema (CSP010, CSP011)."""
        document, findings = self.documents.read(path, content)
        if document is None or not isinstance(document.data, dict):
            return Reading(path=path, document=None, kind=None, id=None, findings=findings)
        kind = document.data.get("kind")
        if kind not in KINDS:
            unknown = () if findings else (_unknown_kind(document, kind),)
            return Reading(path=path, document=document, kind=None, id=None, findings=(*findings, *unknown))
        well_formed = not findings
        if well_formed:
            findings = self._schemas.check(document, kind)
            if not findings and kind == "LiveAudience":
                findings = tuple(_repeated_requests(document))
        name = document.data.get("offer" if kind == "LiveAudience" else "id")
        name = name if isinstance(name, str) else None
        return Reading(
            path=path, document=document, kind=kind, id=name, findings=findings, well_formed=well_formed
        )


def seeming_kind(content: bytes) -> str | None:
    """The kind that a text seems to have, without reading it: for hints, by which nothing is judged."""
    found = re.search(_SEEMING_KIND, content)
    return found[1].decode() if found else None


def read_settings(path: str, content: bytes) -> Reading:
    """Read a settings file: YAML, then its schema."""
    document, findings = read_alone(path, content)
    if document is None or not isinstance(document.data, dict):
        return Reading(path=path, document=None, kind=None, id=None, findings=findings)
    well_formed = not findings
    findings = findings or check(document, "Config")
    return Reading(
        path=path, document=document, kind="Config", id=None, findings=findings, well_formed=well_formed
    )


def _repeated_requests(document: Document) -> Iterator[Finding]:
    """CSP214: requests of a live record with the id of another one, as where both sides of a merge stayed."""
    seen: dict[str, int] = {}
    for number, request in enumerate(document.data.get("requests", ())):
        first = seen.setdefault(request["id"], number)
        if first != number:
            line = document.at("requests", first, "id").line
            yield Finding(
                code="CSP214",
                source=document.at("requests", number, "id"),
                message=f"request {request['id']} is on line {line} already",
                help="keep the one that is right: the one that went further, with its ticket",
                offer=document.data["offer"],
            )


def _unknown_kind(document: Document, kind: object) -> Finding:
    known = ", ".join(KINDS)
    if kind is None:
        message, help_ = "this document has no `kind`", f"begin it with `kind:` and one of {known}"
    else:
        message = f"unknown kind {str(kind)[:40]!r}"
        help_ = did_you_mean(str(kind)[:40], KINDS, f"the kinds are {known}", cutoff=0.5)
    return Finding(code="CSP006", source=document.at("kind"), message=message, help=help_)
