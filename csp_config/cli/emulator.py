"""emulator: the options, the server for as long as it is wanted, and what it says when it starts."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csp_config.cli.output import emit
from csp_config.errors import CspConfigError, ReadingError, WritingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from csp_config.emulator.conditions import Conditions


@click.command(epilog="Example: csp-config emulator --port 8080 --data offers")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port; 0 picks a free one.  [default: 0]",
)
@click.option("--data", metavar="DIR", required=True, help="Folder of Offer and LiveAudience documents.")
@click.option("--secret", metavar="S", help="The only client secret accepted.  [default: any]")
@click.option("--log", metavar="FILE", help="Append every call to a file, a line of JSON each.")
@click.option("--faults", metavar="FILE", help="What is to go wrong, as JSON.")
@click.option(
    "--job-seconds",
    metavar="X",
    type=click.FloatRange(0, 86400),
    default=1.0,
    help="Time a job takes.  [default: 1]",
)
@click.option("--until-stdin-closes", is_flag=True, help="Stop at the end of standard input.")
def emulator(
    port: int,
    data: str,
    secret: str | None,
    log: str | None,
    faults: str | None,
    job_seconds: float,
    until_stdin_closes: bool,
) -> None:
    """A stand-in for Partner Center on loopback: try out, and test, without an account.

    Serves the token endpoints, the Product Ingestion API and the read-only part of the older submission API
    from a folder of documents. What is changed stays in memory. The first line says where it listens.
    """
    serving = _serving()
    from csp_config.emulator.publishers import publishers_in  # noqa: PLC0415 - only this command needs it
    from csp_config.emulator.world import World  # noqa: PLC0415

    world = World(
        publishers_in(Path(data)),
        clock=time.time,
        job_seconds=job_seconds,
        secret=secret,
        conditions=_conditions(faults),
    )
    serving.serve(
        world,
        port,
        announce=lambda address: emit(f"listening on {address}\n"),
        record=_recorder(log),
        until_stdin_closes=until_stdin_closes,
    )


def _serving() -> ModuleType:
    try:
        from csp_config.emulator import serving  # noqa: PLC0415 - needs packages of an extra
    except ModuleNotFoundError as error:
        raise CspConfigError(
            f"the emulator needs the package {error.name}, which is not installed",
            help="install them beside it: pip install starlette uvicorn",
        ) from error
    return serving


def _conditions(path: str | None) -> Conditions | None:
    from csp_config.emulator.conditions import conditions_from  # noqa: PLC0415 - only this command needs it

    if path is None:
        return None
    try:
        return conditions_from(json.loads(Path(path).read_bytes()))
    except OSError as error:
        raise ReadingError(f"--faults: {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ReadingError(
            f"--faults: {path} is not JSON: {error}", help="docs/emulator.md has an example"
        ) from None


def _recorder(path: str | None) -> Callable[[dict[str, Any]], None] | None:
    """A function that appends a call to the log file."""
    if path is None:
        return None
    try:
        file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - open as long as the emulator runs
    except OSError as error:
        raise WritingError(f"--log: {path} cannot be written: {error.strerror}") from None

    def record(entry: dict[str, Any]) -> None:
        file.write(json.dumps(entry, ensure_ascii=True) + "\n")
        file.flush()

    return record
