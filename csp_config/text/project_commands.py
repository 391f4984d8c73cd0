"""Commands of csp-config that are about a project, in texts for people: with the --root that they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
