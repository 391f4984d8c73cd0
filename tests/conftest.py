"""Options of the test run, and what it counts."""

from __future__ import annotations

import pytest

from tests import git_log
from tests.tried import pytest_terminal_summary, tried

__all__ = ["pytest_terminal_summary", "tried"]

git_log.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite expected texts; review the diff like code")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
