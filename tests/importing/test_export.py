"""export, on real folders, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csp_config.commands import export, import_partners
from csp_config.commands.input_file import InputFile
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.editing import list_text
from tests.importing.files import ADATUM, EMEA, FABRIKAM, NORTHWIND, emea, offer, repository, run
from tests.tables.test_exporting import NAMES, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_list_is_exported_as_the_documented_file_with_a_note(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    ran = run(repo, "export", "emea")
    assert ran.code == 0
    assert ran.output == (
        f"ID,Description,Type\r\n{ADATUM},Adatum Ltd,TenantID\r\n{FABRIKAM},Fabrikam Cloud,TenantID\r\n"
        f"{NORTHWIND},Northwind,TenantID\r\n"
    )
    assert "itself expects is not documented" in ran.errors


def test_an_offer_is_exported_without_its_exceptions_in_the_shape_of_a_sample(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    less = offer().replace("[emea]", f"[emea]\n  except:\n    - {{tenant_id: {FABRIKAM}, reason: over}}")
    repo.write("offers/contoso-insights.yaml", less)
    repo.write("sample.csv", f"Land;Mail;Tenant\n Germany;;{FABRIKAM}\n")
    ran = run(repo, "export", "contoso-insights", "--like", "sample.csv", "--output", "out.csv")
    assert ran.code == 0, ran.said
    assert (repo.path / "out.csv").read_bytes() == (
        f"Land;Mail;Tenant\nUnited Kingdom;;{ADATUM}\nNorway;;{NORTHWIND}\n".encode()
    )
    assert "left empty, since nothing here fills them: Mail" in ran.errors


def test_json_has_the_region_of_each_partner(tmp_path: Path) -> None:
    ran = run(repository(tmp_path / "r"), "export", "emea", "--format", "json")
    assert ran.data["list"] == "emea"
    assert ran.data["partners"][2] == {
        "tenant_id": NORTHWIND,
        "name": "Northwind",
        "country": "NO",
        "region": "europe",
        "partner_id": None,
        "competencies": [],
        "skills": [],
    }


def test_what_has_no_partners_to_export_is_refused(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", **{"contoso-open": offer("contoso-open", resellers="any")})
    ran = run(repo, "export", "contoso-open")
    assert ran.code == 1
    assert "every partner may resell it" in ran.errors
    ran = run(repo, "export", "emeas")
    assert ran.code == 64
    assert "did you mean emea?" in ran.errors
    repo.write("offers/partner-lists/emea.yaml", EMEA.replace("kind", "kin"))
    ran = run(repo, "export", "contoso-insights")
    assert ran.code == 1
    assert "there are errors in offers/partner-lists/emea.yaml" in ran.errors


def test_an_id_of_both_a_list_and_an_offer_needs_kind(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", emea=offer("emea"))
    assert run(repo, "export", "emea").code == 64
    assert run(repo, "export", "emea", "--kind", "list").output.count("TenantID") == 3


def test_importing_an_export_changes_nothing(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    (repo.path / "out.csv").write_bytes(run(repo, "export", "emea").output.encode())
    ran = run(repo, "import", "partners", "out.csv", "--list", "emea", "--replace")
    assert ran.code == 0, ran.said
    assert emea(repo) == EMEA
    assert "unchanged       3  lines 2-4" in ran.output


WORDS = st.lists(NAMES, max_size=3, unique_by=str.casefold)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    people=st.lists(
        st.tuples(NAMES, WORDS, st.sampled_from(["DE", "NO", "XK", "US"])), min_size=1, max_size=6
    ),
    sample=st.sampled_from(SAMPLES),
)
def test_importing_any_export_changes_nothing_whatever_the_names(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[str, list[str], str]],
    sample: str | bytes | None,
) -> None:
    root = tmp_path_factory.mktemp("r")
    entries = [
        {
            "name": name,
            "tenant_id": f"{number:08x}-2222-4333-8444-555555555555",
            "country": country,
            **({"competencies": words} if words else {}),
        }
        for number, (name, words, country) in enumerate(people, 1)
    ]
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA", "partners": entries}
    (root / "offers").mkdir()
    (root / "offers/emea.yaml").write_bytes(list_text("offers/emea.yaml", data, None))
    workspace = load_workspace(Inputs(start=root, now=NOW, base="none"))
    _, partners = export.partners_of(workspace, "emea")
    content = sample.encode() if isinstance(sample, str) else sample
    given_sample = InputFile(name="sample.csv", content=content, day="2026-11-22") if content else None
    made = export.as_csv(partners, given_sample)
    exported = InputFile(name="out.csv", content=made.content, day="2026-11-22")
    merged = import_partners.merge(workspace, exported, "emea", replace=True)
    assert {line.result for line in merged.lines} == {"unchanged"}
    assert merged.text is None


@pytest.mark.parametrize("types", [("SubscriptionId",), ("MSDN", "EA"), ("SubscriptionId", "TenantID")])
def test_tenants_are_not_labelled_as_something_else(tmp_path: Path, types: tuple[str, ...]) -> None:
    repo = repository(tmp_path / "r")
    rows = "".join(f"{ADATUM[:-1]}{n},x,{one}\n" for n, one in enumerate(types))
    repo.write("sample.csv", f"ID,Description,Type\n{rows}")
    ran = run(repo, "export", "emea", "--like", "sample.csv")
    if "TenantID" in types:
        assert (ran.code, ran.output.count(",TenantID\n"), "SubscriptionId" in ran.output) == (0, 3, False)
    else:
        assert (ran.code, ran.output) == (1, "")
        assert f"sample.csv: its rows are of type {types[0]}" in ran.errors
