"""What the commands really print as JSON fits the schemas that ship, and the schemas tell of every key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from csp_config.schema import NAMES, text
from tests.acceptance.program import csp_config
from tests.importing.files import FABRIKAM, subscription
from tests.repositories import Repo

TOP = Path(__file__).parents[1]
LIST = "offers/partner-lists/emea-distributors.yaml"
ROWS = """\
Partner;Tenant;Country;Remark
Fabrikam Cloud;0F1E2D3C-4B5A-4697-8877-665544332211;Germany;
Trey Research;5d6e7f80-91a2-4b3c-8d4e-5f60718293a4;AT;new
Lucerne Publishing;;CH;no tenant
Proseware;6e7f8091-a2b3-4c4d-9e5f-60718293a4b5;Atlantis;no such country
"""
CUSTOMERS = """\
Customer Name,Customer Country,Offer Name,Licence Type,Provider Name,Date Acquired
Masked,DE,Contoso Insights,Cloud Solution Provider,Tailspin Toys,2026-10-01
Masked,DE,Contoso Unknown,Cloud Solution Provider,Tailspin Toys,2026-10-02
Masked,DE,Contoso Insights,Cloud Solution Provider,Nobody at all,2026-10-03
"""
RUNS = [
    ("report", ("validate",)),
    ("report", ("validate", "--base", "none")),
    ("report", ("validate", "--at", "HEAD", "--base", "none")),
    ("plan", ("plan",)),
    ("plan", ("plan", "--base", "none")),
    ("status", ("status",)),
    ("status", ("status", "--at", "HEAD")),
    ("partners", ("partners",)),
    ("partners", ("partners", "--at", "HEAD")),
    ("history", ("history",)),
    ("export", ("export", "emea-distributors")),
    ("export", ("export", "contoso-insights", "--at", "HEAD")),
    ("export", ("export", "contoso-insights")),
    ("import-partners", ("import", "partners", "rows.csv", "--list", "emea-distributors", "--replace")),
    ("import-partners", ("import", "partners", "rows.csv", "--list", "others", "--skip-bad")),
    (
        "import-resales",
        ("import", "resales", "customers.csv", "--source", "2nd report", "--replace", "--from", "lifetime"),
    ),
    ("import-resales", ("import", "resales", "page.json", "--check")),
    ("rules", ("rules",)),
    ("explain", ("explain", "CSP304")),
]


@pytest.fixture
def publisher(tmp_path: Path) -> Repo:
    """The sample, with a request open, a partner removed by this change, and files to import."""
    repo = Repo.make(tmp_path / "contoso")
    shutil.copytree(TOP / "offers", repo.path / "offers")
    shutil.copy(TOP / "csp-config.yaml", repo.path)
    repo.commit()
    lines = (repo.path / LIST).read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = [number for number, line in enumerate(lines) if line.startswith("  - ")][:2]
    repo.write(LIST, "".join(lines[:first] + lines[second:]))
    repo.write("rows.csv", ROWS)
    repo.write("customers.csv", CUSTOMERS)
    repo.write("page.json", json.dumps({"subscriptions": [subscription(1), subscription(2, by=FABRIKAM)]}))
    return repo


def closed(node: Any) -> Any:
    """A schema that takes no key that it does not tell of."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: closed(value) for key, value in node.items()}
    return {"additionalProperties": False, **inner} if "properties" in node and "type" in node else inner


@pytest.mark.parametrize(
    ("name", "arguments"), RUNS, ids=lambda value: value if isinstance(value, str) else "-"
)
def test_what_is_printed_fits_and_is_told_of(publisher: Repo, name: str, arguments: tuple[str, ...]) -> None:
    if arguments[0] != "import":  # which stops at documents that cannot be read
        publisher.write("offers/broken.yaml", "kind: Offer\nid: contoso-broken\n")
    printed = csp_config(publisher.path, *arguments, "--format", "json")
    registry: Registry[Any] = Registry()
    validator = Draft202012Validator(closed(json.loads(text(name))), registry=registry)
    assert [(error.json_path, error.message) for error in validator.iter_errors(printed.data)] == []


def test_every_schema_of_an_output_is_tried() -> None:
    documents = {"offer", "partner-list", "resales", "live-audience", "config"}
    others = {name for name in NAMES if name.startswith("site-")}  # files of a folder: tests/site
    assert {name for name, _ in RUNS} == set(NAMES) - documents - others


def test_the_help_of_schema_names_every_schema() -> None:
    said = csp_config(TOP, "schema", "--help").output
    assert all(name in said.replace(",", " ").replace(".", " ").split() for name in NAMES)
