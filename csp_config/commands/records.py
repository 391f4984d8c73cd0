"""Live records: which one is known of an offer, and the `Ledger`, which writes them."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.commands.missing import unreadable
from csp_config.commands.record_changes import stamp, with_drafts
from csp_config.commands.writing import check_not_ignored, write_listed
from csp_config.errors import ReadingError, RefusedError
from csp_config.loading import Reader
from csp_config.model import UNPUBLISHED, State, partners_by_tenant
from csp_config.model.ledger import newest_record, steps_back
from csp_config.model.records import LiveAudience, NamedTenant
from csp_config.text.shells import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.loading import Reading
    from csp_config.model import Partner, Snapshot
    from csp_config.model.moves import Move
    from csp_config.model.work import Plan


def remove_leftover_files(workspace: Workspace) -> None:
    """Remove temporary files of killed runs beside the documents. Under the lock. Raises: WritingError."""
    folders = {str(PurePosixPath(path).parent) for path in workspace.files}
    folders.update(f"{root.rstrip('/')}/live" for root in workspace.candidate.settings.roots)
    for folder in sorted(folders):
        if editing.link_on_the_way(workspace.root, f"{folder}/any") is None:
            editing.remove_leftovers(workspace.root / folder)


def record_path(workspace: Workspace, offer: str) -> str:
    """Path of an offer's live record, or where a new one goes. Raises: RefusedError if it is taken."""
    base = workspace.base.live if workspace.base else {}
    for records in (workspace.candidate.live, workspace.committed, base):
        record = records.get(offer)
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
    """The path of a new document: `path` below the first of the roots."""
    root = workspace.candidate.settings.roots[0].rstrip("/")
    return path if root == "." else f"{root}/{path}"


def require_readable_record(candidate: Snapshot, offer: str) -> None:
    """Raises: ReadingError where there is no record of the offer but a document that may be it."""
    unread = unreadable(candidate, "LiveAudience", name=offer)
    if offer not in candidate.live and unread:
        raise ReadingError(
            f"the live record of {offer} may be in a document that cannot be read: {', '.join(unread)}",
            help="csp-config validate shows what is wrong there; mend it, then run this again",
        )


def known_record(workspace: Workspace, offer: str, now: datetime, current: State | None) -> LiveAudience:
    """The newest live record of an offer; where there is none, one of the state `current`, not observed.

    Raises: ReadingError, as `require_readable_record` does: the record may hold requests.
    """
    require_readable_record(workspace.candidate, offer)
    record = newest_known(workspace, offer)
    if record is not None:
        return record
    state = current or UNPUBLISHED
    return LiveAudience(offer=offer, observed_at=stamp(now), observed_from="declared", state=state)


def newest_known(workspace: Workspace, offer: str) -> LiveAudience | None:
    """The newest live record of an offer, of those of base, HEAD and candidate; None where none has one."""
    base = workspace.base.live.get(offer) if workspace.base else None
    earlier = newest_record(base, workspace.committed.get(offer))
    return newest_record(earlier, workspace.candidate.live.get(offer))


class Ledger:
    """Writes the live records of a workspace. Use it under the lock."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def texts(self, records: Iterable[LiveAudience]) -> dict[str, bytes]:
        """Path -> bytes of records as they will be written. Raises: WritingError, see `check_not_ignored`."""
        texts = {}
        for record in records:
            path = record_path(self.workspace, record.offer)
            self._check_nothing_lost(record)
            previous = self.workspace.files.get(path)
            texts[path] = editing.live_text(self.with_names(record), previous, self.workspace.on_comment)
        check_not_ignored(self.workspace, texts)
        return texts

    def write(self, records: Iterable[LiveAudience]) -> None:
        """Write records to their paths. Raises: WritingError, see `write_listed`."""
        write_listed(self.workspace, self.texts(records))

    def _check_nothing_lost(self, record: LiveAudience) -> None:
        """Raises: RefusedError where a record would say less than the one that is there, or HEAD's, does."""
        for there in (self.workspace.candidate.live, self.workspace.committed):
            earlier = there.get(record.offer)
            for step in steps_back(earlier, record) if earlier else ():
                raise RefusedError(
                    f"nothing was written: after this, the live record of {record.offer} {step.why}",
                    help="csp-config validate says how to bring back what is lost; then run this again",
                )

    def with_names(self, record: LiveAudience) -> LiveAudience:
        """The record with the current names of its tenants."""
        tenants = record.state.tenants.union(*((*r.remove, *r.tenants) for r in record.requests))
        names = {one.tenant_id: one for one in record.names}
        for tenant in tenants:
            partner = self._partners.get(tenant)
            if partner is not None:
                names[tenant] = NamedTenant(tenant, partner.name, partner.country or None)
        return record._replace(names=tuple(names[tenant] for tenant in sorted(tenants & names.keys())))

    @cached_property
    def _partners(self) -> Mapping[str, Partner]:
        return partners_by_tenant(self.workspace.base, self.workspace.candidate)


def records_without_names(workspace: Workspace) -> dict[str, bytes]:
    """Path -> new bytes of the live records that hold tenant IDs without names, with the names added."""
    old = (
        record
        for record in workspace.candidate.live.values()
        if record.places and editing.has_bare_tenants(workspace.files[record.places.path])
    )
    return Ledger(workspace).texts(old)


def write_record(workspace: Workspace, record: LiveAudience) -> None:
    """Write one live record to its path. Under the lock. Raises: WritingError."""
    Ledger(workspace).write([record])


def handed_out_records(
    workspace: Workspace, plan: Plan, now: datetime, known: Mapping[str, LiveAudience]
) -> Iterator[LiveAudience]:
    """The records, new or changed, of offers that apply hands out: with their states and drafted requests.

    A new record holds the state that the plan starts from, not observed: of a published offer that had none
    what is declared, of a draft that had none that nothing is saved. `known`: offer -> its record, for offers
    that this run has read or written.
    """
    for offer, actions in groupby(plan.actions, key=lambda action: action.offer):
        state, desired = plan.current[offer], plan.desired[offer]
        if state is None and desired is not None and desired.published:
            state = desired
        record = known.get(offer) or known_record(workspace, offer, now, state)
        drafted = with_drafts(record, actions, now)
        if offer not in workspace.candidate.live or drafted != record:
            yield drafted


def record_known_states(workspace: Workspace, moves: Iterable[Move], now: datetime) -> None:
    """Write a live record of the current state of every offer that changes and has none. Under the lock.

    So changes that `--only` leaves out stay in the next plan, although it is compared with a commit that
    declares them. Of a new draft it says that nothing is saved.
    """
    records = [
        known_record(workspace, move.offer_id, now, move.before)
        for move in moves
        if move.offer_id not in workspace.candidate.live
        and move.after not in (None, move.before)
        and (move.before is not None or _is_new_draft(move))
    ]
    Ledger(workspace).write(records)


def _is_new_draft(move: Move) -> bool:
    return not move.unknown and move.after is not None and not move.after.published


def uncommitted(workspace: Workspace) -> tuple[str, ...]:
    """Paths of live records, and of resale documents by `record refused`, that are not committed. Sorted.

    The files are read again from disk, so those that this run wrote count.
    """
    repository = workspace.repository
    if repository is None or workspace.candidate_ref.kind != "working-tree":
        return ()
    candidate, head = workspace.candidate, repository.head()
    folders = {str(PurePosixPath(one.places.path).parent) for one in candidate.live.values() if one.places}
    folders |= {below_first_root(workspace, "live"), below_first_root(workspace, "resales")}
    now = repository.tree(workspace.candidate_ref, sorted(folders)).files
    then = repository.tree(head, sorted(folders)).files if head else {}
    read = Reader()
    changed = sorted(path for path in {*now, *then} if now.get(path) != then.get(path))
    versions = ([read(path, files[path]) for files in (now, then) if path in files] for path in changed)
    return tuple(path for path, both in zip(changed, versions, strict=True) if _are_records(both))


def _are_records(versions: Sequence[Reading]) -> bool:
    """Whether a document is, or may be, one that the program writes."""
    return any(map(_is_record, versions)) or not any(one.kind for one in versions)


def _is_record(one: Reading) -> bool:
    """Whether a document is one that the program writes: a live record, or resales told by Microsoft."""
    if one.kind != "Resales" or one.document is None:
        return one.kind == "LiveAudience"
    rows = one.document.data.get("resales", ())
    return bool(one.findings) or any(row.get("evidence") == "microsoft" for row in rows)


def places_to_commit(workspace: Workspace) -> list[str]:
    """Where what is recorded and not committed lies, and the documents that this run wrote: no others."""
    if workspace.repository is None:
        return []
    records, read = uncommitted(workspace), Reader()
    files = {**workspace.files, **workspace.written}
    above = tuple(f"{PurePosixPath(path).parent}/" for path in records)
    beside = {path for path in files if path.startswith(above)} if above else set()
    others = {path for path in {*workspace.written, *beside} if not _is_record(read(path, files[path]))}
    return sorted({*places_of(records, others & beside), *(others & {*workspace.written})})
