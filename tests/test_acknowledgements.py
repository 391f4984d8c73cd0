"""Which acknowledgement accepts a finding: the first that does, however many there are."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from csp_config.model import Acknowledgement, Finding, Source
from csp_config.rules import RULES
from csp_config.rules.acknowledgements import Entry, Given

TODAY = date(2026, 11, 22)
CODES = ("CSP112", "CSP309", "CSP304", "CSP999")  # two that can be acknowledged, one that cannot, and none
PATHS = ("offers/contoso-desk.yaml", "offers/lists/europe.yaml", "csp-config.yaml")
OFFERS = (None, "contoso-desk", "contoso-ledger")


def entry(code: str, path: str, offer: str | None, until: str = "2026-12-31") -> Entry:
    given = Acknowledgement(code=code, until=until, reason="agreed", source=Source(path))
    return Entry(acknowledgement=given, path=path, offer=offer, rule=RULES.get(code))


def finding(code: str, path: str, offer: str | None, also: tuple[str, ...] = ()) -> Finding:
    return Finding(code=code, source=Source(path), message="it is so", offer=offer, also=also)


codes, paths, offers = st.sampled_from(CODES), st.sampled_from(PATHS), st.sampled_from(OFFERS)
days = st.sampled_from(("2026-11-21", "2026-11-22", "2026-12-31", "2027-12-31"))
entries = st.lists(st.builds(entry, codes, paths, offers, days), max_size=12)
findings = st.builds(finding, codes, paths, offers, st.lists(paths, max_size=2).map(tuple))


@given(entries, findings)
def test_the_first_of_all_that_accept_a_finding_is_found(every: list[Entry], found: Finding) -> None:
    first = next((one for one in every if one.accepts(found, TODAY)), None)
    assert Given(every).accepting(found, TODAY) is first


class Counted(Entry):
    asked = 0

    def accepts(self, finding: Finding, today: date) -> bool:
        Counted.asked += 1
        return super().accepts(finding, today)


def test_a_finding_is_compared_with_its_own_acknowledgements_only() -> None:
    names = [f"contoso-{number}" for number in range(500)]
    agreed = Acknowledgement(code="CSP112", until="2026-12-31", reason="agreed", source=Source("x"))
    every = [
        Counted(acknowledgement=agreed, path=f"offers/{name}.yaml", offer=name, rule=RULES["CSP112"])
        for name in names
    ]
    known = Given(every)
    for name, one in zip(names, every, strict=True):
        assert known.accepting(finding("CSP112", f"offers/{name}.yaml", name), TODAY) is one
    assert Counted.asked == len(names)
