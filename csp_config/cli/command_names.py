"""The commands by name, and a shell that asks which of them begins with a word: answered without click."""

from __future__ import annotations

import os

COMMANDS = {
    "validate": ("csp_config.cli.review", "Is this change right? Schema, references,..."),
    "plan": ("csp_config.cli.review", "What has to happen in Partner Center:..."),
    "apply": ("csp_config.cli.apply", "Make it happen: hand out the work as a..."),
    "record": ("csp_config.cli.record", "Write down what happened: done, filed,..."),
    "records-branch": ("csp_config.cli.record", "Print the branch that records go to: the..."),
    "status": ("csp_config.cli.status", "What is waiting on a person or on..."),
    "history": ("csp_config.cli.history", "Who may sell what since when."),
    "site": ("csp_config.cli.site", "Write the whole state as pages and JSON."),
    "comment": ("csp_config.cli.comment", "Say in the pull request what the plan is:..."),
    "remind": ("csp_config.cli.remind", "Keep one issue that says what has waited..."),
    "import": ("csp_config.cli.importing", "Bring in what other systems hold:..."),
    "export": ("csp_config.cli.export", "Write the partners of a list, or of an..."),
    "partners": ("csp_config.cli.partners", "Find partners: who they are, in which..."),
    "fmt": ("csp_config.cli.fmt", "Bring documents into their canonical form;..."),
    "init": ("csp_config.cli.init", "Make a working repository, from nothing or..."),
    "completion": ("csp_config.cli.completion", "Print the script that completes commands,..."),
    "emulator": ("csp_config.cli.emulator", "A stand-in for Partner Center on loopback:..."),
    "explain": ("csp_config.cli.manual", "The manual of one rule, by code or name:..."),
    "rules": ("csp_config.cli.manual", "All rules."),
    "lsp": ("csp_config.cli.lsp", "Serve an editor as a language server."),
    "schema": ("csp_config.cli.manual", "Print a JSON Schema, of a kind of document..."),
}

"""Command -> its module, imported when it is called, and its summary, as click shortens it for completion."""

FORMAT_VARIABLE = "CSP_CONFIG_FORMAT"
FORMATS = (
    *("text", "json", "markdown", "html", "slack", "teams", "concise"),
    *("github", "gitlab", "sarif", "junit", "csv"),
)
"""Every word that some command takes after --format; a list of its own, since no command is imported here."""

COMPLETING = "_CSP_CONFIG_COMPLETE"
"""The variable that the shells' scripts set: what runs then is not the command, but its completion."""

_LINES = {
    "bash": "plain,{0}",
    "zsh": "plain\n{0}\n{1}",
    "fish": "plain,{0}\t{1}",
    "powershell": "plain\n{0}\n{1}",
}
_NEEDS_QUOTING = frozenset("'\"\\")


def completed() -> str | None:
    """The commands that begin with the word that is being typed; None where click has to be asked.

    As `click.shell_completion` has it: the words come in COMP_WORDS. COMP_CWORD is the number of the one that
    is being typed, but in fish the word itself.
    """
    shell, _, what = os.environ.get(COMPLETING, "").partition("_")
    line, word = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    if what != "complete" or shell not in _LINES or not _NEEDS_QUOTING.isdisjoint(line + word):
        return None
    words = line.split()[1:]
    if shell != "fish":
        if word != "1":
            return None
        word = words[0] if words else ""
    if words not in ([], [word]) or (word and not word[0].isalnum()):
        return None
    return "\n".join(
        _LINES[shell].format(name, summary)
        for name, (_, summary) in COMMANDS.items()
        if name.startswith(word)
    )
