"""Help that shows, and slips that are answered with the nearest name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from csp_config.cli.program import cli
from tests.acceptance.program import csp_config
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def every_command(
    command: click.Command, path: tuple[str, ...] = ("csp-config",)
) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from every_command(part, (*path, name))


COMMANDS = dict(every_command(cli))


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_every_command_ends_with_one_example_of_it(tmp_path: Path, path: str) -> None:
    said = csp_config(tmp_path, *path.split()[1:], "--help").output
    example = " ".join(said.rpartition("\n\n")[2].split())
    assert said.count("Example: ") == 1
    assert example.startswith("Example: ")
    assert path in example


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_and_command_has_a_help_of_its_own(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, param.name
            assert param.help.endswith((".", "]")), param.help


OFFER = """\
kind: Offer
id: contoso-insights
name: Contoso Insights
type: saas
published: true
csp: {resellers: selected, partner_lists: [emea]}
"""
LIST = """\
kind: PartnerList
id: emea
name: EMEA
partners: [{name: Fabrikam, tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211, country: DE}]
"""


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        ("plna", "did you mean plan?"),
        ("record don", "did you mean done?"),
        ("plan --bsae HEAD", "there is no option --bsae; did you mean --base?"),
        ("import partners a.csv --lits x", "did you mean --list?"),
        ("import partner", "did you mean partners?"),
        ("validate --stagd", "--staged"),
        ("plan --base none --only contoso-insihgts", "did you mean contoso-insights?"),
        ("partners --list emae", "did you mean emea?"),
        ("record baseline contoso-insihgts", "did you mean contoso-insights?"),
        ("export contoso-insihgts", "did you mean contoso-insights?"),
        ("export eema", "did you mean emea?"),
        ("export wherever", "the partner lists and offers are: "),
        ("explain CSP3041", "did you mean CSP304?"),
        ("explain resold-partner-remove", "did you mean resold-partner-removed?"),
        ("schema ofer", "did you mean offer?"),
        ("plan --format htm", "'teams'; did you mean html?"),
        ("plan --format mrakdown", "did you mean markdown?"),
        ("history --format cvs", "did you mean csv?"),
        ("apply --target partner-centre", "did you mean partner-center?"),
        ("plan --format pdf", "'teams'."),
        ("partners remove xyz --list emea", "`csp-config partners --name NAME` finds a partner's"),
    ],
)
def test_a_slip_is_answered_with_the_nearest(tmp_path: Path, arguments: str, near: str) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/insights.yaml").write_text(OFFER)
    (tmp_path / "offers/emea.yaml").write_text(LIST)
    ran = csp_config(tmp_path, *arguments.split())
    assert (ran.code, ran.output) == (64, "")
    assert near in ran.errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("history", "--tenant", "xyz"), "`csp-config partners --name NAME` finds a partner's"),
        (("plan", "--if", "all of them"), "--if 'all of them' is not a change that can be asked about"),
        (("plan", "--if", "insights=everybody"), "--if 'insights=everybody' is not a change"),
    ],
)
def test_what_cannot_be_understood_is_quoted_and_the_help_names_what_there_is(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/insights.yaml", OFFER)
    repo.write("offers/emea.yaml", LIST)
    repo.commit()
    ran = csp_config(repo.path, *arguments)
    assert (ran.code, ran.output) == (64, "")
    assert words in ran.errors


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("wher.csv", "looked in {folder}; did you mean where.csv?"),
        ("nothing.txt", "looked in {folder}\n"),
        ("exports/where.csv", "there is no folder {folder}/exports"),
        ("offers", "it is a folder: name a file in it"),
    ],
)
def test_a_file_that_is_not_there_is_answered_with_where_it_was_looked_for(
    tmp_path: Path, name: str, hint: str
) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/emea.yaml").write_text(LIST)
    (tmp_path / "where.csv").write_text("Name,Tenant\n")
    ran = csp_config(tmp_path, "import", "partners", name, "--list", "emea")
    assert (ran.code, ran.output) == (3, "")
    assert hint.format(folder=tmp_path.as_posix()) in ran.errors


def test_a_name_that_nothing_is_near_to_is_answered_with_where_to_look(tmp_path: Path) -> None:
    assert "csp-config --help lists the commands" in csp_config(tmp_path, "xyzzy").errors
    assert "csp-config record --help lists the commands" in csp_config(tmp_path, "record", "xyzzy").errors


@pytest.mark.parametrize("group", ["", "record", "import"])
def test_a_group_without_a_command_is_answered_with_its_help(tmp_path: Path, group: str) -> None:
    ran = csp_config(tmp_path, *group.split())
    assert (ran.code, ran.output) == (64, "")
    assert ran.errors.rstrip() == csp_config(tmp_path, *group.split(), "--help").output.rstrip()
