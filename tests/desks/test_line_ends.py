"""A checkout as git for Windows makes it, where every line ends with CR LF (core.autocrlf)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from csp_config.editing import with_line_ends_of
from tests.acceptance.program import csp_config
from tests.repositories import Repo

TOP = Path(__file__).parents[2]
LIST = "offers/partner-lists/americas-distributors.yaml"
LITWARE = "4e5f6a7b-8c9d-4e0f-a1b2-c3d4e5f6a7b8"


@pytest.fixture
def checkout(tmp_path: Path) -> Repo:
    """The sample as a clone of Windows has it."""
    origin = Repo.make(tmp_path / "origin")
    shutil.copytree(TOP / "offers", origin.path / "offers")
    shutil.copy(TOP / "csp-config.yaml", origin.path)
    origin.commit()
    clone = origin.clone("windows", "-c", "core.autocrlf=true")
    assert b"\r\n" in (clone.path / LIST).read_bytes()
    return clone


def test_a_clean_checkout_says_what_its_commit_says(checkout: Repo) -> None:
    here = csp_config(checkout.path, "validate", "--base", "none", "--format", "json").data
    there = csp_config(checkout.path, "validate", "--base", "none", "--at", "HEAD", "--format", "json").data
    assert here["diagnostics"] == there["diagnostics"]
    assert csp_config(checkout.path, "fmt", "--check").code == 0


def test_an_edit_changes_the_lines_that_it_is_about_and_no_others(checkout: Repo) -> None:
    added = ("add", LITWARE, "--list", "americas-distributors", "--name", "Litware Resale", "--country", "CA")
    ran = csp_config(checkout.path, "partners", *added)
    assert ran.code == 0, ran.said
    assert checkout.run("diff", "--numstat") == f"3\t0\t{LIST}"
    content = (checkout.path / LIST).read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    checked = csp_config(checkout.path, "validate", "--base", "HEAD")
    assert checked.code == 0, checked.said


def test_what_is_recorded_reads_back_and_changes_one_record(checkout: Repo) -> None:
    ran = csp_config(
        checkout.path, "record", "filed", "contoso-insights-63a3ccee", "--ticket", "2611180030001999"
    )
    assert ran.code == 0, ran.said
    assert checkout.run("diff", "--numstat") == "1\t1\toffers/live/contoso-insights.yaml"
    waiting = csp_config(checkout.path, "status", "--format", "json").data["waiting"]
    assert "2611180030001999" in [entry["ticket"] for entry in waiting]


def test_fmt_and_records_keep_the_line_ends_on_disk(checkout: Repo) -> None:
    path, live = checkout.path / LIST, "offers/live/contoso-insights.yaml"
    path.write_bytes(path.read_bytes() + b"  \r\n")
    assert csp_config(checkout.path, "fmt").code == 0
    assert checkout.run("status", "--short") == ""
    ran = csp_config(
        checkout.path, "record", "filed", "contoso-insights-63a3ccee", "--ticket", "2611180030001999"
    )
    assert ran.code == 0, ran.said
    for content in (path.read_bytes(), (checkout.path / live).read_bytes()):
        assert content.count(b"\r\n") == content.count(b"\n") > 0
        assert b"\r\r" not in content


@pytest.mark.parametrize(
    ("before", "content", "wanted"),
    [
        (b"a\r\nb\r\n", b"a\nc\n", b"a\r\nc\r\n"),
        (b"a\r\nb\n", b"a\nc\n", b"a\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nc\n", b"a\r\nc\n"),
        (b"a\n", b"a\nc\n", b"a\nc\n"),
        (b"a", b"a\nc\n", b"a\nc\n"),
        (b"", b"c\n", b"c\n"),
    ],
)
def test_only_where_all_lines_end_with_cr_lf_those_of_an_edit_do(
    before: bytes, content: bytes, wanted: bytes
) -> None:
    assert with_line_ends_of(before, content) == wanted
