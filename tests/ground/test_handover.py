"""An offer goes to another project of its publisher with all that is known of it, or it does not go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import Ran, csp_config
from tests.ground.publisher import FABRIKAM, INSIGHTS, NORTHWIND, SETTINGS, live, offer, resales
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

OFFER, RECORD, SOLD = (
    f"offers/{name}.yaml" for name in ("contoso-desk", "live/contoso-desk", "resales/desk")
)
ASKED = """\
requests:
  - id: contoso-desk-3f9a2c41
    move: {from: selected, to: selected}
    remove: [%s]
    status: %s
    drafted_at: "2026-11-20T09:00:00Z"
    filed_at: "2026-11-20T11:00:00Z"
    ticket: "2611200030001234"
"""
WHOLE = {
    OFFER: offer(FABRIKAM, NORTHWIND, name="contoso-desk"),
    RECORD: live(FABRIKAM, NORTHWIND, name="contoso-desk") + ASKED % (NORTHWIND, "filed"),
    SOLD: resales(FABRIKAM, name="contoso-desk"),
}
LESS = {
    "no record": ({RECORD: ""}, "has no live record of it"),
    "fewer partners": (
        {RECORD: live(NORTHWIND, name="contoso-desk") + ASKED % (NORTHWIND, "filed")},
        f"has it without Fabrikam Cloud ({FABRIKAM})",
    ),
    "no partner": (
        {
            RECORD: live(name="contoso-desk").replace("selected\ntenants:\n", "none\n")
            + ASKED % (NORTHWIND, "filed")
        },
        "has it with resellers: none instead of selected",
    ),
    "not published": (
        {RECORD: WHOLE[RECORD].replace("published: true", "published: false")},
        "not published",
    ),
    "no request": (
        {RECORD: live(FABRIKAM, NORTHWIND, name="contoso-desk")},
        "has lost request contoso-desk-3f9a2c41 (filed)",
    ),
    "a request without its ticket": (
        {RECORD: WHOLE[RECORD].replace('    ticket: "2611200030001234"\n', "")},
        "has lost when request contoso-desk-3f9a2c41 was filed",
    ),
    "an older record": (
        {RECORD: WHOLE[RECORD].replace("2026-11-20T09:00:00Z", "2026-11-19T09:00:00Z", 1)},
        "is older than before",
    ),
    "no resale": ({SOLD: ""}, f"has no resale data of Fabrikam Cloud ({FABRIKAM})"),
    "a record that cannot be read": (
        {RECORD: "kind: LiveAudience\noffer: contoso-desk\n"},
        "could not be read",
    ),
}


def write(repo: Repo, folder: str, files: dict[str, str]) -> None:
    for path, content in files.items():
        if content:
            repo.write(f"{folder}{path}", content)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two projects of a publisher, at git's top and in p2/, which has contoso-desk and another offer."""
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND))
    repo.write("p2/csp-config.yaml", SETTINGS)
    write(repo, "p2/", WHOLE)
    repo.write("p2/offers/contoso-more.yaml", offer(FABRIKAM, name="contoso-more"))
    repo.write("p2/offers/live/contoso-more.yaml", live(FABRIKAM, name="contoso-more"))
    repo.commit()
    return repo


def leave(repo: Repo, *, whole: bool) -> None:
    """Take contoso-desk out of the project in p2/, or that project with all that it has."""
    if whole:
        write(repo, "", {path.replace("desk", "more"): text for path, text in MORE.items()})
        repo.commit()
        repo.run("rm", "-q", "-r", "p2")
    else:
        repo.run("rm", "-q", *(f"p2/{path}" for path in WHOLE))


MORE = {
    "offers/contoso-more.yaml": offer(FABRIKAM, name="contoso-more"),
    "offers/live/contoso-more.yaml": live(FABRIKAM, name="contoso-more"),
}


def judged(repo: Repo, project: str, *options: str) -> Ran:
    return csp_config(repo.path, "validate", "--root", project, *options)


@pytest.mark.parametrize("how", LESS)
def test_a_project_cannot_go_while_another_knows_less_of_its_offers(repo: Repo, how: str) -> None:
    files, lacking = LESS[how]
    write(repo, "", {**WHOLE, **files})
    repo.commit()
    leave(repo, whole=True)
    repo.commit()
    ran = judged(repo, ".")
    assert ran.code == 3, ran.said
    assert "1 published offer, contoso-desk (the project at the top of the repository has" in ran.errors
    assert lacking in ran.errors


@pytest.mark.parametrize("how", LESS)
def test_nor_can_one_offer_leave_a_project_that_stays(repo: Repo, how: str) -> None:
    files, lacking = LESS[how]
    write(repo, "", {**WHOLE, **files})
    repo.commit()
    leave(repo, whole=False)
    repo.commit()
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "error[CSP303]" in ran.output
    assert "contoso-desk may not go to the project at the top of the repository yet, which" in ran.output
    assert lacking in ran.output


@pytest.mark.parametrize("path", [RECORD, SOLD])
@pytest.mark.parametrize("fault", ["unknown: 1\n", "  unknown: [\n"])
def test_nor_while_what_is_known_of_it_here_cannot_be_read(repo: Repo, path: str, fault: str) -> None:
    write(repo, "", WHOLE)
    repo.write(f"p2/{path}", WHOLE[path] + fault)
    repo.commit()
    leave(repo, whole=False)
    repo.commit()
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "contoso-desk may not go to the project at the top of the repository yet, which" in ran.output


@pytest.mark.parametrize(("fault", "code"), [("unknown: 1\n", 0), ("  unknown: [\n", 1)])
def test_its_document_need_not_be_readable_where_its_record_is(repo: Repo, fault: str, code: int) -> None:
    """A document of which nobody can tell the offer does not go, either."""
    write(repo, "", WHOLE)
    repo.write(f"p2/{OFFER}", WHOLE[OFFER] + fault)
    repo.commit()
    leave(repo, whole=False)
    repo.commit()
    ran = judged(repo, "p2")
    assert (ran.code, "CSP303" in ran.output) == (code, False), ran.said


@pytest.mark.parametrize("side", ["working tree", "index", "commit"])
def test_an_offer_that_another_project_has_whole_may_leave(repo: Repo, side: str) -> None:
    write(repo, "", WHOLE)
    repo.commit()
    leave(repo, whole=False)
    if side == "commit":
        repo.commit()
    ran = judged(repo, "p2", *(["--staged"] if side == "index" else []))
    assert ran.code == 0, ran.said
    assert "contoso-desk is in the project at the top of the repository now" in ran.output
    assert "CSP31" not in ran.output
    planned = csp_config(repo.path, "plan", "--root", "p2")
    assert planned.code == 0, planned.said
    assert "No change" in planned.output


def test_on_a_branch_with_commits_of_its_own_the_hook_lets_it_leave_as_well(repo: Repo) -> None:
    write(repo, "", WHOLE)
    repo.commit()
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    repo.commit()
    leave(repo, whole=False)
    hook = {"GIT_INDEX_FILE": ".git/index", "PRE_COMMIT": "1"}
    ran = csp_config(repo.path, "validate", "--root", "p2", "--staged", environment=hook)
    assert ran.code == 0, ran.said


def test_what_this_change_brings_to_the_other_project_was_judged_by_nobody(repo: Repo) -> None:
    write(repo, "", WHOLE)
    leave(repo, whole=False)
    repo.commit()
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "has it only since this change" in ran.output


def test_another_publisher_goes_on_with_nothing(repo: Repo) -> None:
    repo.write("csp-config.yaml", SETTINGS.replace("publisher: contoso", "publisher: fabrikam"))
    write(repo, "", WHOLE)
    repo.commit()
    leave(repo, whole=False)
    repo.commit()
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "error[CSP303]" in ran.output
    assert "error[CSP317]" in ran.output


UNNAMED = SETTINGS.replace("publisher: contoso\n", "")
ACCOUNT = "targets: {partner-center: {tenant_id: %s, client_id: %s}}\n"
FIRST, SECOND = (SETTINGS + ACCOUNT % (tenant, tenant) for tenant in (FABRIKAM, NORTHWIND))
UNSURE = {
    "neither says": (UNNAMED, UNNAMED, "`publisher` in p2/csp-config.yaml and csp-config.yaml in a change"),
    "this one does not": (SETTINGS, UNNAMED, "publisher: give `publisher` in p2/csp-config.yaml in a change"),
    "that one does not": (
        UNNAMED,
        SETTINGS,
        "same publisher: give `publisher` in csp-config.yaml in a change",
    ),
    "another tenant": (FIRST, SECOND, "works with another tenant of Partner Center"),
}


@pytest.mark.parametrize("whole", [False, True], ids=["the offer", "the project"])
@pytest.mark.parametrize("how", UNSURE)
def test_nor_does_a_project_that_may_be_of_another_publisher(repo: Repo, how: str, *, whole: bool) -> None:
    there, here, why = UNSURE[how]
    repo.write("csp-config.yaml", there)
    repo.write("p2/csp-config.yaml", here)
    write(repo, "", WHOLE)
    repo.commit()
    leave(repo, whole=whole)
    ran = judged(repo, "." if whole else "p2")
    assert ran.code == (3 if whole else 1), ran.said
    assert why in ran.said
    assert whole or {"error[CSP303]", "error[CSP317]"} <= set(ran.output.split())


def test_settings_that_cannot_be_read_name_no_publisher(repo: Repo) -> None:
    repo.write("csp-config.yaml", "publisher: [\n")
    write(repo, "", WHOLE)
    repo.commit()
    leave(repo, whole=False)
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "is not known to be of the same publisher: give `publisher` in csp-config.yaml" in ran.output


def test_who_the_publisher_is_has_to_be_said_before(repo: Repo) -> None:
    repo.write("csp-config.yaml", SETTINGS.replace("publisher: contoso", "publisher: fabrikam"))
    write(repo, "", WHOLE)
    repo.commit()
    repo.write("csp-config.yaml", SETTINGS)
    leave(repo, whole=False)
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "which is of the same publisher only since this change" in ran.output


@pytest.mark.parametrize("there", [SETTINGS, FIRST], ids=["one says it", "both say it"])
def test_the_tenant_of_partner_center_need_not_be_said_twice(repo: Repo, there: str) -> None:
    repo.write("csp-config.yaml", there)
    repo.write("p2/csp-config.yaml", FIRST)
    write(repo, "", WHOLE)
    repo.commit()
    leave(repo, whole=False)
    ran = judged(repo, "p2")
    assert ran.code == 0, ran.said


def test_the_document_alone_does_not_leave(repo: Repo) -> None:
    write(repo, "", WHOLE)
    repo.commit()
    repo.run("rm", "-q", f"p2/{OFFER}")
    repo.commit()
    ran = judged(repo, "p2")
    assert ran.code == 1, ran.said
    assert "error[CSP303]" in ran.output


@pytest.mark.parametrize(("status", "code"), [("granted", 0), ("filed", 3)])
def test_a_partner_that_support_has_deauthorised_meanwhile_is_not_missed(
    repo: Repo, status: str, code: int
) -> None:
    asked = ASKED % (NORTHWIND, status)
    asked += '    closed_at: "2026-11-21T09:00:00Z"\n' if status == "granted" else ""
    write(repo, "", {**WHOLE, RECORD: live(FABRIKAM, name="contoso-desk") + asked})
    repo.commit()
    leave(repo, whole=True)
    repo.commit()
    ran = judged(repo, ".")
    assert ran.code == code, ran.said
