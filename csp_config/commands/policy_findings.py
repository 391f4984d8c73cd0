"""Findings of an organisation's own policies: read from a file, checked, and merged into a report.

The file has the format of `validate --format json`; keys that a policy does not know may be left out.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, get_args

from csp_config.errors import ReadingError
from csp_config.model import Diagnostic, Severity, Source
from csp_config.rules.severity import ordered
from csp_config.text.phrases import shortened
from csp_config.text.unique_keys import RepeatedKeyError, unique_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Offer, Report

PREFIX = "ORG-"
_CODE = re.compile(r"ORG-[A-Z0-9]+(?:-[A-Z0-9]+)*")
_MOST_BYTES = 16 * 1024 * 1024
_LONGEST_CODE = 50
_KEYS = {
    *("code", "name", "severity", "message", "path", "line", "column", "offer", "tenants", "help", "cites"),
    *("acknowledged", "pending"),
}


def with_findings(report: Report, path: Path, workspace: Workspace) -> Report:
    """The report with the findings of a file merged in.

    Raises: ReadingError if one of them is not valid, or the file is about other commits than the report.
    """
    data = _read(path)
    _check_same_commits(str(path), data, report)
    policy_findings = [
        _diagnostic(one, f"{path}: finding {number}", workspace.candidate.offers)
        for number, one in enumerate(data["diagnostics"], start=1)
    ]
    _check_summary(str(path), data.get("summary"), policy_findings)
    diagnostics = ordered([*report.diagnostics, *policy_findings])
    pointed_at = {one.source.path for one in policy_findings if one.source.path in workspace.files}
    files = {**report.files, **{name: workspace.files[name] for name in pointed_at}}
    return report._replace(diagnostics=diagnostics, files=files)


def _read(path: Path) -> dict[str, Any]:
    """What the file holds; under `diagnostics` there is a list."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ReadingError(
            f"{path}: the findings cannot be read: {error.strerror}", help="see that the policy wrote them"
        ) from None
    if len(content) > _MOST_BYTES:
        raise _unusable(str(path), f"it is over {_MOST_BYTES // 1024**2} MiB")
    try:
        data = json.loads(content, object_pairs_hook=unique_keys)
    except RepeatedKeyError as error:
        why = f"the key {shortened(str(error))!r} stands twice in one object, and which of the two counts is"
        raise _unusable(str(path), f"{why} not known") from None
    except (ValueError, RecursionError):
        raise _unusable(str(path), "it is not JSON, or is cut off") from None
    if (
        not isinstance(data, dict)
        or type(data.get("format")) is not int
        or data["format"] != 1
        or not isinstance(data.get("diagnostics"), list)
    ):
        raise _unusable(str(path), 'it is no `{"format": 1, "diagnostics": [...]}`')
    return data


def _check_same_commits(path: str, data: Mapping[str, Any], report: Report) -> None:
    """Raises: ReadingError where the file says that it is about another candidate or base than the report.

    A base without a commit says nothing: `plan` may compare with the records.
    """
    for key, own in (("candidate", report.candidate.commit), ("base", report.base and report.base.commit)):
        said = data.get(key)
        if said is None:
            continue
        if not isinstance(said, dict) or not isinstance(said.get("commit"), str | None):
            raise _unusable(path, f"its {key} is no mapping with a `commit`")
        commit = said.get("commit")
        if commit != own and (key == "candidate" or (commit and own)):
            raise ReadingError(
                f"{path} is about another change: its {key} is {_commit(commit)}, and that of this run is"
                f" {_commit(own)}",
                help="let the policy read the plan of what is judged here, and write the findings again",
            )


def _commit(commit: str | None) -> str:
    return f"the commit {commit[:80]}" if commit else "no commit"


def _check_summary(path: str, summary: Any, found: Sequence[Diagnostic]) -> None:
    """Raises: ReadingError where a summary counts other findings than there are: some may be lost."""
    if summary is None:
        return
    if not isinstance(summary, dict):
        raise _unusable(path, "its summary is no mapping")
    for severity in get_args(Severity):
        there = sum(one.severity == severity for one in found)
        said = summary.get(f"{severity}s", there)
        if type(said) is not int or said != there:
            raise _unusable(
                path, f"its summary says {severity}s: {str(said)[:80]}, and its list has {there:,} of them"
            )


def _diagnostic(one: Any, where: str, offers: Mapping[str, Offer]) -> Diagnostic:
    if not isinstance(one, dict):
        raise _unusable(where, "it is not a mapping")
    if unknown_keys := sorted(one.keys() - _KEYS):
        raise _unusable(where, f"{unknown_keys[0][:80]!r} is not a key of a finding")
    code = _text(one, "code", where)
    if len(code) > _LONGEST_CODE or not _CODE.fullmatch(code):
        raise _unusable(
            where, f"its code is {code[:80]!r}, and a policy's codes are {PREFIX}WORD, as ORG-REGION"
        )
    severity: Severity = one.get("severity", "error")
    if severity not in get_args(Severity):
        raise _unusable(where, f"its severity is {str(severity)[:80]!r}: error, warning or info")
    offer, tenants = one.get("offer"), one.get("tenants") or []
    if not isinstance(tenants, list) or not all(isinstance(tenant, str) for tenant in tenants):
        raise _unusable(where, "its tenants are not a list of texts")
    return Diagnostic(
        code=code,
        name=_text(one, "name", where, code.removeprefix(PREFIX).lower()),
        severity=severity,
        message=_text(one, "message", where),
        source=_source(one, where, offers),
        offer=None if offer is None else _text(one, "offer", where),
        tenants=tuple(tenants),
        help=_text(one, "help", where) if one.get("help") is not None else None,
        pending=one.get("pending") is True,
        policy=True,
    )


def _source(one: Mapping[str, Any], where: str, offers: Mapping[str, Offer]) -> Source:
    """The place that a finding names, else the place where its offer is declared."""
    if not one.get("path"):
        offer = offers.get(str(one.get("offer")))
        if offer is None:
            raise _unusable(where, "it names neither a path nor an offer that is declared")
        return offer.places.at("id")
    path = _text(one, "path", where)
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or not path.isprintable():
        raise _unusable(where, f"its path is {path[:80]!r}, which is none in the repository")
    line, column = one.get("line", 1), one.get("column", 1)
    if any(type(number) is not int or number < 1 for number in (line, column)):
        raise _unusable(where, "its line and column are counted from 1")
    return Source(path, line, column)


def _text(one: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    """The text under a key, else `default`. Raises: ReadingError where it is missing or blank."""
    value = one.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise _unusable(where, f"it has no `{key}`, which is a text")
    return value


def _unusable(where: str, why: str) -> ReadingError:
    return ReadingError(
        f"{where} cannot be used: {why}", help="docs/policies.md says what a file of findings holds"
    )
