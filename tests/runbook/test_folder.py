"""The runbook folder: golden files, and a structure that no name can change."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from csp_config.editing import write_folder
from csp_config.runbook import MARKER, annotate, files
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
    from csp_config.model import Action, PartnerRef, Plan

GOLDEN = Path(__file__).parent / "folder"
CSV = f"tenants/{OFFER}-add.csv"
SYNC = action("sync-audience", "selected", BOTH, add=(FABRIKAM_REF,))


def of_adatum_sync(one: Action) -> Action:
    return replace(one, offer="adatum-sync", id=one.id.replace(OFFER, "adatum-sync"), cause="pending")


MIXED = plan(
    of_adatum_sync(action("adopt", "any", state("any"))),
    of_adatum_sync(replace(SYNC, blocked_by=("CSP107",))),
    replace(WITHDRAWAL, request_id="contoso-insights-00000000"),
    SYNC,
    REMOVAL,
    replace(WAITING, id=f"{OFFER}/support-request-5e6f7a8b", request_id="contoso-insights-11111111"),
    not_planned=("northwind-maps",),
)


def test_the_folder_of_a_mixed_plan_is_word_by_word_as_agreed() -> None:
    golden = {
        path.relative_to(GOLDEN).as_posix(): path.read_bytes().decode()
        for path in GOLDEN.rglob("*")
        if path.is_file()
    }
    assert files(MIXED, SNAPSHOT) == golden


def test_the_folder_is_known_again_as_ours(tmp_path: Path) -> None:
    for _ in range(2):
        write_folder(tmp_path / "runbook", files(MIXED, SNAPSHOT), marker=MARKER)
    assert (tmp_path / "runbook" / "index.md").read_text().splitlines()[0] == MARKER


def test_the_same_plan_gives_the_same_bytes_whether_annotated_or_not() -> None:
    once, again = files(MIXED, SNAPSHOT), files(annotate(MIXED, SNAPSHOT), SNAPSHOT)
    assert list(once.items()) == list(again.items())


def test_a_plan_without_actions_says_that_there_is_nothing_to_do() -> None:
    made = files(plan(), SNAPSHOT)
    assert list(made) == ["index.md"]
    assert "Nothing is to be recorded." in made["index.md"]
    assert "can still sell" not in made["index.md"]


@pytest.mark.parametrize("name", CASES)
def test_every_step_is_in_the_checklist(name: str) -> None:
    one, snapshot = CASES[name]
    index = files(plan(one), snapshot)["index.md"]
    plain = index.replace("**", '"').replace("`", "").replace("<https", "https").replace("165533>", "165533")
    box = "- " if one.blocked_by else "- [ ] "
    for step in annotate(plan(one), snapshot).actions[0].steps:
        assert box + step in plain.splitlines()


def test_what_was_refused_has_no_box_no_ticket_no_csv_and_no_command() -> None:
    refused = replace(REMOVAL, blocked_by=("CSP304",))
    made = files(plan(refused, replace(SYNC, blocked_by=("CSP107",))), SNAPSHOT)
    assert list(made) == ["index.md"]
    assert "- [ ]" not in made["index.md"]
    assert "csp-config record filed" not in made["index.md"]


def test_a_request_is_in_the_folder_until_it_is_filed() -> None:
    drafted = files(plan(WAITING), with_request())
    filed = files(plan(WAITING), with_request(status="filed", ticket="2611200030001234"))
    assert f"requests/{REQUEST}.md" in drafted
    assert list(filed) == ["index.md"]
    assert f"record filed {REQUEST}" in drafted["index.md"]
    assert f"record filed {REQUEST}" not in filed["index.md"]
    assert f"# csp-config record granted {REQUEST}\n" in filed["index.md"]


def test_the_json_of_a_request_is_the_ticket_of_the_plan() -> None:
    ticket = annotate(plan(REMOVAL), SNAPSHOT).actions[0].request
    assert ticket is not None
    assert json.loads(files(plan(REMOVAL), SNAPSHOT)[f"requests/{REQUEST}.json"]) == {
        **asdict(ticket),
        "open_fields": list(ticket.open_fields),
    }


def test_what_stays_commented_out_until_it_is_true_cannot_be_pasted_by_mistake() -> None:
    index = files(MIXED, SNAPSHOT)["index.md"]
    for line in index.split("```sh\n")[1].splitlines():
        assert line.startswith("#") or not ("granted" in line or "refused" in line)


def test_a_list_too_long_for_single_steps_stands_in_full_under_its_action() -> None:
    tenants = [f"{number:08x}-1111-4222-8333-444444444444" for number in range(1, 41)]
    made = files(plan(action("adopt", "selected", state("selected", *tenants))), SNAPSHOT)
    assert "Partners declared (40):" in made["index.md"]
    assert all(f"- [ ] the tenant `{tenant}`" in made["index.md"] for tenant in tenants)


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
    one = replace(SYNC, add=(ref(FABRIKAM, name, "DE"),))
    assert rows(files(plan(one), SNAPSHOT)[CSV])[1] == [FABRIKAM, f"'{name}", "TenantID"]


@pytest.mark.parametrize("name", ['a,b"c', "a\r\nb", "\t=1", "a\x00b"])
def test_no_name_adds_a_row_or_a_cell_to_the_csv(name: str) -> None:
    one = replace(SYNC, add=(ref(FABRIKAM, name, "DE"),))
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
        replace(SYNC, add=(named,)),
        replace(REMOVAL, remove=(named,)),
        action("save-draft", "selected", state("selected", FABRIKAM, published=False), remove=(named,)),
        replace(WITHDRAWAL, status="needed"),
    )


def structure(text: str) -> list[str]:
    """The tokens of a document, without what stands in code."""
    found = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        inline = [
            f"{child.type}:{child.content if child.type == 'text' else ''}" for child in token.children or ()
        ]
        found += [f"{token.type}:{token.level}", *inline]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_changes_the_structure_of_a_page(name: str) -> None:
    harmless = files(
        hostile_plan(replace(ADATUM_REF, name="Adatum")), with_request(status="filed", ticket="1")
    )
    offers = {OFFER: replace(INSIGHTS, name=name, channel_contact={"name": name}, support={"url": name})}
    hostile = files(
        hostile_plan(replace(ADATUM_REF, name=name)),
        replace(with_request(status="filed", ticket=name), offers=offers),
    )
    assert list(hostile) == list(harmless)
    for page in harmless:
        if page.endswith(".md"):
            assert structure(hostile[page]) == structure(harmless[page])
            assert hostile[page].splitlines().count(MARKER) == (page == "index.md")
            assert ADATUM in hostile[page]
