"""docs/reviewing.md explains what stands in a comment, in the words that stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csp_config.commands import comment
from csp_config.model.comparison import Comparison, Drift, NotRead
from csp_config.render.headline import BLOCKED
from tests.render import values

PAGE = (Path(__file__).parent.parent / "docs/reviewing.md").read_text()
DRIFT = Drift(
    offer="contoso-insights",
    recorded=values.state("any"),
    recorded_at=None,
    recorded_from="declared",
    found=values.state("none"),
    found_at="2026-11-22T09:00:00Z",
    published_at=None,
    newer="partner-center",
)
WORDS = (
    *(BLOCKED, "compared with ", "Refused", "Not planned, because ", "Not read in ", "Drifted in "),
    *("Offers that open, close or go live", "Caused by this change: ", "Already pending: "),
    *("Partners and offers", "Requests", "Errors", "Worth knowing", "fingerprint "),
)


def whole_comment() -> str:
    """A comment that has every part."""
    ends = values.action(
        "support-request",
        remove=(values.partner(),),
        blocked_by=("CSP304",),
        request=values.ticket("contoso-insights-3f9a2c41"),
    )
    opens = values.action(
        "support-request", "contoso-vm", move=("selected", "any"), after=values.state("any")
    )
    due = values.action("sync-audience", "contoso-desk", cause="pending", add=(values.partner(),))
    plan = values.plan(due, ends, opens, blocked=True, not_planned=("contoso-ledger",))
    unread = NotRead(offer="contoso-desk", reason="it is not served there", fault=False)
    compared = Comparison(target="Partner Center", read_at="now", read=(), drift=(DRIFT,), not_read=(unread,))
    found = (values.diagnostic(), values.diagnostic("CSP311", name="shared-list-changed", severity="info"))
    return comment.body(values.report(*found, plan=plan)._replace(comparison=compared), "planned")


@pytest.mark.parametrize("words", WORDS)
def test_every_part_of_a_comment_is_explained_in_its_own_words(words: str) -> None:
    assert words in whole_comment()
    assert words.strip() in PAGE


@pytest.mark.parametrize("state", comment.STATES)
def test_every_state_is_explained(state: str) -> None:
    word = comment.STATES[state].split("**")[1]
    assert f"**{word}**" in PAGE


def test_no_title_of_a_comment_is_left_unexplained() -> None:
    titles = re.findall(r"^#### ([A-Z][a-z]+ ?[a-z]*)|<summary>([A-Z][a-z]+)", whole_comment(), re.MULTILINE)
    assert len(titles) > 8
    for first, folded in titles:
        assert first + folded in PAGE
