"""A rule that a stranger adds as CONTRIBUTING says, in two files, is reported by every way to validate."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repositories import ENVIRONMENT, Repo

ROOT = Path(__file__).parent.parent
OFFERS = 310
CHANGED = "offers/offer-123.yaml"
RULE = '''

@repository.rule("CSP998", severity="error", acknowledgeable=True, cites="S01")
def offer_name_in_other_case(context: Context, _: Context) -> Iterator[Note]:
    """The names of two offers differ only by capital letters.

    One of them is mistyped, and a search finds either.

    Fix: Write both alike, or give one of them another name.
    """
    first: dict[str, str] = {}
    for offer in context.candidate.offers.values():
        earlier = first.setdefault(offer.name.lower(), offer.name)
        if earlier != offer.name:
            yield Note(offer.places.at("name"), f"another offer is called {earlier}", offer=offer.id)
'''
CASES = """\
bad:
  - title: two offers have one name but for its capitals
    after:
      offers/a.yaml: |
        kind: Offer
        id: contoso-a
        name: Contoso
        type: saas
        published: false
        csp: {resellers: none}
      offers/b.yaml: |
        kind: Offer
        id: contoso-b
        name: CONTOSO
        type: saas
        published: false
        csp: {resellers: none}
    expect:
      - {path: offers/b.yaml, line: 3, column: 7}
good:
  - title: each has a name of its own
    after:
      offers/a.yaml: |
        kind: Offer
        id: contoso-a
        name: Contoso A
        type: saas
        published: false
        csp: {resellers: none}
"""


def offer(number: int, name: str) -> str:
    return (
        f"kind: Offer\nid: offer-{number:03}\nname: {name}\ntype: saas\npublished: false\n"
        "csp:\n  resellers: none\n"
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project with one more rule: a function, and a file of cases."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("csp_config", "schemas"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tests").mkdir()
    for name in ("rules", "test_rules.py", "__init__.py"):
        source = ROOT / "tests" / name
        if source.is_dir():
            shutil.copytree(source, copy / "tests" / name)
        elif source.exists():
            shutil.copy(source, copy / "tests")
    with (copy / "csp_config" / "rules" / "offers.py").open("a", encoding="utf-8") as module:
        module.write(RULE)
    (copy / "tests" / "rules" / "CSP998.yaml").write_text(CASES, "utf-8")
    return copy


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Repo:
    """A repository where one offer of many takes another one's name in capitals; what may be kept, is."""
    repo = Repo.make(tmp_path_factory.mktemp("publisher") / "contoso")
    for number in range(OFFERS):
        repo.write(f"offers/offer-{number:03}.yaml", offer(number, f"Offer {number}"))
    repo.commit()
    for way in (("--base", "none"), ("--staged", "--base", "none"), ("--at", "HEAD", "--base", "none")):
        assert run(checkout, repo, "validate", *way).returncode == 0
    repo.write(CHANGED, offer(123, "OFFER 7"))
    repo.run("add", "--all")
    return repo


def run(checkout: Path, repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "csp_config", *arguments],
        cwd=repo.path,
        env={**ENVIRONMENT, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


WAYS = {
    "the working tree": (),
    "the index": ("--staged",),
    "a commit": ("--at", "changed"),
    "without a base": ("--base", "none"),
}


@pytest.mark.parametrize(
    "cache",
    [
        pytest.param((), id="may remember"),
        pytest.param(("--no-cache",), id="remembers nothing", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_to_validate_reports_it(
    checkout: Path, publisher: Repo, way: tuple[str, ...], cache: tuple[str, ...]
) -> None:
    commit = publisher.run("commit-tree", "-p", "HEAD", "-m", "change", publisher.run("write-tree"))
    publisher.run("update-ref", "refs/tags/changed", commit)
    done = run(checkout, publisher, "validate", *way, *cache, "--format", "json")
    found = [(d["code"], d["path"], d["line"]) for d in json.loads(done.stdout)["diagnostics"]]
    assert (done.returncode, found) == (1, [("CSP998", CHANGED, 3)])


def test_the_hook_reports_it(checkout: Path, publisher: Repo) -> None:
    hook = publisher.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m csp_config validate --staged\n', "utf-8")
    hook.chmod(0o755)
    done = subprocess.run(
        ["git", "-c", "user.name=Ana", "-c", "user.email=ana@contoso.example", "commit", "-m", "change"],
        cwd=publisher.path,
        env={**ENVIRONMENT, "PYTHONPATH": str(checkout), "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert f"{CHANGED}:3" in done.stdout + done.stderr
    assert "CSP998" in done.stdout + done.stderr


def test_its_manual_and_its_cases_follow_by_themselves(checkout: Path, publisher: Repo) -> None:
    said = run(checkout, publisher, "explain", "CSP998").stdout
    assert "offer-name-in-other-case" in said
    assert "Wrong: two offers have one name but for its capitals" in said
    assert (
        "| [CSP998](#csp998-offer-name-in-other-case) |"
        in run(checkout, publisher, "rules", "--format", "markdown").stdout
    )


def test_it_is_the_example_of_contributing_and_breaks_no_case_of_another_rule(checkout: Path) -> None:
    shown = (
        (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("```python\n")[2].partition("    ...\n")[0]
    )
    assert re.sub("CSP[0-9]{3}", "CSP998", shown).strip() in RULE
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/test_rules.py"],
        cwd=checkout,
        env={**ENVIRONMENT, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"CSP998.* PASSED", done.stdout)) == 3, done.stdout
