"""The target Partner Center: carries out self-service actions, several offers at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csp_config.errors import CspConfigError
from csp_config.targets import Event, Result
from csp_config.targets.partner_center.errors import HaltedError
from csp_config.targets.partner_center.live_reader import WORKERS
from csp_config.targets.partner_center.mapping import UnknownWordError
from csp_config.targets.partner_center.offer_work import OfferWork, WorkContext, audience_words
from csp_config.targets.partner_center.pace import require_not_halted
from csp_config.targets.partner_center.write_once import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Audience
    from csp_config.targets import Task

_DRAFT_STAYS = ("done", "waiting")
"""Results after which a saved draft is not put back: it is live, or a job or submission is in progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCenterTarget(WorkContext):
    """A Target: it carries out each task in this context."""

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
        work = OfferWork(self, task)
        state = None
        halted = False
        try:
            require_not_halted(self.pace)
            detail, state = work.run()
            result: Any = "done"
        except Stopped as stopped:
            result, detail = stopped.result, stopped.detail
        except HaltedError as error:
            halted, result = True, "failed"
            reached = (
                f"after {work.writer.step} was sent" if work.writer.wrote else "before anything was written"
            )
            detail = f"not finished: {error.message}, {reached}; run again"
        except UnknownWordError as word:
            result, detail = "manual", f"left to a person: {self._without_secrets(str(word))}"
        except CspConfigError as error:
            result, detail = "failed", f"not finished: {error.message}; run again"
        except Exception as error:  # noqa: BLE001 - the others must go on, and this one be reported
            result, detail = "failed", f"not finished: {self._unexpected_error(error)}"
        left_in_draft = None if result == "done" else work.unfinished
        not_put_back = task.not_put_back and left_in_draft is not None and not work.writer.wrote
        if work.saved and not halted and not work.complete and result not in _DRAFT_STAYS:
            left_in_draft, not_put_back, put_back_words = self._put_back_draft(work)
            detail = f"{detail}; {put_back_words}" if put_back_words else detail
        return Result(
            task=task,
            result=result,
            detail=detail,
            state=state,
            wrote=work.writer.wrote,
            left_in_draft=left_in_draft,
            not_put_back=not_put_back,
            not_seen=left_in_draft is not None and not work.in_draft and (work.writer.wrote or task.not_seen),
            halted=halted,
        )

    def _put_back_draft(self, work: OfferWork) -> tuple[Audience | None, bool, str]:
        """Put the draft back: the audience that may still be there, whether it failed, the words for it."""
        try:
            left, words = work.put_back()
        except Stopped as stopped:
            why = stopped.detail
        except CspConfigError as error:
            why = error.message
        except Exception as error:  # noqa: BLE001 - what is left in a draft has to be reported
            why = self._unexpected_error(error)
        else:
            return left, False, words
        former = audience_words(work.former_audience)
        return work.left_in_draft, True, f"its draft could not be put back to {former} ({why}): do it by hand"

    def _unexpected_error(self, error: Exception) -> str:
        return self._without_secrets(f"an unexpected {type(error).__name__}: {error}")[:300]

    def _without_secrets(self, text: str) -> str:
        return self.ingestion.session.vault.hide(text)
