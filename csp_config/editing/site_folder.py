"""The folder of a site: updated file by file, so that what others put there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.editing.files import make_folder, os_errors_as, renamed
from csp_config.editing.generated import list_text, listed_files, place_of, require_own
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = ".csp-config-site"


def write_site(path: Path, files: Mapping[str, str]) -> int:
    """Make a folder hold these files (relative POSIX path -> text), and return how many.

    What an earlier call wrote there and is no longer among them is removed. The manifest first names both, so
    that a run that was interrupted leaves nothing that the next one would not know for its own.
    Raises: WritingError, also where the folder holds anything and was not made by a site, or a file that no
    site wrote is in the place of one of these; then nothing is written.
    """
    with os_errors_as(path, "the site may be written in part: run the same command again"):
        make_folder(path)
        earlier = _manifest(path)
        targets = {name: place_of(path, name, MANIFEST) for name in sorted({*earlier, *files})}
        for name, target in targets.items():
            require_own(target, own=name in earlier)
        _write_manifest(path, targets)
        for name, text in files.items():
            _write(targets[name], text.encode())
        for name in sorted(earlier - files.keys()):
            targets[name].unlink(missing_ok=True)
        _write_manifest(path, files)
    return len(files)


def _manifest(path: Path) -> set[str]:
    """The files that an earlier site wrote. Raises: WritingError where the folder is not one of ours."""
    names = listed_files(path / MANIFEST)
    if names is None and any(path.iterdir()):
        raise WritingError(
            f"{path}: it holds files and was not made by csp-config site; nothing was changed there",
            help="name a new or an empty folder with --output",
        )
    return names or set()


def _write_manifest(path: Path, names: Iterable[str]) -> None:
    _write(path / MANIFEST, list_text("csp-config site", names).encode())


def _write(target: Path, content: bytes) -> None:
    """Put a file in its place, whole, unless it is there already with the same content."""
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    new.write_bytes(content)
    renamed(new, target)
