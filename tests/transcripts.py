"""Pages whose transcripts are replayed: marks in the Markdown say where, with what, and what is run.

    <!-- repository: FOLDER, DIFF -->  a new place: this folder of tests/, committed, with this diff applied
    <!-- repository -->                a new place: an empty folder, with tests/guide's files in ~/Downloads
    <!-- repository: sample -->           a new place: the sample publisher, with the commits of its history
    <!-- file: PATH -->                the block below is this file
    <!-- change -->                    the block below is a diff, applied with `git apply`
    <!-- run: CODE -->                 its commands are run; the last one ends with this exit code, else 0
    <!-- tab: WORDS -->                the block below is what bash offers after these words

What follows a `repository` mark, up to the next one, is one transcript: its commands run in one place.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests import forked
from tests.guide.made_up import FILES
from tests.guide.sample_history import grow
from tests.repositories import CLOCK
from tests.systems import need

TESTS = Path(__file__).parent
_NOW = 1795348800
_START = re.compile(r"^(?=<!-- repository)", re.MULTILINE)
_MARK = re.compile(
    r"<!-- (?P<verb>repository|file|change|run|tab)(?:: (?P<rest>[^\n]*))? -->\n"
    r"(?:```\w+\n(?P<block>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)
_COMMAND = re.compile(r"^\$ (?P<command>.*(?:\n> .*)*)\n", re.MULTILINE)
_TAB = """\
eval "$(csp-config completion bash)"
compopt() { :; }
_offer() { _csp_config_completion csp-config; printf '%s\\n' "${COMPREPLY[@]}"; }
"""
ENVIRONMENT = {
    **CLOCK,
    "PATH": os.environ["PATH"],
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ana Lima",
    "GIT_AUTHOR_EMAIL": "ana@contoso.example",
    "GIT_COMMITTER_NAME": "Ana Lima",
    "GIT_COMMITTER_EMAIL": "ana@contoso.example",
    "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
    "SOURCE_DATE_EPOCH": str(_NOW),
    "COLUMNS": "80",
}
"""A user whose clock stands still, so that commits have the same IDs at every run."""


def transcripts(page: str) -> list[str]:
    """The transcripts of a page; joined, with what stands before the first, they are the page."""
    return _START.split(page)[1:]


def commands(transcript: str) -> list[str]:
    """The command lines that a transcript runs."""
    runs = [mark["block"] for mark in _MARK.finditer(transcript) if mark["verb"] == "run"]
    return [found["command"] for block in runs for found in _COMMAND.finditer(block)]


def replayed(transcript: str, home: Path) -> str:
    """The transcript as it goes now."""
    place = _Place(home)
    parts, end = [], 0
    for mark in _MARK.finditer(transcript):
        block, rest = mark["block"] or "", mark["rest"] or ""
        if mark["verb"] == "repository":
            place.begin(*filter(None, rest.split(", ")))
        elif mark["verb"] == "file":
            place.write(rest, block)
        elif mark["verb"] == "change":
            place.git("apply", text=block)
        else:
            now = place.offered(rest) if mark["verb"] == "tab" else place.ran(block, int(rest or 0))
            parts += [transcript[end : mark.start("block")], now]
            end = mark.end("block")
    return "".join([*parts, transcript[end:]])


class _Place:
    """The folder ~/contoso of a user who has the program."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "contoso"
        self.home = home
        path = f"{forked.command().parent}:{ENVIRONMENT['PATH']}"
        self.environment = {**ENVIRONMENT, "HOME": str(home), "PATH": path}
        self.environment["PYTHONPATH"] = str(TESTS.parent)

    def begin(self, source: str | None = None, change: str | None = None) -> None:
        """Make the folder."""
        self.folder.mkdir()
        if source == "sample":
            grow(self.folder, self.environment)
            return
        if source is None:
            (self.home / "Downloads").mkdir()
            for name, made in FILES.items():
                (self.home / "Downloads" / name).write_bytes(made())
                os.utime(self.home / "Downloads" / name, (_NOW, _NOW))
            return
        subprocess.run(["cp", "-r", f"{TESTS / source}/.", str(self.folder)], check=True)
        for arguments in (
            ("init", "-q", "-b", "main"),
            ("add", "-A"),
            ("commit", "-q", "-m", "Offers as they are"),
        ):
            self.git(*arguments)
        if change:
            self.git("apply", str(TESTS / change))

    def git(self, *arguments: str, text: str | None = None) -> None:
        """Run git; it has to succeed."""
        subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, input=text, text=True, check=True
        )

    def write(self, path: str, content: str) -> None:
        """Write a file, with its folders."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")

    def ran(self, block: str, code: int) -> str:
        """A console block with what its commands print now, on both streams."""
        shown: list[str] = []
        last = 0
        for found in _COMMAND.finditer(block):
            assert last == 0, f"{shown[-1]}\nended with {last}"
            said, last = self.said("sh", "-c", found["command"].replace("\n> ", "\n"))
            shown.append(found[0] + said)
        assert last == code, f"{shown[-1]}\nended with {last}, not with {code}"
        return "".join(shown)

    def offered(self, words: str) -> str:
        """What completion offers in bash when TAB is pressed after the words, one a line."""
        script = f"{_TAB}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _offer"
        need("bash")
        return self.said("bash", "-c", script)[0]

    def said(self, *arguments: str) -> tuple[str, int]:
        """What a process prints, and its exit code."""
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        shown = done.stdout.decode().replace("\r\n", "\n")  # which a page cannot show
        return shown.replace(str(self.home), "~"), done.returncode
