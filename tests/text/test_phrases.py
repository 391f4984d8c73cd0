"""Numbers, lists and did-you-mean as messages hold them."""

from __future__ import annotations

import re
from pathlib import Path

import csp_config
from csp_config.text.phrases import counted, did_you_mean, listed, nearest, unknown_name


def test_numbers_are_counted_as_people_write_them() -> None:
    assert [counted(1, "error"), counted(4312, "error")] == [
        "1 error",
        "4,312 errors",
    ]


def test_a_list_stays_short_whatever_it_holds() -> None:
    assert listed(["a", "b"]) == "a, b"
    text = listed([f"column {number} {'x' * 1000}" for number in range(200_000)])
    assert len(text) < 2000
    assert text.endswith("and 199,970 more")


def test_the_nearest_name_is_found_without_case() -> None:
    assert nearest("EMEA-distributers", ["all", "emea-distributors"]) == "emea-distributors"
    assert nearest("zzz", ["all", "emea"]) is None
    assert nearest("mea", ["all", "emea-distributors"], parts=True) == "emea-distributors"
    assert did_you_mean("alll", ["all"], "look") == "did you mean all?"
    assert did_you_mean("zzz", ["all"], "look") == "look"


def test_an_unknown_name_names_what_there_is() -> None:
    assert unknown_name("offer", "zzz", ["a", "b"], "look").help == "the offers are: a, b"
    assert unknown_name("offer", "zzz", map(str, range(99)), "look").help == "look"


def test_names_are_cut_or_left_whole_and_the_rest_is_counted_with_a_comma() -> None:
    names = ["x" * 100, "b", *map(str, range(4_312))]
    assert listed(names, 2) == f"{'x' * 59}\N{HORIZONTAL ELLIPSIS}, b and 4,312 more"
    assert listed(names, 2, longest=None) == f"{'x' * 100}, b and 4,312 more"
    assert listed(["", "b"], 2, longest=None) == ", b"
    assert (listed([], 2, longest=None), listed(["a", "b"], 2)) == ("", "a, b")


def test_how_many_more_there_are_is_said_in_one_place() -> None:
    """`a, b and 4,312 more` is made by `listed`; a dozen spellings of it would differ."""
    found = [
        f"{path.name}:{number}"
        for path in Path(csp_config.__file__).parent.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"\band \{[^}]*\} more\b", line) and not line.lstrip().startswith('"""')
    ]
    of_lines = {
        "lines.py",
        "importing_text.py",
        "importing_live.py",
        "plan_markdown_offers.py",
        "publishers.py",
    }
    assert {one.partition(":")[0] for one in found} == {"phrases.py", *of_lines}, found
