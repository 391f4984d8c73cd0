"""File names that nearly have an effect: what they were meant to be."""

from __future__ import annotations

import re

from csp_config.model import SETTINGS_NAME

_SETTINGS = re.compile(r"[._]?csp[-_ .]?config\.(?:ya?ml|yalm|ymal)(?:\.txt|[ .]+)?", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"(?P<stem>.+)\.(?:(?P<kept>ya?ml)(?:\.txt|[ .]+)|yalm|ymal)", re.IGNORECASE | re.DOTALL
)
NEAR_SETTINGS = tuple(
    f"{start}csp{gap}config.{end}{more}"
    for start in ("", ".", "_")
    for gap in ("-", "_", "")
    for end in ("yaml", "yml")
    for more in ("", ".txt")
)
"""Names near the settings file's, for where git has to be asked for each; it takes no account of case."""
_LEAVINGS = (".#", "._")  # Emacs' locks; what macOS keeps beside a file on foreign volumes


def settings_name_meant(name: str) -> str | None:
    """The settings file's name, for a file name that was meant to be it and is not; else None."""
    return SETTINGS_NAME if name != SETTINGS_NAME and _SETTINGS.fullmatch(name) else None


def document_name_meant(name: str) -> str | None:
    """The name under which a file would be read as a document, for one that misses it; else None."""
    found = _DOCUMENT.fullmatch(name)
    return f"{found['stem']}.{found['kept'] or 'yaml'}" if found else None


def is_leaving(name: str) -> bool:
    """Whether an editor or a system left a file of this name beside a document, which nobody wrote."""
    return name.startswith(_LEAVINGS)
