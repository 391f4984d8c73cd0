"""Options of the test run, and what it counts."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from csp_config.git.hosts import HOSTS
from tests import git_log, in_memory, skipped
from tests import tried as counted
from tests.tried import tried

__all__ = ["tried"]

git_log.watch()

# That the tests run in a pipeline, or in a build with a fixed clock, is no part of them, nor are somebody's
# options: a test names the surroundings of what it runs.
_SIGNS = ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "SOURCE_DATE_EPOCH")
_OPTIONS = [name for name in os.environ if name.startswith("CSP_CONFIG_")]
for _sign in (*_SIGNS, *_OPTIONS, *(sign for host in HOSTS for sign in host.signs)):
    os.environ.pop(_sign, None)


# Properties: some examples in every run; all of them in the slow tests, of which each property is one, too.
# There is no deadline, since how long an example takes says how busy a machine is.
settings.register_profile("some examples", max_examples=20, deadline=None)
settings.register_profile("all examples", max_examples=100, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("some examples" if config.option.markexpr == "not slow" else "all examples")
    if config.option.markexpr == "not slow":
        in_memory.use(config)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    in_memory.leave(session.config, failed=exitstatus == pytest.ExitCode.TESTS_FAILED)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != "not slow":
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker(pytest.mark.slow)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite expected texts; review the diff like code")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried, and what was skipped for want of something, with the remedy."""
    for line in (*counted.summary(terminalreporter), *skipped.summary(skipped.reported(terminalreporter))):
        terminalreporter.write_line(line)


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
