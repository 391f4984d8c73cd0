"""What an editor shows: the real YAML language server, and the schemas as they are published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from csp_config import programme
from tests.acceptance.program import csp_config
from tests.editor.language_server import LanguageServer, place, told

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

LINE = "# yaml-language-server: $schema=../schemas/offer.schema.json\n"
MISTAKEN = f"""{LINE}kind: Offer
id: contoso-insights
type: sass
published: true
csp:
  resellers: selected
  parner_lists: [emea-distributors]
"""
BEGUN = f"{LINE}kind: Offer\ntype: \ncsp:\n  resellers: \n  \n"


def test_every_document_of_the_sample_is_right(editor: LanguageServer, checkout: Path) -> None:
    documents = sorted(checkout.rglob("*.yaml"))
    assert len(documents) > 10
    assert {document.name: told(editor.open(document)) for document in documents} == {
        document.name: [] for document in documents
    }


def test_every_document_that_init_makes_is_right(program: Path, tmp_path: Path) -> None:
    assert csp_config(tmp_path, "init", "--pipeline", "none").code == 0
    server = LanguageServer(program, tmp_path)
    try:
        for document in (tmp_path / "csp-config.yaml", *sorted((tmp_path / "offers").rglob("*.yaml"))):
            assert "$schema=" in document.read_text(encoding="utf-8")
            assert told(server.open(document)) == []
    finally:
        server.close()


def test_mistakes_are_reported_where_they_are(editor: LanguageServer, checkout: Path) -> None:
    document = checkout / "offers" / "mistaken.yaml"
    document.write_text(MISTAKEN, encoding="utf-8")
    missing, value, key = told(editor.open(document))
    assert missing == (1, 0, 'Missing property "name".')
    assert value[:2] == place(MISTAKEN, "sass")
    assert all(f'"{word}"' in value[2] for word in programme.OFFER_TYPES)
    assert key == (*place(MISTAKEN, "parner_lists"), "Property parner_lists is not allowed.")


@pytest.mark.parametrize("word", ["resellers", "selected"])
def test_hovering_over_resellers_explains_the_three_options(
    editor: LanguageServer, checkout: Path, word: str
) -> None:
    document = checkout / "offers" / "hovered.yaml"
    document.write_text(MISTAKEN, encoding="utf-8")
    editor.open(document)
    shown = editor.hover(document, *place(MISTAKEN, word))
    explained = dict(re.findall(r"^\* `([a-z]+)`: (.+\.)$", shown, re.MULTILINE))
    assert set(explained) == set(programme.OPTIONS)
    assert "Every partner" in explained["any"]
    assert "One of the programme's three options (S07)." in shown
    assert "\\`" not in shown


@pytest.mark.parametrize("word", ["kind", "id", "type", "published", "csp", "parner_lists"])
def test_only_keys_that_exist_have_something_to_say(
    editor: LanguageServer, checkout: Path, word: str
) -> None:
    document = checkout / "offers" / "hovered.yaml"
    document.write_text(MISTAKEN, encoding="utf-8")
    editor.open(document)
    assert bool(editor.hover(document, *place(MISTAKEN, word))) is (word != "parner_lists")


@pytest.mark.parametrize(
    ("key", "words"), [("type: ", set(programme.OFFER_TYPES)), ("resellers: ", set(programme.OPTIONS))]
)
def test_values_are_offered_each_with_its_meaning(
    editor: LanguageServer, checkout: Path, key: str, words: set[str]
) -> None:
    document = checkout / "offers" / "begun.yaml"
    document.write_text(BEGUN, encoding="utf-8")
    editor.open(document)
    line, character = place(BEGUN, key)
    offered = editor.complete(document, line, character + len(key))
    assert set(offered) == words
    assert all(meaning.endswith(".") for meaning in offered.values())


def test_keys_that_are_not_there_yet_are_offered_each_with_its_meaning(
    editor: LanguageServer, checkout: Path
) -> None:
    document = checkout / "offers" / "begun.yaml"
    document.write_text(BEGUN, encoding="utf-8")
    editor.open(document)
    offered = editor.complete(document, BEGUN.count("\n") - 1, 2)
    assert {"partner_lists", "partners", "except", "channel_contact", "support"} <= set(offered)
    assert "resellers" not in offered
    assert all(meaning.endswith(".") for meaning in offered.values())
