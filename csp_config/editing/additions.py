"""What a person may add to a YAML file of their own: lines that can be put there as they are, and where."""

from __future__ import annotations

from textwrap import indent
from typing import NamedTuple

import yaml

from csp_config.editing.yaml_text import YamlText, start_of

_NULL = "tag:yaml.org,2002:null"
_AT_END = "to it you may add"


class Addition(NamedTuple):
    """Lines for a file, and where they go, as the beginning of a sentence: "to it you may add"."""

    where: str
    text: str


def addition(content: bytes, key: str, item: str) -> Addition:
    """How an item gets into the list at a key of the last document in a file.

    `item`: lines, of which the first begins with `- ` and the others are indented by two.
    """
    new = f"{key}:\n{indent(item, '  ')}"
    document = _last_document(content)
    root = document.root if document is not None else None
    if document is not None and root is None:
        return Addition(_AT_END, new)
    if document is None or not isinstance(root, yaml.MappingNode) or root.flow_style:
        return Addition("once it can be read as YAML, as a mapping in lines, you may add to it", new)
    found = _at(root, key)
    if found is None:
        return Addition(_AT_END, indent(new, " " * root.start_mark.column))
    if isinstance(found[1], yaml.SequenceNode) and not found[1].flow_style:
        return _behind_the_last(document, root, found[1], item)
    return _rewritten(document, found, new)


def plain_items(content: bytes, key: str) -> tuple[str, ...]:
    """The texts in the list at a key of the last document in a file; none where there is no such list."""
    document = _last_document(content)
    root = document.root if document is not None else None
    found = _at(root, key) if isinstance(root, yaml.MappingNode) else None
    if found is None or not isinstance(found[1], yaml.SequenceNode):
        return ()
    return tuple(node.value for node in found[1].value if isinstance(node, yaml.ScalarNode))


def _last_document(content: bytes) -> YamlText | None:
    """The last document with everything before it blank, so that its places are those of the file."""
    try:
        text = content.decode()
        roots = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
        if len(roots) > 1 and roots[-1] is not None:
            begin = start_of(roots[-1])
            text = "".join(" " if one not in "\r\n" else one for one in text[:begin]) + text[begin:]
        return YamlText(text)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None


def _at(root: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((name, value) for name, value in root.value if name.value == key), None)


def _behind_the_last(
    document: YamlText, root: yaml.MappingNode, items: yaml.SequenceNode, item: str
) -> Addition:
    """The item as the next one of a list that has one a line."""
    text = indent(item, " " * items.start_mark.column)
    if root.value[-1][1] is items:
        return Addition(_AT_END, text)
    return Addition(f"behind its line {document.line_after(items)} you may add", text)


def _rewritten(document: YamlText, found: tuple[yaml.Node, yaml.Node], new: str) -> Addition:
    """The list in the place of what stands at the key: nothing, one value, or a list in brackets."""
    name, value = found
    head, _, item = new.partition("\n")
    items = "".join(indent(f"- {one}\n", "  ") for one in _items(document, value))
    first = name.start_mark.line + 1
    last = max(first, document.line_after(value)) if value.tag != _NULL or value.value else first
    lines = f"lines {first} to {last}" if last > first else f"line {first}"
    return Addition(f"in the place of its {lines} you may write", f"{head}\n{items}{item}")


def _items(document: YamlText, value: yaml.Node) -> list[str]:
    """The text of each value in a list in brackets, or of the one value; further lines indented by two."""
    if value.tag == _NULL:
        return []
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    found = []
    for node in nodes:
        first, *others = document.text[start_of(node) : document.end(node)].splitlines()
        column = node.start_mark.column
        found.append("\n".join([first, *(f"  {line[column:]}" for line in others)]))
    return found
