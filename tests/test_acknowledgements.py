"""Which acknowledgements accept a finding: the offer's, or one in each document that brings it about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config.model import Acknowledgement, Finding, Source
from csp_config.rules import RULES
from csp_config.rules.acknowledgements import Entry, Given
from tests.acceptance.offers import (
    SETTINGS,
    live_document,
    offer_document,
    partner,
    resales_document,
    state,
)
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 22)
CODES = ("CSP112", "CSP309", "CSP304", "CSP999")  # two that can be acknowledged, one that cannot, and none
PATHS = ("offers/contoso-desk.yaml", "offers/lists/europe.yaml", "csp-config.yaml")
OFFERS = (None, "contoso-desk", "contoso-ledger")


def entry(code: str, path: str, offer: str | None, until: str = "2026-12-31") -> Entry:
    given = Acknowledgement(code=code, until=until, reason=f"agreed in {path}", source=Source(path))
    return Entry(acknowledgement=given, path=path, offer=offer, rule=RULES.get(code))


def finding(code: str, path: str, offer: str | None, decided_in: tuple[str, ...] = ()) -> Finding:
    return Finding(code=code, source=Source(path), message="it is so", offer=offer, decided_in=decided_in)


codes, paths, offers = st.sampled_from(CODES), st.sampled_from(PATHS), st.sampled_from(OFFERS)
days = st.sampled_from(("2026-11-21", "2026-11-22", "2026-12-31", "2027-12-31"))
entries = st.lists(st.builds(entry, codes, paths, offers, days), max_size=12)
findings = st.builds(finding, codes, paths, offers, st.lists(paths, max_size=2, unique=True).map(tuple))


@given(entries, findings)
def test_a_finding_is_accepted_by_its_offer_or_by_every_document_that_brings_it_about(
    every: list[Entry], found: Finding
) -> None:
    counting = [one for one in every if one.acknowledgement.code == found.code and one.counts(TODAY)]
    of_offer = [one for one in counting if one.offer is not None and one.offer == found.offer]
    concerned = found.decided_in or (found.source.path,)
    by_path = {path: [one for one in counting if one.path == path] for path in concerned}
    expected = [of_offer[0]] if of_offer else [some[0] for some in by_path.values() if some]
    complete = bool(of_offer) or all(by_path.values())
    reasons = "; ".join(dict.fromkeys(one.acknowledgement.reason for one in expected))
    assert Given(every).accept(found, TODAY) == (reasons if complete else None)
    assert [id(one) for one in every if one.used] == [id(one) for one in every if one in expected]


class Counted(Entry):
    asked = 0

    def counts(self, today: date) -> bool:
        Counted.asked += 1
        return super().counts(today)


def test_a_finding_is_compared_with_its_own_acknowledgements_only() -> None:
    names = [f"contoso-{number}" for number in range(500)]
    agreed = Acknowledgement(code="CSP112", until="2026-12-31", reason="agreed", source=Source("x"))
    every = [
        Counted(acknowledgement=agreed, path=f"offers/{name}.yaml", offer=name, rule=RULES["CSP112"])
        for name in names
    ]
    known = Given(every)
    for name, one in zip(names, every, strict=True):
        assert known.accept(finding("CSP112", f"offers/{name}.yaml", name), TODAY) == "agreed"
        assert one.used
    assert Counted.asked <= 2 * len(names)


OFFER, LISTS = "contoso-insights", {"list-one": "ab", "list-two": "cd"}


def write(repo: Repo, gone: str, acknowledged: tuple[str, ...], code: str) -> None:
    """An offer with two lists and the partners e-h in place, without those that are gone."""
    entry = f'- {{code: {code}, until: "2026-12-31", reason: contracts ended}}'
    for name, letters in LISTS.items():
        text = f"kind: PartnerList\nid: {name}\nname: Partners\npartners:\n"
        text += "".join(f"  - {partner(letter)}\n" for letter in letters if letter not in gone) or "  []\n"
        repo.write(
            f"offers/{name}.yaml", text + (f"acknowledge:\n  {entry}\n" if name in acknowledged else "")
        )
    text = offer_document(OFFER, state("".join(sorted(set("efgh") - set(gone)))))
    text = text.replace("  partners:\n", f"  partner_lists: [{', '.join(LISTS)}]\n  partners:\n")
    repo.write("offers/x.yaml", text + (f"  acknowledge:\n    {entry}\n" if OFFER in acknowledged else ""))


def found(repo: Repo) -> list[dict[str, Any]]:
    """What `validate` finds, but that nobody looked, and that a support request is needed."""
    ran = csp_config(repo.path, "validate", "--base", "HEAD", "--format", "json")
    return [one for one in ran.data["diagnostics"] if one["code"] not in ("CSP307", "CSP316")]


@pytest.mark.parametrize("code", ["CSP308", "CSP309"])
@pytest.mark.parametrize(
    ("gone", "acknowledged", "accepted"),
    [
        ("bdefg", ("list-one",), False),
        ("ab", ("list-one",), True),
        ("bd", ("list-one", "list-two"), True),
        *fast_first(
            [
                ("bd", ("list-two",), False),
                ("bd", ("list-one",), False),
                ("befg", ("list-one", "list-two"), False),
                ("bdefg", (OFFER,), True),
                ("abcd", (OFFER,), True),
                ("efg", ("list-one", "list-two"), False),
            ],
            every=6,
        ),
    ],
)
def test_lists_accept_the_removals_of_an_offer_only_if_each_document_that_takes_partners_out_does(
    gone: str, acknowledged: tuple[str, ...], accepted: bool, code: str, tmp_path: Path
) -> None:
    repo = Repo.make(tmp_path / "contoso")
    guarded = code == "CSP309"
    settings = SETTINGS.replace("max_removals: 100", f"max_removals: {1 if guarded else 100}")
    repo.write("csp-config.yaml", settings)
    write(repo, "", acknowledged, code)
    repo.write("offers/live/x.yaml", live_document(OFFER, state("abcdefgh")))
    repo.write(
        "offers/resales.yaml", resales_document("fresh", "2026-11-20", {OFFER: frozenset()}, covers=guarded)
    )
    repo.commit()
    write(repo, gone, acknowledged, code)
    by_code = {one["code"]: one for one in found(repo)}
    assert by_code[code]["severity"] == ("info" if accepted else "error" if guarded else "warning")
    unused = [name for name in acknowledged if name != OFFER and not set(LISTS[name]) & set(gone)]
    assert set(by_code) == {code, *(["CSP117"] if unused else [])}
