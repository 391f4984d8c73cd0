"""Options of the test run, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.document import plain_lines, plain_style
from tests import git_log, skipped
from tests import tried as counted
from tests.tried import tried

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["tried"]

git_log.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite expected texts; review the diff like code")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried, and what was skipped for want of something, with the cure."""
    for line in (*counted.summary(terminalreporter), *skipped.summary(skipped.reported(terminalreporter))):
        terminalreporter.write_line(line)


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
