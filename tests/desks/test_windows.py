"""What is different on Windows, on any system: renames, paths, quoting, junctions, what the system says."""

from __future__ import annotations

import ntpath
import os
import posixpath
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from csp_config.editing.files import os_errors_as, renamed
from csp_config.errors import WritingError
from csp_config.git.disk import mode_of
from csp_config.text.shells import difference_applied, one_after_the_other, path_from, quoted


class Held:
    """`os.replace` while another program has the file open, for a number of tries."""

    def __init__(self, tries: int) -> None:
        self.left, self.asked, self.waited = tries, 0, list[float]()

    def replace(self, source: Path, target: Path) -> None:
        self.asked += 1
        if self.left:
            self.left -= 1
            raise PermissionError(13, "Access is denied")
        os.replace(source, target)  # noqa: PTH105 - what stands in for it has its shape

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def written(tmp_path: Path) -> tuple[Path, Path]:
    new, old = tmp_path / "new", tmp_path / "a.yaml"
    new.write_text("new")
    old.write_text("old")
    return new, old


def test_a_file_that_an_editor_holds_is_replaced_once_it_lets_go(tmp_path: Path) -> None:
    new, old = written(tmp_path)
    held = Held(2)
    renamed(new, old, rename=held.replace, pauses=(1, 2, 4), wait=held.wait)
    assert (old.read_text(), new.exists()) == ("new", False)
    assert (held.asked, held.waited) == (3, [1, 2])


def test_a_file_that_stays_held_is_left_as_it_was_after_the_last_try(tmp_path: Path) -> None:
    new, old = written(tmp_path)
    held = Held(9)
    with pytest.raises(PermissionError):
        renamed(new, old, rename=held.replace, pauses=(1, 2, 4), wait=held.wait)
    assert (old.read_text(), new.read_text()) == ("old", "new")
    assert (held.asked, held.waited) == (4, [1, 2, 4])


def test_another_fault_is_told_at_once(tmp_path: Path) -> None:
    held = Held(0)
    with pytest.raises(FileNotFoundError):
        renamed(tmp_path / "gone", tmp_path / "a", rename=held.replace, pauses=(1,), wait=held.wait)
    assert (held.asked, held.waited) == (1, [])


@pytest.mark.skipif(os.name == "nt", reason="about all other systems: run it on Linux or macOS")
def test_where_a_rename_is_forbidden_for_good_nobody_waits(tmp_path: Path) -> None:
    new, old = written(tmp_path)
    held = Held(1)
    with pytest.raises(PermissionError):
        renamed(new, old, rename=held.replace, wait=held.wait)
    assert held.waited == []


class HeldError(PermissionError):
    """As Windows reports a file that another program has open."""

    winerror = 32


def test_what_windows_forbids_is_told_with_its_usual_cause(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with (
        pytest.raises(WritingError, match="nothing was changed") as told,
        os_errors_as(path, "nothing was changed"),
    ):
        raise HeldError(13, "The process cannot access the file because it is being used by another process")
    assert (told.value.help or "").startswith("close what has a.yaml open (an editor, Excel, ")


@pytest.mark.parametrize(
    ("start", "path", "shown"),
    [
        (r"C:\work\contoso", r"C:\work\contoso\offers\live", "offers/live"),
        (r"C:\work\contoso\offers", r"C:\work\contoso\offers\live", "live"),
        (r"C:\work\contoso\docs", r"c:\WORK\contoso\offers", "../offers"),
        (r"D:\elsewhere", r"C:\work\contoso\offers", "C:/work/contoso/offers"),
        (r"\\server\share\a", r"\\server\share\b", "../b"),
    ],
)
def test_a_path_on_windows_is_told_with_slashes_from_any_drive(start: str, path: str, shown: str) -> None:
    assert path_from(PureWindowsPath(start), PureWindowsPath(path), system=ntpath) == shown


def test_a_path_elsewhere_may_hold_a_backslash() -> None:
    found = path_from(PurePosixPath("/work"), PurePosixPath(r"/work/odd\name"), system=posixpath)
    assert found == r"odd\name"


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        (r"C:\work\contoso", r"C:\work\contoso"),
        (r"C:\Program Files\contoso", r"'C:\Program Files\contoso'"),
        ("offers/live", "offers/live"),
        ("HEAD^", "HEAD^"),
        ("it's", "'it''s'"),
        ("$env:PATH", "'$env:PATH'"),
        ("a;b", "'a;b'"),
        ("@{u}", "'@{u}'"),
        ("", "''"),
    ],
)
def test_a_word_is_quoted_for_powershell(word: str, shown: str) -> None:
    assert quoted([word], windows=True) == shown


def test_commands_on_one_line_work_in_the_powershell_that_windows_has() -> None:
    assert one_after_the_other("git add a", "git commit", windows=True) == "git add a; git commit"
    assert one_after_the_other("git add a", "git commit", windows=False) == "git add a && git commit"


def test_a_difference_goes_through_no_pipe_on_windows() -> None:
    lines = difference_applied("A B -- offers", then="git commit", windows=True)
    assert not any("|" in line or "&&" in line for line in lines)
    assert lines[2] == "git apply --3way --whitespace=nowarn undo.patch; if ($?) { git commit }"
    piped = difference_applied("A B -- offers", then="git commit", windows=False)[-1]
    assert "| git apply --3way" in piped
    assert piped.endswith(" && git commit")


def test_a_junction_is_a_link_that_nothing_is_read_through() -> None:
    assert stat.S_ISLNK(mode_of(stat.S_IFDIR | 0o777, 0xA0000003))
    assert stat.S_ISDIR(mode_of(stat.S_IFDIR | 0o777, 0))
