"""Publishing: a saved draft to preview, and from there to live; never with edits of somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.targets.partner_center.mapping import audience_of, differences
from csp_config.targets.partner_center.pace import polls
from csp_config.targets.partner_center.write_once import Stopped
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from csp_config.model import Audience
    from csp_config.targets.partner_center.ingestion import Ingestion, Resource, Target
    from csp_config.targets.partner_center.live_reader import Product
    from csp_config.targets.partner_center.pace import Pace
    from csp_config.targets.partner_center.write_once import Writer

_OTHERS = "somebody else's edits are in it"
_SCHEMA = "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2"
"""Used only where no submission was read whose own version could be kept."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """Publishes the draft of one product, which holds the desired audience."""

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    writer: Writer = field(repr=False)
    product: str
    desired: Audience

    def is_under_way(self, product: Product) -> bool:
        """Whether the preview or the draft holds this change and nothing else."""
        trees = (self.api.tree(self.product, "preview"), product.draft)
        return any(tree is not None and self._is_only_this_change(tree, product.live or ()) for tree in trees)

    def is_in_preview(self) -> bool:
        """Whether the preview holds the desired audience already, from an earlier run."""
        return self._holds("preview")

    def to_preview(self) -> None:
        """Publish the draft to preview, unless that is done or in progress. Raises: Stopped."""
        self._submit_to_preview(self._has_reached_preview, "the preview does not hold the new audience")

    def renew_preview(self) -> None:
        """Publish the draft, which holds what is live, to preview, in the place of what stands there.

        Raises: Stopped.
        """
        self._submit_to_preview(self.is_in_preview, "the preview does not hold what is live")

    def _submit_to_preview(self, is_reached: Callable[[], bool], otherwise: str) -> None:
        """Publish the draft to preview, unless that is done or in progress; `otherwise`: why it failed."""
        if not is_reached():
            if not in_progress(self._submissions()):
                self.writer.send(
                    lambda: self._preview_request(is_reached),
                    step="publish to preview",
                    is_reached=lambda: is_reached() or bool(in_progress(self._submissions())),
                    describe_current=lambda: otherwise,
                )
            self._wait("preview")
        if not is_reached():
            raise Stopped("not-accepted", f"publish to preview: {otherwise}")

    def to_live(self) -> None:
        """Publish what is in preview. Raises: Stopped."""
        if self._holds("live"):
            return
        if not in_progress(self._submissions()):
            self.writer.send(
                self._live_request,
                step="publish to live",
                is_reached=lambda: self._holds("live") or bool(in_progress(self._submissions())),
                describe_current=lambda: "the live version does not hold the new audience",
            )
        self._wait("live")
        if not self._holds("live"):
            raise Stopped("not-accepted", "publish to live: what is live is not the new audience")

    def _preview_request(self, is_reached: Callable[[], bool]) -> list[dict[str, Any]] | None:
        """The submission to preview; None where it is not needed. Raises: Stopped where others edited it."""
        submissions = self._submissions()
        if in_progress(submissions) or is_reached():
            return None
        draft, live = self.api.tree(self.product, "draft"), self.api.tree(self.product, "live")
        if draft is None or live is None or not self._is_only_this_change(draft, live):
            raise Stopped("manual", f"the draft was changed meanwhile, or {_OTHERS}; it is not published")
        return [submission(self.product, "preview", submissions)]

    def _live_request(self) -> list[dict[str, Any]] | None:
        """The submission to live; None where it is not needed. Raises: Stopped where others edited it."""
        submissions = self._submissions()
        if in_progress(submissions) or self._holds("live"):
            return None
        number = preview_of(submissions)
        if number is None:
            raise Stopped("manual", "no submission stands for the preview; select Go live by hand")
        preview, live = self.api.tree(self.product, "preview"), self.api.tree(self.product, "live")
        if preview is None or live is None or not self._is_only_this_change(preview, live):
            raise Stopped("manual", f"the preview is not only this change: {_OTHERS}; it is not made live")
        return [submission(self.product, "live", submissions, number)]

    def _wait(self, target: str) -> None:
        """Wait until no submission is in progress. Raises: Stopped where it failed, or takes too long."""
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

    def _has_reached_preview(self) -> bool:
        return self._holds("preview") or self._holds("live")

    def _holds(self, target: Target) -> bool:
        return audience_of(self.api.tree(self.product, target) or ()) == self.desired

    def _is_only_this_change(self, tree: tuple[Resource, ...], live: tuple[Resource, ...]) -> bool:
        """Whether a tree differs from the live one only by the new audience."""
        return audience_of(tree) == self.desired and not differences(tree, live)

    def _submissions(self) -> tuple[Resource, ...]:
        return self.api.submissions(self.product)


def target_of(submission: Mapping[str, Any]) -> str:
    """The target of a submission: draft, preview or live; empty where it has none."""
    target = submission.get("target")
    return str(target.get("targetType", "")) if isinstance(target, dict) else ""


def real_submissions(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The submissions without the draft's pseudo-submission, oldest first."""
    real = [one for one in submissions if target_of(one) != "draft" and _number(one) != "0"]
    return sorted(real, key=lambda one: str(one.get("created", "")))


def in_progress(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The submissions that are not completed."""
    return [one for one in real_submissions(submissions) if str(one.get("status", "")).lower() != "completed"]


def preview_of(submissions: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the newest submission to preview; None where there is none."""
    found = [one for one in real_submissions(submissions) if target_of(one) == "preview"]
    name = found[-1].get("id") if found else None
    return name if isinstance(name, str) else None


def failed(submissions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the newest submission failed."""
    found = real_submissions(submissions)
    return bool(found) and str(found[-1].get("result", "")).lower() == "failed"


def submission(
    product: str, target: str, earlier: Iterable[Mapping[str, Any]], preview: str | None = None
) -> dict[str, Any]:
    """The resource that creates a submission, in the schema version of earlier ones."""
    schemas = [one["$schema"] for one in earlier if isinstance(one.get("$schema"), str)]
    resource = {"$schema": schemas[-1] if schemas else _SCHEMA, "product": product}
    return {**resource, **({"id": preview} if preview else {}), "target": {"targetType": target}}


def _number(submission: Mapping[str, Any]) -> str:
    return str(submission.get("id", "")).rpartition("/")[2]
