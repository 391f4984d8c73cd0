"""Commands and paths as people paste them: for a POSIX shell, or on Windows for PowerShell."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import PurePath
    from types import ModuleType

WINDOWS = os.name == "nt"

PROJECT_COMMANDS = {
    "record": ("done", "filed", "granted", "refused", "withdrawn", "stopped", "baseline"),
    "import": ("partners", "resales", "live", "offers"),
    "partners": ("", "add", "remove"),
} | dict.fromkeys(
    (
        *("validate", "plan", "apply", "records-branch", "status", "history", "site", "remind", "export"),
        *("fmt", "init"),
    ),
    ("",),
)
"""Command -> its subcommands, of every command that is about a project; "": it is one by itself."""

_WHOLE = r"{}(?: [a-z0-9_/.=-]+)*"
_SHOWN_AS_THEY_ARE = (r"^#.*$", r"^\S*? *\d+ \|.*$")

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


def with_root(text: str, root: str, kept: Iterable[str] = ()) -> str:
    """The text in which every command of csp-config that is about a project names it: `--root ROOT`.

    The option stands right after the command's words. An empty `root` leaves the text as it is, and so does a
    command that has a --root. `kept`: texts of documents, such as names, which are shown as they are where
    they hold the words of a command and more. So are headings, and lines of a document with their numbers.
    """
    if not root or "csp-config " not in text:
        return text
    command = rf"csp-config (?:{'|'.join(_project_commands())})(?![\w-])"
    # What reads like a command in whole cannot be told from one: better a name with --root than none there.
    shown = {one for one in kept if re.search(command, one) and not re.fullmatch(_WHOLE.format(command), one)}
    left = "|".join([*_SHOWN_AS_THEY_ARE, *map(re.escape, sorted(shown, key=len, reverse=True))])
    option = f" --root {quoted([root])}"
    return re.sub(
        rf"(?P<left>{left})|{command}(?![^`,;\n]* --root\b)",
        lambda found: found[0] if found["left"] else found[0] + option,
        text,
        flags=re.MULTILINE,
    )


def texts_in(*values: object) -> Iterator[str]:
    """Every text in values of the model, however deep."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from texts_in(*value.values())
        elif isinstance(value, (tuple, list, set, frozenset)):
            yield from texts_in(*value)


def _project_commands() -> list[str]:
    """The words of each command, longer ones before those that they begin with."""
    names = (f"{name} {part}".rstrip() for name, parts in PROJECT_COMMANDS.items() for part in parts)
    return sorted(names, key=len, reverse=True)
