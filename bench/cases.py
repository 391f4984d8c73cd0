"""What is measured, and the goals: ours beside a peer, as ratios."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from functools import partial
from itertools import pairwise
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import corpora, histories, styles
from bench.keystrokes import keystrokes
from bench.measuring import Measured, Run, measured
from bench.repositories import commit, committed, git

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.peers import Peers

_OURS = (sys.executable, "-m", "csp_config")
FORMATS = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit", "concise")
_SIZES = (30, 300, 1000)  # offers of the repositories in which the hook runs
_HOOKED = {"as fmt writes": corpora.as_is, "by hand": styles.by_hand}
_TYPED = {300: 0.1, 3_000: 0.5}  # offers -> seconds in which a keystroke is to be answered
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
        parts = (
            *(self.start, self.hook, self.everything, self.plans),
            *(self.time, self.site, self.editor, self.extremes),
        )
        return [row for part in parts for row in part()]

    def start(self) -> list[Row]:
        """Goal 5."""
        here = self.folder
        typed = {"_CSP_CONFIG_COMPLETE": "bash_complete", "COMP_WORDS": "csp-config va", "COMP_CWORD": "1"}
        runs = {
            "version": Run((*_OURS, "--version"), here),
            "completion": Run(_OURS, here, environment=typed),
            "python": Run((sys.executable, "-c", "pass"), here),
        }
        used = measured(runs, 5 * self.rounds)
        return [
            _row("--version, beside `python -c pass`", used, "version", "python", 3),
            _row("completion of a command, beside `python -c pass`", used, "completion", "python", 3),
        ]

    def hook(self) -> list[Row]:
        """Goal 1: one changed file is staged, at the sizes that publishers have and at bigger ones."""
        runs = {"python": Run((sys.executable, "-c", "pass"), self.folder)}
        hook = (*_OURS, "validate", "--staged")
        for name, style in _HOOKED.items():
            for size in _SIZES:
                there = self.built(f"hook-{name}-{size}", partial(self._hooked, size, style))
                runs[f"{name} {size}"] = Run(hook, there)
        runs["framed"] = Run(self._framed("ours", hook), there)
        runs["nothing"] = Run(self._framed("nothing", ("true",)), there)
        used = measured(runs, 2 * self.rounds)
        rows = []
        for name in _HOOKED:
            first = f"{name} {_SIZES[0]}"
            rows.append(
                _row(f"hook, {_SIZES[0]} offers {name}, beside `python -c pass`", used, first, "python", 6.5)
            )
            for size, limit in zip(_SIZES[1:], (1.5, 2.5), strict=True):
                what = f"hook, {size:,} offers {name}, beside {_SIZES[0]}"
                rows.append(_row(what, used, f"{name} {size}", first, limit))
        framed = f"hook under pre-commit, {_SIZES[-1]:,} offers, beside a hook that does nothing"
        return [*rows, _row(framed, used, "framed", "nothing", 1.25)]

    def _hooked(self, size: int, style: Callable[..., str], folder: Path) -> None:
        corpora.offers(folder, size, _EACH, corpora.directory(max(size, 2 * _EACH)), style=style)
        committed(folder)
        corpora.renamed(folder)
        git(folder, "add", "--all")

    def editor(self) -> list[Row]:
        """A keystroke in an open document, beside one whole validate of the same project."""
        rows = []
        for size, limit in _TYPED.items():
            there = self.built(f"editor-{size}", partial(self._edited, size))
            whole = Run((*_OURS, "validate", "--base", "HEAD", "--no-cache"), there)
            used = measured({"whole": whole}, self.rounds)["whole"].clock
            _, stroke = keystrokes(there, 4 * self.rounds)
            what = f"a keystroke in the editor, {size:,} offers"
            beside = f"{used:.3f} s"
            rows.append(Row(f"{what}, seconds", f"{stroke:.3f} s", "", stroke, limit))
            rows.append(Row(f"{what}, beside validate", f"{stroke:.3f} s", beside, stroke / used, 0.5))
        return rows

    def _edited(self, size: int, folder: Path) -> None:
        corpora.offers(folder, size, _EACH, corpora.directory(max(size, 2 * _EACH)), style=corpora.as_is)
        committed(folder)
        corpora.renamed(folder)

    def _framed(self, name: str, command: Sequence[str]) -> tuple[str, ...]:
        """The command that runs one hook under pre-commit."""
        settings = self.folder / f"{name}.yaml"
        hook = {"id": name, "name": name, "language": "system", "entry": shlex.join(command)}
        hooks = [{**hook, "always_run": True, "pass_filenames": False}]
        settings.write_text(json.dumps({"repos": [{"repo": "local", "hooks": hooks}]}))
        return (sys.executable, "-m", "pre_commit", "run", "--config", str(settings))

    @property
    def _checker(self) -> tuple[str, ...]:
        return (self.peers.check_jsonschema, "--schemafile", self.peers.schema)

    def everything(self) -> list[Row]:
        """Goal 2: all offers, cold."""
        plain = self.built("plain", lambda new: self._offers(new, corpora.as_is))
        mixed = self.built("mixed", lambda new: self._offers(new, corpora.scrambled))
        by_hand = self.built("by-hand", lambda new: self._offers(new, styles.by_hand))
        hooked = {
            f"hook {name}": Run(
                (*_OURS, "validate", "--staged"),
                self.built(f"hook-{name}-{self.size}", partial(self._hooked, self.size, style)),
            )
            for name, style in _HOOKED.items()
        }
        if git(plain, "rev-list", "--count", "HEAD").strip() == "1":
            corpora.changed(plain, 10)
            commit(plain, "Ten offers change")
        alone = (*_OURS, "validate", "--base", "none", "--no-cache")
        files = sorted(map(str, plain.glob("offers/*/*.yaml")))
        runs = {
            "ours": Run(alone, plain),
            "compared": Run((*_OURS, "validate", "--base", "HEAD^"), plain, fine=(0, 1)),
            "mixed": Run(alone, mixed),
            "by hand": Run(alone, by_hand),
            "csafe": Run((self.peers.python, self.peers.baseline, "offers"), plain),
            "csafe, mixed": Run((self.peers.python, self.peers.baseline, "offers"), mixed),
            "csafe, by hand": Run((self.peers.python, self.peers.baseline, "offers"), by_hand),
            **hooked,
        }
        measured(hooked, 1)  # which keeps what it read
        if self.peers.ajv:
            options = ("validate", "--spec=draft2020", "--strict=false", "-s", self.peers.schema)
            runs["ajv"] = Run((self.peers.ajv, *options, "-d", f"{plain}/offers/*/*.yaml"), plain)
        used = measured(runs, self.rounds)
        once = measured({"ours": runs["ours"], "checker": Run((*self._checker, *files), plain)}, 1)
        rows = (
            [_row("everything, beside ajv-cli (no positions)", used, "ours", "ajv", 0.9)]
            if "ajv" in used
            else []
        )
        hook = f"hook, {self.size:,} offers"
        return [
            *rows,
            _row(f"{hook} as fmt writes, beside CSafeLoader", used, "hook as fmt writes", "csafe", 0.15),
            _row(f"{hook} by hand, beside CSafeLoader", used, "hook by hand", "csafe, by hand", 0.15),
            _row(
                f"{hook}, beside check-jsonschema", {**used, **once}, "hook as fmt writes", "checker", 1 / 30
            ),
            _row("everything, beside check-jsonschema with its C reader", once, "ours", "checker", 0.035),
            _row("everything, beside a bare parse by CSafeLoader", used, "ours", "csafe", 0.22),
            _row("written by hand, beside CSafeLoader", used, "by hand", "csafe, by hand", 0.22),
            _row("scrambled style, beside CSafeLoader", used, "mixed", "csafe, mixed", 0.45),
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

    def time(self) -> list[Row]:
        """The history of a branch, with nothing kept and read on from what an earlier run kept."""
        commits, offers = self.size // 5, self.size // 10
        there = self.built("history", lambda new: histories.branch(new, commits, offers))
        told = (*_OURS, "history", "--format", "json")
        runs = {"cold": Run((*told, "--no-cache"), there), "warm": Run(told, there)}
        measured({"first": runs["warm"]}, 1)
        used = measured(runs, self.rounds)
        what = f"history of {commits:,} commits over {offers:,} offers"
        return [
            _seconds(f"{what}, cold", used["cold"], 10 * self.size / 10_000),
            _seconds(f"{what}, warm", used["warm"], 1.5),
        ]

    def site(self) -> list[Row]:
        """The site of many offers that each name many partners."""
        offers, partners = 3 * self.size // 100, 400
        there = self.built("site", lambda new: histories.many_pairs(new, offers, partners))
        folder = self.folder / "public"
        command = (*_OURS, "site", "--no-cache", "--output", str(folder))
        used = measured({"site": Run(command, there)}, 1)["site"]
        size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 10**6
        what = f"site of {offers} offers with {partners} partners each"
        limit = 60 * self.size / 10_000
        return [
            _seconds(what, used, 20 * self.size / 10_000),
            Row(f"{what}, MB", f"{size:.1f} MB", "", size, limit),
        ]

    def extremes(self) -> list[Row]:
        """Goal 3, but for growth: a big directory to select from, and as many offers as partners."""
        shapes: dict[str, Callable[[Path], None]] = {
            f"{5 * self.size // 10:,} offers that select from {10 * self.size:,} partners": partial(
                corpora.selecting, count=5 * self.size // 10, partners=corpora.directory(10 * self.size)
            ),
            f"{10 * self.size:,} offers with one partner each": partial(
                corpora.offers,
                count=10 * self.size,
                each=1,
                partners=corpora.directory(self.size),
                style=corpora.as_is,
            ),
        }
        rows = []
        for number, (what, build) in enumerate(shapes.items()):
            there = self.built(f"extreme-{number}", partial(_alone, build))
            run = Run((*_OURS, "validate", "--base", "none", "--no-cache"), there)
            rows += _held(what, measured({"ours": run}, 1)["ours"])
        return rows

    def growth(self, sizes: tuple[int, ...]) -> list[Point]:
        """Goal 3: validate and plan together, twenty partners an offer."""
        points = []
        for size in sizes:
            there = self.built(f"growth-{size}", partial(self._growing, size))
            used = measured({"plan": Run((*_OURS, "plan", "--base", "HEAD^"), there, fine=(0, 1))}, 1)
            points.append(Point(size, used["plan"]))
        return points

    def held(self, points: Sequence[Point]) -> list[Row]:
        """Goal 3: what ten times the offers cost, and the largest size."""
        rows = []
        for small, large in pairwise(points):
            tenfold = log(10) / log(large.offers / small.offers)
            what = f"{small.offers:,} -> {large.offers:,} offers, for ten times the offers:"
            for name, ours, beside in (
                ("processor time", large.used.work, small.used.work),
                ("memory", large.used.memory, small.used.memory),
            ):
                ratio = (ours / beside) ** tenfold
                rows.append(Row(f"{what} {name}", f"{ours:.1f}", f"{beside:.1f}", ratio, 11))
        last = points[-1]
        return [*rows, *_held(f"validate and plan of {last.offers:,} offers", last.used)]

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


def _alone(build: Callable[[Path], None], folder: Path) -> None:
    build(folder)
    committed(folder)


def _seconds(what: str, used: Measured, limit: float) -> Row:
    """Whether a run stays within so many seconds."""
    return Row(f"{what}, seconds", f"{used.clock:.1f} s", "", used.clock, limit)


def _held(what: str, used: Measured) -> list[Row]:
    """Whether a run stays within 60 s and 2 GB."""
    return [
        _seconds(what, used, 60),
        Row(f"{what}, MiB", f"{used.memory:,.0f} MiB", "", used.memory, 2048),
    ]


def _row(what: str, used: dict[str, Measured], ours: str, peer: str, limit: float) -> Row:
    mine, other = used[ours].clock, used[peer].clock
    return Row(what, f"{mine:.3f} s", f"{other:.3f} s", mine / other, limit)
