"""One write and its outcome: sent once, waited for, and read back; an unknown outcome is found by reading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from csp_config.targets import Event
from csp_config.targets.partner_center.pace import polls
from csp_config.targets.partner_center.session import LOCKED, RefusalError, said
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
    """The work on an offer ends here: with which result, and why."""

    def __init__(
        self, result: Literal["manual", "not-accepted", "waiting", "stale", "failed"], detail: str
    ) -> None:
        super().__init__(detail)
        self.result = result
        self.detail = detail


@dataclass(slots=True)
class Writer:
    """Writes for one offer.

    `taken`: the service took a write, or may have; `unsure`: of one of them the outcome was never seen;
    `jobs`: the jobs that it started, in that order.
    """

    api: Ingestion = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    offer: str
    taken: bool = False
    unsure: bool = False
    jobs: list[str] = field(default_factory=list)

    def send(
        self,
        prepare: Callable[[], Resources | None],
        *,
        step: str,
        reached: Callable[[], bool],
        shown: Callable[[], str],
    ) -> None:
        """Write resources and see that the service keeps them.

        `prepare` reads just before each attempt, and gives what is to be written as things are then; None
        where it is there already. `reached` reads whether it is there; `shown` says what is there instead.
        Raises: Stopped; UnansweredError, RefusalError, PausedError in reads.
        """
        why = ""
        for attempt in range(_ATTEMPTS):
            resources = prepare()
            if resources is None:
                return
            try:
                job = self.api.configure(resources)
            except RefusalError as refusal:
                why = refusal.message
                if not refusal.passing:
                    raise Stopped("not-accepted", f"{step} was refused: {why}") from None
            except UnansweredError as lost:
                why = lost.message
                if lost.sent:
                    self.taken = self.unsure = True
                    self._send_event("unknown-outcome", step=step, reason=why)
                    self._find(step, why, reached)
                    return
            else:
                self.taken = True
                self.jobs.append(job.id)
                self._send_event("sent", step=step, job=job.id)
                self._finish(step, job, reached, shown)
                return
            self._pause(step, attempt, why)
        raise Stopped("failed", f"{step} was not taken, {_ATTEMPTS} times: {why}")

    def _finish(self, step: str, job: Job, reached: Callable[[], bool], shown: Callable[[], str]) -> None:
        """Wait for a job and look at what it left. Raises: Stopped."""
        ended = self._wait(job)
        if ended is None:
            self.unsure = True
            self._find(step, f"job {job.id} could not be asked after", reached)
            return
        if not ended.ended:
            raise Stopped("waiting", f"{step}: job {job.id} has not ended yet; run again later")
        for number in range(_READS):
            if reached():
                self._send_event("read-back", step=step, job=job.id)
                return
            if number + 1 < _READS and ended.succeeded:
                self.pace.sleep(min(self.pace.poll, self.pace.first_delay))
        codes, words = self._errors(ended)
        if not ended.succeeded and LOCKED.intersection(codes):
            raise Stopped("failed", f"{step}: the job failed for now, run again later: {words}")
        said_ = f"the job failed: {words}" if not ended.succeeded else f"the job succeeded, but {shown()}"
        raise Stopped("not-accepted", f"{step} was not accepted: {said_}")

    def _wait(self, job: Job) -> Job | None:
        """The job at its end, or as last seen; None where it was asked after and nothing could be learnt."""
        if self.pace.wait <= 0:
            return job  # not to be waited for: that is not the same as lost
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
            self._send_event("job", job=job.id, ended=known.ended)
        return known

    def _find(self, step: str, why: str, reached: Callable[[], bool]) -> None:
        """Find out by reading whether a write took effect. Raises: Stopped where it is not to be seen."""
        for _ in polls(self.pace, self.pace.settle):
            with suppress(UnansweredError):  # the next read may be luckier
                if reached():
                    self.unsure = False
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
            inner, text = said(error)
            codes += inner
            words.append(text)
        hidden = self.api.session.vault.hide("; ".join(filter(None, words)))
        return tuple(codes), hidden[:600] or "no reason was given"

    def _pause(self, step: str, attempt: int, why: str) -> None:
        """Before a write is repeated: long enough for a job that was started after all to show.

        Raises: Stopped where this run is not to wait.
        """
        if self.pace.wait <= 0:
            raise Stopped("waiting", f"{step} was not taken for now ({why}); run again later")
        deadline = self.pace.deadline(self.pace.call)
        self.pace.sleep(max(self.pace.poll, self.pace.delay(attempt, deadline)))

    def _send_event(self, name: str, **details: Any) -> None:
        self.watch(Event(name=name, offer=self.offer, details=details))
