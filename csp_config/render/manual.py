"""The manual of the rules: one rule or all of them, as text, Markdown and JSON.

A rule's examples are the first bad and the first good case of its data file, which are run as tests.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from csp_config.facts import rule_cases, shipped_text
from csp_config.render.json_document import json_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from csp_config.model import Rule

_WIDTH = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """The functions of one format: one for a single rule, one for all rules."""

    one: Callable[[Rule], str]
    all: Callable[[Sequence[Rule]], str]


def examples(rule: Rule) -> dict[str, dict[str, Any]]:
    """The rule's first bad and first good case: `title`, `before` and `after` (path -> text)."""
    cases = rule_cases(rule.code)
    return {kind: cases[kind][0] for kind in ("bad", "good")}


_LOOKS_AT = {
    "document": "one document",
    "offer": "one offer with what it draws from",
    "repository": "all documents together",
}
_BLOCKS = {
    "document": "the document is not used, and what depends on it is not planned",
    "plan": "the offers that it concerns are not planned",
    "action": "the offer's support requests are held back",
    "removal": "support requests that remove these partners are held back",
    None: "it is reported, and every action stays in the plan",
}


def _severity(rule: Rule) -> str:
    return f"{rule.severity}{', can be acknowledged' if rule.acknowledgeable else ''}"


def _scope(rule: Rule) -> str:
    """One sentence: what the rule looks at, and what its findings block."""
    when = "whatever its severity" if rule.blocks_actions("warning") else "as an error"
    return f"Looks at {_LOOKS_AT[rule.looks_at]}; {when}, {_BLOCKS[rule.blocks]}."


def _text(rule: Rule) -> str:
    lines = [f"{rule.code} {rule.name}", f"{_severity(rule)}{_cites(rule)}", "", *_wrapped(rule.summary)]
    for paragraph in rule.explanation.split("\n\n"):
        lines += ["", *_wrapped(paragraph)] if paragraph else []
    for kind, case in examples(rule).items():
        lines += ["", f"{'Wrong' if kind == 'bad' else 'Right'}: {case['title']}"]
        lines += [
            line
            for path, content in _example_files(case)
            for line in ("", f"    # {path}", *_indented(content))
        ]
    if rule.fix:
        lines += ["", *_wrapped(f"Fix: {rule.fix}")]
    lines += ["", *_wrapped(_scope(rule))]
    return "\n".join(lines) + "\n"


def _text_list(rules: Sequence[Rule]) -> str:
    lines = [
        f"{r.code} {r.name:<26} {r.severity + (' a' if r.acknowledgeable else ''):<10} {r.summary}"
        for r in rules
    ]
    return "\n".join([*lines, "", "a: can be acknowledged. `csp-config explain CODE` tells more."]) + "\n"


def _markdown(rule: Rule) -> str:
    parts = [
        f"## {rule.code} {rule.name}",
        f"*{_severity(rule)}{_cites(rule)}*",
        rule.summary,
        rule.explanation,
    ]
    for kind, case in examples(rule).items():
        parts.append(f"{'Wrong' if kind == 'bad' else 'Right'}: {case['title']}.")
        parts += [f"```yaml\n# {path}\n{content.rstrip()}\n```" for path, content in _example_files(case)]
    parts += [f"**Fix:** {rule.fix}" if rule.fix else "", _scope(rule)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_page(rules: Sequence[Rule]) -> str:
    head = "# Rules\n\nWritten by `csp-config rules --format markdown`; do not edit. *a* = acknowledgeable.\n"
    rows = [
        f"| [{r.code}](#{r.code.lower()}-{r.name}) | {r.name} |"
        f" {r.severity}{' a' if r.acknowledgeable else ''} | {r.summary} |"
        for r in rules
    ]
    table = "\n".join(["| code | name | default | |", "| --- | --- | --- | --- |", *rows])
    return "\n".join([head, table, "", *(_markdown(rule) for rule in rules)])


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "acknowledgeable": rule.acknowledgeable,
        "family": rule.family,
        "looks_at": rule.looks_at,
        "blocks": rule.blocks,
        "summary": rule.summary,
        "explanation": rule.explanation,
        "fix": rule.fix,
        "cites": list(rule.cites),
    }


def _cites(rule: Rule) -> str:
    return f"; rests on {', '.join(rule.cites)}" if rule.cites else ""


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)


def _indented(content: str) -> list[str]:
    return [f"    {line}".rstrip() for line in content.rstrip("\n").split("\n")]


def _example_files(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Title and text of each file that the manual shows of a case: new files whole, changed files as a diff.

    Of files that stay as they are, only resale data and live records are shown.
    """
    before, after = case.get("before", {}), case.get("after", {})
    for path, content in after.items():
        if isinstance(content, str) and isinstance(before.get(path), str):
            yield f"{path}, changed", _diff(before[path], content)
        else:
            yield path, content if isinstance(content, str) else _placeholder(content)
    for path in case.get("same", ()):
        if before[path].startswith(("kind: Resales", "kind: LiveAudience")):
            yield f"{path}, as it was", before[path]
    for path in before:
        if path not in after and path not in case.get("same", ()):
            yield f"{path}, deleted", _diff(before[path], "")


def _diff(before: str, after: str) -> str:
    """The diff of two texts, as by `diff -u`, without its headings."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(
        "..." if line.startswith("@@") else line for line in lines if line[:3] not in ("---", "+++")
    )


def _placeholder(content: dict[str, Any]) -> str:
    """What the manual shows instead of a file that is no text, or too long."""
    if "symlink" in content:
        return f"(a symbolic link to {content['symlink']})"
    if "repeat" in content:
        shown = f"{content.get('before', '')}{content['repeat']}..."
        return f"{shown}\n(and so on, {content['times']} times)"
    import base64  # noqa: PLC0415

    return repr(base64.b64decode(content["base64"]))[:200]


def statement_text(code: str, rules: Iterable[Rule]) -> str | None:
    """A statement of the programme, such as S17, and what rests on it; None where there is no such one."""
    lines = shipped_text("manual", "programme-coverage.md").splitlines()
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    row = next((cells for cells in rows if cells[0] == code), None)
    if row is None:
        return None
    parts = {
        "rules": ", ".join(f"{rule.code} {rule.name}" for rule in rules if code in rule.cites),
        "moves and actions": row[3].replace("`", ""),
        "besides": row[4].replace("`", ""),
    }
    said = [
        f"{code}: {row[1].replace('*', '')}",
        *(f"{what}: {words}" for what, words in parts.items() if words),
    ]
    page = "all statements, with their source: docs/programme-coverage.md of csp-config"
    return "\n".join([*said, page]) + "\n"


MANUAL_RENDERERS: dict[str, Manual] = {
    "text": Manual(one=_text, all=_text_list),
    "markdown": Manual(one=_markdown, all=_markdown_page),
    "json": Manual(
        one=lambda rule: json_lines({"format": 1, **_plain(rule)}),
        all=lambda rules: json_lines({"format": 1, "rules": [_plain(rule) for rule in rules]}),
    ),
}
