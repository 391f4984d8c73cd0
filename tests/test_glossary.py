"""docs/glossary.md explains the words that documents, plans and findings are made of, each once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from csp_config.model import Resellers, Severity
from csp_config.model.records import RequestStatus

TOP = Path(__file__).parent.parent
PAGE = (TOP / "docs" / "glossary.md").read_text("utf-8")
TERMS = [line.split("|")[1].strip() for line in PAGE.splitlines() if re.match(r"\| (?!---|word )", line)]


def test_every_term_stands_once() -> None:
    assert len(TERMS) == len(set(TERMS)) > 40


@pytest.mark.parametrize("word", [*get_args(Resellers), *get_args(Severity), *get_args(RequestStatus)])
def test_the_words_of_documents_and_findings_are_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_page_is_one_page_and_linked() -> None:
    assert len(PAGE.splitlines()) < 100
    assert "(docs/glossary.md)" in (TOP / "README.md").read_text("utf-8")
