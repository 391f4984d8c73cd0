"""Every refusal within 7 million calls and 100 MB, held by the operating system and not by the reader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.document.limits import MAX_NODES
from tests.matrix import fast_first
from tests.patience import HANG
from tests.repositories import ENVIRONMENT
from tests.test_document_limits import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
MEGABYTES = 100
CALLS = (
    20 * MAX_NODES
)  # where the most nodes are looked at, a node takes 17; the calls are the same on any machine
# RLIMIT_AS counts what is mapped, which is more than what is used: the stricter of the two.
READER = """
import json, resource, sys
from pathlib import Path
from csp_config.document import read
sys.path.append(sys.argv[3])  # last, so that the program is the one that the tests run against
from tests.counting import calls
read("warm.yaml", b"kind: [")  # what is imported late is no part of the refusal
content = Path(sys.argv[1]).read_bytes()
mapped = next(int(l.split()[1]) * 1024 for l in open("/proc/self/status") if l.startswith("VmSize"))
limit = mapped + int(sys.argv[2]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
(_, findings), count = calls(lambda: read("offer.yaml", content))
print(json.dumps([count, [[f.code, f.source.line, f.message, f.help] for f in findings]]))
"""


# Two of them; what is wrong with each document is asked of all in test_document_limits.
AT_ONCE = ("four million line ends", "a million duplicate keys")


@pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")
@pytest.mark.parametrize("name", fast_first(HOSTILE, fast=AT_ONCE))
def test_a_refusal_takes_little_work_and_memory(name: str, tmp_path: Path) -> None:
    content, code, line, _ = HOSTILE[name]
    path = tmp_path / "offer.yaml"
    path.write_bytes(content)
    command = [sys.executable, "-c", READER, str(path), str(MEGABYTES), str(ROOT)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=HANG)
    assert done.returncode == 0, done.stderr
    count, findings = json.loads(done.stdout)
    assert findings[0][:2] == [code, line]
    assert all(message and remedy for _, _, message, remedy in findings)
    assert count < CALLS


@pytest.mark.slow
def test_the_program_tells_of_every_hostile_document_and_of_nothing_else(
    tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    (tmp_path / "offers").mkdir()
    wanted = {}
    for number, (content, code, _, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"offers/hostile-{number}.yaml").write_bytes(content)
        wanted[f"offers/hostile-{number}.yaml"] = {code}
    command = [sys.executable, "-m", "csp_config", "validate", "--base", "none", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"no change was judged (--base none)\n")
    found: dict[str, set[str]] = {}
    for diagnostic in json.loads(done.stdout)["diagnostics"]:
        found.setdefault(diagnostic["path"], set()).add(diagnostic["code"])
    assert found == wanted
    tried("hostile documents", len(wanted))


WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None
from csp_config.cli.program import run
sys.exit(run(sys.argv[1:]))
"""


def without_libyaml(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_LIBYAML, *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_without_libyaml_the_program_says_so_and_stops(command: str, tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/a.yaml").write_text("kind: &a Offer\n")
    done = without_libyaml(tmp_path, command, "--base", "none")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: PyYAML was built without libyaml")


def test_the_manual_needs_no_libyaml(tmp_path: Path) -> None:
    done = without_libyaml(tmp_path, "explain", "CSP304")
    assert (done.returncode, done.stderr) == (0, "")
    assert "resold-partner-removed" in done.stdout
