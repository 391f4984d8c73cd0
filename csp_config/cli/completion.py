"""completion: the scripts that shells read."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from csp_config.cli.names import COMPLETING
from csp_config.cli.options import Common, common
from csp_config.cli.output import emit

_SHELLS = ("bash", "zsh", "fish")


@click.command(epilog="Example: csp-config completion fish | source")
@click.argument("shell", type=click.Choice(_SHELLS))
@common
def completion(common: Common, shell: str) -> int:
    """Print the script that completes commands, options and names in a shell.

    In ~/.bashrc (or ~/.zshrc, with zsh): eval "$(csp-config completion bash)". Completed are also the ids of
    offers, lists, requests and actions, and the codes of rules, from the working tree.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all of _SHELLS
    script = kind(click.Group(), {}, "csp-config", COMPLETING)
    # Not source() of the class: bash's runs a bash to ask for its version, and prints what it dislikes.
    emit(ShellComplete.source(script), common.output)
    return 0
