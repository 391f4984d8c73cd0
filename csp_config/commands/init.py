"""init: a working repository from nothing, or around what is there. Nothing that is there is written over."""

from __future__ import annotations

import re
import shlex
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from csp_config import editing, schema
from csp_config.commands import starter
from csp_config.commands.source import UNKNOWN, Source, example, host_of
from csp_config.errors import ReadingError
from csp_config.git import find_project, folder_tree, origin_address
from csp_config.loading import SETTINGS_PATH, load_settings
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
    """What became of one file, and why. `add`: what people may add to it."""

    path: str
    result: Literal["made", "added to", "refreshed", "left alone"]
    why: str = ""
    add: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Everything that became of the files, and the commands that come next."""

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
) -> Made:
    """Write what is missing; `pipeline`: a key of `starter.PIPELINES`, `none`, or None to find it.

    `start` is the project's folder. Hooks and pipelines belong to git's top, whose files are not written over
    either. `source` is what the pipeline installs; None where nobody knows. `refresh` also brings schemas up
    to date that another version wrote. Raises: ReadingError, WritingError.
    """
    project = find_project(start, exactly=True)
    in_git = project.git_folder is not None
    host = host_of(origin_address(project, environment))
    with editing.locked(project.path, project.lock) if in_git else nullcontext():
        steps = tuple(_Workplace(project, host).steps(pipeline, source, refresh=refresh))
    return Made(root=project.path, steps=steps, next=_following(steps, in_git=in_git))


def _following(steps: tuple[Step, ...], *, in_git: bool) -> tuple[str, ...]:
    """The next three commands."""
    look = ("csp-config validate --base none", "csp-config plan --base none")
    paths = [step.path for step in steps if step.result != "left alone"]
    made = sorted({path if path.startswith("../") else path.partition("/")[0] for path in paths})
    if not in_git:
        return (*look, "git init")
    if not made:
        return (*look, "csp-config partners")
    commit = "git commit -m 'Which partners may resell our offers'"
    return (*look, one_after_the_other(f"git add {quoted(made)}", commit))


def _cannot_run(name: str, source: Source | None) -> str:
    """Why a pipeline file names no csp-config yet, and the command that makes it do so."""
    says = f"csp-config init --pipeline {name} --from {example()} says what it fetches"
    if source is None:
        return f"it cannot run yet: {says}"
    return (
        "it cannot run yet: a workflow takes actions only from the GitHub that runs it, and"
        f" {source.url} is not there; push a copy to it, then {says}"
    )


class _Workplace:
    """The folder that gets the files, and git's top, where hooks and pipelines belong."""

    def __init__(self, project: Project, host: str) -> None:
        self.host = host
        self.root, self.folder = project.path, project.folder
        self.top = path_from(project.path, project.top)
        settings, self.settings_broken = load_settings(self.content(SETTINGS_PATH))
        self.had_settings = self.present(SETTINGS_PATH)
        self.roots = settings.roots
        self.branch = settings.default_branch or "main"

    def steps(self, pipeline: str | None, source: Source | None, *, refresh: bool) -> Iterator[Step]:
        yield self.put(SETTINGS_PATH, starter.SETTINGS)
        yield from self.documents()
        for name in (file.removesuffix(".schema.json") for file in schema.KINDS.values()):
            yield self.schema(f"schemas/{name}.schema.json", schema.text(name), refresh=refresh)
        files = "|".join(f"{re.escape(root)}/.*\\.ya?ml" for root in self.roots)
        hooks = self.for_project(starter.fill(starter.HOOKS, files=files))
        if self.folder:
            hooks = hooks.replace("files: ^(", f"files: ^{re.escape(self.folder)}/(")
        yield self.put(self.at_top(_HOOKS_PATH), starter.HOOKS_HEAD + hooks, add=hooks)
        pipeline = pipeline or self.usual_pipeline(refresh=refresh)
        if pipeline in starter.PIPELINES:
            yield self.pipeline(pipeline, source)
        yield self.ignore()

    def at_top(self, path: str) -> str:
        """A path at git's top, told from the project."""
        return path if self.top == "." else f"{self.top}/{path}"

    def for_project(self, text: str) -> str:
        """A text that runs csp-config, with the project named in every command where it is not git's top."""
        if not self.folder:
            return text
        return _COMMAND.sub(lambda found: f"{found[0]} --root {shlex.quote(self.folder)}", text)

    def documents(self) -> Iterator[Step]:
        """One offer and one list, where there are no documents yet."""
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
                yield self.put(path, starter.fill(text, schemas="../" * path.count("/") + "schemas"))

    def schema(self, path: str, text: str, *, refresh: bool) -> Step:
        """A schema for editors; one of another version is brought up to date where that is asked for."""
        present = self.content(path)
        if present in (None, text.encode()):
            return self.put(path, text)
        if not refresh:
            why = "it is of another version: csp-config init --refresh brings it up to date"
            return Step(path=path, result="left alone", why=why)
        editing.write_file(self.root / path, text.encode())
        return Step(path=path, result="refreshed")

    def usual_pipeline(self, *, refresh: bool) -> str:
        """Whose file is there already, or fits the host that the checkout came from; else GitHub's.

        A refresh adds none: whoever has settings and no pipeline wants it so.
        """
        there = (name for name, (path, _) in starter.PIPELINES.items() if self.present(self.at_top(path)))
        usual = starter.pipeline_for(self.host) or "github"
        return next(there, None) or ("none" if refresh and self.had_settings else usual)

    def pipeline(self, name: str, source: Source | None) -> Step:
        """The pipeline; one that could not run, since nobody had said what it installs, is made anew."""
        path = self.at_top(starter.PIPELINES[name][0])
        text = starter.pipeline(name, source or UNKNOWN, self.branch, self.folder, self.host)
        unset = starter.pipeline(name, UNKNOWN, self.branch, self.folder)
        if source is None or text == unset:
            step = self.put(path, text, add=text)
            stands = self.content(path) == unset.encode()
            return replace(step, why=_cannot_run(name, source)) if stands else step
        why = f"it fetches csp-config from {source.url}"
        if self.content(path) == unset.encode():
            editing.write_file(self.root / path, text.encode())
            return Step(path=path, result="made", why=why)
        step = self.put(path, text, add=text)
        return replace(step, why=why) if step.result == "made" else step

    def present(self, path: str) -> bool:
        """Whether anything has this name, be it a link that leads nowhere."""
        return (self.root / path).exists() or (self.root / path).is_symlink()

    def put(self, path: str, text: str, add: str = "") -> Step:
        """Make a file, unless anything has its name."""
        if self.present(path):
            same = self.content(path) == text.encode()
            why = "it is as it should be" if same else "it is there already"
            return Step(path=path, result="left alone", why=why, add="" if same else self.missing(path, add))
        editing.write_inside(self.root, path, text.encode())
        return Step(path=path, result="made")

    def missing(self, path: str, add: str) -> str:
        """What to add to a file; nothing where it speaks of csp-config already."""
        mark = f"--root {shlex.quote(self.folder)}" if self.folder else "csp-config"
        return "" if mark.encode() in (self.content(path) or b"") else add

    def ignore(self) -> Step:
        """Keep the runbook, which is made anew by every apply, out of git."""
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
        """What a file holds; None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReadingError(
                f"{path} cannot be read: {error.strerror}", help="put a plain, readable file there, or none"
            ) from None
