"""The reproductions that have no better place, and that every row of the table has one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.scenarios import APPLY, changed
from tests.faults.tracing import environment, run
from tests.properties.judged import plan
from tests.properties.worlds import Stand, World, files
from tests.systems import NEEDS_POSIX

TOP = Path(__file__).parents[2]
TABLE = (Path(__file__).parent / "README.md").read_text()
ROWS = re.findall(r"\| `(tests/[^`]+)::(test_[a-z0-9_]+)` \|$", TABLE, re.MULTILINE)
A, B, C = (
    "0a1b2c3d-4b5a-4697-8877-665544332210",
    "1a1b2c3d-4b5a-4697-8877-665544332211",
    "2a1b2c3d-4b5a-4697-8877-665544332212",
)


@pytest.mark.parametrize(("path", "name"), ROWS)
def test_every_row_has_its_reproduction(path: str, name: str) -> None:
    assert f"\ndef {name}(" in (TOP / path).read_text()


def test_every_row_can_be_read() -> None:
    assert len(ROWS) == TABLE.count("\n| 20")


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    folder = changed(tmp_path / "repo").path
    (folder / "offers/live").mkdir()
    leftovers = [folder / name / ".csp-config-0123456789abcdef.tmp" for name in ("offers", "offers/live")]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    assert run(folder, APPLY).code == 4
    assert not any(leftover.exists() for leftover in leftovers)


def test_a_system_without_room_for_a_process_is_no_finding(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason=NEEDS_POSIX)
    folder = changed(tmp_path / "repo").path

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))

    done = subprocess.run(
        [sys.executable, "-m", "csp_config", "plan"],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=limited,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


def test_a_refusal_stands_only_against_its_own_move() -> None:
    """The base moves from any to selected without C, who has resold; the live record says it is selected."""
    name = "contoso-insights"
    wanted = Stand(published=True, resellers="selected", tenants=frozenset({A, B}))
    every = Stand(published=True, resellers="any")
    resold = frozenset({(name, C)})
    base = World({name: ("saas", wanted)}, {name: (every, ())}, resold)
    there = Stand(
        published=True,
        resellers="selected",
        tenants=frozenset({A, B, "3a1b2c3d-4b5a-4697-8877-665544332213"}),
    )
    candidate = World({name: ("saas", wanted)}, {name: (there, ())}, resold)
    (request,) = plan(files(base), files(candidate)).actions
    assert (request.kind, request.move, request.blocked_by) == (
        "support-request",
        ("selected", "selected"),
        (),
    )


def test_the_order_of_keys_does_not_show_in_the_runbook() -> None:
    name = "contoso-insights"
    stand = Stand(published=True, resellers="selected", tenants=frozenset({A}))
    base = files(World({name: ("saas", Stand(published=True, resellers="none"))}))
    candidate = files(World({name: ("saas", stand)}))
    path = f"offers/{name}.yaml"
    one, other = b"    name: Ana Lima\n", b"    email: csp@contoso.example\n"
    assert one + other in candidate[path]
    turned = {**candidate, path: candidate[path].replace(one + other, other + one)}
    assert plan(base, turned).actions == plan(base, candidate).actions
