"""What the options that commands share become: where to look, how the report should look, the time."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.cli.output import is_stdout, require_place
from csp_config.commands.workspace import Inputs
from csp_config.errors import UsageError
from csp_config.git import find_bare
from csp_config.render import OutputOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.model.history import AsOf

_PATIENCE = 1.0  # seconds without a progress line
_INTERVAL = 0.2


class Common(NamedTuple):
    """The options that every command has."""

    root: str | None = None
    output: str | None = None
    quiet: bool = False
    verbose: int = 0
    color: str = "auto"

    def output_options(self, max_bytes: int = OutputOptions().max_bytes) -> OutputOptions:
        """How the report should look on this standard output."""
        terminal = self.to_stdout and _is_terminal(sys.stdout)
        return OutputOptions(
            color=self.color == "always" or (self.color == "auto" and self.to_stdout and _colored(terminal)),
            quiet=self.quiet,
            verbose=self.verbose > 0,
            max_bytes=max_bytes,
            width=_columns() if terminal else None,
            root=self.root or "",
        )

    @property
    def to_stdout(self) -> bool:
        """Whether the report goes to standard output."""
        return is_stdout(self.output)

    def inputs(
        self,
        *,
        base: str | None = None,
        staged: bool = False,
        at: str | None = None,
        records_do: bool = False,
        keep: bool = False,
    ) -> Inputs:
        """What to compare with what, from here and now. `records_do` and `keep`: see Inputs."""
        if staged and at:
            raise UsageError("--staged and --at exclude each other", help="give one of the two")
        start = Path(self.root) if self.root else Path.cwd()
        if not start.is_dir():
            self._refuse_root(start)
        return Inputs(
            start=start,
            exactly=self.root is not None,
            now=now(),
            environment=dict(os.environ),
            base=base,
            records_suffice=records_do,
            staged=staged,
            at=at,
            workers=_cores(),
            keep=keep,
            watch=_progress() if _is_terminal(sys.stderr) and not self.quiet else None,
            log=_log() if self.verbose > 1 else _silent,
            on_comment=_silent if self.quiet else _note,
        )

    def _refuse_root(self, start: Path) -> None:
        """Refuse a --root that is no folder on disk, unless a bare repository may hold it in a commit.

        Raises: UsageError, ReadingError where it was a project.
        """
        said_by = "CSP_CONFIG_ROOT" if os.environ.get("CSP_CONFIG_ROOT") == self.root else "--root"
        try:
            start.stat()
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UsageError(
                    f"{said_by}: {start} is a symbolic link that leads to itself",
                    help="name the folder of the project",
                ) from None
        if find_bare(start) is None:
            from csp_config.commands.deleted_projects import refuse_gone_folder  # noqa: PLC0415 - seldom needed

            refuse_gone_folder(start, os.environ)
            raise UsageError(f"{said_by}: there is no folder {start}", help="name the folder of the project")

    @contextmanager
    def locked(self, inputs: Inputs) -> Iterator[None]:
        """Hold the lock of the project for a command that writes; its report can be written as well.

        SIGTERM stops it like Ctrl-C. Raises: LockedError, WritingError.
        """
        from csp_config import editing  # noqa: PLC0415 - most runs write nothing
        from csp_config.cli.stopping import interruptible  # noqa: PLC0415 - same

        require_place(self.output)
        with interruptible(), editing.locked(inputs.project.path, inputs.project.lock):
            yield

    def inputs_at(self, moment: str | None, *, base: str) -> tuple[Inputs, AsOf | None]:
        """What to look at, and the commit that it is where a day or revision was asked for."""
        if moment is None:
            return self.inputs(base=base), None
        from csp_config.commands.as_of import at_moment  # noqa: PLC0415 - most runs ask for now

        return at_moment(self.inputs(base=base), moment)


def _colored(terminal: bool) -> bool:
    """Whether text is coloured where nobody typed --color. Empty variables say nothing.

    Sources: https://no-color.org, https://force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "") not in ("", "0", "false"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def _columns() -> int:
    """The width of the terminal."""
    import shutil  # noqa: PLC0415 - it brings every archive format along, and most runs have no terminal

    return shutil.get_terminal_size().columns


def _cores() -> int:
    """How many processes can run at the same time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def now() -> datetime:
    """The time in UTC; SOURCE_DATE_EPOCH fixes it, for output that can be reproduced."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if fixed is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {fixed[:40]!r}, which is not a time",
            help="give seconds since 1970, or unset it",
        ) from None


def _is_terminal(stream: Any) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _silent(_line: str) -> None:
    """For runs without -vv, or with -q."""


def _note(line: str) -> None:
    """A line on standard error, with what cannot be seen made visible."""
    from csp_config.cli.output import note  # noqa: PLC0415 - few runs edit a document
    from csp_config.text import visible  # noqa: PLC0415 - same

    note(visible(line))


def _log() -> Callable[[str], None]:
    """A line on standard error for what is decided and asked, with the seconds since the first."""
    from csp_config.cli.output import note  # noqa: PLC0415 - only with -vv
    from csp_config.text import ci_line, visible  # noqa: PLC0415

    started = time.monotonic()

    def log(line: str) -> None:
        note(ci_line(visible(f"{datetime.now(UTC):%H:%M:%S} +{time.monotonic() - started:.3f}s {line}")))

    return log


def _progress() -> Callable[[int], None]:
    """A callback that shows how many documents were read, once it takes long."""
    started = time.monotonic()
    shown = started + _PATIENCE - _INTERVAL

    def watch(count: int) -> None:
        nonlocal shown
        moment = time.monotonic()
        if moment - shown >= _INTERVAL:
            shown = moment
            _overwrite(f"{count} documents read")
        if count < 0 and shown >= started + _PATIENCE:
            _overwrite("")

    return watch


def _overwrite(line: str) -> None:
    """Put a line of a terminal in the place of the one before."""
    import click  # noqa: PLC0415 - a hook runs without it, and is mostly done before there is a line to show

    click.echo(f"\r{line}\x1b[K", err=True, nl=False)
