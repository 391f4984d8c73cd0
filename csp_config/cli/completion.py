"""completion: the scripts that shells read."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from csp_config.cli import COMPLETING
from csp_config.cli.options import Common, common
from csp_config.cli.output import emit

_HOW = {
    "bash": 'eval "$(csp-config completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(csp-config completion zsh)"   # in ~/.zshrc',
    "fish": "csp-config completion fish | source   # in ~/.config/fish/config.fish",
}


@click.command(epilog=f"Example: {_HOW['bash']}")
@click.argument("shell", type=click.Choice(list(_HOW)))
@common
def completion(common: Common, shell: str) -> int:
    """Print the script that completes commands, options and names in a shell: bash, zsh or fish."""
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all of _HOW
    script = kind(click.Group(), {}, "csp-config", COMPLETING)
    # Not source() of the class: bash's runs a bash to ask for its version, and prints what it dislikes.
    emit(ShellComplete.source(script), common.output)
    return 0
