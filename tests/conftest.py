"""Options of the test run, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.document import plain_lines, plain_style
from tests import git_log
from tests.tried import pytest_terminal_summary, tried

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pytest_terminal_summary", "tried"]

git_log.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite expected texts; review the diff like code")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session", autouse=True)
def what_documents_share_is_as_it_was_read() -> Iterator[None]:
    """Documents have parts in common; whoever changed one would change what others say."""
    yield
    for text, line in plain_lines.KNOWN.items():
        assert repr(plain_lines.understood(text)) == repr(line), text
    for said, item in plain_style.ITEMS.items():
        assert said == tuple(item.items())
