"""Beside the YAML language server nothing is said twice, and nothing is left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from tests.editor.language_server import LanguageServer, told
from tests.lsp.client import Client

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

DESK = "offers/contoso-desk.yaml"
SAID_BY_BOTH = {
    "no YAML": ("type: saas", "type: [saas"),
    "a key twice": ("type: saas", "type: saas\ntype: saas"),
    "a wrong value": ("type: saas", "type: sass"),
    "an unknown key": ("type: saas", "type: saas\ntypo: 1"),
    "an unknown kind": ("kind: Offer", "kind: Ofer"),
}
SAID_HERE_ALONE = {
    "a Git LFS pointer": ("# yaml-language-server", "version https://git-lfs.github.com/spec/v1\n# yaml"),
    "a letter that nobody sees": ("name: Contoso Desk", "name: Contoso\u200b Desk"),
    "an unknown list": ("americas-distributors", "americas-distributor"),
}


def both(editor: LanguageServer, checkout: Path, change: tuple[str, str]) -> tuple[list[str], list[str], int]:
    """The codes that are said alone, those beside the YAML server, and how much that one says."""
    before = (checkout / DESK).read_text("utf-8")
    assert change[0] in before
    (checkout / DESK).write_text(before.replace(*change, 1), "utf-8")
    try:
        codes = []
        for schema_findings in (True, False):
            with Client(checkout, {"schemaFindings": schema_findings}) as client:
                client.open(DESK)
                codes.append([found[0] for found in client.settled().get(DESK, [])])
        return codes[0], codes[1], len(told(editor.open(checkout / DESK)))
    finally:
        (checkout / DESK).write_text(before, "utf-8")


@pytest.mark.parametrize("fault", SAID_BY_BOTH)
def test_what_the_yaml_server_says_is_left_to_it(editor: LanguageServer, checkout: Path, fault: str) -> None:
    alone, beside, other = both(editor, checkout, SAID_BY_BOTH[fault])
    assert len(alone) == 1
    assert beside == []
    assert other > 0


@pytest.mark.parametrize("fault", SAID_HERE_ALONE)
def test_what_the_yaml_server_does_not_say_is_said_here(
    editor: LanguageServer, checkout: Path, fault: str
) -> None:
    alone, beside, _ = both(editor, checkout, SAID_HERE_ALONE[fault])
    assert alone
    assert beside == alone
