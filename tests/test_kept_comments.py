"""Edits of partner lists: every comment stays with the entry that it is about, or goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config import document
from csp_config.editing import formatted, list_text
from csp_config.errors import WritingError
from tests.acceptance.program import csp_config
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

PATH = "offers/emea.yaml"
HEAD = "kind: PartnerList\nid: emea\nname: EMEA\n"
TENANTS = {name: f"{number:08x}-2222-4333-8444-555555555555" for number, name in enumerate("ABCDEFG")}


def partner(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "tenant_id": TENANTS[name], "country": "DE", **more}


def line(name: str, indent: str = "  ") -> str:
    """An entry in braces."""
    return f"{indent}- {{name: {name}, tenant_id: {TENANTS[name]}, country: DE}}\n"


def rewritten(text: str, names: str) -> tuple[str, list[str]]:
    """The list's text after it was edited to hold these partners, and what was said of comments."""
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA", "partners": list(map(partner, names))}
    told: list[str] = []
    content = list_text(PATH, data, (HEAD + text).encode(), told.append)
    assert yaml.safe_load(content)["partners"] == data["partners"]
    return content.decode().removeprefix(HEAD), told


COMMENTED = f"""\
partners:
  # key account
  - name: B
    tenant_id: {TENANTS["B"]}
    country: DE
    # until 2027
  # trial
  - name: D
    # all of its life
    tenant_id: {TENANTS["D"]}
    country: DE
"""
BLOCK_B = COMMENTED[COMMENTED.index("  # key") : COMMENTED.index("  # trial")]
BLOCK_D = COMMENTED[COMMENTED.index("  # trial") :]


def block(name: str) -> str:
    return f"  - name: {name}\n    tenant_id: {TENANTS[name]}\n    country: DE\n"


def test_a_new_entry_stands_above_and_below_the_comments_of_its_neighbours() -> None:
    after, told = rewritten(COMMENTED, "ABCDE")
    assert after == f"partners:\n{block('A')}{BLOCK_B}{block('C')}{BLOCK_D}{block('E')}"
    assert told == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_entry_that_goes_takes_its_comments_along_and_they_are_told(newline: str) -> None:
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA", "partners": [partner("D")]}
    told: list[str] = []
    content = list_text(PATH, data, (HEAD + COMMENTED).replace("\n", newline).encode(), told.append)
    assert content.decode() == f"{HEAD}partners:\n{BLOCK_D}".replace("\n", newline)
    assert told == [f"{PATH}: 2 comments go with what is taken out: # key account, # until 2027"]
    after, told = rewritten(COMMENTED, "B")
    assert after == f"partners:\n{BLOCK_B}"
    assert told == [f"{PATH}: 2 comments go with what is taken out: # trial, # all of its life"]


@pytest.mark.parametrize("indent", ["", "  ", "    "])
def test_a_heading_stays_and_the_list_below_it_may_become_empty(indent: str) -> None:
    heading, own = f"{indent}# DACH:\n\n", f"{indent}# key account\n"
    text = f"partners:  # ours\n{heading}{own}{line('B', indent)}"
    assert rewritten(text, "AB")[0] == (
        f"partners:  # ours\n{heading}{line('A', indent)}{own}{line('B', indent)}"
    )
    after, told = rewritten(text, "")
    assert after == f"partners: []  # ours\n{heading}"
    assert told == [f"{PATH}: 1 comment goes with what is taken out: # key account"]


def test_headings_of_groups_stay_when_their_first_entry_goes_or_is_a_new_one() -> None:
    text = f"partners:\n  # DACH\n{line('B')}{line('C')}\n  # Nordics\n{line('E')}{line('F')}"
    assert rewritten(text, "ACEF") == (
        f"partners:\n  # DACH\n{line('A')}{line('C')}\n  # Nordics\n{line('E')}{line('F')}",
        [],
    )
    assert rewritten(text, "BCF")[0] == text.replace(line("E"), "")


def test_a_comment_that_may_be_about_all_below_it_stays_and_that_is_told() -> None:
    text = f"partners:\n  # Ana knows them\n{line('B')}{line('C')}"
    for names, after in (
        ("C", text.replace(line("B"), "")),
        ("ABC", text.replace(line("B"), line("A") + line("B"))),
    ):
        assert rewritten(text, names) == (
            after,
            [f"{PATH}: this comment stays, since it may be about all entries below it: # Ana knows them"],
        )
    assert rewritten(text, "BCD")[1] == []


@pytest.mark.parametrize(
    ("comment", "its_own"), [("# Contoso: key account", True), ("# GmbH in DACH", False)]
)
def test_a_comment_that_names_the_first_entry_alone_is_about_that(comment: str, its_own: bool) -> None:
    def entries(*names: str) -> list[dict[str, Any]]:
        return [partner(letter) | {"name": name} for letter, name in zip("BCD", names, strict=False)]

    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA"}
    names = ("Contoso GmbH", "Fabrikam GmbH", "Litware GmbH")
    text = list_text(PATH, {**data, "partners": entries(*names)}, None).decode()
    text = text.replace("partners:\n", f"partners:\n  {comment}\n")
    after = list_text(PATH, {**data, "partners": entries(*names)[1:]}, text.encode()).decode()
    assert (comment not in after) == its_own
    first = {"name": "Adatum GmbH", "tenant_id": TENANTS["A"], "country": "DE"}
    grown = list_text(PATH, {**data, "partners": [first, *entries(*names)]}, text.encode()).decode()
    assert (grown.index("Adatum") < grown.index(comment)) == its_own


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("partners: []  # x\n", "partners:  # x\n"),
        ("partners: []\n", "partners:\n"),
        ("partners:\n  []\n", "partners:\n"),
        ("partners:\n  # x\n  []\n", "partners:\n  # x\n"),
        ("partners: # x\n  []\n# y\n", "partners: # x\n"),
        ("partners: [ ] # a: b, [c]\n# y\n", "partners: # a: b, [c]\n"),
    ],
)
def test_a_comment_behind_a_list_in_brackets_stays_at_its_key(before: str, after: str) -> None:
    rest = before.partition("# y\n")[1]
    assert rewritten(before, "AB") == (after + block("A") + block("B") + rest, [])


def test_a_list_in_brackets_with_entries_becomes_lines_and_keeps_the_comment_behind_it() -> None:
    one = line("B").strip().removeprefix("- ")
    for written in (f"partners: [{one}]  # all of EMEA\n", f"partners: [\n  {one},\n  ]  # all of EMEA\n"):
        after, _ = rewritten(written, "BC")
        assert after == f"partners:  # all of EMEA\n{block('B')}{block('C')}"


@pytest.mark.parametrize("names", ["BC", ""])
def test_comments_inside_of_brackets_are_not_lost(names: str) -> None:
    one = line("B").strip().removeprefix("- ")
    with pytest.raises(WritingError, match="line 4: `partners` stands in brackets") as raised:
        rewritten(f"partners: [ # key account\n  {one}]\n", names)
    assert "write each entry on a line of its own" in str(raised.value.help)


BESIDE = f"""\
partners:
  - name: "B"   # behind a name
    tenant_id: {TENANTS["B"]} # the old one
    country: DE
    # below it
  - {{name: C, tenant_id: {TENANTS["C"]}, country: DE}}# behind braces
  - {{name: D,  # of D
     tenant_id: {TENANTS["D"]},
     # in between
     country: DE}}
  - # behind a dash
    name: >-  # folded
      E
    tenant_id: {TENANTS["E"]}
    country: DE
    skills: # its key
      - "C# and # more" # a skill
"""


@pytest.mark.parametrize(
    ("gone", "comments"),
    [
        ("B", ["# behind a name", "# the old one", "# below it"]),
        ("C", ["# behind braces"]),
        ("D", ["# of D", "# in between"]),
        ("E", ["# behind a dash", "# folded", "# its key", "# a skill"]),
    ],
)
def test_comments_beside_what_goes_are_counted_and_named(gone: str, comments: list[str]) -> None:
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA"}
    left = [partner(name) for name in "BCDE" if name != gone]
    left = [one | ({"skills": ["C# and # more"]} if one["name"] == "E" else {}) for one in left]
    told: list[str] = []
    content = list_text(PATH, {**data, "partners": left}, (HEAD + BESIDE).encode(), told.append).decode()
    assert not any(comment in content for comment in comments)
    number = len(comments)
    goes = "comment goes" if number == 1 else "comments go"
    shown = ", ".join(comments[:3]) + (" and 1 more" if number > 3 else "")
    assert told == [f"{PATH}: {number} {goes} with what is taken out: {shown}"]


def test_a_key_and_a_word_that_go_take_the_comments_beside_them_along() -> None:
    text = (
        f"partners:\n  - name: B\n    tenant_id: {TENANTS['B']}\n    country: DE\n"
        "    partner_id: '12#3' # from the mail\n    skills:\n      - Azure # since May\n      - Security\n"
    )
    left = [partner("B", skills=["Security"])]
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA", "partners": left}
    told: list[str] = []
    list_text(PATH, data, (HEAD + text).encode(), told.append)
    assert told == [f"{PATH}: 2 comments go with what is taken out: # from the mail, # since May"]


def test_a_number_sign_in_a_name_is_no_comment() -> None:
    text = f'partners: [{{name: "C# House", tenant_id: {TENANTS["B"]}, country: DE}}]\n'
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA"}
    partners = [partner("B") | {"name": "C# House"}, partner("D")]
    assert b"  - name: D\n" in list_text(PATH, {**data, "partners": partners}, (HEAD + text).encode())


DASHES_ALONE = f"""\
partners:
  # key account
  -
    name: B
    tenant_id: {TENANTS["B"]}
    country: DE
  # new
  - # trial
    name: D
    tenant_id: {TENANTS["D"]}
    country: DE
  -

    # until June
    {{name: F, tenant_id: {TENANTS["F"]}, country: DE}}
"""


def test_a_dash_on_a_line_of_its_own_belongs_to_its_entry() -> None:
    b, d, f = (DASHES_ALONE.index(start) for start in ("  # key", "  # new", "  -\n\n"))
    first, second, third = DASHES_ALONE[b:d], DASHES_ALONE[d:f], DASHES_ALONE[f:]
    assert rewritten(DASHES_ALONE, "ABCDEFG")[0] == (
        f"partners:\n{block('A')}{first}{block('C')}{second}{block('E')}{third}{block('G')}"
    )
    assert rewritten(DASHES_ALONE, "DF")[0] == f"partners:\n{second}{third}"
    assert rewritten(DASHES_ALONE, "BF")[0] == f"partners:\n{first}{third}"
    assert rewritten(DASHES_ALONE, "BD")[0] == f"partners:\n{first}{second}"
    assert rewritten(DASHES_ALONE, "")[0] == "partners: []\n"


def test_words_take_their_comments_along_as_entries_do() -> None:
    text = (
        f"partners:\n  - name: B\n    tenant_id: {TENANTS['B']}\n    country: DE\n    skills:\n"
        "      # since May\n      - Azure\n        # to be renewed\n      # new\n      - Security\n"
    )
    data = {"kind": "PartnerList", "id": "emea", "name": "EMEA"}

    def with_skills(*skills: str) -> str:
        wanted = {**data, "partners": [partner("B", skills=list(skills))]}
        return list_text(PATH, wanted, (HEAD + text).encode()).decode().removeprefix(HEAD)

    assert with_skills("Security") == text.replace(
        text[text.index("      # since") : text.index("      # new")], ""
    )
    assert with_skills("AI", "Azure", "Power", "Security") == text.replace(
        "      # since", "      - AI\n      # since"
    ).replace("      # new", "      - Power\n      # new")


def test_the_commands_say_which_comments_go(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(PATH, HEAD + COMMENTED)
    add = csp_config(
        repo.path, "partners", "add", TENANTS["C"], "--list", "emea", "--name", "C", "--country", "DE"
    )
    assert (add.code, add.errors) == (0, "")
    ran = csp_config(repo.path, "partners", "remove", TENANTS["B"], "--list", "emea")
    assert (ran.code, ran.errors) == (
        0,
        f"{PATH}: 2 comments go with what is taken out: # key account, # until 2027\n",
    )
    assert (repo.path / PATH).read_text() == f"{HEAD}partners:\n{block('C')}{BLOCK_D}"
    repo.write("one.csv", f"Name,Tenant,Country\nC,{TENANTS['C']},DE\n")
    replaced = ("import", "partners", "one.csv", "--list", "emea", "--replace")
    assert (
        "2 comments go with what is taken out: # trial" in csp_config(repo.path, *replaced, "--check").errors
    )
    assert csp_config(repo.path, *replaced, "-q").errors == ""
    assert (repo.path / PATH).read_text() == f"{HEAD}partners:\n{block('C')}"


def test_whatever_edits_leave_is_read_and_stays_as_fmt_has_it() -> None:
    after, _ = rewritten(COMMENTED, "ABCDE")
    read, findings = document.read(PATH, (HEAD + after).encode())
    assert read is not None
    assert not findings
    assert formatted(PATH, (HEAD + after).encode(), "PartnerList").changes == ()
