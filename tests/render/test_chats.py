"""Messages for Slack and Teams: what they say, that names are no markup, and that every chat takes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from csp_config.model.work import Status
from csp_config.render import PLANS, OutputOptions
from csp_config.render.status import STATUS_RENDERERS
from tests.render.test_status import FILED, MOVED, STEP
from tests.render.values import add_and_remove, large_plan, report

MARKUP = "<!channel> *b* _i_ [x](https://contoso.example) @here & <at>all</at>"


def slack(shown: str) -> list[str]:
    """The lines of a message, as Slack shows them; other elements than plain text are refused."""
    lines = []
    for block in json.loads(shown)["blocks"]:
        (section,) = block["elements"]
        assert (block["type"], section["type"]) == ("rich_text", "rich_text_section")
        assert {element["type"] for element in section["elements"]} == {"text"}
        lines += [element["text"] for element in section["elements"]]
    assert all(line.endswith("\n") for line in lines)
    return [line.rstrip("\n") for line in lines]


def teams(shown: str) -> list[str]:
    """The lines of a card; elements of which Markdown is read are refused."""
    message: dict[str, Any] = json.loads(shown)
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    lines = []
    for element in attachment["content"]["body"]:
        (run,) = element["inlines"]
        assert (element["type"], run["type"]) == ("RichTextBlock", "TextRun")
        lines.append(run["text"])
    return lines


CHATS = {"slack": slack, "teams": teams}


@pytest.mark.parametrize("name", CHATS)
def test_a_plan_says_who_gains_and_loses_and_what_has_to_be_done(name: str) -> None:
    lines = CHATS[name](PLANS[name](report(plan=add_and_remove()), OutputOptions()))
    assert "Fabrikam Cloud" in lines[0]
    assert any(line.startswith("You: ") for line in lines)
    assert "Caused by this change" in lines
    assert any(line.startswith("+ Fabrikam Cloud (DE) gains contoso-insights") for line in lines)


@pytest.mark.parametrize("name", CHATS)
def test_what_waits_is_told_worst_first_and_by_age(name: str) -> None:
    older = FILED._replace(offer="contoso-old", age_days=40)
    found = Status(waiting=(STEP, FILED, older, MOVED), never_observed=("contoso-desk",))
    assert CHATS[name](STATUS_RENDERERS[name](found, OutputOptions()))[:5] == [
        "2 waiting on a person, 2 on Microsoft; 1 offer to look at",
        "+ contoso-desk: sync-audience, not recorded",
        "+ contoso-ledger: request to move any -> selected, drafted today",
        "~ contoso-old: request to remove 2 partners, filed 40 days ago (ticket 2611200030001234)",
        "~ contoso-insights: request to remove 2 partners, filed 3 days ago (ticket 2611200030001234)",
    ]


@pytest.mark.parametrize("name", CHATS)
def test_a_name_is_shown_as_it_is(name: str) -> None:
    shown = PLANS[name](report(plan=add_and_remove(MARKUP)), OutputOptions())
    assert any(MARKUP in line for line in CHATS[name](shown))


def test_a_notification_of_slack_calls_nobody() -> None:
    shown = PLANS["slack"](report(plan=add_and_remove(MARKUP)), OutputOptions())
    payload = json.loads(shown)
    assert payload["mrkdwn"] is False
    assert "&lt;!channel&gt;" in payload["text"]
    assert not set("<>") & set(payload["text"])


@pytest.mark.parametrize("name", CHATS)
def test_a_large_plan_is_taken_whole_and_says_what_was_left_out(name: str) -> None:
    shown = PLANS[name](report(plan=large_plan(300, removals=True)), OutputOptions())
    assert len(CHATS[name](shown)) <= 37
    many = Status(waiting=tuple(STEP._replace(offer="\N{GRINNING FACE}" * 300) for _ in range(300)))
    shown = STATUS_RENDERERS[name](many, OutputOptions())
    lines = CHATS[name](shown)
    assert lines[-1] == "265 more lines: csp-config status shows them"
    assert len(shown.encode()) < 28_000, "Teams takes 28 KB"
    assert len(json.loads(shown).get("blocks", ())) <= 50, "Slack takes 50 blocks"
