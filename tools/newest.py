"""Tests with the newest versions of what the product depends on.

`python -m tools.newest [options of pytest]`, with the Python of an environment that holds the lock: upgrades
the product's dependencies, and all that they bring, as far as `pyproject.toml` allows, and runs the tests. If
some fail, it puts one locked version after the other back until it is known which package breaks them. What
the tests themselves use stays as it is locked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.clocks import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
CACHE = ".pytest_cache/newest"
_MOST_TESTS = 20
_PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")


class Upgrade(NamedTuple):
    """A package that is newer than the lock says."""

    name: str
    locked: str
    newest: str


def ranges() -> list[str]:
    """What the product depends on, with its extra that the tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["emulator"]]


def installed() -> dict[str, str]:
    """Name -> version of every distribution of this environment, as it stands on the disk."""
    return {found.name: found.version for found in distributions()}


def upgrades(before: dict[str, str], after: dict[str, str]) -> list[Upgrade]:
    """The packages of which another version is installed afterwards."""
    return [
        Upgrade(name, version, after[name])
        for name, version in sorted(before.items())
        if after.get(name, version) != version
    ]


def guilty(changed: Iterable[Upgrade], passes_without: Callable[[Upgrade], bool]) -> list[Upgrade]:
    """The upgrades without which, each by itself, the tests pass again."""
    return [upgrade for upgrade in changed if passes_without(upgrade)]


def verdict(changed: list[Upgrade], found: list[Upgrade], failed: list[str]) -> str:
    """One line for whoever reads the log: which package breaks the tests."""
    tests = f"{len(failed)} tests, the first is {failed[0]}" if failed else "the tests"
    if found:
        names = ", ".join(f"{u.name} {u.newest} (with {u.locked} they pass)" for u in found)
        return f"test-newest: broken by {names}: {tests}"
    if changed:
        names = ", ".join(f"{u.name} {u.locked} -> {u.newest}" for u in changed)
        return f"test-newest: {tests} failed; no single upgrade is the cause. Newer than the lock: {names}"
    return f"test-newest: {tests} failed; every package is of the version that is locked"


def _pip(*arguments: str) -> None:
    """Install; on today's clock, since an index shows no certificate of another year."""
    today = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    subprocess.run([sys.executable, *_PIP, "install", *arguments], cwd=ROOT, env=today, check=True)


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={CACHE}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _failed() -> list[str]:
    path = ROOT / CACHE / "v/cache/lastfailed"
    return sorted(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def _passes_without(upgrade: Upgrade, failed: list[str]) -> bool:
    _pip("--no-deps", f"{upgrade.name}=={upgrade.locked}")
    passed = _pytest("-p", "no:cacheprovider", "-p", "no:xdist", "-x", *failed[:_MOST_TESTS]) == 0
    _pip("--no-deps", f"{upgrade.name}=={upgrade.newest}")
    return passed


def main(arguments: list[str]) -> int:
    """Upgrade, test, and name the package that breaks the tests."""
    before = installed()
    _pip("--upgrade", "--upgrade-strategy", "eager", *ranges())
    changed = upgrades(before, installed())
    for upgrade in changed:
        print(f"newer than the lock: {upgrade.name} {upgrade.locked} -> {upgrade.newest}", flush=True)
    (ROOT / CACHE / "v/cache/lastfailed").unlink(missing_ok=True)
    code = _pytest(*arguments)
    if code == 0:
        print(f"test-newest: passed, {len(changed)} packages newer than the lock")
        return 0
    failed = _failed()
    found = guilty(changed, lambda upgrade: _passes_without(upgrade, failed))
    print(verdict(changed, found, failed), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
