"""Whatever a name, message or path holds, the structure of every output stays what it is without it."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from csp_config.model.question import Answer, Question
from csp_config.render import PLANS, REPORTS, OutputOptions
from tests.matrix import examples, fast_first
from tests.render.runners import command, obeyed
from tests.render.values import FABRIKAM, RULES, action, diagnostic, partner, plan, report, state, ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it.token import Token

    from csp_config.model import Report

HOSTILE = (
    "\x1b[2J\x1b]0;title\x07",
    "\u202e\u2066evil\u2069",
    "a\u2028b\u2029c\u0085d\x0be\x0cf",
    "\n::error::forged\n",
    "::stop-commands::x",
    "x ##[add-path]/tmp ##vso[task.setvariable variable=a]b",
    "##\u200b[group]x",
    "a | b || c \\| d \\\\| e",
    "` `` ``` ```` `",
    "\\` \\`",
    "<!-- csp-config:plan {} -->",
    "--> <script>alert(1)</script> <!--",
    "</details></summary></code><h1>x",
    "<![CDATA[ ]]> &amp; &#x202e; <a/>",
    "@contoso/owners #123 https://contoso.example ![x](y) [a](b) **b** _i_ $`x`$",
    "- item\n# heading\n> quote\n\n\n    code",
    "=1+1",
    "NaN \ud800 \udce9 \udfff \ufffe \uffff",
    "%0A%25::notice::x",
    '"}]} \\" \\u0000',
    " leading and trailing ",
    "",
    "x" * 9000,
)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def hostile_report(text: str) -> Report:
    """A report that holds the text wherever a document's text can come to stand."""
    found = diagnostic(
        message=f"{text} has resold",
        path=f"offers/{text}.yaml",
        offer=text,
        tenants=(text,),
        help_text=f"put {text} back",
    )
    accepted = diagnostic("CSP309", severity="info", acknowledged=f"{text}!", message=text)
    noted = diagnostic("CSP307", severity="info", message=text)
    add = action(add=(partner(name=text or "x"),), steps=(text,))
    remove = action(
        "support-request",
        remove=(partner(FABRIKAM, text or "x"),),
        blocked_by=("CSP304",),
        after=state("none"),
        move=("any", "none"),
        request=ticket(f"r{text}", description="Please:\n" + text.replace("\n", " ")),
        replaces=f"d{text}",
    )
    made = plan(add, remove, not_planned=(f"o{text}",))
    whole = report(found, accepted, noted, plan=made, rules=RULES, files={f"offers/{text}.yaml": b"a: b\n"})
    return whole._replace(question=hostile_question(text))


def hostile_question(text: str) -> Question:
    """A question whose words and answers hold the text."""
    who = partner(FABRIKAM, text or "x")
    answer = Answer(
        offer=text, partner=who, change="loses", how="impossible", reason=text, because=(who,), codes=(text,)
    )
    lines = (text,)
    return Question(
        kind="if", asked=lines, answers=(answer, answer._replace(partner=None, move=("any", "none"))),
        already=lines, not_read=lines, in_the_way=lines, notes=lines, commands=lines,
    )  # fmt: skip


def tokens(found: list[Token]) -> list[Any]:
    return [(one.type, one.tag, tokens(one.children or [])) for one in found]


def markdown_shape(shown: str) -> Any:
    parsed = MARKDOWN.parse(shown)
    html = html5lib.parse(MARKDOWN.render(shown), namespaceHTMLElements=False)
    return tokens(parsed), [str(element.tag) for element in html.iter()]


def json_shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: json_shape(part) for key, part in value.items()}
    return [json_shape(part) for part in value] if isinstance(value, list) else type(value)


def xml_shape(shown: str) -> list[tuple[str, list[str]]]:
    root = ET.fromstring(shown.encode())  # noqa: S314 - reads what this program wrote
    return sorted((element.tag, list(element.attrib)) for element in root.iter())  # cases go by path


def commands_shape(shown: str) -> list[Any]:
    found = [command(line) for line in shown.splitlines()]
    assert not any("##[" in line or "##vso[" in line for line in shown.splitlines())
    return [one and (one.name, list(one.properties), one.message.count("\n")) for one in found]


def without_isolates(shown: str) -> str:
    """Text without the marks that set right-to-left names apart; one that is not closed stays."""
    return re.sub("\u2068([^\u2068\u2069\n]+)\u2069", r"\1", shown)


def lines_shape(shown: str) -> list[str]:
    assert obeyed(shown) == []
    plain = without_isolates(shown)
    assert {unicodedata.category(char) for char in plain.replace("\n", "")}.isdisjoint(UNSEEN)
    # Splits at whatever any system takes for a line break.
    return [line[:3] for line in shown.splitlines()]


def html_shape(shown: str) -> list[Any]:
    """Elements with their attributes, other than those that hold text for people."""
    found = html5lib.parse(shown, namespaceHTMLElements=False)
    return [
        (
            str(element.tag),
            sorted((key, value) for key, value in element.attrib.items() if key != "aria-label"),
        )
        for element in found.iter()
    ]


SHAPES: dict[str, Callable[[str], Any]] = {
    "markdown": markdown_shape,
    "json": lambda shown: json_shape(json.loads(shown)),
    "xml": xml_shape,
    "html": html_shape,
    "commands": commands_shape,
    "lines": lambda shown: len(lines_shape(shown)),
}
"""Shape of a format -> the structure of its output, which no text may change."""

FORMATS = {
    **{f"validate {name}": form for name, form in REPORTS.items()},
    **{f"plan {name}": form for name, form in PLANS.items()},
}


def structures(name: str, text: str) -> tuple[Any, Any]:
    """The structure of the output with harmless and with the given text."""
    form, options = FORMATS[name], OutputOptions(verbose=True, max_bytes=1_000_000)
    reports = [hostile_report(each) for each in ("plain", text)]
    if name.startswith("validate "):
        reports = [one._replace(plan=None) for one in reports]
    plain, shown = (form(one, options).encode("utf-8").decode("utf-8") for one in reports)
    return SHAPES[form.shape](plain), SHAPES[form.shape](shown)


@pytest.mark.parametrize("text", fast_first(HOSTILE, every=2))
@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_does_not_change_the_structure(name: str, text: str) -> None:
    plain, shown = structures(name, text)
    assert shown == plain


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
@settings(max_examples=examples(60), deadline=None)
def test_any_text_leaves_the_structure_alone(name: str, text: str) -> None:
    plain, shown = structures(name, text)
    assert shown == plain


@pytest.mark.parametrize("text", HOSTILE)
def test_our_marker_stands_once_and_first(text: str) -> None:
    shown = PLANS["markdown"](hostile_report(text), OutputOptions())
    assert shown.startswith("<!-- csp-config:plan ")
    assert shown.count("<!--") == shown.count("-->") == 1


@pytest.mark.parametrize("name", ["json", "gitlab", "sarif", "junit"])
@pytest.mark.parametrize("text", HOSTILE)
def test_machine_output_holds_no_command_when_a_pipeline_prints_it(name: str, text: str) -> None:
    assert obeyed(REPORTS[name](hostile_report(text), OutputOptions())) == []


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("text", HOSTILE)
def test_what_code_hosts_show_of_a_finding_has_nothing_unseen(text: str) -> None:
    whole = hostile_report(text)
    gitlab = json.loads(REPORTS["gitlab"](whole, OutputOptions()))
    results = json.loads(REPORTS["sarif"](whole, OutputOptions()))["runs"][0]["results"]
    shown = [*texts(gitlab), *texts([[one["message"], one["locations"]] for one in results])]
    assert {unicodedata.category(char) for one in shown for char in one.replace("\n", "")}.isdisjoint(UNSEEN)


@pytest.mark.parametrize("name", ["text", "concise"])
def test_a_path_or_a_request_that_starts_like_a_command_is_no_command(name: str) -> None:
    request = action("support-request", request=ticket("r", description="::error::x\n  ::warning::y"))
    found = diagnostic(path="::error::x.yaml")
    shown = REPORTS[name](report(found, plan=plan(request)), OutputOptions(verbose=True))
    assert obeyed(shown) == []
    assert r"\u{3a}:error::x" in shown or name == "text"


def test_markdown_text_is_inert_inside_code() -> None:
    shown = PLANS["markdown"](hostile_report("@contoso/owners #123 **b**"), OutputOptions())
    html = html5lib.parse(MARKDOWN.render(shown), namespaceHTMLElements=False)
    outside = [element.text or "" for element in html.iter() if element.tag != "code"]
    assert not any("@contoso" in text or "#123" in text for text in outside)
