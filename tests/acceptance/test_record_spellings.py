"""A live record is one by its `kind`, however that is spelt, and whatever its text looks like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config.commands.document_ids import names
from tests.acceptance.offers import SETTINGS, Request, live_document, offer_document, state, tenant
from tests.acceptance.program import csp_config
from tests.acceptance.test_ledger import LIVE, NAME, OFFER
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEFORE = live_document(NAME, state("abcd"))
FILED = live_document(NAME, state("abcd"), Request(state("abcd"), state("acd"), "filed"))
EVIDENCE = {"offer": NAME, "tenant_id": tenant("b"), "evidence": "microsoft"}
ANSWERS = {
    "kind": "Resales",
    "as_of": "2026-11-20",
    "source": "Microsoft support",
    "covers": [],
    "resales": [EVIDENCE],
}


def data(text: str) -> Any:
    read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - text only
    return {**read, "published": True} if "published" in read else read


def last(text: str) -> str:
    head, rest = text.split("\n", 1)
    return f"{rest}{head}\n"


STYLES: dict[str, Callable[[str], str]] = {
    "block": str,
    "quoted key": lambda text: text.replace("kind:", '"kind":', 1),
    "single quotes": lambda text: text.replace("kind: LiveAudience", "'kind' : 'LiveAudience'", 1),
    "value below": lambda text: text.replace("kind: ", "kind:\n  ", 1),
    "escaped": lambda text: text.replace("kind: LiveAudience", r'kind: "Live\x41udience"', 1),
    "kind last": last,
    "commented": lambda text: "# ours\n---\n" + text.replace("Audience\n", "Audience  # ours\n", 1),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "JSON": lambda text: json.dumps(data(text)),
    "JSON in lines": lambda text: json.dumps(data(text), indent=2) + "\n",
    "flow": lambda text: yaml.dump(data(text), default_flow_style=True, sort_keys=False),
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "r")
    made.write("csp-config.yaml", SETTINGS)
    made.write(OFFER, offer_document(NAME, state("abcde")))
    made.commit()
    made.write(OFFER, offer_document(NAME, state("abcd")))
    return made


def base(repo: Repo) -> str:
    return str(csp_config(repo.path, "plan", "--format", "json").data["base"]["revision"])


def waiting(repo: Repo) -> list[str]:
    found: list[str] = csp_config(repo.path, "status", "--format", "json").data["uncommitted"]
    return found


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_what_a_record_of_head_says_may_not_be_lost(repo: Repo, style: Callable[[str], str]) -> None:
    repo.write(LIVE, style(BEFORE))
    repo.commit()
    repo.run("checkout", "-q", "-b", "topic")
    repo.write(LIVE, style(FILED))
    repo.commit()
    repo.write(LIVE, style(BEFORE))
    ran = csp_config(repo.path, "validate", "--format", "concise")
    assert ran.code == 1, ran.said
    assert f"CSP317 the live record of {NAME} has lost request" in ran.output
    assert waiting(repo) == [LIVE]
    repo.remove(LIVE)
    assert "CSP317" in csp_config(repo.path, "validate", "--format", "concise").output
    assert waiting(repo) == [LIVE]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_what_was_recorded_of_the_last_commit_does_not_end_its_comparison(
    repo: Repo, style: Callable[[str], str]
) -> None:
    repo.write(LIVE, style(BEFORE))
    repo.commit()
    repo.write(LIVE, style(FILED))
    assert base(repo) == "HEAD^"
    repo.write(LIVE, style(FILED) + "}\n")  # which cannot be read
    assert base(repo) == "HEAD^"
    assert waiting(repo) == [LIVE]


def test_what_only_looks_like_a_record_declares(repo: Repo) -> None:
    for letters in ("abcd", "abc"):
        repo.commit()
        offer = data(offer_document(NAME, state(letters)))
        name = offer["name"]
        repo.write(OFFER, json.dumps(offer).replace(name, f"{name}\nkind: LiveAudience\n "))
    ran = csp_config(repo.path, "validate", "--format", "json")
    assert "CSP307" in {one["code"] for one in ran.data["diagnostics"]}
    assert ran.data["base"]["revision"] == "HEAD"


def test_a_record_that_something_else_stands_in_for_is_missed(repo: Repo) -> None:
    repo.write(LIVE, BEFORE)
    repo.commit()
    repo.write(LIVE, offer_document("contoso-desk", state("a")))
    assert waiting(repo) == [LIVE]


@pytest.mark.parametrize("style", [yaml.dump, json.dumps], ids=["block", "JSON"])
def test_an_answer_of_microsoft_that_is_not_committed_is_named(
    repo: Repo, style: Callable[[object], str]
) -> None:
    repo.commit()
    path = "offers/resales/answers.yaml"
    repo.write(path, style({**ANSWERS, "resales": [{**EVIDENCE, "evidence": "exact"}]}))
    assert waiting(repo) == []
    repo.write(path, style(ANSWERS))
    assert waiting(repo) == [path]


@pytest.mark.parametrize("style", sorted(STYLES.keys() - {"escaped"}))
def test_hints_know_the_kind_by_the_text(repo: Repo, style: str) -> None:
    repo.commit()
    repo.write(".gitignore", "live/\n")
    repo.write(LIVE, STYLES[style](FILED))
    assert f"left out 1 document that git ignores: {LIVE}" in csp_config(repo.path, "validate").output
    assert names(repo.path, 10).requests == {f"{NAME}-00c0ffee"}
