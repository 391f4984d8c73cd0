"""Reports and plans as text: one module for each format.

Each module has one function, `render(report, options) -> str`. It is imported when it is used, because a hook
that prints text should not wait for SARIF. The text ends with a newline, can always be encoded as UTF-8, and
is the same for the same report.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Literal, NamedTuple

from csp_config.model import Report

__all__ = ["PLANS", "REPORTS", "Format", "OutputOptions", "located"]

Shape = Literal["lines", "commands", "json", "xml", "markdown", "html"]
Reader = Literal["here", "elsewhere", "program"]
"""Where the reader of a format stands: in the folder of the run, at git's top, or it is a program."""


_FOLDER = "FOLDER"  # what people put in place of it


class OutputOptions(NamedTuple):
    """Options of the output, from the command line; each format uses those that apply to it.

    `quiet`: errors and totals only. `max_bytes`: budget of a Markdown comment, in UTF-8.
    `width`: columns of the terminal; None where there is none. `page`: address of the plan as a page, and
    `manual`: address of the page that explains a comment, where they are known. `root`: --root as typed.
    """

    color: bool = False
    quiet: bool = False
    verbose: bool = False
    max_bytes: int = 60_000
    width: int | None = None
    page: str | None = None
    manual: str | None = None
    root: str = ""


class Format(NamedTuple):
    """A format: calling it imports `module`, a module of this package, and renders the report.

    `shape`: the syntax of the output, by which tests check that no name changes its structure. `texts`: when
    it shows the steps and tickets of actions, which are not made for a format that does not. `reader`: see
    `located`.
    """

    module: str
    shape: Shape
    texts: Literal["always", "verbose", "never"] = "always"
    reader: Reader = "elsewhere"

    def shows_texts(self, *, verbose: bool) -> bool:
        """Whether the steps and tickets of actions are in the output."""
        return self.texts == "always" or (self.texts == "verbose" and verbose)

    def __call__(self, report: Report, options: OutputOptions) -> str:
        """Render the report in this format, in which each command works where it is read."""
        render = import_module(f"{__name__}.{self.module}").render
        text = located(render(report, options), self.reader, report.project, options, _document_texts(report))
        over = len(text.encode()) - options.max_bytes
        if self.shape != "markdown" or over <= 0:
            return text
        smaller = options._replace(max_bytes=options.max_bytes - over)
        return located(render(report, smaller), self.reader, report.project, options, _document_texts(report))


REPORTS: dict[str, Format] = {
    "text": Format("text", "lines", reader="here"),
    "concise": Format("concise", "lines", reader="here"),
    "json": Format("json_document", "json", reader="program"),
    "github": Format("github", "commands"),
    "gitlab": Format("gitlab", "json"),
    "sarif": Format("sarif", "json"),
    "junit": Format("junit", "xml"),
    "markdown": Format("markdown", "markdown"),
}
"""The formats of `validate`, which show findings."""

PLANS: dict[str, Format] = {
    "text": Format("plan_text", "lines", texts="verbose", reader="here"),
    "json": Format("json_document", "json", reader="program"),
    "markdown": Format("plan_markdown", "markdown", texts="never"),
    "html": Format("plan_html", "html", texts="never"),
    "slack": Format("slack", "json", texts="never"),
    "teams": Format("teams", "json", texts="never"),
}
"""The formats of `plan`, which show findings and actions."""


def located(text: str, reader: Reader, project: str, options: OutputOptions, kept: Iterable[str] = ()) -> str:
    """The text with --root in each command that is about a project, as its reader has to type it.

    Who reads it here gets --root as it was typed, as the project is found without where it was not. Who reads
    it elsewhere stands at git's top, from where `project` leads to the project; a path that a format would
    have to escape (CSP007) is not put into finished text. For a program, commands are as they are in the
    project's folder. `kept`: texts of documents, see `with_root`.
    """
    root = {"here": options.root, "elsewhere": project, "program": ""}[reader]
    if not root:
        return text
    from csp_config.text.project_commands import with_root  # noqa: PLC0415 - most projects are git's top
    from csp_config.text.shells import is_plain  # noqa: PLC0415

    if reader == "elsewhere" and not is_plain(root):
        root = _FOLDER
    return with_root(text, root, kept)


def _document_texts(report: Report) -> Iterable[str]:
    """What a report shows of documents: names, and sentences with names."""
    from csp_config.text.project_commands import texts_in  # noqa: PLC0415 - most projects are git's top

    for one in report.diagnostics:
        yield from (one.message, one.acknowledged or "")
    plan = report.plan
    yield from texts_in(plan and (plan.partners, plan.offers), report.comparison, report.question)
