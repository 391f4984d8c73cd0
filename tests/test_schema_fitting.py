"""The quick answer and the exact one agree, and no data stop either."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from csp_config.document import read
from csp_config.model import Source
from csp_config.schema import KINDS, check
from csp_config.schema.fitting import fitting
from csp_config.schema.shapes import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

FITTING = {kind: fitting(kind) for kind in KINDS}
TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
NIL = "00000000-0000-0000-0000-000000000000"
ODD: list[Any] = [
    *(None, True, 0, -1, 10.0, float("nan"), "", "x", "no", "any", "selected", "none", "a" * 300),
    *(TENANT, TENANT + "\n", TENANT.upper(), NIL, "2026-02-30", "2026-11-22T10:15:00Z", "\u202e"),
    *([], [None], ["DE"], [TENANT], {}, {"name": "x"}, {"CSP1": "off"}, {"CSP112": "error"}),
]


def good() -> list[tuple[str, Any]]:
    """Kind and data of the documents that are accepted."""
    cases = yaml.safe_load((Path(__file__).parent / "data" / "schema.yaml").read_text("utf-8"))["good"]
    documents = [(case["kind"], read("a.yaml", case["text"].encode())[0]) for case in cases]
    return [(kind, document.data) for kind, document in documents if document is not None]


def steps(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping and list within the data, with each of its keys or indexes."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in inner:
        yield data, step
        yield from steps(child)


def change(data: Any, draw: st.DataObject) -> None:
    """One change somewhere in the data."""
    container, step = draw.draw(st.sampled_from([*steps(data)] or [(data, "name")]))
    what = draw.draw(st.sampled_from(["replace", "remove", "add"]))
    if what == "add" and isinstance(container, dict):
        container[draw.draw(st.sampled_from(["name", "tenants", "select", "x"]))] = "x"
    elif what == "remove" and (isinstance(container, list) or step in container):
        container.pop(step)
    else:
        container[step] = copy.deepcopy(draw.draw(st.sampled_from(ODD)))


class Written:
    """Plain data without places, for values that no YAML text can give."""

    path = "offers/a.yaml"

    def __init__(self, data: Any) -> None:
        self.data = data

    def at(self, *_: str | int) -> Source:
        return Source(self.path)

    key = at


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_good_documents_of_every_kind_that_fit_at_once(kind: str) -> None:
    documents = [data for of_kind, data in good() if of_kind == kind]
    assert documents
    assert all(FITTING[kind](data) for data in documents)


@settings(deadline=None)  # a machine that is busy is no fault
@given(st.data())
def test_what_fits_at_once_is_what_the_schema_accepts(draw: st.DataObject) -> None:
    kind, start = draw.draw(st.sampled_from(good()))
    changed = copy.deepcopy(start)
    for _ in range(draw.draw(st.integers(1, 3))):
        change(changed, draw)
    assert FITTING[kind](changed) == (not faults(changed, kind))
    assert bool(check(Written(changed), kind)) == bool(faults(changed, kind))


@settings(deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    data=st.recursive(
        st.sampled_from(ODD), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ),
)
def test_whatever_a_document_holds_can_be_told(kind: str, data: Any) -> None:
    for finding in check(Written(data), kind):
        assert finding.message.isprintable()
        assert finding.help
