"""Numbers, lists and did-you-mean as messages hold them."""

from __future__ import annotations

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
