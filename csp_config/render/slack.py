"""A message for Slack, as an incoming webhook takes it.

Names stand in rich text, which Slack shows as it is: no markup, no mention and no link is read out of it.
Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.render.json_document import json_lines
from csp_config.render.message import plan_message

if TYPE_CHECKING:
    from csp_config.model import Report
    from csp_config.render import OutputOptions
    from csp_config.render.message import Line, Message

_LINES_OF_A_BLOCK = 12  # of 160 characters: below the 3,000 that texts of a block may have


def render(report: Report, _options: OutputOptions) -> str:
    """The payload for a plan."""
    return payload(plan_message(report))


def payload(message: Message) -> str:
    """The JSON to send. Notifications show its `text`, in which `&`, `<` and `>` are markup."""
    inert = message.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = [_block([_text(message.title, strong=True)])]
    blocks += [_block([_text(line.text, strong=line.strong) for line in some]) for some in _parts(message)]
    return json_lines({"text": inert, "mrkdwn": False, "blocks": blocks})


def _parts(message: Message) -> list[tuple[Line, ...]]:
    lines = message.lines
    return [lines[at : at + _LINES_OF_A_BLOCK] for at in range(0, len(lines), _LINES_OF_A_BLOCK)]


def _block(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _text(text: str, *, strong: bool) -> dict[str, Any]:
    return {"type": "text", "text": f"{text}\n", **({"style": {"bold": True}} if strong else {})}
