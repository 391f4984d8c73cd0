"""A memory that is damaged, made up, or somebody else's is never believed, and stops nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands import remembered
from csp_config.commands.remembered.edition import edition
from csp_config.commands.remembered.gathering import gather
from csp_config.commands.situation import look
from csp_config.memory import keep
from csp_config.render import RENDERERS
from tests.remembered.repository import LOOK, NOW, codes, inputs, place, quick, remembering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.repositories import Repo

JUNK: tuple[Any, ...] = (False, -1, "--output=x", "a\n\ud800", {}, [None] * 9)


def test_a_memory_with_any_byte_changed_or_cut_off_is_never_believed(repo: Repo) -> None:
    path = place(repo)
    kept = path.read_bytes()
    damaged = [kept[:length] for length in range(0, len(kept), 97)]
    damaged += [kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :] for at in range(0, len(kept), 61)]
    for content in (*damaged, b"", b"\0" * 500):
        path.write_bytes(content)
        quick(repo)
    path.write_bytes(kept[: len(kept) // 2])
    remembering(repo)
    assert quick(repo) is not None


def test_a_memory_that_somebody_made_up_stops_nothing(repo: Repo) -> None:
    """Every part of every fact is replaced by what does not belong there, with checksums that are right."""
    situation = look(inputs(repo))
    assert situation.base is not None
    facts = gather(situation.base, repo.head(), None, NOW.date())
    assert facts is not None
    for name, fact in facts.items():
        for junk in JUNK:
            for made_up in (junk, *spoilt(fact, junk)):
                assert keep(place(repo), edition(), {**facts, name: made_up})
                report = remembered.recalled(inputs(repo), place(repo))
                if report is not None:
                    assert RENDERERS["text"](report, LOOK)


def spoilt(fact: Any, junk: Any) -> Iterator[Any]:
    """A list with each of its parts replaced, however deep."""
    for index, part in enumerate(fact if isinstance(fact, list) else ()):
        yield [*fact[:index], junk, *fact[index + 1 :]]
        for other in spoilt(part, junk):
            yield [*fact[:index], other, *fact[index + 1 :]]


def test_what_others_may_write_or_what_is_no_file_is_not_believed(repo: Repo) -> None:
    path = place(repo)
    path.chmod(0o666)
    assert quick(repo) is None
    path.chmod(0o600)
    assert quick(repo) is not None
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    assert quick(repo) is None
    path.unlink()
    os.mkfifo(path)
    assert quick(repo) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_another_user_is_not_believed(repo: Repo) -> None:
    os.chown(place(repo), 65534, 65534)
    assert quick(repo) is None


def test_a_git_directory_that_cannot_be_written_is_no_error(repo: Repo) -> None:
    place(repo).unlink()
    place(repo).parent.rmdir()
    place(repo).parent.write_bytes(b"")  # a file in the folder's place, which stops root as well
    assert "CSP307" in codes(remembering(repo))
    assert quick(repo) is None


def test_two_runs_at_once_leave_a_memory_that_is_whole(repo: Repo) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.repositories import Repo\n"
        "from tests.remembered.repository import place, remembering\n"
        "repo = Repo(Path(sys.argv[1]))\n"
        "for _ in range(10): place(repo).unlink(missing_ok=True); remembering(repo)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}
    command = [sys.executable, "-c", code, str(repo.path)]
    running = [subprocess.Popen(command, env=environment, cwd=root) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert quick(repo) is not None
    assert [path.name for path in place(repo).parent.iterdir()] == ["facts"]
