"""The repository that tests of what is remembered start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.remembered.repository import filled
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two offers, one by a list, remembered; a partner is staged to be taken out of the other."""
    repo = Repo.make(tmp_path / "repo")
    return filled(repo)
