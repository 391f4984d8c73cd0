"""The parser's events, composed into plain data with places; the limits hold while they come in.

Longer than most modules: the events and the containers that they fill are one state machine.
"""

from __future__ import annotations

from array import array
from sys import intern
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from csp_config.document.characters import cleaned_value, shown
from csp_config.document.limits import (
    KEY_TOO_LONG,
    MAX_DEPTH,
    MAX_KEY,
    MAX_KEYS,
    MAX_NODES,
    MAX_SCALAR,
    UNSUPPORTED,
)
from csp_config.document.scalars import NumberError, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.document.file_findings import Findings
    from csp_config.document.syntax import Mistake


_PAUSE, _MOST_KEYS, _LONGEST_KEY = 1024, 1000, 100
_PLAIN_STARTS = frozenset("abcdeghijklmopqrsuvwxyzABCDEGHIJKLMOPQRSUVWXYZ/_")  # of no number, no null or true


_Container = dict[str, Any] | list[Any]


class _StopError(Exception):
    """Reading ends here; a finding says why."""


class _Open:
    """A mapping or list that is not closed yet. `marks`: line, column and first child of each node in it."""

    __slots__ = ("data", "key", "left_out", "mark", "marks", "needs_key")

    def __init__(self, data: _Container, mark: Any) -> None:
        self.data: Any = data  # dict or list
        self.mark = mark
        self.marks: list[int] = []
        self.key: str | None = None  # of the value that comes next; None in a list
        self.needs_key = type(data) is dict  # whether a key comes next
        self.left_out = False  # the pair of this key is read, but not kept

    def take_key(self, key: str, mark: Any, *, left_out: bool) -> None:
        """Takes the key that the next value belongs to."""
        self.key, self.left_out, self.needs_key = key, left_out, False
        if not left_out:
            self.marks += (mark.line, mark.column, 0)

    def take(self, value: Any, line: int, column: int, child: int) -> None:
        """Takes an item, or the value of the key taken before."""
        if self.key is None:
            self.data.append(value)
            self.marks += (line, column, child)
            return
        if not self.left_out:
            self.data[self.key] = value
            self.marks += (line, column, child)
        self.key, self.needs_key = None, True


class Reading:
    """Reads one text: `data` and `root`, its mark, are those of the first of its `documents`."""

    def __init__(self, text: str, findings: Findings) -> None:
        self.data: Any = None
        self.marks = array("I")
        self.mistake: Mistake | None = None
        self.mistake_at = 0  # the character before which the parser gave up
        self.long_key = False  # a key of more than MAX_KEY was found, over which the parser may stumble later
        self.stopped = False  # by a limit, too many mistakes, or a second document
        self.root = (0, 0, 0)
        self.documents = 0
        self._text = text
        self._findings = findings
        self._escaping = "\\" in text or "\t" in text  # else nothing hidden can be in a value
        self._open: list[_Open] = []
        self._inner: _Open | None = None  # the last of them
        self._plain_keys: dict[str, str] = {}  # keys without quotes that are text: they come again and again
        self._nodes = 0
        self._next_look = _PAUSE

    def run(self) -> None:
        """Reads the first document."""
        event: Any = None
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceStartEvent: self._sequence,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        parser = yaml.CBaseLoader(self._text.encode())
        try:
            for event in iter(parser.get_event, None):
                handle = handlers.get(type(event))
                if handle:
                    handle(event)
        except _StopError:
            self.stopped = True
        except yaml.YAMLError as error:
            from csp_config.document.syntax import mistake  # noqa: PLC0415 - only for a mistake

            opened = self._open[-1].mark.index if self._open else 0
            self.mistake = mistake(error, self._text, event, opened)
            mark = getattr(error, "problem_mark", None)
            self.mistake_at = mark.index if mark else 0
        finally:
            parser.dispose()

    @property
    def whole(self) -> bool:
        """Whether the first document was read up to its end."""
        return self.documents > 1 if self.stopped else self.mistake is None

    def _document(self, event: Any) -> None:
        if event.version or event.tags:
            self._refuse("directive", event)
        self.documents += 1
        if self.documents > 1:
            self._refuse("documents", event)
            raise _StopError

    def _alias(self, event: Any) -> None:
        self._count(event)
        mark, container = event.start_mark, self._inner
        merged = container is not None and container.left_out and container.key == "<<"
        if not merged:
            self._refuse("alias", event)
        if container is not None and container.needs_key:
            container.take_key("", mark, left_out=True)
        else:
            self._add(None, mark.line, mark.column, 0)

    def _scalar(self, event: Any) -> None:
        # Nine events in ten are scalars, most keys have been seen before: this is the program's inner loop.
        self._nodes += 1
        if self._nodes >= self._next_look:
            self._look(event)
        text, mark, inner = event.value, event.start_mark, self._inner
        if event.anchor is not None or event.tag is not None:
            self._refuse_marked(event)
        if len(text) * 4 > MAX_SCALAR and len(text.encode()) > MAX_SCALAR:
            self._too_large(mark, f"the text is longer than {MAX_SCALAR:,} bytes", "shorten it")
        if self._escaping:
            written = mark.index, event.end_mark.index
            text = cleaned_value(text, self._text, written, self._findings, escapes=event.style == '"')
        if inner is None or not inner.needs_key:
            value = text if event.style or text[:1] in _PLAIN_STARTS else self._plain(text, mark)
            self._add(value, mark.line, mark.column, 0)
        elif text in self._plain_keys and text not in inner.data and len(inner.data) < MAX_KEYS:
            inner.key, inner.left_out, inner.needs_key = self._plain_keys[text], False, False
            inner.marks += (mark.line, mark.column, 0)
        else:
            self._key(event, text, inner)

    def _plain(self, text: str, mark: Any) -> Any:
        try:
            return resolve(text)
        except NumberError as error:
            self._findings.add("CSP004", _place(mark), error.message, error.remedy)
            return text

    def _key(self, event: Any, key: str, mapping: _Open) -> None:
        """Takes a scalar as the key of the innermost mapping."""
        mark = event.start_mark
        trouble = self._key_trouble(event, key, mapping)
        if trouble:
            self._findings.add(trouble[0], _place(mark), *trouble[1:])
        elif len(mapping.data) == MAX_KEYS:
            self._too_large(mark, f"a mapping has more than {MAX_KEYS:,} keys", "split it")
        elif not event.style and len(key) < _LONGEST_KEY and len(self._plain_keys) < _MOST_KEYS:
            self._plain_keys[key] = intern(key)
        mapping.take_key(intern(key), mark, left_out=trouble is not None)

    def _key_trouble(self, event: Any, key: str, mapping: _Open) -> tuple[str, str, str] | None:
        if event.end_mark.index - event.start_mark.index > MAX_KEY:
            self.long_key = True
            return "CSP001", *KEY_TOO_LONG
        if not event.style:
            if key == "<<":
                return ("CSP004", *UNSUPPORTED["merge"])
            if not key:
                return "CSP004", "a key is missing here", "write the key, or delete the line"
            if not _is_text(key):
                return "CSP004", f"a key has to be text; `{shown(key)}` is not", f'quote it: "{shown(key)}"'
        if key in mapping.data:
            first = 0 if self._findings.full else list(mapping.data).index(key)
            line = mapping.marks[6 * first] + 1
            again = event.start_mark.line + 1
            message = f"the key `{shown(key)}` is on line {line} already, and again on line {again}"
            return "CSP002", message, "keep one of the two"
        return None

    def _mapping(self, event: Any) -> None:
        self._start(event, {})

    def _sequence(self, event: Any) -> None:
        self._start(event, [])

    def _start(self, event: Any, data: _Container) -> None:
        self._count(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_marked(event)
        if len(self._open) == MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} deep"
            self._too_large(event.start_mark, message, "flatten it: no document needs half of that")
        self._inner = _Open(data, event.start_mark)
        self._open.append(self._inner)

    def _end(self, _event: Any) -> None:
        closed = self._open.pop()
        self._inner = self._open[-1] if self._open else None
        child = len(self.marks) // 3
        self.marks.extend(closed.marks)
        if self._inner and self._inner.needs_key:
            message = "a key has to be text; here it is a list or a mapping"
            self._findings.add("CSP004", _place(closed.mark), message, "write one word as the key")
            self._inner.take_key("", closed.mark, left_out=True)
        else:
            self._add(closed.data, closed.mark.line, closed.mark.column, child)

    def _add(self, value: Any, line: int, column: int, child: int) -> None:
        if self._inner is not None:
            self._inner.take(value, line, column, child)
            return
        self.data = value
        self.root = line, column, child

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes >= self._next_look:
            self._look(event)

    def _look(self, event: Any) -> None:
        """Whether to go on: looked at now and then, and at the limit."""
        self._next_look = min(self._nodes + _PAUSE, max(self._nodes, MAX_NODES) + 1)
        if self._findings.hopeless:
            raise _StopError
        if self._nodes > MAX_NODES:
            message = f"the file has more than {MAX_NODES:,} keys and values"
            self._too_large(event.start_mark, message, "split it into several documents")

    def _refuse_marked(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse("anchor", event)
        if event.tag is not None:
            self._refuse("tag", event)

    def _refuse(self, what: str, event: Any) -> None:
        self._findings.add("CSP004", _place(event.start_mark), *UNSUPPORTED[what])

    def _too_large(self, mark: Any, message: str, remedy: str) -> NoReturn:
        self._findings.add("CSP005", _place(mark), message, remedy)
        raise _StopError


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _is_text(key: str) -> bool:
    try:
        return isinstance(resolve(key), str)
    except NumberError:
        return False
