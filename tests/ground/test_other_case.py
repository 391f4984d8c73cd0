"""Documents in a folder that differs from a root only by case are not passed over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import Ran, csp_config
from tests.ground.publisher import FABRIKAM, INSIGHTS, SETTINGS, offer
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

DESK = offer(FABRIKAM, name="contoso-desk")
SIDES: dict[str, list[str]] = {"working tree": [], "index": ["--staged"], "commit": ["--at", "HEAD"]}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    (tmp_path / "case").mkdir()
    if (tmp_path / "CASE").exists():
        pytest.skip("needs a file system that tells upper case from lower case")
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(INSIGHTS, offer(FABRIKAM))
    return repo


def judged(repo: Repo, side: str, *options: str) -> Ran:
    repo.commit()
    return csp_config(repo.path, "validate", "--base", "none", *SIDES[side], *options)


@pytest.mark.parametrize("side", SIDES)
def test_each_folder_is_reported_once_with_the_name_it_should_have(repo: Repo, side: str) -> None:
    for path in ("Offers/contoso-desk.yaml", "Offers/live/a.yaml", "OFFERS/deep/b.yml"):
        repo.write(path, DESK)
    ran = judged(repo, side)
    assert ran.code == 1, ran.said
    assert ran.output.count("error[CSP012] misnamed-file") == 2
    assert "--> Offers:1:1" in ran.output
    assert "--> OFFERS:1:1" in ran.output
    assert "it would be in offers" in ran.output


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("folder", ["Data/offers", "data/Offers", "DATA/OFFERS"])
def test_so_is_one_near_a_root_that_the_settings_name(repo: Repo, side: str, folder: str) -> None:
    repo.write("csp-config.yaml", f"{SETTINGS}roots: [data/offers]\n")
    repo.write("data/offers/contoso-insights.yaml", offer(FABRIKAM))
    repo.write(f"{folder}/contoso-desk.yaml", DESK)
    ran = judged(repo, side)
    assert ran.code == 1, ran.said
    assert f"--> {folder}:1:1" in ran.output
    assert ran.output.count("error[CSP012]") == 1


@pytest.mark.parametrize("side", SIDES)
def test_so_is_one_of_a_project_in_a_folder(repo: Repo, side: str) -> None:
    repo.write("p2/csp-config.yaml", SETTINGS)
    repo.write("p2/Offers/contoso-desk.yaml", DESK)
    repo.write("P2/offers/contoso-desk.yaml", DESK)
    ran = judged(repo, side, "--root", "p2")
    assert ran.code == 1, ran.said
    assert "--> p2/Offers:1:1" in ran.output
    assert ran.output.count("error[CSP012]") == 1


@pytest.mark.parametrize("side", SIDES)
def test_a_folder_that_is_a_root_itself_or_holds_no_documents_is_fine(repo: Repo, side: str) -> None:
    repo.write("csp-config.yaml", f"{SETTINGS}roots: [offers, Offers]\n")
    repo.write("Offers/contoso-desk.yaml", DESK)
    repo.write("OFFERS/README.md", "nothing\n")
    ran = judged(repo, side)
    assert ran.code == 0, ran.said


def test_what_git_ignores_is_nobodys_concern(repo: Repo) -> None:
    repo.write(".gitignore", "/Offers/\n")
    repo.write("Offers/contoso-desk.yaml", DESK)
    assert judged(repo, "working tree").code == 0
