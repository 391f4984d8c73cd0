"""The plan as one HTML page: partners first, then regions, the matrix, offers, requests, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.render.comparison import drift_words
from csp_config.render.headline import (
    BLOCKED,
    Name,
    effects_of,
    offers_by_change,
    people_by_effect,
    plain,
    refused_changes,
    refused_words,
    unanswered,
)
from csp_config.render.pages import page
from csp_config.render.plan_people import matrix_of, plan_by_people
from csp_config.render.plan_regions import coverage, region_name, where_lost
from csp_config.render.plan_requests import request_state
from csp_config.render.plan_values import CAUSES, FEW_SELLERS
from csp_config.render.question import page_values as question_values
from csp_config.render.words import compared_with, look_commands, notes, totals, unsaved_words, worst_first
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.model import Diagnostic, Report
    from csp_config.model.work import Action, Cause, PartnerRef, Plan
    from csp_config.render import OutputOptions
    from csp_config.render.headline import Effects, OfferChange, People, Verb, Words
    from csp_config.render.partner_labels import PartnerLabels

_OFFERS, _PARTNERS = range(1, 31), range(1, 101)  # a page has more room for the matrix than a comment
_MOST_ROWS = 5_000  # of one table
_MOST_MENTIONS = 30_000  # offers in all rows of partners together
_MOST_FINDINGS = 1_000
_MOST_NAMES = 5_000  # of one folded list
_MOST_COVERAGE = 300  # rows of offers and regions

_LOOKS = {"loses": "out", "gains": "in", "waits": "waits", "refused": "refused", "keeps": ""}
_SIGNS = {"loses": "−", "gains": "+", "waits": "…", "refused": "!", "keeps": "="}  # noqa: RUF001 - a real minus
_VERBS = {
    "loses": "loses",
    "gains": "gains",
    "waits": "loses once Microsoft agrees",
    "refused": "refused",
    "keeps": "keeps once the request is withdrawn",
}
_PEOPLE_TILES: dict[Verb, tuple[str, str, str]] = {
    "lose": ("out", "−", "Loses"),  # noqa: RUF001 - same
    "gain": ("in", "+", "Gains"),
    "keep": ("", "=", "Keeps, once the request is withdrawn"),
}
_OFFER_TILES: dict[OfferChange, tuple[str, str, str]] = {
    "chosen": ("out", "−", "Closes to all but chosen partners"),  # noqa: RUF001 - same
    "closes": ("out", "−", "Closes"),  # noqa: RUF001 - same
    "opens": ("move", "~", "Opens to every partner"),
    "stays open": ("", "=", "Stays open to every partner"),
    "stays with chosen": ("", "=", "Stays with chosen partners"),
    "goes live": ("move", "~", "Goes live"),
    "changes as a draft": ("", "~", "Changes as a draft"),
}
_CELL_LOOKS = {"out": "out", "in": "in", "waits": "waits", "refused": "refused", "keeps": ""}
_CELL_WORDS = {
    "out": "− out",  # noqa: RUF001 - same
    "in": "+ in",
    "waits": "… waits",
    "refused": "! refused",
    "keeps": "keeps",
}


class Tile(NamedTuple):
    """A tile at the top of the page. `look`: the CSS class; `words`: which partners and offers."""

    look: str
    sign: str
    title: str
    words: Words


def render(report: Report, options: OutputOptions) -> str:  # noqa: ARG001 - a page has no width, and no colour
    """The page."""
    plan = report.plan
    assert plan is not None  # noqa: S101 - a report of `plan` has one
    view = plan_by_people(report, plan)
    rows = sum(len(found) for found in view.partners.values())
    values = {
        "report": report,
        "question": report.question and question_values(report.question),
        "plan": plan,
        "publisher": plan.publisher,
        "view": view,
        "look_commands": look_commands(view.never_seen),
        "title": "; ".join(map(plain, view.headline)),
        "tiles": tuple(_tiles(plan, view.labels)),
        "blocked_words": f"{BLOCKED.partition(': ')[2].capitalize()}.",
        "drift": tuple(map(drift_words, view.drift)),
        "matrix": matrix_of(
            plan, view.labels, view.partners, view.options, offers=_OFFERS, partners=_PARTNERS
        ),
        "coverage": coverage(plan, _MOST_COVERAGE),
        "offer_counts": {
            cause: sum(len(row.offers) for row in found) for cause, found in view.offers.items()
        },
        "findings": tuple(_findings(report)),
        "against": compared_with(report),
        "totals": totals(report),
        "causes": CAUSES,
        "looks": _LOOKS,
        "signs": _SIGNS,
        "verbs": _VERBS,
        "cell_looks": _CELL_LOOKS,
        "cell_words": _CELL_WORDS,
        "region_name": region_name,
        "where_lost": where_lost,
        "request_state": request_state,
        "notes": notes,
        "unsaved_words": unsaved_words,
        "few_sellers": FEW_SELLERS,
        "most": _MOST_NAMES,
        "most_rows": _MOST_ROWS,
        "most_mentions": max(10, _MOST_MENTIONS // max(rows, 1)),
        "most_findings": _MOST_FINDINGS,
    }
    return page("plan.html", values)


def _tiles(plan: Plan, labels: PartnerLabels) -> Iterator[Tile]:
    """A tile for each clause of the headline on partners and offers, and on what waits or is refused.

    What was due before this change stands in the same tile, apart.
    """
    found: dict[Cause, Effects] = {cause: effects_of(plan, cause) for cause in CAUSES}
    people = {cause: people_by_effect(effects, plan) for cause, effects in found.items()}
    for verb, tile in _PEOPLE_TILES.items():
        yield from _tile(
            tile,
            {cause: _partners_and_offers(one[verb], labels) for cause, one in people.items() if verb in one},
        )
    yield from _waiting_tile(unanswered(plan), labels)
    yield from _refused_tile(refused_changes(plan), labels)
    offers = {cause: offers_by_change(effects, plan) for cause, effects in found.items()}
    for change, tile in _OFFER_TILES.items():
        yield from _tile(
            tile, {cause: _offers(one[change]) for cause, one in offers.items() if change in one}
        )


def _tile(tile: tuple[str, str, str], words: Mapping[Cause, Words]) -> Iterator[Tile]:
    if not words:
        return
    due = words.get("pending", ())
    now = words.get("change", ())
    between = ("; already due: " if now else "Already due: ",) if due else ()
    yield Tile(*tile, (*now, *between, *due))


def _waiting_tile(waiting: Sequence[Action], labels: PartnerLabels) -> Iterator[Tile]:
    """The filed requests, and the partners in them, who can sell until Microsoft agrees."""
    if waiting:
        about = _offers(sorted({one.offer for one in waiting}))
        who: Words = ()
        partners = {ref.tenant_id: ref for one in waiting for ref in one.remove}
        if partners:
            who = ("; until it agrees, ", *_partners(partners, labels), " can sell")
        words = (f"{counted(len(waiting), 'request')}: ", *about, *who)
        yield Tile("waits", "…", "Waits for Microsoft's answer", words)


def _refused_tile(refused: Sequence[Action], labels: PartnerLabels) -> Iterator[Tile]:
    if len(refused) == 1:
        yield Tile("refused", "!", "Refused", refused_words(refused[0], labels))
    elif refused:
        about = _offers(sorted({one.offer for one in refused}))
        yield Tile("refused", "!", "Refused", (f"{counted(len(refused), 'change')}: ", *about))


def _partners_and_offers(people: People, labels: PartnerLabels) -> Words:
    """`Fabrikam Cloud and 2 other partners: 6 offers`."""
    what = Name(*people.offers) if len(people.offers) == 1 else counted(len(people.offers), "offer")
    return (*_partners(people.partners, labels), ": ", what)


def _partners(partners: Mapping[str, PartnerRef], labels: PartnerLabels) -> Words:
    names = [labels.of(ref) for ref in partners.values()]
    return _first_of(names, "partner")


def _offers(names: Sequence[str]) -> Words:
    return _first_of(names, "offer")


def _first_of(names: Sequence[str], thing: str) -> Words:
    """`Fabrikam Cloud and 2 other partners`."""
    others = len(names) - 1
    return (Name(names[0]), *([f" and {counted(others, f'other {thing}')}"] if others else []))


def _findings(report: Report) -> Iterator[tuple[str, bool, Sequence[Diagnostic]]]:
    """Title, whether the section is open, and findings: errors, warnings, acknowledged ones, and infos."""
    findings = worst_first(report.diagnostics)
    acknowledged = [one for one in findings if one.acknowledged is not None]
    parts = (
        ("Errors", [one for one in findings if one.severity == "error"]),
        ("Warnings", [one for one in findings if one.severity == "warning" and one.acknowledged is None]),
        ("Acknowledged", acknowledged),
        ("Worth knowing", [one for one in findings if one.severity == "info" and one.acknowledged is None]),
    )
    yield from ((title, title == "Errors", part) for title, part in parts if part)
