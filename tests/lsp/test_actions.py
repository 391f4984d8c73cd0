"""What an action changes is what it says, in every layout, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

from csp_config import document
from tests.lsp.client import Client
from tests.lsp.small import (
    FOUR,
    LIST,
    NAMES,
    OFFER,
    ONE,
    OTHER,
    PARTNERS,
    RECORD,
    SPECIAL,
    TENANTS,
    THREE,
    TWO,
    actions,
    edited,
    offer,
    record,
    small,
)
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "  marketing_materials_url: https://contoso.example/csp\n"
GIVEN = '{code: CSP112, until: "2027-01-01", reason: so}'


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with Client(small(tmp_path / "small").path) as client:
        yield client


def data(content: str) -> Any:
    read, findings = document.read("x.yaml", content.encode())
    assert read is not None
    assert not findings
    return deepcopy(read.data)


def deeper(content: str) -> str:
    """The offer with the keys of `csp` four blanks in."""
    head, tail = content.split("csp:\n")
    return f"{head}csp:\n" + "".join(f"  {line}\n" for line in tail.splitlines())


PLAIN = offer("a").replace(URL, "")
LAYOUTS = {
    "no list": PLAIN,
    "no line end last": PLAIN.rstrip("\n"),
    "empty brackets": PLAIN + "  acknowledge: []\n",
    "spread brackets": PLAIN + f"  acknowledge: [\n    {GIVEN}, # so\n  ]\n",
    "brackets": PLAIN + f"  acknowledge: [{GIVEN}]\n",
    "no indentation": PLAIN + f"  acknowledge:\n  - {GIVEN}\n",
    "much indentation": PLAIN + f"  acknowledge:\n        - {GIVEN}\n",
    "a line for each key": PLAIN
    + "  acknowledge:\n    - code: CSP112\n      until: 2027-01-01\n      reason: so\n",
    "comments below": PLAIN + f"  acknowledge:\n    - {GIVEN}\n      # of that one\n  # of all\n\n# end\n",
    "not the last key": PLAIN.replace("  support:", f"  acknowledge:\n    - {GIVEN}\n  support:"),
    "deeper keys": deeper(PLAIN),
    "a key in quotes": PLAIN.replace("csp:", '"csp":') + f"  'acknowledge':\n    - {GIVEN}\n",
    "csp in braces": PLAIN.partition("csp:")[0] + "csp: {resellers: selected, partner_lists: [all]}\n",
    "more after csp": PLAIN.partition("name:")[0] + PLAIN[PLAIN.index("type:") :] + "\nname: Contoso a\n",
}


@pytest.mark.parametrize("ends", fast_first(["\n", "\r\n"]))
@pytest.mark.parametrize("layout", fast_first(LAYOUTS, every=3))
def test_an_acknowledgement_fits_every_layout(layout: str, ends: str, client: Client) -> None:
    content = LAYOUTS[layout].replace("\n", ends)
    client.open(OFFER, content)
    (action,) = actions(client, OFFER, "Acknowledge CSP109")
    after = edited(content, action["edit"]["changes"][client.uri(OFFER)])
    wanted = data(content)
    given = {"code": "CSP109", "until": "2027-02-20", "reason": "say why"}
    wanted["csp"]["acknowledge"] = [*wanted["csp"].get("acknowledge", []), given]
    assert data(after) == wanted
    assert {len(line) - len(line.removesuffix("\r")) for line in after.split("\n")[:-1]} == {len(ends) - 1}
    left = iter(after)
    assert all(character in left for character in content)  # nothing that stood there is gone
    client.change(OFFER, after)
    found = client.settled()[OFFER]
    assert [
        message for code, _, _, message in found if code == "CSP109" and "acknowledged: say why" in message
    ]


def test_what_a_diagnostic_says_twice_is_acknowledged_once_and_elsewhere_with_the_path(
    client: Client,
) -> None:
    own = "[]\n  partners:\n" + PARTNERS.replace("  -", "    -")
    client.open(OFFER, PLAIN.replace("csp:", "markets: [US]\ncsp:").replace("[all]", own))
    assert [found[0] for found in client.settled()[OFFER]].count("CSP208") == 4
    assert len(actions(client, OFFER, "Acknowledge CSP208")) == 1
    content = (client.folder / LIST).read_text("utf-8")
    client.open(
        LIST, "".join(line for line in content.splitlines(keepends=True) if "- {" not in line or ONE in line)
    )
    client.settled()
    titles = [one["title"] for one in actions(client, SPECIAL, "Acknowledge")]
    assert titles == [f"Acknowledge {code} until 2027-02-20" for code in ("CSP309", "CSP112")]
    client.open(RECORD.replace("-a", "-b"), record("b", (ONE,)))
    client.settled()
    titles = [one["title"] for one in actions(client, RECORD.replace("-a", "-b"), "Acknowledge")]
    assert titles == [f"Acknowledge CSP314 until 2027-02-20 in {OTHER}"]


def test_an_entry_comes_back_whole_once_and_where_it_stood(client: Client) -> None:
    before = (client.folder / LIST).read_text("utf-8")
    client.open(LIST, "".join(line for line in before.splitlines(keepends=True) if TWO not in line))
    client.settled()
    (action,) = actions(client, LIST, "Put ")
    assert action["title"] == f"Put {NAMES[1]} back into {LIST}"
    after = edited(
        "".join(line for line in before.splitlines(keepends=True) if TWO not in line),
        action["edit"]["changes"][client.uri(LIST)],
    )
    assert data(after) == data(before)
    client.change(LIST, after)
    assert "CSP304" not in str(client.settled())
    assert not actions(client, LIST, "Put ")


@pytest.mark.parametrize(
    ("left", "gone"),
    fast_first(
        [
            ("partners: []\n", TENANTS),
            (f"partners: [{{name: {NAMES[2]}, tenant_id: {THREE}, country: DE}}]\n", (ONE, TWO, FOUR)),
            (f"partners:\n- {{name: {NAMES[3]}, tenant_id: {FOUR}, country: DE}}\n", (ONE, TWO, THREE)),
            (
                f"partners: # them\n  # him\n  - name: {NAMES[3]}\n    tenant_id: {FOUR}\n    country: DE",
                (ONE, TWO, THREE),
            ),
        ],
        every=2,
    ),
)
def test_each_entry_comes_back_into_any_layout(left: str, gone: tuple[str, ...], client: Client) -> None:
    before = data((client.folder / LIST).read_text("utf-8"))["partners"]
    content = f"kind: PartnerList\nid: all\nname: All\n{left}"
    client.open(LIST, content)
    client.settled()
    for tenant in gone:
        name = NAMES[TENANTS.index(tenant)]
        (action,) = actions(client, LIST, f"Put {name} back")
        content = edited(content, action["edit"]["changes"][client.uri(LIST)])
        client.change(LIST, content)
        client.settled()
    assert data(content)["partners"] == before


def test_an_entry_comes_back_into_an_offer_that_has_none_left(client: Client) -> None:
    entry = f"  partners:\n    - {{name: {NAMES[0]}, tenant_id: {ONE}, country: DE, skills: [Azure]}}\n"
    repo_offer = client.folder / OTHER
    repo_offer.write_text(offer("b").replace("  partner_lists: [all]\n", entry))
    Repo(client.folder).commit()
    content = offer("b").replace("  partner_lists: [all]\n", "")
    client.open(OTHER, content)
    client.settled()
    (action,) = actions(client, OTHER, "Put ")
    after = edited(content, action["edit"]["changes"][client.uri(OTHER)])
    assert data(after) == data(repo_offer.read_text("utf-8"))


def test_an_entry_comes_back_into_a_list_whose_file_was_moved(client: Client) -> None:
    before = (client.folder / LIST).read_text("utf-8")
    moved = "offers/moved.yaml"
    (client.folder / LIST).rename(client.folder / moved)
    content = "".join(line for line in before.splitlines(keepends=True) if ONE not in line)
    client.open(moved, content)
    client.settled()
    (action,) = actions(client, moved, "Put ")
    assert data(edited(content, action["edit"]["changes"][client.uri(moved)])) == data(before)


def test_what_would_not_be_a_document_is_not_offered(client: Client) -> None:
    client.open(LIST, "kind: PartnerList\nid: all\nname: All\nselect: {from: [sec]}\n")
    client.open(SPECIAL)
    client.settled()
    assert not actions(client, LIST, "Put ")
    client.change(LIST, "kind: PartnerList\nid: all\nname: All\npartners: &them []\n")
    client.settled()
    assert not actions(client, LIST)
