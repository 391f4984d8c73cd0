"""`python -m bench [--quick]`: measure everything, print the table, and write docs/performance.md."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from bench.cases import Bench
from bench.peers import installed
from bench.telling import into, plot, table

ROOT = Path(__file__).parent.parent


def main() -> int:
    """1 where a goal is not met, so that a pipeline can watch it."""
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, and nothing is written")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="for corpora and peers")
    given = parser.parse_args()
    folder = given.folder.resolve()
    size = 1_000 if given.quick else 10_000
    bench = Bench(
        folder, installed(folder / "peers", ROOT / "schemas"), size=size, rounds=3 if given.quick else 5
    )
    rows = bench.rows()
    growth = bench.growth((500, 1_000, 2_000) if given.quick else (1_000, 10_000, 50_000))
    rows += bench.held(growth)
    text = table(rows, growth, size)
    sys.stdout.write(text)
    if not given.quick:
        page = ROOT / "docs" / "performance.md"
        page.write_text(into(page.read_text("utf-8"), text), "utf-8")
        (ROOT / "docs" / "performance.svg").write_text(plot(growth), "utf-8")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
