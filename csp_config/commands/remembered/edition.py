"""Which program facts hold for."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from csp_config import __version__
from csp_config.shipped import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).parents[2]
_COUNTING = (".py", ".json")


def edition() -> str:
    """A text that differs where the same documents might be judged otherwise.

    Sizes and times of files, since a checkout of the program changes without another version, and the parser
    has its own.
    """
    files = {*_files(str(_PACKAGE)), *_files(str(folder("schemas"))), *_parser()}
    content = crc32(repr(sorted(files)).encode("utf-8", "surrogatepass"))
    return f"{__version__} {content:08x} python {sys.version}"


def _parser() -> Iterator[tuple[str, int, int]]:
    """The first file of PyYAML, found without importing it: few runs do."""
    found = PathFinder.find_spec("yaml")
    if found is not None and found.origin is not None:
        status = Path(found.origin).stat()
        yield found.origin, status.st_size, status.st_mtime_ns


def _files(folder_: str) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of every file that may count, in a folder and those below."""
    with os.scandir(folder_) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path) if entry.name != "__pycache__" else ()
            elif entry.name.endswith(_COUNTING):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
