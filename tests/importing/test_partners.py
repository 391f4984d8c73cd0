"""import partners, on real folders."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.importing.files import (
    ADATUM,
    CUSTOMER,
    EMEA,
    FABRIKAM,
    NORTHWIND,
    WINGTIP,
    emea,
    offer,
    repository,
    run,
)
from tests.repositories import Repo
from tests.tables.workbooks import archive, parts, workbook, worksheet

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "Company;Tenant ID;Country\r\n"


def test_a_merge_changes_only_what_differs_and_keeps_comments(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Adatum Ltd;{ADATUM};Ireland\r\nWingtip Toys;{WINGTIP.upper()};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert ran.code == 0, ran.said
    new = f'  - name: Wingtip Toys\n    tenant_id: {WINGTIP}\n    country: "NO"\n'
    assert emea(repo) == EMEA.replace("country: GB", "country: IE") + new
    assert "added           1  line 3" in ran.output
    assert "changed         1  line 2" in ran.output
    assert f"line 2     changed   Adatum Ltd ({ADATUM}): country GB -> IE" in ran.output
    assert "written: offers/partner-lists/emea.yaml" in ran.output
    assert run(repo, "validate").code == 0


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};NO\r\n")
    run(repo, "import", "partners", "in.csv", "--list", "emea")
    once = emea(repo)
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert (ran.code, emea(repo)) == (0, once)
    assert "nothing to change in offers/partner-lists/emea.yaml" in ran.output


def test_replace_removes_what_the_file_lacks_and_says_so(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Adatum Ltd;{ADATUM};GB\r\nNorthwind;{NORTHWIND};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--replace")
    assert ran.code == 0
    gone = f"  - name: Fabrikam Cloud  # the largest\n\n    tenant_id: {FABRIKAM}\n    country: DE\n"
    assert emea(repo) == EMEA.replace(gone, "")
    assert f"entry      removed   Fabrikam Cloud ({FABRIKAM}): not in the file" in ran.output


def test_nothing_is_written_while_a_row_is_bad_unless_it_is_skipped(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Nobody;none;DE\r\nWingtip Toys;{WINGTIP};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert (ran.code, emea(repo)) == (1, EMEA)
    assert "line 2     rejected  Nobody: 'none' is not a tenant ID" in ran.output
    assert "1 row is rejected, so nothing was written" in ran.errors
    assert run(repo, "import", "partners", "in.csv", "--list", "emea", "--skip-bad").code == 0
    assert WINGTIP in emea(repo)


def test_replace_never_removes_a_partner_that_a_rejected_row_may_mean(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    options = ("--list", "emea", "--replace", "--skip-bad")
    repo.write("in.csv", f"{HEADER}Adatum;{ADATUM};Nowhere\r\nFabrikam Cloud;{FABRIKAM};DE\r\n")
    assert run(repo, "import", "partners", "in.csv", *options).code == 0
    assert ADATUM in emea(repo)
    repo.write("in.csv", f"{HEADER}Adatum;{ADATUM[:-1]};GB\r\nFabrikam Cloud;{FABRIKAM};DE\r\n")
    ran = run(repo, "import", "partners", "in.csv", *options)
    assert ran.code == 1
    assert "does not tell its tenant" in ran.errors


def test_replace_with_an_empty_file_empties_no_list(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", HEADER)
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--replace")
    assert (ran.code, emea(repo)) == (1, EMEA)
    assert "would empty emea" in ran.errors


@pytest.mark.parametrize("rows", ["", f"Adatum;{ADATUM};Nowhere\r\n"])
@pytest.mark.parametrize("name", ["emea", "new-list"])
@pytest.mark.parametrize("options", [(), ("--replace",), ("--skip-bad",)])
def test_a_file_without_a_partner_makes_no_list(
    tmp_path: Path, rows: str, name: str, options: tuple[str, ...]
) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", HEADER + rows)
    ran = run(repo, "import", "partners", "in.csv", "--list", name, *options)
    assert (ran.code, emea(repo)) == (1, EMEA)
    assert "nothing was written" in ran.errors
    assert not (repo.path / "offers/partner-lists/new-list.yaml").exists()


def test_check_looks_only(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--check", "--format", "json")
    assert (ran.code, emea(repo)) == (0, EMEA)
    assert ran.data["summary"] == {"added": 1, "changed": 0, "unchanged": 0, "rejected": 0, "removed": 0}
    assert ran.data["written"] is False


def test_a_new_list_is_made_and_a_near_one_is_named(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emeas", "--name", "EMEA, small")
    assert ran.code == 0
    assert "there is a list emea, if that is meant" in ran.output
    made = (repo.path / "offers/partner-lists/emeas.yaml").read_text()
    assert made == (
        "# yaml-language-server: $schema=../../schemas/partner-list.schema.json\n"
        'kind: PartnerList\nid: emeas\nname: "EMEA, small"\npartners:\n'
        f'  - {{name: Wingtip Toys, tenant_id: {WINGTIP}, country: "NO"}}\n'
    )


def test_a_new_list_that_git_ignores_is_not_written_and_the_rule_is_named(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write(".gitignore", "*wingtip*\n")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "all-wingtips")
    assert ran.code == 3
    assert "all-wingtips.yaml was not written: git ignores it (.gitignore:1: *wingtip*)" in ran.errors
    assert not (repo.path / "offers/partner-lists/all-wingtips.yaml").exists()


@pytest.mark.parametrize("rules", ["*.yaml\n!*.yaml\n", "*wingtip*\n!all-wingtips.yaml\n", "/*\n!/offers/\n"])
def test_a_new_list_that_a_rule_takes_back_in_is_written(rules: str, tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write(".gitignore", rules)
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "all-wingtips")
    assert ran.code == 0, ran.said
    assert (repo.path / "offers/partner-lists/all-wingtips.yaml").exists()


@pytest.mark.parametrize("folder", ["Ångström", "shop 😀", "shop"])
def test_a_new_list_is_ignored_whatever_the_letters_of_its_path(folder: str, tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write(".gitignore", "partner-lists/\n")
    repo.write(f"{folder}/offers/emea.yaml", "kind: PartnerList\nid: emea\nname: EMEA\npartners: []\n")
    repo.write(f"{folder}/csp-config.yaml", "publisher: contoso\n")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--root", folder, "--list", "wingtips")
    assert ran.code == 3
    assert "git ignores it (.gitignore:1: partner-lists/)" in ran.errors


def test_a_name_for_a_list_that_has_one_is_wrong_usage(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip Toys;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--name", "Europe")
    assert ran.code == 64
    assert "--name Europe: this is for a new list, and emea is called EMEA" in ran.errors
    assert run(repo, "import", "partners", "in.csv", "--list", "emea", "--name", "EMEA").code == 0


def test_an_export_without_countries_fills_another_list_from_what_is_known(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"ID,Description,Type\n{ADATUM},Adatum Ltd,TenantID\n{WINGTIP},Wingtip,TenantID\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "other", "--skip-bad")
    assert ran.code == 0
    assert "added     Adatum Ltd" in ran.output
    assert "country from offers/partner-lists/emea.yaml" in ran.output
    assert "it has no country, and no document gives its country" in ran.output


NAMED = f"""\
kind: LiveAudience
offer: contoso-%s
observed_at: "2026-11-20T09:00:00Z"
observed_from: manual
published: true
resellers: selected
partners:
  - {{tenant_id: {WINGTIP}%s}}
"""


@pytest.mark.parametrize(
    ("records", "options", "said"),
    [
        ([", name: Wingtip"], [], "): it has no country, and no document gives its country"),
        ([""], [], "it has no name and no country, and no document gives its name or country"),
        ([", name: Wingtip"], ["--country", "DE"], "): name from offers/live/0.yaml\n"),
        ([", name: Wingtip, country: NO"], [], "): name and country from offers/live/0.yaml"),
        (
            [", name: Wingtip", ", name: Wingtip, country: NO"],
            [],
            "): name and country from offers/live/1.yaml",
        ),
    ],
)
def test_only_what_a_document_gives_is_said_to_be_from_it(
    tmp_path: Path, records: list[str], options: list[str], said: str
) -> None:
    repo = repository(tmp_path / "r")
    for number, named in enumerate(records):
        repo.write(f"offers/live/{number}.yaml", NAMED % (number, named))
    repo.write("in.csv", f"Tenant ID\n{WINGTIP}\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "other", *options)
    assert said in ran.output, ran.said
    assert ran.code == ("it has no" in said)


def test_a_list_in_brackets_gets_lines_of_its_own(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    head = "kind: PartnerList\nid: emea\nname: EMEA\npartners: "
    entry = f"{{name: Adatum Ltd, tenant_id: {ADATUM}, country: GB}}"
    repo.write("in.csv", f"{HEADER}Wingtip;{WINGTIP};NO\r\n")
    for before in (f"{head}[]\n", f"{head}[{entry}]\n"):
        repo.write("offers/partner-lists/emea.yaml", before)
        assert run(repo, "import", "partners", "in.csv", "--list", "emea").code == 0
        assert "  - name: Wingtip\n" in emea(repo)
    commented = f"{head}[  # Adatum\n  {entry}]\n"
    repo.write("offers/partner-lists/emea.yaml", commented)
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert (ran.code, emea(repo)) == (3, commented)
    assert "comments in them would be lost" in ran.errors


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        ("kind: PartnerList\nid: emea\nname: E\nselect: {from: [all]}\n", 3, "could not be read"),
        ("kind: PartnerList\nid: emea\n", 3, "could not be read"),
        ("kind: PartnerList\nid: other\nname: E\npartners: []\n", 1, "it holds something else"),
    ],
)
def test_a_list_that_cannot_be_edited_is_refused(
    tmp_path: Path, document: str, code: int, words: str
) -> None:
    repo = repository(tmp_path / "r")
    repo.write("offers/partner-lists/emea.yaml", document)
    repo.write("in.csv", f"{HEADER}Wingtip;{WINGTIP};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert ran.code == code
    assert words in ran.errors


def test_a_selection_names_the_lists_to_import_into(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write(
        "offers/partner-lists/big.yaml", "kind: PartnerList\nid: big\nname: B\nselect: {from: [emea]}\n"
    )
    repo.write("in.csv", f"{HEADER}Wingtip;{WINGTIP};NO\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "big")
    assert ran.code == 1
    assert "big selects its partners from emea" in ran.errors


@pytest.mark.parametrize("name", ["Emea", "a", "../up", "x/y"])
def test_a_new_list_needs_an_id(tmp_path: Path, name: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip;{WINGTIP};NO\r\n")
    assert run(repo, "import", "partners", "in.csv", "--list", name).code == 64


def test_it_works_in_a_plain_folder_and_tells_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/contoso-insights.yaml").write_text(offer(resellers="none"))
    (tmp_path / "in.csv").write_text(f"Name,ID,Country\nWingtip,{WINGTIP},NO\n")
    repo = Repo(tmp_path)
    assert run(repo, "import", "partners", "in.csv", "--list", "emea").code == 0
    ran = run(repo, "import", "partners", "gone.csv", "--list", "emea")
    assert ran.code == 3
    assert "gone.csv: cannot be read" in ran.errors


def test_a_400_row_excel_export_becomes_a_clean_plan(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "r")
    repo.commit(**{"contoso-insights": offer(resellers="none")})
    rows = "".join(
        f"Partner {n};{n:08x}-2222-4333-8444-555555555555;{'Deutschland' if n % 2 else 'Norway'}\r\n"
        for n in range(1, 401)
    )
    repo.write("in.csv", ("\ufeff" + HEADER + rows).encode("utf-16-le"))
    assert run(repo, "import", "partners", "in.csv", "--list", "emea").code == 0
    repo.write("offers/contoso-insights.yaml", offer())
    os.remove(repo.path / "in.csv")  # noqa: PTH107 - a path of a test
    plan = run(repo, "plan", "--format", "json")
    assert plan.code == 0, plan.said
    assert len(json.loads(plan.output)["actions"][0]["add"]) == 400


def test_a_name_that_would_start_a_formula_comes_back_as_it_was(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"Name,ID,Country\n'=cmd()|x,{WINGTIP},NO\n")
    run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert 'name: "=cmd()|x"' in emea(repo)
    assert f"{WINGTIP},'=cmd()|x,TenantID" in run(repo, "export", "emea").output


TENANTS = [f"{number:08d}-2222-4333-8444-555555555555" for number in range(1, 9)]


def test_equal_slips_are_one_line_with_a_count_and_country_says_what_they_mean(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    rows = "".join(f"Partner {tenant[:8]};{tenant};Deutschl.\r\n" for tenant in TENANTS)
    repo.write("in.csv", f"{HEADER}{rows}")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert (ran.code, emea(repo)) == (1, EMEA)
    assert "rejected 8 rows: 'Deutschl.' is no country; did they mean Germany? (lines 2-9)" in ran.output
    assert ran.output.count("Deutschl.") == 1
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--country", "Deutschl.=DE")
    assert ran.code == 0, ran.said
    assert emea(repo).count("country: DE") == 9


def test_one_country_stands_in_where_the_file_has_no_such_column(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"Company;Tenant ID\r\nWingtip;{WINGTIP}\r\nAdatum Ltd;{ADATUM}\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--country", "no")
    assert ran.code == 0, ran.said
    assert f'name: Wingtip\n    tenant_id: {WINGTIP}\n    country: "NO"\n' in emea(repo)
    assert f"tenant_id: {ADATUM}, country: GB" in emea(repo)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("XX", "there is no such country"),
        ("Deutschl.=Germany", "neither a country's code nor NAME=CC"),
        ("Deutschland=DE", "has no country written so"),
        ("DE", "the file has a column of countries, 'Country'"),
    ],
)
def test_a_country_option_that_means_nothing_is_wrong_usage(
    tmp_path: Path, option: str, message: str
) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Wingtip;{WINGTIP};Norway\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea", "--country", option)
    assert (ran.code, emea(repo)) == (64, EMEA)
    assert message in ran.errors


@pytest.mark.parametrize("name", ["?\u00f3d? Cloud", "Wa?brzych IT", "Fabri\ufffdkam", "M\u00c3\u00bcller"])
def test_letters_that_a_program_could_not_save_are_rejected_with_the_cure(tmp_path: Path, name: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}{name};{WINGTIP};PL\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert (ran.code, emea(repo)) == (1, EMEA)
    assert "open the original and save it as `CSV UTF-8` or .xlsx" in ran.output


def test_a_name_that_the_list_has_with_a_question_mark_is_no_damage(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("offers/partner-lists/emea.yaml", EMEA.replace("'Northwind'", '"Why not?"'))
    repo.write("in.csv", f"{HEADER}Why not?;{NORTHWIND};NO\r\n")
    assert run(repo, "import", "partners", "in.csv", "--list", "emea").code == 0


@pytest.mark.parametrize("written", ["n/a", "-", "none", "N.A.", "unknown"])
def test_what_says_that_there_is_no_country_is_none(tmp_path: Path, written: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("in.csv", f"{HEADER}Adatum Ltd;{ADATUM};{written}\r\nWingtip;{WINGTIP};{written}\r\n")
    ran = run(repo, "import", "partners", "in.csv", "--list", "emea")
    assert ran.code == 1
    assert "unchanged       1  line 2" in ran.output
    assert "it has no country, and no document gives its country" in ran.output
    assert run(repo, "import", "partners", "in.csv", "--list", "emea", "--format", "json").data["header"]


def test_a_workbook_is_imported_like_a_text_file(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    rows = [("CSPs",), (), ("Firma", "Mandanten-ID", "Land"), ("Wingtip", WINGTIP, "Noruega")]
    (repo.path / "in.xlsx").write_bytes(workbook({"Notes": [("x",)], "CSPs": rows}))
    ran = run(repo, "import", "partners", "in.xlsx", "--list", "emea")
    assert ran.code == 0, ran.said
    assert "in.xlsx: Excel workbook, sheet 'CSPs'; header in line 3; line 1 left out" in ran.output
    assert f'tenant_id: {WINGTIP}\n    country: "NO"\n' in emea(repo)
    ran = run(repo, "import", "partners", "in.xlsx", "--list", "emea", "--sheet", "CPSs")
    assert "did you mean CSPs?" in ran.errors


def test_an_export_as_a_workbook_becomes_the_record_and_damaged_names_do_not(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    rows = [("CSPs",), ("Company", "Location", "Tenant ID"), ("Fabrikam Cloud", "Alemania", FABRIKAM)]
    (repo.path / "out.xlsx").write_bytes(workbook({"Old": [*rows, ("x", "DE", ADATUM)], "CSPs": rows}))
    words = ("import", "live", "contoso-insights", "--from", "out.xlsx")
    assert "more than one sheet holds such a table" in run(repo, *words).errors
    ran = run(repo, *words, "--sheet", "CSPs")
    assert ran.code == 0, ran.said
    assert "header in line 2; line 1 left out" in ran.output
    record = next((repo.path / "offers/live").iterdir())
    assert FABRIKAM in record.read_text()
    before = record.read_text()
    repo.write("out.csv", f"Company,Location,Tenant ID\nFabri?am,DE,{FABRIKAM}\n")
    ran = run(repo, "import", "live", "contoso-insights", "--from", "out.csv")
    assert ran.code == 1
    assert "line 2: 'Fabri?am' has lost letters" in ran.errors
    assert record.read_text() == before


@pytest.mark.parametrize("order", [("n/a", "NA"), ("NA", "n/a")])
def test_a_country_that_is_given_for_no_answer_is_not_given_to_namibia(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    repo = repository(tmp_path / "r")
    of = {"n/a": WINGTIP, "NA": CUSTOMER}
    rows = "".join(f"{of[country]},Partner {n},{country}\n" for n, country in enumerate(order))
    repo.write("x.csv", f"Tenant,Name,Country\n{rows}")
    ran = run(repo, "import", "partners", "x.csv", "--list", "emea", "--country", "n/a=SE")
    assert ran.code == 0, ran.said
    written = {one["tenant_id"]: one["country"] for one in yaml.safe_load(emea(repo))["partners"]}
    assert (written[WINGTIP], written[CUSTOMER]) == ("SE", "NA")


@pytest.mark.parametrize("cell", ['<c r="{}" t="e"><v>#REF!</v></c>', '<c r="{}"><f>Data!A2</f><v/></c>'])
def test_a_row_of_a_workbook_without_values_removes_nobody(tmp_path: Path, cell: str) -> None:
    repo = repository(tmp_path / "r")
    rows = [("Tenant ID", "Name", "Country"), (ADATUM, "Adatum Ltd", "GB")]
    lost = "".join(cell.format(f"{column}3") for column in "ABC")
    xml = worksheet(rows).replace("</sheetData>", f'<row r="3">{lost}</row></sheetData>')
    repo.write("in.xlsx", archive(parts({"CSPs": xml})))
    for options in (("--replace",), ("--replace", "--skip-bad")):
        ran = run(repo, "import", "partners", "in.xlsx", "--list", "emea", *options)
        assert ran.code == 1
        assert emea(repo) == EMEA
    ran = run(repo, "import", "live", "contoso-insights", "--from", "in.xlsx")
    assert ran.code == 1
    assert "in.xlsx: line 3: " in ran.errors
    assert not (repo.path / "offers/live").exists()
