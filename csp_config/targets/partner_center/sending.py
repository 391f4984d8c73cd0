"""One write and its outcome: sent once, waited for, and read back; an unknown outcome is found by reading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from csp_config.targets import Event
from csp_config.targets.partner_center.faults import LOCKED, RefusalError
from csp_config.targets.partner_center.pace import polls
from csp_config.targets.partner_center.session import said
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csp_config.targets import Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Job
    from csp_config.targets.partner_center.pace import Pace

_ATTEMPTS = 3
_READS = 3


class Stopped(Exception):  # noqa: N818 - no error: a person, or time, has to go on
    """The work on an offer ends here: with which result, and why."""

    def __init__(
        self, result: Literal["manual", "not-accepted", "waiting", "stale", "failed"], detail: str
    ) -> None:
        super().__init__(detail)
        self.result = result
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Sending:
    """Writes for one offer."""

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    offer: str

    def send(
        self,
        resources: Sequence[Mapping[str, Any]],
        *,
        step: str,
        reached: Callable[[], bool],
        shown: Callable[[], str],
    ) -> None:
        """Write resources and see that the service keeps them.

        `reached` reads whether what was to be written is there; `shown` says what is there instead. Nothing
        is sent again before `reached` has said no. Raises: Stopped; UnansweredError, RefusalError in reads.
        """
        why = ""
        for attempt in range(_ATTEMPTS):
            try:
                job = self.api.configure(resources)
            except RefusalError as refusal:
                why = refusal.message
                if not refusal.passing:
                    raise Stopped("not-accepted", f"{step} was refused: {why}") from None
                self._pause(attempt, refusal.retry_after)
                if reached():
                    return
            except UnansweredError as lost:
                why = lost.message
                if lost.sent:
                    self._tell("unknown-outcome", step=step, reason=why)
                    self._found(step, why, reached)
                    return
                self._pause(attempt, None)
            else:
                self._tell("sent", step=step, job=job.id)
                self._ended(step, job, reached, shown)
                return
        raise Stopped("failed", f"{step} was not taken, {_ATTEMPTS} times: {why}")

    def _ended(self, step: str, job: Job, reached: Callable[[], bool], shown: Callable[[], str]) -> None:
        """Wait for a job and look at what it left. Raises: Stopped."""
        ended = self._wait(job)
        if ended is None:
            self._found(step, f"job {job.id} could not be asked after", reached)
            return
        if not ended.ended:
            raise Stopped("waiting", f"{step}: job {job.id} has not ended yet; run again later")
        for number in range(_READS):
            if reached():
                self._tell("read-back", step=step, job=job.id)
                return
            if number + 1 < _READS and ended.succeeded:
                self.pace.sleep(min(self.pace.poll, self.pace.first_delay))
        codes, words = self._errors(ended)
        if not ended.succeeded and LOCKED.intersection(codes):
            raise Stopped("failed", f"{step}: the job failed for now, run again later: {words}")
        said_ = f"the job failed: {words}" if not ended.succeeded else f"the job succeeded, but {shown()}"
        raise Stopped("not-accepted", f"{step} was not accepted: {said_}")

    def _wait(self, job: Job) -> Job | None:
        """The job at its end, or as it was last seen; None where it could not be asked after at all."""
        known: Job | None = job if job.ended else None
        for count in polls(self.pace, self.pace.wait):
            if known is not None and known.ended:
                return known
            if count == 0:
                continue  # it has just been started
            try:
                known = self.api.job(job.id)
            except UnansweredError:
                continue  # as good as pending
            except RefusalError:
                return None
            self._tell("job", job=job.id, ended=known.ended)
        return known

    def _found(self, step: str, why: str, reached: Callable[[], bool]) -> None:
        """Find out by reading whether a write took effect. Raises: Stopped where it is not to be seen."""
        for _ in polls(self.pace, self.pace.settle):
            with suppress(UnansweredError):  # the next read may be luckier
                if reached():
                    self._tell("read-back", step=step)
                    return
        raise Stopped(
            "failed", f"{step}: its outcome is not known ({why}), and nothing of it is to be seen; run again"
        )

    def _errors(self, job: Job) -> tuple[tuple[str, ...], str]:
        """Codes and words of a failed job."""
        codes: list[str] = []
        words: list[str] = []
        for error in job.errors:
            inner, text = said(error)
            codes += inner
            words.append(text)
        hidden = self.api.session.vault.hide("; ".join(filter(None, words)))
        return tuple(codes), hidden[:600] or "no reason was given"

    def _pause(self, attempt: int, retry_after: str | None) -> None:
        """Before a write is repeated: long enough for a job that was started after all to show."""
        deadline = self.pace.deadline(self.pace.call)
        self.pace.sleep(max(self.pace.poll, self.pace.delay(attempt, retry_after, deadline)))

    def _tell(self, name: str, **details: Any) -> None:
        self.watch(Event(name=name, offer=self.offer, details=details))
