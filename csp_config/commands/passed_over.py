"""What lies under the roots of a project and is not read: untracked leavings, and what git ignores."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError
from csp_config.loading import seeming_kind, under
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from csp_config.git import Repository
    from csp_config.model import Candidate, Settings, Tree

_SHOWN = 3
_LOOKED_AT = 65_536  # bytes: `kind` stands near the beginning


def notes_on_roots(tree: Tree, settings: Settings) -> Iterator[str]:
    """Notes on roots that hold nothing, and on files of editors and systems, which are left out."""
    paths = (tree.files, tree.unreadable, tree.misnamed)
    empty = [root for root in settings.roots if not any(under(path, (root,)) for path in chain(*paths))]
    if empty:
        yield f"no documents under {roots_text(empty)} (`roots` in csp-config.yaml)"
    if tree.left_out:
        names = _some(tree.left_out)
        yield f"left out {len(tree.left_out)} untracked file(s) of editors or the system: {names}"


def notes_on_ignored(repository: Repository, candidate: Candidate, settings: Settings) -> Iterator[str]:
    """A note on documents on disk that git ignores, so that no commit would hold them, with the rules."""
    found = ignored_documents(repository, candidate, settings)
    if found:
        yield f"left out {counted(len(found), 'document')} that git ignores: {_with_rules(found)}"


def no_documents(project: Path, settings: Settings, ignored: Mapping[str, str]) -> ReadingError:
    """The refusal of a project whose roots hold nothing that counts; `ignored`: as `ignored_documents`."""
    if ignored:
        return ReadingError(
            f"{project} has no documents under {roots_text(settings.roots)} but"
            f" {counted(len(ignored), 'document')} that git ignores: {_with_rules(ignored)}",
            help="change that rule, or add the documents with `git add --force`",
        )
    return ReadingError(
        f"{project} has no documents under {roots_text(settings.roots)}",
        help="go to the right folder, name it with --root, set `roots` in csp-config.yaml,"
        " or begin with `csp-config init`",
    )


def roots_text(roots: Iterable[str]) -> str:
    """Roots as messages name them: `offers/, lists/`."""
    return ", ".join(f"{name}/" for name in roots)


def ignored_documents(
    repository: Repository | None, candidate: Candidate, settings: Settings
) -> Mapping[str, str]:
    """Documents on disk that git ignores -> the rule; none where something else than the disk is judged.

    Only what says that it is one of our kinds: what is ignored is often made by other programs, in YAML, too.
    """
    if repository is None or candidate.kind != "working-tree":
        return {}
    paths = [
        path for path in repository.ignored_documents(settings.roots) if _says_kind(repository.root / path)
    ]
    return repository.ignored(paths)


def _says_kind(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            beginning = file.read(_LOOKED_AT)
    except OSError:
        return False  # gone meanwhile, or nothing that anybody could read
    return seeming_kind(beginning) is not None


def _with_rules(ignored: Mapping[str, str]) -> str:
    return f"{_some(ignored)} ({_some(dict.fromkeys(ignored.values()))})"


def _some(names: Iterable[str]) -> str:
    return listed(list(names), _SHOWN, longest=None)
