"""What is completed fits what stands around the cursor, also what the editor itself has closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from tests.lsp.client import Client
from tests.lsp.small import LIST, OFFER, THREE, edited, offer, record, small
from tests.matrix import fast_first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRY = f"{{name: Three AS, tenant_id: {THREE}, country: DE}}"
EXCLUSION = f"{{tenant_id: {THREE}, reason: Three AS}}"
REST = "tenant_id: 22222222-2222-4333-8444-555555555555, country: DE"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("small") / "small").path


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with Client(folder) as client:
        yield client


def chosen(client: Client, path: str, typed: str, label: str = "Three AS") -> str | None:
    """The text after a completion at `|` was chosen; None where it is not offered."""
    before, _, after = typed.partition("|")
    client.open(path, before + after)
    line, start = before.count("\n"), before.rfind("\n") + 1
    column = len(before[start:].encode("utf-16-le")) // 2
    items = [one for one in client.at("completion", path, line, column) if one["label"] == label]
    if not items:
        return None
    (item,) = items
    span = item["textEdit"]["range"]
    assert span["start"]["line"] == span["end"]["line"] == line
    assert span["start"]["character"] <= column <= span["end"]["character"]
    written = before[start:].encode("utf-16-le")[2 * span["start"]["character"] :].decode("utf-16-le")
    assert _subsequence(written.rstrip(), item["filterText"])  # or an editor hides it
    return edited(before + after, [item["textEdit"]])


def _subsequence(typed: str, text: str) -> bool:
    rest = iter(text.lower())
    return all(letter in rest for letter in typed.lower())


@pytest.mark.parametrize(
    ("typed", "wanted"),
    fast_first(
        [
            ("  - |", f"  - {ENTRY}"),
            ("  -|", f"  - {ENTRY}"),
            ("  - Thr|", f"  - {ENTRY}"),
            ("  - Th|ree A # sells", f"  - {ENTRY} # sells"),
            ("  - {|}", f"  - {ENTRY}"),
            ("  - { | } # sells", f"  - {ENTRY} # sells"),
            ("  - {|", f"  - {ENTRY}"),
            ("  - {Thr|}", f"  - {ENTRY}"),
            ("  - {name: Thr|}", f"  - {ENTRY}"),
            ("  - {name: Thr|, }", f"  - {ENTRY}"),
            ("  - {name: |}", f"  - {ENTRY}"),
            ("  - {name: Three |}", f"  - {ENTRY}"),
            ("  - {name: Thr|", f"  - {ENTRY}"),
            ('  - {name: "Thr|"}', f"  - {ENTRY}"),
            ("  - {name: 'Thr|'}", f"  - {ENTRY}"),
            ("  - name: Thr|", f"  - {ENTRY}"),
            ("  - name: |", f"  - {ENTRY}"),
            ("  - name: Thr|\n  - name: Other", f"  - {ENTRY}\n  - name: Other"),
            ("- {name: Thr|}", f"- {ENTRY}"),
            ("  - {name: Thr|, " + REST + "}", "  - {name: Three AS, " + REST + "}"),
            ("  - {name: T|wo GmbH, " + REST + "}", "  - {name: Three AS, " + REST + "}"),
            ('  - {name: "T|😀, GmbH", ' + REST + "}", "  - {name: Three AS, " + REST + "}"),
            ("  - {" + REST + ", name: Thr|}", "  - {" + REST + ", name: Three AS}"),
            ("  - {" + REST + ", name: |}", "  - {" + REST + ", name: Three AS}"),
            ("  - {" + REST + ", name:|}", "  - {" + REST + ", name: Three AS}"),
            ("  - {skills: ['😀, }', \"}\"], name: Thr|}", "  - {skills: ['😀, }', \"}\"], name: Three AS}"),
            ("  - name: Thr|\n    country: DE", "  - name: Three AS\n    country: DE"),
            ("  - country: DE\n    name: Thr|", "  - country: DE\n    name: Three AS"),
            ("  - country: DE\n    name: Thr|ee A # sells", "  - country: DE\n    name: Three AS # sells"),
            ("  - {" + REST + "|}", None),
            ("  - {" + REST + ", |}", None),
            ("  - {name: Two, |}", None),
            ("  - {na|me: Two}", None),
            ("  - {name: Two}| ", None),
            ("  - |{name: Two}", None),
            ("  - # Thr|", None),
        ],
        every=3,
    ),
)
@pytest.mark.parametrize("ends", fast_first(["\n", "\r\n"]))
def test_a_partner_takes_the_place_of_what_was_begun(
    typed: str, wanted: str | None, ends: str, client: Client
) -> None:
    head = "kind: PartnerList\nid: all\nname: All\npartners:\n"
    after = chosen(client, LIST, f"{head}{typed}\n".replace("\n", ends))
    assert after == (None if wanted is None else f"{head}{wanted}\n".replace("\n", ends))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    fast_first(
        [
            ("  partners: [|]", f"  partners: [{ENTRY}]"),
            ("  partners: [Thr|]", f"  partners: [{ENTRY}]"),
            ("  partners: [{name: Thr|}]", f"  partners: [{ENTRY}]"),
            ("  partners: [{name: A, " + REST + "}, |]", "  partners: [{name: A, " + REST + f"}}, {ENTRY}]"),
            ("  partners: [\n    {name: Thr|},\n  ]", f"  partners: [\n    {ENTRY},\n  ]"),
            ("  except:\n    - |", f"  except:\n    - {EXCLUSION}"),
            ("  except:\n    - {|}", f"  except:\n    - {EXCLUSION}"),
            ("  except: [Thr|]", f"  except: [{EXCLUSION}]"),
            ("  except:\n    - {reason: why, name: Thr|}", None),
            ("  partners: {|}", None),
            ("  partners: |", None),
        ],
        every=3,
    ),
)
def test_a_partner_is_completed_in_brackets_and_among_exceptions(
    typed: str, wanted: str | None, client: Client
) -> None:
    head = offer("a")
    after = chosen(client, OFFER, f"{head}{typed}\n")
    assert after == (None if wanted is None else f"{head}{wanted}\n")


def test_lists_are_completed_where_lists_are_named_and_nowhere_else(client: Client) -> None:
    live, resales = "offers/live/contoso-a.yaml", "offers/resales/r.yaml"
    request = "requests:\n  - id: r\n    move: {from: |selected, to: selected}\n"
    assert chosen(client, live, record("a", requests=request), "all") is None
    assert chosen(client, live, record("a", requests=request.replace("{from", "\n      from")), "all") is None
    assert chosen(client, resales, 'kind: Resales\nas_of: "2026-11-20"\nfrom: |\n', "all") is None
    selection = "kind: PartnerList\nid: new\nname: New\nselect:"
    for typed in (" {from: [|]}", "\n  from: [|]", "\n  from:\n    - |"):
        after = chosen(client, "offers/new.yaml", f"{selection}{typed}\n", "all")
        assert after == f"{selection}{typed.replace('|', 'all')}\n"
