"""One change judged in both ways: from everything, and from what is remembered of an earlier commit."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.remembered.facts import Facts, WholeError
from csp_config.commands.remembered.gathering import gather
from csp_config.commands.remembered.judging import judged
from csp_config.commands.remembered.neighbourhood import surveyed
from csp_config.commands.situation import Situation
from csp_config.git import Change
from csp_config.loading import SETTINGS_PATH, load, load_settings, with_identities
from csp_config.memory import keep, recall
from csp_config.model import Candidate, Tree
from tests.properties.judged import NOWHERE
from tests.remembered import documents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from random import Random

    from csp_config.model import Report, Snapshot

TODAY = date(2026, 11, 22)
Files = dict[str, bytes]


def loaded(files: Mapping[str, bytes]) -> Snapshot:
    settings, findings = load_settings(files.get(SETTINGS_PATH))
    snapshot = load(Tree(files=files), settings)
    return replace(snapshot, findings=(*findings, *snapshot.findings))


def whole(base: Files, candidate: Files) -> Report:
    """The report from everything."""
    settings, findings = load_settings(candidate.get(SETTINGS_PATH))
    earlier = loaded(base)
    later = load(Tree(files=candidate), settings, earlier=earlier)
    later = replace(later, findings=(*findings, *later.findings))
    situation = Situation(
        root=NOWHERE,
        repository=None,
        base_ref=None,
        candidate_ref=Candidate(kind="folder"),
        base=with_identities(earlier, later.identities),
        candidate=later,
        files=candidate,
    )
    return review.validate(situation, TODAY)


def quick(folder: Path, anchor: Files, base: Files, candidate: Files, days: int = 0) -> Report | None:
    """The report from what is remembered of the anchor; None where only a look at everything tells.

    `days`: for how many it has been remembered.
    """
    snapshot = loaded(anchor)
    text = anchor.get(SETTINGS_PATH)
    gathered = gather(snapshot, "a" * 40, None if text is None else text.decode(), TODAY - timedelta(days))
    if gathered is None:
        return None
    assert keep(folder / "facts", "key", gathered)
    memory = recall(folder / "facts", "key")
    assert memory is not None
    try:
        return _judged(
            Facts(memory), snapshot, base, candidate, (changes(anchor, base), changes(base, candidate))
        )
    except WholeError:
        return None
    finally:
        memory.close()


def _judged(
    facts: Facts,
    anchor: Snapshot,
    base: Files,
    candidate: Files,
    found: tuple[Sequence[Change], Sequence[Change]],
) -> Report:
    def contents(names: Sequence[str]) -> dict[str, bytes]:
        return {name: _content(name, base) for name in names}

    remembered = facts.whole()
    if not remembered.holds_on(TODAY):
        raise WholeError
    sides = surveyed(contents, facts, "base", anchor.settings, found)
    made = whole({}, {})
    return replace(
        made,
        diagnostics=judged(facts, remembered, sides, TODAY),
        documents=remembered.documents + sides.more_documents,
        offers=remembered.offers + sides.more_offers,
        files=candidate,
    )


def _content(name: str, base: Files) -> bytes:
    path = name.removeprefix("base:")
    return BLOBS[name] if path == name else base[path]


BLOBS: dict[str, bytes] = {}
"""Id -> content of everything that was ever compared."""


def changes(before: Files, after: Files) -> list[Change]:
    """What git would tell."""
    ids = [{path: id_of(content) for path, content in files.items()} for files in (before, after)]
    BLOBS.update({id_of(content): content for files in (before, after) for content in files.values()})
    found = (Change(path, *(side.get(path) for side in ids)) for path in sorted(before.keys() | after.keys()))
    return [change for change in found if change.before != change.after]


def id_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def three(random: Random) -> tuple[Files, Files, Files]:
    """An anchor, a base and a candidate; the base is the anchor itself in half of them."""
    first = documents.repository(random)
    second = first if random.random() < 0.5 else documents.changed(random, first)
    third = documents.changed(random, second)
    return documents.files(first), documents.files(second), documents.files(third)
