"""Runs a command with a shifted clock: `python -m tools.clocks in-a-year|leap-day|turn-of-year COMMAND...`.

The clock keeps running, in every process that the command starts; what counts seconds (the monotonic clock)
is left alone. Done by libfaketime, from Debian's package `faketime`, and by a sleep of our own before it,
which a C compiler makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LIBRARIES = ("usr/lib/*/faketime/libfaketimeMT.so.1", "usr/lib*/faketime/libfaketimeMT.so.1")
_SLEEP = Path(__file__).with_name("sleep.c")
_FEBRUARY_29 = (2, 29)
VARIABLES = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC")
"""What tells a process the shift; whoever makes up an environment passes these on."""


def moments(now: datetime) -> dict[str, datetime]:
    """Name -> the moment at which a clock of that name begins."""
    day = now
    while (day.month, day.day) != _FEBRUARY_29:
        day += timedelta(days=1)
    turn = datetime(now.year + 1, 1, 1, tzinfo=UTC) - timedelta(seconds=90)  # so that it turns meanwhile
    return {"in-a-year": now + timedelta(days=365), "leap-day": day, "turn-of-year": turn}


def shifted(moment: datetime, now: datetime, preload: str, already: str = "") -> dict[str, str]:
    """The variables that make a process, and all that it starts, take `moment` for now.

    `preload`: libraries, with colons between them. `already`: the shift, as FAKETIME, that `now` has itself.
    """
    seconds = round((moment - now).total_seconds()) + int(already or 0)
    return dict(zip(VARIABLES, (preload, f"{seconds:+d}", "1"), strict=True))


def library() -> Path | None:
    """Where libfaketime is installed; None if it is not."""
    return next((path for pattern in _LIBRARIES for path in sorted(Path("/").glob(pattern))), None)


def compiler() -> str | None:
    """The C compiler; None where there is none."""
    return shutil.which("cc") or shutil.which("gcc")


def main(arguments: list[str]) -> int:
    """The exit code of the command."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(arguments, Path(folder) / "sleep.so")


def _run(arguments: list[str], sleep: Path) -> int:
    now = datetime.now(UTC)
    known = moments(now)
    if len(arguments) < 2 or arguments[0] not in known:  # noqa: PLR2004 - a clock and a command
        print(f"usage: python -m tools.clocks {'|'.join(known)} COMMAND...", file=sys.stderr)
        return 64
    name, *command = arguments
    found = library()
    if found is None:
        print("clocks: libfaketime is not installed: apt-get install faketime", file=sys.stderr)
        return 3
    made = compiler()
    if made is None:
        print("clocks: no C compiler: apt-get install gcc libc6-dev", file=sys.stderr)
        return 3
    subprocess.run([made, "-shared", "-fPIC", "-O1", "-o", str(sleep), str(_SLEEP)], check=True)
    what = f"clock {name}, from {known[name]:%Y-%m-%d %H:%M} UTC"
    print(f"clocks: {what}", flush=True)
    variables = shifted(known[name], now, f"{sleep}:{found}", os.environ.get("FAKETIME", ""))
    environment = {**os.environ, **variables}
    code = subprocess.run(command, env=environment, check=False).returncode
    if code != 0:
        print(
            f"clocks: this was with the clock {name}, from {known[name]:%Y-%m-%d %H:%M} UTC", file=sys.stderr
        )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
