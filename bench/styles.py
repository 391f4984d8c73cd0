"""An offer as people and their tools write it: by hand, PyYAML, ruamel.yaml, go-yaml (yq) and prettier.

The styles of go-yaml and prettier are made here, so that measuring needs neither: indentation by four and
quotes kept; brackets of more than 80 characters over several lines, with a comma after the last entry.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import yaml
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_SUPPORT = re.compile(r"  support:\n((?:    \w+: .*\n)+)")
_ENTRY = re.compile(r"^( *)(- |[a-z_]+: )\{(.*)\}$", re.MULTILINE)
_WIDTH = 80
_SCALAR = re.compile(r"(?<=: )(?!true|false)[A-Za-z][^{}\[\],#\n]*(?=$|[,}])", re.MULTILINE)


def by_hand(text: str, random: Random) -> str:
    """As in the documentation: short mappings in braces, the URLs too; here and there a comment."""
    text = _SUPPORT.sub(lambda found: f"  support: {{{_pairs(found[1])}}}\n", text)
    first, *rest = text.splitlines()
    written = [first]
    for line in rest:
        if line[:1].isalpha() and random.random() < 0.1:  # noqa: PLR2004 - one line in ten
            written.append(random.choice(("", "# see the contract")))
        written.append(line)
    return "\n".join(written) + "\n"


def _pairs(lines: str) -> str:
    return ", ".join(line.strip() for line in lines.splitlines())


def spaced(text: str, random: Random) -> str:
    """With spaces inside braces and brackets."""
    text = by_hand(text, random)
    return re.sub(r"(?<=[\[{])(?=[^ \]}])|(?<=[^ \[{])(?=[\]}])", " ", text)


def single_quotes(text: str, random: Random) -> str:
    """With every text in single quotes, and the lists of a key in its own column."""
    quoted = _SCALAR.sub(lambda found: f"'{found[0].rstrip()}'", by_hand(text, random))
    return re.sub(r"^    - ", "  - ", quoted, flags=re.MULTILINE)


def double_quotes(text: str, random: Random) -> str:
    """With every text in double quotes."""
    return _SCALAR.sub(lambda found: f'"{found[0].rstrip()}"', by_hand(text, random))


def pyyaml(text: str, _: Random) -> str:
    """As `yaml.dump` writes it, letters beyond ASCII escaped."""
    return yaml.dump(_data(text))


def pyyaml_flow(text: str, _: Random) -> str:
    """As `yaml.safe_dump(default_flow_style=None)` writes it: what holds no other in brackets."""
    return yaml.safe_dump(_data(text), default_flow_style=None, allow_unicode=True)


def pyyaml_unsorted(text: str, _: Random) -> str:
    """As `yaml.safe_dump(sort_keys=False)` writes it."""
    return yaml.safe_dump(_data(text), sort_keys=False, allow_unicode=True)


def ruamel(text: str, random: Random) -> str:
    """As ruamel.yaml writes back what was written by hand."""
    out = io.StringIO()
    editor = YAML()
    editor.preserve_quotes = True
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.dump(editor.load(by_hand(text, random)), out)
    return out.getvalue()


def go_yaml(text: str, _: Random) -> str:
    """As go-yaml writes it: mappings indented by four, everything on lines of its own, `---` before it."""
    return "---\n" + _block(_data(text), "")


def _block(data: Any, indent: str) -> str:
    if isinstance(data, dict):
        return "".join(f"{indent}{key}:{_inner(value, indent)}" for key, value in data.items())
    items = (_block(item, f"{indent}  ") if isinstance(item, dict) else f"{_scalar(item)}\n" for item in data)
    return "".join(f"{indent}- {item.lstrip()}" for item in items)


def _inner(value: Any, indent: str) -> str:
    if isinstance(value, dict | list):
        return "\n" + _block(value, f"{indent}    ")
    return f" {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) or value == "NO" else str(value)


def prettier(text: str, random: Random) -> str:
    """As prettier formats what was written by hand."""
    spaced_out = re.sub(r"\{(?=\S)", "{ ", re.sub(r"(?<=\S)\}", " }", by_hand(text, random)))
    return _ENTRY.sub(_wrapped, spaced_out)


def _wrapped(found: re.Match[str]) -> str:
    indent, before, inside = found[1], found[2], found[3].strip()
    if len(found[0]) <= _WIDTH:
        return found[0]
    entries = inside.split(", ")
    if before == "- ":
        inner = "".join(f"{indent}    {entry},\n" for entry in entries)
        return f"{indent}- {{\n{inner}{indent}  }}"
    inner = "".join(f"{indent}    {entry},\n" for entry in entries)
    return f"{indent}{before.rstrip()}\n{indent}  {{\n{inner}{indent}  }}"


def _data(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader) | {"name": "Contoso Données"}


STYLES: dict[str, Callable[[str, Random], str]] = {
    "by hand": by_hand,
    "spaces inside braces": spaced,
    "single quotes": single_quotes,
    "double quotes": double_quotes,
    "PyYAML, dump": pyyaml,
    "PyYAML, default_flow_style=None": pyyaml_flow,
    "PyYAML, sort_keys=False": pyyaml_unsorted,
    "ruamel.yaml": ruamel,
    "go-yaml": go_yaml,
    "prettier": prettier,
}
