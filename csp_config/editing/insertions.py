"""One more entry in a list of a document, as the one edit of its text that an editor makes."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import yaml

from csp_config import document, schema
from csp_config.editing.layout import inline, item
from csp_config.editing.yaml_text import Edit, YamlText, edited, start_of
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.document import Document

_NULL = "tag:yaml.org,2002:null"


class Insertions:
    """A document of a kind (see `schema.KINDS`), and the edits that each put one entry into it.

    Raises: WritingError where the document cannot be read.
    """

    def __init__(self, path: str, text: str, kind: str) -> None:
        self._path, self._kind = path, kind
        self._reader = document.DocumentReader()
        before, self._codes = self._read(text)
        try:
            self._source = YamlText(text)
        except yaml.YAMLError:
            before = None
        if before is None:
            raise WritingError(f"{path} cannot be read as a document, so nothing is put into it")
        self._before = before

    def edit(self, keys: Sequence[str], entry: dict[str, Any], place: int | None = None) -> Edit:
        """The edit that puts an entry into the list at some keys: before the one at a place, or as the last.

        The last key may be missing. The entry is written as its neighbours are: with dashes, or in brackets.
        Raises: WritingError where the text would not say afterwards what it says now, and the entry.
        """
        found = self._edit(keys, entry, place)
        wanted = deepcopy(self._before.data)
        within = wanted
        for key in keys[:-1]:
            within = within[key]
        entries = within[keys[-1]] = within.get(keys[-1]) or []
        entries.insert(len(entries) if place is None else place, entry)
        after, codes = self._read(edited(self._source.text, [found]))
        if after is None or after.data != wanted or codes != self._codes:
            raise self._refusal()
        return found

    def _read(self, text: str) -> tuple[Document | None, list[str]]:
        """A text as a document, and the codes of what is wrong with it."""
        read, findings = self._reader.read(self._path, text.encode("utf-8", "replace"))
        if read is not None:
            findings = (*findings, *schema.check(read, self._kind))
        return read, sorted(finding.code for finding in findings)

    def _refusal(self) -> WritingError:
        return WritingError(
            f"{self._path}: in this layout an entry cannot be put in by an edit of one place",
            help="give the list a plainer layout, each entry on a line of its own",
        )

    def _edit(self, keys: Sequence[str], entry: dict[str, Any], place: int | None) -> Edit:
        node: Any = self._source.root
        for count, name in enumerate(keys, 1):
            if not isinstance(node, yaml.MappingNode):
                raise self._refusal()
            mapping = node
            found = next(((key, value) for key, value in mapping.value if key.value == name), None)
            if found is None:
                if count < len(keys):
                    raise self._refusal()
                return self._new_key(mapping, name, entry)
            key, node = found
        if isinstance(node, yaml.SequenceNode):
            at = len(node.value) if place is None else place
            return self._in_brackets(node, entry, at) if node.flow_style else self._line(key, node, entry, at)
        if node.tag == _NULL:
            return self._first(mapping, key, node, entry)
        raise self._refusal()

    def _new_key(self, mapping: yaml.MappingNode, name: str, entry: dict[str, Any]) -> Edit:
        """A list of one entry, at a key of its own behind the others."""
        if mapping.flow_style:
            end = self._source.end(mapping.value[-1][1]) if mapping.value else start_of(mapping) + 1
            return Edit(end, end, f"{', ' if mapping.value else ''}{name}: [{inline(entry)}]")
        column = mapping.start_mark.column
        lines = [f"{' ' * column}{name}:", f"{' ' * column}  - {inline(entry)}"]
        return self._behind(self._source.end(mapping), lines, column)

    def _in_brackets(self, entries: yaml.SequenceNode, entry: dict[str, Any], place: int) -> Edit:
        nodes, text = entries.value, inline(entry)
        if place:
            end = self._source.end(nodes[place - 1])
            return Edit(end, end, f", {text}")
        start = start_of(nodes[0]) if nodes else start_of(entries) + 1
        return Edit(start, start, f"{text}, " if nodes else text)

    def _line(self, key: yaml.Node, entries: yaml.SequenceNode, entry: dict[str, Any], place: int) -> Edit:
        """An entry of a list with dashes: on one line where all others are, else with a line for each key."""
        column = entries.start_mark.column
        prefix = f"{' ' * column}- "
        in_braces = all(getattr(node, "flow_style", True) for node in entries.value)
        lines = [prefix + inline(entry)] if in_braces else item(entry, prefix)
        if place:
            return self._behind(self._source.end(entries.value[place - 1]), lines, column)
        return self._behind(int(key.end_mark.index), lines, None)

    def _first(
        self, mapping: yaml.MappingNode, key: yaml.Node, nothing: yaml.Node, entry: dict[str, Any]
    ) -> Edit:
        """The first entry of a list, at a key without a value or with `null`."""
        if not nothing.value and not mapping.flow_style:
            line = f"{' ' * (mapping.start_mark.column + 2)}- {inline(entry)}"
            return self._behind(int(key.end_mark.index), [line], None)
        start = start_of(nothing)
        blank = "" if self._source.text[start - 1].isspace() else " "
        return Edit(start, self._source.end(nothing), f"{blank}[{inline(entry)}]")

    def _behind(self, index: int, lines: list[str], column: int | None) -> Edit:
        """Lines behind the line of a place and the comments there that are indented further than a column."""
        text = self._source.text
        end = self._line_end(index)
        while column is not None and end < len(text):
            below = text[end:].lstrip("\r").removeprefix("\n").partition("\n")[0]
            words = below.lstrip(" ")
            if not words.startswith("#") or len(below) - len(words) <= column:
                break
            end = self._line_end(text.index("\n", end) + 1)
        return Edit(end, end, "".join(f"{self._source.newline}{line}" for line in lines))

    def _line_end(self, index: int) -> int:
        """Where the line of a place ends, before what ends it."""
        text = self._source.text
        end = text.find("\n", index)
        end = len(text) if end < 0 else end
        return end - 1 if end > index and text[end - 1] == "\r" else end
