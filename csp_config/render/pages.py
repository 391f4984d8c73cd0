"""HTML pages: one template environment, in which text from documents is inert and visible.

Every value that a template prints is escaped for HTML, and invisible characters are written out as in every
other format. A page loads nothing and runs only the style and script in it: its content security policy names
their hashes.
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
"""The styles of the plan and the runbook: `work.css` for cards, marks and tasks, then the common ones."""


def page(
    template: str,
    values: Mapping[str, Any],
    *,
    script: str | None = None,
    styles: Sequence[str] = WORK_STYLES,
) -> str:
    """Render a page from a template of `templates/`. `script`: the file of its script, if it has one."""
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
    page_template = _environment().get_template(template)
    return page_template.render(**values, style=Markup(style), script=Markup(code), policy=policy) + "\n"  # noqa: S704


def macros(template: str) -> Any:
    """The macros of a template, as functions that return HTML, for parts of very many pages."""
    return _environment().get_template(template).module


def _hash(text: str) -> str:
    """The source expression with which a content security policy allows an inline style or script."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _source(name: str) -> str:
    """The text of a style or script file, for between its tags."""
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
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """What a template prints for a value: text with invisible characters written out, nothing for None."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
