"""A report in the words of its reader: a person, a script, a code host.

Each format is a module with one function, `render(report, options) -> str`, imported when it is asked for,
because a hook that prints text should not wait for SARIF. What comes out ends with a newline, can always be
encoded as UTF-8, and is the same for the same report.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from csp_config.render.output_options import OutputOptions

if TYPE_CHECKING:
    from csp_config.model import Report

__all__ = ["RENDERERS", "OutputOptions", "Renderer"]

Renderer = Callable[["Report", OutputOptions], str]


def _format(module: str) -> Renderer:
    """The format that a module of this room renders, imported at the first call."""

    def render(report: Report, options: OutputOptions) -> str:
        text: str = import_module(f"csp_config.render.{module}").render(report, options)
        return text

    return render


RENDERERS: dict[str, Renderer] = {
    "text": _format("text"),
    "concise": _format("concise"),
    "json": _format("json_document"),
    "github": _format("github"),
    "gitlab": _format("gitlab"),
    "sarif": _format("sarif"),
    "junit": _format("junit"),
    "markdown": _format("markdown"),
}
