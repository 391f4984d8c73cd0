"""Checks what a release needs, and builds it: `make release REPOSITORY=https://...`. Nothing is published.

In order: the version, the changelog, the tag and the commit, the source distribution and the wheel built
from it, what twine says of both, and what they hold. Everything that is wrong is told, with what to do.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from tools.packaging.metadata import VARIABLE, urls

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_FINAL = re.compile(r"\d+\.\d+\.\d+")
_REPOSITORY = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[\w.~/-]+")
_RELATIVE = re.compile(r"\]\((?!https?://|mailto:|#)")
_ROOMS = ("schemas", "pipelines", "examples", "facts", "render/templates")
_TOP = (
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "pyproject.toml",
    "action.yml",
    "requirements/run.txt",
    "tests/",
)


def version(root: Path) -> str:
    """The version that the program says it is."""
    found = _VERSION.search((root / "csp_config" / "__init__.py").read_text("utf-8"))
    return found[1] if found else ""


def of_changelog(text: str, version: str) -> Iterator[str]:
    """What is wrong with the changelog for this version."""
    if not _FINAL.fullmatch(version):
        yield f"the version {version!r} is none of a release: write three numbers into csp_config/__init__.py"
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    titles = [section.partition("\n")[0] for section in sections]
    if not titles or titles[0] != "[Unreleased]":
        yield "CHANGELOG.md does not begin with [Unreleased]: put that section first, empty"
    elif sections[0].partition("\n")[2].strip():
        yield f"CHANGELOG.md still has changes below [Unreleased]: move them to `## [{version}] - DAY`"
    if len(titles) < 2 or not re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d", titles[1]):  # noqa: PLR2004
        yield f"CHANGELOG.md has no section `## [{version}] - DAY` below [Unreleased]: write it"


def of_commit(root: Path, version: str) -> Iterator[str]:
    """What is wrong with what is checked out."""
    if _git(root, "status", "--porcelain"):
        yield "the working tree has changes that are not committed: commit them, or clone anew"
    tag, head = (
        _git(root, "rev-parse", "--quiet", "--verify", f"v{version}^{{commit}}"),
        _git(root, "rev-parse", "HEAD"),
    )
    if not tag:
        yield f"there is no tag v{version}: git tag --annotate v{version}"
    elif tag != head:
        yield f"the tag v{version} is of {tag[:12]}, and {head[:12]} is checked out: check out the tag"


def of_repository(address: str) -> Iterator[str]:
    """What is wrong with the address that the package will name."""
    if not _REPOSITORY.fullmatch(address):
        yield f"{address or 'nothing'} is no https address of a repository: make release REPOSITORY=https://..."


def build(root: Path, target: Path, repository: str) -> tuple[Path, Path]:
    """The source distribution of a checkout, and the wheel built from it, as an installer would."""
    date = _git(root, "log", "-1", "--format=%ct") or "0"
    environment = {**os.environ, VARIABLE: repository, "SOURCE_DATE_EPOCH": date}
    _hatchling(root, "sdist", target, environment)
    (sdist,) = target.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(sdist) as archive:
            archive.extractall(scratch, filter="data")
        (unpacked,) = Path(scratch).iterdir()
        _hatchling(unpacked, "wheel", target, environment)
    (wheel,) = target.glob("*.whl")
    return sdist, wheel


def of_wheel(wheel: Path, root: Path, repository: str) -> Iterator[str]:
    """What is wrong with the wheel's files and metadata."""
    with ZipFile(wheel) as archive:
        names = {name: archive.getinfo(name).file_size for name in archive.namelist()}
        metadata = message_from_bytes(
            archive.read(next(n for n in names if n.endswith(".dist-info/METADATA")))
        )
    outside = sorted({name.partition("/")[0] for name in names if not re.match(r"csp_config[/-]", name)})
    if outside:
        yield f"the wheel holds more than the package: {', '.join(outside)}"
    modules = {path.relative_to(root).as_posix() for path in (root / "csp_config").rglob("*.py")}
    missing = sorted(modules - set(names))
    missing += [room for room in _ROOMS if not any(name.startswith(f"csp_config/{room}/") for name in names)]
    if missing:
        yield f"the wheel lacks {', '.join(missing[:5])}"
    examples = sum(size for name, size in names.items() if name.startswith("csp_config/examples/"))
    cases = sum(path.stat().st_size for path in (root / "tests" / "rules").glob("CSP*.yaml"))
    if examples > cases / 2:
        yield "the wheel holds the cases of the rules' tests: only the two that explain shows belong there"
    named = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL", []))
    if named != urls(repository, version(root)):
        yield "the wheel's metadata do not name the repository"
    text = str(metadata.get_payload())
    if _RELATIVE.search(text) or f"{repository}/raw/" not in text:
        yield "README has links that lead nowhere on the page of an index"


def of_sdist(sdist: Path) -> Iterator[str]:
    """What the source distribution lacks to be built, tested and used as an action."""
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    missing = [wanted for wanted in _TOP if not any(name.startswith(wanted) for name in names)]
    if missing:
        yield f"the source distribution lacks {', '.join(missing)}"


def of_twine(*built: Path) -> Iterator[str]:
    """What twine says, where an index would refuse the files."""
    done = _run([sys.executable, "-m", "twine", "check", "--strict", *map(str, built)], ROOT)
    if done.returncode != 0:
        yield f"twine check: {(done.stdout + done.stderr).strip()}"


def main() -> int:
    """Check and build into dist/; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--repository", default="", help="where the repository is, for people")
    repository = parser.parse_args().repository.rstrip("/")
    found = version(ROOT)
    wrong = [
        *of_changelog((ROOT / "CHANGELOG.md").read_text("utf-8"), found),
        *of_commit(ROOT, found),
        *of_repository(repository),
    ]
    target = ROOT / "dist"
    if any(target.glob("*")):
        wrong.append("dist/ holds something: remove it, so that nothing old is published")
    if not wrong:
        sdist, wheel = build(ROOT, target, repository)
        wrong += [*of_twine(sdist, wheel), *of_wheel(wheel, ROOT, repository), *of_sdist(sdist)]
    for line in wrong:
        print(f"release: {line}")
    print(f"release: {found}: {f'{len(wrong)} to mend' if wrong else 'ready in dist/'}")
    return int(bool(wrong))


def _git(root: Path, *arguments: str) -> str:
    return _run(["git", *arguments], root).stdout.strip()


def _hatchling(root: Path, kind: str, target: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    done = _run(command, root, environment)
    if done.returncode != 0:
        raise SystemExit(f"release: the {kind} cannot be built:\n{done.stdout}{done.stderr}")


def _run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


if __name__ == "__main__":
    sys.exit(main())
