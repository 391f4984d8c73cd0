"""The ledger and what is exported from Partner Center: who was found there, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import NAMES, SETTINGS, live_document, offer_document, state, tenant
from tests.acceptance.program import csp_config, written_at
from tests.acceptance.test_ledger import LIVE, NAME, OFFER, declare, filed, plan, repo, run
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

__all__ = ["repo"]


def test_an_export_makes_the_record_an_observation_and_says_what_differs(repo: Repo, tmp_path: Path) -> None:
    request = filed(repo)
    rows = [f"{NAMES[letter][0]},{tenant(letter)},{NAMES[letter][1]}" for letter in "abf"]
    export = tmp_path / "export.csv"
    export.write_text("\n".join(["Company,Tenant,Country", *rows]) + "\n", encoding="utf-8")
    written_at(export)
    said = run(repo, "import", "live", NAME, "--from", str(export)).output
    assert f"declared, and not in Partner Center: 1 partner\n  {NAMES['c'][0]}" in said
    assert f"in Partner Center, and not declared: 1 partner\n  {NAMES['f'][0]}" in said
    assert f"csp-config record granted {request}" in said
    text = (repo.path / LIVE).read_text()
    assert "observed_from: export" in text
    assert f"name: {NAMES['f'][0]}" in text
    run(repo, "record", "granted", request)
    assert {one["kind"] for one in plan(repo)} == {"sync-audience", "support-request"}


def exported(folder: Path, letters: str) -> str:
    """The path of a file of Export CSPs with these partners."""
    rows = [f"{NAMES[letter][0]},{tenant(letter)},{NAMES[letter][1]}" for letter in letters]
    path = folder / "export.csv"
    path.write_text("\n".join(["Company,Tenant,Country", *rows]) + "\n", encoding="utf-8")
    written_at(path)
    return str(path)


def test_an_export_is_as_declared_only_where_the_whole_state_is(repo: Repo, tmp_path: Path) -> None:
    words = ("import", "live", NAME, "--from", exported(tmp_path, "abcd"))
    assert "it is as declared" in run(repo, *words).output
    run(repo, "record", "stopped", NAME)
    said = run(repo, *words).output
    assert "differs: it is declared as published, and the record says it is not" in said
    assert "as declared" not in said
    assert "published: false" in (repo.path / LIVE).read_text()
    run(repo, "record", "baseline", NAME)
    repo.write(OFFER, offer_document(NAME, state("abcd", published=False)))
    said = run(repo, *words).output
    assert "differs: it is declared as not published, and the record says it is" in said
    assert "as declared" not in said


def test_an_export_is_not_compared_with_what_cannot_be_read(repo: Repo, tmp_path: Path) -> None:
    repo.write(
        OFFER,
        offer_document(NAME, state("abcd")).replace("partners:", "partner_lists: [nowhere]\n  partners:"),
    )
    said = run(repo, "import", "live", NAME, "--from", exported(tmp_path, "abcd")).output
    assert "not compared: the documents that decide what is declared have errors" in said
    assert "as declared" not in said


def test_a_file_that_names_nobody_changes_no_record(repo: Repo, tmp_path: Path) -> None:
    before = (repo.path / LIVE).read_bytes()
    export = tmp_path / "export.csv"
    export.write_text("Company,Tenant,Country\nX,not-a-tenant,DE\n", encoding="utf-8")
    assert csp_config(repo.path, "import", "live", NAME, "--from", str(export)).code in (1, 3, 64)
    assert csp_config(repo.path, "import", "live", NAME).code == 64
    assert (repo.path / LIVE).read_bytes() == before


def test_fmt_brings_old_records_forward_with_the_names_that_are_known(repo: Repo) -> None:
    assert f"  - {tenant('a')}\n" in (repo.path / LIVE).read_text()
    run(repo, "fmt")
    before = (repo.path / LIVE).read_bytes()
    assert csp_config(repo.path, "fmt", "--check").code == 0
    for options in (["--check"], ["--diff"], ["--check", LIVE]):
        looked = csp_config(repo.path, "fmt", "--upgrade", *options)
        assert (looked.code, (repo.path / LIVE).read_bytes()) == (1, before), looked.said
        assert f"would format {LIVE}: brought forward, sorted\n1 document to format, " in looked.said
    patch = csp_config(repo.path, "fmt", "--upgrade", "--diff", "--output", "fmt.patch")
    assert patch.code == 1
    assert csp_config(repo.path, "fmt", "--upgrade", "--check", OFFER).code == 0
    ran = run(repo, "fmt", "--upgrade")
    assert f"formatted {LIVE}: brought forward, sorted\n1 document formatted, " in ran.output
    after = (repo.path / LIVE).read_bytes()
    repo.write(LIVE, before.decode())
    repo.run("apply", "fmt.patch")
    assert (repo.path / LIVE).read_bytes() == after
    assert (
        f"{{tenant_id: {tenant('a')}, name: {NAMES['a'][0]}, country: DE}}" in (repo.path / LIVE).read_text()
    )
    assert "0 documents formatted" in run(repo, "fmt", "--upgrade").said
    assert csp_config(repo.path, "fmt", "--upgrade", "--check").code == 0
    assert plan(repo) == []


@pytest.mark.parametrize(
    ("declared", "found_there"), fast_first([("none", "fg"), ("abcd", "abcdefgh"), ("ab", "bfgh")], every=2)
)
def test_partners_that_somebody_found_are_due_and_hold_up_nothing(
    repo: Repo, tmp_path: Path, declared: str, found_there: str
) -> None:
    repo.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state(declared)))
    repo.write("offers/live/contoso-desk.yaml", live_document("contoso-desk", state(declared)))
    repo.write("csp-config.yaml", SETTINGS.replace("100", "1"))
    repo.commit()
    repo.run("commit", "-q", "--allow-empty", "-m", "Something else")
    run(repo, "import", "live", "contoso-desk", "--from", exported(tmp_path, found_there))

    def judged() -> set[tuple[str, str, str, tuple[str, ...]]]:
        run(repo, "validate")
        planned = run(repo, "plan", "--format", "json").data
        assert not planned["blocked"]
        assert "CSP309" not in {one["code"] for one in planned["diagnostics"]}
        return {
            (one["kind"], one["cause"], one["status"], tuple(who["name"] for who in one["remove"]))
            for one in planned["actions"]
        }

    first = judged()
    gone = {NAMES[letter][0] for letter in found_there if letter not in declared}
    assert {cause for _, cause, _, _ in first} == {"pending"}
    assert [set(names) for kind, _, _, names in first if kind == "support-request"] == [gone]
    repo.run("add", "-A")
    repo.run("commit", "-q", "-m", "What Partner Center holds")
    assert judged() == first
    repo.run("commit", "-q", "--allow-empty", "-m", "Something else")
    assert judged() == first
    run(repo, "apply", "--yes", code=4)


def test_a_change_that_takes_out_partners_is_counted_whatever_was_found(repo: Repo, tmp_path: Path) -> None:
    repo.write("csp-config.yaml", SETTINGS.replace("100", "1"))
    repo.commit()
    run(repo, "import", "live", NAME, "--from", exported(tmp_path, "abcdefgh"))
    declare(repo, "a")
    planned = run(repo, "plan", "--format", "json", code=1).data
    guarded = [one["tenants"] for one in planned["diagnostics"] if one["code"] == "CSP309"]
    assert guarded
    assert all(tenants == sorted(map(tenant, "bcd")) for tenants in guarded)
