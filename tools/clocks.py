"""Runs a command with a shifted clock: `python -m tools.clocks in-a-year|leap-day|turn-of-year COMMAND...`.

The clock keeps running, in every process that the command starts; what counts seconds (the monotonic clock)
and the times of files are left alone. Done on Linux, by a library of our own that a C compiler makes of
`clock.c`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock.c")
_FEBRUARY_29 = (2, 29)
_LATE = 3600  # seconds; what a shifted process may begin after its moment, on the busiest machine
VARIABLES = ("LD_PRELOAD", "CLOCK_SHIFT")
"""What tells a process the shift; whoever makes up an environment passes these on."""


def moments(now: datetime) -> dict[str, datetime]:
    """Name -> the moment at which a clock of that name begins."""
    day = now
    while (day.month, day.day) != _FEBRUARY_29:
        day += timedelta(days=1)
    turn = datetime(now.year + 1, 1, 1, tzinfo=UTC) - timedelta(seconds=90)  # so that it turns meanwhile
    return {"in-a-year": now + timedelta(days=365), "leap-day": day, "turn-of-year": turn}


def shifted(moment: datetime, now: datetime, library: str, already: str = "") -> dict[str, str]:
    """The variables that make a process, and all that it starts, take `moment` for now.

    `library`: path of what `clock.c` became. `already`: the shift, as CLOCK_SHIFT, that `now` has itself.
    """
    seconds = round((moment - now).total_seconds()) + int(already or 0)
    return dict(zip(VARIABLES, (library, f"{seconds:+d}"), strict=True))


def compiler() -> str | None:
    """The C compiler; None where there is none."""
    return shutil.which("cc") or shutil.which("gcc")


def main(arguments: list[str]) -> int:
    """The exit code of the command."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(arguments, Path(folder) / "clock.so")


def _run(arguments: list[str], library: Path) -> int:
    now = datetime.now(UTC)
    known = moments(now)
    if len(arguments) < 2 or arguments[0] not in known:  # noqa: PLR2004 - a clock and a command
        print(f"usage: python -m tools.clocks {'|'.join(known)} COMMAND...", file=sys.stderr)
        return 64
    name, *command = arguments
    made = compiler()
    if made is None:
        print("clocks: no C compiler: apt-get install gcc libc6-dev", file=sys.stderr)
        return 3
    subprocess.run([made, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)], check=True)
    what = f"clock {name}, from {known[name]:%Y-%m-%d %H:%M} UTC"
    print(f"clocks: {what}", flush=True)
    variables = shifted(known[name], now, str(library), os.environ.get("CLOCK_SHIFT", ""))
    environment = {**os.environ, **variables}
    asked = [sys.executable, "-c", "import time; print(time.time())"]
    told = subprocess.run(asked, env=environment, capture_output=True, check=True).stdout
    if abs(float(told) - known[name].timestamp()) > _LATE:
        print("clocks: this system does not load the library that shifts the clock", file=sys.stderr)
        return 3
    code = subprocess.run(command, env=environment, check=False).returncode
    if code != 0:
        print(
            f"clocks: this was with the clock {name}, from {known[name]:%Y-%m-%d %H:%M} UTC", file=sys.stderr
        )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
