"""init: the options, and what was made and has to be done next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, common
from csp_config.cli.output import complain, emit, located
from csp_config.commands.init import init as make
from csp_config.commands.source import installed_from, parse_source
from csp_config.commands.starter import PIPELINES
from csp_config.text import visible
from csp_config.text.phrases import counted, listed
from csp_config.text.shells import one_after_the_other, path_from, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.init import InitResult


@click.command(epilog="Example: csp-config init --pipeline gitlab")
@click.option(
    "--pipeline",
    type=click.Choice([*PIPELINES, "none"]),
    help="Whose pipeline file to make.  [default: that of the file there, or of origin's host; else github]",
)
@click.option(
    "--from",
    "given",
    metavar="SOURCE",
    help="What the pipeline installs, read over https: git+URL@COMMIT.  [default: where this copy came from]",
)
@click.option("--refresh", is_flag=True, help="Bring the schemas of an earlier version up to date, too.")
@common
def init(common: Common, pipeline: str | None, given: str | None, *, refresh: bool) -> int:
    """Make a working repository, from nothing or around what is there.

    Settings, one offer, one partner list, schemas for editors, hooks for pre-commit, a pipeline file. Asks
    nothing, and writes over nothing: what is there already is left alone, and you are told what to add to it.

    The pipeline fetches csp-config from a repository, at one commit: where this copy was installed from, or
    what --from says. Without either it names a host that does not exist, and stops there. One that is there
    already keeps what it fetches: to change that, edit it, or delete it and run this again.
    """
    source = installed_from() if given is None else parse_source(given)
    inputs = common.inputs()
    made = make(
        inputs.start,
        pipeline,
        source=source,
        environment=inputs.environment,
        insist=given is not None,
        refresh=refresh,
    )
    emit("".join(f"{line}\n" for line in _lines(made, quiet=common.quiet)), common.output)
    missing = [step.path for step in made.steps if step.result == "not made"]
    if missing:
        complain(f"this is no working project yet: git ignores {listed(missing)}")
    return 3 if missing else 0


def _lines(made: InitResult, *, quiet: bool) -> Iterator[str]:
    for step in () if quiet else made.steps:
        why = f": {located(step.why)}" if step.why else ""
        yield visible(f"{step.result:<10}  {step.path}{why}")
        if step.add:
            # At the columns that they need in the file, so that they can be copied as they stand.
            yield f"            {step.add.where}:"
            yield from ("", *map(visible, step.add.text.splitlines()), "")
    count = sum(step.wrote for step in made.steps)
    alone = sum(step.result == "left alone" for step in made.steps)
    yield f"{counted(count, 'file')} written, {alone} left alone in {visible(str(made.root))}"
    yield "next:"
    yield from (f"  {located(command)}" for command in _next_commands(made))


def _next_commands(made: InitResult) -> Iterator[str]:
    """What to run next, where whoever ran this stands."""
    base = "" if made.has_base else " --base none"
    yield f"csp-config validate{base}"
    yield f"csp-config plan{base}"
    if not made.to_add:
        yield "csp-config partners"
        return
    shown = visible(quoted(path_from(Path.cwd(), made.root / path) for path in made.to_add))
    begin = [] if made.in_git else [f"git init -b {quoted([made.branch])}"]
    commit = "git commit -m 'Which partners may resell our offers'"
    yield one_after_the_other(*begin, f"git add {shown}", commit)
