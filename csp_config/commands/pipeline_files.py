"""The pipeline that `init` writes: which file it is, what it fetches, and what another file has to say of it.

A pipeline that is there is never changed, but for one that `init` wrote when its source was not known.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.commands import starter
from csp_config.commands.source import UNKNOWN, example, host_of
from csp_config.commands.starter_folder import Step
from csp_config.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.source import Source
    from csp_config.commands.starter_folder import StarterFolder

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
_ROOT = re.compile(r"""(?:--root[ =]|CSP_CONFIG_ROOT["']?:?\s+(?:value:\s*)?|\broot:\s*)["']?([\w./-]+)""")
_SOURCE = {
    "github": re.compile(r"uses: (\S*csp-config@[0-9a-f]{40,64}\b|\./csp-config-is-not-here\b)"),
    "gitlab": re.compile(r"CSP_CONFIG_URL: (\S+)\n\s*CSP_CONFIG_COMMIT: \"?(\w+)"),
    "azure": re.compile(r"CSP_CONFIG_URL\s+value: (\S+)\s+- name: CSP_CONFIG_COMMIT\s+value: \"?(\w+)"),
}
"""--pipeline -> how a file of it says what it fetches."""
_SECOND = "azure-pipelines.yml is another pipeline, so make one of this file as well: Pipelines, New pipeline"


class PipelineFiles:
    """The pipeline files of one project; `origin`: its repository's address, `branch`: the default one."""

    def __init__(self, files: StarterFolder, origin: str, branch: str) -> None:
        self.files, self.origin, self.branch = files, origin, branch

    def usual(self) -> str:
        """The pipeline of the remote's host, else GitHub's."""
        return starter.pipeline_for(host_of(self.origin)) or "github"

    def present(self) -> str | None:
        """The first pipeline whose file exists; None where there is none."""
        paths = {name: self.files.at_top(path) for name, (path, _) in starter.PIPELINES.items()}
        return next((name for name, path in paths.items() if self.files.exists(path)), None)

    def require_source(self, name: str, source: Source) -> None:
        """Raises: RefusedError where the pipeline there fetches something else; UsageError for none."""
        if name not in starter.PIPELINES:
            raise UsageError(
                "--from says what a pipeline fetches, and none is made",
                help=f"give --pipeline {'|'.join(starter.PIPELINES)} as well, or leave --from out",
            )
        path = self._own(name)
        content = (self.files.content(path) or b"").decode("utf-8", "replace")
        action = source.action(self.origin) if name == "github" else ""
        if not content or content == self._text(name, UNKNOWN, path):
            return
        if (action or source.url) in content and source.commit in content:
            return
        written = _SOURCE[name].search(content)
        fetched = "@".join(written.groups()) if written else ""
        raise RefusedError(
            f"{path} fetches {fetched or 'something else'}, and init changes no pipeline that is there;"
            " nothing was written",
            help=_change(path, source, action, fetched),
        )

    def steps(self, name: str, source: Source | None) -> Iterator[Step]:
        """Write the pipeline; also over one that this command wrote without a source."""
        path = self._own(name)
        beside = path != self._main(name)
        step = self._written(name, source, path)
        if beside and name == "azure" and step.result == "made":
            step = replace(step, why=f"{step.why}; {_SECOND}")
        yield step
        if beside and name == "gitlab":
            yield self._including(path)

    def _written(self, name: str, source: Source | None, path: str) -> Step:
        text = self._text(name, source or UNKNOWN, path)
        unset = self._text(name, UNKNOWN, path)
        if text != unset and self.files.content(path) == unset.encode():
            editing.write_file(self.files.root / path, text.encode())
            step = Step(path=path, result="made")
        else:
            step = self.files.write_new(path, text)
        if self.files.content(path) == unset.encode():
            return replace(step, why=_cannot_run(name, source))
        if source is not None and step.result == "made":
            return replace(step, why=_fetches(name, source))
        return step

    def _including(self, path: str) -> Step:
        """What .gitlab-ci.yml, which is somebody's own, has to say of the file that it is to include."""
        main = self._main("gitlab")
        content = self.files.content(main) or b""
        local = path.removeprefix(self.files.at_top(""))
        if local.encode() in content:
            return Step(path=main, result="left alone", why=f"it includes {local}")
        add = editing.addition(content, "include", f"- local: /{local}\n")
        return Step(path=main, result="left alone", why=f"it does not include {local} yet", add=add)

    def _main(self, name: str) -> str:
        return self.files.at_top(starter.PIPELINES[name][0])

    def _text(self, name: str, source: Source, path: str) -> str:
        text = starter.pipeline(name, source, self.branch, self.files.folder, self.origin)
        if name != "gitlab" or path == self._main(name):
            return text
        stages = editing.plain_items(self.files.content(self._main(name)) or b"", "stages")
        own = [stage for stage in stages if stage not in (".pre", ".post")]  # in which nothing runs alone
        local = path.removeprefix(self.files.at_top(""))
        return starter.included(text, local, own[-1] if own else "test")

    def _own(self, name: str) -> str:
        """The path of this project's pipeline: the one that there is, else the first that is free."""
        main = self._main(name)
        beside = []
        for path in self._beside(name):
            if not self.files.exists(path):
                beside.append(path)
                break
            if runs_for(self.files.content(path) or b"", self.files.folder):
                return path
        there = self.files.exists(main)
        if not there or runs_for(self.files.content(main) or b"", self.files.folder):
            return main
        return beside[0]

    def _beside(self, name: str) -> Iterator[str]:
        """Paths for a pipeline beside somebody's own one, or that of another project."""
        other = b"csp-config:" in (self.files.content(self._main(name)) or b"")
        mark = _NOT_IN_A_NAME.sub("-", self.files.folder).strip("-")
        mark = mark or ("top" if name == "github" or other else "")
        for number in count(1):
            parts = ["csp-config", mark, str(number) if number > 1 else ""]
            yield self.files.at_top(starter.BESIDE[name].format("-".join(filter(None, parts))))


def runs_for(content: bytes, folder: str) -> bool:
    """Whether a pipeline or hook file runs csp-config for the project in a folder (empty: git's top)."""
    text = content.decode("utf-8", "replace")
    named = _ROOT.findall(text)
    if folder:
        return folder in named
    hooks = re.findall(r"\bid: *csp-config-\w+", text)
    return "csp-config" in text and (not named or len(hooks) > len(named))


def _change(path: str, source: Source, action: str | None, old: str) -> str:
    """What to do for a pipeline that is there to fetch another source; `old`: what it fetches now."""
    if action is None:
        return f"{source.url} is not on the GitHub that runs it: push a copy to it, and give that with --from"
    new = action or f"{source.url} (CSP_CONFIG_URL) and {source.commit} (CSP_CONFIG_COMMIT)"
    if not old:
        return f"write {new} where it says what it fetches"
    return (
        f"write {new} in the place of {old} there; or delete {path}, run the same command again, and see with"
        " `git diff` what else is new"
    )


def _cannot_run(name: str, source: Source | None) -> str:
    """Why a pipeline file cannot install csp-config yet, and the command that sets the source."""
    says = f"csp-config init --pipeline {name} --from {example()} says what it fetches"
    if source is None:
        return f"it cannot run yet: {says}"
    return (
        "it cannot run yet: a workflow takes actions only from the GitHub that runs it, and"
        f" {source.url} is not there; push a copy to it, then {says}"
    )


def _fetches(name: str, source: Source) -> str:
    """Where a pipeline fetches csp-config from, and why that is not the SSH address that was given."""
    fetches = f"it fetches csp-config from {source.url}"
    if not source.ssh:
        return fetches
    fetches += f", over https, as a runner has no SSH key for {source.ssh}"
    if name == "github" or not source.port_unknown:  # a workflow names no address
        return fetches
    return f"{fetches}; which port https has there is not known: if not 443, write it into CSP_CONFIG_URL"
