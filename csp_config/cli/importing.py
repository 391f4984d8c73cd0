"""import: what other systems hold, as documents."""

from __future__ import annotations

import click

from csp_config.cli.group import Group
from csp_config.cli.importing_files import partners, resales
from csp_config.cli.importing_live import live, offers


@click.group(
    "import", cls=Group, epilog="Example: csp-config import partners csps.csv --list emea-distributors"
)
def import_() -> None:
    """Bring in what other systems hold: partners, resales, live, offers."""


import_.add_command(partners)
import_.add_command(resales)
import_.add_command(live)
import_.add_command(offers)
