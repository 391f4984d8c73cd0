"""IDs in the documents, found by regular expressions without parsing YAML, for completion in a shell.

That is fast and never fails on a mistake in a document, but an ID that is found need not be a valid one. All
other modules parse documents.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.git import find_project
from csp_config.loading import load_settings, seeming_kind
from csp_config.model import DOCUMENT_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.git import Project

_NAME = rb"[a-z0-9][a-z0-9_-]{2,60}"
_ID = re.compile(rb"^id:\s*[\"']?(" + _NAME + rb")[\"']?\s*(?:#.*)?$", re.MULTILINE)
_REQUEST = re.compile(rb"[\s{][\"']?id[\"']?:\s*[\"']?(" + _NAME + rb")\b")
_ACTION = re.compile(
    rf"\b{DOCUMENT_ID}/(?:put-back-draft|save-draft|publish|opt-in|sync-audience|adopt)-[0-9a-f]{{8}}\b"
)
_MOST = 1024 * 1024  # bytes looked at of one file


@dataclass(slots=True)
class Names:
    """IDs found in documents. `documents`: how many files were searched."""

    offers: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    documents: int = 0


def names(start: Path, most: int) -> Names:
    """The IDs in the documents under the roots, of which at most `most` are searched."""
    found = Names()
    for path in islice(_documents(find_project(start)), most):
        found.documents += 1
        with path.open("rb") as file:
            _collect(file.read(_MOST), found)
    return found


def handed_out_actions(start: Path) -> set[str]:
    """The self-service actions that the last runbook asks for; none without a runbook."""
    index = find_project(start).path / "runbook" / "index.md"
    return set(_ACTION.findall(index.read_text(encoding="utf-8"))) if index.is_file() else set()


def _documents(project: Project) -> Iterator[Path]:
    path = project.top / project.settings_path
    settings, _ = load_settings(path.read_bytes() if path.is_file() else None, project.folder)
    for root in settings.roots:
        for folder, folders, files in os.walk(project.top / root):
            folders.sort()
            yield from (
                Path(folder, name) for name in sorted(files) if name.lower().endswith((".yaml", ".yml"))
            )


def _collect(content: bytes, names: Names) -> None:
    kind, own = seeming_kind(content), _ID.search(content)
    if kind == "LiveAudience":
        names.requests.update(name.decode() for name in _REQUEST.findall(content))
    elif own and kind in ("Offer", "PartnerList"):
        (names.offers if kind == "Offer" else names.lists).add(own[1].decode())
