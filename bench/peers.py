"""What a user would pick instead, installed in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGES = ("check-jsonschema", "ruamel.yaml.clib", "pyyaml")
_BASELINE = """\
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
"""


class Peers(NamedTuple):
    """The commands; `ajv` is empty where there is no npm."""

    python: str
    check_jsonschema: str
    ajv: str
    baseline: str
    schema: str


def installed(folder: Path, schemas: Path) -> Peers:
    """Install them, unless they are there, with what `ajv` needs for the offer's schema."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "python" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "python")], check=True)
        options = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([str(python), *options, *_PACKAGES], check=True)
    baseline = folder / "baseline.py"
    baseline.write_text(_BASELINE)
    plain = folder / "offer.schema.json"
    plain.write_text(json.dumps(_without_formats(json.loads((schemas / "offer.schema.json").read_text()))))
    checker = python.with_name("check-jsonschema")
    return Peers(str(python), str(checker), _ajv(folder / "node"), str(baseline), str(plain))


def _ajv(folder: Path) -> str:
    command = folder / "node_modules" / ".bin" / "ajv"
    if not command.exists():
        folder.mkdir(exist_ok=True)
        try:
            options = ("--silent", "--no-audit", "--no-fund", "--prefix", str(folder))
            subprocess.run(["npm", "install", *options, "ajv-cli"], check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""
    return str(command)


def _without_formats(schema: object) -> object:
    """The schema without `format`, which ajv-cli alone does not know: less work for the peer, not more."""
    if isinstance(schema, list):
        return [_without_formats(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_formats(value)
        for key, value in schema.items()
        if not (key == "format" and isinstance(value, str))
    }
