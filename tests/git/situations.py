"""What the tests of this room share: opening a repository, choosing a base, following a remedy."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from csp_config.git import Repository, choose_base, open_repository, surroundings
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.errors import CspConfigError
    from csp_config.model import Base, Tree

ROOTS = ("csp-config.yaml", "offers")
ZEROS = "0" * 40


def opened(repo: Repo, **environment: str) -> Repository:
    return open_repository(repo.path, {**ENVIRONMENT, **environment})


def base_of(
    repo: Repo,
    environment: Mapping[str, str] | None = None,
    *,
    option: str | None = None,
    staged: bool = False,
    at: str | None = None,
    records_do: bool = False,
    **more: str,
) -> Base | None:
    variables = {**ENVIRONMENT, **(environment or {}), **more}
    repository = open_repository(repo.path, variables)
    candidate = repository.candidate(staged=staged, at=at, pushed=surroundings(variables).pushed)
    choice = choose_base(
        repository,
        option=option,
        candidate=candidate,
        environment=variables,
        roots=ROOTS,
        records_do=records_do,
    )
    return choice.base


def found(base: Base | None) -> tuple[str, str]:
    assert base is not None
    assert base.commit is not None
    return base.commit, base.found_by


def working(repo: Repo, **environment: str) -> Tree:
    repository = opened(repo, **environment)
    return repository.tree(repository.candidate(), ROOTS)


def staged(repo: Repo, **environment: str) -> Tree:
    repository = opened(repo, **environment)
    return repository.tree(repository.candidate(staged=True), ROOTS)


def committed(repo: Repo, revision: str = "HEAD", **environment: str) -> Tree:
    repository = opened(repo, **environment)
    return repository.tree(repository.candidate(at=revision), ROOTS)


def github(repo: Repo, name: str, event: Any) -> dict[str, str]:
    """The variables of a GitHub Actions run, its event lying beside the repository."""
    path = repo.path.parent / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event), encoding="utf-8")
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


def follow(repo: Repo, error: CspConfigError) -> None:
    """Run the first command of the error's remedy, as a user would paste it; git leaves nothing running."""
    assert error.help is not None
    command = re.search(r"`(git [^`]+)`", error.help)
    assert command, error.help
    variables = {
        **ENVIRONMENT,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "maintenance.auto",
        "GIT_CONFIG_VALUE_0": "false",
    }
    subprocess.run(command[1], shell=True, check=True, cwd=repo.path, env=variables, capture_output=True)  # noqa: S602 - as pasted into a shell
