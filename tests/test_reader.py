"""Reading on all cores tells the same as reading one document after the other."""

from __future__ import annotations

import gc
import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from csp_config.commands import review
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.loading import Reader, read_document
from csp_config.model import Settings, Tree
from csp_config.render import REPORTS, OutputOptions

if TYPE_CHECKING:
    from csp_config.loading.reading import Reading

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SPOILS = (
    "&a ",
    "*a",
    "!!str ",
    '"',
    "{",
    "- ",
    "\t",
    "kind: Offer\n",
    "\u202e",
    "010",
    "<<: ",
    "---\n",
    ": ",
)


def documents(count: int) -> dict[str, bytes]:
    """Documents of the sample, some of them spoilt."""
    random = Random(count)  # noqa: S311 - a seed, to make the same ones again
    sample = [path.read_text("utf-8") for path in sorted((ROOT / "offers").rglob("*.yaml"))]
    made = {}
    for number in range(count):
        text = random.choice(sample)
        if number % 3 == 0:
            place = random.randrange(len(text))
            text = text[:place] + random.choice(SPOILS) + text[place:]
        made[f"offers/{number:04d}.yaml"] = text.encode()
    return made


def told(reading: Reading) -> tuple[Any, ...]:
    """Everything that a reading says."""
    document = reading.document
    inside = (document.data, document.marks, document.path) if document else None
    return reading.path, reading.kind, reading.id, reading.findings, inside


def ahead(files: dict[str, bytes], workers: int) -> list[tuple[Any, ...]]:
    reader = Reader(workers=workers, many=1)
    reader.ahead(Tree(files=files), Settings())
    return [told(reader(path, content)) for path, content in files.items()]


def test_several_processes_read_the_same_as_one() -> None:
    files = documents(400)
    alone = [told(read_document(path, content)) for path, content in files.items()]
    assert ahead(files, 1) == alone
    assert ahead(files, 2) == alone
    assert ahead(files, 5) == alone


def test_beside_a_thread_nothing_is_forked_and_the_same_is_read() -> None:
    files = documents(20)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert ahead(files, 2) == ahead(files, 1)
    finally:
        done.set()
        thread.join()


def test_each_document_is_read_once() -> None:
    numbers: list[int] = []
    reader = Reader(watch=numbers.append)
    content = (ROOT / "offers" / "contoso-desk.yaml").read_bytes()
    assert reader("offers/a.yaml", content) is reader("offers/a.yaml", bytes(bytearray(content)))
    assert numbers == [1]


def test_a_report_on_many_documents_has_the_same_bytes(tmp_path: Path) -> None:
    for path, content in documents(400).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    def report(workers: int) -> str:
        inputs = Inputs(start=tmp_path, now=NOW, base="none", workers=workers)
        return REPORTS["json"](review.validate(load_workspace(inputs), NOW.date()), OutputOptions())

    assert report(2) == report(1)
    assert gc.isenabled()
