"""The life of a job, second by second, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from csp_config.emulator.answers import Answer, Asked, CallError
from csp_config.emulator.configuring import write
from csp_config.emulator.control import control
from csp_config.emulator.publishers import publishers_in
from csp_config.emulator.querying import read
from csp_config.emulator.world import World
from tests.emulator.documents import OFFERS
from tests.emulator.documents import write as write_documents
from tests.emulator.running import ADATUM, CONFIGURE_SCHEMA, FABRIKAM, NORTHWIND, RESELLER_SCHEMA, VERSION

if TYPE_CHECKING:
    from pathlib import Path

START = 1795341600.0  # 2026-11-22T10:00:00Z
JOB_SECONDS = 10.0


class Account:
    """A publisher's account, and a clock that stands still until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        publishers = publishers_in(folder)
        self.publisher = publishers[0].name
        self.world = World(publishers, clock=lambda: self.now, job_seconds=JOB_SECONDS)

    def ask(self, method: str, *path: str, body: Any = None) -> Answer:
        self.world.finish_due_jobs()
        asked = Asked(method=method, path=path, query={"$version": VERSION}, body=body)
        serve = read if method == "GET" else write
        return serve(self.world, self.publisher, asked)

    def authorise(self, *tenants: str) -> str:
        """Start a job; its id."""
        reseller = {
            "$schema": RESELLER_SCHEMA,
            "product": {"externalId": "contoso-insights"},
            "resellerChannelState": "some",
            "audiences": [{"type": "tenant", "id": tenant} for tenant in tenants],
        }
        body = {"$schema": CONFIGURE_SCHEMA, "resources": [reseller]}
        return str(self.ask("POST", "configure", body=body).body["jobId"])

    def status(self, job: str, after: float) -> dict[str, Any]:
        self.now = START + after
        body: dict[str, Any] = self.ask("GET", "configure", job, "status").body
        return body


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(write_documents(tmp_path, OFFERS))


def test_a_job_is_not_started_then_running_then_completed(account: Account) -> None:
    job = account.authorise(FABRIKAM, ADATUM, NORTHWIND)
    stages = [account.status(job, seconds) for seconds in (0, 1, 5, 9.9, 10)]
    assert [stage["jobStatus"] for stage in stages] == [
        *("notStarted", "notStarted", "running", "running", "completed")
    ]
    assert [stage["jobResult"] for stage in stages] == [*["pending"] * 4, "succeeded"]
    assert stages[0]["jobStart"] == "2026-11-22T10:00:00.0000000Z"
    assert stages[0]["jobEnd"] == "0001-01-01T00:00:00"
    assert stages[4]["jobEnd"] == "2026-11-22T10:00:10.0000000Z"


def test_a_write_is_judged_by_what_is_live_when_its_job_ends(account: Account) -> None:
    job = account.authorise(FABRIKAM, ADATUM)
    click = {"offer": "contoso-insights", "resellers": "selected", "tenants": [FABRIKAM, ADATUM, NORTHWIND]}
    control(account.world, "POST", "click", click)
    failed = account.status(job, JOB_SECONDS)
    assert failed["errors"][0]["details"][0]["code"] == "businessValidationError"


def test_a_draft_job_can_be_cancelled_while_it_runs(account: Account) -> None:
    job = account.authorise(FABRIKAM, ADATUM, NORTHWIND)
    account.status(job, 5)
    assert account.ask("POST", "configure", job, "cancel").body["jobResult"] == "cancelled"
    assert account.status(job, 20)["jobResult"] == "cancelled"


def test_a_publication_cannot_be_cancelled_once_it_runs(account: Account) -> None:
    submission = {
        "$schema": "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2",
        "product": {"externalId": "contoso-insights"},
        "target": {"targetType": "preview"},
    }
    body = {"$schema": CONFIGURE_SCHEMA, "resources": [submission]}
    job = account.ask("POST", "configure", body=body).body["jobId"]
    account.status(job, 5)
    with pytest.raises(CallError, match="too far"):
        account.ask("POST", "configure", job, "cancel")


def test_the_details_are_not_there_before_the_end(account: Account) -> None:
    job = account.authorise(FABRIKAM, ADATUM, NORTHWIND)
    with pytest.raises(CallError, match="not completed"):
        account.ask("GET", "configure", job)


def test_jobs_and_products_belong_to_their_publisher(account: Account) -> None:
    job = account.authorise(FABRIKAM, ADATUM, NORTHWIND)
    product = account.world.jobs[job].product.id
    account.publisher = "northwind"
    for path in (("configure", job, "status"), ("product", product), ("resource-tree", "product", product)):
        with pytest.raises(CallError) as refused:
            account.ask("GET", *path)
        assert refused.value.status == 404
