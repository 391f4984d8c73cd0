"""Reports and plans as text: one module for each format.

Each module has one function, `render(report, options) -> str`. It is imported when it is used, because a hook
that prints text should not wait for SARIF. The text ends with a newline, can always be encoded as UTF-8, and
is the same for the same report.
"""

from importlib import import_module
from typing import Literal, NamedTuple

from csp_config.model import Report

__all__ = ["PLANS", "REPORTS", "Format", "OutputOptions"]

Shape = Literal["lines", "commands", "json", "xml", "markdown", "html"]


class OutputOptions(NamedTuple):
    """Options of the output, from the command line; each format uses those that apply to it.

    `quiet`: errors and totals only. `max_bytes`: budget of a Markdown comment, in UTF-8.
    `width`: columns of the terminal; None where there is none. `page`: address of the plan as a page, and
    `manual`: address of the page that explains a comment, where they are known.
    """

    color: bool = False
    quiet: bool = False
    verbose: bool = False
    max_bytes: int = 60_000
    width: int | None = None
    page: str | None = None
    manual: str | None = None


class Format(NamedTuple):
    """A format: calling it imports `module`, a module of this package, and renders the report.

    `shape`: the syntax of the output, by which tests check that no name changes its structure. `texts`: when
    it shows the steps and tickets of actions, which are not made for a format that does not.
    """

    module: str
    shape: Shape
    texts: Literal["always", "verbose", "never"] = "always"

    def shows_texts(self, *, verbose: bool) -> bool:
        """Whether the steps and tickets of actions are in the output."""
        return self.texts == "always" or (self.texts == "verbose" and verbose)

    def __call__(self, report: Report, options: OutputOptions) -> str:
        """Render the report in this format."""
        rendered: str = import_module(f"{__name__}.{self.module}").render(report, options)
        return rendered


REPORTS: dict[str, Format] = {
    "text": Format("text", "lines"),
    "concise": Format("concise", "lines"),
    "json": Format("json_document", "json"),
    "github": Format("github", "commands"),
    "gitlab": Format("gitlab", "json"),
    "sarif": Format("sarif", "json"),
    "junit": Format("junit", "xml"),
    "markdown": Format("markdown", "markdown"),
}
"""The formats of `validate`, which show findings."""

PLANS: dict[str, Format] = {
    "text": Format("plan_text", "lines", texts="verbose"),
    "json": Format("json_document", "json"),
    "markdown": Format("plan_markdown", "markdown", texts="never"),
    "html": Format("plan_html", "html", texts="never"),
    "slack": Format("slack", "json", texts="never"),
    "teams": Format("teams", "json", texts="never"),
}
"""The formats of `plan`, which show findings and actions."""
