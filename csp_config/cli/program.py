"""The command line as a whole: its commands, its help, and what stops it."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import click

from csp_config import __version__
from csp_config.cli.command_names import COMMANDS, COMPLETING, FORMAT_VARIABLE, FORMATS
from csp_config.cli.exit_codes import exit_code_of
from csp_config.cli.group import Group
from csp_config.cli.output import complain, emit

if TYPE_CHECKING:
    from collections.abc import Sequence

_USAGE = 64

_HELP = """Which CSP partners may resell your marketplace offers, as reviewed configuration in git.

\b
Exit codes:
  0  nothing wrong, nothing to do, or done
  1  errors were found (plan, apply, record: refused)
  2  changes are present (plan --detailed-exitcode only)
  3  could not run: git, network, files, lock, output
  4  done so far, but work waits on a person or on Microsoft
  5  the plan is stale, or not the one that was reviewed
  6  partly applied, some actions failed
  64 wrong usage
  130, 143  stopped by Ctrl-C, by SIGTERM
"""


def _print_help(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        emit(context.get_help() + "\n")
        context.exit()


def _print_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        emit(f"csp-config {__version__}\n")
        context.exit()


# click's own say nothing, and leave with 0, where standard output is closed.
_ASKED: dict[str, Any] = {"is_flag": True, "expose_value": False, "is_eager": True}
_HELP_OPTION = click.Option(
    ["-h", "--help"], callback=_print_help, help="Show this message and exit.", **_ASKED
)


def _with_whole_help(command: click.Command) -> click.Command:
    """The command, and those below it, with a help that is written whole or is an error."""
    if _HELP_OPTION not in command.params:
        command.params.append(_HELP_OPTION)
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        _with_whole_help(part)
    return command


class _Lazy(Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), name)
        if COMPLETING in os.environ:
            from csp_config.cli.completion import with_names  # noqa: PLC0415 - no other run needs it

            with_names(command)
        return _with_whole_help(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, with the format of CSP_CONFIG_FORMAT as its default where it has that one."""
        word = os.environ.get(FORMAT_VARIABLE)
        if word and word not in FORMATS:
            raise click.UsageError(
                f"{FORMAT_VARIABLE} is {word[:40]!r}, which no command has; there are {', '.join(FORMATS)}",
                ctx,
            )
        name, command, rest = super().resolve_command(ctx, args)
        if word and name and command:
            ctx.default_map = {name: _defaults(command, word)}
        return name, command, rest


def _defaults(command: click.Command, word: str) -> dict[str, Any]:
    """The format for a command and those below it, as click's default_map has it; a typed --format wins."""
    if isinstance(command, click.Group):
        return {name: _defaults(part, word) for name, part in command.commands.items()}
    return {
        param.name: word
        for param in command.params
        if param.name == "format_" and isinstance(param.type, click.Choice) and word in param.type.choices
    }


@click.group(
    cls=_Lazy,
    help=_HELP,
    epilog="Example: csp-config plan --base origin/main",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--version", callback=_print_version, help="Show the version and exit.", **_ASKED)
def cli() -> None:
    """Parse; the text that people see is _HELP."""


_with_whole_help(cli)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; what stopped it is on standard error."""
    if COMPLETING in os.environ:
        with suppress(Exception):  # a prompt is no place for messages
            cli.main(list(arguments), prog_name="csp-config", standalone_mode=False)
        return 0
    return exit_code_of(lambda: _parsed(arguments))


def _parsed(arguments: Sequence[str]) -> object:
    """What the command returned. Wrong usage is reported here, since only click knows it."""
    if empty := _empty_argument(arguments):
        complain(f"{empty} is empty", "is a variable that should say it not set?")
        return _USAGE
    try:
        return cli.main(list(arguments), prog_name="csp-config", standalone_mode=False)
    except click.ClickException as error:
        complain(_in_one_sentence(error), _usage_hint(error))
        return _USAGE
    except click.Abort as abort:
        # click makes one of every KeyboardInterrupt; which it was decides the exit code
        cause = abort.__cause__
        raise (cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt()) from None


def _empty_argument(arguments: Sequence[str]) -> str | None:
    """What is given as an empty text, if something is; only a note may be.

    To nearly everything else it would mean the working directory, all offers, or nothing at all.
    """
    before = ""
    for argument in arguments:
        name, sign, value = argument.partition("=")
        if name.startswith("--") and sign and not value and name != "--note":
            return f"the value of {name}"
        if not argument and before != "--note":
            return f"the argument after {before}" if before else "the first argument"
        before = argument
    return None


def _in_one_sentence(error: click.ClickException) -> str:
    """The message; for an option or a word that there is not, with the one that was probably meant."""
    from csp_config.text.phrases import nearest  # noqa: PLC0415 - only after a slip

    near = None
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        known = [name for param in error.ctx.command.params for name in param.opts]
        near = nearest(error.option_name, known)
        message = f"there is no option {error.option_name}"
    else:
        message = " ".join(error.format_message().split())  # choices come on lines of their own
        kind = error.param.type if isinstance(error, click.BadParameter) and error.param else None
        if isinstance(kind, click.Choice):
            typed = error.message.partition(" is not one of ")[0]
            near = nearest(typed.strip("'\""), map(str, kind.choices))
    return f"{message.rstrip('.')}; did you mean {near}?" if near else message


def _usage_hint(error: click.ClickException) -> str | None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see `{context.command_path} --help`" if context else None
