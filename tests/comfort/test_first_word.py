"""The names of commands are completed without click, and as click would complete them."""

from __future__ import annotations

import pytest
from click.shell_completion import get_completion_class

from csp_config.cli.command_names import COMMANDS, COMPLETING, completed
from csp_config.cli.program import cli

SHELLS = tuple(shell for shell in ("bash", "zsh", "fish", "powershell") if get_completion_class(shell))
WORDS = ("", *COMMANDS, *(name[:2] for name in COMMANDS), "x", "VALIDATE", "1")


def by_click(shell: str) -> str:
    kind = get_completion_class(shell)
    assert kind is not None
    return kind(cli, {}, "csp-config", COMPLETING).complete()


def typed(monkeypatch: pytest.MonkeyPatch, shell: str, line: str, word: str) -> None:
    for name, value in ((COMPLETING, f"{shell}_complete"), ("COMP_WORDS", line), ("COMP_CWORD", word)):
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("word", WORDS)
def test_a_first_word_is_completed_as_click_does_it(
    monkeypatch: pytest.MonkeyPatch, shell: str, word: str
) -> None:
    typed(monkeypatch, shell, f"csp-config {word}", word if shell == "fish" else "1")
    assert completed() == by_click(shell)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "number", "word"),
    [
        ("csp-config validate ", "2", ""),
        ("csp-config validate --ba", "2", "--ba"),
        ("csp-config --he", "1", "--he"),
        ("csp-config 'va", "1", "'va"),
        ("csp-config v\\a", "1", "v\\a"),
        ("csp-config explain CSP3", "2", "CSP3"),
    ],
)
def test_everything_else_is_left_to_click(
    monkeypatch: pytest.MonkeyPatch, shell: str, line: str, number: str, word: str
) -> None:
    typed(monkeypatch, shell, line, word if shell == "fish" else number)
    assert completed() is None


def test_without_a_question_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMPLETING, raising=False)
    assert completed() is None
    for asked in ("bash_source", "tcsh_complete", "bash"):
        monkeypatch.setenv(COMPLETING, asked)
        assert completed() is None
