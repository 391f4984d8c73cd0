"""import partners in a project that has settings and no document yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.importing.files import FABRIKAM
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

LIST = "offers/partner-lists/emea.yaml"
IMPORT = ("import", "partners", "../in.csv", "--list", "emea")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text(f"Tenant ID,Name,Country\n{FABRIKAM},Fabrikam,DE\n", encoding="utf-8")
    return tmp_path / "project"


@pytest.mark.parametrize("kind", ["folder", "new repository", "repository"])
def test_the_first_list_of_a_project_is_made(folder: Path, kind: str) -> None:
    settings = "publisher: contoso\n"
    if kind == "folder":
        folder.mkdir()
        (folder / "csp-config.yaml").write_text(settings)
    else:
        repo = Repo.make(folder)
        repo.write("csp-config.yaml", settings)
        if kind == "repository":
            repo.commit()
    ran = csp_config(folder, *IMPORT, "--check")
    assert (ran.code, (folder / LIST).exists()) == (0, False), ran.said
    ran = csp_config(folder, *IMPORT)
    assert (ran.code, FABRIKAM in (folder / LIST).read_text()) == (0, True), ran.said


def test_a_folder_without_settings_and_documents_is_not_begun(folder: Path) -> None:
    folder.mkdir()
    for options in ((), ("--check",)):
        ran = csp_config(folder, *IMPORT, *options)
        assert ran.code == 3
        assert "has no documents under offers/" in ran.errors
    assert not (folder / "offers").exists()


def test_other_commands_still_refuse_a_project_without_documents(folder: Path) -> None:
    folder.mkdir()
    (folder / "csp-config.yaml").write_text("publisher: contoso\n")
    page = '{"subscriptions": []}'
    (folder / "a.json").write_text(page)
    for command in (("import", "resales", "a.json"), ("validate", "--base", "none"), ("partners",)):
        ran = csp_config(folder, *command)
        assert ran.code == 3, command
        assert "has no documents under offers/" in ran.errors
