"""Documentation is tested: shown output is what the program says, and everything that exists is told.

A block that is checked follows a comment `<!-- output: NAME -->`; its first line is the command. NAME is `help`,
or a diff in tests/readme that is applied to the repository in tests/readme/before. `pytest --bless` rewrites them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from csp_config.rules import RULES

ROOT = Path(__file__).parent.parent
SCENES = ROOT / "tests" / "readme"
BLOCK = re.compile(
    r"<!-- output: (?P<name>[\w-]+) -->\n```console\n\$ (?P<command>[^\n]+)\n(?P<text>.*?)```\n", re.DOTALL
)
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ana Lima",
    "GIT_AUTHOR_EMAIL": "ana@contoso.example",
    "GIT_COMMITTER_NAME": "Ana Lima",
    "GIT_COMMITTER_EMAIL": "ana@contoso.example",
    "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
    "SOURCE_DATE_EPOCH": "1795348800",
    "COLUMNS": "80",
}
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def commands() -> list[str]:
    """Every command of the program, subcommands as `record done`."""
    import click  # noqa: PLC0415 - only here

    from csp_config.cli import cli  # noqa: PLC0415

    found = []
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        found.append(name)
        if isinstance(command, click.Group):
            found += [f"{name} {inner}" for inner in command.list_commands(context)]
    return found


def scene(name: str, folder: Path) -> None:
    """The repository that a block's command is run in."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True)

    subprocess.run(["cp", "-r", f"{SCENES / 'before'}/.", str(folder)], check=True)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "Offers as they are")
    git("apply", str(SCENES / f"{name}.diff"))


def said(command: str, name: str, folder: Path) -> str:
    """What a command prints on both streams."""
    if name != "help":
        scene(name, folder)
    words = shlex.split(command)
    assert words[0] == "csp-config"
    done = subprocess.run(
        [sys.executable, "-m", "csp_config", *words[1:]],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.replace("python -m csp_config", "csp-config")


def blocks() -> list[tuple[Path, str]]:
    return [(page, found["command"]) for page in PAGES for found in BLOCK.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "command"), blocks(), ids=lambda value: getattr(value, "name", value))
def test_the_output_shown_is_what_the_program_says(
    page: Path, command: str, tmp_path: Path, bless: bool
) -> None:
    text = page.read_text("utf-8")
    shown = next(found for found in BLOCK.finditer(text) if found["command"] == command)
    now = said(command, shown["name"], tmp_path)
    if bless:
        page.write_text(text[: shown.start("text")] + now + text[shown.end("text") :], "utf-8")
    else:
        assert shown["text"] == now


def test_the_help_of_every_command_is_shown() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    shown = {found["command"] for found in BLOCK.finditer(page)}
    assert shown == {f"csp-config {command} --help" for command in commands()}


def test_every_command_has_an_example_in_its_help() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for found in BLOCK.finditer(page):
        is_group = " COMMAND [ARGS]..." in found["text"]
        assert is_group or "Example: csp-config " in found["text"], found["command"]


def test_the_page_of_the_rules_is_what_the_program_prints() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "csp_config", "rules", "--format", "markdown"], capture_output=True, check=True
    )
    assert (ROOT / "docs" / "rules.md").read_bytes() == done.stdout, "run `make docs`"
    assert all(f"## {code} " in done.stdout.decode() for code in RULES)


def test_the_readme_tells_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"| {code} |" in readme for code in (0, 1, 2, 3, 4, 5, 6, 64))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
