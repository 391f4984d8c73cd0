"""Output that is whole or an error: standard output, files, and complaints on standard error."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: ContextVar[str | None] = ContextVar("ROOT", default=None)
"""--root as it was typed; every run has a context of its own (`exit_code_of`)."""

_LOOKED_AT = 65_536  # bytes: `kind` stands near the beginning


def emit(text: str | bytes, output: str | None = None) -> None:
    """Write text, or bytes as they are, to a file or to standard output.

    Raises: WritingError if it could not be written whole.
    """
    content = text if isinstance(text, bytes) else text.encode()
    if output is not None and not is_stdout(output):
        if _is_stream(Path(output)):
            _into_stream(Path(output), content)
            return
        from csp_config import editing  # noqa: PLC0415 - printing does not need it

        with _variable_named(output):
            refuse_document(Path(output))
            editing.write_file(Path(output), content)
        return
    if sys.stdout is None:
        raise WritingError("standard output is closed", help="open it, or name a file with --output")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except (OSError, ValueError) as error:
        _abandon_stdout()
        cause = error.strerror if isinstance(error, OSError) else "it is closed"
        raise WritingError(
            f"standard output could not be written whole: {cause}",
            help="do not rely on what was printed; name a file with --output",
        ) from error


def is_stdout(output: str | None) -> bool:
    """Whether a value of --output means standard output."""
    return output in (None, "-", "/dev/stdout")


def require_place(output: str | None) -> None:
    """Raises: WritingError where `emit` could not write there: known before anything is written."""
    if output is None or is_stdout(output) or _is_stream(Path(output)):
        return
    from csp_config import editing  # noqa: PLC0415 - printing does not need it

    with _variable_named(output):
        refuse_document(Path(output))
        editing.require_place(Path(output))


def refuse_document(path: Path) -> None:
    """Raises: WritingError where a project's document or settings lie, which a report would replace."""
    if path.suffix not in (".yaml", ".yml"):
        return
    try:
        with path.open("rb") as file:
            beginning = file.read(_LOOKED_AT)
    except OSError:
        return  # nothing is there, or it is no plain file: whoever writes says so
    from csp_config.loading.reading import KINDS  # noqa: PLC0415 - printing does not need it
    from csp_config.model import SETTINGS_NAME  # noqa: PLC0415 - same

    kind = rf"(?m)^kind:[ \t]*[\"']?(?:{'|'.join(KINDS)})\b".encode()
    if path.name == SETTINGS_NAME or re.search(kind, beginning):
        raise WritingError(
            f"{path} is a document of csp-config, which nothing else may be written over",
            help="name another file",
        )


@contextmanager
def _variable_named(output: str) -> Iterator[None]:
    """Where the path comes from the environment, what cannot be written there names the variable."""
    try:
        yield
    except WritingError as error:
        if os.environ.get("CSP_CONFIG_OUTPUT") != output:
            raise
        raise WritingError(f"CSP_CONFIG_OUTPUT: {error.message}", help=error.help) from error


def _is_stream(path: Path) -> bool:
    """Whether a path names a pipe, a device, or an open file by its number: nothing to be replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    by_number = path.parent.as_posix() in ("/dev", "/dev/fd", "/proc/self/fd")
    return by_number or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _into_stream(path: Path, content: bytes) -> None:
    try:
        with path.open("ab") as stream:
            stream.write(content)
    except OSError as error:
        raise WritingError(
            f"{path} could not be written whole: {error.strerror}", help="do not rely on what was written"
        ) from error


def _abandon_stdout() -> None:
    """Keep the interpreter from failing a second time when it flushes at the end."""
    with suppress(OSError):  # nothing more can be done, and the exit code says already that it failed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def complain_of_unread(paths: Sequence[str], check: str, offers: Sequence[str] = ()) -> int:
    """1 where documents could not be read, which is said: this may not be all. `check` shows why. Else 0.

    `offers`: those of which it is not known who may sell them, for that or for a list that is not there.
    """
    if not (paths or offers):
        return 0
    from csp_config.text.phrases import counted  # noqa: PLC0415 - only when something could not be read

    not_all = ", so this may not be all"
    unread = f"{counted(len(paths), 'document')} could not be read{not_all}: {', '.join(paths)}"
    unknown = f"it is not known who may sell {', '.join(offers)}"
    both = [*([unread] if paths else []), *([unknown if paths else unknown + not_all] if offers else [])]
    complain("; ".join(both), f"{check} says what is wrong")
    return 1


def complain(message: str, help_: str | None = None) -> None:
    """Say on standard error what stopped the run and what to do about it."""
    from csp_config.text import visible  # noqa: PLC0415 - only when something stopped

    lines = [f"error: {visible(message)}"] + ([located(f"  = help: {visible(help_)}")] if help_ else [])
    show("\n".join(lines))


def note(text: str) -> None:
    """A line for people on standard error, with --root in its commands where this run has one."""
    show(located(text))


def located(text: str, *documents: object) -> str:
    """A text for whoever ran this, whose commands have the --root of this run.

    `documents`: values of the model whose names are shown in the text, and stay as they are.
    """
    root = ROOT.get()
    if not root:
        return text
    from csp_config.text.project_commands import texts_in, with_root  # noqa: PLC0415 - most have no --root

    return with_root(text, root, texts_in(*documents))


def show(text: str) -> None:
    """Text as it is on standard error. That it cannot be written is no reason to fail."""
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.buffer.write((text + "\n").encode("utf-8", "backslashreplace"))
            sys.stderr.buffer.flush()
