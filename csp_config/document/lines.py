"""Lines that no document has: what Git LFS, a merge or an editor left there."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from csp_config.document.characters import place
from csp_config.document.limits import MAX_FINDINGS

if TYPE_CHECKING:
    from csp_config.document.file_findings import Findings

_LFS = "version https://git-lfs.github.com/spec/"
_CONFLICT_BEGINS = re.compile(r"^<{7} ", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:>{7}|\|{7}) |^={7}\r?$", re.MULTILINE)
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)


def are_yaml(text: str, findings: Findings) -> bool:
    """Whether there is any use in parsing: no Git LFS pointer, conflict marker or tab as indentation."""
    return not (_add_pointer(text, findings) or _add_conflicts(text, findings) or _add_tabs(text, findings))


def is_pointer(text: str) -> bool:
    """Whether Git LFS has put a pointer in a document's place; to YAML it is a mapping as any other."""
    return text.startswith(_LFS)


def _add_pointer(text: str, findings: Findings) -> bool:
    if not is_pointer(text):
        return False
    message = "this is a Git LFS pointer; the document itself is not in git"
    remedy = "take the path out of Git LFS (.gitattributes), and commit the file itself"
    findings.add("CSP001", (1, 1), message, remedy)
    return True


def _add_conflicts(text: str, findings: Findings) -> bool:
    if not any(7 * sign in text for sign in "<=>|"):
        return False
    marker = _CONFLICT_BEGINS if _CONFLICT_BEGINS.search(text) else _CONFLICT
    count = len(marker.findall(text))
    for conflict in islice(marker.finditer(text), MAX_FINDINGS):
        message = f"a merge conflict is left here, with its marker `{conflict[0].strip()}`"
        remedy = "decide between the two sides, and delete the lines with the markers"
        findings.add("CSP001", place(text, conflict.start()), message, remedy)
    findings.count(max(0, count - MAX_FINDINGS))
    return count > 0


def _add_tabs(text: str, findings: Findings) -> bool:
    """One finding for all lines: the mistake is how the editor is set."""
    tab = _TAB_INDENT.search(text) if "\t" in text else None
    if not tab:
        return False
    more = len(_TAB_INDENT.findall(text)) - 1
    message = f"a tab indents this line{f', and {more:,} more' if more else ''}"
    findings.add("CSP001", place(text, tab.end() - 1), message, "indent with spaces")
    return True
