"""The folder of a runbook: replaced as a whole or not at all, with what others put there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from csp_config.editing import remove_folder, write_folder
from csp_config.errors import WritingError
from tests.faults.tracing import NEEDS_STRACE
from tests.systems import NEEDS_POSIX
from tests.test_writing import ROOT, STRACE, names

LIST = ".csp-config-runbook"
MARKER = "<!-- ours -->"
OURS = {"index.md": f"{MARKER}\n# New\n", "requests/a.json": "{}\n"}


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST
    }


def put(folder: Path, files: dict[str, str]) -> None:
    """Files that somebody puts into a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_generated_folder_is_made_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "out" / "runbook"
    write_folder(path, {"index.md": f"{MARKER}\n", "old.md": "old"}, marker=MARKER)
    write_folder(path, OURS, marker=MARKER)
    assert texts(path) == OURS
    assert names(path.parent) == ["runbook"]


def test_line_ends_of_a_generated_file_stay(tmp_path: Path) -> None:
    write_folder(tmp_path / "runbook", {"a.csv": "ID\r\n"}, marker=MARKER)
    assert (tmp_path / "runbook" / "a.csv").read_bytes() == b"ID\r\n"


def test_an_empty_folder_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "runbook").mkdir()
    write_folder(tmp_path / "runbook", OURS, marker=MARKER)
    assert texts(tmp_path / "runbook") == OURS


@pytest.mark.parametrize("index", [None, "# Mine\n", f"about {MARKER}\n"])
def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path, index: str | None) -> None:
    path = tmp_path / "runbook"
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    if index is not None:
        (path / "index.md").write_text(index)
    before = texts(path)
    with pytest.raises(WritingError, match="not made by csp-config"):
        write_folder(path, OURS, marker=MARKER)
    assert texts(path) == before
    assert names(tmp_path) == ["runbook"]


def test_a_file_or_a_symlink_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    write_folder(tmp_path / "real", OURS, marker=MARKER)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name, why in (("file", "no folder"), ("link", "a symlink")):
        with pytest.raises(WritingError, match=why):
            write_folder(tmp_path / name, OURS, marker=MARKER)
    assert names(tmp_path) == ["file", "link", "real"]


@pytest.mark.parametrize("name", ["../a.md", "/a.md", "a/../../b.md", ".git/config", "", "a\nb"])
def test_a_name_that_leads_out_of_the_folder_is_refused_and_the_old_one_stays(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "runbook"
    write_folder(path, OURS, marker=MARKER)
    with pytest.raises(WritingError, match="no name for a generated file"):
        write_folder(path, {"index.md": MARKER, name: "x"}, marker=MARKER)
    assert texts(path) == OURS
    assert names(tmp_path) == ["runbook"]


def test_a_swap_cut_off_between_the_renames_is_repaired_by_the_next_call(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    write_folder(tmp_path / ".runbook.csp-config-old", {"index.md": f"{MARKER}\nold"}, marker=MARKER)
    write_folder(tmp_path / ".runbook.csp-config-new", {"index.md": f"{MARKER}\nhalf"}, marker=MARKER)
    write_folder(path, OURS, marker=MARKER)
    assert texts(path) == OURS
    assert names(tmp_path) == ["runbook"]


def test_a_swap_cut_off_before_and_after_the_renames_is_tidied_by_the_next_call(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    for leftover in ("new", "old"):
        write_folder(path, {"index.md": f"{MARKER}\nold"}, marker=MARKER)
        write_folder(tmp_path / f".runbook.csp-config-{leftover}", {"index.md": "half"}, marker=MARKER)
        write_folder(path, OURS, marker=MARKER)
        assert texts(path) == OURS
        assert names(tmp_path) == ["runbook"]


def test_a_folder_that_cannot_be_written_whole_leaves_the_old_one(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    resource = pytest.importorskip("resource", reason=NEEDS_POSIX)
    path = tmp_path / "runbook"
    write_folder(path, OURS, marker=MARKER)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(WritingError, match="file too large; what was there before is still in place"):
            write_folder(path, {"index.md": MARKER + "x" * 5000}, marker=MARKER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert texts(path) == OURS
    assert names(tmp_path) == ["runbook"]


FOLDER_WRITE = """
import sys
from pathlib import Path
from csp_config.editing import write_folder
write_folder(Path(sys.argv[1]), {"index.md": "<!-- ours -->\\n# New\\n", "requests/a.json": "{}\\n"},
             marker="<!-- ours -->")
"""


@pytest.mark.skipif(not Path(STRACE).exists(), reason=NEEDS_STRACE)
@pytest.mark.parametrize("call", ["mkdir:when=1", "rename:when=1", "rename:when=2", "rmdir:when=1"])
def test_a_run_killed_at_any_point_of_the_swap_is_made_good_by_the_next_one(
    tmp_path: Path, call: str
) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    path = tmp_path / "runbook"
    old = {"index.md": f"{MARKER}\nold", "requests/old.json": "{}"}
    theirs = {"requests/answer.eml": "the answer"}
    write_folder(path, old, marker=MARKER)
    put(path, theirs)
    name, when = call.split(":")
    fault = ["-e", f"inject={name}:signal=SIGKILL:{when}"]
    command = [STRACE, "-qq", "-o", "/dev/null", *fault, sys.executable, "-Bc", FOLDER_WRITE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if "ptrace" in done.stderr:
        pytest.skip(NEEDS_STRACE)
    assert done.returncode == -signal.SIGKILL
    assert not path.exists() or texts(path) in ({**old, **theirs}, {**OURS, **theirs})
    write_folder(path, OURS, marker=MARKER)
    assert texts(path) == {**OURS, **theirs}
    assert names(tmp_path) == ["runbook"]


THEIRS = {"answer.eml": "the answer", "requests/answer.eml": "another", "mine/2/b": "b", ".hidden": "h"}


def test_what_somebody_put_into_a_generated_folder_stays_however_often_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    write_folder(path, {"index.md": MARKER, "requests/old.json": "{}"}, marker=MARKER)
    put(path, THEIRS)
    for _ in range(3):
        write_folder(path, OURS, marker=MARKER)
        assert texts(path) == {**OURS, **THEIRS}
    assert names(tmp_path) == ["runbook"]


def test_a_link_in_a_generated_folder_stays_a_link(tmp_path: Path) -> None:
    path, outside = tmp_path / "runbook", tmp_path / "outside"
    put(outside, {"precious": "kept"})
    write_folder(path, OURS, marker=MARKER)
    (path / "all").symlink_to(outside)
    (path / "one").symlink_to(outside / "precious")
    write_folder(path, OURS, marker=MARKER)
    assert (path / "all").readlink() == outside
    assert (path / "one").readlink() == outside / "precious"
    remove_folder(path, marker=MARKER)
    assert texts(outside) == {"precious": "kept"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("letters/a.txt", "letters/a.txt"), ("letters", "letters/a.txt"), ("letters/a.txt", "letters")],
)
def test_a_file_of_somebody_in_the_place_of_a_generated_one_is_kept_under_another_name(
    tmp_path: Path, theirs: str, ours: str
) -> None:
    path = tmp_path / "runbook"
    write_folder(path, OURS, marker=MARKER)
    put(path, {theirs: "mine"})
    for _ in range(2):
        write_folder(path, {**OURS, ours: "new"}, marker=MARKER)
        assert texts(path) == {**OURS, ours: "new", f"{theirs.replace('/', '-')}.kept": "mine"}
    assert names(tmp_path) == ["runbook"]


def test_two_files_in_the_way_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    write_folder(path, OURS, marker=MARKER)
    put(path, {"a.txt": "mine", "a.txt.kept": "earlier"})
    write_folder(path, {**OURS, "a.txt": "new"}, marker=MARKER)
    assert texts(path) == {**OURS, "a.txt": "new", "a.txt.kept": "mine", "a.txt.kept.kept": "earlier"}


def test_a_generated_file_that_a_merge_brought_is_not_kept_twice(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    write_folder(path, OURS, marker=MARKER)
    put(path, {"requests/x.json": "{}"})
    write_folder(path, {**OURS, "requests/x.json": "{}"}, marker=MARKER)
    assert texts(path) == {**OURS, "requests/x.json": "{}"}


def test_a_runbook_from_before_there_were_lists_is_replaced_and_what_others_put_there_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "runbook"
    put(path, {**OURS, "requests/old.json": "{}", "answer.eml": "mine", "index.md.bak": "mine too"})
    write_folder(path, {**OURS, "requests/new.json": "{}"}, marker=MARKER)
    kept = {"answer.eml": "mine", "index.md.bak": "mine too"}
    assert texts(path) == {**OURS, "requests/new.json": "{}", **kept}


def test_a_generated_folder_that_is_removed_leaves_what_somebody_put_there_and_may_be_made_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / "runbook"
    write_folder(path, {**OURS, "letters/x.txt": "x"}, marker=MARKER)
    put(path, THEIRS)
    remove_folder(path, marker=MARKER)
    assert texts(path) == THEIRS
    assert not (path / "letters").exists()
    write_folder(path, OURS, marker=MARKER)
    assert texts(path) == {**OURS, **THEIRS}


def test_a_generated_folder_in_which_nothing_else_is_goes_as_a_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "runbook", OURS, marker=MARKER)
    remove_folder(tmp_path / "runbook", marker=MARKER)
    assert names(tmp_path) == []


@pytest.mark.parametrize("index", [{}, {"index.md": "# Mine\n"}])
def test_a_folder_with_neither_list_nor_marker_is_refused(tmp_path: Path, index: dict[str, str]) -> None:
    path = tmp_path / "runbook"
    there = {**index, "requests/a.json": "{}\n"}
    put(path, there)
    for change in (write_folder, lambda folder, _files, marker: remove_folder(folder, marker=marker)):
        with pytest.raises(WritingError, match="not made by csp-config"):
            change(path, OURS, marker=MARKER)
    assert texts(path) == there


def test_a_runbook_from_before_there_were_lists_goes_as_a_whole(tmp_path: Path) -> None:
    put(tmp_path / "runbook", OURS)
    remove_folder(tmp_path / "runbook", marker=MARKER)
    assert names(tmp_path) == []


def test_a_list_that_leads_out_of_the_folder_removes_nothing_there(tmp_path: Path) -> None:
    path = tmp_path / "runbook"
    put(tmp_path, {"precious": "kept"})
    write_folder(path, OURS, marker=MARKER)
    put(path, {"mine": "m", LIST: "../precious\nindex.md\n"})
    with pytest.raises(WritingError, match="is no name of a file"):
        remove_folder(path, marker=MARKER)
    assert (tmp_path / "precious").read_text() == "kept"
