"""What the guide says of editors is what the real language server says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor.language_server import place, told

if TYPE_CHECKING:
    from tests.editor.language_server import LanguageServer

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
BLOCK = re.compile(
    r"<!-- editor: (?P<what>\w+)(?: (?P<word>\w+))? -->\n```\w+\n(?P<text>.*?)```\n", re.DOTALL
)


def shown(editor: LanguageServer, document: Path, what: str, word: str | None) -> str:
    """What an editor shows of a document, as the guide writes it; lines and columns count from 1."""
    text = document.read_text(encoding="utf-8")
    found = editor.open(document)
    if what == "mistakes":
        return "".join(f"{line + 1}:{column + 1} {message}\n" for line, column, message in told(found))
    assert word is not None
    line, column = place(text, f"{word}:")
    if what == "hover":
        return editor.hover(document, line, column).partition("Example:")[0].rstrip() + "\n"
    document.write_text(text.replace(f"{word}: selected", f"{word}: "), encoding="utf-8")
    editor.open(document)
    offered = editor.complete(document, line, column + len(f"{word}: "))
    return "".join(f"{name:<10}{meaning}\n" for name, meaning in offered.items())


def test_what_the_guide_shows_of_an_editor_is_what_it_shows(
    editor: LanguageServer, checkout: Path, bless: bool
) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    document = checkout / "offers" / "guide.yaml"
    parts, end = [], 0
    for block in BLOCK.finditer(text):
        if block["what"] == "document":
            document.write_text(block["text"], encoding="utf-8")
            continue
        parts += [text[end : block.start("text")], shown(editor, document, block["what"], block["word"])]
        end = block.end("text")
    now = "".join([*parts, text[end:]])
    if bless:
        GUIDE.write_text(now, encoding="utf-8")
    else:
        assert now == text, "run `pytest --bless -m slow` on this file"
