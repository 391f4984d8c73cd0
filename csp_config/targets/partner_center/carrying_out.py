"""The self-service actions of an offer, carried out: read again, save the draft, read back, publish.

Everything is decided from what is read, never from what an earlier run may have done: so a run that was cut
off anywhere is gone on with by running again. What this run saved in a draft and could not finish is taken
out of it again; a draft that somebody else saved is never written over.

Above 250 lines, because deciding, saving and taking back are one sequence over the same state.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.errors import CspConfigError
from csp_config.model import State
from csp_config.programme import rows
from csp_config.targets import Event, Result
from csp_config.targets.partner_center.mapping import (
    UnknownWordError,
    audience_of,
    differences,
    reseller_of,
    with_audience,
)
from csp_config.targets.partner_center.publishing import Publishing, in_progress
from csp_config.targets.partner_center.reading import WORKERS, Product, find, state_of
from csp_config.targets.partner_center.session import HaltedError, RefusalError
from csp_config.targets.partner_center.writing import Stopped, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.model import Audience
    from csp_config.targets import Task, Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource
    from csp_config.targets.partner_center.pace import Pace

SEND_ID = True
"""Whether a resource is written with its own id: sources contradict each other (docs/partner-center.md)."""

_MOST_NAMED = 5
_KEPT = ("done", "waiting")
"""Results after which the draft stays as it was saved: it is live, or something is on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCenterTarget:
    """A Target. `publish`: how far it goes by itself; `names`: tenant -> label of a new audience entry."""

    ingestion: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    publish: str
    names: Mapping[str, str] = field(repr=False)
    send_id: bool = SEND_ID

    @property
    def paused(self) -> bool:
        """See Target."""
        return self.ingestion.session.limiter.ended

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
        """What became of one task; whatever goes wrong with it is its own failure."""
        work = _OfferWork(self, task)
        state = None
        halted = False
        try:
            detail, state = work.done()
            result: Any = "done"
        except Stopped as stopped:
            result, detail = stopped.result, stopped.detail
        except HaltedError as error:
            halted, result, detail = True, "failed", f"not finished: {error.message}; run again"
        except UnknownWordError as word:
            result, detail = "manual", f"left to a person: {self._hidden(str(word))}"
        except CspConfigError as error:
            result, detail = "failed", f"not finished: {error.message}; run again"
        except Exception as error:  # noqa: BLE001 - the others must go on, and this one be reported
            result, detail = "failed", f"not finished: {self._unexpected(error)}"
        left = None
        if work.saved and not halted and not work.complete and result not in _KEPT:
            left, told = self._taken_back(work)
            detail = f"{detail}; {told}" if told else detail
        return Result(
            task=task, result=result, detail=detail, state=state, wrote=work.writer.taken, left=left
        )

    def _taken_back(self, work: _OfferWork) -> tuple[Audience | None, str]:
        """The audience that the draft may still hold and should not, and what became of it in words."""
        try:
            return None, work.take_back()
        except Stopped as stopped:
            why = stopped.detail
        except CspConfigError as error:
            why = error.message
        except Exception as error:  # noqa: BLE001 - what is left in a draft has to be reported
            why = self._unexpected(error)
        former = words(work.former_audience)
        return work.leaves, f"its draft could not be put back to {former} ({why}): do it by hand"

    def _unexpected(self, error: Exception) -> str:
        return self._hidden(f"an unexpected {type(error).__name__}: {error}")[:300]

    def _hidden(self, text: str) -> str:
        return self.ingestion.session.vault.hide(text)


class _OfferWork:
    """One offer on its way. Whatever ends it early is raised as Stopped.

    `saved`: a save of the draft was sent; `former`: the `reseller` resource that the draft held before it;
    `leaves`: what the draft may hold if it cannot be put back; `complete`: all was done that the settings let
    this run do.
    """

    def __init__(self, target: PartnerCenterTarget, task: Task) -> None:
        self.target = target
        self.task = task
        self.api = target.ingestion
        self.wanted: Audience = task.wanted.audience
        self.writer = Writer(target.ingestion, target.pace, target.watch, task.offer)
        self.former: Mapping[str, Any] | None = None
        self.former_audience: Audience = task.current.audience
        self.product = ""
        self.leaves = self.wanted
        self.complete = False

    @property
    def saved(self) -> bool:
        """Whether a save of the draft may have been taken."""
        return self.former is not None and self.writer.taken

    def done(self) -> tuple[str, State]:
        """Carry everything out; what was done, and where the offer stands then."""
        product = find(self.api, self.task.offer, self.task.type)
        self.product = product.id
        state = state_of(product)
        if state.audience == self.wanted and state.published == self.task.current.published:
            if self.task.left is None or audience_of(product.draft) != self.task.left:
                return "it was so already", state
            self.leaves = self.task.left
            self._save()
            return "what an earlier run left in its draft was taken out, and read back", state
        self._check(product, state)
        publishing = Publishing(self.api, self.target.pace, self.writer, product.id, self.wanted)
        if in_progress(self.api.submissions(product.id)):
            self._check_busy(product, publishing)
        elif audience_of(product.draft) != self.wanted or not publishing.resumes():
            self._check_draft(product.draft, product.live)
            self._save()
        after = State(published=state.published, audience=self.wanted)
        if not state.published:
            return "saved in the draft, which is all there is before the first publication", after
        if self.target.publish == "draft":
            self.complete = True
            raise Stopped(
                "manual",
                "saved in the draft and read back; Sync CSP audience (or publishing) is left to a person,"
                " because targets.partner-center.publish is draft",
            )
        publishing.to_preview()
        if self.target.publish == "preview":
            self.complete = True
            raise Stopped(
                "manual", "published to preview and read back; a person looks at it and selects Go live"
            )
        publishing.to_live()
        return "live, and read back", after

    def take_back(self) -> str:
        """Write the draft's former audience back, once, and read it back; what became of it in words.

        Nothing is written over that this run did not write. Raises: Stopped and errors of the service, where
        the draft may still hold what was saved.
        """
        held, former = self._drafted(), self.former_audience
        if held == former and not self.writer.unsure:
            return f"the draft holds {words(former)}, as before"
        if held == self.wanted and self._is_published():
            return ""
        if held is None:  # whose it is cannot be told, so it is not written over, and stays an open item
            raise Stopped("failed", f"it holds {words(held)}")
        if held not in (former, self.wanted) and not self._is_own(held):
            return f"the draft holds {words(held)}, which this run did not write: look at it"
        if held != former:
            self.leaves = held
        writer = Writer(self.api, self.target.pace, self.target.watch, self.task.offer)
        writer.send(
            lambda: [self._prepared(former)],
            step="put the draft back",
            reached=lambda: self._drafted() == former,
            shown=lambda: f"the draft holds {words(self._drafted())}",
        )
        return f"the draft was put back to {words(former)}, and read back"

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

    def _check_draft(self, draft: Sequence[Resource], live: Sequence[Resource] | None) -> None:
        """Raises: Stopped where the draft holds what somebody else saved: it would be lost, or shipped."""
        held = audience_of(draft)
        own = (self.task.current.audience, self.wanted, self.task.left)
        if held is None or held not in own:
            raise Stopped(
                "manual",
                f"its draft holds {words(held)}, which is neither live nor asked for here: somebody saved it"
                " and did not sync it, so nothing was written; have it synced or undone first",
            )
        other = differences(draft, live) if live is not None else ()
        if other:
            raise Stopped(
                "manual",
                f"its draft has edits of somebody else ({', '.join(other[:_MOST_NAMED])}), which publishing"
                " would ship too: have them published or undone first",
            )

    def _save(self) -> None:
        """Write the draft's `reseller` resource, and read it back. Raises: Stopped."""
        self.writer.send(
            self._save_request,
            step="save-draft",
            reached=lambda: self._drafted() == self.wanted,
            shown=lambda: f"the draft holds {words(self._drafted())}",
        )

    def _save_request(self) -> list[dict[str, Any]] | None:
        """The draft's resource with the new audience, read just before it is written. Raises: Stopped."""
        live = self.api.tree(self.product, "live")
        draft = self.api.tree(self.product, "draft") or live or ()
        if audience_of(draft) == self.wanted:
            return None
        self._check_draft(draft, live)
        self.former = reseller_of(draft)
        return [self._prepared(self.wanted)]

    def _prepared(self, audience: Audience) -> dict[str, Any]:
        """The resource that the draft held, with an audience."""
        assert self.former is not None  # noqa: S101 - read before anything is prepared
        return with_audience(self.former, audience, self.target.names, send_id=self.target.send_id)

    def _is_own(self, held: Audience) -> bool:
        """Whether the draft holds what this run's job made of it. Raises: Stopped where that is not told."""
        if not self.writer.jobs:
            return False
        try:
            made = audience_of(self.api.made_by(self.writer.jobs[0]))
        except RefusalError as refusal:
            raise Stopped(
                "failed", f"it holds {words(held)}, and who wrote that is not told: {refusal.message}"
            ) from None
        return made == held

    def _is_published(self) -> bool:
        """Whether what was saved is live, or on its way there, after all."""
        live = audience_of(self.api.tree(self.product, "live") or ())
        return live == self.wanted or bool(in_progress(self.api.submissions(self.product)))

    def _drafted(self) -> Audience | None:
        """What the draft holds; None where it is nothing known. Without a draft, the live version is it."""
        tree = self.api.tree(self.product, "draft") or self.api.tree(self.product, "live")
        return audience_of(tree or ())


def words(found: Audience | None) -> str:
    """An audience in words."""
    if found is None:
        return "something that is not understood"
    if found.resellers != "selected":
        return found.resellers
    return f"selected with {len(found.tenants):,} tenant{'s' * (len(found.tenants) != 1)}"
