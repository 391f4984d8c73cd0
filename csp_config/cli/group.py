"""Groups of commands: one that is misspelt is answered with the nearest, and none with the help."""

from __future__ import annotations

import click

from csp_config.cli.output import note

_USAGE = 64


class Group(click.Group):
    """A group that says which of its commands was probably meant, whatever click's version."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click parses them; without any, the help on standard error, as wrong usage."""
        if not args and not ctx.resilient_parsing:
            note(ctx.get_help())
            ctx.exit(_USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raises: UsageError, with the nearest name."""
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            from csp_config.text.phrases import did_you_mean  # noqa: PLC0415 - only after a slip

            hint = did_you_mean(args[0], names, f"{ctx.command_path} --help lists the commands")
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)
