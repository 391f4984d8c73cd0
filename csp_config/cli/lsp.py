"""lsp: the language server for editors."""

from __future__ import annotations

import os

import click

from csp_config.cli.options import now
from csp_config.errors import CspConfigError


@click.command(epilog="Example: csp-config lsp")
@click.option(
    "--stdio", is_flag=True, expose_value=False, help="Use standard input and output, as it always does."
)
def lsp() -> None:
    """Serve an editor as a language server.

    Gives the diagnostics of validate while one types, completion, hover and fixes. Speaks the Language Server
    Protocol over standard input and output until the editor ends it. Runs nothing that a repository names.
    """
    try:
        from csp_config.lsp.handlers import make_server  # noqa: PLC0415 - needs packages of an extra
    except ModuleNotFoundError as error:
        raise CspConfigError(
            f"the language server needs the package {error.name}, which is not installed",
            help="install it with: pip install pygls",
        ) from error
    make_server(dict(os.environ), now).start_io()
