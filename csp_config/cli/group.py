"""Groups of commands: one that is misspelt is answered with the nearest."""

from __future__ import annotations

import click


class Group(click.Group):
    """A group that says which of its commands was probably meant, whatever click's version."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raises: UsageError, with the nearest name."""
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

            near = get_close_matches(args[0], names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"{ctx.command_path} --help lists the commands"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)
