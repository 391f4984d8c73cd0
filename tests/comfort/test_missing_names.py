"""A name that nothing has, where a document could not be read: it is never said to be absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importing.files import EMEA, FABRIKAM, offer, repository, run
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

OFFER, LIST = "offers/contoso-insights.yaml", "offers/partner-lists/emea.yaml"
BROKEN = "x: [\n"
DRAFT = offer("contoso-desk").replace("published: true", "published: false")


UNREAD = pytest.mark.parametrize(
    ("path", "content"),
    fast_first(
        [
            (OFFER, offer() + BROKEN),
            (OFFER, offer().replace("id: contoso-insights\n", "")),
            (OFFER, offer(resellers="sold")),
            (OFFER, "\0"),
            ("offers/another-name.yaml", offer() + BROKEN),
        ],
        every=3,
    ),
)


@UNREAD
@pytest.mark.parametrize(
    "command",
    fast_first(
        [
            "export contoso-insights",
            "export contoso-insights --kind offer",
            "import live contoso-insights --from export.csv",
            "record baseline contoso-insights",
            "record stopped contoso-insights",
            "plan --if contoso-insights=none",
            f"plan --if contoso-insights-{FABRIKAM}",
            f"plan --if contoso-insights+{FABRIKAM} --base none",
            "partners --offer contoso-insights",
        ],
        every=3,
    ),
)
def test_an_offer_that_cannot_be_read_is_not_said_to_be_absent(
    tmp_path: Path, path: str, content: str, command: str
) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": DRAFT})
    repo.write("export.csv", f"tenant_id\n{FABRIKAM}\n")
    repo.remove(OFFER)
    repo.write(path, content)
    ran = run(repo, *command.split())
    assert (ran.code, ran.output) == (3, "")
    assert f"{path}:" in ran.errors
    assert "did you mean" not in ran.errors


@UNREAD
@pytest.mark.parametrize("base", ["none", "records"])
@pytest.mark.parametrize("command", ["plan", "plan --only contoso-desk", "apply --yes"])
def test_a_plan_of_an_offer_that_cannot_be_read_names_its_document(
    tmp_path: Path, path: str, content: str, base: str, command: str
) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": DRAFT})
    repo.remove(OFFER)
    repo.write(path, content)
    ran = run(repo, *command.split(), "--only", "contoso-insights", "--base", base)
    assert ran.code in (1, 3)
    assert "there is no offer contoso-insights\n" not in ran.said
    assert f"{path}:" in ran.said


@pytest.mark.parametrize("content", [EMEA + BROKEN, EMEA.replace(FABRIKAM, "fabrikam"), "[]"])
@pytest.mark.parametrize(
    "command",
    fast_first(
        [
            "export emea",
            "export emea --kind list",
            f"plan --if emea-{FABRIKAM}",
            "partners --list emea",
            f"partners add {FABRIKAM} --list emea",
            f"partners remove {FABRIKAM} --list emea",
            "import partners export.csv --list emea",
        ],
        every=3,
    ),
)
def test_a_list_that_cannot_be_read_is_not_said_to_be_absent(
    tmp_path: Path, content: str, command: str
) -> None:
    repo = repository(tmp_path / "r")
    repo.write("export.csv", f"tenant_id\n{FABRIKAM}\n")
    repo.write(LIST, content)
    ran = run(repo, *command.split())
    assert (ran.code, ran.output) == (3, "")
    assert f"emea could not be read: {LIST}:" in ran.errors


def test_a_slip_beside_a_document_that_cannot_be_read_names_that_document(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": DRAFT})
    repo.write(OFFER, offer() + BROKEN)
    ran = run(repo, "export", "contoso-dest")
    assert ran.code == 3
    assert "in the documents that could be read, and 1 document could not be: " in ran.errors


@pytest.mark.parametrize("path", [LIST, "offers/resales.yaml"])
def test_a_document_known_to_be_something_else_leaves_a_slip_a_slip(tmp_path: Path, path: str) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": DRAFT})
    repo.write(path, "kind: PartnerList\nid: emea\n" if path == LIST else "kind: Resales\n")
    ran = run(repo, "record", "baseline", "contoso-dest")
    assert ran.code == 64
    assert "did you mean contoso-desk?" in ran.errors


def test_what_an_offer_declares_is_not_known_while_its_list_cannot_be_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write(LIST, EMEA + BROKEN)
    ran = run(repo, "plan", "--if", f"contoso-insights-{FABRIKAM}")
    assert (ran.code, ran.output) == (3, "")
    assert "nothing can be said of a change" in ran.errors
