"""import offers in a project that has settings and no document yet, and the country that it is given."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.partner_center.workspace import BEFORE, HELD_BEFORE

if TYPE_CHECKING:
    from tests.partner_center.workspace import Workspace

IMPORT = ("import", "offers", "--target", "partner-center", "--country")


def emptied(workspace: Workspace) -> None:
    """Leave only the settings in the repository."""
    for path in (workspace.root / "offers").rglob("*.yaml"):
        workspace.repo.remove(path.relative_to(workspace.root).as_posix())
    workspace.repo.commit()


@pytest.mark.parametrize("country", ["DE", " de "])
def test_the_first_offers_of_a_project_are_imported(workspace: Workspace, country: str) -> None:
    emptied(workspace)
    imported = workspace.run(*IMPORT, country)
    assert imported.code == 0, imported.said
    written = {path.stem for path in (workspace.root / "offers").glob("*.yaml")}
    assert written >= {"adding", "opening", "growing", "resting"}
    assert written <= set(BEFORE)
    assert "country: DE" in (workspace.root / "offers/growing.yaml").read_text()
    judged = workspace.run("validate", "--base", "none", "--format", "json")
    assert [one for one in judged.data["diagnostics"] if one["severity"] == "error"] == []


@pytest.mark.parametrize("document", ["kind: Offer\nid: growing\n", "kind: LiveAudience\noffer: growing\n"])
@pytest.mark.parametrize("path", ["offers/growing.yaml", "offers/live/growing.yaml", "offers/mine.yaml"])
def test_an_offer_that_a_document_may_be_of_is_not_written_anew(
    workspace: Workspace, path: str, document: str
) -> None:
    emptied(workspace)
    workspace.repo.write(path, document)
    imported = workspace.run(*IMPORT, "DE")
    assert f"a document that may be of it cannot be read: {path}:" in imported.output
    assert "declares something else" not in imported.output
    written = {one.relative_to(workspace.root).as_posix() for one in workspace.root.rglob("growing.yaml")}
    assert written == {path} - {"offers/mine.yaml"}
    assert (workspace.root / "offers/live/adding.yaml").is_file()


def test_what_was_imported_is_committed_as_printed_and_nothing_else(workspace: Workspace) -> None:
    emptied(workspace)
    imported = workspace.run(*IMPORT, "DE")
    workspace.repo.write("offers/wip.yaml", "kind: Offer\n")
    committed_as_printed(workspace, imported.output)
    assert workspace.repo.run("status", "--short") == "?? offers/wip.yaml"
    workspace.repo.remove("offers/wip.yaml")
    workspace.repo.remove("offers/live/growing.yaml")
    workspace.repo.commit()
    committed_as_printed(workspace, workspace.run("import", "live", "--target", "partner-center").output)
    assert workspace.repo.run("status", "--short") == ""


def committed_as_printed(workspace: Workspace, said: str) -> None:
    line = said.splitlines()[-1]
    assert line.startswith("commit it, so that others see it: git add ")
    for command in line.partition(": ")[2].split(" && "):
        workspace.repo.run(*shlex.split(command)[1:])


@pytest.mark.parametrize("country", ["ZZ", "Germany", "D", "D E"])
def test_a_country_that_there_is_not_is_wrong_usage(workspace: Workspace, country: str) -> None:
    emptied(workspace)
    imported = workspace.run(*IMPORT, country)
    assert imported.code == 64
    assert "there is no such country" in imported.errors
    assert not list((workspace.root / "offers").rglob("*.yaml"))


def test_without_settings_nothing_is_begun(workspace: Workspace) -> None:
    emptied(workspace)
    workspace.repo.remove("csp-config.yaml")
    workspace.repo.commit()
    imported = workspace.run(*IMPORT, "DE")
    assert imported.code == 3
    assert "has no documents under offers/" in imported.errors


@pytest.mark.parametrize("given", [(), ("--country", "SE")])
def test_a_partner_that_only_a_record_names_without_a_country_is_given_one_or_left(
    workspace: Workspace, given: tuple[str, ...]
) -> None:
    emptied(workspace)
    tenants = sorted(HELD_BEFORE["growing"][1])
    named = "".join(f"  - {{tenant_id: {one}, name: Known {one[:4]}}}\n" for one in tenants)
    workspace.repo.write(
        "offers/live/growing.yaml",
        'kind: LiveAudience\noffer: growing\nobserved_at: "2026-11-19T10:15:00Z"\nobserved_from: manual\n'
        f"published: true\nresellers: selected\npartners:\n{named}",
    )
    workspace.repo.commit()
    imported = workspace.run(*IMPORT[:-1], *given)
    written = workspace.root / "offers/growing.yaml"
    if given:
        assert "country: SE" in written.read_text(), imported.said
        assert 'country: ""' not in written.read_text()
    else:
        assert not written.exists(), imported.said
        assert "or give --country" in imported.output
