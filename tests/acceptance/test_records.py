"""What live records keep, so that work handed out twice is the same work."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.acceptance.program import csp_config
from tests.repositories import Repo

SCENE = Path(__file__).parent.parent / "readme"


def removal_applied(root: Path) -> Repo:
    """A repository in which a removal was applied, and everything committed."""
    repo = Repo.make(root)
    shutil.copytree(SCENE / "before", root, dirs_exist_ok=True)
    repo.commit()
    repo.run("apply", str(SCENE / "change.diff"))
    assert csp_config(root, "apply", "--yes").code == 4
    repo.run("add", "offers")
    repo.run("commit", "-q", "-m", "Adatum out")
    return repo


def test_a_ticket_names_the_removed_partner_after_no_list_does(tmp_path: Path) -> None:
    repo = removal_applied(tmp_path / "contoso")
    first = sorted((repo.path / "runbook" / "requests").iterdir())
    tickets = [path.read_bytes() for path in first]
    assert b"Adatum Distribution" in tickets[1]
    assert csp_config(repo.path, "apply", "--yes", "--base", "records").code == 4
    assert [path.read_bytes() for path in first] == tickets


def test_a_runbook_that_is_done_is_not_left_to_be_done_again(tmp_path: Path) -> None:
    repo = removal_applied(tmp_path / "contoso")
    request = next((repo.path / "runbook" / "requests").glob("*.md")).stem
    for arguments in (("done", "--all"), ("filed", request, "--ticket", "1"), ("granted", request)):
        assert csp_config(repo.path, "record", *arguments).code == 0
    ran = csp_config(repo.path, "apply", "--yes")
    assert (ran.code, "nothing to do" in ran.output) == (0, True)
    assert not (repo.path / "runbook" / "requests").exists()


def test_what_somebody_put_into_the_runbook_outlives_the_next_apply(tmp_path: Path) -> None:
    repo = removal_applied(tmp_path / "contoso")
    for name in ("answer.eml", "requests/answer.eml"):
        repo.write(f"runbook/{name}", "the answer")
    assert csp_config(repo.path, "apply", "--yes", "--base", "records").code == 4
    for name in ("answer.eml", "requests/answer.eml"):
        assert (repo.path / "runbook" / name).read_text() == "the answer"
