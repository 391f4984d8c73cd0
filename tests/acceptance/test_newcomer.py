"""Mistakes of the first hour: each gives one clear message with the place and the fix, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.program import csp_config
from tests.repositories import Repo

BEFORE = Path(__file__).parent.parent / "readme" / "before"
OFFER = "offers/contoso-insights.yaml"
LIST = "offers/partner-lists/emea-distributors.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with an offer, a list and resale data, all committed."""
    made = Repo.make(tmp_path / "contoso")
    for path in sorted(BEFORE.rglob("*.yaml")):
        made.write(str(path.relative_to(BEFORE)), path.read_bytes())
    made.commit()
    return made


def edited(repo: Repo, path: str, old: str, new: str) -> None:
    text = (repo.path / path).read_text(encoding="utf-8")
    assert old in text
    repo.write(path, text.replace(old, new, 1))


def told(root: Path, *arguments: str, code: int, message: str, fix: str, place: str | None = None) -> None:
    """One message: an error with its place in a document, or a stop on standard error."""
    ran = csp_config(root, *arguments)
    assert ran.code == code, ran.said
    assert "Traceback" not in ran.said
    assert ran.said.count("error[") + ran.said.count("error: ") == 1, ran.said
    for part in (message, fix, place or ""):
        assert part in ran.said, ran.said


def test_the_wrong_folder(tmp_path: Path) -> None:
    told(tmp_path, "validate", code=3, message="is not in a git repository", fix="validate --base none")


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    told(
        tmp_path, "validate", "--root", "nowhere", code=64, message="no folder nowhere", fix="name the folder"
    )


def test_a_folder_without_git_and_without_documents(tmp_path: Path) -> None:
    told(tmp_path, "validate", "--base", "none", code=3, message="no documents under offers/", fix="init")


def test_a_repository_without_commits(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "new")
    told(repo.path, "validate", code=3, message="no commit yet", fix="--base none")


def test_a_repository_without_offers(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "new")
    repo.write("README.md", "Contoso")
    repo.commit()
    told(repo.path, "validate", "--base", "none", code=3, message="no documents under offers/", fix="roots")


def test_the_first_commit(repo: Repo) -> None:
    told(repo.path, "validate", code=3, message="is the first one", fix="--base none")


def test_a_base_that_does_not_exist(repo: Repo) -> None:
    told(repo.path, "validate", "--base", "mian", code=3, message="'mian'", fix="did you mean main?")


def test_a_misspelt_key(repo: Repo) -> None:
    edited(repo, OFFER, "  resellers:", "  reseller:")
    told(
        repo.path,
        "validate",
        code=1,
        message="'reseller' is not a key",
        fix="did you mean `resellers`?",
        place=f"{OFFER}:7:3",
    )


def test_a_missing_key(repo: Repo) -> None:
    edited(repo, OFFER, "published: true\n", "")
    told(repo.path, "validate", code=1, message="`published`", fix="help:", place=f"{OFFER}:1:1")


def test_a_tab(repo: Repo) -> None:
    edited(repo, OFFER, "  resellers:", "\tresellers:")
    told(repo.path, "validate", code=1, message="tab", fix="spaces", place=f"{OFFER}:7:1")


def test_norway_may_be_written_without_quotes(repo: Repo) -> None:
    edited(repo, LIST, '"NO"', "NO")
    ran = csp_config(repo.path, "validate")
    assert (ran.code, "no errors, no warnings" in ran.output) == (0, True), ran.said


def test_a_country_that_does_not_exist(repo: Repo) -> None:
    edited(repo, LIST, "country: PL", "country: UK")
    told(repo.path, "validate", code=1, message="UK", fix="did you mean GB?", place=f"{LIST}:9:")


def test_an_upper_case_tenant_id(repo: Repo) -> None:
    edited(repo, LIST, "7d3e9f10-5c2b-4d8a", "7D3E9F10-5C2B-4D8A")
    told(
        repo.path,
        "validate",
        code=1,
        message="invalid-tenant-id",
        fix="7d3e9f10-5c2b-4d8a-b6f4-1a2b3c4d5e6f",
        place=f"{LIST}:5:",
    )


def test_a_list_that_does_not_exist(repo: Repo) -> None:
    edited(repo, OFFER, "[emea-distributors]", "[emea-distributor]")
    told(
        repo.path,
        "validate",
        code=1,
        message="there is no partner list emea-distributor",
        fix="emea-distributors",
        place=f"{OFFER}:8:19",
    )


def test_a_deleted_offer(repo: Repo) -> None:
    repo.remove(OFFER)
    told(repo.path, "validate", code=1, message="live-offer-deleted", fix="resellers: none", place=OFFER)


@pytest.mark.parametrize(
    ("arguments", "message", "fix"),
    [
        (("vlidate",), "no command 'vlidate'", "validate"),
        (("plan", "--bas", "HEAD"), "--bas", "--base"),
        (("explain", "CSP3044"), "no rule CSP3044", "CSP304"),
        (("plan", "--only", "contoso-insihgts"), "no offer contoso-insihgts", "contoso-insights"),
        (("apply",), "no terminal", "--yes"),
        (("record", "done"), "name the actions", "csp-config status"),
        (("record", "granted", "contoso-insights-12345678"), "no live record holds", "status"),
        (("schema", "ofer"), "no schema ofer", "offer"),
        (("fmt", ""), "the argument after fmt is empty", "variable"),
        (("validate", "--root", ""), "the argument after --root is empty", "variable"),
        (("plan", "--only=", "--base", "none"), "the value of --only is empty", "variable"),
        (("plan", "-q", ""), "the argument after -q is empty", "variable"),
    ],
)
def test_wrong_usage(repo: Repo, arguments: tuple[str, ...], message: str, fix: str) -> None:
    edited(repo, LIST, "  - {name: Wingtip", "  # gone\n  # - {name: Wingtip")
    base = ("--base", "HEAD") if arguments[0] in ("plan", "apply") else ()
    told(repo.path, *arguments, *base, code=64, message=message, fix=fix)
