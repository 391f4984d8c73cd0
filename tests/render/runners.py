"""How pipelines find commands in what a step prints: the rules of GitHub's runner and of Azure Pipelines."""

from __future__ import annotations

from typing import NamedTuple

BRACKETS = ("##[", "##vso[")


class Command(NamedTuple):
    """A command as the runner obeys it."""

    name: str
    properties: dict[str, str]
    message: str


def command(line: str) -> Command | None:
    """The command that a line is, if it is one: `::name key=value,...::message` after white space."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.partition("=") for pair in rest.strip().split(",") if pair)
    properties = {key: _decoded(value, {"%3A": ":", "%2C": ","}) for key, _, value in pairs}
    return Command(name, properties, _decoded(line[end + 2 :], {}))


def _decoded(text: str, more: dict[str, str]) -> str:
    for token, plain in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(token, plain)
    return text


def obeyed(output: str) -> list[str]:
    """The lines in which a runner would find a command. Any line break that some system knows counts."""
    return [
        line
        for line in output.splitlines()
        if command(line) is not None or any(bracket in line.lower() for bracket in BRACKETS)
    ]
