"""The table and the plot of growth, for people."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.cases import Point, Row

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_WIDTH, _HEIGHT, _EDGE = 640, 400, 60


def table(rows: Sequence[Row], growth: Sequence[Point], size: int) -> str:
    """One Markdown table of all goals, and one of growth."""
    lines = [f"{size:,} offers of 25 partners each. Medians; every ratio is from one run.", ""]
    lines += ["| what | ours | beside | ratio | goal | |", "|---|--:|--:|--:|--:|---|"]
    lines += [
        f"| {row.what} | {row.ours} | {row.beside} | {row.ratio:.3g} | {row.limit:g} |"
        f" {'met' if row.met else 'not met'} |"
        for row in rows
    ]
    lines += [
        "",
        "| offers of 20 partners | plan --base HEAD^ | processor | largest process |",
        "|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {offers:,} | {used.clock:.1f} s | {used.work:.1f} s | {used.memory:,.0f} MiB |"
        for offers, used in growth
    ]
    return "\n".join(lines) + "\n"


def into(page: str, text: str) -> str:
    """The page with the text between its markers."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}"


def plot(growth: Sequence[Point]) -> str:
    """Processor time and memory against the number of offers, both axes logarithmic."""
    series = {
        "seconds": ("#0b6", [(p.offers, p.used.work) for p in growth]),
        "MiB": ("#36c", [(p.offers, p.used.memory) for p in growth]),
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        "<style>text {font: 12px sans-serif}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_EDGE}" y="20">plan --base HEAD^: processor time and largest process, by offers</text>',
    ]
    for name, (colour, points) in series.items():
        places = [(_x(offers), _y(value)) for offers, value in points]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), (offers, value) in zip(places, points, strict=True):
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>')
            label = f"{value:,.1f} {name}" if value < 100 else f"{value:,.0f} {name}"  # noqa: PLR2004 - three digits
            parts.append(f'<text x="{x + 6:.0f}" y="{y - 6:.0f}" fill="{colour}">{label}</text>')
            parts.append(f'<text x="{x:.0f}" y="{_HEIGHT - 20}" text-anchor="middle">{offers:,}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(offers: float) -> float:
    return _EDGE + (log10(offers) - 2) / 3 * (_WIDTH - 3 * _EDGE)


def _y(value: float) -> float:
    return _HEIGHT - _EDGE - (log10(max(value, 0.1)) + 1) / 5 * (_HEIGHT - 2 * _EDGE)
