"""What holds of every plan, whatever the documents say."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csp_config.commands import apply, record, review
from csp_config.git import Project
from tests.properties.judged import NOW, plan, report, undone, workspace
from tests.properties.layouts import laid_out
from tests.properties.worlds import changed, files, world
from tests.repositories import CLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from csp_config.model import Report
    from csp_config.model.work import Action, Plan
    from tests.properties.worlds import World

EXAMPLES = 300
SLOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
SEEDS = st.integers(0, 2**32)
Documents = dict[str, bytes]


@pytest.fixture(autouse=True)
def _counted(tried: Callable[[str, int], None]) -> None:
    tried("properties", 1)
    tried("inputs of properties", EXAMPLES)


def settled(given_: World) -> World:
    """The world with live records that say what is declared, and nothing asked for."""
    return replace(given_, live={name: (given_.declared[name][1], ()) for name in given_.live})


def looks(made: Plan) -> set[str]:
    """The offers that somebody has to look at."""
    return {action.offer for action in made.actions if action.kind == "adopt"}


def never_seen(given_: World) -> set[str]:
    """The published offers that have no live record."""
    return {name for name, (_, stand) in given_.declared.items() if stand.published} - set(given_.live)


def but_looks(made: Plan) -> list[Action]:
    """What a plan holds besides the looks."""
    return [action for action in made.actions if action.kind != "adopt"]


def pair(seed: int) -> tuple[World, World]:
    random = Random(seed)  # noqa: S311 - a test, no secret
    base = world(random)
    return base, changed(random, base)


@pytest.mark.slow
@SLOW
@given(SEEDS)
def test_no_change_is_an_empty_plan_but_for_looks(seed: int) -> None:
    given_ = settled(pair(seed)[0])
    documents = files(given_)
    made = plan(documents, documents)
    assert but_looks(made) == []
    assert looks(made) == never_seen(given_)
    assert not made.blocked


@pytest.mark.slow
@SLOW
@given(SEEDS)
def test_layout_and_order_of_documents_change_nothing_but_places(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test, no secret
    base, candidate = (files(each) for each in pair(seed))
    told = meaning(report(base, candidate))
    assert meaning(report(relaid(base, random), relaid(candidate, random))) == told


def relaid(documents: Mapping[str, bytes], random: Random) -> Documents:
    parts = random.sample(list(documents.items()), len(documents))
    return {path: laid_out(yaml.safe_load(content), random) for path, content in parts}


def meaning(found: Report) -> tuple[Any, ...]:
    """A report without the places of its findings."""
    told = sorted(
        (d.code, d.severity, d.offer or "", sorted(d.tenants), d.message) for d in found.diagnostics
    )
    assert found.plan is not None
    return found.plan.fingerprint, found.plan.blocked, found.plan.actions, found.plan.not_planned, told


class Publisher:
    """A publisher who carries plans out: documents on disk, and what the program writes there."""

    def __init__(self, folder: Path, base: Documents, candidate: Documents) -> None:
        self.folder, self.base, self.documents = folder, base, candidate

    def workspace(self) -> Any:
        return workspace(self.base, self.documents)._replace(project=Project(top=self.folder))

    def refused(self) -> set[str]:
        """The offers of which an error tells."""
        found = review.plan(self.workspace(), NOW.date()).diagnostics
        return {one.offer for one in found if one.severity == "error" and one.offer}

    def plan(self) -> Plan:
        made = review.plan(self.workspace(), NOW.date()).plan
        assert made is not None
        return made

    def carry_out(self, step: Callable[[Any], object]) -> None:
        """One command, with what it writes taken over into the documents."""
        for path, content in self.documents.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)
        step(self.workspace())
        written = (self.folder / "offers").rglob("*.yaml")
        self.documents = {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in written}

    def apply(self) -> None:
        self.carry_out(
            lambda now: apply.apply(now, review.plan(now, NOW.date()), self.folder / "runbook", NOW)
        )

    def unseen(self) -> set[str]:
        """The published offers of which no record says that somebody has looked."""
        candidate = self.workspace().candidate
        published = {name for name in candidate.offers if candidate.declared(name).published}
        return published - {name for name, one in candidate.live.items() if one.observed}

    def record_done(self) -> None:
        self.carry_out(lambda now: record.record_done(now, (), NOW))

    def grant(self, request: str) -> None:
        self.carry_out(lambda now: record.record_filed(now, request, "1", NOW))
        self.carry_out(lambda now: record.record_granted(now, request, None, NOW))


@pytest.mark.slow
@SLOW
@given(SEEDS)
def test_carrying_out_a_plan_gives_what_is_declared_or_waits(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    base, candidate = pair(seed)
    publisher = Publisher(
        tmp_path_factory.mktemp("checkout"), files(settled(base)), files(settled(candidate))
    )
    publisher.apply()
    handed_out = dict(publisher.documents)
    publisher.apply()
    assert publisher.documents == handed_out, "the second apply did something again"
    assert not [a for a in publisher.plan().actions if a.kind == "support-request" and undone(a)]
    publisher.record_done()
    for action in but_looks(publisher.plan()):
        assert action.status == "waiting" or action.blocked_by, action
    for action in waiting(publisher.plan()):
        assert action.request_id is not None
        publisher.grant(action.request_id)
    assert all(action.blocked_by for action in but_looks(publisher.plan()))
    unplanned = set(publisher.plan().not_planned)  # an error says why; CSP316 and status know their looks
    assert publisher.refused() >= unplanned
    assert looks(publisher.plan()) == publisher.unseen() - unplanned


def waiting(made: Plan) -> list[Action]:
    return [action for action in made.actions if action.status == "waiting" and not action.blocked_by]


PRINTER = """
import sys
from csp_config.render import PLANS, REPORTS, OutputOptions
from tests.properties.judged import report
from tests.properties.test_laws import pair
from tests.properties.worlds import files
for seed in range(int(sys.argv[1])):
    found = report(*map(files, pair(seed)))
    for form in (*PLANS.values(), *REPORTS.values()):
        sys.stdout.buffer.write(form(found, OutputOptions()).encode())
"""
SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "3", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONOPTIMIZE": "1"},
)


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_do_not_change_a_byte(pytestconfig: pytest.Config) -> None:
    outputs = set()
    for surroundings in SURROUNDINGS:
        command = [sys.executable, "-P", "-c", PRINTER, "100"]
        paths = os.pathsep.join(filter(os.path.isdir, sys.path))
        environment = {**CLOCK, "PATH": os.environ["PATH"], "PYTHONPATH": paths, **surroundings}
        done = subprocess.run(
            command, env=environment, cwd=pytestconfig.rootpath, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
