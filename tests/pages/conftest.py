"""The browser, axe-core from npm, and the pages: of the five scenarios, of runbooks and of a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config import runbook
from csp_config.loading import load, load_settings
from csp_config.model import Tree
from csp_config.render import PLANS, OutputOptions
from csp_config.render.pages import page
from tests.acceptance.program import csp_config
from tests.guide.sample_history import grow
from tests.npm import installed
from tests.pages.browser import Browser, browser
from tests.plans import scenarios
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, of the version that package.json pins."""
    modules = installed(HERE, tmp_path_factory.mktemp("npm"))
    return (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Name -> a page on disk: the plan of every scenario, runbooks, and pages of a site."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name in scenarios.SCENARIOS:
        found[name] = folder / f"{name}.html"
        found[name].write_text(PLANS["html"](scenarios.scenario(name), OutputOptions()), encoding="utf-8")
    for name in ("b-shared-list", "c-any-to-selected", "e-everything"):
        found[f"runbook-{name}"] = _runbook(name, folder)
    return {**found, **_site(folder)}


def _site(folder: Path) -> Mapping[str, Path]:
    """Name -> a page of the sample publisher's site."""
    (folder / "sample").mkdir()
    grow(folder / "sample", ENVIRONMENT)
    made = csp_config(folder / "sample", "site", "--output", "../site")
    assert made.code == 0, made.errors
    places = {
        "site-index": "index.html",
        "site-requests": "requests.html",
        "site-offer": "offers/contoso-insights.html",
        "site-partner": "partners/1600d642-0cd5-4131-96a6-312087609591.html",
    }
    return {name: folder / "site" / place for name, place in places.items()}


def _runbook(name: str, folder: Path) -> Path:
    pair = scenarios.SCENARIOS[name]()
    plan = scenarios.report(pair).plan
    assert plan is not None
    settings, _ = load_settings(scenarios.SETTINGS)
    snapshot = load(Tree(files=pair[1]), settings)
    place = folder / f"runbook-{name}" / "index.html"
    place.parent.mkdir()
    place.write_text(
        page("runbook.html", runbook.page(plan, snapshot), script="runbook.js"), encoding="utf-8"
    )
    return place
