"""Live records as commands change them, and how they are written: the ledger is checked before and after.

Values in, values out, but for `Ledger`, which writes. Longer than most, since every way in which a record
moves stands here once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.errors import RefusedError, WritingError
from csp_config.loading import declares
from csp_config.model import (
    Audience,
    LiveAudience,
    NamedTenant,
    Request,
    State,
    newest_record,
    partners_by_tenant,
)
from csp_config.text.shells import path_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Move, ObservedFrom, Partner, Plan, RequestStatus

NOBODY = State(published=False, audience=Audience(resellers="none"))


def stamp(now: datetime) -> str:
    """A time as live records write it: UTC, whole seconds."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def remove_leftover_files(workspace: Workspace) -> None:
    """Remove what killed runs left beside the documents. Only under the lock. Raises: WritingError."""
    folders = {str(PurePosixPath(path).parent) for path in workspace.files}
    folders.update(f"{root.rstrip('/')}/live" for root in workspace.candidate.settings.roots)
    for folder in sorted(folders):
        if editing.link_on_the_way(workspace.root, f"{folder}/any") is None:
            editing.remove_leftovers(workspace.root / folder)


# --- What is known, and where it is kept --------------------------------------------------------------------


def record_path(workspace: Workspace, offer: str) -> str:
    """Path of an offer's live record, or where a new one goes. Raises: RefusedError if it is taken."""
    for snapshot in (workspace.candidate, workspace.base):
        record = snapshot.live.get(offer) if snapshot else None
        if record is not None and record.places is not None:
            return record.places.path
    path = below_first_root(workspace, f"live/{offer}.yaml")
    if path in workspace.files:
        raise RefusedError(
            f"{path} is where the live record of {offer} belongs, but it holds something else",
            help="move that file away",
        )
    return path


def below_first_root(workspace: Workspace, path: str) -> str:
    """Where a new document goes: a path below the first of the roots."""
    root = workspace.candidate.settings.roots[0].rstrip("/")
    return path if root == "." else f"{root}/{path}"


def known_record(workspace: Workspace, offer: str, now: datetime, current: State | None) -> LiveAudience:
    """The newest live record of an offer; where there is none, one that holds `current`, which nobody saw."""
    base = workspace.base
    record = newest_record(base.live.get(offer) if base else None, workspace.candidate.live.get(offer))
    if record is not None:
        return record
    state = current or NOBODY
    return LiveAudience(offer=offer, observed_at=stamp(now), observed_from="declared", state=state)


# --- How a record moves ------------------------------------------------------------------------------------


def moved(
    record: LiveAudience, state: State, now: datetime, seen: ObservedFrom, note: str | None = None
) -> LiveAudience:
    """The record with another state, and who saw it."""
    return replace(record, state=state, observed_at=stamp(now), observed_from=seen, note=note)


def with_drafts(record: LiveAudience, actions: Iterable[Action], now: datetime) -> LiveAudience:
    """The record with a drafted request for each action that needs a new one; replaced drafts withdrawn."""
    requests = list(record.requests)
    for action in actions:
        if action.kind != "support-request" or action.status != "needed" or action.blocked_by:
            continue
        requests = [_superseded(r, action, now) if r.id == action.replaces else r for r in requests]
        if all(request.id != action.request_id for request in requests):
            requests.append(_draft(action, now))
    return replace(record, requests=tuple(requests))


def _superseded(request: Request, action: Action, now: datetime) -> Request:
    note = f"replaced by {action.request_id} before it was filed"
    return replace(request, status="withdrawn", closed_at=stamp(now), note=note)


def _draft(action: Action, now: datetime) -> Request:
    assert action.request_id is not None  # noqa: S101 - every support-request has one
    before, after = action.move
    return Request(
        id=action.request_id,
        move_from=before,
        move_to=after,
        remove=tuple(partner.tenant_id for partner in action.remove),
        tenants=tuple(sorted(action.after.tenants)) if before == "any" else (),
        names=tuple(NamedTenant(ref.tenant_id, ref.name, ref.country) for ref in action.remove),
        status="drafted",
        drafted_at=stamp(now),
    )


def granted(
    record: LiveAudience, request: Request, now: datetime, note: str | None, only: Collection[str] = ()
) -> LiveAudience:
    """The record after Microsoft granted a request; with `only`, for these partners and no others.

    Where the record already stands as asked, it stays. Raises: RefusedError where the request does not fit
    the record.
    """
    left_in = tuple(tenant for tenant in request.remove if only and tenant not in only)
    closed_request = replace(closed(request, "granted", now, note), left_in=left_in)
    return with_request(_moved_by(record, closed_request, now), closed_request)


def _moved_by(record: LiveAudience, request: Request, now: datetime) -> LiveAudience:
    """The record moved by a granted request, as far as it does not stand there already."""
    state, seen = record.state, _still_seen(record)
    if request.move_from == "selected" and request.move_to != "any" and state.resellers == "selected":
        gone = set(request.remove) - set(request.left_in)
        if request.move_to == "none" and not request.left_in:
            return moved(record, _with_audience(state, "none"), now, seen)
        if not gone & state.tenants:
            return record
        return moved(record, _with_audience(state, "selected", state.tenants - gone), now, seen)
    if state.resellers == request.move_to or (request.move_to == "selected" and state.resellers == "none"):
        return record
    if state.resellers != request.move_from:
        raise RefusedError(
            f"request {request.id} moves {record.offer} from {request.move_from}, but the live record says "
            f"{state.resellers}",
            help="if Partner Center was changed in another way, the request is void:"
            f" csp-config record withdrawn {request.id}, then csp-config record baseline {record.offer}",
        )
    if request.move_to == "selected" and not request.tenants:
        raise RefusedError(
            f"request {request.id} does not say which partners it asked for, so the new list is not known",
            help=f"see what Partner Center holds: csp-config import live {record.offer} --from EXPORT.csv",
        )
    if request.move_to == "selected":  # Microsoft completes the list by itself (S20), and nobody has seen it
        seen = "declared"
    return moved(record, _with_audience(state, request.move_to, request.tenants), now, seen)


def taken_back(record: LiveAudience, request: Request, now: datetime) -> LiveAudience:
    """The record with the move of a granted request taken back, since it turned out not to be granted.

    Raises: RefusedError where the list of before is not known.
    """
    state, seen = record.state, _still_seen(record)
    if request.move_from == "selected" and request.move_to != "any":
        if state.resellers not in ("selected", request.move_to):
            return record
        tenants = state.tenants | (set(request.remove) - set(request.left_in))
        return moved(record, _with_audience(state, "selected", tenants), now, seen)
    if state.resellers != request.move_to:
        return record
    if request.move_from == "selected":
        raise RefusedError(
            f"the list that {record.offer} had before request {request.id} was granted is not in the record",
            help=f"csp-config import live {record.offer} --from EXPORT.csv first: it says what holds now",
        )
    return moved(record, _with_audience(state, request.move_from), now, seen)


def _still_seen(record: LiveAudience) -> ObservedFrom:
    """Who saw what a person now says of Microsoft's answer; what nobody looked at stays so."""
    return "manual" if record.observed else "declared"


def _with_audience(state: State, resellers: str, tenants: Iterable[str] = ()) -> State:
    match resellers:
        case "any":
            audience = Audience(resellers="any")
        case "none":
            audience = Audience(resellers="none")
        case _:
            audience = Audience(resellers="selected", tenants=frozenset(tenants))
    return state._replace(audience=audience)


def closed(request: Request, status: RequestStatus, now: datetime, note: str | None) -> Request:
    """The request with its end written down."""
    return replace(request, status=status, closed_at=stamp(now), note=note or request.note, left_in=())


def with_request(record: LiveAudience, changed: Request) -> LiveAudience:
    """The record with one of its requests replaced by its newer self."""
    return replace(record, requests=tuple(changed if r.id == changed.id else r for r in record.requests))


# --- Writing -----------------------------------------------------------------------------------------------


class Ledger:
    """The live records of a workspace, to be written. Use it under the lock."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def texts(self, records: Iterable[LiveAudience]) -> dict[str, bytes]:
        """Path -> bytes of records as they will be written. Raises: WritingError, see `check_seen`."""
        texts = {}
        for record in records:
            path = record_path(self.workspace, record.offer)
            texts[path] = editing.live_text(self.named(record), self.workspace.files.get(path))
        check_seen(self.workspace, texts)
        return texts

    def write(self, records: Iterable[LiveAudience]) -> None:
        """Write records where they belong. Raises: WritingError where git would not see one of them."""
        write_seen(self.workspace, self.texts(records))

    def named(self, record: LiveAudience) -> LiveAudience:
        """The record with the names of its tenants as they are known now."""
        wanted = record.state.tenants.union(*((*r.remove, *r.tenants) for r in record.requests))
        names = {one.tenant_id: one for one in record.names}
        for tenant in wanted:
            partner = self._written.get(tenant)
            if partner is not None:
                names[tenant] = NamedTenant(tenant, partner.name, partner.country or None)
        return replace(record, names=tuple(names[tenant] for tenant in sorted(wanted & names.keys())))

    @cached_property
    def _written(self) -> Mapping[str, Partner]:
        return partners_by_tenant(self.workspace.base, self.workspace.candidate)


def old_records(workspace: Workspace) -> dict[str, bytes]:
    """Path -> bytes of the live records that hold bare tenant IDs, as they are written now."""
    old = (
        record
        for record in workspace.candidate.live.values()
        if record.places and editing.has_bare_tenants(workspace.files[record.places.path])
    )
    return Ledger(workspace).texts(old)


def write_record(workspace: Workspace, record: LiveAudience) -> None:
    """Write one live record where it belongs. Under the lock. Raises: WritingError."""
    Ledger(workspace).write([record])


def write_seen(workspace: Workspace, texts: Mapping[str, bytes]) -> None:
    """Write documents that the next run has to find: path -> bytes. Under the lock.

    Raises: WritingError where git would ignore one of the paths (then nothing is written), or does not list
    it afterwards (then it is taken away again): what nobody could read back would be work forgotten.
    """
    names = check_seen(workspace, texts)
    for path, content in texts.items():
        editing.write_inside(workspace.root, path, content)
        workspace.wrote(path)
    if workspace.repository is None:
        return
    listed = workspace.repository.listed(sorted(names.values()))
    for path, name in names.items():
        if name not in listed:
            if path not in workspace.files:
                (workspace.root / path).unlink()
            raise WritingError(
                f"{path} was written, but git does not list it, so no later run would find it",
                help=f"run `git -C {workspace.root} status -- {path}` to see why",
            )


def check_seen(workspace: Workspace, paths: Iterable[str]) -> dict[str, str]:
    """Path -> its name in git, for documents that are about to be written. Raises: WritingError."""
    names = {path: _in_repository(workspace, path) for path in paths}
    if workspace.repository is not None:
        ignored = workspace.repository.ignored(sorted(names.values()))
        for path, name in names.items():
            if name in ignored:
                raise WritingError(
                    f"{path} was not written: git ignores it ({ignored[name]}); no later run would find it",
                    help="change that rule, so that git keeps the live records; then run the command again",
                )
    return names


def _in_repository(workspace: Workspace, path: str) -> str:
    """A path of the workspace as git names it, from its top."""
    if workspace.repository is None:
        return path
    return path_from(workspace.repository.root, workspace.root / path)


def handed_out(
    workspace: Workspace, plan: Plan, now: datetime, stands: Mapping[str, LiveAudience]
) -> Iterator[LiveAudience]:
    """The records, new or changed, that keep what apply hands out: where each offer stands, and its drafts.

    Where there was no record, it holds the state that the plan starts from, and nobody looked. `stands`:
    offer -> its record as this run has written or read it.
    """
    for offer, actions in groupby(plan.actions, key=lambda action: action.offer):
        state = plan.current[offer] or plan.desired[offer]
        record = stands.get(offer) or known_record(workspace, offer, now, state)
        drafted = with_drafts(record, actions, now)
        if offer not in workspace.candidate.live or drafted != record:
            yield drafted


def keep_known(workspace: Workspace, moves: Iterable[Move], now: datetime) -> None:
    """Give every offer that is on its way a live record of where it stands, if it has none. Under the lock.

    What --only leaves out cannot be forgotten then, when the records of the others are committed and the next
    plan is compared with that commit.
    """
    records = [
        known_record(workspace, move.offer_id, now, move.before)
        for move in moves
        if move.offer_id not in workspace.candidate.live
        and move.before is not None
        and move.after not in (None, move.before)
    ]
    Ledger(workspace).write(records)


def uncommitted(workspace: Workspace) -> tuple[str, ...]:
    """Paths of the live records, and of what Microsoft said of resales, that are not as in the last commit.

    The disk is looked at again, so that what this run wrote counts. Sorted.
    """
    repository = workspace.repository
    if repository is None or workspace.candidate_ref.kind != "working-tree":
        return ()
    candidate, head = workspace.candidate, repository.head()
    folders = {str(PurePosixPath(one.places.path).parent) for one in candidate.live.values() if one.places}
    folders |= {below_first_root(workspace, "live"), below_first_root(workspace, "resales")}
    now = repository.tree(workspace.candidate_ref, sorted(folders)).files
    then = repository.tree(head, sorted(folders)).files if head else {}
    changed = (path for path in {*now, *then} if now.get(path) != then.get(path))
    return tuple(sorted(path for path in changed if _is_kept(now.get(path) or then[path])))


def _is_kept(content: bytes) -> bool:
    """Whether a document is the program's own to write: a live record, or what Microsoft said of resales."""
    return not declares(content) or b"evidence: microsoft" in content
