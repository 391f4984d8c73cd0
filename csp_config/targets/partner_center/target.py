"""The target Partner Center: carries out self-service actions by saving, reading back and publishing drafts.

Every decision is made from what is read, never from what an earlier run may have done, so that running again
continues a run that was cut off. A draft that this run saved and could not publish is put back; a draft that
somebody else saved is never overwritten.

Longer than most modules: deciding, saving and putting back work on the same state of one offer.
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
from csp_config.targets.partner_center.reading import WORKERS, Product, find_product, state_of
from csp_config.targets.partner_center.session import HaltedError, RefusalError
from csp_config.targets.partner_center.writing import Stopped, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.model import Audience
    from csp_config.targets import Task, Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource
    from csp_config.targets.partner_center.pace import Pace

SEND_ID = True
"""Whether a resource is written with its id: sources contradict each other (docs/partner-center.md)."""

_MOST_NAMED = 5
_DRAFT_STAYS = ("done", "waiting")
"""Results after which a saved draft is not put back: it is live, or a submission is in progress."""


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
            waiting = [pool.submit(self.carry_out_task, task) for task in tasks]
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

    def carry_out_task(self, task: Task) -> Result:
        """The result of one task; an error in it is a failed result."""
        work = _OfferWork(self, task)
        state = None
        halted = False
        try:
            detail, state = work.run()
            result: Any = "done"
        except Stopped as stopped:
            result, detail = stopped.result, stopped.detail
        except HaltedError as error:
            halted, result, detail = True, "failed", f"not finished: {error.message}; run again"
        except UnknownWordError as word:
            result, detail = "manual", f"left to a person: {self._without_secrets(str(word))}"
        except CspConfigError as error:
            result, detail = "failed", f"not finished: {error.message}; run again"
        except Exception as error:  # noqa: BLE001 - the others must go on, and this one be reported
            result, detail = "failed", f"not finished: {self._unexpected_error(error)}"
        left_in_draft = None
        if work.saved and not halted and not work.complete and result not in _DRAFT_STAYS:
            left_in_draft, put_back_words = self._put_back_draft(work)
            detail = f"{detail}; {put_back_words}" if put_back_words else detail
        return Result(
            task=task,
            result=result,
            detail=detail,
            state=state,
            wrote=work.writer.wrote,
            left_in_draft=left_in_draft,
        )

    def _put_back_draft(self, work: _OfferWork) -> tuple[Audience | None, str]:
        """Put the draft back; the audience that it may still hold if that fails, and the result in words."""
        try:
            return None, work.put_back()
        except Stopped as stopped:
            why = stopped.detail
        except CspConfigError as error:
            why = error.message
        except Exception as error:  # noqa: BLE001 - what is left in a draft has to be reported
            why = self._unexpected_error(error)
        former = audience_words(work.former_audience)
        return work.left_in_draft, f"its draft could not be put back to {former} ({why}): do it by hand"

    def _unexpected_error(self, error: Exception) -> str:
        return self._without_secrets(f"an unexpected {type(error).__name__}: {error}")[:300]

    def _without_secrets(self, text: str) -> str:
        return self.ingestion.session.vault.hide(text)


class _OfferWork:
    """The work on one offer. Stopped is raised where it ends early.

    `former_resource`: the `reseller` resource of the draft before it was saved, and `former_audience` its
    audience; `left_in_draft`: what the draft may hold if it cannot be put back; `complete`: all was done that
    the settings let this run do.
    """

    def __init__(self, target: PartnerCenterTarget, task: Task) -> None:
        self.target = target
        self.task = task
        self.api = target.ingestion
        self.desired: Audience = task.desired.audience
        self.writer = Writer(target.ingestion, target.pace, target.watch, task.offer)
        self.former_resource: Mapping[str, Any] | None = None
        self.former_audience: Audience = task.current.audience
        self.product = ""
        self.left_in_draft = self.desired
        self.complete = False

    @property
    def saved(self) -> bool:
        """Whether the service accepted a save of the draft, or may have."""
        return self.former_resource is not None and self.writer.wrote

    def run(self) -> tuple[str, State]:
        """Carry out the task; what was done in words, and the offer's state then. Raises: Stopped."""
        product = find_product(self.api, self.task.offer, self.task.type)
        self.product = product.id
        state = state_of(product)
        if state.audience == self.desired and state.published == self.task.current.published:
            if self.task.left_in_draft is None or audience_of(product.draft) != self.task.left_in_draft:
                return "it was so already", state
            self.left_in_draft = self.task.left_in_draft
            self._save()
            return "what an earlier run left in its draft was taken out, and read back", state
        self._check_state(product, state)
        publishing = Publishing(self.api, self.target.pace, self.writer, product.id, self.desired)
        if in_progress(self.api.submissions(product.id)):
            self._check_busy(product, publishing)
        elif audience_of(product.draft) != self.desired or not publishing.is_in_preview():
            self._check_draft(product.draft, product.live)
            self._save()
        after = State(published=state.published, audience=self.desired)
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

    def put_back(self) -> str:
        """Write the former audience into the draft, once, and read it back; the result in words.

        Only an audience that this run wrote is overwritten. Raises: Stopped and errors of the service, where
        the draft may still hold what was saved.
        """
        held, former = self._draft_audience(), self.former_audience
        if held == former and not self.writer.outcome_unknown:
            return f"the draft holds {audience_words(former)}, as before"
        if held == self.desired and self._is_published():
            return ""
        if held is None:  # whose it is cannot be told, so it is not written over, and stays an open item
            raise Stopped("failed", f"it holds {audience_words(held)}")
        if held not in (former, self.desired) and not self._is_written_by_this_run(held):
            return f"the draft holds {audience_words(held)}, which this run did not write: look at it"
        if held != former:
            self.left_in_draft = held
        writer = Writer(self.api, self.target.pace, self.target.watch, self.task.offer)
        writer.send(
            lambda: [self._resource_with(former)],
            step="put the draft back",
            is_reached=lambda: self._draft_audience() == former,
            describe_current=lambda: f"the draft holds {audience_words(self._draft_audience())}",
        )
        return f"the draft was put back to {audience_words(former)}, and read back"

    def _check_state(self, product: Product, state: State) -> None:
        """Raises: Stopped where the offer changed since the plan, or the move takes a support request."""
        if state != self.task.current:
            raise Stopped("stale", "it was changed in Partner Center since the plan was made; plan again")
        needs_support = any(
            row.how == "support" and (row.part != "removed" or state.tenants - self.desired.tenants)
            for row in rows(state.resellers, self.desired.resellers)
        )
        if product.live is not None and needs_support:
            raise Stopped("manual", "this move takes a support request, so it is not written")

    def _check_busy(self, product: Product, publishing: Publishing) -> None:
        """Raises: Stopped unless the submission in progress is this change, so that the run can go on."""
        may_go_on = self.target.publish != "draft" and product.live is not None
        if not may_go_on or not publishing.is_under_way(product):
            raise Stopped(
                "waiting",
                "a submission of this offer is in progress; run again once it is over, nothing was done",
            )

    def _check_draft(self, draft: Sequence[Resource], live: Sequence[Resource] | None) -> None:
        """Raises: Stopped where somebody else saved the draft: that would be overwritten, or published."""
        held = audience_of(draft)
        own = (self.task.current.audience, self.desired, self.task.left_in_draft)
        if held is None or held not in own:
            held_words = audience_words(held)
            raise Stopped(
                "manual",
                f"its draft holds {held_words}, which is neither live nor asked for here: somebody saved it"
                " and did not sync it, so nothing was written; have it synced or undone first",
            )
        other = differences(draft, live) if live is not None else ()
        if other:
            raise Stopped(
                "manual",
                f"its draft has edits of somebody else ({', '.join(other[:_MOST_NAMED])}), which publishing"
                " would publish too: have them published or undone first",
            )

    def _save(self) -> None:
        """Write the draft's `reseller` resource, and read it back. Raises: Stopped."""
        self.writer.send(
            self._save_request,
            step="save-draft",
            is_reached=lambda: self._draft_audience() == self.desired,
            describe_current=lambda: f"the draft holds {audience_words(self._draft_audience())}",
        )

    def _save_request(self) -> list[dict[str, Any]] | None:
        """The draft's resource with the new audience, read just before it is written. Raises: Stopped."""
        live = self.api.tree(self.product, "live")
        draft = self.api.tree(self.product, "draft") or live or ()
        if audience_of(draft) == self.desired:
            return None
        self._check_draft(draft, live)
        self.former_resource = reseller_of(draft)
        return [self._resource_with(self.desired)]

    def _resource_with(self, audience: Audience) -> dict[str, Any]:
        """The former resource of the draft, with another audience."""
        assert self.former_resource is not None  # noqa: S101 - read before anything is prepared
        return with_audience(self.former_resource, audience, self.target.names, send_id=self.target.send_id)

    def _is_written_by_this_run(self, held: Audience) -> bool:
        """Whether a job of this run wrote the draft's audience. Raises: Stopped where that is not told."""
        if not self.writer.jobs:
            return False
        try:
            made = audience_of(self.api.resources_of_job(self.writer.jobs[0]))
        except RefusalError as refusal:
            raise Stopped(
                "failed",
                f"it holds {audience_words(held)}, and who wrote that is not known: {refusal.message}",
            ) from None
        return made == held

    def _is_published(self) -> bool:
        """Whether the saved audience is live, or a submission is in progress."""
        live = audience_of(self.api.tree(self.product, "live") or ())
        return live == self.desired or bool(in_progress(self.api.submissions(self.product)))

    def _draft_audience(self) -> Audience | None:
        """The audience of the draft, or else of the live version; None where it is in unknown words."""
        tree = self.api.tree(self.product, "draft") or self.api.tree(self.product, "live")
        return audience_of(tree or ())


def audience_words(audience: Audience | None) -> str:
    """An audience in words; None: one that is not understood."""
    if audience is None:
        return "something that is not understood"
    if audience.resellers != "selected":
        return audience.resellers
    return f"selected with {len(audience.tenants):,} tenant{'s' * (len(audience.tenants) != 1)}"
