"""Escapes text of documents for a terminal, a log, a comment or a file; nothing else in the program does.

Names, messages and paths come from pull requests, so nothing in them may move the cursor, reorder a line,
start a command of the pipeline, or change the structure of what is written. It is shown, never dropped.
"""

from __future__ import annotations

import re

# What cannot be seen: what Unicode calls control, format, default-ignorable, line or paragraph separator,
# surrogate, private use or noncharacter; the fillers and blanks that are letters or symbols by category but
# have no picture; and the object replacement character, which stands for something that is not there.
# Source: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt
# (Default_Ignorable_Code_Point)
BLANK_SYMBOLS = "\u115f\u1160\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159"
"""What `str.isprintable` takes for visible although it has no picture: Hangul fillers, the blank Braille
pattern, the object replacement character, a Khitan filler, a null notehead."""

UNSEEN = (
    "\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\uf8ff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
    + BLANK_SYMBOLS
)
"""All of them from DEL on, for use inside `[...]`."""

CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f"
"""The controls before DEL that no text holds: all but tab and line ends."""

# "##[command]" and "##vso[command]" are obeyed anywhere in a line of a pipeline's log.
# Source: actions/runner, src/Runner.Common/ActionCommand.cs; Azure Pipelines "logging commands".
_BRACKET = r"##\w*\["

# Not compiled here: `re` does it at the first use and keeps it, and most runs show plain text only.
_SHOWN = rf"[\x00-\x1f{UNSEEN}]|{_BRACKET}"
_SHOWN_IN_JSON = rf"[{UNSEEN}]|{_BRACKET}"
_COMMAND = re.compile(rf"^\s*:(?=:)|{_BRACKET}")
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_PLAIN_IN_URI = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

_MEANT = re.compile(r"[\\`*\[\]<>|~&$!#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # no emphasis inside words
# Signs with which a cell is a formula, also in full width, and line ends and tabs before them. Apostrophes
# before the sign are part of the writing, so that a name that begins with '= comes back as it was.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_TEXT_FORMULA = r'="([^"]*)"'  # how Excel users keep digits as text

# Letters of the scripts that are written from right to left. Source: Unicode Standard Annex #9.
_LETTERS = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_BETWEEN = rf"(?:(?![{_LETTERS}])[\W\d_])+"  # blanks, digits and signs between two such words
_RUN = rf"[{_LETTERS}]+(?:{_BETWEEN}[{_LETTERS}]+)*"
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def visible(text: str) -> str:
    r"""The text on one line, with everything unseen written out: `\u{202e}`, `\n`, `\t`.

    A backslash stays as it is: messages may already quote a value in this form.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text  # nearly every text, and a look at each of its characters takes thirty times as long
    return re.sub(_SHOWN, _show, text)


def _show(found: re.Match[str]) -> str:
    piece = found.group()
    last = piece[-1]
    return piece[:-1] + (_SHORT.get(last) or rf"\u{{{ord(last):x}}}")


def ci_line(line: str) -> str:
    r"""A line for a pipeline's log that the runner does not take for a command.

    `##[` and `##vso[` become `##\u{5b}`; `::` at the start, also after white space, becomes `\u{3a}:`.
    """
    return _COMMAND.sub(_show, line)


def code_span(text: str) -> str:
    """The text as a Markdown code span: nothing in it is a mention, a link, HTML or the end of a comment."""
    inner = visible(text).replace("-->", r"--\u{3e}").replace("<!--", r"<\u{21}--")
    fence = "`"
    while fence in inner:
        fence += "`"
    # One space inside each fence is dropped by the parser, so it can always stand where a text needs it.
    padding = " " if inner[:1] in ("", " ", "`") or inner[-1:] in (" ", "`") else ""
    return f"{fence}{padding}{inner}{padding}{fence}"


def code_block(text: str, language: str = "text") -> str:
    """Lines as a Markdown code block that nothing in them can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def prose(text: str) -> str:
    """A sentence as Markdown in which nothing is a picture, emphasis, code or HTML."""
    return _MEANT.sub(lambda found: f"\\{found.group()}", visible(text))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def table_cell(text: str) -> str:
    r"""The text as a code span inside a Markdown table, where a pipe would end the cell.

    After a backslash the pipe is written `\u{7c}`, because parsers differ about `\\|`.
    """
    span = code_span(text)
    return span.replace(r"\|", r"\\u{7c}").replace("|", r"\|") if "|" in span else span


def comment_json(text: str) -> str:
    """JSON text that may stand in an HTML comment and cannot close it."""
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("--", r"-\u002d")


def workflow_data(text: str) -> str:
    """The message of a GitHub workflow command; line breaks in it stay line breaks."""
    return "%0A".join(visible(line).replace("%", "%25") for line in text.split("\n"))


def workflow_property(text: str) -> str:
    """The value of a property of a GitHub workflow command."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def csv_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula (the csv module still has to quote it)."""
    return visible(guarded(text))


def xml_text(text: str) -> str:
    """The text for an element or an attribute of XML 1.0, which cannot hold most controls at all."""
    return visible(text).translate(_XML)


def json_safe(document: str) -> str:
    r"""Finished JSON with what cannot be seen escaped as `\uXXXX`: the same values, safe to print."""
    if document.isascii() and "\x7f" not in document and "##" not in document:
        return document
    return re.sub(_SHOWN_IN_JSON, _escape, document)


def _escape(found: re.Match[str]) -> str:
    piece = found.group()
    units = piece[-1].encode("utf-16-be", "surrogatepass").hex()
    return piece[:-1] + "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def uri_path(path: str) -> str:
    """A relative path as a URI reference; bytes that were no UTF-8 come out as those bytes."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _PLAIN_IN_URI else f"%{byte:02X}" for byte in raw)


def guarded(text: str) -> str:
    """The text as a cell that stays text: an apostrophe before what begins like a formula."""
    return "'" + text if re.match(_FORMULA, text) else text


def unguarded(cell: str) -> str:
    """What a cell says: without the apostrophe of `guarded`, and without an Excel user's `="..."`."""
    if cell.startswith("'") and re.match(_FORMULA, cell[1:]):
        return cell[1:]
    text_formula = re.fullmatch(_TEXT_FORMULA, cell)
    return text_formula[1] if text_formula else cell


def isolated(line: str) -> str:
    """A line for a terminal, with what is written from right to left in it set apart from the rest.

    Without this, digits, brackets and IDs beside such a name are shown in another order than they have. The
    line has to be escaped before: marks of direction that are not ours are shown by `visible`.
    Source: Unicode Standard Annex #9, first strong isolate.
    """
    if line.isascii():
        return line
    return re.sub(_RUN, lambda found: f"{_FIRST_STRONG_ISOLATE}{found[0]}{_POP}", line)
