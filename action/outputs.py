#!/usr/bin/env python3
"""Prints the action's outputs from a saved plan, in the form of the file that GITHUB_OUTPUT names.

Usage: outputs.py FOLDER EXIT_CODE; FOLDER holds plan.json, plan.html and csp-config.sarif, or some of them.
Each value stands between delimiters that nobody can know beforehand, so no value can begin another output.
Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any


def outputs(folder: Path, exit_code: str) -> dict[str, str]:
    """Name -> value; what follows from the plan is empty where there is none."""
    plan = folder / "plan.json"
    files = {"plan": plan, "page": folder / "plan.html", "sarif": folder / "csp-config.sarif"}
    found = {
        "exit-code": exit_code,
        **{name: str(path) if path.is_file() else "" for name, path in files.items()},
    }
    return found | (_of_plan(json.loads(plan.read_bytes())) if plan.is_file() else {})


def _of_plan(plan: dict[str, Any]) -> dict[str, str]:
    actions = plan["actions"]
    return {
        "fingerprint": plan["fingerprint"],
        "has-changes": _flag(any(_changes(action) for action in actions)),
        "has-removals": _flag(any(_removes(action) for action in actions)),
        "waiting": str(plan["summary"]["waiting"]),
    }


def _changes(action: dict[str, Any]) -> bool:
    """Whether it is something new to do; `adopt` is a look at what is there."""
    return bool(action["status"] == "needed" and action["kind"] != "adopt")


def _removes(action: dict[str, Any]) -> bool:
    """Whether somebody may not sell any more afterwards, be it by name or by the option chosen."""
    before, after = action["move"]["from"], action["move"]["to"]
    narrows = before != after and (after == "none" or before == "any")
    return bool(action["remove"]) or narrows


def _flag(value: bool) -> str:
    return "true" if value else "false"


def main() -> None:
    """Print all outputs."""
    folder, exit_code = sys.argv[1:]
    for name, value in outputs(Path(folder), exit_code).items():
        delimiter = f"end-{secrets.token_hex(16)}"
        # As bytes: Windows would end the lines with CR LF, and write names in the code page of the machine.
        sys.stdout.buffer.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n".encode())


if __name__ == "__main__":
    main()
