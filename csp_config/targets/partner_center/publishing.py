"""A saved draft to preview, and from there to live; other people's edits are never taken along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.targets.partner_center.mapping import audience_of, differences
from csp_config.targets.partner_center.pace import polls
from csp_config.targets.partner_center.sending import Stopped
from csp_config.targets.partner_center.submissions import failed, in_progress, preview_of, request
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from csp_config.model import Audience
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource, Target
    from csp_config.targets.partner_center.pace import Pace
    from csp_config.targets.partner_center.reading import Product
    from csp_config.targets.partner_center.sending import Sending

_OTHERS = "somebody else's edits are in it"


@dataclass(frozen=True, slots=True)
class Publishing:
    """The road of one product from its draft to live, for one audience."""

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    sending: Sending = field(repr=False)
    product: str
    wanted: Audience

    def is_under_way(self, product: Product) -> bool:
        """Whether what is in preview, or on its way there, is this change and nothing else."""
        trees = (self.api.tree(self.product, "preview"), product.draft)
        return any(tree is not None and self._is_mine(tree, product.live or ()) for tree in trees)

    def resumes(self) -> bool:
        """Whether the preview holds the new audience already, so an earlier run came that far."""
        return self._holds("preview")

    def to_preview(self) -> None:
        """Publish the draft to preview, unless that is done or under way. Raises: Stopped."""
        if not self._previewed():
            submissions = self.api.submissions(self.product)
            if not in_progress(submissions):
                self._check_draft()
                self.sending.send(
                    [request(self.product, "preview", submissions)],
                    step="publish to preview",
                    reached=lambda: self._previewed() or bool(in_progress(self._submissions())),
                    shown=lambda: "the preview does not hold the new audience",
                )
            self._wait("preview")
        if not self._previewed():
            raise Stopped("not-accepted", "publish to preview: the preview does not hold the new audience")

    def to_live(self) -> None:
        """Publish what is in preview. Raises: Stopped."""
        if self._holds("live"):
            return
        submissions = self.api.submissions(self.product)
        if not in_progress(submissions):
            preview = preview_of(submissions)
            if preview is None:
                raise Stopped("manual", "no submission stands for the preview; select Go live by hand")
            self._check_preview()
            self.sending.send(
                [request(self.product, "live", submissions, preview)],
                step="publish to live",
                reached=lambda: self._holds("live") or bool(in_progress(self._submissions())),
                shown=lambda: "the live version does not hold the new audience",
            )
        self._wait("live")
        if not self._holds("live"):
            raise Stopped("not-accepted", "publish to live: what is live is not the new audience")

    def _check_draft(self) -> None:
        """Just before publishing: the draft is what is live and the new audience, nothing else."""
        draft, live = self.api.tree(self.product, "draft"), self.api.tree(self.product, "live")
        if draft is None or live is None or not self._is_mine(draft, live):
            raise Stopped("manual", f"the draft was changed meanwhile, or {_OTHERS}; it is not published")

    def _check_preview(self) -> None:
        preview, live = self.api.tree(self.product, "preview"), self.api.tree(self.product, "live")
        if preview is None or live is None or not self._is_mine(preview, live):
            raise Stopped("manual", f"the preview is not only this change: {_OTHERS}; it is not made live")

    def _wait(self, target: str) -> None:
        """Until no submission is in progress. Raises: Stopped where that takes too long, or it failed."""
        for _ in polls(self.pace, self.pace.wait):
            try:
                submissions = self._submissions()
            except UnansweredError:
                continue
            if not in_progress(submissions):
                if failed(submissions) and not self._holds("live"):
                    raise Stopped("not-accepted", f"publish to {target} failed; Partner Center shows why")
                return
        raise Stopped("waiting", f"publishing to {target} goes on, which can take days; run again later")

    def _previewed(self) -> bool:
        return self._holds("preview") or self._holds("live")

    def _holds(self, target: Target) -> bool:
        return audience_of(self.api.tree(self.product, target) or ()) == self.wanted

    def _is_mine(self, tree: tuple[Resource, ...], live: tuple[Resource, ...]) -> bool:
        """Whether a tree is the live one with the new audience."""
        return audience_of(tree) == self.wanted and not differences(tree, live)

    def _submissions(self) -> tuple[Resource, ...]:
        return self.api.submissions(self.product)
