"""What goes out is whole, or the exit code says that it is not: closed, full, broken and narrow outputs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.faults.scenarios import NAMES, changed
from tests.faults.tracing import Ended, environment, run_again
from tests.matrix import fast_first
from tests.patience import HANG
from tests.systems import C_LOCALE, NEEDS_LINUX, NEEDS_POSIX, need_c_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

COMMANDS = {
    "plan": ("plan", "-v"),
    "plan in Markdown": ("plan", "--format", "markdown"),
    "plan in JSON": ("plan", "--format", "json"),
    "plan with a code for changes": ("plan", "--detailed-exitcode"),
    "validate": ("validate",),
    "validate for GitHub": ("validate", "--format", "github"),
    "validate as SARIF": ("validate", "--format", "sarif"),
    "status": ("status",),
    "apply": ("apply", "--yes"),
    "record": ("record", "baseline"),
    "explain": ("explain", "CSP304"),
    "rules": ("rules",),
    "schema": ("schema", "offer"),
    "help": ("--help",),
    "help of a command": ("plan", "--help"),
    "version": ("--version",),
}


def repository(folder: Path) -> Path:
    """The changed repository, with a name that only Unicode can write."""
    repo = changed(folder / "repo")
    insights = repo.path / "offers/insights.yaml"
    insights.write_text(insights.read_text().replace(NAMES[4], "Vingespids Ærø 北風"))
    return repo.path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that may be applied and recorded many times."""
    return repository(tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which nothing is written."""
    return repository(tmp_path_factory.mktemp("untouched"))


def ended(
    folder: Path, name: str, *, prepare: Callable[[], None] | None = None, stdout: int = subprocess.PIPE
) -> tuple[int, str]:
    """The exit code, and what was said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "csp_config", *COMMANDS[name]],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
        check=False,
        timeout=HANG,
    )
    return done.returncode, done.stderr.decode()


@pytest.fixture(scope="module")
def whole(untouched: Path) -> Callable[[str], Ended]:
    """What each command says where nothing is wrong."""
    return cache(lambda name: run_again(untouched, COMMANDS[name]))


def check_told(code: int, said: str) -> None:
    assert code == 3, said
    assert "Traceback" not in said
    assert "error: standard output" in said
    assert "  = help: " in said


@pytest.mark.parametrize("name", fast_first(COMMANDS, every=8))
def test_a_closed_standard_output_is_no_success(folder: Path, name: str) -> None:
    check_told(*ended(folder, name, prepare=lambda: os.close(1)))


@pytest.mark.parametrize("name", fast_first(COMMANDS, every=8))
def test_a_full_disk_behind_standard_output_is_no_success(folder: Path, name: str) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        check_told(*ended(folder, name, stdout=full))
    finally:
        os.close(full)


@pytest.mark.parametrize("name", fast_first(COMMANDS, every=8))
def test_a_pipe_that_nobody_reads_any_more_is_no_success(folder: Path, name: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        check_told(*ended(folder, name, stdout=writing))
    finally:
        os.close(writing)


def test_a_reader_that_leaves_after_one_byte_of_a_long_plan_makes_it_no_success(folder: Path) -> None:
    """Long: more than the pipe holds. What fits into the pipe was written whole."""
    if sys.platform != "linux":
        pytest.skip(NEEDS_LINUX)
    fcntl = pytest.importorskip("fcntl", reason=NEEDS_POSIX)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    command = [sys.executable, "-m", "csp_config", *COMMANDS["validate as SARIF"]]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        assert os.read(reading, 1) == b"{"
        os.close(reading)
        _, said = process.communicate()
    check_told(process.returncode, said.decode())


def test_a_pipe_that_takes_no_more_at_once_is_no_success(folder: Path) -> None:
    if sys.platform != "linux":
        pytest.skip(NEEDS_LINUX)
    fcntl = pytest.importorskip("fcntl", reason=NEEDS_POSIX)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    try:
        check_told(*ended(folder, "validate as SARIF", stdout=writing))
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("option", ["--output", "--out"])
def test_a_file_that_cannot_be_written_whole_keeps_what_it_held(
    folder: Path, tmp_path: Path, option: str
) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    resource = pytest.importorskip("resource", reason=NEEDS_POSIX)
    path = tmp_path / "plan.json"
    path.write_text("old")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = subprocess.run(
        [sys.executable, "-m", "csp_config", "plan", "--format", "json", option, str(path)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        preexec_fn=limited,
        check=False,
    )
    assert done.returncode == 3
    assert b"file too large; nothing was changed there" in done.stderr
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["plan.json"]  # noqa: PTH208 - names are all that is wanted


@pytest.mark.parametrize("name", fast_first(["plan", "plan in Markdown", "validate", "status"]))
def test_a_standard_error_that_is_closed_or_full_changes_neither_output_nor_code(
    untouched: Path, whole: Callable[[str], Ended], name: str
) -> None:
    for redirection in ("2>&-", "2>/dev/full"):
        command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "csp_config"]
        done = subprocess.run(
            [*command, *COMMANDS[name]],
            cwd=untouched,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
        )
        assert (done.returncode, done.stdout) == (whole(name).code, whole(name).output)


SURROUNDINGS: dict[str, Mapping[str, str]] = {
    "C locale": C_LOCALE,
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "latin-1 streams": {"PYTHONIOENCODING": "latin-1"},
    "20 columns": {"COLUMNS": "20", "LINES": "2"},
    "a dumb terminal": {"TERM": "dumb"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another hash seed": {"PYTHONHASHSEED": "4242"},
    "colour wanted by a variable that is not heard": {"CLICOLOR_FORCE": "1"},
    "colour wanted and unwanted": {"FORCE_COLOR": "1", "NO_COLOR": "1"},
}


@pytest.mark.parametrize("surroundings", fast_first(SURROUNDINGS, every=9))
def test_surroundings_do_not_change_a_byte_of_the_plan(
    untouched: Path, whole: Callable[[str], Ended], surroundings: str
) -> None:
    if surroundings == "C locale":
        need_c_locale()
    for name in ("plan", "plan in Markdown", "plan in JSON", "validate", "status"):
        done = subprocess.run(
            [sys.executable, "-m", "csp_config", *COMMANDS[name]],
            cwd=untouched,
            env=environment(SURROUNDINGS[surroundings]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (whole(name).code, whole(name).output)
        if name == "plan":
            assert "Vingespids Ærø 北風".encode() in done.stdout


@pytest.mark.parametrize("name", ["plan", "plan in Markdown", "plan in JSON", "validate", "status"])
def test_forced_colour_changes_the_colour_of_text_and_nothing_else(
    untouched: Path, whole: Callable[[str], Ended], name: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "csp_config", *COMMANDS[name]],
        cwd=untouched,
        env=environment({"FORCE_COLOR": "1"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == whole(name).code
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", done.stdout) == whole(name).output
    if name == "plan":
        assert done.stdout != whole(name).output
    if name in ("plan in Markdown", "plan in JSON"):
        assert done.stdout == whole(name).output
