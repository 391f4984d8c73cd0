"""What `validate` keeps of documents changes no answer, and is not believed where it is not whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands import review
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.document import DocumentReader
from csp_config.loading.kept_documents import FEWEST, KeptDocuments
from csp_config.loading.reading import FileReader
from csp_config.render import REPORTS, OutputOptions
from tests.acceptance.program import csp_config
from tests.counting import calls
from tests.matrix import fast_first
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFFER = """kind: Offer
id: contoso-{0}
name: Contoso {0}
type: saas
published: true
markets: [DE, "NO"]
plans:
  - {{id: monthly, private: true}}
csp:
  resellers: selected
  partners:
    - {{name: Fabrikam, tenant_id: 5ad30b9d-6a1f-4951-895d-192df40fc951, country: DE}}
    - {{name: Adatum {0}, tenant_id: 00000000-6a1f-4951-895d-{0:012}, country: {1}}}
"""


def inputs(repo: Repo, **options: Any) -> Inputs:
    return Inputs(start=repo.path, now=NOW, environment=ENVIRONMENT, staged=True)._replace(**options)


def report(asked: Inputs) -> str:
    found = review.validate(load_workspace(asked), NOW.date())
    return REPORTS["json"](found, OutputOptions())


def kept(repo: Repo) -> Path:
    return repo.path / ".git/csp-config/documents"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Documents of every kind that matters here, committed; one more is changed and staged."""
    repo = Repo.make(tmp_path / "repo")
    for number in range(FEWEST):
        repo.write(f"offers/{number}.yaml", OFFER.format(number, "DE" if number % 7 else "UK"))
    repo.write("offers/again.yaml", OFFER.format(3, "DE"))
    repo.write("offers/other-path.yaml", OFFER.format(4, "DE"))
    repo.write("offers/refused.yaml", OFFER.format(900, "DE").replace("saas", "sass"))
    repo.write(
        "offers/parsed.yaml", OFFER.format(901, "DE").replace("name: Contoso 901", "name: >\n  Contoso")
    )
    repo.write("offers/no-yaml.yaml", "kind: [\n")
    repo.write("offers/list.yaml", "kind: PartnerList\nid: emea\nname: EMEA\npartners: []\n")
    repo.commit()
    repo.write("offers/7.yaml", OFFER.format(7, "FR"))
    repo.run("add", "--all")
    return repo


def test_the_report_is_the_same_with_and_without(repo: Repo) -> None:
    without = report(inputs(repo))
    assert "CSP206" in without
    assert not kept(repo).exists()
    assert report(inputs(repo, keep=True)) == without
    content = kept(repo).read_bytes()
    assert report(inputs(repo, keep=True)) == without
    assert kept(repo).read_bytes() == content


def test_it_is_the_same_after_other_commits_and_on_the_way_back(repo: Repo) -> None:
    report(inputs(repo, keep=True))
    first = repo.head()
    for number in range(40):
        repo.write(f"offers/{number}.yaml", OFFER.format(number + 1000, "PL"))
        if number % 10 == 0:
            repo.commit()
            assert report(inputs(repo, keep=True)) == report(inputs(repo))
    repo.run("reset", "-q", "--hard", first)
    repo.remove("offers/8.yaml")
    repo.run("add", "--all")
    assert report(inputs(repo, keep=True)) == report(inputs(repo))


def test_what_is_kept_is_not_read_again(repo: Repo) -> None:
    report(inputs(repo, keep=True))
    _, read = calls(lambda: load_workspace(inputs(repo)))
    _, looked_up = calls(lambda: load_workspace(inputs(repo, keep=True)))
    assert looked_up < read


def test_few_documents_are_not_kept(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(insights=OFFER.format(1, "DE"))
    repo.commit(insights=OFFER.format(1, "FR"))
    report(inputs(repo, keep=True))
    assert not kept(repo).exists()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda content: content[:0],
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"Fabrikam", b"Contoso!"),
        lambda content: b"0" * 64 + b"\n" + content.partition(b"\n")[2],
    ],
    ids=["empty", "cut off", "changed", "of another program"],
)
def test_what_is_not_whole_is_not_believed(repo: Repo, spoilt: Callable[[bytes], bytes]) -> None:
    without = report(inputs(repo))
    report(inputs(repo, keep=True))
    whole = kept(repo).read_bytes()
    kept(repo).write_bytes(spoilt(whole))
    assert report(inputs(repo, keep=True)) == without
    assert kept(repo).read_bytes() == whole


@pytest.mark.parametrize(("options", "variables"), fast_first([(("--no-cache",), {}), ((), {"CI": "true"})]))
def test_nothing_is_kept_in_a_pipeline_or_with_no_cache(
    repo: Repo, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    csp_config(repo.path, "validate", "--base", "HEAD", *options, environment=variables)
    assert not kept(repo).exists()
    csp_config(repo.path, "validate", "--base", "HEAD")
    assert kept(repo).exists()


def test_nothing_is_kept_on_a_server(repo: Repo) -> None:
    repo.commit()
    repo.run("clone", "-q", "--bare", ".", "../server")
    server = Repo(repo.path.parent / "server")
    assert "CSP206" in report(inputs(server, staged=False, at="HEAD", base="HEAD^", keep=True))
    assert not (server.path / "csp-config").exists()


class Memory:
    """A store that writes the JSON that the real one writes."""

    def __init__(self) -> None:
        self.content = "null"

    def read(self) -> Any:
        return json.loads(self.content)

    def write(self, data: Any) -> None:
        self.content = json.dumps(data)


def test_a_document_comes_back_with_its_order_its_types_and_its_places() -> None:
    texts = [
        OFFER.format(1, "DE"),
        OFFER.format(2, "DE").replace("private: true", "private: false"),
        "kind: Offer\nid: contoso-x\nname: 'X'\ntype: saas\npublished: false\ncsp: {resellers: any}\n",
    ]
    files = [(f"offers/{number}.yaml", text.encode()) for number, text in enumerate(texts)]
    readings = {file: FileReader().read(*file) for file in files}
    assert not [reading.findings for reading in readings.values() if reading.findings]
    store = Memory()
    first = KeptDocuments(lambda: store)
    assert first.readings(files, DocumentReader()) == {}
    first.keep(readings)
    again = KeptDocuments(lambda: store).readings(files, DocumentReader())
    assert again.keys() == readings.keys()
    for file, reading in readings.items():
        one, other = reading.document, again[file].document
        assert one is not None
        assert other is not None
        assert repr(other.data) == repr(one.data)
        assert (again[file].kind, again[file].id) == (reading.kind, reading.id)
        assert [*other.marks] == [*one.marks]
        assert other.at("csp", "partners", 1, "country") == one.at("csp", "partners", 1, "country")
    entries = [
        document.data["csp"]["partners"][0]
        for document in (again[file].document for file in files[:2])
        if document
    ]
    assert entries[0] is entries[1]
