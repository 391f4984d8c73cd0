"""Findings and diagnostics, the rules that make them, and the report of a run."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from csp_config.model.documents import Files, Resellers, Source, compared_without

if TYPE_CHECKING:
    from csp_config.model.comparison import Comparison
    from csp_config.model.question import Question
    from csp_config.model.work import Plan

Severity = Literal["error", "warning", "info"]
LooksAt = Literal["document", "offer", "repository"]
"""What a rule reads to judge one thing: one document, one offer with what it draws from, or everything."""
Blocks = Literal["document", "plan", "action", "removal"]
"""What a finding of a rule stops, as long as it is an error.

`document`: the document is not used at all, and what depends on it is not judged. `plan`: the offers of the
document, or the offer that is named, are not planned. `action`: the support requests of the offer are not
filed. `removal`: those support requests are not filed that remove one of the partners that are named.
"""

_FIX = "Fix: "


class Finding(NamedTuple):
    """A fault at a place, found by a rule or in reading. Its rule adds name, severity and cites."""

    code: str
    source: Source
    message: str
    help: str | None = None
    offer: str | None = None
    tenants: tuple[str, ...] = ()
    severity: Severity | None = None  # None: the rule's own
    pending: bool = False  # already due at the base: not this change's fault
    decided_in: tuple[str, ...] = ()  # paths of the documents that bring it about; none: that of the place


class Diagnostic(NamedTuple):
    """A finding with its rule's name and cites, and the severity after settings and acknowledgements.

    `pending`: an error in itself, and a warning since it was due at the base already. `policy`: a policy of
    the organisation's own found it, so no manual of ours explains its code.
    """

    code: str
    name: str
    severity: Severity
    message: str
    source: Source
    offer: str | None = None
    tenants: tuple[str, ...] = ()
    help: str | None = None
    cites: tuple[str, ...] = ()
    acknowledged: str | None = None  # the reason given, when an acknowledgement made this an info
    pending: bool = False
    policy: bool = False


class Rule(NamedTuple):
    """A rule, its manual, and what the rest of the program has to know of it.

    `check` takes a subject of its family and the context. `blocks` None: the finding is only reported.
    `refuses`: the moves between options that the programme does not grant where this is found; it blocks
    actions of these moves only. `needs_base`: without a base it may not find what there is to find.
    `by_base_settings`: its severity follows the base's settings, since it judges changes of the settings.
    `manual`: paragraphs as in a docstring, split only when they are asked for. The first is the summary; a
    last one that begins with `Fix:` is the fix.
    """

    code: str
    name: str
    severity: Severity
    manual: str
    cites: tuple[str, ...]
    family: str
    looks_at: LooksAt
    blocks: Blocks | None
    check: Callable[[Any, Any], Iterable[Any]]
    refuses: tuple[tuple[Resellers, Resellers], ...] = ()
    needs_base: bool = False
    acknowledgeable: bool = False
    by_base_settings: bool = False

    @property
    def summary(self) -> str:
        """What the rule finds, in one sentence."""
        return self._paragraphs()[0]

    @property
    def explanation(self) -> str:
        """Why it is wrong, in paragraphs."""
        return "\n\n".join(part for part in self._paragraphs()[1:] if not part.startswith(_FIX))

    @property
    def fix(self) -> str:
        """What to do about it; empty where the manual does not say."""
        last = self._paragraphs()[-1]
        return last.removeprefix(_FIX) if last.startswith(_FIX) else ""

    def _paragraphs(self) -> list[str]:
        """The paragraphs of the manual, each without line breaks."""
        return [" ".join(part.split()) for part in self.manual.split("\n\n")]

    @property
    def fixed(self) -> bool:
        """Whether the severity is fixed: an error that can neither be softened nor acknowledged."""
        return self.severity == "error" and not self.acknowledgeable

    def blocks_actions(self, severity: Severity, *, pending: bool = False) -> bool:
        """Whether a finding blocks actions: an error, and one that was due at the base (`pending`).

        One of a fixed rule does in any severity.
        """
        return self.blocks in ("action", "removal") and (severity == "error" or pending or self.fixed)

    def blocks_plan(self, severity: Severity, *, pending: bool = False) -> bool:
        """Whether a finding keeps the offer that it names from being planned.

        An error does, of a rule that blocks the document or the plan; what was due at the base (`pending`)
        does in any severity, of a rule that blocks the plan.
        """
        if severity == "error":
            return self.blocks in ("document", "plan")
        return self.blocks == "plan" and pending

    def blocks_move(self, move: tuple[Resellers, Resellers]) -> bool:
        """Whether it can block actions of a move from one option to another."""
        return not self.refuses or move in self.refuses


@compared_without("commits", "unshared")
class Base(NamedTuple):
    """The commit compared with: as it was named, its full id, and how it was found.

    `commit` None: no commit, the records alone say what is due. `commits`: how many the candidate's branch
    has since then. `unshared`: it is the last commit, and nobody else is known to have it.
    """

    revision: str
    commit: str | None
    found_by: str
    commits: int | None = None
    unshared: bool = False


class Candidate(NamedTuple):
    """What is judged: working-tree, index, commit or folder; `commit`: what it stands on (None: no git)."""

    kind: Literal["working-tree", "index", "commit", "folder"]
    commit: str | None = None


@compared_without("files", "paths", "rules")
class Report(NamedTuple):
    """The result of validate or plan. Diagnostics are sorted.

    `files`: the candidate's files that diagnostics point at, for excerpts. `paths`: all of its documents.
    `project`: the folder of the project, from git's top; empty for the top. `notes`: sentences on what was
    compared, and what was left out, that people must not miss.
    """

    tool: str
    base: Base | None
    candidate: Candidate
    diagnostics: tuple[Diagnostic, ...]
    documents: int
    offers: int
    files: Files
    paths: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()  # every rule, by code
    plan: "Plan | None" = None
    project: str = ""
    comparison: "Comparison | None" = None  # what was read in a target, where the plan is against one
    notes: tuple[str, ...] = ()
    question: "Question | None" = None  # what was asked with --if or --undo: such a plan is never carried out
    only: tuple[str, ...] = ()  # the offers that were planned, where not all were
    not_looked_at: int = 0  # with `only`: how many others there are

    def number_of(self, severity: Severity) -> int:
        """How many diagnostics have this severity."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity == severity)
