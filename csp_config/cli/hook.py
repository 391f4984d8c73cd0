"""The commit hook, `csp-config validate --staged`, without click, whose import is a sixth of a small run."""

from __future__ import annotations

from csp_config.cli.common import Common
from csp_config.cli.ending import exit_code
from csp_config.cli.validating import validated


def run() -> int:
    """Run the command with these two words and no more; each option has the default that click gives it."""
    return exit_code(lambda: validated(Common(), staged=True))
