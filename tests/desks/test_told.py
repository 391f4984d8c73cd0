"""What a run tells besides its report: events, decisions with times, and the format of the environment."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click
import pytest

from csp_config.cli.command_names import FORMATS
from csp_config.cli.program import cli
from tests.acceptance.program import csp_config
from tests.faults.scenarios import changed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOGGED = re.compile(r"\d\d:\d\d:\d\d \+\d+\.\d{3}s (project|run|candidate|base|note): ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return changed(tmp_path / "repo").path


def choices(command: click.Command, context: click.Context) -> Iterator[str]:
    """Every word that --format takes, of a command and of those below it."""
    for param in command.params:
        if "--format" in param.opts and isinstance(param.type, click.Choice):
            yield from param.type.choices
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from choices(part, context)


def test_every_format_of_a_command_may_stand_in_the_environment() -> None:
    taken = set(choices(cli, click.Context(cli)))
    assert set(FORMATS) == taken, (
        "csp_config/cli/command_names.py, FORMATS:"
        f" add {sorted(taken - set(FORMATS))}, take out {sorted(set(FORMATS) - taken)}"
    )


def test_the_format_of_the_environment_is_used_where_there_is_one_of_that_name(folder: Path) -> None:
    json_wanted = {"CSP_CONFIG_FORMAT": "json"}
    assert csp_config(folder, "status", environment=json_wanted).data["format"] == 1
    assert csp_config(folder, "explain", "CSP304", environment=json_wanted).data["format"] == 1
    typed = csp_config(folder, "validate", "--format", "concise", environment=json_wanted)
    assert not typed.output.startswith("{")
    sarif = csp_config(folder, "status", environment={"CSP_CONFIG_FORMAT": "sarif"})
    assert sarif.output == csp_config(folder, "status", environment={"CSP_CONFIG_FORMAT": ""}).output


def test_a_word_that_is_no_format_is_wrong_usage_and_names_the_variable(folder: Path) -> None:
    ran = csp_config(folder, "status", environment={"CSP_CONFIG_FORMAT": "pdf"})
    assert (ran.code, ran.output) == (64, "")
    assert ran.errors.startswith("error: CSP_CONFIG_FORMAT is 'pdf', which no command has; ")


@pytest.mark.parametrize(
    ("variable", "value", "code"), [("ROOT", "nowhere", 64), ("OUTPUT", "csp-config.yaml/x", 3)]
)
def test_what_comes_from_the_environment_is_told_with_the_name_of_its_variable(
    folder: Path, variable: str, value: str, code: int
) -> None:
    name, option = f"CSP_CONFIG_{variable}", f"--{variable.lower()}"
    for words in (("validate",), ("fmt",), ("record", "done", "--all")):
        ran = csp_config(folder, *words, environment={name: value})
        assert (ran.code, ran.errors.startswith(f"error: {name}: ")) == (code, True), ran.said
        typed = csp_config(folder, *words, option, value, environment={name: ""})
        assert (typed.code, name in typed.errors) == (code, False), typed.said


@pytest.mark.parametrize(
    "words", [("completion",), ("completion", "cmd"), ("explain",), ("validate", "--format", "x")]
)
def test_what_is_missing_or_has_choices_is_told_in_one_line(folder: Path, words: tuple[str, ...]) -> None:
    ran = csp_config(folder, *words)
    assert "\\" not in ran.errors
    assert ran.errors.splitlines()[0].startswith("error: ")


def test_by_hand_events_tell_what_was_planned_written_drafted_and_recorded(folder: Path) -> None:
    applied = csp_config(folder, "apply", "--yes", "--events", "events.jsonl")
    assert applied.code == 4, applied.said
    told = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert all(one["time"].endswith("Z") for one in told)
    names = [one["event"] for one in told]
    assert {"planned", "written", "drafted"} == set(names)
    assert names.index("planned") < names.index("written") < names.index("drafted")
    assert all((folder / one["path"]).is_file() for one in told if one["event"] == "written")
    request = next(one["request"] for one in told if one["event"] == "drafted")
    filed = ("record", "filed", request, "--ticket", "2611200030001234", "--events", "events.jsonl")
    assert csp_config(folder, *filed).code == 0
    last = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()][len(told) :]
    assert [one["event"] for one in last] == ["written", "recorded"]
    assert (last[1]["action"], "2611200030001234" in last[1]["detail"]) == (request, True)


def test_events_that_cannot_be_written_stop_the_run_before_anything_is_done(folder: Path) -> None:
    ran = csp_config(folder, "apply", "--yes", "--events", "missing/events.jsonl")
    assert ran.code == 3
    assert "missing/events.jsonl: the events cannot be written" in ran.errors
    assert not (folder / "runbook").exists()


@pytest.mark.parametrize(
    "place",
    [
        ("--events", "missing/events.jsonl"),
        ("--events", "."),
        ("--output", "csp-config.yaml/said.txt"),
        ("--output", "."),
    ],
)
def test_what_cannot_be_written_stops_a_record_before_anything_is_written(
    folder: Path, place: tuple[str, str]
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    for words in (("apply", "--yes"), ("record", "done", "--all"), ("record", "baseline")):
        ran = csp_config(folder, *words, *place)
        assert (ran.code, place[1] in ran.errors) == (3, True), ran.said
        assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before
    assert not (folder / "runbook").exists()


def test_a_note_of_blanks_is_none(folder: Path) -> None:
    assert csp_config(folder, "record", "baseline", "--note", "  \t").code == 0
    records = [path.read_text() for path in (folder / "offers/live").glob("*.yaml")]
    assert not any("note:" in text for text in records)


def test_twice_verbose_tells_which_base_was_found_and_how_with_times(folder: Path) -> None:
    ran = csp_config(folder, "plan", "-vv")
    lines = ran.errors.splitlines()
    assert all(
        re.match(r"\d\d:\d\d:\d\d \+\d+\.\d{3}s (project|run|candidate|base|note): ", one) for one in lines
    )
    assert any(re.search(r" base: HEAD\S* [0-9a-f]{40}, found by head", one) for one in lines)
    assert any(one.endswith(" run: at home, home") for one in lines)
    assert ran.output == csp_config(folder, "plan", "-v").output
    assert csp_config(folder, "plan", "-v").errors == ""
