"""comment: the plan as one comment on the pull request, kept up to date."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from csp_config.cli.options import Common, common
from csp_config.cli.output import emit
from csp_config.commands import comment as commenting
from csp_config.commands import saved_plan
from csp_config.commands.source import installed_from
from csp_config.errors import UsageError
from csp_config.targets.code_hosts import CODE_HOSTS, PullRequestChoice, find_pull_request

_LINK = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,2000}")


@click.command(epilog="Example: csp-config comment plan.json --state applied")
@click.argument("plan_file", metavar="PLAN")
@click.option(
    "--target",
    type=click.Choice(list(CODE_HOSTS)),
    help="Where the pull request is.  [default: whose pipeline this is]",
)
@click.option(
    "--state",
    type=click.Choice(list(commenting.STATES)),
    default="planned",
    help="What became of the plan.  [default: planned]",
)
@click.option(
    "--pull-request",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Which pull request.  [default: the pipeline's]",
)
@click.option("--page", metavar="URL", help="Address of the plan's page, which the comment links.")
@click.option(
    "--manual",
    metavar="URL",
    help="Address of docs/reviewing.md, which the comment links.  [default: where this copy came from]",
)
@click.option("--forks", is_flag=True, help="Also on pull requests from forks.")
@common
def comment(
    common: Common,
    plan_file: str,
    target: str | None,
    state: str,
    pull_request: int | None,
    page: str | None,
    manual: str | None,
    forks: bool,
) -> int:
    """Say in the pull request what the plan is: one comment, created once and then updated.

    PLAN comes from `csp-config plan --out`. Addresses, numbers and the token are those that the pipelines of
    GitHub, GitLab and Azure DevOps set. In the pipeline of a merge, it is the pull request that was merged.
    A plan of an older commit than the pull request's newest is not written.
    """
    report = saved_plan.read_plan(Path(plan_file))
    wanted = PullRequestChoice(number=pull_request, forks=forks)
    host = find_pull_request(target, os.environ, wanted)
    if host is None:
        emit("nothing to comment on: this commit came without a pull request\n", common.output)
        return 0
    if manual is None and (source := installed_from()):
        manual = source.page("docs/reviewing.md")
    text = commenting.body(report, state, page=_address(page), manual=_address(manual))
    placed = commenting.write_comment(host, report, state, text, wanted)
    where = f" ({placed.address})" if placed.why and placed.address else placed.address
    emit(f"comment {placed.result}: {placed.why}{where}\n", common.output)
    return 0


def _address(given: str | None) -> str | None:
    """An address that may stand in a link. Raises: UsageError."""
    if given is not None and not _LINK.fullmatch(given):
        raise UsageError(f"{given[:80]} is not an https address", help="give one that begins with https://")
    return given
