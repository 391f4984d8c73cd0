"""The component for GitLab and the template for Azure Pipelines: the jobs of the files to copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.pipelines import test_linted as linted
from tests.pipelines.surroundings import ROOT
from tests.pipelines.test_linted import run, scripts, tool
from tools.templates import AZURE, GITLAB, azure_template, gitlab_component

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "docs/pipelines/README.md").read_text("utf-8")
COPIED = {GITLAB: linted.GITLAB, AZURE: linted.AZURE}


def examples() -> dict[Path, Any]:
    """What docs/pipelines/README.md shows of each of them in use."""
    found = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    gitlab, azure = (list(yaml.safe_load_all(text))[-1] for text in found)
    return {GITLAB: gitlab["include"][0]["inputs"], AZURE: azure["stages"][0]["parameters"]}


def asked(path: Path) -> dict[str, Any]:
    """What a template asks for: name -> how."""
    first = next(yaml.safe_load_all(path.read_text("utf-8")))
    if path == GITLAB:
        return dict(first["spec"]["inputs"])
    return {one["name"]: one for one in first["parameters"]}


@pytest.mark.parametrize("path", COPIED, ids=linted.named)
def test_it_is_made_from_the_file_to_copy(path: Path) -> None:
    make = gitlab_component if path == GITLAB else azure_template
    assert path.read_text("utf-8") == make(COPIED[path].read_text("utf-8")), "run `make docs`"
    assert scripts(path) == scripts(COPIED[path])
    assert ".invalid" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", COPIED, ids=linted.named)
def test_it_fits_its_schema(path: Path, tmp_path: Path) -> None:
    documents = []
    for number, text in enumerate(path.read_text("utf-8").split("\n---\n")):
        documents.append(tmp_path / f"{number}.yml")
        documents[-1].write_text(text)
    done = run(tool("check-jsonschema"), *linted.SCHEMAS[COPIED[path]], *map(str, documents))
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("path", COPIED, ids=linted.named)
def test_the_example_gives_all_that_has_no_default_and_nothing_that_is_not_asked(path: Path) -> None:
    given = set(examples()[path])
    needed = {name for name, how in asked(path).items() if "default" not in how}
    assert needed == {"url", "commit"}
    assert needed <= given <= set(asked(path))


def test_every_input_is_used() -> None:
    for path, mark in ((GITLAB, "$[[ inputs.{} ]]"), (AZURE, "parameters.{}")):
        jobs = path.read_text("utf-8")
        assert [name for name in asked(path) if mark.format(name) not in jobs] == []


@pytest.mark.parametrize("path", [AZURE, linted.AZURE], ids=linted.named)
def test_what_people_type_names_no_variable_of_azure_pipelines(path: Path) -> None:
    """The agent puts values, secrets included, where the text of an `env` has `$(NAME)`."""
    typed = ("id", "ticket", "resold", "note")
    used = re.findall(r"\w+: (.*\bparameters\.(\w+).*)", path.read_text("utf-8"))
    found = [(text, name) for text, name in used if name in typed]
    assert {name for _, name in found} == set(typed)
    for text, name in found:
        assert text == f"${{{{ replace(parameters.{name}, '$(', '$ (') }}}}"
