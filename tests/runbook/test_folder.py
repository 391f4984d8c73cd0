"""The runbook folder: golden files, and a structure that no name can change."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pytest
from markdown_it import MarkdownIt

from csp_config import runbook
from csp_config.editing import write_folder
from csp_config.render.pages import page
from csp_config.runbook import MARKER, annotate
from csp_config.text.escapes import prose
from tests.runbook.values import (
    ADATUM,
    ADATUM_REF,
    BOTH,
    CASES,
    FABRIKAM,
    FABRIKAM_REF,
    INSIGHTS,
    NORTHWIND,
    OFFER,
    REMOVAL,
    REQUEST,
    SNAPSHOT,
    WAITING,
    WITHDRAWAL,
    action,
    plan,
    ref,
    state,
    with_request,
)

if TYPE_CHECKING:
    from csp_config.model import Snapshot
    from csp_config.model.work import Action, PartnerRef, Plan

GOLDEN = Path(__file__).parent / "folder"
CSV = f"tenants/{OFFER}-add.csv"
SYNC = action("sync-audience", "selected", BOTH, add=(FABRIKAM_REF,))


def files(made: Plan, snapshot: Snapshot) -> dict[str, str]:
    """The folder as apply writes it, but for what is not Markdown's and the letters' own."""
    return runbook.files(annotate(made, snapshot), snapshot)


def html(made: Plan, snapshot: Snapshot) -> str:
    return page("runbook.html", runbook.page(annotate(made, snapshot), snapshot), script="runbook.js")


def of_adatum_sync(one: Action) -> Action:
    return one._replace(offer="adatum-sync", id=one.id.replace(OFFER, "adatum-sync"), cause="pending")


MIXED = plan(
    of_adatum_sync(action("adopt", "any", state("any"))),
    of_adatum_sync(SYNC._replace(blocked_by=("CSP107",))),
    WITHDRAWAL._replace(request_id="contoso-insights-00000000"),
    SYNC,
    REMOVAL,
    WAITING._replace(id=f"{OFFER}/support-request-5e6f7a8b", request_id="contoso-insights-11111111"),
    not_planned=("northwind-maps",),
)


def test_the_folder_of_a_mixed_plan_is_word_by_word_as_agreed(bless: bool) -> None:
    made = files(MIXED, SNAPSHOT)
    if bless:
        shutil.rmtree(GOLDEN)
        for name, text in made.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(text.encode())
    golden = {
        path.relative_to(GOLDEN).as_posix(): path.read_bytes().decode()
        for path in GOLDEN.rglob("*")
        if path.is_file()
    }
    assert made == golden


def test_the_folder_is_known_again_as_ours(tmp_path: Path) -> None:
    for _ in range(2):
        write_folder(tmp_path / "runbook", files(MIXED, SNAPSHOT), marker=MARKER)
    assert (tmp_path / "runbook" / "index.md").read_text().splitlines()[0] == MARKER


def test_the_same_plan_gives_the_same_bytes() -> None:
    once, again = files(MIXED, SNAPSHOT), files(MIXED, SNAPSHOT)
    assert list(once.items()) == list(again.items())
    assert html(MIXED, SNAPSHOT) == html(MIXED, SNAPSHOT)


def test_a_plan_without_actions_says_that_there_is_nothing_to_do() -> None:
    made = files(plan(), SNAPSHOT)
    assert list(made) == ["index.md"]
    assert "Nothing is to be recorded." in made["index.md"]
    assert "can still sell" not in made["index.md"]


@pytest.mark.parametrize("name", CASES)
def test_every_step_but_those_of_a_form_is_in_the_checklist(name: str) -> None:
    one, snapshot = CASES[name]
    text = files(plan(one), snapshot)["index.md"]
    (annotated,) = annotate(plan(one), snapshot).actions
    if annotated.request is not None and "record filed" in text:
        assert annotated.request.product_version in text
        assert f"requests/{REQUEST}.txt" in text
        return
    box = "- " if one.blocked_by else "- [ ] "
    assert [line for line in text.splitlines() if line.startswith(box)][: len(annotated.steps)] == [
        box + prose(step) for step in annotated.steps
    ]


def test_clicks_come_before_forms_and_each_is_titled_as_work() -> None:
    titles = [line for line in files(MIXED, SNAPSHOT)["index.md"].splitlines() if line.startswith("### ")]
    assert titles[1] == "### Contoso Insights: add Fabrikam Cloud (you, 2 minutes)"
    assert "### Contoso Insights: form to remove Adatum (5 minutes)" in titles
    order = [title for title in titles if "Contoso Insights" in title]
    assert order.index("### Contoso Insights: add Fabrikam Cloud (you, 2 minutes)") < order.index(
        "### Contoso Insights: form to remove Adatum (5 minutes)"
    )


def test_what_is_the_same_for_all_forms_is_said_once() -> None:
    other = REMOVAL._replace(request_id="contoso-insights-22222222", remove=(FABRIKAM_REF,))
    text, shown = files(plan(REMOVAL, other), SNAPSHOT)["index.md"], html(plan(REMOVAL, other), SNAPSHOT)
    assert text.count("Live offer management") == text.count("fwlink") == shown.count("fwlink") == 1
    assert shown.count('<code id="form-version">Live offer management</code>') == 1


def test_a_request_of_many_partners_has_them_in_a_file() -> None:
    many = tuple(
        ref(f"{number:08x}-1111-4222-8333-444444444444", f"=P{number}", "DE") for number in range(21)
    )
    made = files(plan(REMOVAL._replace(remove=many)), SNAPSHOT)
    found = rows(made[f"requests/{REQUEST}.csv"])
    assert found[0] == ["Tenant ID", "Name", "Country"]
    assert [row[1] for row in found[1:]] == [f"'=P{number}" for number in sorted(range(21), key=str)]
    assert f"Attach `requests/{REQUEST}.csv`" in made["index.md"]
    assert f"requests/{REQUEST}.csv" not in files(plan(REMOVAL), SNAPSHOT)


def test_a_letter_names_no_other_partner() -> None:
    made = files(plan(SYNC, REMOVAL), SNAPSHOT)
    letters = {name: text for name, text in made.items() if name.startswith("letters/")}
    assert list(letters) == [f"letters/adatum-{ADATUM}.txt", f"letters/fabrikam-cloud-{FABRIKAM}.txt"]
    lost, gained = letters.values()
    assert "can no longer resell:\n\n- Contoso Insights (offer ID contoso-insights)\n" in lost
    assert "Fabrikam" not in lost
    assert "you may resell" in gained
    assert "Sales and support materials: https://contoso.example/csp" in gained
    assert "Adatum" not in gained
    assert ADATUM not in gained


def test_nobody_is_written_to_of_what_is_refused_or_a_draft() -> None:
    draft = action("save-draft", "none", state("selected", FABRIKAM, published=False), add=(FABRIKAM_REF,))
    made = files(plan(draft, REMOVAL._replace(blocked_by=("CSP304",))), SNAPSHOT)
    assert not [name for name in made if name.startswith("letters/")]


def test_the_end_says_how_the_records_are_kept() -> None:
    command = "git add offers/live && git commit -m"
    assert command in files(MIXED, SNAPSHOT)["index.md"]
    assert command.replace("&&", "&amp;&amp;") in html(MIXED, SNAPSHOT)


def test_of_a_project_in_a_folder_every_command_runs_at_the_top() -> None:
    settings = SNAPSHOT.settings._replace(path="shop/csp-config.yaml", roots=("shop/offers",))
    inside = SNAPSHOT._replace(settings=settings)
    command = "git add :/shop/offers/live && git commit -m 'What Partner Center holds' -- :/shop/offers/live"
    made, shown = files(MIXED, inside), html(MIXED, inside)
    assert command in made["index.md"]
    for text in (made["index.md"], shown):
        assert "run each at the top of the repository as soon as it is true" in text
        assert not re.findall(r"csp-config record [a-z]+ (?!--root shop )", text)
    assert f"csp-config record filed --root shop {REQUEST} --ticket NUMBER" in made[f"requests/{REQUEST}.md"]
    assert "--root" not in made[f"requests/{REQUEST}.txt"]
    assert "at the top" not in files(MIXED, SNAPSHOT)["index.md"]


@pytest.mark.parametrize(
    ("roots", "place"), [(("offers",), "offers/live"), ((".",), "live"), (("a/b", "c"), "a/b/live")]
)
def test_the_records_of_every_layout_are_kept_and_no_declaration(roots: tuple[str, ...], place: str) -> None:
    inside = SNAPSHOT._replace(settings=SNAPSHOT.settings._replace(roots=roots), live={})
    assert f"git add {place} && git commit" in files(plan(SYNC), inside)["index.md"]


def test_what_was_refused_has_no_box_no_ticket_no_csv_and_no_command() -> None:
    refused = REMOVAL._replace(blocked_by=("CSP304",))
    made = files(plan(refused, SYNC._replace(blocked_by=("CSP107",))), SNAPSHOT)
    assert list(made) == ["index.md"]
    assert "- [ ]" not in made["index.md"]
    assert "csp-config record filed" not in made["index.md"]


def test_a_request_is_in_the_folder_until_it_is_filed() -> None:
    drafted = files(plan(WAITING), with_request())
    filed = files(plan(WAITING), with_request(status="filed", ticket="2611200030001234"))
    assert f"requests/{REQUEST}.md" in drafted
    assert list(filed) == ["index.md", f"letters/adatum-{ADATUM}.txt"]
    assert f"record filed {REQUEST}" in drafted["index.md"]
    assert f"record filed {REQUEST}" not in filed["index.md"]
    assert f"record granted {REQUEST}" in filed["index.md"]


def test_the_json_of_a_request_is_the_ticket_of_the_plan() -> None:
    ticket = annotate(plan(REMOVAL), SNAPSHOT).actions[0].request
    assert ticket is not None
    assert json.loads(files(plan(REMOVAL), SNAPSHOT)[f"requests/{REQUEST}.json"]) == {
        **ticket._asdict(),
        "open_fields": list(ticket.open_fields),
    }


def test_no_block_of_commands_records_several_things_when_it_is_pasted() -> None:
    text = files(MIXED, SNAPSHOT)["index.md"]
    for block in text.split("```sh\n")[1:]:
        assert "csp-config record" not in block.partition("```")[0]


def test_a_list_too_long_for_single_steps_stands_in_full_under_its_action() -> None:
    tenants = [f"{number:08x}-1111-4222-8333-444444444444" for number in range(1, 41)]
    made = files(plan(action("adopt", "selected", state("selected", *tenants))), SNAPSHOT)
    assert "Partners declared (40):" in made["index.md"]
    assert all(f"- [ ] the tenant {tenant}" in made["index.md"] for tenant in tenants)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_csv_has_the_documented_shape_and_each_tenant_once() -> None:
    draft = action("save-draft", "none", state("selected", FABRIKAM, NORTHWIND, published=False))
    text = files(plan(draft, SYNC), SNAPSHOT)[CSV]
    assert text.count("\r\n") == text.count("\n") == 3
    assert rows(text) == [
        ["ID", "Description", "Type"],
        [FABRIKAM, "Fabrikam Cloud", "TenantID"],
        [NORTHWIND, "Northwind", "TenantID"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_cell_of_the_csv_starts_a_formula(name: str) -> None:
    one = SYNC._replace(add=(ref(FABRIKAM, name, "DE"),))
    assert rows(files(plan(one), SNAPSHOT)[CSV])[1] == [FABRIKAM, f"'{name}", "TenantID"]


@pytest.mark.parametrize("name", ['a,b"c', "a\r\nb", "\t=1", "a\x00b"])
def test_no_name_adds_a_row_or_a_cell_to_the_csv(name: str) -> None:
    one = SYNC._replace(add=(ref(FABRIKAM, name, "DE"),))
    found = rows(files(plan(one), SNAPSHOT)[CSV])
    assert [len(row) for row in found] == [3, 3]


HOSTILE = (
    "`",
    "`` ` ```",
    " ` ",
    "```\n# Heading\n```",
    "a | b",
    "<script>alert(1)</script>",
    "-->",
    MARKER,
    f"x\n{MARKER}\n",
    "**bold** [link](https://fabrikam.example) ![](x)",
    "@fabrikam #1 https://fabrikam.example",
    "\\",
    "- [x] done",
    "\u202egnissim\u2066",
    "\x1b[2J",
    "{} {0} {name} %s",
    "   ",
    "Ünïcode 漢字",
)


def hostile_plan(named: PartnerRef) -> Plan:
    return plan(
        SYNC._replace(add=(named,)),
        REMOVAL._replace(remove=(named,)),
        action("save-draft", "selected", state("selected", FABRIKAM, published=False), remove=(named,)),
        WITHDRAWAL._replace(status="needed"),
    )


def structure(text: str) -> list[str]:
    """The tokens of a document, without the text that they hold."""
    found = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        found += [f"{token.type}:{token.level}", *(child.type for child in token.children or ())]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_changes_the_structure_of_a_page(name: str) -> None:
    harmless = files(
        hostile_plan(ADATUM_REF._replace(name="Adatum")), with_request(status="filed", ticket="1")
    )
    offers = {OFFER: INSIGHTS._replace(name=name, channel_contact={"name": name}, support={"url": name})}
    hostile = files(
        hostile_plan(ADATUM_REF._replace(name=name)),
        with_request(status="filed", ticket=name)._replace(offers=offers),
    )
    assert len(hostile) == len(harmless)
    for name_of_page, text in harmless.items():
        if name_of_page.endswith(".md"):
            assert structure(hostile[name_of_page]) == structure(text)
            assert hostile[name_of_page].splitlines().count(MARKER) == (name_of_page == "index.md")
            assert ADATUM in hostile[name_of_page]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_changes_the_elements_of_the_page(name: str) -> None:
    def elements(of: str) -> list[tuple[str, list[str]]]:
        offers = {OFFER: INSIGHTS._replace(name=of, channel_contact={"name": of}, support={"url": of})}
        snapshot = with_request(status="filed", ticket=of)._replace(offers=offers)
        made = html(hostile_plan(ADATUM_REF._replace(name=of)), snapshot)
        return [(str(one.tag), sorted(one.attrib)) for one in html5lib.parse(made).iter()]

    assert elements(name) == elements("Adatum")
