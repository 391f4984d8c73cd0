"""plan --undo: the declarations of today without the changes of a commit."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.project_at_commit import read_settings
from csp_config.commands.questions import answer_question
from csp_config.commands.workspace import require_settings
from csp_config.errors import ReadingError, UsageError
from csp_config.loading import load, read_document
from csp_config.model import Tree
from csp_config.model.question import Question
from csp_config.text.shells import difference_applied, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from csp_config.commands.workspace import Workspace
    from csp_config.git import Repository
    from csp_config.loading.reading import Reading
    from csp_config.model import Report

_DECLARING = ("Offer", "PartnerList")


class DocumentUndo(NamedTuple):
    """One document of the commit: its content with the change undone, or why that is not possible.

    `content` None: the document is deleted. `obstacle`: the reason, in words; `since`: it is a later change.
    """

    path: str
    content: bytes | None
    obstacle: str | None = None
    since: bool = False


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
    if not repository.has(parents[0]):
        raise repository.missing(parents[0])
    then_tree, before_tree = (_documents_at(workspace, repository, one) for one in (commit, parents[0]))
    then, before = then_tree.files, before_tree.files
    documents = [
        *_undo_documents(before, then, workspace),
        *(
            DocumentUndo(path, workspace.files.get(path), "in the commit, or before it, it is no plain file")
            for path in sorted({*then_tree.unreadable, *before_tree.unreadable})
            if then_tree.unreadable.get(path) != before_tree.unreadable.get(path)
        ),
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
            f"{one.path}: {one.obstacle}"
            + (_later_change(workspace, repository, commit, one.path, sides) if one.since else "")
            for one in documents
            if one.obstacle and (sides := (before.get(one.path), then.get(one.path)))
        ),
        notes=(*notes, *_uncommitted(workspace, repository, [one.path for one in changed])),
        commands=tuple(_commands(commit, parents[0], [one.path for one in changed])),
    )
    return answer_question(workspace, proposed, question, today, files=files)


def _documents_at(workspace: Workspace, repository: Repository, commit: str) -> Tree:
    """The documents of the project at a commit, under the roots of its own settings there.

    Raises: ReadingError where the settings do not say where they lie.
    """
    today = workspace.candidate.settings
    tree, settings, findings = read_settings(repository, commit, workspace.project.folder, today.roots)
    if findings and settings.places is None:
        raise ReadingError(
            f"{settings.path} cannot be read in {commit}, so what that commit declared is not known",
            help=f"csp-config validate --at {commit} shows what is wrong with it",
        )
    files = {path: content for path, content in tree.files.items() if path != settings.path}
    return tree._replace(files=files)


def _undo_documents(
    before: Mapping[str, bytes], then: Mapping[str, bytes], workspace: Workspace
) -> Iterator[DocumentUndo]:
    """Every offer and list that the commit changed. One that it only moved declares the same as before."""
    changed = [path for path in sorted({*before, *then}) if before.get(path) != then.get(path)]
    sides = {
        path: [read_document(path, files[path]) for files in (before, then) if path in files]
        for path in changed
        if path.endswith((".yaml", ".yml"))
    }
    gone = {_name(readings[0]): path for path, readings in sides.items() if path not in then}
    gone.pop(None, None)  # what cannot be read may be anything
    moved = {
        path: gone[_name(readings[0])]
        for path, readings in sides.items()
        if path not in before and _name(readings[0]) in gone
    }
    today: dict[object, str] = {name: path for path, name in workspace.candidate.identities.items()}
    for path, readings in sides.items():
        if path in moved:
            old = moved[path]
            if before[old] != then[path] and readings[0].kind in _DECLARING:
                how = f"the commit moved it here from {old} and changed it; take the change back by hand"
                yield DocumentUndo(path, workspace.files.get(path), how)
        elif path not in moved.values() and any(one.kind in _DECLARING for one in readings):
            now = workspace.files.get(path)
            lies_at = {today.get(_name(one)) for one in readings} - {None, path}
            if now is None and path in then and lies_at:
                yield DocumentUndo(path, None, f"it lies at {lies_at.pop()} since")
            else:
                yield _undo_document(path, before.get(path), then.get(path), now)
        elif any(one.kind is None for one in readings):
            yield DocumentUndo(path, workspace.files.get(path), "what it declared cannot be read")


def _name(reading: Reading) -> tuple[str, str | None] | None:
    """Kind and id by which a document is known wherever it lies; None where they cannot be read."""
    return (reading.kind, reading.id) if reading.kind and reading.id else None


def _undo_document(path: str, before: bytes | None, then: bytes | None, now: bytes | None) -> DocumentUndo:
    if now in (then, before):
        return DocumentUndo(path, before)
    if now is None:
        return DocumentUndo(path, None, "it was deleted since", since=True)
    if before is None:
        return DocumentUndo(path, now, "the commit added it, and it was changed since", since=True)
    if then is None:
        return DocumentUndo(path, now, "the commit deleted it, and it was written anew since", since=True)
    merged = merge_lines(then, before, now)
    if isinstance(merged, int):
        return DocumentUndo(path, now, f"line {merged} was changed again since", since=True)
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
    """Shell commands that undo the changes of these documents, and nothing else, in a new commit."""
    if paths:
        names = quoted(paths)
        yield 'cd "$(git rev-parse --show-toplevel)"'
        yield from difference_applied(
            f"{commit} {parent} -- {names}", then=f"git commit -m 'Undo {commit[:12]}' -- {names}"
        )
