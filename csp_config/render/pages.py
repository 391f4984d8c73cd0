"""HTML pages: one template environment, in which text from documents is inert and visible.

Everything that a template prints is escaped for HTML, and characters that cannot be seen are written out as
in every other format. A page loads nothing and runs nothing but the style and script that it holds itself:
its content security policy names their hashes.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TEMPLATES = "render/templates"


SITE_STYLES = ("page.css",)
WORK_STYLES = ("work.css", "page.css")
"""The style of pages that say what is to be done: cards, marks and tasks come first, what is common last."""


def page(
    template: str,
    values: Mapping[str, Any],
    *,
    script: str | None = None,
    styles: Sequence[str] = WORK_STYLES,
) -> str:
    """A page made from a template of `templates/`. `script`: the name of the script that it holds, if any."""
    style = "".join(map(_source, styles))
    code = "" if script is None else _source(script)
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            *([f"script-src '{_hash(code)}'"] if code else []),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    made = _environment().get_template(template)
    return made.render(**values, style=Markup(style), script=Markup(code), policy=policy) + "\n"  # noqa: S704


def macros(template: str) -> Any:
    """The macros of a template, as functions that give HTML: for what stands on very many pages."""
    return _environment().get_template(template).module


def _hash(text: str) -> str:
    """The source expression by which a content security policy lets an inline style or script be."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _source(name: str) -> str:
    """The text of a style or script, as it stands between its tags."""
    text = files("csp_config").joinpath("render", "templates", name).read_text("utf-8")
    if "</" in text:
        raise ValueError(f"{name} holds `</`, which could end its element")
    return text


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("csp_config", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    """A value as it is printed: text from documents with everything visible, None as nothing."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
