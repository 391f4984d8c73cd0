"""Documents are written over what was read, and over nothing else; all places are tested first."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from csp_config.editing import Text, write_documents
from csp_config.errors import WritingError
from tests.systems import NEEDS_POSIX

if TYPE_CHECKING:
    from pathlib import Path

A, B = "offers/a.yaml", "offers/b.yaml"


def holds(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def made(root: Path, **contents: bytes) -> Path:
    for name, content in contents.items():
        path = root / f"offers/{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return root


@pytest.mark.parametrize(
    ("before", "there", "why"),
    [
        (b"a: 1\n", b"a: 1\n# a comment\n", "somebody changed it since this run read it"),
        (b"a: 1\n", b"", "somebody changed it"),
        (b"a: 1\n", b"a: 2\n", "somebody changed it"),
        (b"a: 1\n", None, "somebody removed it"),
        (None, b"a: 1\n", "this run has not read what is there"),
    ],
)
def test_what_was_not_read_is_not_written_over(
    tmp_path: Path, before: bytes | None, there: bytes | None, why: str
) -> None:
    made(tmp_path, b=b"b", **({} if there is None else {"a": there}))
    found = holds(tmp_path)
    with pytest.raises(WritingError, match=f"{A}: {why}"):
        write_documents(tmp_path, {B: Text(b"b", b"new"), A: Text(before, b"new")})
    assert holds(tmp_path) == found


def test_what_was_read_is_written_over_and_told(tmp_path: Path) -> None:
    made(tmp_path, a=b"a")
    told: list[str] = []
    write_documents(tmp_path, {A: Text(b"a", b"new"), B: Text(None, b"new")}, told.append)
    assert holds(tmp_path) == {A: b"new", B: b"new"}
    assert told == [A, B]


def test_line_ends_that_git_has_otherwise_are_no_change_and_stay(tmp_path: Path) -> None:
    made(tmp_path, a=b"a: 1\r\nb: 1\r\n")
    write_documents(tmp_path, {A: Text(b"a: 1\nb: 1\n", b"a: 2\nb: 1\n")})
    assert holds(tmp_path) == {A: b"a: 2\r\nb: 1\r\n"}


@pytest.mark.parametrize("obstacle", ["a folder", "a symlink", "a file for a folder", "a linked folder"])
def test_a_place_where_nothing_can_be_written_keeps_all_others_as_they_are(
    tmp_path: Path, obstacle: str
) -> None:
    made(tmp_path, a=b"a", other=b"x")
    place = "offers/live/z.yaml"
    target = tmp_path / place
    if obstacle == "a file for a folder":
        target.parent.write_text("x")
    elif obstacle == "a linked folder":
        target.parent.symlink_to(tmp_path / "offers")
    else:
        target.parent.mkdir()
        target.mkdir() if obstacle == "a folder" else target.symlink_to(tmp_path / A)
    with pytest.raises(WritingError, match="live"):
        write_documents(tmp_path, {A: Text(b"a", b"new"), place: Text(None, b"new")})
    assert (tmp_path / A).read_bytes() == b"a"


def test_what_was_written_before_a_fault_is_named(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    resource = pytest.importorskip("resource", reason=NEEDS_POSIX)
    made(tmp_path, a=b"a", b=b"b")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(WritingError) as raised:
            write_documents(tmp_path, {A: Text(b"a", b"new"), B: Text(b"b", b"x" * 5000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert raised.value.message.endswith(f"nothing was changed there; written before that: {A}")
    assert holds(tmp_path) == {A: b"new", B: b"b"}
