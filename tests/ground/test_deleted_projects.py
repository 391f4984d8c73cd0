"""A project that the base has and the candidate has not is never passed over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import Ran, csp_config
from tests.ground.publisher import FABRIKAM, INSIGHTS, NORTHWIND, SETTINGS, live, offer
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

SIDES = ["working tree", "removed, not staged", "index", "commit", "--at"]
DESK, RECORD = "offers/contoso-desk.yaml", "offers/live/contoso-desk.yaml"
DECLARED = offer(FABRIKAM, name="contoso-desk")
CLOSED = live(name="contoso-desk").replace("selected\ntenants:\n", "none\ntenants: []\n")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """One project at git's top, and one in p2/ with an offer that Fabrikam may sell."""
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND))
    repo.commit()
    repo.write("p2/csp-config.yaml", SETTINGS)
    repo.write(f"p2/{DESK}", DECLARED)
    repo.write(f"p2/{RECORD}", live(FABRIKAM, name="contoso-desk"))
    repo.commit()
    return repo


def judged(repo: Repo, side: str = "commit", command: str = "validate", *options: str) -> Ran:
    """What the top project's run says of what was changed in the working tree."""
    if side == "removed, not staged":
        return csp_config(repo.path, command, *options)
    repo.run("add", "--all")
    if side == "working tree":
        return csp_config(repo.path, command, *options)
    if side == "index":
        return csp_config(repo.path, command, "--staged", *options)
    repo.commit()
    return csp_config(repo.path, command, *(("--at", "HEAD") if side == "--at" else ()), *options)


def remove(repo: Repo, *paths: str) -> None:
    for path in paths:
        repo.remove(path)


@pytest.mark.parametrize("command", ["validate", "plan"])
@pytest.mark.parametrize("side", fast_first(SIDES))
def test_the_top_project_says_that_another_was_deleted_while_its_offer_is_live(
    repo: Repo, side: str, command: str
) -> None:
    base = repo.head()
    remove(repo, "p2/csp-config.yaml", f"p2/{DESK}", f"p2/{RECORD}")
    ran = judged(repo, side, command)
    assert ran.code == 3, ran.said
    assert f"the project in p2/ is gone since {base}" in ran.errors
    assert "1 published offer, contoso-desk" in ran.errors
    assert f"git checkout {base} -- p2" in ran.errors
    assert "`resellers: none`" in ran.errors


@pytest.mark.parametrize("side", SIDES)
def test_a_project_that_only_lost_its_settings_is_gone_as_well(repo: Repo, side: str) -> None:
    remove(repo, "p2/csp-config.yaml")
    ran = judged(repo, side)
    assert ran.code == 3, ran.said
    assert "the project in p2/ is gone" in ran.errors


def test_a_project_beside_it_says_so_too(repo: Repo) -> None:
    repo.write("p3/csp-config.yaml", SETTINGS)
    repo.write("p3/offers/contoso-third.yaml", offer(FABRIKAM, name="contoso-third"))
    repo.commit()
    remove(repo, "p2/csp-config.yaml", f"p2/{DESK}", f"p2/{RECORD}")
    ran = judged(repo, "commit", "validate", "--root", "p3")
    assert ran.code == 3, ran.said
    assert "the project in p2/ is gone" in ran.errors


def test_so_does_another_one_of_the_top_project(repo: Repo) -> None:
    remove(repo, "csp-config.yaml", INSIGHTS)
    ran = judged(repo, "commit", "validate", "--root", "p2")
    assert ran.code == 3, ran.said
    assert "the project at the top of the repository is gone" in ran.errors
    assert "contoso-insights" in ran.errors


def test_the_top_needs_no_settings_to_be_a_project(repo: Repo) -> None:
    remove(repo, "csp-config.yaml")
    assert judged(repo, "commit", "validate", "--root", "p2").code == 0
    remove(repo, INSIGHTS)
    ran = judged(repo, "commit", "validate", "--root", "p2")
    assert ran.code == 3, ran.said
    assert "the project at the top of the repository is gone" in ran.errors


@pytest.mark.parametrize("how", ["record says none", "draft", "declared none"])
def test_a_project_whose_offers_nobody_sells_may_go(repo: Repo, how: str) -> None:
    if how == "record says none":
        repo.write(f"p2/{RECORD}", CLOSED)
    else:
        repo.remove(f"p2/{RECORD}")
        draft = offer(FABRIKAM, name="contoso-desk", published=False)
        none = (
            "kind: Offer\nid: contoso-desk\nname: Desk\ntype: saas\npublished: true\ncsp: {resellers: none}\n"
        )
        repo.write(f"p2/{DESK}", draft if how == "draft" else none)
    repo.commit()
    repo.run("rm", "-q", "-r", "p2")
    ran = judged(repo)
    assert ran.code == 0, ran.said


def test_a_record_without_a_document_still_says_that_somebody_sells(repo: Repo) -> None:
    remove(repo, f"p2/{DESK}")
    repo.commit()
    remove(repo, "p2/csp-config.yaml", f"p2/{RECORD}")
    assert judged(repo).code == 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kind: Offer\nid: [\n", f"p2/{DESK}"),
        ("kind: Offer\nid: Contoso Desk\n", f"p2/{DESK}"),
        ("kind: Offer\nid: contoso-desk\n", "contoso-desk"),
        ("kind: LiveAudience\n", f"p2/{DESK}"),
        ("kind: LiveAudience\noffer: contoso-desk\n", "contoso-desk"),
    ],
)
def test_a_document_that_could_not_be_read_may_be_of_a_live_offer(repo: Repo, text: str, named: str) -> None:
    repo.write(f"p2/{DESK}", text)
    repo.remove(f"p2/{RECORD}")
    repo.commit()
    remove(repo, "p2/csp-config.yaml", f"p2/{DESK}")
    ran = judged(repo)
    assert ran.code == 3, ran.said
    assert f"1 published offer, {named}" in ran.errors


@pytest.mark.parametrize("side", SIDES)
def test_a_project_that_moves_goes_on(repo: Repo, side: str) -> None:
    (repo.path / "p2").rename(repo.path / "p9")
    ran = judged(repo, side)
    assert ran.code == 0, ran.said
    options = {"index": ["--staged"], "--at": ["--at", "HEAD"]}.get(side, [])
    ran = csp_config(repo.path, "validate", "--root", "p9", *options)
    assert ran.code == 0, ran.said
    assert "has this project in p2" in ran.output


def test_an_offer_that_a_move_loses_is_no_move(repo: Repo) -> None:
    repo.run("mv", "p2", "p9")
    remove(repo, f"p9/{DESK}", f"p9/{RECORD}")
    repo.write("p9/offers/contoso-new.yaml", offer(FABRIKAM, name="contoso-new"))
    ran = judged(repo)
    assert ran.code == 3, ran.said
    assert "the project in p2/ is gone" in ran.errors


def test_an_offer_goes_to_another_project_in_two_changes(repo: Repo) -> None:
    repo.run("rm", "-q", "--cached", "-r", "p2")
    (repo.path / "p2/csp-config.yaml").unlink()
    for path in (DESK, RECORD):
        (repo.path / path).parent.mkdir(exist_ok=True)
        (repo.path / "p2" / path).rename(repo.path / path)
    assert judged(repo).code == 3
    repo.run("checkout", "-q", "HEAD^", "--", "p2")
    assert judged(repo).code == 0
    repo.run("rm", "-q", "-r", "p2")
    assert judged(repo).code == 0


def test_an_offer_of_another_publisher_is_another_offer(repo: Repo) -> None:
    repo.write("p2/csp-config.yaml", SETTINGS.replace("publisher: contoso", "publisher: fabrikam"))
    repo.write(DESK, DECLARED)
    repo.commit()
    repo.run("rm", "-q", "-r", "p2")
    assert judged(repo).code == 3


def test_where_nothing_is_compared_nothing_is_gone(repo: Repo) -> None:
    repo.run("rm", "-q", "-r", "p2")
    assert csp_config(repo.path, "validate", "--base", "none").code == 0


COMMANDS = {
    "validate": ["validate"],
    "plan": ["plan"],
    "status": ["status"],
    "partners": ["partners"],
    "baseline": ["record", "baseline"],
    "apply": ["apply", "--yes"],
    "export": ["export", "contoso-insights", "--format", "json"],
}


@pytest.mark.parametrize("command", fast_first(COMMANDS.values(), every=3), ids=COMMANDS)
@pytest.mark.parametrize("where", ["--root", "p2", "p2/offers"])
def test_no_command_takes_another_project_for_one_that_lost_its_settings(
    repo: Repo, command: list[str], where: str
) -> None:
    base = repo.head()
    repo.run("rm", "-q", "p2/csp-config.yaml")
    folder, options = (repo.path, ["--root", "p2"]) if where == "--root" else (repo.path / where, [])
    ran = csp_config(folder, *command, *options)
    assert ran.code == 3, ran.said
    assert f"p2/ is a project at {base}, and its settings, p2/csp-config.yaml, are gone" in ran.errors
    assert f"git checkout {base} -- p2/csp-config.yaml" in ran.errors
    assert repo.run("status", "--porcelain") == "D  p2/csp-config.yaml"


@pytest.mark.parametrize("command", ["validate", "status", "partners"])
def test_nor_where_the_loss_is_committed_on_a_branch(repo: Repo, command: str) -> None:
    repo.run("checkout", "-q", "-b", "topic")
    repo.run("rm", "-q", "p2/csp-config.yaml")
    repo.commit()
    ran = csp_config(repo.path / "p2", command)
    assert ran.code == 3, ran.said
    assert "are gone" in ran.errors


def test_the_top_project_can_be_named_from_there(repo: Repo) -> None:
    repo.run("rm", "-q", "p2/csp-config.yaml")
    ran = csp_config(repo.path / "p2", "partners", "--root", "..")
    assert ran.code == 0, ran.said
    assert "Northwind" in ran.output


def test_a_project_that_is_only_not_on_disk_is_named_with_root(repo: Repo) -> None:
    repo.remove("p2/csp-config.yaml")
    for options in (["--at", "HEAD"], ["--staged"]):
        ran = csp_config(repo.path / "p2", "validate", "--base", "none", *options)
        assert ran.code == 3, ran.said
        assert "--root p2" in ran.errors
        ran = csp_config(repo.path, "validate", "--base", "none", "--root", "p2", *options)
        assert ran.code == 0, ran.said


def test_a_folder_that_was_never_a_project_belongs_to_the_one_above(repo: Repo) -> None:
    ran = csp_config(repo.path / "offers", "partners")
    assert ran.code == 0, ran.said


def test_a_sparse_checkout_of_one_project_deletes_no_other(repo: Repo) -> None:
    repo.run("sparse-checkout", "set", "--no-cone", "/*", "!/p2/")
    assert not (repo.path / "p2").exists()
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND) + "# seen\n")
    ran = csp_config(repo.path, "validate")
    assert ran.code == 0, ran.said
