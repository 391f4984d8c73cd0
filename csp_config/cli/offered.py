"""What completion offers for arguments that are names: told by their metavar, as `--help` shows it.

Only what is cheap to find, from the working tree; where that fails, nothing is offered and nothing is said.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from csp_config.commands.names import Names

_MOST = 4_000  # documents looked through, some tenths of a second; a shell waits meanwhile
_FEW = 300  # documents; of more, no plan is made to know its actions

Items = dict[str, str | None]  # name -> what it is, for shells that show that


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


def _looked_through(start: Path) -> Names:
    from csp_config.commands.names import names  # noqa: PLC0415 - not every argument is a name of theirs

    return names(start, _MOST)


def _plain(names: Iterable[str]) -> Items:
    return dict.fromkeys(names)


def _codes(_start: Path) -> Items:
    from csp_config.rules import RULES  # noqa: PLC0415 - see _looked_through

    return {code: rule.name for code, rule in RULES.items()}


def _actions(start: Path) -> Items:
    """Self-service actions: of the plan where it is quickly made, else of the runbook."""
    from csp_config.cli.options import now  # noqa: PLC0415 - see _looked_through
    from csp_config.commands import names, review  # noqa: PLC0415 - see _looked_through
    from csp_config.commands.workspace import Inputs, load_workspace  # noqa: PLC0415
    from csp_config.errors import CspConfigError  # noqa: PLC0415

    if _looked_through(start).documents <= _FEW:
        try:
            inputs = Inputs(start=start, now=now(), environment=dict(os.environ))
            plan = review.plan(load_workspace(inputs), inputs.now.date()).plan
        except CspConfigError:
            plan = None
        if plan is not None:
            return {one.id: one.kind for one in plan.actions if one.how == "self-service"}
    return _plain(names.handed_out(start))


_OFFERED: dict[str, click.ParamType[Any]] = {
    "OFFER": _Name(lambda start: _plain(_looked_through(start).offers)),
    "LIST": _Name(lambda start: _plain(_looked_through(start).lists)),
    "ID": _Name(lambda start: _plain(_looked_through(start).lists)),
    "OFFER|LIST": _Name(lambda start: _plain((found := _looked_through(start)).offers | found.lists)),
    "REQUEST": _Name(lambda start: _plain(_looked_through(start).requests)),
    "ACTION": _Name(_actions),
    "CODE": _Name(_codes),
    "FILE": click.Path(),
    "PLAN": click.Path(),
    "DIR": click.Path(file_okay=False),
}
"""Metavar -> what completes it. Paths are left to the shell."""
