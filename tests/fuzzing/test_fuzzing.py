"""A minute of a coverage-guided fuzzer, or of a mutator of our own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

import pytest

from csp_config.facts import rule_cases
from csp_config.rules import RULES
from tests.fuzzing.mutating import TOKENS, mutated
from tests.fuzzing.target import PATHS, SEPARATOR, SOUND, one
from tests.matrix import fast_first
from tests.patience import HANG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 60
PARTS = 32  # of the seeds; one of them is tried at every run


def seeds() -> list[bytes]:
    """The sound documents, and every document of the rules' cases."""
    found = [SEPARATOR.join(SOUND.get(path, b"") for path in PATHS)]
    for code in RULES:
        for case in chain.from_iterable(rule_cases(code).values()):
            found += [text.encode() for text in _texts(case)]
    return found


def _texts(case: object) -> list[str]:
    if isinstance(case, dict):
        return [text for part in case.values() for text in _texts(part)]
    return [case] if isinstance(case, str) and "\n" in case else []


@pytest.mark.parametrize("part", fast_first(range(PARTS), every=PARTS))
def test_what_holds_of_any_bytes_holds_of_the_rules_cases(part: int) -> None:
    for seed in seeds()[part::PARTS]:
        one(seed)


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("atheris") is None,
    reason="needs atheris (make test-slow installs it where it has a wheel); the mutator runs instead",
)
def test_a_minute_of_fuzzing_finds_nothing(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()):
        (corpus / str(number)).write_bytes(seed)
    words = tmp_path / "words"
    escaped = ("".join(map(r"\x{:02x}".format, token)) for token in TOKENS)
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    options = [
        f"-max_total_time={SECONDS}",
        f"-dict={words}",
        f"-timeout={HANG:.0f}",
        "-rss_limit_mb=1500",
        "-max_len=6000",
    ]
    command = [sys.executable, "-P", "-m", "tests.fuzzing.run", *options, "-print_final_stats=1"]
    paths = os.pathsep.join(filter(os.path.isdir, sys.path))
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/find-", str(corpus)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        check=False,
    )
    found = [path.read_bytes() for path in tmp_path.glob("find-*")]
    assert done.returncode == 0, f"{found}\n{done.stderr[-3000:]}"
    count = re.search(r"stat::number_of_executed_units: +(\d+)", done.stderr)
    assert count is not None, done.stderr
    tried("inputs of the fuzzer", int(count[1]))


@pytest.mark.slow
def test_changed_seeds_find_nothing(tried: Callable[[str, int], None]) -> None:
    """Where atheris runs, a few, so that this one is known to work; else as many as in a minute."""
    there = find_spec("atheris") is not None
    random, pool, number = Random(4), seeds(), 500 if there else 3000  # noqa: S311 - a test, no secret
    for _ in range(number):
        data = mutated(random, pool)
        try:
            one(data)
        except Exception as error:
            error.add_note(f"the bytes: {data!r}")
            raise
    tried("inputs of the mutator", number)
