"""Text of partner lists and resale documents: new, or an existing one changed only where its data differ."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Any

import yaml

from csp_config.editing.layout import entry, inline, item, read_back
from csp_config.editing.yaml_text import Edit, YamlText, edited, start_of
from csp_config.errors import WritingError

_RECORDS = {"PartnerList": "partners", "Resales": "resales"}
_SCHEMAS = {"PartnerList": "partner-list", "Resales": "resales"}
_PLAINER = "give it a plainer layout, each entry on a line of its own, then run the same command again"


def revised(text: str, wanted: dict[str, Any]) -> str:
    """`text` with its meaning changed to `wanted`, whose keys are in canonical order."""
    newline = "\r\n" if "\r\n" in text else "\n"
    revision = _Revision(text if text.endswith("\n") else text + newline)
    if revision.root is not None:
        revision.value(revision.root, wanted)
    return edited(revision.text, revision.edits)


class _Revision(YamlText):
    """A text with the edits that it needs, gathered in any order and made at once."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.edits: list[Edit] = []

    def value(self, node: yaml.Node, wanted: Any, name: str | None = None) -> None:
        """Make a node mean `wanted`."""
        if _plain(node) == wanted:
            return
        match node, wanted:
            case yaml.MappingNode(flow_style=False), dict():
                self.mapping(node, wanted)
            case yaml.MappingNode(flow_style=True), dict() if _keys(node) <= wanted.keys():
                self.braces(node, wanted)
            case yaml.SequenceNode(flow_style=False), [dict(), *_]:
                self.records(node, wanted)
            case yaml.SequenceNode(flow_style=False), [str(), *_]:
                self.words(node, wanted)
            case yaml.SequenceNode(flow_style=False), [] if name is not None:
                key = self.text.rfind(name, 0, start_of(node))
                beside = node.start_mark.column <= key - self.line_start(key)  # brackets have to stand deeper
                self.replace(node, "  []" if beside else "[]")
            case _:
                self.replace(node, inline(wanted, name))

    def mapping(self, node: yaml.MappingNode, wanted: dict[str, Any]) -> None:
        """Change, add and take out keys; a new one goes behind the one that canonically comes before it."""
        found = {key.value: (key, value) for key, value in node.value}
        indent = " " * node.start_mark.column
        for name, (key, value) in found.items():
            if name not in wanted and value.value != []:
                self.take_out(key, value)
        before = self.line_start(node.start_mark.index)
        for name, value in wanted.items():
            if name not in found:
                self.put(before, entry(name, value, indent))
                continue
            key, there = found[name]
            if _cramped(there) and value and _plain(there) != value:  # better not continued in brackets
                self.check_uncommented(there, name)
                lines = self.newline.join(entry(name, value, indent))
                self.edits.append(Edit(start_of(key), self.end(there), lines.removeprefix(indent)))
            else:
                self.value(there, value, name)
            before = self.line_end(self.end(there))

    def braces(self, node: yaml.MappingNode, wanted: dict[str, Any]) -> None:
        """Change keys of a mapping in braces, and add new ones at its end."""
        for key, value in node.value:
            self.value(value, wanted[key.value], key.value)
        new = "".join(f", {name}: {inline(wanted[name], name)}" for name in wanted if name not in _keys(node))
        end = self.end(node.value[-1][1]) if node.value else start_of(node) + 1
        self.edits.append(Edit(end, end, new if node.value else new.removeprefix(", ")))

    def words(self, node: yaml.SequenceNode, wanted: list[str]) -> None:
        """Add and take out tenants; the order that is there stays, a new one goes behind a lesser one."""
        parts, present, kept = node.value, {part.value: part for part in node.value}, set(wanted)
        for part in parts:
            if part.value not in kept or present[part.value] is not part:
                self.take_out(part, part)
        least = list(accumulate((part.value for part in reversed(parts)), min))[
            ::-1
        ]  # of each and all behind
        prefix = self.before(parts[0])
        for word in sorted(kept - set(present)):
            lesser = bisect_left(least, word)
            behind = (
                self.line_end(self.end(parts[lesser - 1])) if lesser else self.line_start(start_of(parts[0]))
            )
            self.put(behind, item(word, prefix))

    def records(self, node: yaml.SequenceNode, wanted: list[dict[str, Any]]) -> None:
        """Change, add and take out records; a new one goes behind the one that is wanted before it."""
        present = {_identity(_plain(part)): part for part in node.value}
        kept = {_identity(record): record for record in wanted}
        for name, part in present.items():
            if name in kept:
                self.value(part, kept[name])
            else:
                self.take_out(part, part)
        prefix = self.before(node.value[0])
        in_braces = all(part.flow_style for part in node.value)
        behind = self.line_start(start_of(node.value[0]))
        for name, record in kept.items():
            if name in present:
                behind = self.line_end(self.end(present[name]))
            else:
                self.put(behind, [prefix + inline(record)] if in_braces else item(record, prefix))

    def put(self, place: int, lines: list[str]) -> None:
        self.edits.append(Edit(place, place, "".join(line + self.newline for line in lines)))

    def take_out(self, first: yaml.Node, last: yaml.Node) -> None:
        self.edits.append(Edit(self.line_start(start_of(first)), self.line_end(self.end(last)), ""))

    def replace(self, node: yaml.Node, replacement: str) -> None:
        self.edits.append(Edit(start_of(node), self.end(node), replacement))

    def check_uncommented(self, node: yaml.Node, name: str) -> None:
        """Raises: WritingError where comments stand between brackets that are to go."""
        if "#" in self.text[start_of(node) : self.end(node)]:
            raise WritingError(
                f"`{name}` stands in brackets, and comments in them would be lost; nothing was changed",
                help="write each entry on a line of its own, begun with a dash, then run the same again",
            )


def _identity(record: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a record from others: its id, its tenant, or offer and tenant."""
    return tuple(record.get(name) for name in ("id", "offer", "tenant_id"))


def _keys(node: yaml.MappingNode) -> set[str]:
    return {key.value for key, _ in node.value}


def _cramped(node: yaml.Node) -> bool:
    """Whether a list is empty, or has its records in brackets."""
    if not isinstance(node, yaml.SequenceNode) or not node.flow_style:
        return False
    return not node.value or isinstance(node.value[0], yaml.MappingNode)


def _plain(node: yaml.Node) -> Any:
    match node:
        case yaml.MappingNode():
            return {key.value: _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(part) for part in node.value]
        case yaml.ScalarNode(value="true" | "false", style=None | ""):
            return node.value == "true"
        case _:
            return node.value


def list_text(path: str, data: dict[str, Any], previous: bytes | None) -> bytes:
    """The bytes of a PartnerList or Resales document; with `previous`, those, changed where they must be.

    `data`: the whole document, its keys in canonical order. Comments, order, quoting and line ends of
    `previous` stay, except on the lines of what is taken out.
    Raises: WritingError where the result would not read back as `data`.
    """
    kind = data["kind"]
    if previous is None:
        text = _canonical(path, data)
    else:
        try:
            text = revised(previous.decode(), data)
        except WritingError as error:
            raise WritingError(f"{path}: {error.message}", help=error.help) from None
    return read_back(path, kind, text, data, help=_PLAINER)


def _canonical(path: str, data: dict[str, Any]) -> str:
    """A new document, one record a line."""
    kind = data["kind"]
    name = f"{_SCHEMAS[kind]}.schema.json"
    lines = [f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{name}"]
    for key, value in data.items():
        if key == _RECORDS[kind] and value:
            lines += [f"{key}:", *(f"  - {inline(record)}" for record in value)]
        elif isinstance(value, list):
            lines.append(f"{key}: {inline(value)}" if _fits(key, value) else "\n".join(entry(key, value)))
        else:
            lines += entry(key, value)
    return "".join(f"{line}\n" for line in lines)


def _fits(key: str, value: list[Any]) -> bool:
    return len(f"{key}: {inline(value)}") <= 100  # noqa: PLR2004 - characters of a line that is read easily
