"""Commands and paths as people paste them: for a POSIX shell, or on Windows for PowerShell."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import PurePath
    from types import ModuleType

WINDOWS = os.name == "nt"

_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
PLAIN_CHARACTERS = "A-Z a-z 0-9 . _ / -"

# What PowerShell takes as it is. Not `@`, `,`, `;`, `{`, `(`, `$`, `#`, `~`, a backtick, quotes and spaces.
_PLAIN = r"[\w.:/\\=+%^-]+"


def quoted(words: Iterable[str], *, windows: bool = WINDOWS) -> str:
    """Words as arguments of one command.

    Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules.
    """
    if not windows:
        import shlex  # noqa: PLC0415 - for messages with commands only, and a hook has to start fast

        return shlex.join(words)
    return " ".join(
        word if re.fullmatch(_PLAIN, word) else "'" + word.replace("'", "''") + "'" for word in words
    )


def is_plain(path: str) -> bool:
    """Whether a path survives every file system, and needs no quotes or escapes in any shell or format."""
    return _PLAIN_PATH.fullmatch(path) is not None


def one_after_the_other(*commands: str, windows: bool = WINDOWS) -> str:
    """Commands on one line. Windows PowerShell 5.1, which Windows brings along, has no `&&`."""
    return ("; " if windows else " && ").join(commands)


def path_from(start: PurePath | str, path: PurePath | str, *, system: ModuleType = os.path) -> str:
    """A path as seen from a folder, with `/` between its parts, which git and Windows' shells take as well.

    One on another drive stays absolute. `system`: posixpath or ntpath.
    """
    try:
        found: str = system.relpath(path, start)
    except ValueError:  # Windows: from C: no way leads to D:
        found = os.fspath(path)
    return found.replace(system.sep, "/")


def records_committed(places: str, *, windows: bool = WINDOWS) -> str:
    """The command that commits what was recorded at these places, which are quoted already."""
    commit = f"git commit -m 'What Partner Center holds' -- {places}"
    return one_after_the_other(f"git add {places}", commit, windows=windows)


def difference_applied(between: str, *, then: str, windows: bool = WINDOWS) -> tuple[str, ...]:
    """Lines that bring the difference between two commits into the working tree and the index.

    `between`: the commits and paths as `git diff-tree` takes them, which heeds no settings about differences,
    as `git diff` would; `then`: the command that follows where that succeeded. PowerShell before 7.4 changes
    bytes in a pipe, so there they go through a file, and 5.1 has no `&&`.
    """
    fresh = "git update-index -q --refresh"  # or a file that was only touched counts as changed
    difference = "git diff-tree -p --full-index --binary --no-ext-diff --no-textconv"
    applied = "git apply --3way --whitespace=nowarn"
    if not windows:
        return (fresh, f"{difference} {between} | {applied} && {then}")
    return (
        fresh,
        f"{difference} --output=undo.patch {between}",
        f"{applied} undo.patch; if ($?) {{ {then} }}",
        "Remove-Item undo.patch",
    )


def places_of(paths: Iterable[str], beside: Collection[str]) -> list[str]:
    """The folders of some files, for a command; a file itself where one of `beside` lies in its folder, too.

    All are POSIX paths. Sorted.
    """
    places = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        alone = folder and not any(one.startswith(f"{folder}/") for one in beside)
        places.add(folder if alone else path)
    return sorted(places)
