"""Cells that no spreadsheet takes for a formula, the same in exports and in reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config.text import csv_cell
from csp_config.text.escapes import guarded, unguarded

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''＝"]  # noqa: RUF001


@pytest.mark.parametrize("start", STARTS)
def test_whatever_begins_a_formula_also_in_full_width_gets_an_apostrophe(start: str) -> None:
    assert guarded(f"{start}cmd") == f"'{start}cmd"
    assert csv_cell(f"{start}cmd").startswith("'")


@given(st.text(max_size=20) | st.sampled_from(STARTS).map(lambda start: f"{start}1"))
def test_what_was_guarded_comes_back(text: str) -> None:
    if not (text.startswith('="') and text.endswith('"')):
        assert unguarded(guarded(text)) == text


def test_digits_that_excel_users_keep_as_text_are_the_digits() -> None:
    assert unguarded('="0123"') == "0123"
