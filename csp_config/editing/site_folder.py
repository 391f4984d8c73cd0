"""The folder of a site: files that are ours are replaced or removed, all others stay."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.editing.files import make_folder, os_errors_as
from csp_config.editing.renaming import renamed
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = ".csp-config-site"
_FIRST = "# The files of this folder that `csp-config site` wrote; it replaces and removes no others."
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def write_site(path: Path, files: Mapping[str, str]) -> int:
    """Make a folder hold these files (relative POSIX path -> text), and return how many.

    What an earlier call wrote there and is no longer among them is removed. The manifest first names both, so
    that a run that was interrupted leaves nothing that the next one would not know for its own.
    Raises: WritingError, also where the folder holds anything and was not made by a site.
    """
    with os_errors_as(path, "the site may be written in part: run the same command again"):
        make_folder(path)
        earlier = _manifest(path)
        _write_manifest(path, {*earlier, *files})
        for name, text in files.items():
            _write(_target(path, name), text.encode())
        for name in sorted(earlier - files.keys()):
            _target(path, name).unlink(missing_ok=True)
        _write_manifest(path, files)
    return len(files)


def _manifest(path: Path) -> set[str]:
    """The files that an earlier site wrote. Raises: WritingError where the folder is not one of ours."""
    manifest = path / MANIFEST
    if manifest.is_symlink() or not manifest.is_file():
        if any(path.iterdir()):
            raise WritingError(
                f"{path}: it holds files and was not made by csp-config site; nothing was changed there",
                help="name a new or an empty folder with --output",
            )
        return set()
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _write_manifest(path: Path, names: Iterable[str]) -> None:
    _write(path / MANIFEST, "\n".join([_FIRST, *sorted(names), ""]).encode())


def _target(path: Path, name: str) -> Path:
    """Where a file of the site lies. Raises: WritingError where a link would lead elsewhere."""
    parts = PurePosixPath(name).parts
    if not parts or not all(_SAFE.fullmatch(part) for part in parts):
        raise WritingError(f"{path / MANIFEST}: {name!r} is no name of a file of a site")
    folder = path
    for part in parts[:-1]:
        folder /= part
        if folder.is_symlink():
            raise WritingError(f"{folder}: this is a link, and a site is written into plain folders only")
    return folder / parts[-1]


def _write(target: Path, content: bytes) -> None:
    """Put a file in its place, whole, unless it is there already with the same content."""
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise WritingError(f"{target}: this is no plain file, so it is not replaced")
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    new.write_bytes(content)
    renamed(new, target)
