"""One write: sent once, waited for, and read back; an unknown outcome is found out by reading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from csp_config.targets import Event
from csp_config.targets.partner_center.calls import LOCKED, error_words
from csp_config.targets.partner_center.errors import RefusalError
from csp_config.targets.partner_center.pace import polls, require_not_halted
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csp_config.targets import Watch
    from csp_config.targets.partner_center.ingestion import Ingestion, Job
    from csp_config.targets.partner_center.pace import Pace

    Resources = Sequence[Mapping[str, Any]]

_ATTEMPTS = 3
_READS = 3


class Stopped(Exception):  # noqa: N818 - no error: a person, or time, has to go on
    """Ends the work on an offer, with a result and the reason."""

    def __init__(
        self, result: Literal["manual", "not-accepted", "waiting", "stale", "failed"], detail: str
    ) -> None:
        super().__init__(detail)
        self.result = result
        self.detail = detail


@dataclass(slots=True)
class Writer:
    """Writes for one offer.

    `wrote`: the service accepted a write, or may have; `outcome_unknown`: the outcome of a write was not
    seen; `jobs`: the ids of the jobs that it started, in order; `step`: the last write that may have reached
    the service, in words.
    """

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    offer: str
    wrote: bool = False
    outcome_unknown: bool = False
    jobs: list[str] = field(default_factory=list)
    step: str = ""

    def send(
        self,
        prepare: Callable[[], Resources | None],
        *,
        step: str,
        is_reached: Callable[[], bool],
        describe_current: Callable[[], str],
    ) -> None:
        """Write resources and check that the service keeps them.

        `prepare` reads just before each attempt, and returns the resources to write; None where nothing has
        to be written. `is_reached` reads whether they are there; `describe_current` says what is there
        instead. Raises: Stopped; HaltedError before a write; UnansweredError, RefusalError, PausedError in
        reads.
        """
        why = ""
        for attempt in range(_ATTEMPTS):
            resources = prepare()
            if resources is None:
                return
            require_not_halted(self.pace)
            try:
                job = self.api.configure(resources)
            except RefusalError as refusal:
                why = refusal.message
                if not refusal.temporary:
                    raise Stopped("not-accepted", f"{step} was refused: {why}") from None
            except UnansweredError as lost:
                why = lost.message
                if lost.sent:
                    self.wrote = self.outcome_unknown = True
                    self.step = step
                    self._send_event("unknown-outcome", step=step, reason=why)
                    self._confirm(step, why, is_reached)
                    return
            else:
                self.wrote = True
                self.step = step
                self.jobs.append(job.id)
                self._send_event("sent", step=step, job=job.id)
                self._finish(step, job, is_reached, describe_current)
                return
            self._pause(step, attempt, why)
        raise Stopped("failed", f"{step} was not taken, {_ATTEMPTS} times: {why}")

    def _finish(
        self, step: str, job: Job, is_reached: Callable[[], bool], describe_current: Callable[[], str]
    ) -> None:
        """Wait for a job and read its result. Raises: Stopped unless the resources are there."""
        ended = self._wait(job)
        if ended is None:
            self.outcome_unknown = True
            self._confirm(step, f"job {job.id} could not be asked after", is_reached)
            return
        if not ended.ended:
            raise Stopped("waiting", f"{step}: job {job.id} has not ended yet; run again later")
        for number in range(_READS):
            if is_reached():
                self._send_event("read-back", step=step, job=job.id)
                return
            if number + 1 < _READS and ended.succeeded:
                self.pace.sleep(min(self.pace.poll, self.pace.first_delay))
        codes, words = self._errors(ended)
        if not ended.succeeded and LOCKED.intersection(codes):
            raise Stopped("failed", f"{step}: the job failed for now, run again later: {words}")
        reason = (
            f"the job failed: {words}"
            if not ended.succeeded
            else f"the job succeeded, but {describe_current()}"
        )
        raise Stopped("not-accepted", f"{step} was not accepted: {reason}")

    def _wait(self, job: Job) -> Job | None:
        """The job at its end, or as last read; None where it could not be read."""
        if self.pace.wait <= 0:
            return job  # not to be waited for: that is not the same as lost
        last_seen: Job | None = job if job.ended else None
        for count in polls(self.pace, self.pace.wait):
            if last_seen is not None and last_seen.ended:
                return last_seen
            if count == 0:
                continue  # it has just been started
            try:
                last_seen = self.api.job(job.id)
            except UnansweredError:
                continue  # as good as pending
            except RefusalError:
                return None
            self._send_event("job", job=job.id, ended=last_seen.ended)
        return last_seen

    def _confirm(self, step: str, why: str, is_reached: Callable[[], bool]) -> None:
        """Read until a write shows an effect. Raises: Stopped where none shows."""
        for _ in polls(self.pace, self.pace.settle):
            with suppress(UnansweredError):  # the next read may be luckier
                if is_reached():
                    self.outcome_unknown = False
                    self._send_event("read-back", step=step)
                    return
        raise Stopped(
            "failed", f"{step}: its outcome is not known ({why}), and nothing of it is to be seen; run again"
        )

    def _errors(self, job: Job) -> tuple[tuple[str, ...], str]:
        """Codes and words of a failed job."""
        codes: list[str] = []
        words: list[str] = []
        for error in job.errors:
            inner, text = error_words(error)
            codes += inner
            words.append(text)
        hidden = self.api.session.vault.hide("; ".join(filter(None, words)))
        return tuple(codes), hidden[:600] or "no reason was given"

    def _pause(self, step: str, attempt: int, why: str) -> None:
        """Wait before a write is repeated, long enough for the effect of a started job to show.

        Raises: Stopped where this run is not to wait.
        """
        if self.pace.wait <= 0:
            raise Stopped("waiting", f"{step} was not taken for now ({why}); run again later")
        deadline = self.pace.deadline(self.pace.call)
        self.pace.sleep(max(self.pace.poll, self.pace.delay(attempt, deadline)))

    def _send_event(self, name: str, **details: Any) -> None:
        self.watch(Event(name=name, offer=self.offer, details=details))
