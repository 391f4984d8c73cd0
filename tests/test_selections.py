"""A selection finds what a look at every partner would find, in the same order."""

from __future__ import annotations

from random import Random

import yaml

from csp_config import programme
from csp_config.loading import load
from csp_config.model import Partner, Settings, Tree

COUNTRIES = ("DE", "NO", "US", "AQ", "FR")
WORDS = ("Security", "SECURITY", "Straße", "strasse", "Data", "")


def passes(partner: Partner, where: dict[str, list[str]]) -> bool:
    """The filters, word by word: spec by example."""
    have = {
        "country": [partner.country],
        "region": [programme.region_of(partner.country) or ""],
        "competency": partner.competencies,
        "skill": partner.skills,
        "name": [partner.name],
    }
    return all(
        {word.casefold() for word in words} & {word.casefold() for word in have[name]}
        for name, words in where.items()
    )


def test_a_selection_finds_what_every_partner_compared_with_it_would_give() -> None:
    random = Random(7)  # noqa: S311 - a seed, to make the same ones again
    entries = [
        {
            "name": f"Contoso {random.choice('abcAB')}",
            "tenant_id": f"{number + 1:08x}-0000-4000-8000-000000000000",
            "country": random.choice(COUNTRIES),
            "competencies": [word for word in random.sample(WORDS, 2) if word] or ["Work"],
            "skills": [random.choice(WORDS[:-1])],
        }
        for number in range(60)
    ]
    found = 0
    for _ in range(60):
        where = {
            "country": random.sample(COUNTRIES, 3),
            "region": random.sample(sorted(set(programme.regions().region_of.values())), 2),
            "competency": [word for word in random.sample(WORDS, 3) if word],
            "skill": [word for word in random.sample(WORDS, 3) if word],
            "name": ["contoso A", "CONTOSO b"],
        }
        where = {name: where[name] for name in random.sample(list(where), random.randrange(1, 4))}
        documents = [
            {"kind": "PartnerList", "id": "everybody", "name": "Everybody", "partners": entries},
            {
                "kind": "PartnerList",
                "id": "chosen",
                "name": "C",
                "select": {"from": ["everybody"], "where": where},
            },
        ]
        files = {f"offers/{n}.yaml": yaml.safe_dump(one).encode() for n, one in enumerate(documents)}
        snapshot = load(Tree(files=files), Settings())
        assert not snapshot.findings
        everybody = snapshot.lists["everybody"].partners
        assert len(everybody) == len(entries)
        assert snapshot.lists["chosen"].partners == tuple(one for one in everybody if passes(one, where))
        found += len(snapshot.lists["chosen"].partners)
    assert found
