"""The work on one offer: its draft is saved, read back and published, or put back.

Every decision is made from what is read, never from what an earlier run may have done, so that running again
continues a run that was cut off. A draft that this run saved and could not publish is put back; a draft that
somebody else saved is never overwritten.

Longer than most modules: deciding, saving and putting back work on the same state of one offer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.model import State
from csp_config.model.drafts import is_part_of, may_hold
from csp_config.programme import rows
from csp_config.targets.partner_center.errors import RefusalError
from csp_config.targets.partner_center.live_reader import Product, find_product, is_left_in_preview, state_of
from csp_config.targets.partner_center.mapping import audience_of, differences, reseller_of, with_audience
from csp_config.targets.partner_center.publishing import Publishing, in_progress
from csp_config.targets.partner_center.write_once import Stopped, Writer
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.model import Audience
    from csp_config.targets import Task, Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource
    from csp_config.targets.partner_center.pace import Pace

SEND_ID = True
"""Whether a resource is written with its id: sources contradict each other (docs/partner-center.md)."""

_MOST_NAMED = 5
_LEFT_IN_PREVIEW = (
    "going live with it would make that audience live; cancel that publication in Partner Center"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkContext:
    """What the work on every offer of a run shares.

    `publish`: how far a run goes by itself; `names`: tenant -> label of a new audience entry.
    """

    ingestion: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    publish: str
    names: Mapping[str, str] = field(repr=False)
    send_id: bool = SEND_ID


class OfferWork:
    """The work on one offer. Stopped is raised where it ends early.

    `former_resource`: the `reseller` resource of the draft before it was saved, and `former_audience` its
    audience; `left_in_draft`: what the draft or preview may hold if that is not finished or put back;
    `in_draft`: the draft was found with the desired audience, or saved with it; `publishing`: it may have
    been submitted; `complete`: all was done that the settings let this run do.
    """

    def __init__(self, context: WorkContext, task: Task) -> None:
        self.context = context
        self.task = task
        self.api = context.ingestion
        self.desired: Audience = task.desired.audience
        self.writer = Writer(context.ingestion, context.pace, context.watch, task.offer)
        self.former_resource: Mapping[str, Any] | None = None
        self.former_audience: Audience = task.current.audience
        self.product = ""
        self.left_in_draft: Audience | None = self.desired
        if self.desired == self.former_audience:  # the task is to take out what an earlier run left
            self.left_in_draft = task.left_in_draft
        self.in_draft = False
        self.publishing = False
        self.complete = False

    @property
    def saved(self) -> bool:
        """Whether the service accepted a save of the draft, or may have."""
        return self.former_resource is not None and self.writer.wrote

    @property
    def unfinished(self) -> Audience | None:
        """The audience that the draft or preview may hold by apply's doing, where the work ends early."""
        earlier = self.task.left_in_draft
        return self.left_in_draft if self.writer.wrote or (self.in_draft and earlier) else earlier

    def run(self) -> tuple[str, State]:
        """Carry out the task; what was done in words, and the offer's state then. Raises: Stopped."""
        product = find_product(self.api, self.task.offer, self.task.type)
        self.product = product.id
        state = state_of(product)
        if state.audience == self.desired and state.published == self.task.current.published:
            return self._take_out(product, self.task.left_in_draft), state
        self._check_state(product, state)
        publishing = Publishing(self.api, self.context.pace, self.writer, product.id, self.desired)
        if in_progress(self.api.submissions(product.id)):
            self._check_busy(product, publishing)
        elif audience_of(product.draft) != self.desired or not publishing.is_in_preview():
            self._check_draft(product.draft, product.live)
            self._save()
        self.in_draft = True
        after = State(published=state.published, audience=self.desired)
        if not state.published:
            return "saved in the draft, which is all there is before the first publication", after
        if self.context.publish == "draft":
            self.complete = True
            raise Stopped(
                "manual",
                "saved in the draft and read back; Sync CSP audience (or publishing) is left to a person,"
                " because targets.partner-center.publish is draft",
            )
        self.publishing = True
        publishing.to_preview()
        if self.context.publish == "preview":
            self.complete = True
            raise Stopped(
                "manual", "published to preview and read back; a person looks at it and selects Go live"
            )
        publishing.to_live()
        return "live, and read back", after

    def _take_out(self, product: Product, left: Audience | None) -> str:
        """Take what an earlier run left out of draft and preview; the result in words. Raises: Stopped."""
        if left is None:
            return "it was so already"
        held = audience_of(product.draft)
        uncertain = self.task.not_put_back and held != self.desired
        in_draft = uncertain or may_hold(held, left, self.desired)
        in_preview = is_left_in_preview(self.api, product, left)
        if not in_draft and not in_preview:
            if self.task.not_seen:
                raise Stopped(
                    "waiting",
                    f"an earlier run sent {audience_words(left)} to its draft and did not see it there, so a"
                    " job may still save it; run again later, or look at the draft and record it as done",
                )
            return "it was so already"
        if in_progress(self.api.submissions(product.id)):
            raise Stopped(
                "waiting",
                "a submission of this offer is in progress, perhaps of what an earlier run saved and nobody"
                " wants any more: cancel it in Partner Center, or run again once it is over",
            )
        if in_draft:
            if not is_part_of(held, left, self.desired):
                raise Stopped(
                    "manual",
                    f"its draft holds {audience_words(held)}, which may be what apply left there, in part or"
                    " with more, so nothing was written; have it undone, or synced, first",
                )
            self._save()
        if in_preview:
            self._take_out_of_preview(left)
        where = " and ".join(name for name, is_in in (("draft", in_draft), ("preview", in_preview)) if is_in)
        return f"what an earlier run left in its {where} was taken out, and read back"

    def _take_out_of_preview(self, left: Audience) -> None:
        """Publish the draft, which holds what is live, to preview, if the settings allow. Raises: Stopped."""
        if self.context.publish == "draft":
            raise Stopped(
                "manual",
                f"its preview may hold {audience_words(left)}, which an earlier run published to it:"
                f" {_LEFT_IN_PREVIEW}, because targets.partner-center.publish is draft",
            )
        Publishing(self.api, self.context.pace, self.writer, self.product, self.desired).renew_preview()

    def put_back(self) -> tuple[Audience | None, str]:
        """Write the former audience into the draft, once, and read it back.

        The audience that draft or preview may still hold, and the result in words. Only an audience that this
        run wrote, or that an earlier one left, is overwritten. Raises: Stopped and errors of the service,
        where the draft may still hold what was saved.
        """
        held, former = self._draft_audience(), self.former_audience
        if held == former and not self.writer.outcome_unknown:
            left, words = self._left_in_preview()
            return left, f"the draft holds {audience_words(former)}, as before{words}"
        if held == self.desired and self._is_published():
            return (None if self._is_live() else self.left_in_draft), ""
        if held is None:  # whose it is cannot be told, so it is not written over, and stays an open item
            raise Stopped("failed", f"it holds {audience_words(held)}")
        own = (former, self.desired, self.task.left_in_draft)
        if held not in own and not self._is_written_by_this_run(held):
            saved = self.left_in_draft
            left = saved if saved is not None and may_hold(held, saved, former) else None
            return left, f"the draft holds {audience_words(held)}, which this run did not write: look at it"
        if held != former:
            self.left_in_draft = held
        writer = Writer(self.api, self.context.pace, self.context.watch, self.task.offer)
        writer.send(
            lambda: [self._resource_with(former)],
            step="put the draft back",
            is_reached=lambda: self._draft_audience() == former,
            describe_current=lambda: f"the draft holds {audience_words(self._draft_audience())}",
        )
        left, words = self._left_in_preview()
        return left, f"the draft was put back to {audience_words(former)}, and read back{words}"

    def _left_in_preview(self) -> tuple[Audience | None, str]:
        """What the preview may hold although the draft was put back; and what follows from it, in words."""
        saved = self.left_in_draft
        if saved is None or not (self.publishing or self.task.left_in_draft):
            return None, ""
        try:
            preview = self.api.tree(self.product, "preview")
        except (RefusalError, UnansweredError) as error:
            return saved, f"; whether its preview holds what was saved is not known: {error.message}"
        held = audience_of(preview or ())
        if preview is None or not may_hold(held, saved, self.former_audience):
            return None, ""
        return saved, f"; its preview holds {audience_words(held)}, and {_LEFT_IN_PREVIEW}"

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
        may_go_on = self.context.publish != "draft" and product.live is not None
        if not may_go_on or not publishing.is_under_way(product):
            raise Stopped(
                "waiting",
                "a submission of this offer is in progress; run again once it is over, nothing was done",
            )

    def _check_draft(self, draft: Sequence[Resource], live: Sequence[Resource] | None) -> None:
        """Raises: Stopped where somebody else saved the draft: that would be overwritten, or published."""
        held, current, left = audience_of(draft), self.task.current.audience, self.task.left_in_draft
        is_own = held in (current, self.desired) or (left is not None and is_part_of(held, left, current))
        if held is None or not is_own:
            raise Stopped(
                "manual",
                f"its draft holds {audience_words(held)}, which is neither live nor asked for here, nor"
                " recorded as saved by apply, so nothing was written; have it synced or undone first",
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
        return with_audience(self.former_resource, audience, self.context.names, send_id=self.context.send_id)

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
        return self._is_live() or bool(in_progress(self.api.submissions(self.product)))

    def _is_live(self) -> bool:
        return audience_of(self.api.tree(self.product, "live") or ()) == self.desired

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
