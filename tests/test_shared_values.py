"""What documents share cannot be changed, caches have an owner, and a copy is one's own."""

from __future__ import annotations

import copy
import importlib
import pkgutil
from typing import Any

import pytest

import csp_config
from csp_config.document import DocumentReader
from csp_config.loading import Reader, load
from csp_config.model import Settings, Tree

ENTRY = "{name: Fabrikam Cloud, tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211, country: DE}"
TEXT = f"kind: PartnerList\nid: emea\nname: EMEA\npartners:\n  - {ENTRY}\n"
ROOMS = ("csp_config.document", "csp_config.schema", "csp_config.loading", "csp_config.model")


def read(reader: DocumentReader, text: str) -> Any:
    document, findings = reader.read("a.yaml", text.encode())
    assert document is not None
    assert findings == ()
    return document.data


def test_what_documents_share_cannot_be_changed() -> None:
    reader = DocumentReader()
    first, second = read(reader, TEXT), read(reader, TEXT + "# another\n")
    shared = first["partners"][0]
    assert second["partners"][0] is shared
    with pytest.raises(TypeError, match="change a copy"):
        shared["name"] = "Contoso"
    with pytest.raises(TypeError, match="change a copy"):
        shared.pop("name")
    markets = read(reader, "a:\n  - {b: [x, y]}\n")["a"][0]["b"]
    with pytest.raises(TypeError, match="change a copy"):
        markets.append("z")
    own = copy.deepcopy(first)
    own["partners"][0]["name"] = "Contoso"
    assert shared["name"] == "Fabrikam Cloud"


def test_readers_share_nothing_with_one_another() -> None:
    one, other = (read(DocumentReader(), TEXT)["partners"][0] for _ in range(2))
    assert one == other
    assert one is not other


def sizes() -> dict[str, int]:
    """How much every collection holds that belongs to a module of the rooms that read."""
    found = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        names = [room, *(f"{room}.{one.name}" for one in pkgutil.iter_modules(package.__path__))]
        for name in names:
            module = importlib.import_module(name)
            for key, value in vars(module).items():
                if isinstance(value, dict | list | set) and not key.startswith("__"):
                    found[f"{name}.{key}"] = len(value)
    return found


def test_no_module_holds_more_after_reading() -> None:
    def documents(count: int) -> dict[str, bytes]:
        return {
            f"offers/{n}.yaml": TEXT.replace("emea", f"emea-{n}")
            .replace("Fabrikam", f"Fabrikam {n}")
            .encode()
            for n in range(count)
        }

    load(Tree(files=documents(1)), Settings())
    before = sizes()
    load(Tree(files=documents(300)), Settings())
    assert sizes() == before
    assert csp_config.__version__


def test_a_reader_that_lives_on_forgets_what_is_no_longer_asked_for() -> None:
    numbers: list[int] = []
    reader = Reader(watch=numbers.append)
    first = TEXT.encode()
    kept = reader("offers/a.yaml", first)
    for turn in range(50):
        reader.begin()
        assert reader("offers/a.yaml", first) is kept
        reader("offers/b.yaml", first.replace(b"emea", b"emea-%d" % turn))
    assert len(numbers) == 51
    reader.begin()
    reader.begin()
    assert reader("offers/a.yaml", first) is not kept


def test_with_one_reader_two_snapshots_share_their_values() -> None:
    reader = Reader()
    tree = Tree(files={"offers/a.yaml": TEXT.encode()})
    one, other = (load(tree, Settings(), read=reader) for _ in range(2))
    assert one.lists["emea"] is other.lists["emea"]
