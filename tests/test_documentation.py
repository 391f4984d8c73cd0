"""Documentation is tested: shown output is what the program says, and everything that exists is told.

`pytest --bless` rewrites what is shown: the transcripts (tests/transcripts.py) and docs/commands.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import get_args, get_type_hints

import click
import pytest

from csp_config import schema
from csp_config.cli.program import cli
from csp_config.model import documents, work
from csp_config.model.work import Action
from csp_config.render import PLANS, REPORTS, Format
from csp_config.rules import RULES
from tests.transcripts import ENVIRONMENT, commands, replayed, transcripts

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
GUIDE = ROOT / "docs" / "guide.md"
FORMATS_PAGE = ROOT / "docs" / "formats.md"
RULES_PAGE = ROOT / "docs" / "rules.md"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
HELPS = """\
import sys
from csp_config.cli.program import run
for name in sys.argv[1:]:
    print("\\0" + name, end="\\0", flush=True)
    run([*name.split(), "--help"])
"""


def names(group: click.Group, before: str = "") -> list[str]:
    """Every command of a group, those of groups within it as `record done`."""
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = names(command, f"{before}{name} ") if isinstance(command, click.Group) else []
        found += [before + name, *inner]
    return found


@cache
def helps() -> dict[str, str]:
    """What `--help` says of each command; "" is the program itself."""
    done = subprocess.run(
        [sys.executable, "-c", HELPS, "", *names(cli)],
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    _, *parts = done.stdout.split("\0")
    return dict(zip(parts[::2], parts[1::2], strict=True))


def commands_page() -> str:
    """docs/commands.md."""
    parts = ["# Commands\n\nWhat `--help` says of each command; a test keeps this page equal to it.\n"]
    for name, said in helps().items():
        line = " ".join(filter(None, ("csp-config", name)))
        parts.append(f"## {name or line}\n\n```console\n$ {line} --help\n{said}```\n")
    return "\n".join(parts)


def test_the_page_of_the_commands_is_what_their_help_says(bless: bool) -> None:
    if bless:
        COMMANDS.write_text(commands_page(), "utf-8")
    assert COMMANDS.read_text("utf-8") == commands_page(), "run `pytest --bless` on this file"


def shown() -> list[tuple[Path, int]]:
    return [(page, number) for page in PAGES for number, _ in enumerate(transcripts(page.read_text("utf-8")))]


@pytest.mark.parametrize(("page", "number"), shown(), ids=lambda value: getattr(value, "name", value))
def test_a_transcript_shows_what_the_program_says(
    page: Path, number: int, tmp_path: Path, bless: bool
) -> None:
    text = page.read_text("utf-8")
    before = transcripts(text)[number]
    now = replayed(before, tmp_path)
    if bless:
        page.write_text(text.replace(before, now), "utf-8")
    else:
        assert now == before, "run `pytest --bless` on this file"


def test_from_nothing_to_a_clean_plan_takes_fewer_than_ten_commands() -> None:
    journey, _, _ = transcripts(GUIDE.read_text("utf-8"))[0].partition("\n## ")
    assert len(commands(journey)) < 10
    assert commands(journey)[-1].startswith("csp-config plan")
    assert "no errors" in journey.rpartition("$ csp-config plan")[2]


def test_every_command_has_an_example_in_its_help() -> None:
    for name, said in helps().items():
        assert "Example: " in said, name
        assert "csp-config" in said.partition("Example: ")[2], name


def test_the_page_of_the_rules_is_what_the_program_prints(bless: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "csp_config", "rules", "--format", "markdown"], capture_output=True, check=True
    )
    if bless:
        RULES_PAGE.write_bytes(done.stdout)
    assert RULES_PAGE.read_bytes() == done.stdout, "run `make docs`"
    assert all(f"## {code} " in done.stdout.decode() for code in RULES)


def rows(page: Path, first: str) -> list[list[str]]:
    """The cells of a table's rows, by the first cell of its header."""
    lines = page.read_text("utf-8").partition(f"| {first} |")[2].splitlines()[2:]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in takewhile(lambda line: line.startswith("|"), lines)
    ]


@pytest.mark.parametrize(("column", "formats"), [(1, REPORTS), (2, PLANS)], ids=["validate", "plan"])
def test_the_page_of_the_formats_has_a_row_for_each(column: int, formats: dict[str, Format]) -> None:
    told = [name for row in rows(FORMATS_PAGE, "format") if row[column] for name in row[0].split(", ")]
    assert sorted(told) == sorted(f"`{name}`" for name in formats)


def test_the_page_of_the_formats_links_the_schema_of_every_output() -> None:
    documents_of_people = {"offer", "partner-list", "resales", "live-audience", "config"}
    linked = re.findall(r"\]\(\.\./schemas/([a-z-]+)\.schema\.json\)", FORMATS_PAGE.read_text("utf-8"))
    assert set(linked) == set(schema.NAMES) - documents_of_people


@pytest.mark.parametrize("key", ["kind", "how", "status", "cause"])
def test_the_page_of_the_formats_tells_every_value_of_an_action(key: str) -> None:
    told = next(row[1] for row in rows(FORMATS_PAGE, "key of an action") if row[0] == f"`{key}`")
    values = re.sub(r" \([^)]*\)", "", told).split(", ")
    assert sorted(values) == sorted(get_args(get_type_hints(Action, vars(documents) | vars(work))[key]))


def test_the_readme_tells_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"| {code} |" in readme for code in (0, 1, 2, 3, 4, 5, 6, 64))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
