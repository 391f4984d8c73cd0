"""Names that are written from right to left do not turn the line that they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config.text import visible
from csp_config.text.escapes import isolated


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("tenant 0f1e, גג, looks", "tenant 0f1e, \u2068גג\u2069, looks"),
        ("גג 365 גג (0f1e)", "\u2068גג 365 גג\u2069 (0f1e)"),
        ("رقم and Contoso", "\u2068رقم\u2069 and Contoso"),
        ("Müller, 北風", "Müller, 北風"),
        ("plain", "plain"),
    ],
)
def test_what_runs_from_right_to_left_is_set_apart(line: str, shown: str) -> None:
    assert isolated(line) == shown


@given(st.text("aג1 ,(\u0591\u202e", max_size=60))
def test_isolates_are_closed_and_nothing_else_changes(text: str) -> None:
    line = isolated(visible(text))
    assert line.count("\u2068") == line.count("\u2069")
    assert line.replace("\u2068", "").replace("\u2069", "") == visible(text)
