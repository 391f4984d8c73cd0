"""The sample in offers/ is valid, shows what the documents can say, and does not go stale."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from csp_config import programme
from csp_config.document import read
from tests import forked
from tests.repositories import ENVIRONMENT, Repo

TOP = Path(__file__).parents[1]
SAMPLE = sorted([TOP / "csp-config.yaml", *(TOP / "offers").rglob("*.yaml")])
WRITTEN, YEARS_LATER = "1795424400", "1900000000"  # 2026-11-23 and 2030-03-17
TENANT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def data(path: Path) -> dict[str, Any]:
    document, findings = read(path.name, path.read_bytes())
    assert document is not None, findings
    found: dict[str, Any] = document.data
    return found


def documents(kind: str) -> list[dict[str, Any]]:
    return [found for path in SAMPLE if (found := data(path)).get("kind") == kind]


@pytest.fixture
def publisher(tmp_path: Path) -> Repo:
    """The sample as the repository of its publisher, with a commit before it and one after it."""
    repo = Repo.make(tmp_path / "contoso")
    repo.write("README.md", "Contoso's offers.\n")
    repo.commit()
    shutil.copytree(TOP / "offers", repo.path / "offers")
    shutil.copy(TOP / "csp-config.yaml", repo.path)
    repo.commit()
    repo.write("README.md", "Contoso's offers, and who may resell them.\n")
    repo.commit()
    return repo


def validated(repo: Repo, *options: str, now: str = WRITTEN) -> dict[str, int]:
    environment = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": now}
    done = forked.run(["validate", "--format", "json", *options], cwd=repo.path, env=environment)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    summary: dict[str, int] = json.loads(done.stdout)["summary"]
    return summary


@pytest.mark.parametrize("base", [("none",), ("HEAD^",), ("HEAD^^",)], ids=" ".join)
def test_it_is_valid_against_every_base(publisher: Repo, base: tuple[str]) -> None:
    summary = validated(publisher, "--base", *base)
    assert (summary["errors"], summary["warnings"]) == (0, 0)
    assert summary["documents"] == len(SAMPLE) - 1  # the settings are none
    assert summary["offers"] == len(documents("Offer"))


def test_years_later_it_has_warnings_and_no_errors(publisher: Repo) -> None:
    assert validated(publisher, "--staged", now=YEARS_LATER)["warnings"] > 0


def test_it_has_offers_of_every_eligible_type_and_one_that_is_not_eligible() -> None:
    offers = documents("Offer")
    assert len(offers) >= 8
    types = [offer["type"] for offer in offers]
    assert {name for name, kind in programme.OFFER_TYPES.items() if kind.eligible} <= set(types)
    assert types.count("saas") >= 3
    others = [offer for offer in offers if not programme.OFFER_TYPES[offer["type"]].eligible]
    assert [offer["csp"]["resellers"] for offer in others] == ["none"]


def test_it_has_both_licences_of_machines_and_both_kinds_of_applications() -> None:
    plans = [plan for offer in documents("Offer") for plan in offer.get("plans", ())]
    assert {plan["license"] for plan in plans if "license" in plan} == {"usage", "byol"}
    assert {plan["type"] for plan in plans if "type" in plan} == set(programme.ELIGIBLE_PLAN_TYPES)


def test_it_uses_all_three_options() -> None:
    assert {offer["csp"]["resellers"] for offer in documents("Offer")} == set(programme.OPTIONS)


def test_it_has_three_lists_of_which_one_is_a_selection() -> None:
    lists = documents("PartnerList")
    assert len(lists) == 3
    assert [entry["id"] for entry in lists if "select" in entry] == ["security-specialists"]


def test_its_resale_data_cover_every_offer_with_a_list() -> None:
    listed = {o["id"] for o in documents("Offer") if o["published"] and o["csp"]["resellers"] == "selected"}
    assert listed <= {offer for resales in documents("Resales") for offer in resales["covers"]}


def test_somebody_has_looked_at_every_published_offer() -> None:
    published = {offer["id"] for offer in documents("Offer") if offer["published"]}
    records = documents("LiveAudience")
    assert {record["offer"] for record in records} == published
    assert all(record["observed_from"] in ("manual", "export") for record in records)


def test_a_filed_request_of_one_live_record_waits_for_its_answer() -> None:
    records = documents("LiveAudience")
    [request] = [request for record in records for request in record.get("requests", ())]
    assert request["status"] == "filed"
    assert request["ticket"]
    insights = next(offer for offer in documents("Offer") if offer["id"] == "contoso-insights")
    excepted = [entry["tenant_id"] for entry in insights["csp"]["except"]]
    assert excepted == [entry["tenant_id"] for entry in request["remove"]]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: str(path.relative_to(TOP)))
def test_its_first_line_names_the_schema_of_its_kind(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    schema = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert schema.parent == TOP / "schemas"
    kind = data(path).get("kind")
    allowed = json.loads(schema.read_bytes())["properties"].get("kind", {"const": None})
    assert allowed["const"] == kind


def test_every_tenant_is_made_up_at_random_and_written_in_one_way() -> None:
    tenants = {match for path in SAMPLE for match in TENANT.findall(path.read_text(encoding="utf-8"))}
    assert len(tenants) >= 12
    assert all(tenant[14] == "4" and tenant[19] in "89ab" for tenant in tenants)  # version 4, by chance


def test_every_address_is_an_example() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SAMPLE)
    hosts = set(re.findall(r"(?:https?://|@)([A-Za-z0-9.-]+)", text))
    assert hosts
    assert all(host.endswith(".example") for host in hosts)


def test_the_hook_of_this_repository_judges_the_sample_in_every_commit() -> None:
    config = yaml.safe_load((TOP / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}
    assert {"ruff-check", "ruff-format", "mypy"} < set(hooks)
    ours = hooks["csp-config-validate"]
    assert ours["entry"].endswith("csp-config validate --staged")
    assert (ours["always_run"], ours["pass_filenames"]) == (True, False)
