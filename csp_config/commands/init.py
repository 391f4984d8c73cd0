"""init: the first files of a project. No file that exists is overwritten.

Longer than most modules: what is refused and what is written depend on the same look at the folder.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from textwrap import dedent
from typing import TYPE_CHECKING

from csp_config import editing, schema
from csp_config.commands import starter
from csp_config.commands.pipeline_files import PipelineFiles, runs_for
from csp_config.commands.project_at_commit import read_settings
from csp_config.commands.starter_folder import StarterFolder, Step
from csp_config.errors import GitError, RefusedError
from csp_config.git import (
    Repository,
    default_branch_name,
    find_project,
    folder_tree,
    origin_address,
    own_folder_of_git,
    remote_head,
)
from csp_config.loading import SETTINGS_PATH, load_settings, under
from csp_config.model import Settings
from csp_config.text.project_commands import with_root
from csp_config.text.shells import PLAIN_CHARACTERS, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from csp_config.commands.source import Source
    from csp_config.git import Project

_IGNORED = "/runbook/"
_HOOKS_PATH = ".pre-commit-config.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """The results for all files, and what the next commands are about.

    `in_git`: whether the project is in a repository, with `branch` as the default one. `has_base`: there is a
    commit to compare with. `to_add`: what is to be committed, relative to the project.
    """

    root: Path
    steps: tuple[Step, ...]
    in_git: bool
    has_base: bool
    branch: str
    to_add: tuple[str, ...]


def init(
    start: Path,
    pipeline: str | None,
    *,
    source: Source | None,
    environment: Mapping[str, str],
    insist: bool = False,
    refresh: bool = False,
) -> InitResult:
    """Write the files that are missing; `pipeline`: a key of `starter.PIPELINES`, `none`, or None: detected.

    `start`: the project's folder. Hooks and pipelines are written to git's top. `source`: what the pipeline
    installs; None if it is not known; with `insist` nothing is written where it would install something else.
    `refresh`: also update schemas that another version wrote. Raises:
    GitError, ReadingError, RefusedError, WritingError.
    """
    project = _found_project(start)
    in_git = project.git_folder is not None
    repository = Repository(project, environment) if in_git else None
    files = _StarterFiles(project, origin_address(project, environment), repository)
    with editing.locked(project.path, project.lock) if in_git else nullcontext():
        chosen = pipeline or files.default_pipeline(refresh=refresh)
        if insist and source is not None:
            files.pipelines.require_source(chosen, source)
        steps = tuple(files.steps(chosen, source, refresh=refresh))
    return InitResult(
        root=project.path,
        steps=steps,
        in_git=in_git,
        has_base=repository is not None and _has_base(repository, project),
        branch=files.branch,
        to_add=_to_add(files, steps),
    )


def _found_project(start: Path) -> Project:
    """The project in a folder. Raises: GitError, RefusedError where no project can be in it."""
    own = own_folder_of_git(start)
    if own is not None:
        raise GitError(
            f"{start} is git's own (a bare repository or .git: {own}), so nothing is written there",
            help="make the project in a folder of a clone or of another working tree",
        )
    project = find_project(start, exactly=True)
    if project.folder and not is_plain(project.folder):
        raise RefusedError(
            f"the folder {project.folder!r} has characters outside {PLAIN_CHARACTERS} in its path from git's"
            " top, so no document in it would be read (CSP007); nothing was written",
            help="rename it, or make the project in another folder; csp-config explain CSP007 says why",
        )
    if SETTINGS_PATH not in {one.name for one in project.path.iterdir()}:
        _refuse_second_settings(project)
        _refuse_nested(project)
    return project


def _refuse_second_settings(project: Project) -> None:
    """Raises: RefusedError where settings are in the folder under a name that nobody reads."""
    wrong = project.misnamed_settings()
    if wrong:
        raise RefusedError(
            f"{wrong[0]} is here, and only {SETTINGS_PATH} is read as settings: there would be two files;"
            " nothing was written",
            help=f"rename it to {SETTINGS_PATH} and run this again; csp-config explain CSP012 says why",
        )


def _refuse_nested(project: Project) -> None:
    """Raises: RefusedError for a folder whose files another project reads as its own documents."""
    above = project.path.parent
    while project.path != project.top and above.is_relative_to(project.top):
        roots = _roots_of_project(above, top=project.top)
        if under(project.path.relative_to(above).as_posix(), roots):
            raise RefusedError(
                f"{project.folder}/ lies under the `roots` of the project in {above} ({', '.join(roots)}),"
                " which would read what is written here as its own documents; nothing was written",
                help=f"run it in {above}, or in a folder outside of its roots",
            )
        above = above.parent


def _roots_of_project(folder: Path, *, top: Path) -> tuple[str, ...]:
    """The roots of the project that a folder is, relative to it; none where it is no project.

    Git's top needs no settings to be one: documents in the usual place do.
    """
    path = folder / SETTINGS_PATH
    if path.is_file():
        return load_settings(path.read_bytes())[0].roots
    usual = Settings().roots
    return usual if folder == top and folder_tree(folder, usual).files else ()


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
    line = f"default_branch: {editing.scalar(told.branch)}"
    nameable = not load_settings(f"{line}\n".encode())[1]
    change = f"write `{line}` into it" if nameable else "take default_branch out of it"
    return (
        f"; its default_branch is {named}, and {told.remote}/HEAD leads to {told.branch}: {change} and write"
        f" that branch into the pipeline; or, where {named} is the default branch by now, run"
        f" `git remote set-head {told.remote} --auto`"
    )


def _has_base(repository: Repository, project: Project) -> bool:
    """Whether there is an earlier commit to compare with: all but a first one with nothing changed since."""
    head = repository.head()
    if head is None or repository.parents(head):
        return head is not None
    candidate = repository.candidate()
    tree, settings, _ = read_settings(repository, candidate, project.folder)
    return tree.files != repository.tree(head, (*settings.roots, settings.path)).files


def _to_add(files: _StarterFiles, steps: Sequence[Step]) -> tuple[str, ...]:
    """What was written, and before the first commit also what is there; relative to the project."""
    first = files.repository is None or files.repository.head() is None
    paths = {step.path for step in steps if step.wrote or (first and files.exists(step.path))}
    return tuple(sorted({path if path.startswith("../") else path.partition("/")[0] for path in paths}))


class _StarterFiles(StarterFolder):
    """Writes the first files into a project's folder, and hooks and pipelines into git's top."""

    def __init__(self, project: Project, origin: str, repository: Repository | None) -> None:
        super().__init__(project, repository)
        settings, self.settings_broken = load_settings(self.content(SETTINGS_PATH))
        self.had_settings = self.exists(SETTINGS_PATH)
        self.roots = settings.roots
        self.named_branch = settings.default_branch
        self.branch = settings.default_branch or _default_branch(repository)
        self.pipelines = PipelineFiles(self, origin, self.branch)

    def steps(self, pipeline: str, source: Source | None, *, refresh: bool) -> Iterator[Step]:
        yield self.settings()
        yield from self.documents()
        for name in (file.removesuffix(".schema.json") for file in schema.KINDS.values()):
            yield self.schema(f"schemas/{name}.schema.json", schema.text(name), refresh=refresh)
        yield self.hooks()
        if pipeline in starter.PIPELINES:
            yield from self.pipelines.steps(pipeline, source)
        yield self.ignore_runbook()

    def default_pipeline(self, *, refresh: bool) -> str:
        """The pipeline whose file exists, else the one of the remote's host, else GitHub's.

        With `refresh` a project with settings and no pipeline gets none.
        """
        none = "none" if refresh and self.had_settings else None
        return self.pipelines.present() or none or self.pipelines.usual()

    def hooks(self) -> Step:
        """Write the hooks, or say how they get into the file that is there."""
        files = "|".join(f"{re.escape(root)}/.*\\.ya?ml" for root in self.roots)
        hooks = self.for_project(starter.fill(starter.HOOKS, files=files))
        if self.folder:
            hooks = hooks.replace("files: ^(", f"files: ^{re.escape(self.folder)}/(")
        path = self.at_top(_HOOKS_PATH)
        step = self.write_new(path, starter.HOOKS_HEAD + hooks)
        content = self.content(path) or b""
        if step.result != "left alone" or runs_for(content, self.folder):
            return step
        return replace(step, add=editing.addition(content, "repos", dedent(hooks)))

    def for_project(self, text: str) -> str:
        """The text with --root in every csp-config command, where the project is not git's top."""
        if not self.folder:
            return text
        text = with_root(text, self.folder)
        # pre-commit puts the names of files behind the entry of fmt, and these begin with the folder's.
        return re.sub(r"(entry: csp-config fmt .*)", r"\1 --", text) if self.folder.startswith("-") else text

    def settings(self) -> Step:
        """Write the settings, and say where they and the remote do not name one default branch."""
        text = starter.settings(self.branch)
        step = self.write_new(SETTINGS_PATH, text)
        if not step.wrote:
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
