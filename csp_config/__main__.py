"""`python -m csp_config` and the console script."""

import gc
import os
import sys

_OBJECTS_AT_START = 100_000  # made while modules are imported, nearly all of them for good


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.stdout is not None:
        _answer_at_once()
    # A collection finds nothing here, and looks at everything that was defined: a tenth of a small run.
    gc.set_threshold(_OBJECTS_AT_START)
    if _is_hook():
        from csp_config.cli import hook  # noqa: PLC0415 - as much as the hook needs

        code = hook.run()
    else:
        from csp_config.cli.program import run  # noqa: PLC0415 - some questions are answered without it

        code = run(sys.argv[1:])
    gc.freeze()  # the interpreter collects once more when it ends, with as little to find
    sys.exit(code)


def _is_hook() -> bool:
    """Whether this is the commit hook as it is shipped, and no variable gives an option another value."""
    return sys.argv[1:] == ["validate", "--staged"] and not any("CSP_CONFIG_" in name for name in os.environ)


def _answer_at_once() -> None:
    """What `cli.program` would say, without importing it, if that is short: the version, or a command's name.

    Scripts ask for the version before every use, and people wait for a completion with a finger on the key.
    """
    from csp_config.cli.command_names import completed  # noqa: PLC0415 - as short as its callers

    if sys.argv[1:] == ["--version"]:
        from csp_config import __version__  # noqa: PLC0415

        answer: str | None = f"csp-config {__version__}"
    else:
        answer = completed()
    if answer is None:
        return
    try:
        # As bytes: shells on Windows, too, have no use for a carriage return at the end of each line.
        sys.stdout.buffer.write(f"{answer}\n".encode())
        sys.stdout.buffer.flush()
    except (OSError, ValueError):
        return  # `cli.program` says what is wrong with standard output
    sys.exit(0)


if __name__ == "__main__":
    main()
