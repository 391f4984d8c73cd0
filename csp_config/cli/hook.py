"""The commit hook, `csp-config validate --staged`, without click, whose import is a sixth of a small run."""

from __future__ import annotations

from csp_config.cli.common import Common
from csp_config.cli.exit_codes import exit_code_of
from csp_config.cli.validating import validated


def run() -> int:
    """Run the command with these two words and no more; each option has the default that click gives it."""
    return exit_code_of(lambda: validated(Common(), staged=True))
