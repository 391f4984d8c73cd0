"""Hostile words in every place of documents and command lines, through to everything that is written."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from csp_config.cli.program import run
from csp_config.render import PLANS, REPORTS
from csp_config.render.status import STATUS_RENDERERS
from tests.matrix import fast_first
from tests.render.runners import obeyed
from tests.render.test_hostile import SHAPES, UNSEEN, markdown_shape, without_isolates
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Invoke: TypeAlias = Callable[..., tuple[int, str, str]]

SARIF = json.loads((Path(__file__).parents[1] / "data/sarif-schema-2.1.0.json").read_text("utf-8"))
TENANTS = [f"{n}f1e2d3c-4b5a-4697-8877-665544332211" for n in range(3)]
PLAIN = "plain words"
WORDS = (
    "x ::error::forged",
    "::stop-commands::x",
    "x ##[add-path]/tmp ##vso[task.setvariable variable=a]b",
    "a | b || c \\| d \\\\| e",
    "` `` ``` ```` `",
    "\\` \\` [x](javascript:alert(1)) ![x](https://contoso.example/x.png)",
    "<!-- csp-config:plan {} -->",
    "--> <script>alert(1)</script> <!--",
    "</details></summary></code><h1>x",
    "<![CDATA[ ]]> &amp; &#x202e; <a/>",
    "@contoso/owners #123 **b** _i_ $`x`$",
    "# heading",
    "- [x] done",
    "=1+1",
    "+47 22 00 00 00",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "%0A%25::notice::x",
    '"}]} \\" \\u0000',
    "\\u{202e} \\x1b[2J",
    "${{ github.token }} $(id) `id` ; rm -rf / && true",
)
"""What a document may hold: all can be seen. `UNREAD` may stand in no document, only on a command line."""

UNREAD = ("\x1b[2J\x1b]0;title\x07", "\u202eevil\u2069", "a\u2028b\u0085c", "\n::error::forged\n", "\udce9")
LIST = """\
kind: PartnerList
id: emea
name: {0}
partners:
  - {{name: {0}, tenant_id: {1[0]}, country: DE, competencies: [{0}], skills: [{0}]}}
  - {{name: {0}, tenant_id: {1[1]}, country: FR}}
"""
OFFER = """\
kind: Offer
id: contoso-insights
name: {0}
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [emea]
  partners:
    - {{name: {0}, tenant_id: {1[2]}, country: NO}}
  except:
    - {{tenant_id: {2}, reason: {0}}}
  channel_contact: {{name: {0}, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support}}
  acknowledge:
    - {{code: CSP309, until: "{3}", reason: {0}}}
    - {{code: CSP109, until: "{3}", reason: {0}}}
"""
SETTINGS = "publisher: contoso\ncontact: {{name: {0}, email: csp@contoso.example}}\n"
NOBODY = "9f1e2d3c-4b5a-4697-8877-665544332211"
LETTER = re.compile(r"letters/(?:[a-z0-9]+-)*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.txt")
BY_TENANT = r"letters/\1.txt"
"""A letter is named after its partner, in plain letters and digits only, and its tenant, which stays."""


@pytest.fixture
def invoke(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Invoke:
    """The program, run here: exit code, standard output, standard error."""

    def invoked(*arguments: str) -> tuple[int, str, str]:
        command, *rest = arguments
        options = ["--root", str(tmp_path / "repo")] if command != "explain" else []
        code = run([command, *rest, *options])
        out, complaint = capfdbinary.readouterr()
        return code, out.decode(), complaint.decode()

    return invoked


def repository(path: Path, words: str) -> Repo:
    """A change that adds, removes, is accepted and has faults, with the words in every text."""
    quoted = json.dumps(words)
    until = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    repo = Repo.make(path)
    repo.write("csp-config.yaml", SETTINGS.format(quoted))
    repo.write("offers/emea.yaml", LIST.format(quoted, TENANTS))
    repo.commit(insights=OFFER.format(quoted, TENANTS, NOBODY, until))
    repo.write("offers/insights.yaml", OFFER.format(quoted, TENANTS, TENANTS[1], until))
    return repo


def outputs(tmp_path: Path, words: str, invoke: Invoke) -> dict[str, str]:
    """Everything that the commands print and write: name -> text."""
    folder = tmp_path / "repo"
    repository(folder, words)
    found = {}
    for name in REPORTS:
        found[f"validate.{name}"] = invoke("validate", "--base", "HEAD", "--format", name)[1]
    for name in PLANS:
        found[f"plan.{name}"] = invoke("plan", "--base", "HEAD", "--format", name, "-v")[1]
    runbook = tmp_path / "runbook"
    code, found["apply.text"], _ = invoke("apply", "--base", "HEAD", "--yes", "--runbook", str(runbook))
    assert code == 4
    for path in sorted(path for path in runbook.rglob("*") if path.is_file()):
        name, text = path.relative_to(runbook).as_posix(), path.read_bytes().decode()
        found[f"runbook/{LETTER.sub(BY_TENANT, name)}"] = LETTER.sub(BY_TENANT, text)
    status = json.loads(invoke("status", "--base", "HEAD", "--format", "json")[1])
    request = next(one["id"] for one in status["waiting"] if one["id"].startswith("contoso-insights-"))
    found["record.text"] = invoke("record", "filed", request, "--ticket", "1")[1]
    found["record-refused.text"] = invoke("record", "refused", request, "--note", words)[1]
    for name in STATUS_RENDERERS:
        found[f"status.{name}"] = invoke("status", "--base", "HEAD", "--format", name)[1]
    found["partners.json"] = invoke("partners", "--format", "json")[1]
    for used in (folder, runbook):  # the next repository lies in the same place, since places are shown
        shutil.rmtree(used)
    return found


def csv_shape(shown: str) -> list[int]:
    rows = list(csv.reader(io.StringIO(shown, newline=""), strict=True))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    return [len(row) for row in rows]


def shape(name: str, shown: str) -> Any:
    form = name.rpartition(".")[2]
    if form == "sarif":
        jsonschema.validate(json.loads(shown), SARIF)
    forms = {name: SHAPES[one.shape] for name, one in {**REPORTS, **PLANS}.items()}
    others = {"md": markdown_shape, "txt": SHAPES["lines"], "csv": csv_shape}
    return {**forms, **others, "csp-config-runbook": SHAPES["lines"]}[form](shown)


@pytest.mark.parametrize("words", fast_first(WORDS, every=24))
def test_words_change_the_structure_of_nothing_that_is_written(
    words: str, tmp_path: Path, invoke: Invoke, tried: Callable[[str, int], None]
) -> None:
    plain = outputs(tmp_path, PLAIN, invoke)
    hostile = outputs(tmp_path, words, invoke)
    assert hostile.keys() == plain.keys()
    for name, shown in hostile.items():
        assert shape(name, shown) == shape(name, plain[name]), name
        if not name.endswith((".github", ".csv")):
            assert obeyed(shown) == [], name
        plain_shown = without_isolates(shown)
        seen = set(map(unicodedata.category, plain_shown.replace("\r\n", "").replace("\n", "")))
        assert seen.isdisjoint(UNSEEN), name
    tried("outputs with hostile words", len(hostile))


@pytest.mark.parametrize("words", fast_first([*WORDS, *UNREAD]))
def test_words_on_the_command_line_are_shown_visibly_in_what_is_said_of_them(
    words: str, tmp_path: Path, invoke: Invoke
) -> None:
    repository(tmp_path / "repo", PLAIN)
    for arguments in (
        ("plan", "--base", "HEAD", "--only", words),
        ("plan", "--base", words),
        ("validate", "--at", words),
        ("validate", "--base", "HEAD", "--select", words),
        ("record", "granted", words),
        ("record", "done", words, "--base", "HEAD"),
        ("record", "baseline", words),
        ("apply", words, "--base", "HEAD"),
        ("explain", words),
        (words,),
    ):
        code, out, complaint = invoke(*arguments)
        assert code in (1, 3, 5, 64), arguments
        assert obeyed(out + complaint) == [], arguments
        unseen = UNSEEN.intersection(unicodedata.category(one) for one in (out + complaint).replace("\n", ""))
        assert not unseen, arguments
        assert complaint.startswith("error: "), arguments
