"""validate and plan: a workspace -> a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import __version__
from csp_config.commands.missing import missing
from csp_config.commands.record_commits import recorded_separately
from csp_config.errors import UsageError
from csp_config.model import Report
from csp_config.planning import concerns, make_plan, moves_now, moves_since
from csp_config.rules import RULES, check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Diagnostic, Snapshot
    from csp_config.model.moves import Move
    from csp_config.model.records import LiveAudience
    from csp_config.model.work import Action
    from csp_config.rules.memory import Memory

TOOL = f"csp-config {__version__}"


def validate(workspace: Workspace, today: date, *, memory: Memory | None = None) -> Report:
    """All diagnostics of the candidate and of the move from the base. `memory`: see `check`."""
    moves = () if workspace.settings_broken else moves_since(workspace.base, workspace.candidate)
    return _report(workspace, _diagnostics(workspace, moves, today, memory))


def filtered(report: Report, *, select: Collection[str] = (), ignore: Collection[str] = ()) -> Report:
    """The report with the diagnostics of some rules only, and a note that says so.

    `select` and `ignore` are codes or beginnings of codes (`CSP3`); an empty `select` means all. What keeps a
    document from being read stays whatever they say: nothing that depends on it was judged.
    Raises: UsageError for a code that no rule begins with, or where no rule is left.
    """
    if not (select or ignore):
        return report
    codes = {*RULES, *(diagnostic.code for diagnostic in report.diagnostics)}
    for code in (*select, *ignore):
        if not any(known.startswith(code) for known in codes):
            raise UsageError(f"no rule begins with {code}", help="csp-config rules lists them")
    selected = {code for code in codes if not select or code.startswith(tuple(select))}
    wanted = {code for code in selected if not (ignore and code.startswith(tuple(ignore)))}
    if not wanted:
        raise UsageError(
            f"--select {','.join(select)} and --ignore {','.join(ignore)} leave no rule"
            if select
            else f"--ignore {','.join(ignore)} leaves no rule",
            help="csp-config rules lists them",
        )
    wanted |= {code for code, rule in RULES.items() if rule.blocks == "document"}
    options = [("--select", select), ("--ignore", ignore)]
    said = " ".join(f"{name} {','.join(given)}" for name, given in options if given)
    return report._replace(
        diagnostics=tuple(one for one in report.diagnostics if one.code in wanted),
        notes=(*report.notes, f"not every rule is reported: {said}"),
    )


def plan(
    workspace: Workspace,
    today: date,
    *,
    only: Collection[str] = (),
    live_records: Mapping[str, LiveAudience] | None = None,
    excluded: Collection[str] = (),
    texts: bool = True,
) -> Report:
    """The report with the plan of what has to happen in Partner Center, from the newest live records.

    With `only`, the plan of these offers, and the diagnostics that concern them. `live_records`: records with
    live states just read, which replace those of both sides. `excluded`: offers that are not planned. Without
    `texts`, actions have neither steps nor tickets: with many offers these are a quarter of the work.
    """
    if workspace.settings_broken:
        diagnostics = check(None, workspace.candidate, (), today)
        plan = make_plan(None, workspace.candidate, (), diagnostics, RULES)
        return _report(workspace, diagnostics)._replace(plan=plan._replace(day=today.isoformat()))
    base, candidate = workspace.base, workspace.candidate
    moves = moves_now(
        base and _with_live_records(base, live_records or {}),
        _with_live_records(candidate, live_records or {}),
    )
    moves = tuple(move for move in moves if move.offer_id not in excluded)
    _check_names(only, moves, workspace)
    since = moves_since(base, candidate)
    diagnostics = _diagnostics(workspace, (*since, *_moves_from_other_states(since, moves)), today)
    if only:
        moves = tuple(move for move in moves if move.offer_id in only)
        diagnostics = tuple(d for d in diagnostics if concerns(candidate, d, only))
    plan = make_plan(base, candidate, moves, diagnostics, RULES, only=only)._replace(day=today.isoformat())
    if texts:
        from csp_config import runbook  # noqa: PLC0415 - validate has no use for it

        plan = runbook.annotate(plan, candidate)
    report = _report(workspace, diagnostics)._replace(plan=plan)
    if not only:
        return report
    return report._replace(
        only=tuple(dict.fromkeys(only)), not_looked_at=_number_of_others(base, candidate, only)
    )


def planned_actions(
    workspace: Workspace, today: date, offer: str, diagnostics: Sequence[Diagnostic]
) -> tuple[Action, ...] | None:
    """The actions of one offer in the plan, without steps; None where it is not planned.

    `diagnostics`: as `validate` reports them.
    """
    base, candidate = workspace.base, workspace.candidate
    if workspace.settings_broken:
        return None
    moves = moves_now(base, candidate, only=(offer,))
    since = moves_since(base, candidate)
    further = _moves_from_other_states(since, moves)
    if further:
        diagnostics = _diagnostics(workspace, (*since, *further), today)
    found = make_plan(base, candidate, moves, diagnostics, RULES, only=(offer,))
    return None if offer in found.not_planned else found.actions


def _diagnostics(
    workspace: Workspace, moves: Sequence[Move], today: date, memory: Memory | None = None
) -> tuple[Diagnostic, ...]:
    """All diagnostics of a workspace and of some moves."""
    return check(
        workspace.base,
        workspace.candidate,
        moves,
        today,
        base_commit=workspace.base_ref.commit if workspace.base_ref else None,
        unshared=_unshared(workspace),
        recorded_separately=frozenset() if workspace.settings_broken else recorded_separately(workspace),
        committed=workspace.committed,
        memory=memory,
    )


def _with_live_records(snapshot: Snapshot, records: Mapping[str, LiveAudience]) -> Snapshot:
    """The snapshot with these records; in both snapshots, drift is `pending` and not caused by a change."""
    return snapshot._replace(live={**snapshot.live, **records}) if records else snapshot


def _moves_from_other_states(since: tuple[Move, ...], now: tuple[Move, ...]) -> list[Move]:
    """Moves of the plan that start from another state than the base's, and so have to be checked, too."""
    stood = {move.offer_id: move.before for move in since}
    return [m for m in now if m.before is not None and stood.get(m.offer_id) != m.before]


def _check_names(only: Collection[str], moves: tuple[Move, ...], workspace: Workspace) -> None:
    known = {move.offer_id for move in moves} | set(workspace.candidate.offers)
    known |= {u.id for u in workspace.candidate.unread if u.id}
    for name in only:
        if name not in known:
            help_ = "csp-config plan without --only shows them"
            raise missing(workspace.candidate, name, otherwise=help_, also=known)


def _number_of_others(base: Snapshot | None, candidate: Snapshot, only: Collection[str]) -> int:
    """How many offers are not among these, deleted ones and those that could not be read included."""
    offers = [id_ for kind, id_ in candidate.identities.values() if kind == "Offer"]
    deleted = () if base is None else base.ids("Offer") - set(offers)
    return sum(1 for id_ in (*offers, *deleted) if id_ not in only)


def _unshared(workspace: Workspace) -> bool:
    return workspace.base_ref is not None and workspace.base_ref.unshared


def _report(workspace: Workspace, diagnostics: tuple[Diagnostic, ...]) -> Report:
    candidate = workspace.candidate
    kinds = [kind for kind, _ in candidate.identities.values()]
    pointed_at = sorted({diagnostic.source.path for diagnostic in diagnostics})
    return Report(
        tool=TOOL,
        base=workspace.base_ref,
        candidate=workspace.candidate_ref,
        project=workspace.project.folder,
        notes=workspace.notes,
        diagnostics=diagnostics,
        documents=candidate.documents,
        offers=kinds.count("Offer"),
        files={path: workspace.files[path] for path in pointed_at if path in workspace.files},
        paths=tuple(path for path in workspace.files if path.endswith((".yaml", ".yml"))),
        rules=tuple(RULES.values()),
    )
