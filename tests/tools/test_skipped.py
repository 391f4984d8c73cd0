"""What the end of a test run says of the tests that were skipped."""

from __future__ import annotations

from tests.skipped import summary


def test_every_reason_is_told_once_with_its_tests_counted() -> None:
    strace, fish = "needs strace: apt-get install strace", "needs fish: apt-get install fish"
    assert list(
        summary(
            [("tests/b.py::test_1", strace), ("tests/a.py::test_2", strace), ("tests/b.py::test_3[x]", fish)]
        )
    ) == [
        "skipped 1 in tests/b.py: needs fish: apt-get install fish",
        "skipped 2 in tests/a.py, tests/b.py: needs strace: apt-get install strace",
    ]
