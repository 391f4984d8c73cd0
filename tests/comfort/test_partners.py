"""`csp-config partners`: who, in which lists, on which offers, and where."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from csp_config.schema import text
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

FABRIKAM, AMERICAS, ADATUM, NORTHWIND, LITWARE, WINGTIP = (
    f"{digit}f1e2d3c-4b5a-4697-8877-665544332211" for digit in "012345"
)
DISTRIBUTORS = f"""\
kind: PartnerList
id: distributors
name: Distributors
partners:
  - {{name: Adatum, tenant_id: {ADATUM}, country: FR, competencies: [Data Analytics]}}
  - name: Fabrikam Cloud
    tenant_id: {FABRIKAM}
    country: DE
    competencies: [Security]
    skills: [Azure Migrate]
  - {{name: Fabrikam Cloud, tenant_id: {AMERICAS}, country: US, partner_id: "4310044"}}
  - {{name: "=Northwind", tenant_id: {NORTHWIND}, country: NO}}
  - {{name: Wingtip, tenant_id: {WINGTIP}, country: KP}}
"""
SECURITY = """\
kind: PartnerList
id: security
name: Security
select: {from: [distributors], where: {competency: [security]}}
"""


def offer(name: str, csp: str, *, published: bool = True, markets: str = "[DE, NO, US]") -> str:
    return (
        f"kind: Offer\nid: contoso-{name}\nname: Contoso {name.title()}\ntype: saas\n"
        f"published: {str(published).lower()}\n{f'markets: {markets}' if markets else ''}\ncsp: {csp}\n"
    )


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    made = Repo.make(tmp_path_factory.mktemp("partners") / "repo")
    in_place = (
        f"[{{name: Litware, tenant_id: {LITWARE}, country: NO}},"
        f" {{name: Fabrikam DE, tenant_id: {FABRIKAM}, country: DE}}]"
    )
    documents = {
        "insights": offer("insights", "{resellers: selected, partner_lists: [distributors, security]}"),
        "desk": offer(
            "desk",
            f"{{resellers: selected, partner_lists: [distributors], partners: {in_place},"
            f" except: [{{tenant_id: {ADATUM}}}]}}",
            published=False,
            markets="",
        ),
        "open": offer("open", "{resellers: any}", markets="[US]"),
        "closed": offer("closed", "{resellers: none}"),
        "partner-lists/distributors": DISTRIBUTORS,
        "partner-lists/security": SECURITY,
    }
    for name, content in documents.items():
        made.write(f"offers/{name}.yaml", content)
    return made


def found(repo: Repo, *arguments: str) -> dict[str, Any]:
    ran = csp_config(repo.path, "partners", "--format", "json", *arguments)
    assert (ran.code, ran.errors) == (0, "")
    return {one["tenant_id"]: one for one in ran.data["partners"]}


@pytest.mark.parametrize(
    ("arguments", "tenants"),
    [
        ((), {FABRIKAM, AMERICAS, ADATUM, NORTHWIND, LITWARE, WINGTIP}),
        (("--name", "fabri"), {FABRIKAM, AMERICAS}),
        (("--name", "FABRIKAM DE"), {FABRIKAM}),
        (("--name", "adat", "--name", "lit"), {ADATUM, LITWARE}),
        (("--tenant", ADATUM), {ADATUM}),
        (("--country", "de"), {FABRIKAM}),
        (("--country", "DE", "--country", "US"), {FABRIKAM, AMERICAS}),
        (("--region", "Europe"), {FABRIKAM, ADATUM, NORTHWIND, LITWARE}),
        (("--competency", "SECURITY"), {FABRIKAM}),
        (("--competency", "secur"), set()),
        (("--skill", "azure migrate"), {FABRIKAM}),
        (("--offer", "contoso-desk"), {FABRIKAM, AMERICAS, NORTHWIND, LITWARE, WINGTIP}),
        (("--offer", "contoso-open"), {FABRIKAM, AMERICAS, ADATUM, NORTHWIND, LITWARE, WINGTIP}),
        (("--offer", "contoso-closed"), set()),
        (("--list", "security"), {FABRIKAM}),
        (("--list", "distributors", "--country", "NO"), {NORTHWIND}),
        (("--list", "security", "--offer", "contoso-desk", "--name", "cloud"), {FABRIKAM}),
    ],
)
def test_filters_narrow_and_words_of_one_filter_widen(
    repo: Repo, arguments: tuple[str, ...], tenants: set[str]
) -> None:
    assert set(found(repo, *arguments)) == tenants


def test_a_partner_is_told_with_its_lists_and_what_it_may_sell_where_through_which(repo: Repo) -> None:
    fabrikam = found(repo)[FABRIKAM]
    assert fabrikam["lists"] == ["distributors", "security"]
    assert (fabrikam["name"], fabrikam["other_names"]) == ("Fabrikam DE", ["Fabrikam Cloud"])
    assert (fabrikam["country"], fabrikam["region"]) == ("DE", "europe")
    offers = {one["offer"]: one for one in fabrikam["offers"]}
    assert list(offers) == ["contoso-desk", "contoso-insights", "contoso-open"]
    assert offers["contoso-desk"] == {
        "offer": "contoso-desk",
        "name": "Contoso Desk",
        "published": False,
        "resellers": "selected",
        "through": ["distributors"],
        "in_place": True,
        "markets": None,
        "resold": None,
        "removal": "self-service",
    }
    assert offers["contoso-insights"]["through"] == ["distributors", "security"]
    assert offers["contoso-insights"]["markets"] == ["DE", "NO"]
    assert (offers["contoso-open"]["resellers"], offers["contoso-open"]["markets"]) == ("any", [])


LENIENT = """\
rules: {CSP109: off, CSP110: off, CSP111: off}
guards: {max_removals: 100, max_removal_percent: 100}
"""


@pytest.fixture
def leaving(one_offer: Repo) -> tuple[Repo, str]:
    """Fabrikam and Adatum are taken out of the list; the request is drafted. The repository, and its id."""
    one_offer.write("csp-config.yaml", LENIENT)
    assert csp_config(one_offer.path, "record", "baseline").code == 0
    one_offer.commit()
    for tenant in (FABRIKAM, ADATUM):
        assert csp_config(one_offer.path, "partners", "remove", tenant, "--list", "distributors").code == 0
    one_offer.commit()
    assert csp_config(one_offer.path, "apply", "--yes").code == 4
    (waits,) = csp_config(one_offer.path, "status", "--format", "json").data["waiting"]
    return one_offer, waits["id"]


def recorded(repo: Repo, *arguments: str) -> dict[str | None, tuple[str, str | None, str | None]]:
    ran = csp_config(repo.path, "partners", "--format", "json", *arguments)
    assert ran.code == 0
    jsonschema.validate(ran.data, json.loads(text("partners")))
    found = ran.data.get("recorded_undeclared", [])
    return {one["tenant_id"]: (one["offer"], one["request"], one["status"]) for one in found}


@pytest.mark.parametrize("answer", fast_first(["", "filed", "refused", "withdrawn", "granted"], every=2))
def test_whoever_is_to_leave_sells_until_the_record_says_otherwise(
    leaving: tuple[Repo, str], answer: str
) -> None:
    repo, request = leaving
    for word in () if not answer else ("filed",) if answer == "filed" else ("filed", answer):
        more = ("--ticket", "2611200030001234") if word == "filed" else ()
        assert csp_config(repo.path, "record", word, request, *more).code == 0
    status = answer or "drafted"
    expected: dict[str | None, tuple[str, str | None, str | None]] = {}
    if answer == "withdrawn":
        expected = dict.fromkeys((FABRIKAM, ADATUM), ("contoso-desk", None, None))
    elif answer != "granted":
        expected = dict.fromkeys((FABRIKAM, ADATUM), ("contoso-desk", request, status))
    assert recorded(repo) == expected
    assert set(recorded(repo, "--offer", "contoso-desk", "--name", "fabri")) == expected.keys() & {FABRIKAM}
    said = csp_config(repo.path, "partners", "--tenant", FABRIKAM).output
    assert ("Fabrikam Cloud: contoso-desk (" in said) is bool(expected)
    assert said.endswith("no partner fits; 1 further one as last recorded, not declared\n") is bool(expected)
    table = csp_config(repo.path, "partners", "--format", "csv").output
    assert table.count('"live record, not declared"') == len(expected)


@pytest.mark.parametrize(
    ("filters", "tenants"),
    fast_first(
        [
            (("--country", "DE"), {FABRIKAM}),
            (("--region", "europe"), {FABRIKAM, ADATUM}),
            (("--region", "canada"), set()),
            (("--list", "distributors"), set()),
            (("--competency", "Security"), set()),
            (("--resold",), set()),
            (("--removable",), set()),
        ],
        every=3,
    ),
)
def test_a_tenant_of_a_record_passes_the_filters_that_the_record_answers(
    leaving: tuple[Repo, str], filters: tuple[str, ...], tenants: set[str]
) -> None:
    assert set(recorded(leaving[0], *filters)) == tenants


def test_an_offer_that_is_to_close_is_open_to_every_partner_until_then(one_offer: Repo) -> None:
    csp = "{resellers: selected, partner_lists: [distributors]}"
    one_offer.write("csp-config.yaml", LENIENT)
    one_offer.write("offers/desk.yaml", offer("desk", "{resellers: any}"))
    assert csp_config(one_offer.path, "record", "baseline").code == 0
    one_offer.commit()
    assert recorded(one_offer) == {}
    one_offer.write("offers/desk.yaml", offer("desk", csp))
    assert recorded(one_offer) == {None: ("contoso-desk", None, None)}
    said = csp_config(one_offer.path, "partners", "--offer", "contoso-desk").output
    assert "  every partner of the programme: contoso-desk (no request asks for the change)" in said


def test_an_exception_takes_the_offer_away(repo: Repo) -> None:
    assert [one["offer"] for one in found(repo)[ADATUM]["offers"]] == ["contoso-insights", "contoso-open"]


def test_the_text_groups_tenants_of_one_name_and_says_where_they_may_sell(repo: Repo) -> None:
    ran = csp_config(repo.path, "partners", "--tenant", AMERICAS, "--tenant", WINGTIP, "-v")
    assert ran.output == (
        "Fabrikam Cloud\n"
        f"  {AMERICAS}  US (united_states)\n"
        "    lists   distributors\n"
        "    partner ID: 4310044\n"
        "    offers  contoso-desk      through distributors; in united_states, once it is published\n"
        "            contoso-insights  through distributors; in US\n"
        "    open    contoso-open (every partner may)\n"
        "\n"
        "Wingtip\n"
        f"  {WINGTIP}  KP (in no CSP region)\n"
        "    lists   distributors\n"
        "    offers  contoso-desk      through distributors; nowhere: KP is in no CSP region\n"
        "            contoso-insights  through distributors; nowhere: KP is in no CSP region\n"
        "    open    contoso-open (every partner may)\n"
        "\n"
        "2 partners (2 tenants), 4 authorisations\n"
    )
    assert csp_config(repo.path, "partners", "--name", "fabrikam", "-q").output == (
        "2 partners (2 tenants), 4 authorisations\n"
    )


def test_a_spreadsheet_gets_one_row_for_each_tenant_and_offer_and_no_formula(repo: Repo) -> None:
    ran = csp_config(repo.path, "partners", "--country", "NO", "--format", "csv")
    rows = list(csv.DictReader(ran.output.splitlines()))
    assert [(row["name"], row["offer"], row["through"], row["markets"]) for row in rows] == [
        ("'=Northwind", "contoso-desk", "distributors", ""),
        ("'=Northwind", "contoso-insights", "distributors", "DE; NO"),
        ("'=Northwind", "contoso-open", "", ""),
        ("Litware", "contoso-desk", "in place", ""),
        ("Litware", "contoso-open", "", ""),
    ]


@pytest.mark.parametrize(
    "writing", [FABRIKAM.upper(), f"{{{FABRIKAM}}}", FABRIKAM.replace("-", ""), f" {FABRIKAM} "]
)
def test_a_tenant_is_found_in_any_writing_and_its_one_form_is_told(repo: Repo, writing: str) -> None:
    ran = csp_config(repo.path, "partners", "--tenant", writing)
    assert "1 partner (1 tenant)" in ran.output
    assert f"is {FABRIKAM} in the form that documents want" in ran.errors


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        (
            ("--offer", "contoso-insihgts"),
            "there is no offer contoso-insihgts",
            "did you mean contoso-insights?",
        ),
        (("--offer", "desk"), "there is no offer desk", "did you mean contoso-desk?"),
        (("--list", "Securty"), "there is no partner list Securty", "did you mean security?"),
        (("--list", "qqq"), "there is no partner list qqq", "the partner lists are: distributors, security"),
        (("--region", "europ"), "there is no CSP region europ", "did you mean europe?"),
        (("--country", "Germany"), "there is no country Germany", "did you mean DE? give the two letters"),
        (("--country", "UK"), "there is no country UK", "did you mean GB? give the two letters"),
        (("--country", "uk"), "there is no country uk", "did you mean GB? give the two letters"),
        (("--country", "DEU"), "there is no country DEU", "did you mean DE? give the two letters"),
        (("--country", "QQ"), "there is no country QQ", "= help: give the two letters"),
        (("--tenant", "0f1e2d3c"), "0f1e2d3c is not a tenant ID", "partners --name NAME` finds"),
        (
            ("--tenant", FABRIKAM.replace("f", "\N{GREEK SMALL LETTER DIGAMMA}")),
            "is not a tenant ID",
            "copy it again",
        ),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(
    repo: Repo, arguments: tuple[str, ...], message: str, help_: str
) -> None:
    ran = csp_config(repo.path, "partners", *arguments)
    assert (ran.code, ran.output) == (64, "")
    assert message in ran.errors
    assert help_ in ran.errors


def test_documents_that_cannot_be_read_are_said_to_be_missing_from_the_answer(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/distributors.yaml", DISTRIBUTORS)
    repo.write(
        "offers/desk.yaml", offer("desk", "{resellers: selected, partner_lists: [distributors]}") + "x: ["
    )
    repo.write("offers/open.yaml", offer("open", "{resellers: selected, partner_lists: [gone]}"))
    ran = csp_config(repo.path, "partners", "--format", "json", "--name", "adatum")
    assert ran.code == 1
    assert ran.data["unread"] == ["offers/desk.yaml", "offers/open.yaml"]
    assert ran.data["partners"][0]["offers"] == []
    assert (
        "error: 1 document could not be read, so this may not be all: offers/desk.yaml;"
        " it is not known who may sell contoso-open\n" in ran.errors
    )
    repo.write("offers/desk.yaml", offer("desk", "{resellers: sold}"))
    assert (
        "the offer contoso-desk could not be read: offers/desk.yaml:7:18"
        in csp_config(repo.path, "partners", "--offer", "contoso-desk").errors
    )
    repo.write("csp-config.yaml", "roots: 1\n")
    assert csp_config(repo.path, "partners").code == 1


def test_a_plain_folder_is_searched_as_well(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/distributors.yaml").write_text(DISTRIBUTORS)
    ran = csp_config(
        tmp_path, "partners", "--list", "distributors", "--output", "found.json", "--format", "json"
    )
    assert (ran.code, ran.output) == (0, "")
    assert len(json.loads((tmp_path / "found.json").read_text())["partners"]) == 5


SOLD = f"""\
kind: Resales
as_of: "2026-11-20"
from: lifetime
source: SaaS fulfilment subscriptions
covers: [contoso-insights]
resales:
  - {{offer: contoso-insights, tenant_id: {FABRIKAM}, evidence: exact}}
"""
MORE = f"""\
kind: PartnerList
id: more
name: More
partners:
  # the first
  - {{name: Adatum, tenant_id: {ADATUM}, country: FR}}

  # the second
  - {{name: Fabrikam Cloud, tenant_id: {FABRIKAM}, country: DE}}  # since March
"""


@pytest.fixture
def edited(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "edited")
    made.write("offers/insights.yaml", offer("insights", "{resellers: selected, partner_lists: [more]}"))
    draft = "{resellers: selected, partner_lists: [more, chosen]}"
    made.write("offers/desk.yaml", offer("desk", draft, published=False))
    made.write("offers/more.yaml", MORE)
    chosen = "kind: PartnerList\nid: chosen\nname: Chosen\nselect: {from: [more]}\n"
    made.write("offers/chosen.yaml", chosen)
    made.write("offers/resales/saas.yaml", SOLD)
    return made


def test_who_has_resold_and_who_can_still_be_taken_out_of_what(edited: Repo) -> None:
    assert set(found(edited, "--resold")) == {FABRIKAM}
    assert set(found(edited, "--resold", "--offer", "contoso-desk")) == set()
    removable = found(edited, "--removable")
    assert {tenant: [one["offer"] for one in about["offers"]] for tenant, about in removable.items()} == {
        ADATUM: ["contoso-desk", "contoso-insights"],
        FABRIKAM: ["contoso-desk"],
    }
    assert set(found(edited, "--removable", "--offer", "contoso-insights")) == {ADATUM}
    said = csp_config(edited.path, "partners", "--removable", "--tenant", ADATUM).output
    assert "can be taken out by support request: has not resold it as of 2026-11-20" in said
    assert "can be taken out at once: the offer is not published" in said


STRANGER, LEAVER = "5b0f3a52-0d3c-4a53-9f5e-2f1d4c7b8a90", "6c1f3a52-0d3c-4a53-9f5e-2f1d4c7b8a90"
RECORD = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-20T10:15:00Z"
observed_from: export
published: true
resellers: selected
partners:
  - {{tenant_id: {LEAVER}, name: Old Friend, country: FR}}
"""


def test_who_has_resold_without_being_declared_is_told_too(edited: Repo) -> None:
    sold = "".join(
        f"  - {{offer: {offer_id}, tenant_id: {tenant}}}\n"
        for offer_id, tenant in (
            ("contoso-insights", STRANGER),
            ("contoso-insights", LEAVER),
            ("contoso-board", FABRIKAM),
        )
    )
    edited.write("offers/board.yaml", offer("board", "{resellers: none}"))
    edited.write("offers/resales/saas.yaml", SOLD + sold)
    edited.write("offers/live/insights.yaml", RECORD)
    ran = csp_config(edited.path, "partners", "--resold", "--format", "json").data
    jsonschema.validate(ran, json.loads(text("partners")))
    assert [one["tenant_id"] for one in ran["partners"]] == [FABRIKAM]
    assert {one["tenant_id"]: (one["name"], one["offers"]) for one in ran["resold_undeclared"]} == {
        FABRIKAM: ("Fabrikam Cloud", ["contoso-board"]),
        STRANGER: (None, ["contoso-insights"]),
        LEAVER: ("Old Friend", ["contoso-insights"]),
    }
    rows = list(
        csv.DictReader(csp_config(edited.path, "partners", "--resold", "--format", "csv").output.splitlines())
    )
    assert [(row["tenant_id"], row["offer"]) for row in rows if row["resold"] == "yes"] == [
        (FABRIKAM, "contoso-insights"),
        (FABRIKAM, "contoso-board"),
        (STRANGER, "contoso-insights"),
        (LEAVER, "contoso-insights"),
    ]
    said = csp_config(edited.path, "partners", "--resold", "--name", "old fr").output
    assert f"  {LEAVER} FR  Old Friend: contoso-insights" in said
    assert (STRANGER in said, "no other partner fits" in said) == (False, True)


def test_a_partner_is_added_to_a_list_and_comments_stay(edited: Repo) -> None:
    words = ("partners", "add", WINGTIP.upper(), "--list", "more", "--name", "Bellows", "--country", "Norway")
    ran = csp_config(edited.path, *words)
    assert ran.code == 0
    assert ran.output == f"added {WINGTIP} Bellows\nwritten: offers/more.yaml\n"
    after = (edited.path / "offers/more.yaml").read_text()
    line = f'  - {{name: Bellows, tenant_id: {WINGTIP}, country: "NO"}}\n'
    assert after.replace(line, "") == MORE
    again = csp_config(edited.path, *words)
    assert "nothing to change in: offers/more.yaml" in again.output
    changed = csp_config(edited.path, "partners", "add", WINGTIP, "--list", "more", "--partner-id", "4310044")
    assert "changed" in changed.output
    assert 'partner_id: "4310044"' in (edited.path / "offers/more.yaml").read_text()


def test_a_partner_is_taken_out_and_what_that_means_is_told(edited: Repo) -> None:
    ran = csp_config(edited.path, "partners", "remove", FABRIKAM, "--list", "more")
    assert ran.code == 0
    assert "contoso-insights: has resold it and cannot be taken out (S17)" in ran.output
    assert "contoso-desk: taken out at once: the offer is not published" in ran.output
    after = (edited.path / "offers/more.yaml").read_text()
    assert FABRIKAM not in after
    assert "# the first\n" in after


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("add", WINGTIP, "--list", "more"),
            "it has no name and no country, and no document gives its name or country",
        ),
        (("add", WINGTIP, "--list", "moer", "--name", "x", "--country", "DE"), "did you mean more?"),
        (
            ("add", WINGTIP, "--list", "more", "--name", "x", "--country", "Nowhere"),
            "there is no such country",
        ),
        (("add", WINGTIP, "--list", "more", "--partner-id", "12a"), "this is not 1 to 20 digits"),
        (("add", ADATUM, "--list", "more", "--name", " \u200b "), "this name has nothing to be read in it"),
        (("add", ADATUM, "--list", "more", "--name", "x" * 256), "this name has 256 characters"),
        (("add", "nonsense", "--list", "more"), "nonsense is not a tenant ID"),
        (("remove", WINGTIP, "--list", "more"), f"more has no partner {WINGTIP}"),
    ],
)
def test_an_edit_that_means_nothing_is_wrong_usage(
    edited: Repo, words: tuple[str, ...], message: str
) -> None:
    ran = csp_config(edited.path, "partners", *words)
    assert ran.code == 64
    assert message in ran.errors
    assert (edited.path / "offers/more.yaml").read_text() == MORE


def test_a_list_that_selects_is_not_edited(edited: Repo) -> None:
    ran = csp_config(edited.path, "partners", "remove", ADATUM, "--list", "chosen")
    assert ran.code == 1
    assert "chosen selects its partners from more" in ran.errors
    assert "help: name one of these lists with --list" in ran.errors


def test_a_name_gets_one_line(edited: Repo) -> None:
    ran = csp_config(
        edited.path, *("partners", "add", ADATUM, "--list", "more", "--name", "  Adatum\n Ltd\u200b ")
    )
    assert ran.code == 0
    assert f"{{name: Adatum Ltd, tenant_id: {ADATUM}," in (edited.path / "offers/more.yaml").read_text()


def test_whoever_is_taken_out_leaves_the_lists_that_select_from_this_one(one_offer: Repo) -> None:
    one_offer.write("offers/security.yaml", SECURITY)
    one_offer.write(
        "offers/safe.yaml", SECURITY.replace("id: security", "id: safe").replace("distributors", "security")
    )
    for name in ("security", "safe"):
        one_offer.write(
            f"offers/{name}-desk.yaml",
            offer(f"{name}-desk", f"{{resellers: selected, partner_lists: [{name}]}}"),
        )
    one_offer.write(
        "offers/resales.yaml",
        f"kind: Resales\nas_of: '2026-11-20'\nsource: x\ncovers: []\nresales:\n"
        f"  - {{offer: contoso-safe-desk, tenant_id: {FABRIKAM}, evidence: exact}}\n",
    )
    one_offer.commit()
    ran = csp_config(one_offer.path, "partners", "remove", FABRIKAM, "--list", "distributors")
    told = [line.split(":")[0].strip() for line in ran.output.splitlines() if "taken out" in line]
    assert (ran.code, told) == (0, ["contoso-desk", "contoso-safe-desk", "contoso-security-desk"])
    assert "contoso-safe-desk: has resold it and cannot be taken out (S17)" in ran.output


@pytest.fixture
def one_offer(tmp_path: Path) -> Repo:
    """One offer that is sold by the distributors, committed."""
    made = Repo.make(tmp_path / "repo")
    made.write("offers/distributors.yaml", DISTRIBUTORS)
    made.write("offers/desk.yaml", offer("desk", "{resellers: selected, partner_lists: [distributors]}"))
    made.commit()
    return made


def test_of_an_earlier_state_the_documents_and_the_command_that_shows_them_are_named(one_offer: Repo) -> None:
    repo = one_offer
    repo.write("offers/distributors.yaml", DISTRIBUTORS + ">>>>>>> theirs\n")
    broken = repo.commit()
    repo.write("offers/distributors.yaml", DISTRIBUTORS)
    repo.commit()
    for command in (("partners",), ("export", "contoso-desk"), ("status",)):
        ran = csp_config(repo.path, *command, "--at", "HEAD^")
        assert ran.code == 1, command
        assert "offers/distributors.yaml" in ran.errors, command
        assert f"csp-config validate --at {broken} " in ran.errors, command
        assert "offers/distributors.yaml" not in csp_config(repo.path, *command, "--at", "HEAD").errors, (
            command
        )


def test_where_nothing_is_declared_any_more_nobody_is_said_to_fit(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/distributors.yaml", DISTRIBUTORS)
    repo.commit()
    repo.remove("offers/distributors.yaml")
    repo.commit()
    ran = csp_config(repo.path, "partners")
    assert (ran.code, ran.output) == (3, "")
    assert "has no documents under offers/" in ran.errors


def test_taking_a_partner_out_says_of_which_offers_it_cannot_tell_what_that_means(one_offer: Repo) -> None:
    repo = one_offer
    selected = offer("desk", "{resellers: selected, partner_lists: [distributors, gone]}")
    repo.write("offers/desk.yaml", selected)
    repo.write("offers/hub.yaml", offer("hub", "{resellers: sold, partner_lists: [distributors]}"))
    repo.commit()
    ran = csp_config(repo.path, "partners", "remove", ADATUM, "--list", "distributors")
    assert ran.code == 1
    assert "contoso-desk: not known, since its documents have errors" in ran.output
    assert "1 document could not be read, so this may not be all: offers/hub.yaml" in ran.errors
    assert ADATUM not in (repo.path / "offers/distributors.yaml").read_text()


@pytest.mark.parametrize("seen", ["manual", "declared"])
def test_one_whom_partner_center_does_not_hold_can_be_taken_out_at_once(one_offer: Repo, seen: str) -> None:
    repo = one_offer
    repo.write(
        "offers/live/contoso-desk.yaml",
        'kind: LiveAudience\noffer: contoso-desk\nobserved_at: "2026-11-19T10:00:00Z"\n'
        f"observed_from: {seen}\npublished: true\nresellers: selected\n"
        f"partners:\n  - {{tenant_id: {FABRIKAM}}}\n",
    )
    repo.commit()
    found = csp_config(repo.path, "partners", "--format", "json").data["partners"]
    removal = {one["tenant_id"]: [offer["removal"] for offer in one["offers"]] for one in found}
    at_once = "self-service" if seen == "manual" else "request"
    assert (removal[FABRIKAM], removal[ADATUM]) == (["request"], [at_once])
    ran = csp_config(repo.path, "partners", "remove", ADATUM, "--list", "distributors")
    said = "contoso-desk: taken out at once: Partner Center does not hold it"
    assert (said in ran.output) == (seen == "manual")


def also_listed(repo: Repo, tenant: str, name: str) -> None:
    """A list that no offer draws on, with one tenant."""
    repo.write(
        "offers/others.yaml",
        "kind: PartnerList\nid: others\nname: Others\n"
        f"partners: [{{name: {name}, tenant_id: {tenant}, country: FR}}]\n",
    )


@pytest.mark.parametrize(
    "declared", ["any", "none", "selected, partners: [{name: A, tenant_id: %s, country: FR}]"]
)
@pytest.mark.parametrize("listed", [False, True])
def test_who_has_resold_an_offer_is_told_whatever_else_lets_it_sell(
    edited: Repo, declared: str, *, listed: bool
) -> None:
    """One that resold insights and stands in another list, in none, or may sell another offer."""
    sold = f"  - {{offer: contoso-insights, tenant_id: {LEAVER}}}\n"
    edited.write("offers/resales/saas.yaml", SOLD + sold)
    edited.write("offers/board.yaml", offer("board", f"{{resellers: {declared.replace('%s', LEAVER)}}}"))
    if listed:
        also_listed(edited, LEAVER, "Old Friend")
    for filters in ((), ("--offer", "contoso-insights"), ("--offer", "contoso-insights", "--tenant", LEAVER)):
        ran = csp_config(edited.path, "partners", "--resold", *filters, "--format", "json").data
        told = {one["tenant_id"]: one["offers"] for one in ran["resold_undeclared"]}
        assert told == {LEAVER: ["contoso-insights"]}
    text_ = csp_config(edited.path, "partners", "--resold", "--offer", "contoso-insights").output
    assert text_.split("Resold, and not declared to be sold by them:")[1].count(LEAVER) == 1
    rows = csp_config(edited.path, "partners", "--resold", "--offer", "contoso-insights", "--format", "csv")
    assert [row for row in csv.DictReader(rows.output.splitlines()) if row["tenant_id"] == LEAVER]
    other = csp_config(edited.path, "partners", "--resold", "--offer", "contoso-board", "--format", "json")
    assert (other.data["partners"], other.data.get("resold_undeclared")) == ([], None)


@pytest.mark.parametrize("filters", [(), ("--offer", "contoso-insights"), ("--tenant", FABRIKAM)])
def test_the_text_says_who_has_resold_an_offer_that_is_open(edited: Repo, filters: tuple[str, ...]) -> None:
    edited.write("offers/insights.yaml", offer("insights", "{resellers: any}"))
    edited.write("offers/board.yaml", offer("board", "{resellers: any}"))
    ran = csp_config(edited.path, "partners", "--resold", *filters)
    assert (
        "    open    contoso-board (every partner may)\n"
        "            contoso-insights (every partner may); has resold it\n"
    ) in ran.output
    edited.write("offers/board.yaml", offer("board", "{resellers: none}"))
    ran = csp_config(edited.path, "partners", "--resold", *filters)
    assert "    open    contoso-insights (every partner may); has resold it\n" in ran.output
    plain = csp_config(edited.path, "partners", "--name", "fabri").output
    assert "    open    contoso-insights (every partner may)\n" in plain


@pytest.mark.parametrize("query", [(), ("--offer", "contoso-desk"), ("--removable",)])
@pytest.mark.parametrize("there", [True, False], ids=["the list is broken", "there is no list"])
def test_an_offer_that_can_be_read_is_not_said_to_be_unreadable(
    tmp_path: Path, query: tuple[str, ...], *, there: bool
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/desk.yaml", offer("desk", "{resellers: selected, partner_lists: [distributors]}"))
    if there:
        repo.write("offers/distributors.yaml", DISTRIBUTORS + "  - {name: X}\n")
    ran = csp_config(repo.path, "partners", *query)
    unread = "1 document could not be read, so this may not be all: offers/distributors.yaml; "
    unknown = "it is not known who may sell contoso-desk"
    expected = f"{unread}{unknown}\n" if there else f"{unknown}, so this may not be all\n"
    assert ran.code == 1
    assert f"error: {expected}" in ran.errors
    assert csp_config(repo.path, "partners", *query, "--format", "json").data["unread"] == [
        *["offers/desk.yaml", *(["offers/distributors.yaml"] if there else [])]
    ]


@pytest.mark.parametrize("query", [("--list", "others"), ("--country", "FR"), ("--tenant", FABRIKAM)])
def test_a_tenant_with_two_countries_is_told_with_both(edited: Repo, query: tuple[str, ...]) -> None:
    also_listed(edited, FABRIKAM, "Fabrikam Cloud")
    ran = csp_config(edited.path, "partners", *query)
    assert f"  {FABRIKAM}  DE (europe); also given as FR (europe)\n" in ran.output
    about = found(edited, *query)[FABRIKAM]
    assert (about["country"], about["other_countries"]) == ("DE", ["FR"])
    rows = csv.DictReader(csp_config(edited.path, "partners", *query, "--format", "csv").output.splitlines())
    assert {row["other_countries"] for row in rows if row["tenant_id"] == FABRIKAM} == {"FR"}


def test_a_tenant_with_one_country_is_told_with_that(edited: Repo) -> None:
    assert found(edited, "--tenant", FABRIKAM)[FABRIKAM]["other_countries"] == []
    assert "also given as" not in csp_config(edited.path, "partners").output
