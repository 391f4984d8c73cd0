"""A configure job: from notStarted over running to completed, and what it does to its product at the end.

Whether the real service refuses what the programme leaves to a support request, and with which code, is
UNKNOWN. The stricter reading: all of it is refused here, for an offer that is live.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.emulator.answers import OPEN_END, detail, moment
from csp_config.emulator.resources import audience_of
from csp_config.programme import OPTIONS, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from csp_config.emulator.products import Product, Submission
    from csp_config.emulator.resources import Resources
    from csp_config.model import Audience

_WAITING_PART = 0.3  # of its time a job has not started yet


@dataclass(slots=True, kw_only=True)
class Job:
    """A job. `writes`: the resources that go into the draft; `submission`: what it publishes, if anything.

    `modular`: only `writes` are published. `fault`: what is to go wrong (see `conditions`). `due` None: it
    never ends.
    """

    id: str
    product: Product
    started: float
    due: float | None
    writes: Resources = field(default_factory=dict)
    submission: Submission | None = None
    modular: bool = False
    published: Submission | None = None
    fault: Mapping[str, Any] = field(default_factory=dict)
    ended: float | None = None
    result: str = "pending"
    errors: list[dict[str, Any]] = field(default_factory=list)
    written: list[dict[str, Any]] = field(default_factory=list)  # the resources as this job left them

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    def status(self, now: float) -> dict[str, Any]:
        """The job as `configure-status` shows it, without `$schema`."""
        return {
            "jobId": self.id,
            "jobStatus": self._stage(now),
            "jobResult": self.result,
            "jobStart": moment(self.started),
            "jobEnd": OPEN_END if self.ended is None else moment(self.ended),
            "errors": self.errors,
        }

    def finish(self, now: float) -> None:
        """End the job: its writes reach the draft and its submission the target, or it fails with reasons."""
        self.ended = self.due if self.due is not None else now
        reasons = self._reasons()
        if reasons:
            self.result = "failed"
            self.errors = [{"code": "badRequest", "message": "The job failed.", "details": reasons}]
            self._give_up()
            return
        self.result = "succeeded"
        self._write()
        if self.submission is not None:
            self._publish(self.submission)

    def cancel(self, now: float) -> None:
        """End the job with nothing done."""
        self.ended, self.result = now, "cancelled"
        self._give_up()

    def begins_after(self) -> float:
        """The moment from which it is running."""
        return self.started + _WAITING_PART * ((self.due or self.started) - self.started)

    def _stage(self, now: float) -> str:
        if not self.open:
            return "completed"
        return "notStarted" if now <= self.begins_after() else "running"

    def _reasons(self) -> list[dict[str, Any]]:
        if self.errors:  # found when the call was accepted, and to be told late
            return self.errors
        if self.fault.get("do") == "job-fails":
            code, message = self.fault.get("code", "invalidState"), self.fault.get("message", "It failed.")
            return [detail(code, message, f"product/{self.product.id}")]
        return reasons_against(self.product, self.writes, self.submission, modular=self.modular)

    def _give_up(self) -> None:
        if self.submission is not None:
            self.submission.target = "preview"  # a preview that could not go live is still the preview
            self.submission.status, self.submission.result = "completed", "failed"

    def _write(self) -> None:
        for id_, resource in sorted(self.writes.items()):
            if self.fault.get("do") != "not-stored":
                self.product.draft[id_] = deepcopy(resource)
            if self.fault.get("do") == "stored-else" and id_.startswith("reseller/"):
                self.product.draft[id_] |= self.fault["resource"]
            self.written.append(deepcopy(self.product.draft[id_]))

    def _publish(self, submission: Submission) -> None:
        product = self.product
        if submission.target == "live":
            product.live = submission
        elif self.modular:
            written = {id_: product.draft[id_] for id_ in self.writes}
            submission.resources = deepcopy({**base_of(product), **written})
        else:
            submission.resources = deepcopy(product.draft)
        product.preview = submission
        submission.status, submission.result = "completed", "succeeded"
        self.published = submission


def reasons_against(
    product: Product, writes: Resources, submission: Submission | None, *, modular: bool
) -> list[dict[str, Any]]:
    """What the programme says against a job: against its own `reseller`, or the one that it publishes."""
    reseller = f"reseller/{product.id}"
    if submission is not None and submission.target == "live":
        wanted = submission.resources
    elif submission is not None or reseller in writes:
        wanted = {**(base_of(product) if modular else product.draft), **writes}
    else:
        return []
    return refusals(product.resources("live"), wanted, reseller)


def base_of(product: Product) -> Resources:
    """What a modular publication leaves as it is."""
    return product.resources("preview") or product.draft


def refusals(live: Resources | None, wanted: Resources, resource: str) -> list[dict[str, Any]]:
    """Errors for what would bring a live offer where only a support request may; none if it is free."""
    before = audience_of(live) if live is not None else None
    after = audience_of(wanted)
    if before is None or after is None:
        return []
    return [detail("businessValidationError", reason, resource) for reason in _reasons(before, after)]


def _reasons(before: Audience, after: Audience) -> Iterator[str]:
    removed = sorted(before.tenants - after.tenants)
    for row in rows(before.resellers, after.resellers):
        if row.how != "support":
            continue
        if row.part == "whole":
            yield (
                f"The reseller channel of a live offer cannot move from {OPTIONS[row.before]!r} to "
                f"{OPTIONS[row.after]!r} here: it takes a support request ({row.cites})."
            )
        elif removed:
            yield (
                f"Partners of a live offer cannot be deauthorised here: {', '.join(removed)}. "
                f"It takes a support request ({row.cites})."
            )
