"""What is said of a tenant, and where it is named: in documents, and in what Partner Center holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from tests.lsp.client import Client
from tests.lsp.small import FOUR, LIST, ONE, OTHER, RECORD, TENANTS, THREE, TWO, offer, record, small
from tests.matrix import fast_first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.repositories import Repo

GONE = "99999999-2222-4333-8444-555555555555"
REQUEST = """\
requests:
  - id: contoso-a-1
    move: {from: selected, to: selected}
    remove: [{tenant_id: GONE, name: Old Friend, country: FR}]
    status: STATUS
    drafted_at: "2026-11-20T09:00:00Z"
"""
FILED = '    filed_at: "2026-11-21T11:00:00Z"\n    ticket: "2611200030001234"\n'
CLOSED = f'{FILED}    closed_at: "2026-11-22T11:00:00Z"\n'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return small(tmp_path / "small")


@pytest.fixture
def client(repo: Repo) -> Iterator[Client]:
    with Client(repo.path) as client:
        yield client


def request(status: str, tenant: str, more: str = "") -> str:
    return REQUEST.replace("GONE", tenant).replace("STATUS", status) + more


def where(client: Client, path: str, what: str) -> tuple[int, int]:
    """The line and column of a text in a file."""
    lines = (client.folder / path).read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if what in line)
    return number, len(lines[number][: lines[number].index(what)].encode("utf-16-le")) // 2


def asked(client: Client, method: str, path: str, what: str) -> list[tuple[str, int]]:
    """Path and line of each place that is answered."""
    client.open(path)
    line, column = where(client, path, what)
    found = client.at(method, path, line, column, context={"includeDeclaration": True})
    return [
        (one["uri"].removeprefix(f"{client.folder.as_uri()}/"), one["range"]["start"]["line"])
        for one in found
    ]


def hovered(client: Client, path: str, what: str) -> str:
    client.open(path)
    return str(client.at("hover", path, *where(client, path, what))["contents"]["value"])


def test_references_of_a_tenant_are_also_in_live_records(repo: Repo, client: Client) -> None:
    repo.write(RECORD, record("a", requests=request("filed", TWO, FILED)))
    found = asked(client, "references", LIST, TWO)
    assert {path for path, _ in found} == {LIST, RECORD, *(f"offers/live/contoso-{n}.yaml" for n in "bs")}
    assert len([path for path, _ in found if path == RECORD]) == 2
    for path, line in found:
        assert TWO in (client.folder / path).read_text("utf-8").splitlines()[line]
    assert asked(client, "definition", RECORD, TWO) == [place for place in found if place[0] == LIST]


@pytest.mark.parametrize(
    "named",
    fast_first(
        [
            record("a", (ONE,)).replace(ONE, GONE),
            record("a").replace("partners:", "tenants:").split("  - {")[0] + f'  - "{GONE}"\n  - {ONE}\n',
            record("a", requests=request("refused", GONE, CLOSED)),
            record("a", requests=request("refused", GONE, CLOSED).replace("remove", "tenants")),
            record(
                "a",
                requests=request("filed", ONE, FILED).replace(
                    f"{{tenant_id: {ONE}, ", f"{GONE}, {{tenant_id: {ONE}, "
                ),
            ),
            record("a")
            + 'left_in_draft:\n  at: "2026-11-20T09:00:00Z"\n  resellers: selected\n'
            + f"  tenants: [{ONE}, {GONE}]\n",
        ],
        every=3,
    ),
    ids=["partner", "tenants", "request", "list asked for", "bare in a request", "draft"],
)
def test_a_tenant_that_only_a_live_record_names_is_found_there(
    named: str, repo: Repo, client: Client
) -> None:
    repo.write(RECORD, f"# {GONE}\n{named}")
    line = next(n for n, text in enumerate(f"# {GONE}\n{named}".splitlines()) if n and GONE in text)
    for method in ("definition", "references"):
        assert asked(client, method, RECORD, GONE) == [(RECORD, line)], method


@pytest.mark.parametrize(
    ("requests", "said"),
    fast_first(
        [
            ("", "no request for the removal is recorded"),
            (request("drafted", TWO), "request `contoso-a-1`, drafted on 2026-11-20"),
            (request("filed", TWO, FILED), "request `contoso-a-1`, filed on 2026-11-21"),
            (request("refused", TWO, CLOSED), "request `contoso-a-1`, refused on 2026-11-22"),
            (
                request("granted", TWO, f"{CLOSED}    except: [{TWO}]\n"),
                "request `contoso-a-1`, refused on 2026-11-22",
            ),
            (request("withdrawn", TWO, CLOSED), "no request for the removal is recorded"),
            (request("filed", THREE, FILED), "no request for the removal is recorded"),
        ],
        every=3,
    ),
)
def test_a_partner_who_is_taken_out_still_sells_until_that_is_granted(
    requests: str, said: str, repo: Repo, client: Client
) -> None:
    excluded = f"  except:\n    - {{tenant_id: {TWO}, reason: ended}}\n"
    repo.write("offers/contoso-a.yaml", offer("a") + excluded)
    repo.write(RECORD, record("a", requests=requests))
    lines = hovered(client, LIST, TWO).split("  \n")
    assert "May resell: `contoso-b`, `contoso-s`" in lines
    assert f"Still sells, by the live record: `contoso-a` ({said})" in lines
    assert "Still sells" not in hovered(client, LIST, FOUR)


def test_offers_that_are_open_to_any_are_told_and_what_is_not_published_is_not_sold(
    repo: Repo, client: Client
) -> None:
    repo.write(OTHER, offer("b").replace("selected", "any").replace("  partner_lists: [all]\n", ""))
    repo.write(
        "offers/contoso-a.yaml",
        offer("a").replace("selected", "none").replace("  partner_lists: [all]\n", ""),
    )
    repo.write(RECORD, record("a").replace("published: true", "published: false"))
    said = hovered(client, LIST, ONE)
    assert "Open to every partner: `contoso-b`" in said
    assert "May resell: none" in said
    assert "Still sells" not in said
    repo.write(RECORD, record("a").split("resellers")[0] + "resellers: any\n")
    client.tell("workspace/didChangeWatchedFiles", {"changes": []})
    client.settled()
    assert "Still sells, by the live record: `contoso-a`" in str(
        client.at("hover", LIST, *where(client, LIST, ONE))
    )


def test_a_tenant_without_a_name_is_told_of_too(repo: Repo, client: Client) -> None:
    bare = record("a").split("partners:")[0] + f"tenants: [{GONE}, {', '.join(TENANTS)}]\n"
    repo.write(RECORD, bare)
    said = hovered(client, RECORD, GONE)
    assert said.startswith(f"No document gives tenant `{GONE}` a name.")
    assert "Still sells, by the live record: `contoso-a`" in said


def test_a_word_is_a_list_only_where_a_list_is_named(repo: Repo, client: Client) -> None:
    text = (repo.path / LIST).read_text("utf-8").replace("id: all", "id: selected")
    repo.write(LIST, text)
    repo.write(RECORD, record("a", requests=request("filed", TWO, FILED)))
    number, column = where(client, RECORD, "from: selected")
    client.open(RECORD)
    assert client.at("definition", RECORD, number, column + 8) == []
    assert client.at("hover", RECORD, number, column + 8) is None
    assert asked(client, "definition", LIST, "selected") == [(LIST, 1)]
