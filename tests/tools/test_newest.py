"""A failure with the newest dependencies names the package."""

from __future__ import annotations

from tools.newest import Upgrade, guilty, installed, ranges, upgrades, verdict

YAML, CLICK = Upgrade("PyYAML", "6.0.3", "6.0.4"), Upgrade("click", "8.4", "8.5")


def test_what_changed_is_what_has_another_version() -> None:
    before = {"click": "8.4", "idna": "3.20", "PyYAML": "6.0.3"}
    assert upgrades(before, {**before, "click": "8.5", "PyYAML": "6.0.4", "brotli": "1"}) == [YAML, CLICK]


def test_the_package_without_which_the_tests_pass_is_named() -> None:
    found = guilty([YAML, CLICK], lambda upgrade: upgrade is YAML)
    assert verdict([YAML, CLICK], found, ["tests/test_a.py::test_b"]) == (
        "test-newest: broken by PyYAML 6.0.4 (with 6.0.3 they pass): "
        "1 tests, the first is tests/test_a.py::test_b"
    )


def test_where_no_package_by_itself_is_the_cause_all_are_named() -> None:
    said = verdict([YAML, CLICK], [], ["tests/test_a.py::test_b"])
    assert said.endswith("Newer than the lock: PyYAML 6.0.3 -> 6.0.4, click 8.4 -> 8.5")


def test_where_nothing_is_newer_no_package_is_blamed() -> None:
    assert (
        verdict([], [], []) == "test-newest: the tests failed; every package is of the version that is locked"
    )


def test_every_dependency_of_the_product_is_installed_to_be_tested() -> None:
    names = {name.lower() for name in installed()}
    assert all(wanted.partition(">")[0] in names for wanted in ranges())
