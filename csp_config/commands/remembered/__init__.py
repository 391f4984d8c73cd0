"""validate in proportion to what changed: the facts of one commit are kept, and a change is judged by them.

The plain case only. Everything else is read and judged whole, as it is where nothing is remembered; the
report is the same. Nothing but `validate` believes what is remembered, so it cannot authorise anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.remembered.edition import edition
from csp_config.commands.remembered.facts import Facts, WholeError
from csp_config.commands.remembered.fetching import Fetched
from csp_config.commands.remembered.gathering import gather
from csp_config.commands.remembered.judging import judged
from csp_config.commands.remembered.neighbourhood import surveyed
from csp_config.commands.situation import NO_BASE, look, without_collection
from csp_config.errors import CspConfigError
from csp_config.git import choose_base, find_root, lock_folder, open_repository
from csp_config.loading import SETTINGS_PATH, declares, load_settings
from csp_config.memory import DamagedError, keep, recall
from csp_config.model import Report
from csp_config.rules import RULES

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from csp_config.commands.remembered.facts import Whole
    from csp_config.commands.remembered.neighbourhood import Sides
    from csp_config.commands.situation import Inputs, Situation
    from csp_config.git import Repository
    from csp_config.model import Base, Candidate, Settings

MANY = 300  # documents from which on there is something to gain


def validate(inputs: Inputs, *, many: int = MANY) -> Report:
    """The report of `review.validate`, from what is remembered if that is possible, and remembered if not."""
    today = inputs.now.date()
    place = _place(inputs)
    if place is None:
        return review.validate(look(inputs), today)
    found = recalled(inputs, place)
    if found is None:
        situation = look(inputs)
        found = review.validate(situation, today)
        remember(situation, place, today, many=many)
    return found


def _place(inputs: Inputs) -> Path | None:
    """Where facts are kept: in the git directory. None where this run goes without."""
    compares = (inputs.staged or inputs.at) and inputs.base != NO_BASE
    if not compares or inputs.environment.get("CI") or find_root(inputs.start) is None:
        return None
    return lock_folder(inputs.start) / "csp-config" / "facts"


def recalled(inputs: Inputs, place: Path) -> Report | None:
    """The report from what is remembered; None where that cannot tell it."""
    memory = recall(place, edition())
    if memory is None:
        return None
    try:
        with without_collection():
            return _report(inputs, Facts(memory))
    except (DamagedError, WholeError, CspConfigError):  # whatever it is, the whole way tells it better
        return None
    finally:
        memory.close()


def _report(inputs: Inputs, facts: Facts) -> Report:
    whole, today = facts.whole(), inputs.now.date()
    if not whole.holds_on(today):
        raise WholeError
    settings, findings = load_settings(
        None if whole.settings is None else whole.settings.encode("utf-8", "surrogatepass")
    )
    if findings:
        raise WholeError
    repository = open_repository(inputs.start, inputs.environment)
    reference = repository.candidate(staged=inputs.staged, at=inputs.at)
    roots = (*settings.roots, SETTINGS_PATH)
    base = choose_base(
        repository,
        option=inputs.base,
        candidate=reference,
        environment=inputs.environment,
        roots=roots,
        default_branch=settings.default_branch,
        declares=declares,
    )
    if base is None:
        raise WholeError
    sides = _surveyed(repository, facts, whole, settings, base, reference)
    return Report(
        tool=review.TOOL,
        base=base,
        candidate=reference,
        diagnostics=judged(facts, whole, sides, today),
        documents=whole.documents + sides.more_documents,
        offers=whole.offers + sides.more_offers,
        files=Fetched(repository, base.commit, reference, roots, sides),
        rules=tuple(RULES.values()),
    )


def _surveyed(
    repository: Repository, facts: Facts, whole: Whole, settings: Settings, base: Base, reference: Candidate
) -> Sides:
    roots = (*settings.roots, SETTINGS_PATH)
    same = base.commit == whole.commit
    earlier = () if same else repository.changes(whole.commit, base.commit, roots)
    later = repository.changes(base.commit, reference, roots)
    if earlier is None or later is None:
        raise WholeError
    return surveyed(repository.contents, facts, base.commit, settings, (earlier, later))


def remember(situation: Situation, place: Path, today: date, *, many: int = MANY) -> None:
    """Keep the facts of the base, if there are enough documents, unless they are kept already."""
    base, reference, repository = situation.base, situation.base_ref, situation.repository
    if base is None or reference is None or repository is None or base.documents < many:
        return
    if base.unread or base.findings or _is_kept(place, reference.commit, today):
        return
    settings = None
    if base.settings.places is not None:
        name = f"{reference.commit}:{SETTINGS_PATH}"
        settings = repository.contents([name])[name].decode()
    facts = gather(base, reference.commit, settings, today)
    if facts is not None:
        keep(place, edition(), facts)


def _is_kept(place: Path, commit: str, today: date) -> bool:
    memory = recall(place, edition())
    if memory is None:
        return False
    try:
        whole = Facts(memory).whole()
        return whole.commit == commit and whole.holds_on(today)
    except DamagedError:
        return False
    finally:
        memory.close()
