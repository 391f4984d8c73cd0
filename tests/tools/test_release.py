"""`make release`: what a release needs is checked, and the package holds what it should and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.repositories import Repo
from tools import release
from tools.packaging import metadata

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/release.yml"
AT = "https://github.com/contoso/csp-config"
READY = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-28\n\n### Added\n\n- x\n"


@pytest.mark.parametrize(
    ("text", "version", "said"),
    [
        (READY, "1.2.0.dev1", "is none of a release"),
        (READY, "1.3.0", "no section `## [1.3.0] - DAY`"),
        (READY.replace("[Unreleased]\n", "[Unreleased]\n\n- y\n"), "1.2.0", "still has changes"),
        (READY.replace("## [Unreleased]\n\n", ""), "1.2.0", "does not begin with [Unreleased]"),
        (READY.replace(" - 2026-11-28", ""), "1.2.0", "no section `## [1.2.0] - DAY`"),
        ("# Changelog\n", "1.2.0", "does not begin with [Unreleased]"),
    ],
)
def test_a_changelog_that_does_not_tell_of_the_version_is_refused(text: str, version: str, said: str) -> None:
    assert said in " ".join(release.of_changelog(text, version))


def test_a_changelog_that_does_is_not() -> None:
    assert list(release.of_changelog(READY, "1.2.0")) == []


def test_what_is_released_is_what_the_tag_names(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("a", "1")
    repo.commit()
    assert ["there is no tag v1.2.0" in line for line in release.of_commit(repo.path, "1.2.0")] == [True]
    repo.run("tag", "--annotate", "v1.2.0", "-m", "1.2.0")
    assert list(release.of_commit(repo.path, "1.2.0")) == []
    repo.write("a", "2")
    assert "not committed" in " ".join(release.of_commit(repo.path, "1.2.0"))
    repo.commit()
    assert "the tag v1.2.0 is of" in " ".join(release.of_commit(repo.path, "1.2.0"))


@pytest.mark.parametrize("address", ["", "http://a.example/b", "git@github.com:a/b", "https://a.example/b?x"])
def test_an_address_that_people_cannot_open_is_refused(address: str) -> None:
    assert list(release.of_repository(address))
    assert list(release.of_repository(AT)) == []


def test_links_of_the_readme_lead_into_the_release() -> None:
    text = "![a](docs/a.png) [b](docs/b.md#c) [d](https://d.example) [e](#e) [`f`](offers)"
    assert metadata.readme(text, AT, "1.2.0") == (
        f"![a]({AT}/raw/v1.2.0/docs/a.png) [b]({AT}/blob/v1.2.0/docs/b.md#c) [d](https://d.example) [e](#e)"
        f" [`f`]({AT}/blob/v1.2.0/offers)"
    )


def test_no_link_of_our_own_readme_is_left_relative() -> None:
    text = metadata.readme((ROOT / "README.md").read_text("utf-8"), AT, "1.2.0")
    assert re.findall(r"\]\((?!https://|#)[^)]*\)", text) == []
    assert f"{AT}/raw/v1.2.0/docs/images/plan.png" in text


def test_the_workflow_runs_for_tags_only_and_publishes_only_where_that_is_turned_on() -> None:
    workflow = yaml.load(WORKFLOW.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - `on` stays a word
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    jobs = workflow["jobs"]
    assert jobs["attest"]["if"] == "vars.CSP_CONFIG_PUBLISH == 'true'"
    assert (jobs["attest"]["needs"], jobs["publish"]["needs"]) == ("build", "attest")
    assert jobs["publish"]["environment"] == "pypi"
    assert {name: set(job["permissions"]) for name, job in jobs.items()} == {
        "build": {"contents"},
        "attest": {"attestations", "id-token"},
        "publish": {"id-token"},
    }
    assert "secrets." not in WORKFLOW.read_text("utf-8")


def test_the_workflow_holds_to_its_schema_and_to_what_linters_know_of_attacks() -> None:
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--offline", "--no-progress", "--no-config", "--persona=auditor"],
    ):
        program = shutil.which(command[0], path=str(Path(sys.executable).parent)) or command[0]
        done = subprocess.run(
            [program, *command[1:], str(WORKFLOW)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    used = [line for line in WORKFLOW.read_text("utf-8").splitlines() if "uses: " in line]
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in used)
    assert len(used) == 7


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return release.build(ROOT, tmp_path_factory.mktemp("dist"), AT)


@pytest.mark.slow
def test_the_package_holds_what_it_should(built: tuple[Path, Path]) -> None:
    sdist, wheel = built
    assert list(release.of_wheel(wheel, ROOT, AT)) == []
    assert list(release.of_sdist(sdist)) == []


@pytest.mark.slow
def test_a_package_without_addresses_or_with_test_data_is_found_out(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "dist")
    shutil.copytree(ROOT, copy, ignore=left_out)
    told = (copy / "pyproject.toml").read_text("utf-8")
    mark = '"schemas" = "csp_config/schemas"\n'
    (copy / "pyproject.toml").write_text(told.replace(mark, f'{mark}"tests/data" = "tests/data"\n'), "utf-8")
    _, wheel = release.build(copy, tmp_path / "dist", "")
    wrong = " ".join(release.of_wheel(wheel, ROOT, AT))
    assert "holds more than the package: tests" in wrong
    assert "do not name the repository" in wrong
    assert "README has links" in wrong
