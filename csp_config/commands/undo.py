"""plan --undo: the declarations of today without the changes of a commit."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.questions import answer_question
from csp_config.commands.workspace import require_settings
from csp_config.errors import UsageError
from csp_config.loading import load, read_document
from csp_config.model import Tree
from csp_config.model.question import Question
from csp_config.text.shells import difference_applied, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from csp_config.commands.workspace import Workspace
    from csp_config.git import Repository
    from csp_config.model import Report

_DECLARING = ("Offer", "PartnerList")


class DocumentUndo(NamedTuple):
    """One document of the commit: its content with the change undone, or why that is not possible.

    `content` None: the document is deleted. `obstacle`: the reason, in words.
    """

    path: str
    content: bytes | None
    obstacle: str | None = None


def undo(workspace: Workspace, revision: str, today: date, *, notes: Sequence[str] = ()) -> Report:
    """What it would take to undo the declarations of a commit, or a merge, relative to its first parent.

    Only offers and partner lists are undone; records and resale data stay as they are today.
    Raises: UsageError where there is no commit to compare with, GitError where it is not in this clone.
    """
    require_settings(workspace)
    repository = workspace.repository
    if repository is None:
        raise UsageError("--undo takes a commit back, and there is no git repository here", help="use --if")
    commit = repository.candidate(at=revision).commit or ""
    parents = repository.parents(commit)
    if not parents:
        raise UsageError(
            f"{revision} is the first commit, so there is nothing before it to go back to",
            help="name a later commit, or ask with --if",
        )
    roots = workspace.candidate.settings.roots
    then, before = (repository.tree(one, roots).files for one in (commit, parents[0]))
    documents = [
        _undo_document(path, before.get(path), then.get(path), workspace.files.get(path))
        for path in sorted({*before, *then})
        if before.get(path) != then.get(path) and _declares(path, before.get(path), then.get(path))
    ]
    changed = [
        one for one in documents if one.obstacle is None and workspace.files.get(one.path) != one.content
    ]
    files = dict(workspace.files)
    for one in changed:
        files.pop(one.path, None)
        if one.content is not None:
            files[one.path] = one.content
    proposed = load(Tree(files=files, unreadable=_unreadable(workspace)), workspace.candidate.settings)
    question = Question(
        kind="undo",
        asked=(commit,),
        already=tuple(
            f"{one.path} already says what it said before"
            for one in documents
            if one.obstacle is None and one not in changed
        )
        or (() if documents else (f"{revision} changed no offer and no partner list",)),
        in_the_way=tuple(
            f"{one.path}: {one.obstacle}{_later_change(workspace, repository, commit, one.path, sides)}"
            for one in documents
            if one.obstacle and (sides := (before.get(one.path), then.get(one.path)))
        ),
        notes=(*notes, *_uncommitted(workspace, repository, [one.path for one in changed])),
        commands=tuple(_commands(commit, parents[0], [one.path for one in changed])),
    )
    return answer_question(workspace, proposed, question, today, files=files)


def _declares(path: str, before: bytes | None, then: bytes | None) -> bool:
    """Whether a document is an offer or a list, on either side."""
    if not path.endswith((".yaml", ".yml")):
        return False
    return any(
        content is not None and read_document(path, content).kind in _DECLARING for content in (before, then)
    )


def _undo_document(path: str, before: bytes | None, then: bytes | None, now: bytes | None) -> DocumentUndo:
    if now in (then, before):
        return DocumentUndo(path, before)
    if now is None:
        return DocumentUndo(path, None, "it was deleted since")
    if before is None:
        return DocumentUndo(path, now, "the commit added it, and it was changed since")
    if then is None:
        return DocumentUndo(path, now, "the commit deleted it, and it was written anew since")
    merged = merge_lines(then, before, now)
    if isinstance(merged, int):
        return DocumentUndo(path, now, f"line {merged} was changed again since")
    return DocumentUndo(path, merged)


def _later_change(
    workspace: Workspace,
    repository: Repository,
    commit: str,
    path: str,
    sides: tuple[bytes | None, bytes | None],
) -> str:
    """In words, the first later commit after which the change of a document cannot be undone.

    `sides`: the document before the commit that is undone, and in it.
    """
    committed = workspace.candidate_ref.kind == "commit"
    head = workspace.candidate_ref.commit if committed else repository.head()
    for name in repository.changing(path, commit, head) if head else ():
        if _undo_document(path, *sides, repository.tree(name, (path,)).files.get(path)).obstacle:
            later = repository.commit(name)
            return f", in {name[:12]} of {later.date[:10]} by {later.author}: {later.subject}"
    return "" if committed else ", and that is not committed yet"


def merge_lines(common: bytes, ours: bytes, theirs: bytes) -> bytes | int:
    """Merge two changes of a text; where they overlap or touch, the number of the line in `theirs`."""
    source = common.splitlines(keepends=True)
    mine, others = _edits(source, ours), _edits(source, theirs)
    for edit in mine:
        for other in others:
            if edit != other and edit.start <= other.end and other.start <= edit.end:
                return other.line
    merged: list[bytes] = []
    at = 0
    for start, end, lines in sorted({(edit.start, edit.end, edit.lines) for edit in (*mine, *others)}):
        merged += [*source[at:start], *lines]
        at = end
    return b"".join([*merged, *source[at:]])


class _Edit(NamedTuple):
    """Lines that replace others. `start` and `end` count lines of the common text, `line` of the changed."""

    start: int
    end: int
    lines: tuple[bytes, ...]
    line: int


def _edits(source: list[bytes], changed: bytes) -> list[_Edit]:
    target = changed.splitlines(keepends=True)
    matcher = SequenceMatcher(a=source, b=target, autojunk=False)
    return [
        _Edit(start, end, tuple(target[first:last]), first + 1)
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _unreadable(workspace: Workspace) -> dict[str, str]:
    """The paths of the candidate's documents that cannot be read, for a Tree."""
    unread = (one.path for one in workspace.candidate.unread)
    return dict.fromkeys((path for path in unread if path not in workspace.files), "cannot be read")


def _uncommitted(workspace: Workspace, repository: Repository, paths: Iterable[str]) -> Iterator[str]:
    """A note on documents to undo with uncommitted changes, at which the commands would fail."""
    head = repository.head()
    if head is None or workspace.candidate_ref.kind == "commit":
        return
    committed = repository.tree(head, workspace.candidate.settings.roots).files
    changed = [path for path in paths if committed.get(path) != workspace.files.get(path)]
    if changed:
        yield f"commit or stash first what is changed in {', '.join(changed)}"


def _commands(commit: str, parent: str, paths: Sequence[str]) -> Iterator[str]:
    """Shell commands that undo the changes of these documents in a new commit."""
    if paths:
        names = quoted(paths)
        yield 'cd "$(git rev-parse --show-toplevel)"'
        yield from difference_applied(f"{commit} {parent} -- {names}")
        yield f"git commit -m 'Undo {commit[:12]}'"
