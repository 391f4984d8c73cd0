"""What is measured, and the goals: ours beside a peer, as ratios."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import corpora
from bench.measuring import Measured, Run, measured
from bench.repositories import commit, committed, git

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers import Peers

_OURS = (sys.executable, "-m", "csp_config")
FORMATS = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit", "concise")
_EACH = 25


class Row(NamedTuple):
    """One line of the table. `limit`: what the ratio may be at most."""

    what: str
    ours: str
    beside: str
    ratio: float
    limit: float

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.limit


class Point(NamedTuple):
    """One size of the growth plot."""

    offers: int
    used: Measured


class Bench:
    """All measurements; corpora are built once under `folder`."""

    def __init__(self, folder: Path, peers: Peers, *, size: int, rounds: int) -> None:
        self.folder, self.peers, self.size, self.rounds = folder, peers, size, rounds

    def rows(self) -> list[Row]:
        """All goals that are ratios beside a peer, and those of plans."""
        return [*self.start(), *self.hook(), *self.everything(), *self.plans()]

    def start(self) -> list[Row]:
        """Goal 5."""
        here = self.folder
        nothing = Run((sys.executable, "-c", "pass"), here)
        used = measured({"version": Run((*_OURS, "--version"), here), "python": nothing}, 5 * self.rounds)
        return [_row("--version, beside `python -c pass`", used, "version", "python", 3)]

    def hook(self) -> list[Row]:
        """Goal 1: one changed file is staged."""
        there = self.built("hook", lambda new: self._offers(new, corpora.as_is))
        if not git(there, "diff", "--cached", "--name-only"):
            corpora.changed(there, 1)
            git(there, "add", "--all")
        one = str(next((there / "offers").glob("*/offer-000000.yaml")))
        checker = (self.peers.check_jsonschema, "--schemafile", self.peers.schema)
        used = measured(
            {
                "hook": Run((*_OURS, "validate", "--staged"), there),
                "python": Run((sys.executable, "-c", "pass"), there),
                "checker": Run((*checker, one), there),
            },
            self.rounds,
        )
        return [
            _row("hook, one of all changed, beside `python -c pass`", used, "hook", "python", 4),
            _row("hook, beside check-jsonschema on that one file", used, "hook", "checker", 0.2),
        ]

    def everything(self) -> list[Row]:
        """Goal 2: all offers, cold."""
        plain = self.built("plain", lambda new: self._offers(new, corpora.as_is))
        mixed = self.built("mixed", lambda new: self._offers(new, corpora.scrambled))
        if git(plain, "rev-list", "--count", "HEAD").strip() == "1":
            corpora.changed(plain, 10)
            commit(plain, "Ten offers change")
        alone, files = (*_OURS, "validate", "--base", "none"), sorted(map(str, plain.glob("offers/*/*.yaml")))
        checker = (self.peers.check_jsonschema, "--schemafile", self.peers.schema)
        runs = {
            "ours": Run(alone, plain),
            "compared": Run((*_OURS, "validate", "--base", "HEAD^"), plain, fine=(0, 1)),
            "mixed": Run(alone, mixed),
            "csafe": Run((self.peers.python, self.peers.baseline, "offers"), plain),
            "csafe, mixed": Run((self.peers.python, self.peers.baseline, "offers"), mixed),
            "checker": Run((*checker, *files), plain),
        }
        if self.peers.ajv:
            options = ("validate", "--spec=draft2020", "--strict=false", "-s", self.peers.schema)
            runs["ajv"] = Run((self.peers.ajv, *options, "-d", f"{plain}/offers/*/*.yaml"), plain)
        used = measured(runs, self.rounds)
        rows = (
            [_row("everything, beside ajv-cli (no positions)", used, "ours", "ajv", 0.9)]
            if "ajv" in used
            else []
        )
        return [
            *rows,
            _row("everything, beside check-jsonschema with its C reader", used, "ours", "checker", 0.02),
            _row("everything, beside a bare parse by CSafeLoader", used, "ours", "csafe", 0.25),
            _row("scrambled style, beside CSafeLoader", used, "mixed", "csafe, mixed", 0.4),
            _row("ten of all changed, --base HEAD^, beside everything", used, "compared", "ours", 1.15),
        ]

    def plans(self) -> list[Row]:
        """Goal 4: half of all offers changed, in every format."""
        there = self.built("changes", lambda new: self._offers(new, corpora.as_is))
        if git(there, "rev-list", "--count", "HEAD").strip() == "1":
            corpora.changed(there, self.size // 2)
            commit(there, "Half of the offers change")
        script = str(Path(__file__).with_name("rendering.py"))
        used = measured({"all": Run((sys.executable, script, str(there)), there)}, 1)
        seconds = float((there / ".git" / "rendered").read_text())
        what = f"{self.size // 2:,} changes in every format, seconds"
        return [
            Row(
                what,
                f"{seconds:.2f} s",
                f"whole run {used['all'].clock:.1f} s",
                seconds,
                5 * self.size / 10_000,
            )
        ]

    def growth(self, sizes: tuple[int, ...]) -> list[Point]:
        """Goal 3: validate and plan together, twenty partners an offer."""
        points = []
        for size in sizes:
            there = self.built(f"growth-{size}", partial(self._growing, size))
            used = measured({"plan": Run((*_OURS, "plan", "--base", "HEAD^"), there, fine=(0, 1))}, 1)
            points.append(Point(size, used["plan"]))
        return points

    def _growing(self, size: int, folder: Path) -> None:
        corpora.offers(folder, size, 20, corpora.directory(2 * size), style=corpora.as_is)
        committed(folder)
        corpora.changed(folder, 10)
        commit(folder, "Ten offers change")

    def _offers(self, folder: Path, style: Callable[..., str]) -> None:
        corpora.offers(folder, self.size, _EACH, corpora.directory(self.size // 2), style=style)
        committed(folder)

    def built(self, name: str, build: Callable[[Path], None]) -> Path:
        """The folder of a corpus, built if it is not there whole."""
        there, new = self.folder / f"{name}-{self.size}", self.folder / "new"
        if not there.exists():
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
            build(new)
            new.rename(there)
        return there


def _row(what: str, used: dict[str, Measured], ours: str, peer: str, limit: float) -> Row:
    mine, other = used[ours].clock, used[peer].clock
    return Row(what, f"{mine:.3f} s", f"{other:.3f} s", mine / other, limit)
