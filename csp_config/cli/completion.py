"""completion: the scripts that shells read."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from csp_config.cli.names import COMPLETING
from csp_config.cli.options import Common, common
from csp_config.cli.output import emit

SHELLS = ("bash", "zsh", "fish", "powershell")
"""Those that some version of click has; PowerShell came with 8.5."""


class _Shell(click.Choice[str]):
    """A shell that the click at hand completes for; which ones they are is its business."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The shell as given."""
        if get_completion_class(value) is not None:
            return value
        if value in self.choices:
            self.fail(f"this version of click does not complete for {value}: update click", param, ctx)
        return super().convert(value, param, ctx)


@click.command(epilog="Example: csp-config completion fish | source")
@click.argument("shell", type=_Shell(SHELLS))
@common
def completion(common: Common, shell: str) -> int:
    """Print the script that completes commands, options and names in a shell.

    In ~/.bashrc (or ~/.zshrc, with zsh): eval "$(csp-config completion bash)". In PowerShell's $PROFILE:
    csp-config completion powershell | Out-String | Invoke-Expression. Completed are also the ids of
    offers, lists, requests and actions, and the codes of rules, from the working tree.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - _Shell has asked
    script = kind(click.Group(), {}, "csp-config", COMPLETING)
    # Not source() of the class: bash's runs a bash to ask for its version, and prints what it dislikes.
    emit(ShellComplete.source(script), common.output)
    return 0
