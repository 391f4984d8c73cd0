"""Names that stand in the documents, found without reading them as documents: for completion in a shell.

A document is looked through for lines that look like its id, so this is fast and never stops at a mistake;
what is found need not exist. Everything else in this program reads documents properly.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.git import find_project
from csp_config.loading import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.git import Project

_NAME = rb"[a-z0-9][a-z0-9_-]{2,60}"
_KIND = re.compile(rb"^[{\s]*kind:\s*[\"']?(Offer|PartnerList|LiveAudience)\b", re.MULTILINE)
_ID = re.compile(rb"^id:\s*[\"']?(" + _NAME + rb")[\"']?\s*(?:#.*)?$", re.MULTILINE)
_REQUEST = re.compile(rb"[\s{]id:\s*[\"']?(" + _NAME + rb")\b")
_ACTION = re.compile(
    r"\b[a-z0-9][a-z0-9_-]{2,49}/(?:put-back-draft|save-draft|publish|opt-in|sync-audience|adopt)-[0-9a-f]{8}\b"
)
_MOST = 1024 * 1024  # bytes looked at of one file


@dataclass(slots=True)
class Names:
    """IDs that some documents seem to have. `documents`: how many were looked at."""

    offers: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    documents: int = 0


def names(start: Path, most: int) -> Names:
    """The names below the roots, in at most so many documents."""
    found = Names()
    for path in islice(_documents(find_project(start)), most):
        found.documents += 1
        with path.open("rb") as file:
            _collect(file.read(_MOST), found)
    return found


def handed_out(start: Path, runbook: str = "runbook") -> set[str]:
    """The self-service actions that the last runbook asks for; none without a runbook."""
    index = find_project(start).path / runbook / "index.md"
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


def _collect(content: bytes, found: Names) -> None:
    kind = _KIND.search(content)
    if kind is None:
        return
    if kind[1] == b"LiveAudience":
        found.requests.update(name.decode() for name in _REQUEST.findall(content))
    elif own := _ID.search(content):
        (found.offers if kind[1] == b"Offer" else found.lists).add(own[1].decode())
