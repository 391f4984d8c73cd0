"""completion: the script for a shell, and the names that it offers for arguments, by their metavar.

Only what is cheap to find, from the working tree; where that fails, nothing is offered and nothing is said.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from csp_config.cli.command_names import COMPLETING
from csp_config.cli.options import Common, common
from csp_config.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from csp_config.commands.document_ids import Names

SHELLS = ("bash", "zsh", "fish", "powershell")
"""Those that some version of click has; PowerShell came with 8.5."""
_MOST = 4_000  # documents looked through, some tenths of a second; a shell waits meanwhile
_FEW = 300  # documents; of more, no plan is made to know its actions

Items = dict[str, str | None]  # name -> what it is, for shells that show that


class _Shell(click.Choice[str]):
    """A shell that the click at hand completes for; which ones these are depends on its version."""

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


def with_names(command: click.Command) -> click.Command:
    """The command, and those below it, with parameters that know what may stand for them."""
    for param in command.params:
        kind = (param.metavar or param.name or "").upper().strip("[].")
        if isinstance(param.type, click.types.StringParamType) and kind in _OFFERED:
            param.type = _OFFERED[kind]
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        with_names(part)
    return command


class _Name(click.types.StringParamType):
    """Text that is a name; `find` gives the names there are, from the folder that the command is about."""

    def __init__(self, find: Callable[[Path], Items]) -> None:
        self.find = find

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin with what was typed, other than those that are there already."""
        try:
            found = self.find(Path(ctx.params.get("root") or Path.cwd()))
        except Exception:  # noqa: BLE001 - a prompt is no place for a message, whatever went wrong
            return []
        given = ctx.params.get(param.name or "")
        taken = set(given) if isinstance(given, tuple) else set()
        begun = incomplete.casefold()
        return [
            CompletionItem(name, help=help_)
            for name, help_ in sorted(found.items())
            if name.casefold().startswith(begun) and name not in taken
        ]


def _names(start: Path) -> Names:
    from csp_config.commands.document_ids import names  # noqa: PLC0415 - not every argument is a name of theirs

    return names(start, _MOST)


def _plain(names: Iterable[str]) -> Items:
    return dict.fromkeys(names)


def _codes(_start: Path) -> Items:
    from csp_config.rules import RULES  # noqa: PLC0415 - see _names

    return {code: rule.name for code, rule in RULES.items()}


def _actions(start: Path) -> Items:
    """Self-service actions: of the plan where it is quickly made, else of the runbook."""
    from csp_config.cli.options import now  # noqa: PLC0415 - see _names
    from csp_config.commands import document_ids, review  # noqa: PLC0415 - see _names
    from csp_config.commands.workspace import Inputs, load_workspace  # noqa: PLC0415
    from csp_config.errors import CspConfigError  # noqa: PLC0415

    if _names(start).documents <= _FEW:
        try:
            inputs = Inputs(start=start, now=now(), environment=dict(os.environ))
            plan = review.plan(load_workspace(inputs), inputs.now.date(), texts=False).plan
        except CspConfigError:
            plan = None
        if plan is not None:
            return {one.id: one.kind for one in plan.actions if one.how == "self-service"}
    return _plain(document_ids.handed_out_actions(start))


_OFFERED: dict[str, click.ParamType[Any]] = {
    "OFFER": _Name(lambda start: _plain(_names(start).offers)),
    "LIST": _Name(lambda start: _plain(_names(start).lists)),
    "ID": _Name(lambda start: _plain(_names(start).lists)),
    "OFFER|LIST": _Name(lambda start: _plain((found := _names(start)).offers | found.lists)),
    "REQUEST": _Name(lambda start: _plain(_names(start).requests)),
    "ACTION": _Name(_actions),
    "CODE": _Name(_codes),
    "FILE": click.Path(),
    "PLAN": click.Path(),
    "DIR": click.Path(file_okay=False),
}
"""Metavar -> what completes it. Paths are left to the shell."""
