"""A project whose folder has a name that a format would have to escape: every output keeps its structure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from csp_config.render import PLANS, REPORTS
from tests.acceptance.offers import SETTINGS, offer_document, state
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("it's", 'a"b', "a<b>&c", "50%0A::error::x", "x`y|z", "plain/one")
FORMATS = [("validate", name) for name in REPORTS] + [("plan", name) for name in PLANS]
FORMATS += [("status", name) for name in ("markdown", "slack", "teams")]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(("command", "form"), fast_first(FORMATS, every=3))
def test_a_command_names_the_folder_only_where_its_name_needs_no_escape(
    tmp_path: Path, folder: str, command: str, form: str
) -> None:
    repo = Repo.make(tmp_path / "r")
    repo.write(f"{folder}/csp-config.yaml", SETTINGS)
    repo.write(f"{folder}/offers/contoso-desk.yaml", offer_document("contoso-desk", state("ab")))
    repo.commit()
    repo.write("README.md", "x\n")
    repo.commit()
    said = csp_config(repo.path, command, "--format", form, "--root", folder).output
    shape = {**REPORTS, **PLANS}[form].shape
    if shape == "json":
        json.loads(said)
    elif shape == "xml":
        ET.fromstring(said)  # noqa: S314 - our own
    roots = set(re.findall(r"csp-config record baseline(?: --root ([^ ]+))?", said))
    reader = {**REPORTS, **PLANS}[form].reader
    if reader == "elsewhere":
        assert roots <= {folder if folder == "plain/one" else "FOLDER"}
    elif reader == "program":
        assert roots == {""}


def test_a_terminal_quotes_the_folder(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "r")
    repo.write("it's/csp-config.yaml", SETTINGS)
    repo.write("it's/offers/contoso-desk.yaml", offer_document("contoso-desk", state("ab")))
    repo.commit()
    said = csp_config(repo.path, "validate", "--base", "none", "--root", "it's").output
    assert """csp-config record baseline --root 'it'"'"'s' contoso-desk""" in said
