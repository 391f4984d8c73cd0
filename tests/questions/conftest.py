"""A repository with offers, lists and records that questions are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.questions.test_what_if import FILES
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "contoso")
    for path, text in FILES.items():
        made.write(path, text)
    made.commit()
    return made
