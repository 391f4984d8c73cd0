"""init: the first files of a project. No file that exists is overwritten."""

from __future__ import annotations

import re
import shlex
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from csp_config import editing, schema
from csp_config.commands import starter
from csp_config.commands.source import UNKNOWN, Source, example, host_of
from csp_config.errors import GitError, ReadingError, RefusedError
from csp_config.git import (
    Repository,
    default_branch_name,
    find_project,
    folder_tree,
    origin_address,
    own_folder_of_git,
    remote_head,
)
from csp_config.loading import PLAIN_CHARACTERS, SETTINGS_PATH, has_plain_name, load_settings
from csp_config.text.shells import one_after_the_other, path_from, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from csp_config.git import Project

_IGNORED = "/runbook/"
_COMMAND = re.compile(r"\bcsp-config (?:validate|plan|fmt)\b")
_HOOKS_PATH = ".pre-commit-config.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The result for one file, and why. `add`: text that a person may add to it."""

    path: str
    result: Literal["made", "added to", "refreshed", "left alone"]
    why: str = ""
    add: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """The results for all files, and the next commands to run."""

    root: Path
    steps: tuple[Step, ...]
    next: tuple[str, ...]


def init(
    start: Path,
    pipeline: str | None,
    *,
    source: Source | None,
    environment: Mapping[str, str],
    refresh: bool = False,
) -> InitResult:
    """Write the files that are missing; `pipeline`: a key of `starter.PIPELINES`, `none`, or None: detected.

    `start`: the project's folder. Hooks and pipelines are written to git's top. `source`: what the pipeline
    installs; None if it is not known. `refresh`: also update schemas that another version wrote. Raises:
    GitError, ReadingError, RefusedError, WritingError.
    """
    project = _found_project(start)
    in_git = project.git_folder is not None
    repository = Repository(project, environment) if in_git else None
    files = _StarterFiles(project, origin_address(project, environment), repository)
    with editing.locked(project.path, project.lock) if in_git else nullcontext():
        steps = tuple(files.steps(pipeline, source, refresh=refresh))
    return InitResult(root=project.path, steps=steps, next=_next_commands(steps, in_git=in_git))


def _found_project(start: Path) -> Project:
    """The project in a folder. Raises: GitError, RefusedError where no project can be in it."""
    own = own_folder_of_git(start)
    if own is not None:
        raise GitError(
            f"{start} is git's own (a bare repository or .git: {own}), so nothing is written there",
            help="run csp-config init in a folder of a clone or of another working tree",
        )
    project = find_project(start, exactly=True)
    if project.folder and not has_plain_name(project.folder):
        raise RefusedError(
            f"the folder {project.folder!r} has characters outside {PLAIN_CHARACTERS} in its path from git's"
            " top, so no document in it would be read (CSP007); nothing was written",
            help="rename it, or make the project in another folder; csp-config explain CSP007 says why",
        )
    return project


def _default_branch(repository: Repository | None) -> str:
    """The default branch, as far as git knows it; `main` where it does not."""
    try:
        return (default_branch_name(repository) if repository is not None else None) or "main"
    except GitError:
        return "main"


def _other_branch(repository: Repository | None, named: str) -> str:
    """What to do where the remote has another default branch than the settings name; empty where not."""
    told = remote_head(repository) if repository is not None else None
    if told is None or told.branch == named:
        return ""
    return (
        f"; its default_branch is {named}, and {told.remote}/HEAD leads to {told.branch}: write"
        f" `default_branch: {editing.scalar(told.branch)}` into it and that branch into the pipeline; or,"
        f" where {named} is the default branch by now, run `git remote set-head {told.remote} --auto`"
    )


def _next_commands(steps: tuple[Step, ...], *, in_git: bool) -> tuple[str, ...]:
    """The next three commands."""
    look = ("csp-config validate --base none", "csp-config plan --base none")
    paths = [step.path for step in steps if step.result != "left alone"]
    paths_to_add = sorted({path if path.startswith("../") else path.partition("/")[0] for path in paths})
    if not in_git:
        return (*look, "git init")
    if not paths_to_add:
        return (*look, "csp-config partners")
    commit = "git commit -m 'Which partners may resell our offers'"
    return (*look, one_after_the_other(f"git add {quoted(paths_to_add)}", commit))


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


class _StarterFiles:
    """Writes the first files into a project's folder, and hooks and pipelines into git's top."""

    def __init__(self, project: Project, origin: str, repository: Repository | None) -> None:
        self.origin, self.repository = origin, repository
        self.root, self.folder = project.path, project.folder
        self.top = path_from(project.path, project.top)
        settings, self.settings_broken = load_settings(self.content(SETTINGS_PATH))
        self.had_settings = self.exists(SETTINGS_PATH)
        self.roots = settings.roots
        self.named_branch = settings.default_branch
        self.branch = settings.default_branch or _default_branch(repository)

    def steps(self, pipeline: str | None, source: Source | None, *, refresh: bool) -> Iterator[Step]:
        yield self.settings()
        yield from self.documents()
        for name in (file.removesuffix(".schema.json") for file in schema.KINDS.values()):
            yield self.schema(f"schemas/{name}.schema.json", schema.text(name), refresh=refresh)
        files = "|".join(f"{re.escape(root)}/.*\\.ya?ml" for root in self.roots)
        hooks = self.for_project(starter.fill(starter.HOOKS, files=files))
        if self.folder:
            hooks = hooks.replace("files: ^(", f"files: ^{re.escape(self.folder)}/(")
        yield self.write_new(self.at_top(_HOOKS_PATH), starter.HOOKS_HEAD + hooks, add=hooks)
        pipeline = pipeline or self.default_pipeline(refresh=refresh)
        if pipeline in starter.PIPELINES:
            yield self.pipeline(pipeline, source)
        yield self.ignore_runbook()

    def at_top(self, path: str) -> str:
        """A path in git's top, relative to the project."""
        return path if self.top == "." else f"{self.top}/{path}"

    def for_project(self, text: str) -> str:
        """The text with --root in every csp-config command, where the project is not git's top."""
        if not self.folder:
            return text
        text = _COMMAND.sub(lambda found: f"{found[0]} --root {shlex.quote(self.folder)}", text)
        # pre-commit puts the names of files behind the entry of fmt, and these begin with the folder's.
        return re.sub(r"(entry: csp-config fmt .*)", r"\1 --", text) if self.folder.startswith("-") else text

    def settings(self) -> Step:
        """Write the settings, and say where they and the remote do not name one default branch."""
        text = starter.settings(self.branch)
        step = self.write_new(SETTINGS_PATH, text)
        if step.result == "left alone":
            other = _other_branch(self.repository, self.named_branch) if self.named_branch else ""
            return replace(step, why=step.why + other)
        if load_settings(text.encode())[0].default_branch == self.branch:
            return step
        return replace(step, why=f"it cannot name the branch {self.branch}: what origin/HEAD leads to counts")

    def documents(self) -> Iterator[Step]:
        """Write an offer and a partner list, if there are no documents yet."""
        top = self.roots[0]
        tree = folder_tree(self.root, self.roots)
        if self.settings_broken:
            yield Step(
                path=top,
                result="left alone",
                why=f"{SETTINGS_PATH} has errors; csp-config validate shows them",
            )
        elif tree.files or tree.unreadable:
            yield Step(path=top, result="left alone", why="it holds something already")
        else:
            for path, text in (
                (f"{top}/sample-offer.yaml", starter.OFFER),
                (f"{top}/partner-lists/first-partners.yaml", starter.PARTNERS),
            ):
                yield self.write_new(path, starter.fill(text, schemas="../" * path.count("/") + "schemas"))

    def schema(self, path: str, text: str, *, refresh: bool) -> Step:
        """Write a schema for editors; with `refresh`, also over one of another version."""
        present = self.content(path)
        if present in (None, text.encode()):
            return self.write_new(path, text)
        if not refresh:
            why = "it is of another version: csp-config init --refresh brings it up to date"
            return Step(path=path, result="left alone", why=why)
        editing.write_file(self.root / path, text.encode())
        return Step(path=path, result="refreshed")

    def default_pipeline(self, *, refresh: bool) -> str:
        """The pipeline whose file exists, else the one of the remote's host, else GitHub's.

        With `refresh` a project with settings and no pipeline gets none.
        """
        there = (name for name, (path, _) in starter.PIPELINES.items() if self.exists(self.at_top(path)))
        usual = starter.pipeline_for(host_of(self.origin)) or "github"
        return next(there, None) or ("none" if refresh and self.had_settings else usual)

    def pipeline(self, name: str, source: Source | None) -> Step:
        """Write the pipeline; also over one that this command wrote without a source."""
        path = self.at_top(starter.PIPELINES[name][0])
        text = starter.pipeline(name, source or UNKNOWN, self.branch, self.folder, self.origin)
        unset = starter.pipeline(name, UNKNOWN, self.branch, self.folder)
        if source is None or text == unset:
            step = self.write_new(path, text, add=text)
            stands = self.content(path) == unset.encode()
            return replace(step, why=_cannot_run(name, source)) if stands else step
        why = _fetches(name, source)
        if self.content(path) == unset.encode():
            editing.write_file(self.root / path, text.encode())
            return Step(path=path, result="made", why=why)
        step = self.write_new(path, text, add=text)
        return replace(step, why=why) if step.result == "made" else step

    def exists(self, path: str) -> bool:
        """Whether anything has this path, even a broken symbolic link."""
        return (self.root / path).exists() or (self.root / path).is_symlink()

    def write_new(self, path: str, text: str, add: str = "") -> Step:
        """Write a file, unless its path exists."""
        if self.exists(path):
            same = self.content(path) == text.encode()
            why = "it is as it should be" if same else "it is there already"
            return Step(
                path=path, result="left alone", why=why, add="" if same else self.missing_text(path, add)
            )
        editing.write_inside(self.root, path, text.encode())
        return Step(path=path, result="made")

    def missing_text(self, path: str, add: str) -> str:
        """The text to add to a file; empty where it runs csp-config already."""
        mark = f"--root {shlex.quote(self.folder)}" if self.folder else "csp-config"
        return "" if mark.encode() in (self.content(path) or b"") else add

    def ignore_runbook(self) -> Step:
        """Add the runbook's folder to .gitignore."""
        path = ".gitignore"
        content = self.content(path)
        lines = (content or b"").decode("utf-8", "replace").split()
        if {_IGNORED, "runbook/", "runbook", "/runbook"}.intersection(lines):
            return Step(path=path, result="left alone", why=f"it has {_IGNORED} already")
        before = content or b""
        gap = b"" if before.endswith(b"\n") or not before else b"\n"
        editing.write_inside(self.root, path, before + gap + f"{_IGNORED}\n".encode())
        return Step(path=path, result="made" if content is None else "added to", why=_IGNORED)

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReadingError(
                f"{path} cannot be read: {error.strerror}", help="put a plain, readable file there, or none"
            ) from None
