"""Completion in the real shells: names from the working tree, quickly, and never a message."""

from __future__ import annotations

import os
import select
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import get_completion_class

from csp_config.commands.document_ids import names
from tests.acceptance.program import csp_config
from tests.comfort.launchers import environment_with_command
from tests.matrix import fast_first
from tests.patience import HANG, wait_until
from tests.repositories import Repo
from tests.systems import NEEDS_POSIX, need

if TYPE_CHECKING:
    from pathlib import Path

TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
OFFER = """\
kind: Offer
id: contoso-{name}
name: Contoso
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [distributors]
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support}}
"""
LIST = f"""\
name: Distributors
id: "distributors"  # ours
kind: PartnerList
partners:
  - {{name: Fabrikam Cloud, tenant_id: {TENANT}, country: DE}}
"""
LIVE = f"""\
kind: LiveAudience
offer: contoso-desk
observed_at: "2026-11-22T10:15:00Z"
observed_from: manual
published: true
resellers: any
requests:
  - id: contoso-desk-3f9a2c41
    move: {{from: any, to: selected}}
    status: drafted
    drafted_at: "2026-11-20T09:00:00Z"
    tenants: [{TENANT}]
"""


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    made = Repo.make(tmp_path_factory.mktemp("completion") / "repo")
    made.commit()
    made.write("offers/desk.yaml", OFFER.format(name="desk"))
    made.write("offers/insights.yaml", OFFER.format(name="insights"))
    made.write("offers/partner-lists/distributors.yaml", LIST)
    made.write("offers/live/desk.yaml", LIVE)
    made.write("offers/broken.yaml", "kind: Offer\nid: contoso-broken\nname: [\n")
    made.write("offers/binary.yaml", b"kind: Offer\nid: \xff\xfe\n")
    made.commit()
    return made


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment_with_command(tmp_path_factory.mktemp("command"))


def bash(repo: Path, variables: dict[str, str], line: str) -> set[str]:
    """What bash would offer at the end of a line, by its script as it is installed."""
    words = line.split(" ")
    script = (
        'eval "$(csp-config completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=();'
        '_csp_config_completion csp-config; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return answer(["bash", "--norc", "-c", script, "bash", *words], repo, variables)


def fish(repo: Path, variables: dict[str, str], line: str) -> set[str]:
    script = "csp-config completion fish | source; complete --do-complete $argv[1]"
    return answer(["fish", "--no-config", "--command", script, line], repo, variables)


def zsh(repo: Path, variables: dict[str, str], line: str, wanted: set[str]) -> set[str]:
    """What zsh shows after tabs in a terminal of its own, once it shows what is wanted."""
    begin = 'autoload -U compinit; compinit -u -D; eval "$(csp-config completion zsh)"; PS1="<ready>"; clear'
    screen = Terminal(["zsh", "-f", "-i"], repo, {**variables, "TERM": "dumb"})
    try:
        screen.send("unsetopt zle_bracketed_paste beep; setopt no_list_beep auto_list; " + begin + "\n")
        screen.wait_for("<ready>")
        screen.send(f"{line}\t")
        wait_until(lambda: screen.shows(wanted), lambda: screen.seen)
        return screen.words()
    finally:
        screen.close()


def answer(command: list[str], folder: Path, variables: dict[str, str]) -> set[str]:
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=HANG
    )
    assert done.stderr == ""
    return {line.partition("\t")[0] for line in done.stdout.splitlines() if line}


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, command: list[str], folder: Path, variables: dict[str, str]) -> None:
        pty = pytest.importorskip("pty", reason=NEEDS_POSIX)
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def read(self, patience: float) -> str:
        if not select.select([self.master], [], [], patience)[0]:
            return ""
        text = os.read(self.master, 65536).decode("utf-8", "replace")
        self.seen += text
        return text

    def wait_for(self, word: str) -> None:
        """Wait until a word is there twice: as it was typed, and as the prompt."""
        wait_until(lambda: self.read(1) is not None and self.seen.count(word) > 1, lambda: self.seen)

    def shows(self, wanted: set[str]) -> bool:
        """Whether words are shown; where nothing comes any more, TAB is pressed once more."""
        if not self.read(2):
            self.send("\t")
        return wanted <= self.words()

    def words(self) -> set[str]:
        """Everything shown so far."""
        return set(self.seen.replace("\r", "\n").replace("\x07", " ").split())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def powershell(repo: Path, variables: dict[str, str], line: str) -> set[str]:
    """What the script for PowerShell gets to hear, which takes three lines for each word."""
    words = line.split()
    asked = {
        "_CSP_CONFIG_COMPLETE": "powershell_complete",
        "COMP_WORDS": line.strip(),
        "COMP_CWORD": str(len(words) - (not line.endswith(" "))),
    }
    done = subprocess.run(
        ["csp-config"], cwd=repo, env={**variables, **asked}, capture_output=True, check=False, timeout=HANG
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\r" not in done.stdout
    lines = done.stdout.decode().splitlines()
    assert set(lines[::3]) <= {"plain"}
    return set(lines[1::3])


SHELLS = {"bash": bash, "fish": fish, "powershell": powershell}
LINES = [
    ("csp-config val", {"validate"}),
    ("csp-config validate --sta", {"--staged"}),
    ("csp-config explain csp30", {f"CSP30{n}" for n in range(1, 10)}),
    ("csp-config plan --only contoso-", {"contoso-desk", "contoso-insights", "contoso-broken"}),
    ("csp-config partners --list ", {"distributors"}),
    ("csp-config record granted ", {"contoso-desk-3f9a2c41"}),
    ("csp-config completion ", {"bash", "zsh", "fish", "powershell"}),
]


def needs(shell: str) -> None:
    if get_completion_class(shell) is None:
        pytest.skip(f"needs a click that completes for {shell}: make lock")
    if shell != "powershell":
        need(shell)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("line", "wanted"), fast_first(LINES, every=2))
def test_a_shell_offers_exactly_what_fits(
    repo: Repo, variables: dict[str, str], shell: str, line: str, wanted: set[str]
) -> None:
    needs(shell)
    assert SHELLS[shell](repo.path, variables, line) == wanted


def test_zsh_offers_what_fits(repo: Repo, variables: dict[str, str]) -> None:
    needs("zsh")
    wanted = {"contoso-desk", "contoso-insights"}
    shown = zsh(repo.path, variables, "csp-config plan --only contoso-", wanted)
    assert "explain" not in shown


def test_actions_are_offered_from_the_plan_as_it_is_now(repo: Repo, variables: dict[str, str]) -> None:
    needs("bash")
    (action,) = bash(repo.path, variables, "csp-config record done contoso-i")
    assert action.startswith("contoso-insights/adopt-")
    assert bash(repo.path, variables, f"csp-config record done {action} contoso-i") == set()


def test_actions_of_a_large_repository_are_offered_from_its_runbook(
    variables: dict[str, str], tmp_path: Path
) -> None:
    needs("bash")
    large = Repo.make(tmp_path / "large")
    for number in range(301):
        large.write(f"offers/{number}.yaml", f"kind: Offer\nid: contoso-{number}\n")
    assert bash(large.path, variables, "csp-config record done ") == set()
    large.write("runbook/index.md", "run `csp-config record done contoso-1/opt-in-1a2b3c4d` afterwards\n")
    assert bash(large.path, variables, "csp-config record done ") == {"contoso-1/opt-in-1a2b3c4d"}


def test_the_folder_named_with_root_is_the_one_looked_at(
    repo: Repo, variables: dict[str, str], tmp_path: Path
) -> None:
    needs("bash")
    line = f"csp-config plan --root {repo.path} --only contoso-d"
    assert bash(tmp_path, variables, line) == {"contoso-desk"}


@pytest.mark.parametrize(
    "line",
    ["csp-config plna ", "csp-config record granted ", "csp-config plan --only ", "csp-config plan --x "],
)
def test_where_nothing_fits_or_nothing_is_there_nothing_is_said(
    variables: dict[str, str], tmp_path: Path, line: str
) -> None:
    needs("bash")
    assert bash(tmp_path, variables, line) == set()


@pytest.mark.parametrize("settings", ["roots: [offers, 1]\n", "roots: [gone]\n", "a: [\n"])
def test_settings_that_cannot_be_used_are_no_reason_to_speak(
    variables: dict[str, str], tmp_path: Path, settings: str
) -> None:
    needs("bash")
    (tmp_path / "csp-config.yaml").write_text(settings)
    (tmp_path / "offers").write_text("no folder")
    assert bash(tmp_path, variables, "csp-config plan --only ") == set()


@pytest.mark.slow
def test_looking_stops_where_there_are_too_many_documents(variables: dict[str, str], tmp_path: Path) -> None:
    needs("bash")
    (tmp_path / "offers").mkdir()
    for number in range(5_000):
        (tmp_path / f"offers/{number:05}.yaml").write_text(f"kind: Offer\nid: contoso-{number:05}\n")
    assert names(tmp_path, 3).documents == 3
    offered = bash(tmp_path, variables, "csp-config plan --only contoso-0")
    assert len(offered) == 4_000


def test_every_script_is_printed_without_running_a_shell(tmp_path: Path) -> None:
    for shell in filter(get_completion_class, ("bash", "zsh", "fish", "powershell")):
        ran = csp_config(tmp_path, "completion", shell, environment={"PATH": str(tmp_path)})
        assert (ran.code, ran.errors) == (0, "")
        assert "_CSP_CONFIG_COMPLETE" in ran.output
    assert csp_config(tmp_path, "completion", "tcsh").code == 64


def test_a_script_that_goes_through_the_shell_has_no_carriage_returns(variables: dict[str, str]) -> None:
    asked = {"_CSP_CONFIG_COMPLETE": "zsh_complete", "COMP_WORDS": "csp-config val", "COMP_CWORD": "1"}
    done = subprocess.run(["csp-config"], env={**variables, **asked}, capture_output=True, check=True)
    assert done.stdout.startswith(b"plain\nvalidate\n")
    assert b"\r" not in done.stdout
