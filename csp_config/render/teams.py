"""A message for Microsoft Teams: an Adaptive Card, as a workflow's webhook takes it.

Names stand in text runs, of which Teams reads no Markdown, as it does of text blocks.
Sources: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using,
https://adaptivecards.io/explorer/TextRun.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.render.json_document import json_lines
from csp_config.render.message import plan_message

if TYPE_CHECKING:
    from csp_config.model import Report
    from csp_config.render import OutputOptions
    from csp_config.render.message import Message


def render(report: Report, _options: OutputOptions) -> str:
    """The payload for a plan."""
    return payload(plan_message(report))


def payload(message: Message) -> str:
    """The JSON to send."""
    body = [_line(message.title, strong=True, title=True)]
    body += [_line(line.text, strong=line.strong) for line in message.lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return json_lines({"type": "message", "attachments": [attachment]})


def _line(text: str, *, strong: bool, title: bool = False) -> dict[str, Any]:
    run = {"type": "TextRun", "text": text, **({"weight": "Bolder"} if strong else {})}
    run |= {"size": "Large"} if title else {}
    return {"type": "RichTextBlock", "spacing": "Medium" if strong else "Small", "inlines": [run]}
