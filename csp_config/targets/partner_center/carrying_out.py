"""The self-service actions of an offer, carried out: read again, save the draft, read back, publish.

Everything is decided from what is read, never from what an earlier run may have done: so a run that was cut
off anywhere is gone on with by running again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.model import State
from csp_config.programme import rows
from csp_config.targets import Event, Result
from csp_config.targets.partner_center.faults import HaltedError, RefusalError, SignInError
from csp_config.targets.partner_center.mapping import (
    UnknownWordError,
    audience_of,
    differences,
    reseller_of,
    with_audience,
)
from csp_config.targets.partner_center.publishing import Publishing
from csp_config.targets.partner_center.reading import WORKERS, Product, find, state_of
from csp_config.targets.partner_center.sending import Sending, Stopped
from csp_config.targets.partner_center.submissions import in_progress
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.model import Audience
    from csp_config.targets import Task, Watch
    from csp_config.targets.partner_center.ingestion import Ingestion
    from csp_config.targets.partner_center.pace import Pace

SEND_ID = True
"""Whether a resource is written with its own id: sources contradict each other (docs/partner-center.md)."""

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCenterTarget:
    """A Target. `publish`: how far it goes by itself; `names`: tenant -> label of a new audience entry."""

    ingestion: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    publish: str
    names: Mapping[str, str] = field(repr=False)
    send_id: bool = SEND_ID

    def carry_out(self, tasks: Sequence[Task]) -> Iterator[Result]:
        """See Target. One job per product: an offer is one task, and its steps follow each other."""
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting = [pool.submit(self.one, task) for task in tasks]
            try:
                for done in as_completed(waiting):
                    result = done.result()
                    details = {"result": result.result, "detail": result.detail}
                    self.watch(Event(name="outcome", offer=result.task.offer, details=details))
                    yield result
            except BaseException:
                self.pace.halt()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def one(self, task: Task) -> Result:
        """What became of one task."""
        try:
            detail, state = _OfferWork(self, task).done()
        except Stopped as stopped:
            return Result(task=task, result=stopped.result, detail=stopped.detail)
        except UnknownWordError as word:
            hidden = self.ingestion.session.vault.hide(str(word))
            return Result(task=task, result="manual", detail=f"left to a person: {hidden}")
        except (RefusalError, UnansweredError, SignInError, HaltedError) as fault:
            return Result(task=task, result="failed", detail=f"not finished: {fault.message}; run again")
        return Result(task=task, result="done", detail=detail, state=state)


class _OfferWork:
    """One offer on its way. Whatever ends it early is raised as Stopped."""

    def __init__(self, target: PartnerCenterTarget, task: Task) -> None:
        self.target = target
        self.task = task
        self.api = target.ingestion
        self.wanted: Audience = task.wanted.audience
        self.sending = Sending(target.ingestion, target.pace, target.watch, task.offer)

    def done(self) -> tuple[str, State]:
        """Carry everything out; what was done, and where the offer stands then."""
        product = find(self.api, self.task.offer, self.task.type)
        state = state_of(product)
        if state.audience == self.wanted and state.published == self.task.current.published:
            return "it was so already", state
        self._check(product, state)
        publishing = Publishing(self.api, self.target.pace, self.sending, product.id, self.wanted)
        busy = in_progress(self.api.submissions(product.id))
        if busy:
            self._check_busy(product, publishing)
        elif not publishing.resumes():
            self._check_draft(product)
            if audience_of(product.draft) != self.wanted:
                self._save(product)
        after = State(published=state.published, audience=self.wanted)
        if not state.published:
            return "saved in the draft, which is all there is before the first publication", after
        if self.target.publish == "draft":
            raise Stopped(
                "manual",
                "saved in the draft and read back; Sync CSP audience (or publishing) is left to a person,"
                " because targets.partner-center.publish is draft",
            )
        publishing.to_preview()
        if self.target.publish == "preview":
            raise Stopped(
                "manual", "published to preview and read back; a person looks at it and selects Go live"
            )
        publishing.to_live()
        return "live, and read back", after

    def _check(self, product: Product, state: State) -> None:
        """Raises: Stopped where the offer moved since the plan, or the move is not a self-service one."""
        if state != self.task.current:
            raise Stopped("stale", "it moved in Partner Center since the plan was made; plan again")
        needs_support = any(
            row.how == "support" and (row.part != "removed" or state.tenants - self.wanted.tenants)
            for row in rows(state.resellers, self.wanted.resellers)
        )
        if product.live is not None and needs_support:
            raise Stopped("manual", "this move takes a support request, so it is not written")

    def _check_busy(self, product: Product, publishing: Publishing) -> None:
        """A submission under way: go on with it if it is this very change, else leave it alone."""
        may_go_on = self.target.publish != "draft" and product.live is not None
        if not may_go_on or not publishing.is_under_way(product):
            raise Stopped(
                "waiting",
                "a submission of this offer is in progress; run again once it is over, nothing was done",
            )

    def _check_draft(self, product: Product) -> None:
        """Raises: Stopped where the draft holds other people's edits: publishing would ship them."""
        if product.live is None:
            return
        other = differences(product.draft, product.live)
        if other:
            raise Stopped(
                "manual",
                f"its draft has edits of somebody else ({', '.join(other[:_MOST_NAMED])}), which publishing"
                " would ship too: have them published or undone first",
            )

    def _save(self, product: Product) -> None:
        """Write the draft's `reseller` resource, and read it back. Raises: Stopped."""
        resource = with_audience(
            reseller_of(product.draft), self.wanted, self.target.names, send_id=self.target.send_id
        )
        self.sending.send(
            [resource],
            step="save-draft",
            reached=lambda: self._drafted(product.id) == self.wanted,
            shown=lambda: f"the draft holds {words(self._drafted(product.id))}",
        )

    def _drafted(self, product: str) -> Audience | None:
        """What the draft holds; None where it is nothing known. Without a draft, the live version is it."""
        return audience_of(self.api.tree(product, "draft") or self.api.tree(product, "live") or ())


def words(found: Audience | None) -> str:
    """An audience in words."""
    if found is None:
        return "something that is not understood"
    if found.resellers != "selected":
        return found.resellers
    return f"selected with {len(found.tenants):,} tenants"
