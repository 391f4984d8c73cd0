"""Offers that another project of the same publisher goes on with: what it has of them, and what it lacks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.project_at_commit import earlier_folder
from csp_config.errors import BaseError
from csp_config.model import SETTINGS_NAME, partners_by_tenant
from csp_config.model.ledger import steps_back
from csp_config.planning import recorded_state
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from csp_config.git import Repository
    from csp_config.model import Candidate, Snapshot, State
    from csp_config.model.records import LiveAudience

    Commit = str  # a full id
    LoadProject = Callable[[Candidate | Commit, str], Snapshot]

_SHOWN = 3
_KINDS = ("Offer", "LiveAudience")


class OtherProject(NamedTuple):
    """Another project of the repository: its folder now and at the commit, and its snapshots there and now.

    `before` None: it was no project at the commit.
    """

    folder: str
    earlier: str | None
    before: Snapshot | None
    now: Snapshot


def other_projects(
    repository: Repository, commit: Commit, candidate: Candidate, judged: str, load_project: LoadProject
) -> list[OtherProject]:
    """Every project of a candidate but the one in the folder `judged`, with what it was at a commit."""
    found = []
    there = repository.settings_files(commit)
    for path in sorted({SETTINGS_NAME, *repository.settings_files(candidate)}):  # the top needs no settings
        folder = path.rpartition("/")[0]
        if folder == judged:
            continue
        now = load_project(candidate, folder)
        earlier: str | None = folder
        if path not in there:
            earlier = None
            with suppress(BaseError):  # it may have been several, so it is none
                tree = repository.tree(candidate, (path, *now.settings.roots))
                earlier = earlier_folder(repository, commit, candidate, tree, now.settings, folder)
        before = load_project(commit, earlier) if earlier is not None else None
        found.append(OtherProject(folder, earlier, before, now))
    return found


def gaps(earlier: Snapshot, other: OtherProject, offer: str) -> tuple[str, ...] | None:
    """What another project lacks of an offer that this one had; empty: it goes on with it.

    None where it has no offer of that id, or another publisher. It has to have everything at the commit, too:
    what is only brought by the change that takes the offer away here was judged by nobody.
    """
    now, before, publisher = other.now, other.before, earlier.settings.publisher
    unnamed = [one.settings.path for one in (earlier, now) if one.settings.publisher is None]
    if offer not in now.offers or (not unnamed and now.settings.publisher != publisher):
        return None
    if unnamed:
        paths = " and ".join(unnamed)
        return (f"is not known to be of the same publisher: give `publisher` in {paths} in a change before",)
    if before is None or offer not in before.offers:
        return ("has it only since this change",)
    if before.settings.publisher != publisher:
        return ("is of the same publisher only since this change",)
    accounts = {one.settings.account_tenant for one in (earlier, before, now)} - {None}
    if len(accounts) > 1:
        return ("works with another tenant of Partner Center (`targets` in csp-config.yaml)",)
    return tuple(dict.fromkeys((*_lacks(earlier, before, offer), *_lacks(earlier, now, offer))))


def handed_over(
    base: Snapshot, candidate: Snapshot, others: Callable[[], Iterable[OtherProject]]
) -> tuple[Snapshot, tuple[str, ...]]:
    """The base without the offers that another project goes on with, and notes on those that are gone here.

    `others`: asked only where an offer and its record are gone.
    """
    names = (base.ids("Offer") | base.ids("LiveAudience")) - {*candidate.offers, *candidate.live}
    gone = sorted(one for one in names if not any(candidate.could_hold(kind, one) for kind in _KINDS))
    if not gone:
        return base, ()
    notes, handed = [], set()
    known = list(others())
    for name in gone:
        found = {one.folder: lacking for one in known if (lacking := gaps(base, one, name)) is not None}
        whole = [folder for folder, lacking in found.items() if not lacking]
        if whole:
            handed.add(name)
            notes.append(
                f"{name} is in the project {shown(whole[0])} now, with all that was known of it here"
            )
        elif _is_live(base, name):
            notes += [
                f"{name} may not go to the project {shown(folder)} yet, which {'; '.join(lacking)}"
                for folder, lacking in found.items()
            ]
    return _without(base, handed) if handed else base, tuple(notes)


def not_handed_over(
    records: Mapping[str, LiveAudience], whole: Snapshot | None, base: Snapshot | None
) -> dict[str, LiveAudience]:
    """Records of HEAD, without those that `handed_over` took out of the whole base and that HEAD has as it.

    What a record says that was written after the base, no other project was compared with.
    """
    earlier = (
        {name: one for name, one in whole.live.items() if base and name not in base.live} if whole else {}
    )
    return {name: one for name, one in records.items() if earlier.get(name) != one}


def shown(folder: str) -> str:
    """A project's folder as messages name it."""
    return f"in {folder}/" if folder else "at the top of the repository"


def _is_live(snapshot: Snapshot, offer: str) -> bool:
    state, unknown = recorded_state(snapshot, offer)
    return unknown or (state is not None and state.published and state.resellers != "none")


def _without(snapshot: Snapshot, names: Collection[str]) -> Snapshot:
    """A snapshot without some offers, their records and their resales."""
    resales = tuple(
        one._replace(resales=tuple(row for row in one.resales if row.offer not in names))
        for one in snapshot.resales
    )
    return snapshot._replace(
        offers={name: one for name, one in snapshot.offers.items() if name not in names},
        live={name: one for name, one in snapshot.live.items() if name not in names},
        audiences={name: one for name, one in snapshot.audiences.items() if name not in names},
        resales=resales,
        unread=tuple(one for one in snapshot.unread if one.kind != "Offer" or one.id not in names),
    )


def _lacks(earlier: Snapshot, other: Snapshot, offer: str) -> Iterator[str]:
    """What of an offer's record, requests, audience and resales one snapshot has and another has not."""
    (state, unknown), (held, unsure) = recorded_state(earlier, offer), recorded_state(other, offer)
    if unknown or unsure or state is None or held is None:
        yield "has documents of it that cannot be compared, since one of them could not be read"
        return
    record, copy = earlier.live.get(offer), other.live.get(offer)
    if record is not None and copy is None:
        yield "has no live record of it"
    if record is not None and copy is not None:
        yield from (f"has a live record of it that {step.why}" for step in steps_back(record, copy))
    if record is None or copy is not None:
        yield from _narrower(earlier, state, held, copy)
    sold = _resellers(earlier, offer) - _resellers(other, offer)
    if earlier.could_hold("Resales"):
        yield "may lack resale data of it, since not all that were here could be read"
    if sold:
        yield f"has no resale data of {_named(earlier, sold)}"


def _narrower(earlier: Snapshot, state: State, held: State, copy: LiveAudience | None) -> Iterator[str]:
    """In what a state authorises fewer partners than an earlier one, and no granted request says why."""
    granted = [one for one in copy.requests if one.status == "granted"] if copy else []
    if state.published and not held.published:
        yield "has it as not published"
    if held.resellers == "any" or state.resellers == "none":
        return
    if state.resellers != held.resellers:
        if (state.resellers, held.resellers) not in {(one.move_from, one.move_to) for one in granted}:
            yield f"has it with resellers: {held.resellers} instead of {state.resellers}"
        return
    removed = {tenant for one in granted for tenant in set(one.remove) - set(one.left_in)}
    lost = state.tenants - held.tenants - removed
    if lost:
        yield f"has it without {_named(earlier, lost)}"


def _resellers(snapshot: Snapshot, offer: str) -> set[str]:
    rows = (row for document in snapshot.resales for row in document.resales)
    return {row.tenant_id for row in rows if row.offer == offer}


def _named(snapshot: Snapshot, tenants: Collection[str]) -> str:
    known = partners_by_tenant(snapshot)
    names = [f"{known[one].name} ({one})" if one in known else one for one in sorted(tenants)]
    return listed(names, _SHOWN, longest=None)
