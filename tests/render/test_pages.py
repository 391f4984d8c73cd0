"""Pages: what they hold is inert, visible, and all that they may load."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from typing import TYPE_CHECKING

import html5lib

from csp_config.render.pages import page

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def found(tree: Element, path: str) -> Element:
    """The first element at a path; it has to be there."""
    element = tree.find(f".//{NAMESPACE}{path}")
    assert element is not None
    return element


def test_a_page_may_load_nothing_but_the_style_that_it_holds() -> None:
    made = page("base.html", {})
    tree = html5lib.parse(made)
    policy = found(tree, "meta[@http-equiv]").get("content") or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    digest = re.search(r"style-src 'sha256-([^']+)'", policy)
    assert digest is not None
    style = found(tree, "style").text or ""
    assert hashlib.sha256(style.encode()).digest() == b64decode(digest.group(1))
    assert not re.search(r"https?://|url\(|@import", made)


def test_a_page_says_its_language_and_leads_past_the_navigation() -> None:
    tree = html5lib.parse(page("base.html", {}))
    assert tree.get("lang") == "en"
    assert found(tree, "a[@href='#main']") is not None
    assert found(tree, "main[@id='main']") is not None
