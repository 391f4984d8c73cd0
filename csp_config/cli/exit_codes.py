"""How a run ends: its exit code, and what stopped it, on standard error."""

from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING

from csp_config.cli.output import complain
from csp_config.errors import CspConfigError

if TYPE_CHECKING:
    from collections.abc import Callable


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command and return its exit code; what stopped it is on standard error."""
    try:
        return copy_context().run(_stopped_or_done, command)
    except Exception as error:  # noqa: BLE001 - nobody is to see a traceback, or to take it for exit code 1
        complain(*_unexpected(error))
        return CspConfigError.exit_code


def _stopped_or_done(command: Callable[[], object]) -> int:
    try:
        code = command()
    except CspConfigError as error:
        complain(error.message, error.help)
        return error.exit_code
    except OSError as error:  # met outside of files, as when git cannot be started
        complain(*_refused_by_the_system(error))
        return CspConfigError.exit_code
    except KeyboardInterrupt as stopped:
        from csp_config.cli.stopping import exit_code_of_stop  # noqa: PLC0415 - only then

        complain("stopped before it was done", "run the same command again: it goes on where this ended")
        return exit_code_of_stop(stopped)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception) -> tuple[str, str]:
    """What to say of a fault of the program itself: its kind and place, no text that could hold a secret."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("csp_config."):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"csp-config itself failed: {type(error).__name__}{place}",
        "what was written before stays; please report this line and the command",
    )


def _refused_by_the_system(error: OSError) -> tuple[str, str]:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}the system refused: {error.strerror or error}", "once the cause is gone, run it again"
