"""Repositories to measure with: made up from a seed, the same everywhere, written as by `csp-config fmt`."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_COUNTRIES = [
    "AT",
    "AU",
    "BE",
    "BR",
    "CA",
    "CH",
    "DE",
    "DK",
    "ES",
    "FI",
    "FR",
    "GB",
    "IE",
    "IT",
    "JP",
    "MX",
    "NL",
    "NO",
    "NZ",
    "PL",
    "PT",
    "SE",
    "US",
    "ZA",
]
_SKILLS = [
    "Azure-Migrate",
    "Copilot",
    "DevOps",
    "Fabric",
    "Identity",
    "Networking",
    "SAP",
    "Sentinel",
    "SQL",
    "Windows-365",
]
_COMPETENCIES = ["Analytics", "Applications", "Infrastructure", "Security", "Work"]
_FIRST = [
    "Adatum",
    "Contoso",
    "Fabrikam",
    "Litware",
    "Northwind",
    "Proseware",
    "Tailspin",
    "Trey",
    "Wingtip",
    "Woodgrove",
]
_SECOND = [
    "Cloud",
    "Consulting",
    "Data",
    "Digital",
    "Distribution",
    "Group",
    "Research",
    "Services",
    "Systems",
    "Toys",
]


class Partner(NamedTuple):
    """One partner of the made-up directory."""

    name: str
    tenant: str
    country: str
    competency: str
    skill: str


def directory(count: int, seed: int = 1) -> list[Partner]:
    """So many partners, each with a name and a tenant of its own."""
    random = Random(seed)
    return [
        Partner(
            f"{random.choice(_FIRST)} {random.choice(_SECOND)} {number:06d}",
            _tenant(random),
            random.choice(_COUNTRIES),
            random.choice(_COMPETENCIES),
            random.choice(_SKILLS),
        )
        for number in range(count)
    ]


def _tenant(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def offers(
    folder: Path, count: int, each: int, partners: Sequence[Partner], *, style: Callable[[str, Random], str]
) -> None:
    """A repository's documents: so many offers, each with so many of the partners, written in a style."""
    random = Random(f"{count} {each}")
    for number in range(count):
        chosen = sorted(random.sample(partners, each))
        text = style(offer(number, chosen, random), random)
        write(folder / f"offers/{number // 1000:03d}/offer-{number:06d}.yaml", text)
    write(folder / "csp-config.yaml", "publisher: contoso\n")


def selecting(folder: Path, count: int, partners: Sequence[Partner], *, size: int = 10_000) -> None:
    """A directory in lists of at most so many partners, and so many offers that each select from it."""
    random = Random(count)
    names = []
    for start in range(0, len(partners), size):
        names.append(f"directory-{start // size:03d}")
        lines = [f"kind: PartnerList\nid: {names[-1]}\nname: Directory {start // size}\npartners:\n"]
        lines += [f"  - {_detailed(one)}\n" for one in sorted(partners[start : start + size])]
        write(folder / f"offers/partner-lists/{names[-1]}.yaml", "".join(lines))
    for number in range(count):
        where = (
            f"{{country: {_countries(random)}, competency: [{random.choice(_COMPETENCIES)}],"
            f" skill: [{random.choice(_SKILLS)}]}}"
        )
        text = f"kind: PartnerList\nid: chosen-{number:06d}\nname: Chosen {number}\nselect:\n"
        text += f"  from: [{', '.join(names)}]\n  where: {where}\n"
        write(folder / f"offers/partner-lists/chosen/{number:06d}.yaml", text)
        write(
            folder / f"offers/{number // 1000:03d}/offer-{number:06d}.yaml",
            offer(number, (), random, lists=(f"chosen-{number:06d}",)),
        )


def offer(number: int, partners: Sequence[Partner], random: Random, *, lists: Sequence[str] = ()) -> str:
    """One offer as `fmt` writes it, about 3 KB with 25 partners."""
    site = f"{number:06d}.contoso.example"
    named = f"  partner_lists: [{', '.join(lists)}]\n" if lists else ""
    written = "  partners:\n" + "".join(f"    - {_plain(one)}\n" for one in partners) if partners else ""
    return (
        "# yaml-language-server: $schema=../../schemas/offer.schema.json\n"
        f"kind: Offer\nid: contoso-{number:06d}\nname: Contoso Product {number}\ntype: saas\n"
        f"published: {random.choice(('true', 'true', 'false'))}\nmarkets: [{', '.join(_markets())}]\n"
        f"csp:\n  resellers: selected\n{named}{written}"
        f"  marketing_materials_url: https://partners.{site}/csp\n"
        f"  channel_contact: {{name: Ana Lima, email: csp@{site}}}\n"
        f"  support:\n    url: https://support.{site}\n    documentation_url: https://docs.{site}\n"
        f"    training_url: https://learn.{site}\n    service_health_url: https://status.{site}\n"
    )


def partner_list(name: str, partners: Sequence[Partner]) -> str:
    """A list of these partners, as `fmt` writes it."""
    lines = [f"kind: PartnerList\nid: {name}\nname: {name}\npartners:\n"]
    return "".join([*lines, *(f"  - {_plain(one)}\n" for one in partners)])


def live_record(name: str, partners: Sequence[Partner], observed_at: str) -> str:
    """A live record of an offer that selects these partners, made by somebody who looked."""
    lines = [f'kind: LiveAudience\noffer: {name}\nobserved_at: "{observed_at}"\nobserved_from: manual\n']
    lines.append("published: true\nresellers: selected\npartners:\n")
    entries = (
        f"{{tenant_id: {one.tenant}, name: {one.name}, country: {_quoted(one.country)}}}" for one in partners
    )
    return "".join([*lines, *(f"  - {one}\n" for one in entries)])


def as_is(text: str, _: Random) -> str:
    """The style of `fmt`."""
    return text


def scrambled(text: str, random: Random) -> str:
    """The same document as many hands would write it: block and flow, quotes, comments, order of keys."""
    head, _, rest = text.partition("  partners:\n")
    lines = rest.splitlines(keepends=True)
    entries = [line for line in lines if line.startswith("    - ")]
    tail = "".join(line for line in lines if not line.startswith("    - "))
    random.shuffle(entries)
    kept = "".join(_rewritten(entry, random) for entry in entries)
    first, *keys = head.removesuffix("csp:\n  resellers: selected\n").splitlines(keepends=True)
    random.shuffle(keys)
    return f"{first}{''.join(keys)}# who may sell\ncsp:\n{tail}  partners:\n{kept}  resellers: 'selected'\n"


def _rewritten(entry: str, random: Random) -> str:
    pairs = [pair.split(": ", 1) for pair in entry.strip().removeprefix("- {").removesuffix("}").split(", ")]
    random.shuffle(pairs)
    match random.randrange(4):
        case 0:
            return "".join(
                f"{'    - ' if n == 0 else '      '}{key}: {value}\n" for n, (key, value) in _on(pairs)
            )
        case 1:
            return f"    - {json.dumps({key: value.strip(chr(34)) for key, value in pairs})}\n"
        case 2:
            return "".join(
                f"{'    -   ' if n == 0 else '        '}{key}:   {value}   # {key}\n"
                for n, (key, value) in _on(pairs)
            )
    return f"    - {{ {' , '.join(f'{key}: {value}' for key, value in pairs)} }}\n"


def _on(pairs: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    return enumerate(pairs)


def changed(folder: Path, count: int) -> None:
    """Take one partner out of so many offers, and put a new one into them."""
    newcomer = directory(1, seed=99)[0]
    for path in sorted((folder / "offers").glob("*/offer-*.yaml"))[:count]:
        head, _, rest = path.read_text().partition("  partners:\n")
        entries = [line for line in rest.splitlines(keepends=True) if line.startswith("    - ")]
        tail = rest[sum(map(len, entries)) :]
        entries = sorted([*entries[1:], f"    - {_plain(newcomer)}\n"])
        path.write_text(f"{head}  partners:\n{''.join(entries)}{tail}")


def renamed(folder: Path) -> None:
    """Give the first offer another name, in whatever style it is written."""
    path = min((folder / "offers").glob("*/offer-*.yaml"))
    path.write_text(path.read_text().replace("Contoso Product 0", "Contoso Product Zero"))


def _plain(one: Partner) -> str:
    return f"{{name: {one.name}, tenant_id: {one.tenant}, country: {_quoted(one.country)}}}"


def _detailed(one: Partner) -> str:
    more = f"competencies: [{one.competency}], skills: [{one.skill}]"
    return f"{_plain(one)[:-1]}, {more}}}"


def _markets() -> list[str]:
    return [_quoted(country) for country in _COUNTRIES]


def _countries(random: Random) -> str:
    return f"[{', '.join(_quoted(one) for one in sorted(random.sample(_COUNTRIES, 2)))}]"


def _quoted(country: str) -> str:
    return f'"{country}"' if country == "NO" else country


def write(path: Path, text: str) -> None:
    """Write a document, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
