"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit in real repositories.

pre-commit builds an environment for them with pip, from a clone of this repository's last commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from csp_config.commands import starter
from tests.repositories import CLOCK, Repo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
FABRIKAM, NORTHWIND = "0f1e2d3c-4b5a-4697-8877-665544332211", "11111111-2222-4333-8444-555555555555"
OFFER = """\
kind: Offer
id: {id}
name: Contoso Insights
type: saas
published: true
csp:
  resellers: selected
  partners:
    - name: Fabrikam Cloud
      tenant_id: {first}
      country: DE
    - name: Northwind Traders
      tenant_id: {second}
      country: FR
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support}}
"""
GOOD = OFFER.format(id="contoso-insights", first=FABRIKAM, second=NORTHWIND)
OTHER = OFFER.format(id="contoso-desk", first=FABRIKAM, second=NORTHWIND)
BROKEN = GOOD.replace("resellers: selected", "resellers: everybody")
RESALES = f"""\
kind: Resales
as_of: "2026-11-20"
source: SaaS fulfilment subscriptions
covers: [contoso-insights]
resales:
  - {{offer: contoso-insights, tenant_id: {NORTHWIND}, evidence: exact}}
"""
CONFIG = """\
repos:
  - repo: {clone}
    rev: {commit}
    hooks:
      - id: csp-config-fmt
      - id: csp-config-validate
"""
INSIGHTS = "offers/contoso-insights.yaml"


class Ran(NamedTuple):
    code: int
    said: str


def run(folder: Path, home: Path, *command: str) -> Ran:
    """Run a command as a person would, with pre-commit's caches in `home`."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    who = {"GIT_AUTHOR_NAME": "Ana Lima", "GIT_AUTHOR_EMAIL": "ana@contoso.example"}
    who |= {"GIT_COMMITTER_NAME": "Ana Lima", "GIT_COMMITTER_EMAIL": "ana@contoso.example"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    settings = {**CLOCK, "PATH": path, "PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
    allowed = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "protocol.file.allow",
        "GIT_CONFIG_VALUE_0": "always",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env={**mine, **who, **settings, **allowed},
        capture_output=True,
        check=False,
        text=True,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


class Workplace:
    """A publisher's repository with the hooks installed, and one commit that holds a live offer."""

    def __init__(self, repo: Repo, home: Path) -> None:
        self.repo = repo
        self.home = home

    def git(self, *arguments: str) -> Ran:
        return run(self.repo.path, self.home, "git", *arguments)

    def pre_commit(self, *arguments: str) -> Ran:
        return run(self.repo.path, self.home, "pre-commit", *arguments)

    def commit(self, *paths: str) -> Ran:
        return self.git("commit", "-m", "change", *paths)


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clone of this repository's last commit, and the home where pre-commit keeps what it built of it."""
    clone = tmp_path_factory.mktemp("hooks") / "clone"
    subprocess.run(["git", "clone", "-q", "--no-local", str(ROOT), str(clone)], check=True)
    return clone, tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def workplace(tmp_path: Path, hooks: tuple[Path, Path]) -> Workplace:
    clone, home = hooks
    repo = Repo.make(tmp_path / "repo")
    commit = Repo(clone).head()
    repo.write(".pre-commit-config.yaml", CONFIG.format(clone=clone, commit=commit))
    repo.write(INSIGHTS, GOOD)
    repo.write("offers/resales.yaml", RESALES)
    repo.commit()
    place = Workplace(repo, home)
    installed = place.pre_commit("install")
    assert installed.code == 0, installed.said
    return place


def test_a_good_document_is_committed(workplace: Workplace) -> None:
    workplace.repo.write("offers/contoso-desk.yaml", OTHER)
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 0, ran.said
    assert "csp-config validate" in ran.said


def test_a_broken_document_is_not_committed(workplace: Workplace) -> None:
    workplace.repo.write(INSIGHTS, BROKEN)
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 1
    assert "error[CSP010]" in ran.said


def test_an_edit_that_removes_a_partner_that_has_resold_is_not_committed(workplace: Workplace) -> None:
    text = GOOD.replace(
        f"    - name: Northwind Traders\n      tenant_id: {NORTHWIND}\n      country: FR\n", ""
    )
    workplace.repo.write(INSIGHTS, text)
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 1
    assert "error[CSP304]" in ran.said


def test_a_commit_that_only_deletes_a_live_offer_is_blocked(workplace: Workplace) -> None:
    before = workplace.repo.head()
    workplace.git("rm", "-q", INSIGHTS)
    ran = workplace.commit()
    assert ran.code == 1
    assert "error[CSP303]" in ran.said
    assert workplace.repo.head() == before


def test_the_hooks_that_init_writes_block_it_too(workplace: Workplace) -> None:
    files = "offers/.*\\.ya?ml"
    hooks = starter.HOOKS_HEAD + starter.fill(starter.HOOKS, files=files)
    workplace.repo.write(".pre-commit-config.yaml", hooks)
    workplace.git("add", "--all")
    workplace.git("commit", "-q", "--no-verify", "-m", "hooks of init")
    workplace.git("rm", "-q", INSIGHTS)
    ran = workplace.commit()
    assert ran.code == 1
    assert "error[CSP303]" in ran.said


def test_a_commit_without_documents_passes_even_as_the_second_one(workplace: Workplace) -> None:
    workplace.repo.write("README.md", "Our offers.\n")
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 0, ran.said


def test_a_partial_commit_is_judged_without_what_stays_behind(workplace: Workplace) -> None:
    workplace.repo.write("offers/contoso-desk.yaml", OTHER)
    workplace.git("add", "--all")
    workplace.repo.write(INSIGHTS, BROKEN)
    workplace.git("add", INSIGHTS)
    ran = workplace.commit("offers/contoso-desk.yaml")
    assert ran.code == 0, ran.said
    assert "everybody" in (workplace.repo.path / INSIGHTS).read_text()
    assert workplace.commit().code == 1


def test_a_partial_commit_of_a_broken_document_is_blocked(workplace: Workplace) -> None:
    workplace.repo.write("README.md", "Our offers.\n")
    workplace.git("add", "--all")
    workplace.repo.write(INSIGHTS, BROKEN)
    ran = workplace.commit(INSIGHTS)
    assert ran.code == 1
    assert "error[CSP010]" in ran.said


def test_what_is_not_staged_is_not_judged(workplace: Workplace) -> None:
    workplace.repo.write("offers/contoso-desk.yaml", OTHER)
    workplace.git("add", "--all")
    workplace.repo.write(INSIGHTS, BROKEN)
    ran = workplace.commit()
    assert ran.code == 0, ran.said


def test_a_linked_worktree_has_the_hooks_too(workplace: Workplace) -> None:
    linked = workplace.repo.path.parent / "linked"
    workplace.git("worktree", "add", "-q", "-b", "topic", str(linked))
    there = Workplace(Repo(linked), workplace.home)
    there.git("rm", "-q", INSIGHTS)
    ran = there.commit()
    assert ran.code == 1
    assert "error[CSP303]" in ran.said
    there.git("reset", "-q", "--hard")
    there.repo.write("offers/contoso-desk.yaml", OTHER)
    there.git("add", "--all")
    assert there.commit().code == 0


def test_from_ref_to_ref_judges_all_commits_between(workplace: Workplace) -> None:
    first = workplace.repo.head()
    workplace.git("rm", "-q", INSIGHTS)
    workplace.git("commit", "-q", "--no-verify", "-m", "delete")
    workplace.repo.write("README.md", "Our offers.\n")
    workplace.git("add", "--all")
    workplace.git("commit", "-q", "--no-verify", "-m", "unrelated")
    ran = workplace.pre_commit("run", "--from-ref", first, "--to-ref", "HEAD")
    assert ran.code == 1
    assert "error[CSP303]" in ran.said
    assert "found by pre-commit" in ran.said
    assert workplace.pre_commit("run", "--from-ref", "HEAD^", "--to-ref", "HEAD").code == 0


def test_try_repo_runs_the_hooks(workplace: Workplace, hooks: tuple[Path, Path]) -> None:
    clone, _ = hooks
    workplace.git("rm", "-q", INSIGHTS)
    ran = workplace.pre_commit("try-repo", str(clone), "csp-config-validate", "--ref", Repo(clone).head())
    assert ran.code == 1
    assert "error[CSP303]" in ran.said


def test_fmt_brings_documents_into_form_and_then_passes(workplace: Workplace) -> None:
    workplace.repo.write("offers/contoso-desk.yaml", OTHER.replace(FABRIKAM, FABRIKAM.upper()))
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 1
    assert "files were modified by this hook" in ran.said
    assert FABRIKAM in (workplace.repo.path / "offers/contoso-desk.yaml").read_text()
    workplace.git("add", "--all")
    ran = workplace.commit()
    assert ran.code == 0, ran.said
