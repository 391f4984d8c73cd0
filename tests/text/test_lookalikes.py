"""Names that look the same, by Unicode's table of confusable characters."""

from __future__ import annotations

import pytest

from csp_config.text.lookalikes import latin_letter, skeletons


def alike(one: str, other: str) -> bool:
    return any(mine == theirs for mine, theirs in zip(skeletons(one), skeletons(other), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AIpha Systems", "Alpha Systems"),
        ("C1oud Nine", "Cloud Nine"),
        ("0ffice Partners", "Office Partners"),
        ("INSIGHT", "Insight"),
        ("Modern IT", "Modem IT"),
        ("Fabr\u0131kam", "Fabrikam"),  # dotless i
        ("\u13aadatum", "Adatum"),  # Cherokee
        ("\ua4eedatum", "Adatum"),  # Lisu
        ("F\u0430brikam", "Fabrikam"),  # Cyrillic a
        ("FABRIK\u0410M C1OUD", "Fabrikam Cloud"),
        ("Fabri\u043aam", "Fabrikam"),  # Cyrillic ka
        ("Fabr\u00edkam", "Fabrikam"),
        ("Fabri\u0323kam", "Fabrikam"),  # a dot below
        ("\u0141\u00f3d\u017a Cloud", "Lodz Cloud"),
        ("\uff26abrikam", "Fabrikam"),
        ("Fabrikam\u2010Cloud", "Fabrikam-Cloud"),
        ("O\u2019Neill", "O'Neill"),
        ("Adatum  Ltd", "AdatumLtd"),
    ],
)
def test_names_that_a_reader_takes_for_the_same_look_alike(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Silver Cloud", "Sliver Cloud"),
        ("Fabrikam", "Fabricam"),
        ("Contoso", "Contoso Ltd"),
        (
            "\u0926\u0947\u0935",
            "\u0926\u0941\u0935",
        ),  # vowel signs are letters in Devanagari
        ("北風", "南風"),
    ],
)
def test_names_that_read_differently_do_not(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("letter", "taken_for"), [("\u0430", "a"), ("\u0412", "b"), ("\u03dc", "f"), ("北", None)]
)
def test_a_letter_of_another_script_is_named_for_what_it_looks_like(
    letter: str, taken_for: str | None
) -> None:
    assert latin_letter(letter) == taken_for
    assert latin_letter("a") is None
