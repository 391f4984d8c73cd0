"""Finds the Pythons of this machine: `python tools/pythons.py oldest|newest` prints the path of one.

Only CPython that is released, that `requires-python` allows, and that can make virtual environments.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
_TELLS = """
import ensurepip, sys, venv
if sys.implementation.name == "cpython" and sys.version_info.releaselevel == "final":
    print(*sys.version_info[:3], sep="\\n")
"""
_INSTALLED = (
    ".pyenv/versions/*/bin/python3",
    ".local/share/uv/python/*/bin/python3",
    ".asdf/installs/python/*/bin/python3",
    ".local/share/mise/installs/python/*/bin/python3",
)
"""Where version managers keep Pythons below a home folder."""

_SYSTEM = (
    "/usr/bin/python3.*",
    "/usr/local/bin/python3.*",
    "/opt/homebrew/bin/python3.*",
    "/opt/hostedtoolcache/Python/*/x64/bin/python3",
    "/Library/Frameworks/Python.framework/Versions/3.*/bin/python3",
)


def lowest_supported() -> tuple[int, int]:
    """The lower bound of `requires-python`."""
    text = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["requires-python"]
    match = re.fullmatch(r">=(\d+)\.(\d+)", text)
    if match is None:
        raise SystemExit(f"requires-python is {text}; tools/pythons.py only reads >=X.Y")
    return int(match[1]), int(match[2])


def candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    """Every file that may be a Python, this one first: on PATH, of version managers, of the system."""
    yield Path(sys.executable)
    for folder in environment.get("PATH", "").split(os.pathsep):
        yield from sorted(Path(folder or ".").glob("python3*"))
    home = Path(environment.get("HOME") or Path.home())
    for pattern in _INSTALLED:
        yield from sorted(home.glob(pattern))
    for variable in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        if root := environment.get(variable):
            yield from sorted(Path(root).glob("**/bin/python3"))
    for pattern in _SYSTEM:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))


def version(python: Path) -> tuple[int, ...] | None:
    """Major, minor and micro of a file that is a usable Python; None if it is not."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", _TELLS],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    match = re.fullmatch(r"(\d+)\n(\d+)\n(\d+)\n", done.stdout)
    return tuple(map(int, match.groups())) if done.returncode == 0 and match else None


def usable(paths: Iterable[Path], lowest: tuple[int, int]) -> dict[tuple[int, ...], Path]:
    """Version -> path of the usable Pythons, one for each minor version: the first that `paths` names."""
    found: dict[tuple[int, ...], Path] = {}
    seen: set[Path] = set()
    for path in paths:
        name = re.fullmatch(r"python3?(?:\.(\d+))?(?:\.exe)?", path.name)
        if not name or (name[1] and (3, int(name[1])) < lowest) or path.resolve() in seen:
            continue
        seen.add(path.resolve())
        known = version(path)
        if known is not None and known[:2] >= lowest and known[:2] not in {other[:2] for other in found}:
            found[known] = path
    return found


def main(arguments: list[str]) -> int:
    """Print the path of the oldest or newest; what it was chosen from goes to standard error."""
    if arguments not in (["oldest"], ["newest"]):
        print("usage: python tools/pythons.py oldest|newest", file=sys.stderr)
        return 64
    found = usable(candidates(os.environ), lowest_supported())
    if not found:
        print("no Python is installed that this project supports", file=sys.stderr)
        return 1
    chosen = min(found) if arguments == ["oldest"] else max(found)
    names = ", ".join(".".join(map(str, known)) for known in sorted(found))
    print(f"{arguments[0]} Python: {'.'.join(map(str, chosen))} (found: {names})", file=sys.stderr)
    print(found[chosen])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
