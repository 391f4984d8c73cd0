"""A branch of many commits, and a repository whose site is big: made up from a seed, the same everywhere."""

from __future__ import annotations

import subprocess
from random import Random
from typing import TYPE_CHECKING

from bench import corpora
from bench.repositories import committed, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_START = 1_700_000_000  # seconds since 1970
_LIST_SIZE = 100
_SEEN = "2026-10-01T10:00:00Z"


def branch(folder: Path, commits: int, offers: int, each: int = 20) -> None:
    """A branch of so many commits; the first one holds so many offers, half of them with a live record.

    After it each commit swaps a partner: of one offer, of a list that a hundredth of the offers draw from
    (one commit in ten), or of the record that somebody made by looking (three in ten).
    """
    git(folder, "init", "--quiet", "--initial-branch=main")
    command = ["git", "fast-import", "--quiet"]
    subprocess.run(command, cwd=folder, input="".join(_stream(commits, offers, each)).encode(), check=True)
    git(folder, "reset", "--quiet", "--hard")


def _stream(commits: int, offers: int, each: int) -> Iterator[str]:
    random = Random(f"{commits} {offers}")
    partners = corpora.directory(2 * each)
    lists = {number: random.sample(partners, each) for number in range(max(1, offers // 10))}
    chosen = {number: random.sample(partners, each) for number in range(offers)}
    seen = {number: list(chosen[number]) for number in range(0, offers, 2)}

    def files(paths: Iterator[tuple[str, str]]) -> str:
        return "".join(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in paths)

    def offer(number: int) -> tuple[str, str]:
        drawn = (f"list-{number % len(lists):03d}",) if number % 10 == 0 else ()
        text = corpora.offer(number, sorted(chosen[number]), Random(number), lists=drawn)
        return f"offers/{number // 1000:03d}/offer-{number:06d}.yaml", text

    def all_files() -> Iterator[tuple[str, str]]:
        yield "csp-config.yaml", "publisher: contoso\n"
        yield from (_list(number, members) for number, members in lists.items())
        yield from (offer(number) for number in chosen)
        yield from (_record(number, members) for number, members in seen.items())

    for number in range(commits):
        seconds = _START + 3600 * number
        yield f"commit refs/heads/main\ncommitter Ana Lima <ana@contoso.example> {seconds} +0000\n"
        yield f"data {len(f'Change {number}')}\nChange {number}\n"
        if number == 0:
            yield files(all_files())
            continue
        kind = number % 10
        if kind == 0:
            what = random.randrange(len(lists))
            _swap(lists[what], partners, random)
            yield files(iter([_list(what, lists[what])]))
        elif kind in {3, 6, 9}:
            what = random.choice(list(seen))
            _swap(seen[what], partners, random)
            yield files(iter([_record(what, seen[what])]))
        else:
            what = random.randrange(offers)
            _swap(chosen[what], partners, random)
            yield files(iter([offer(what)]))


def _swap(members: list[corpora.Partner], partners: Sequence[corpora.Partner], random: Random) -> None:
    members[0] = random.choice([one for one in partners if one not in members])
    random.shuffle(members)


def _list(number: int, members: Sequence[corpora.Partner]) -> tuple[str, str]:
    return f"offers/partner-lists/list-{number:03d}.yaml", corpora.partner_list(
        f"list-{number:03d}", sorted(members)
    )


def _record(number: int, members: Sequence[corpora.Partner]) -> tuple[str, str]:
    name = f"contoso-{number:06d}"
    return f"offers/live/{name}.yaml", corpora.live_record(name, sorted(members), _SEEN)


def many_pairs(folder: Path, offers: int, partners: int) -> None:
    """So many offers that each name so many partners, through four lists; half of them have a live record."""
    directory = sorted(corpora.directory(partners))
    random = Random(partners)
    names = []
    for start in range(0, partners, _LIST_SIZE):
        names.append(f"list-{start // _LIST_SIZE:03d}")
        text = corpora.partner_list(names[-1], directory[start : start + _LIST_SIZE])
        corpora.write(folder / f"offers/partner-lists/{names[-1]}.yaml", text)
    for number in range(offers):
        text = corpora.offer(number, (), random, lists=names)
        corpora.write(folder / f"offers/offer-{number:06d}.yaml", text)
        if number % 2 == 0:
            name = f"contoso-{number:06d}"
            text = corpora.live_record(name, directory[: partners - 10], _SEEN)
            corpora.write(folder / f"offers/live/{name}.yaml", text)
    corpora.write(folder / "csp-config.yaml", "publisher: contoso\n")
    committed(folder)
