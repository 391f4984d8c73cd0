"""Files and folders: written whole or not at all, by one run at a time."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from csp_config.editing import locked, remove_leftovers, write_file
from csp_config.errors import LockedError, WritingError
from tests.faults.tracing import NEEDS_STRACE
from tests.patience import HANG
from tests.systems import NEEDS_POSIX, is_root

ROOT = Path(__file__).parent.parent


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=HANG)


def test_a_new_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "offers" / "live" / "contoso.yaml"
    write_file(path, b"kind: LiveAudience\n")
    assert path.read_bytes() == b"kind: LiveAudience\n"
    assert names(path.parent) == ["contoso.yaml"]


def test_a_new_file_gets_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.yaml", b"a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.yaml").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444, 0o755])
def test_an_existing_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_file_is_replaced_by_rename_and_never_changed_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_file(path, b"new")
        assert reader.read() == b"old"


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 250 + ".yaml")
    write_file(path, b"a")
    assert path.read_bytes() == b"a"


def test_a_symlink_is_refused_and_its_target_stays(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_bytes(b"old")
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    with pytest.raises(WritingError, match=r"link\.yaml: this is a symlink, .*nothing was changed"):
        write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"old"


def test_a_symlink_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "missing.yaml")
    with pytest.raises(WritingError, match="symlink"):
        write_file(tmp_path / "link.yaml", b"new")
    assert names(tmp_path) == ["link.yaml"]


def test_a_folder_or_a_pipe_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WritingError, match="this is a folder"):
        write_file(tmp_path / "folder", b"new")
    with pytest.raises(WritingError, match="this is no plain file"):
        write_file(tmp_path / "pipe", b"new")
    assert names(tmp_path) == ["folder", "pipe"]


def test_a_file_in_the_place_of_a_folder_is_told_with_its_cause(tmp_path: Path) -> None:
    (tmp_path / "offers").write_bytes(b"")
    path = tmp_path / "offers" / "a.yaml"
    with pytest.raises(WritingError) as refused:
        write_file(path, b"new")
    assert str(path) in refused.value.message
    assert "not a directory" in refused.value.message
    assert "nothing was changed there" in refused.value.message


@pytest.mark.skipif(is_root(), reason="root may write everywhere: run as another user")
def test_a_folder_that_may_not_be_written_is_told_with_the_cure(tmp_path: Path) -> None:
    folder = tmp_path / "offers"
    folder.mkdir(mode=0o500)
    with pytest.raises(WritingError, match="permission denied") as refused:
        write_file(folder / "a.yaml", b"new")
    assert refused.value.help is not None
    assert refused.value.help.startswith(f"make {folder} writable")


def test_a_kernel_file_system_that_takes_no_files_is_told() -> None:
    with pytest.raises(WritingError, match=r"/proc/self/a\.yaml: .*; nothing was changed there"):
        write_file(Path("/proc/self/a.yaml"), b"new")


LIMITED_WRITE = """
import resource, signal, sys
from pathlib import Path
from csp_config.errors import WritingError
from csp_config.editing import write_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), b"x" * 5000)
except WritingError as error:
    print(error.message, error.help, sep="\\n")
"""


def test_a_write_that_stops_halfway_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    done = run_python(LIMITED_WRITE, path)
    assert done.stderr == ""
    message, remedy = done.stdout.splitlines()
    assert message == f"{path}: file too large; nothing was changed there"
    assert remedy == "make room there, then run the same command again"
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.yaml"]


KILLED_WRITE = """
import os, resource, signal, sys
from pathlib import Path
from csp_config.editing import write_file
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
write_file(Path(sys.argv[1]), b"x" * 5000)
"""


def test_what_a_killed_write_leaves_is_no_document_and_the_next_run_removes_it(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    (tmp_path / ".csp-config-notes.tmp").write_bytes(b"somebody's")
    assert run_python(KILLED_WRITE, path).returncode == -signal.SIGXFSZ
    leftover = next(name for name in names(tmp_path) if name not in ("a.yaml", ".csp-config-notes.tmp"))
    assert not leftover.endswith((".yaml", ".yml"))
    assert path.read_bytes() == b"old"
    assert remove_leftovers(tmp_path) == (tmp_path / leftover,)
    assert names(tmp_path) == [".csp-config-notes.tmp", "a.yaml"]


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "live") == ()


STRACE = "/usr/bin/strace"
PLAIN_WRITE = """
import sys
from pathlib import Path
from csp_config.errors import WritingError
from csp_config.editing import write_file
try:
    write_file(Path(sys.argv[1]), b"new")
except WritingError as error:
    print(error.message)
"""


@pytest.mark.skipif(not Path(STRACE).exists(), reason=NEEDS_STRACE)
@pytest.mark.parametrize(
    ("call", "fault", "holds", "told"),
    [
        ("fsync:error=EIO:when=1", "input/output error", b"old", "nothing was changed there"),
        ("fsync:error=ENOSPC:when=1", "no space left on device", b"old", "nothing was changed there"),
        ("rename:error=EROFS", "read-only file system", b"old", "nothing was changed there"),
        ("fsync:error=EIO:when=2", "input/output error", b"new", "the new content is in place"),
    ],
)
def test_every_fault_is_told_with_what_holds_now(
    tmp_path: Path, call: str, fault: str, holds: bytes, told: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    command = [STRACE, "-qq", "-o", "/dev/null", "-e", f"inject={call}", sys.executable, "-Bc", PLAIN_WRITE]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False, cwd=ROOT)
    if "ptrace" in done.stderr:
        pytest.skip(NEEDS_STRACE)
    assert fault in done.stdout
    assert told in done.stdout
    assert path.read_bytes() == holds
    assert names(tmp_path) == ["a.yaml"]


HOLD = """
import sys
from pathlib import Path
from csp_config.editing import locked
with locked(Path(sys.argv[1]), Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_is_refused_while_the_first_one_writes_and_let_in_after_it(tmp_path: Path) -> None:
    folder = tmp_path / ".git"
    folder.mkdir()
    command = [sys.executable, "-c", HOLD, str(tmp_path), str(folder / "csp-config.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(LockedError) as refused, locked(tmp_path, folder / "csp-config.lock"):
            pass
        assert str(folder / "csp-config.lock") in refused.value.message
        first.kill()
        first.wait()
    with locked(tmp_path, folder / "csp-config.lock"):
        pass


def test_what_fails_under_the_lock_stays_what_it_is_and_the_lock_is_given_back(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), locked(tmp_path, tmp_path / "csp-config.lock"):
        raise OSError(errno.EIO, "mine")
    with locked(tmp_path, tmp_path / "csp-config.lock"):
        pass


def test_a_lock_that_cannot_be_taken_is_a_writing_error(tmp_path: Path) -> None:
    (tmp_path / ".git").write_bytes(b"gitdir: elsewhere\n")
    with (
        pytest.raises(WritingError, match="the lock could not be taken"),
        locked(tmp_path, tmp_path / ".git/csp-config.lock"),
    ):
        pass


def test_a_link_planted_in_the_place_of_the_lock_empties_nothing(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (tmp_path / "csp-config.lock").symlink_to(precious)
    with (
        pytest.raises(WritingError, match="the lock could not be taken"),
        locked(tmp_path, tmp_path / "csp-config.lock"),
    ):
        pass
    assert precious.read_text() == "kept"
