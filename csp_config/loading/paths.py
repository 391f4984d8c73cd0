"""Which paths of a tree are documents, and which are refused for their name or nature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model import SETTINGS_NAME, Finding, Source
from csp_config.text.shells import PLAIN_CHARACTERS, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from csp_config.model import Settings, Tree

SETTINGS_PATH = SETTINGS_NAME
_SUFFIXES = (".yaml", ".yml")


def under(path: str, roots: Sequence[str]) -> bool:
    """Whether a path lies under one of the roots (`.` is everything)."""
    return any(root in (".", path) or path.startswith(root.rstrip("/") + "/") for root in roots)


def document_paths(tree: Tree, settings: Settings) -> list[str]:
    """Paths of the documents under the project's roots, sorted; its settings file is none of them."""
    roots = settings.roots
    below = "" if "." in roots else tuple(f"{root.rstrip('/')}/" for root in roots)
    return sorted(
        [
            path
            for path in tree.files
            if path.lower().endswith(_SUFFIXES)
            and (path.startswith(below) or path in roots)
            and path != settings.path
        ]
    )


def unreadable_paths(tree: Tree, roots: Sequence[str], documents: Sequence[str]) -> Iterator[Finding]:
    """CSP007: paths that are no plain file, have an unsafe name, or differ from another only by case.

    `documents`: as `document_paths` gives them.
    """
    for path, why in sorted(tree.unreadable.items()):
        if not under(path, roots):
            continue
        yield _refused(path, f"this path {why}, so what it holds is not known")
    for path in documents:
        if not is_plain(path):
            yield _refused(path, f"the name has characters outside {PLAIN_CHARACTERS}")
    for first, other in _case_twins(documents):
        yield _refused(other, f"the name differs from {first} only by case: some file systems hold just one")


def misnamed_paths(tree: Tree, roots: Sequence[str]) -> Iterator[Finding]:
    """CSP012: files that are read as documents under another name only."""
    for path, meant in sorted(tree.misnamed.items()):
        if under(path, roots):
            yield misnamed(path, meant)


def misnamed(path: str, meant: str) -> Finding:
    """CSP012 for a file that is not read under the name it has."""
    name = meant.rpartition("/")[2]
    return Finding(
        code="CSP012",
        source=Source(path),
        message=f"under this name the file is not read; it would be as {name}",
        help=f"rename it to {name}, or give it a name that does not look like one of csp-config's files",
    )


def other_case(folder: str, root: str) -> Finding:
    """CSP012 for a folder whose documents are not read, since a root is written in other letters."""
    return Finding(
        code="CSP012",
        source=Source(folder),
        message=f"what lies in this folder is not read; it would be in {root}",
        help=f"move it into {root}, or write `roots` in csp-config.yaml as the folder is",
    )


def unreadable_settings(path: str, why: str) -> Finding:
    """CSP007 for a settings file that is no plain file."""
    return _refused(path, f"this path {why}, so what it holds is not known")


def _case_twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(path.casefold(), path)
        if first != path:
            yield first, path


def _refused(path: str, message: str) -> Finding:
    return Finding(
        code="CSP007",
        source=Source(path),
        message=message,
        help="put a plain file with a plain name there; nothing that depends on it is judged until then",
    )
