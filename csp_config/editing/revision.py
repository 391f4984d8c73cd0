"""Text of partner lists and resale documents: new, or an existing one changed only where its data differ.

Longer than most modules: each kind of value is replaced, put in or taken out at the same places.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import yaml

from csp_config.document.limits import MAX_BYTES
from csp_config.editing.entries import entries
from csp_config.editing.layout import entry, inline, item, read_back
from csp_config.editing.yaml_text import Edit, YamlText, edited, scalars, start_of
from csp_config.errors import WritingError
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.editing.entries import Entry

_RECORDS = {"PartnerList": "partners", "Resales": "resales"}
_SCHEMAS = {"PartnerList": "partner-list", "Resales": "resales"}
_SHOWN = 3
_DIVIDE = {
    "PartnerList": "divide the partners among several lists; an offer names them all under `partner_lists`",
    "Resales": "divide the data, and give each part a document of its own with --source NAME",
}
_PLAINER = "give it a plainer layout, each entry on a line of its own, then run the same command again"


def _nobody(_: str) -> None:
    """For whom sentences are of no use."""


def revised(text: str, wanted: dict[str, Any], tell: Callable[[str], None] = _nobody) -> str:
    """`text` with its meaning changed to `wanted`, whose keys are in canonical order.

    `tell` is called with sentences on comments: those that go with what is taken out, and those of which it
    is not clear whether they should.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    revision = _Revision(text if text.endswith("\n") else text + newline)
    if revision.root is not None:
        revision.value(revision.root, wanted)
    for sentence in revision.sentences():
        tell(sentence)
    return edited(revision.text, revision.edits)


class _Revision(YamlText):
    """A text with the edits that it needs, gathered in any order and made at once.

    `gone`: the comments that go with what is taken out. `doubtful`: those that stay, since they may be about
    all entries below them.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.edits: list[Edit] = []
        self.gone: list[str] = []
        self.doubtful: list[str] = []

    def value(self, node: yaml.Node, wanted: Any, key: yaml.ScalarNode | None = None) -> None:
        """Make a node mean `wanted`; `key` is the key that it stands at."""
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
            case yaml.SequenceNode(flow_style=False), [] if key is not None:
                self.put_at(self.colon(key), " []")
                for one in entries(self, node):
                    self.take_out(one)
            case _:
                self.check_uncommented(node, key)
                self.replace(node, inline(wanted, key.value if key else None))

    def mapping(self, node: yaml.MappingNode, wanted: dict[str, Any]) -> None:
        """Change, add and take out keys; a new one goes behind the one that canonically comes before it."""
        places = {key.value: one for (key, _), one in zip(node.value, entries(self, node), strict=True)}
        found = {key.value: (key, value) for key, value in node.value}
        indent = " " * node.start_mark.column
        for name, (_, value) in found.items():
            if name not in wanted and value.value != []:
                self.take_out(places[name])
        before = self.line_start(node.start_mark.index)
        for name, value in wanted.items():
            if name not in found:
                self.put(before, entry(name, value, indent))
                continue
            key, there = found[name]
            if _cramped(there) and value and _plain(there) != value:  # better not continued in brackets
                self.out_of_brackets(key, there, entry(name, value, indent)[1:])
            else:
                self.value(there, value, key)
            before = places[name].end

    def out_of_brackets(self, key: yaml.ScalarNode, there: yaml.Node, lines: list[str]) -> None:
        """Put a list in lines in the place of one in brackets; a comment behind it stays at its key."""
        self.check_uncommented(there, key)
        start, end = self.colon(key), self.end(there)
        if "#" not in self.text[start : start_of(there)]:
            self.edits.append(Edit(start, end, ""))
        elif not self.text[end : self.line_end(end)].strip():
            self.edits.append(Edit(self.line_start(start_of(there)), self.line_end(end), ""))
        else:
            self.replace(there, "")
        self.put(self.line_end(end), lines)

    def braces(self, node: yaml.MappingNode, wanted: dict[str, Any]) -> None:
        """Change keys of a mapping in braces, and add new ones at its end."""
        for key, value in node.value:
            self.value(value, wanted[key.value], key)
        new = "".join(f", {name}: {inline(wanted[name], name)}" for name in wanted if name not in _keys(node))
        end = self.end(node.value[-1][1]) if node.value else start_of(node) + 1
        self.put_at(end, new if node.value else new.removeprefix(", "))

    def words(self, node: yaml.SequenceNode, wanted: list[str]) -> None:
        """Add and take out tenants; the order that is there stays, a new one goes behind a lesser one."""
        parts, present, kept = node.value, {part.value: part for part in node.value}, set(wanted)
        places = entries(self, node)
        for part, place in zip(parts, places, strict=True):
            if part.value not in kept or present[part.value] is not part:
                self.take_out(place)
        least = list(accumulate((part.value for part in reversed(parts)), min))[
            ::-1
        ]  # of each and all behind
        prefix = self.dash(node)
        for word in sorted(kept - set(present)):
            lesser = bisect_left(least, word)
            self.put(places[lesser - 1].end if lesser else self.first(places), item(word, prefix))

    def records(self, node: yaml.SequenceNode, wanted: list[dict[str, Any]]) -> None:
        """Change, add and take out records; a new one goes behind the one that is wanted before it."""
        places = entries(self, node)
        present = {
            _identity(_plain(part)): (part, place) for part, place in zip(node.value, places, strict=True)
        }
        kept = {_identity(record): record for record in wanted}
        for name, (part, place) in present.items():
            if name in kept:
                self.value(part, kept[name])
            else:
                self.take_out(place)
        prefix = self.dash(node)
        in_braces = all(part.flow_style for part in node.value)
        behind = None
        for name, record in kept.items():
            if name in present:
                behind = present[name][1].end
                continue
            behind = self.first(places) if behind is None else behind
            self.put(behind, [prefix + inline(record)] if in_braces else item(record, prefix))

    def first(self, places: Sequence[Entry]) -> int:
        """Where a new entry goes that is the first: above the comments of the one that is there."""
        self.doubtful += places[0].above
        return places[0].start

    def put(self, place: int, lines: list[str]) -> None:
        """Put lines at a place, which is the beginning of a line."""
        self.put_at(place, "".join(line + self.newline for line in lines))

    def put_at(self, place: int, text: str) -> None:
        """Put text at a place."""
        self.edits.append(Edit(place, place, text))

    def take_out(self, one: Entry) -> None:
        """Take out an entry with its comments."""
        self.edits.append(Edit(one.start, one.end, ""))
        self.gone += self.comments(one.start, one.end)
        self.doubtful += one.above

    def replace(self, node: yaml.Node, replacement: str) -> None:
        """Put a text in the place of a node."""
        self.edits.append(Edit(start_of(node), self.end(node), replacement))

    def colon(self, key: yaml.Node) -> int:
        """The place behind the colon of a key."""
        return self.text.index(":", int(key.end_mark.index)) + 1

    def check_uncommented(self, node: yaml.Node, key: yaml.ScalarNode | None) -> None:
        """Raises: WritingError where comments stand between brackets that are to go."""
        if any("#" in between for between in self.between_scalars(node)):
            name = f"`{key.value}`" if key else "an entry"
            raise WritingError(
                f"line {node.start_mark.line + 1}: {name} stands in brackets, and comments in them would be"
                " lost; nothing was changed",
                help="write each entry on a line of its own, begun with a dash, then run the same again",
            )

    def between_scalars(self, node: yaml.Node) -> Iterator[str]:
        """The text of a node that is not part of its scalars: brackets, commas, blanks, comments."""
        end = start_of(node)
        for scalar in scalars(node):
            yield self.text[end : start_of(scalar)]
            end = self.end(scalar)
        yield self.text[end : self.end(node)]

    def sentences(self) -> Iterator[str]:
        """What is worth knowing of the comments."""
        if self.gone:
            number = counted(len(self.gone), "comment")
            goes = "goes" if len(self.gone) == 1 else "go"
            yield f"{number} {goes} with what is taken out: {listed(self.gone, _SHOWN)}"
        for comment in dict.fromkeys(self.doubtful):
            yield f"this comment stays, since it may be about all entries below it: {comment}"


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


def list_text(
    path: str, data: dict[str, Any], previous: bytes | None, tell: Callable[[str], None] = _nobody
) -> bytes:
    """The bytes of a PartnerList or Resales document; with `previous`, those, changed where they must be.

    `data`: the whole document, its keys in canonical order. Comments, order, quoting and line ends of
    `previous` stay, except on the lines of what is taken out, and comments that belong to that; `tell` is
    called with sentences on these, see `revised`.
    Raises: WritingError where the result would not read back as `data`, or would be too large to be read.
    """
    kind = data["kind"]
    if previous is None:
        text = _canonical(path, data)
    else:
        try:
            text = revised(previous.decode(), data, lambda said: tell(f"{path}: {said}"))
        except WritingError as error:
            raise WritingError(f"{path}: {error.message}", help=error.help) from None
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise WritingError(
            f"{path} was not written: it would have {size:,} bytes, and at most {MAX_BYTES:,} are read",
            help=_DIVIDE[kind],
        )
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
