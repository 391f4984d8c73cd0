"""`python -m csp_config` and the console script."""

import gc
import sys

_OBJECTS_AT_START = 100_000  # made while modules are imported, nearly all of them for good


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        _tell_version()
    # A collection finds nothing here, and looks at everything that was defined: a tenth of a small run.
    gc.set_threshold(_OBJECTS_AT_START)
    from csp_config.cli import run  # noqa: PLC0415 - the version is told without it
    from csp_config.cli.leaving import leave  # noqa: PLC0415

    leave(run(sys.argv[1:]))


def _tell_version() -> None:
    """What `cli` would say, without importing it: scripts ask for the version before every use."""
    from csp_config import __version__  # noqa: PLC0415 - as short as its callers

    try:
        print(f"csp-config {__version__}", flush=True)  # noqa: T201 - this is where it goes
    except (OSError, ValueError):
        return  # `cli` says what is wrong with standard output
    sys.exit(0)


if __name__ == "__main__":
    main()
