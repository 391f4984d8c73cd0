"""Repositories that most tests of this room start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two commits: contoso-insights in the first, changed in the second."""
    repo = Repo.make(tmp_path / "repo")
    repo.commit(insights="one\n")
    repo.commit(insights="two\n")
    return repo
