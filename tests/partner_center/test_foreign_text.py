"""Whatever the service answers: what reads it gives a value, or raises only what it promises."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csp_config.model import Audience
from csp_config.targets.partner_center import mapping, publishing
from csp_config.targets.partner_center.calls import error_words, query_of
from csp_config.targets.partner_center.mapping import UnknownWordError
from csp_config.targets.secret import Vault
from csp_config.targets.transport import Answer, Transport, UnansweredError

TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
WORDS = st.sampled_from(
    [
        *("", "some", "all", "none", "tenant", "live", "preview", "draft", "completed", "failed"),
        *(TENANT, "00000000-0000-0000-0000-000000000000", "2026-11-22T10:15:00Z", "\ud800", "\x00"),
        *("https://schema.mp.microsoft.com/schema/reseller/1", "reseller/1", "submission/1/0"),
    ]
)
KEYS = st.sampled_from(
    [
        *("id", "$schema", "resellerChannelState", "audiences", "type", "label", "product", "plan", "target"),
        *("targetType", "status", "result", "created", "identity", "externalId", "externalID", "tenantIds"),
        *("code", "message", "details", "url", "validations"),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)
RESOURCE = st.dictionaries(KEYS, JSON, max_size=8)
TREE = st.lists(RESOURCE, max_size=5)
WANTED = Audience(resellers="selected", tenants=frozenset({TENANT}))
UNTIMED = settings(suppress_health_check=[HealthCheck.too_slow])
"""How long an example takes to be made says how busy a machine is."""


@UNTIMED
@given(TREE, TREE)
def test_trees_of_any_shape_are_read_or_said_to_be_unknown(one: list[Any], other: list[Any]) -> None:
    for resource in one:
        for read in (mapping.audience, mapping.older_audience):
            with suppress(UnknownWordError):
                assert read(resource).resellers in ("any", "selected", "none")
        mapping.external_id(resource)
        mapping.kind(resource)
        mapping.with_audience(resource, WANTED, {}, send_id=False)
    mapping.audience_of(one)
    mapping.published_at(one)
    assert not mapping.differences(one, list(one))
    mapping.differences(one, other)


@UNTIMED
@given(TREE)
def test_submissions_of_any_shape_are_read(found: list[Any]) -> None:
    running = publishing.in_progress(found)
    assert len(running) <= len(publishing.real_submissions(found)) <= len(found)
    publishing.preview_of(found)
    publishing.failed(found)
    publishing.submission("product/1", "preview", found)


@UNTIMED
@given(RESOURCE)
def test_errors_of_any_shape_become_codes_and_words(error: dict[str, Any]) -> None:
    codes, words = error_words(error)
    assert isinstance(words, str)
    assert all(isinstance(code, str) for code in codes)


@UNTIMED
@given(st.text(), st.binary(max_size=60))
def test_links_and_bodies_of_any_shape_are_read_or_no_answer(link: str, body: bytes) -> None:
    for read in (
        lambda: query_of(link),
        lambda: query_of(f"http://{link}?{link}"),
        Answer(**_answer(body)).json,
    ):
        with suppress(UnansweredError):
            assert isinstance(read(), dict)


def test_a_text_that_no_request_can_carry_is_sent_nowhere() -> None:
    with pytest.raises(UnansweredError, match="no request could be made") as caught:
        Transport(Vault()).send("GET", "http://127.0.0.1:9/", seconds=0.2, params={"a": "\ud800"})
    assert caught.value.sent is False


def _answer(content: bytes) -> dict[str, Any]:
    return {"status": 200, "headers": {}, "content": content}
