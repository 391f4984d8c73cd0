"""Folders that differ from one of the roots only by case, so that what lies in them is not read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from csp_config.git.trees import DOCUMENT_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Names = Callable[[str], Iterable[str]]


def folders_near(root: str, folder: str, names: Names) -> list[str]:
    """The folders that a root would be in other letters. `folder`: of the project; its own case counts.

    `names`: a folder -> what is in it, from git's top.
    """
    found = [folder]
    inside = root.removeprefix(f"{folder}/") if folder else root
    for part in inside.split("/") if root not in (".", folder) else ():
        found = [
            f"{one}/{name}" if one else name
            for one in found
            for name in sorted(names(one))
            if name.casefold() == part.casefold()
        ]
    return [one for one in found if one not in (root, folder)]


def names_on_disk(top: Path, root: str) -> Names:
    """The folders in a folder of the working tree, less the one that the file system takes for the root."""

    def names(folder: str) -> list[str]:
        try:
            found = list(os.scandir(top / folder))
        except OSError:  # what cannot be opened is told elsewhere
            return []
        return [one.name for one in found if one.is_dir(follow_symlinks=False) and not _same(one.path)]

    def _same(path: str) -> bool:
        return (
            os.path.relpath(path, top).replace(os.sep, "/") != root
            and (top / root).exists()
            and (top / root).samefile(path)
        )

    return names


def names_in(paths: Iterable[str]) -> Names:
    """The folders in a folder, as the paths of files tell them."""
    known = sorted(paths)

    def names(folder: str) -> set[str]:
        begins = f"{folder}/" if folder else ""
        rests = (path.removeprefix(begins) for path in known if path.startswith(begins))
        return {rest.partition("/")[0] for rest in rests if "/" in rest}

    return names


def holding_documents(folders: Sequence[str], paths: Iterable[str]) -> list[str]:
    """Those of some folders that documents lie in."""
    documents = [path for path in paths if os.fsencode(path).lower().endswith(DOCUMENT_SUFFIXES)]
    return [one for one in folders if any(path.startswith(f"{one}/") for path in documents)]
