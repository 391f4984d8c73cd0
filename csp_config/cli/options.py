"""Options that commands share; what they become is in `common`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from csp_config.cli.common import Common, now
from csp_config.cli.output import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Common",
    "Decorated",
    "base_option",
    "common",
    "compared",
    "moment_option",
    "no_cache_option",
    "now",
]

Decorated = TypeVar("Decorated", bound="Callable[..., Any]")


def common(function: Decorated) -> Decorated:
    """Add the common options; the function gets them as one value, `common`."""

    @click.option(
        "--root",
        metavar="DIR",
        envvar="CSP_CONFIG_ROOT",
        help="Folder of the project.  [default: found from here]",
    )
    @click.option(
        "--output", metavar="FILE", envvar="CSP_CONFIG_OUTPUT", help="Write to a file, whole or not at all."
    )
    @click.option("-q", "--quiet", is_flag=True, help="Errors and totals only.")
    @click.option(
        "-v",
        "--verbose",
        count=True,
        help="Say more: commits, steps, texts; -vv: decisions and requests, too.",
    )
    @click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text."
    )
    @wraps(function)
    def wrapper(
        *args: Any, root: str, output: str, quiet: bool, verbose: int, color: str, **kwargs: Any
    ) -> Any:
        ROOT.set(root)
        given = Common(root=root, output=output, quiet=quiet, verbose=verbose, color=color)
        return function(*args, common=given, **kwargs)

    return wrapper  # type: ignore[return-value]  # click gives the options as keywords


def compared(function: Decorated) -> Decorated:
    """Add the options that choose candidate and base."""
    for option in (
        click.option("--at", metavar="REV", help="Judge a commit instead of the working tree."),
        click.option("--staged", is_flag=True, help="Judge the index instead of the working tree."),
        base_option,
    ):
        function = option(function)
    return function


base_option = click.option(
    "--base",
    metavar="REV|none|records",
    help="Commit to compare with; none: no change is judged; records: what is due, by the records alone."
    "  [default: found]",
)


no_cache_option = click.option(
    "--no-cache", is_flag=True, help="Read everything anew, and keep nothing for later runs."
)

moment_option = click.option(
    "--at", "moment", metavar="DAY|REV", help="As it stood at the end of a day (UTC) or at a commit."
)
