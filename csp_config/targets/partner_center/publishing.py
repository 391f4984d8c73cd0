"""A saved draft to preview, and from there to live; other people's edits are never taken along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.targets.partner_center.mapping import audience_of, differences
from csp_config.targets.partner_center.pace import polls
from csp_config.targets.partner_center.writing import Stopped
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.model import Audience
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource, Target
    from csp_config.targets.partner_center.pace import Pace
    from csp_config.targets.partner_center.reading import Product
    from csp_config.targets.partner_center.writing import Writer

_OTHERS = "somebody else's edits are in it"
_SCHEMA = "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2"
"""Used only where no submission was read whose own version could be kept."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """The road of one product from its draft to live, for one audience."""

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    writer: Writer = field(repr=False)
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
            if not in_progress(self._submissions()):
                self.writer.send(
                    self._preview_request,
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
        if not in_progress(self._submissions()):
            self.writer.send(
                self._live_request,
                step="publish to live",
                reached=lambda: self._holds("live") or bool(in_progress(self._submissions())),
                shown=lambda: "the live version does not hold the new audience",
            )
        self._wait("live")
        if not self._holds("live"):
            raise Stopped("not-accepted", "publish to live: what is live is not the new audience")

    def _preview_request(self) -> list[dict[str, Any]] | None:
        """The submission to preview, once more compared with live. Raises: Stopped where others edited it."""
        submissions = self._submissions()
        if in_progress(submissions) or self._previewed():
            return None
        draft, live = self.api.tree(self.product, "draft"), self.api.tree(self.product, "live")
        if draft is None or live is None or not self._is_mine(draft, live):
            raise Stopped("manual", f"the draft was changed meanwhile, or {_OTHERS}; it is not published")
        return [submission(self.product, "preview", submissions)]

    def _live_request(self) -> list[dict[str, Any]] | None:
        """The submission to live. Raises: Stopped where the preview is not only this change."""
        submissions = self._submissions()
        if in_progress(submissions) or self._holds("live"):
            return None
        number = preview_of(submissions)
        if number is None:
            raise Stopped("manual", "no submission stands for the preview; select Go live by hand")
        preview, live = self.api.tree(self.product, "preview"), self.api.tree(self.product, "live")
        if preview is None or live is None or not self._is_mine(preview, live):
            raise Stopped("manual", f"the preview is not only this change: {_OTHERS}; it is not made live")
        return [submission(self.product, "live", submissions, number)]

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


def target_of(submission: Mapping[str, Any]) -> str:
    """draft, preview or live; empty where it does not say."""
    target = submission.get("target")
    return str(target.get("targetType", "")) if isinstance(target, dict) else ""


def published(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The real submissions, oldest first: the draft's pseudo-submission left out."""
    real = [one for one in submissions if target_of(one) != "draft" and _number(one) != "0"]
    return sorted(real, key=lambda one: str(one.get("created", "")))


def in_progress(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The submissions that are not over."""
    return [one for one in published(submissions) if str(one.get("status", "")).lower() != "completed"]


def preview_of(submissions: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the newest submission that stands for preview; None where there is none."""
    found = [one for one in published(submissions) if target_of(one) == "preview"]
    name = found[-1].get("id") if found else None
    return name if isinstance(name, str) else None


def failed(submissions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the newest submission failed."""
    found = published(submissions)
    return bool(found) and str(found[-1].get("result", "")).lower() == "failed"


def submission(
    product: str, target: str, earlier: Iterable[Mapping[str, Any]], preview: str | None = None
) -> dict[str, Any]:
    """The resource that asks for a submission, in the schema version that was read."""
    schemas = [one["$schema"] for one in earlier if isinstance(one.get("$schema"), str)]
    resource = {"$schema": schemas[-1] if schemas else _SCHEMA, "product": product}
    return {**resource, **({"id": preview} if preview else {}), "target": {"targetType": target}}


def _number(submission: Mapping[str, Any]) -> str:
    return str(submission.get("id", "")).rpartition("/")[2]
