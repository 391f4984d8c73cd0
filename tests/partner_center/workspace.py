"""A publisher's repository and the emulator that holds its offers; five of them have something to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from csp_config.commands import drift
from csp_config.commands.apply import OnlineTarget, apply
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.model import partners_by_tenant
from csp_config.targets.partner_center import Pace, Secrets, connect
from tests.acceptance.program import NOW, Ran, csp_config
from tests.emulator.documents import write
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from csp_config.commands.apply import ApplyResult
    from csp_config.targets import Event
    from csp_config.targets.partner_center.connection import Connection
    from tests.emulator.running import Emulator

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "1f1e2d3c-4b5a-4697-8877-665544332211"
NORTHWIND = "2f1e2d3c-4b5a-4697-8877-665544332211"
TAILSPIN = "3f1e2d3c-4b5a-4697-8877-665544332211"
CANARY = "canary+3a1f/9c7e=b2d4&8f60%51"
"""The client secret of the tests: whatever the program writes or sends elsewhere is searched for it."""

_NAMES = {FABRIKAM: "Fabrikam", ADATUM: "Adatum", NORTHWIND: "Northwind", TAILSPIN: "Tailspin"}
_OPTED_IN = """  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support:
    url: https://contoso.example/support
    documentation_url: https://contoso.example/docs
    training_url: https://contoso.example/training
    service_health_url: https://contoso.example/health
"""


def offer(id_: str, type_: str, *tenants: str, resellers: str = "selected", published: bool = True) -> str:
    """An Offer document that no rule has anything against."""
    partners = [f"    - {{name: {_NAMES[t]}, tenant_id: {t}, country: DE}}" for t in tenants]
    chosen = "\n".join([f"  resellers: {resellers}", *(["  partners:", *partners] if partners else [])])
    return f"""kind: Offer
id: {id_}
name: {id_.title()}
type: {type_}
published: {str(published).lower()}
csp:
{chosen}
{_OPTED_IN}"""


BEFORE = {
    "adding": offer("adding", "saas", FABRIKAM),
    "opening": offer("opening", "virtual-machine", resellers="none"),
    "choosing": offer("choosing", "container", resellers="none"),
    "drafting": offer("drafting", "saas", FABRIKAM, published=False),
    "growing": offer("growing", "saas", FABRIKAM, ADATUM),
    "resting": offer("resting", "saas", resellers="any"),
}
AFTER = {
    "adding": offer("adding", "saas", FABRIKAM, ADATUM),
    "opening": offer("opening", "virtual-machine", resellers="any"),
    "choosing": offer("choosing", "container", FABRIKAM, NORTHWIND),
    "drafting": offer("drafting", "saas", ADATUM, published=False),
    "growing": offer("growing", "saas", FABRIKAM, ADATUM, NORTHWIND, TAILSPIN),
}
WANTED = {
    "adding": ("selected", {FABRIKAM, ADATUM}),
    "opening": ("any", set[str]()),
    "choosing": ("selected", {FABRIKAM, NORTHWIND}),
    "drafting": ("selected", {ADATUM}),
    "growing": ("selected", {FABRIKAM, ADATUM, NORTHWIND, TAILSPIN}),
}
"""What Partner Center holds once all is carried out."""
HELD_BEFORE = {
    "adding": ("selected", {FABRIKAM}),
    "opening": ("none", set[str]()),
    "choosing": ("none", set[str]()),
    "drafting": ("selected", {FABRIKAM}),
    "growing": ("selected", {FABRIKAM, ADATUM}),
}
"""What it holds before."""


class Workspace:
    """A repository whose settings lead to an emulator."""

    def __init__(self, root: Path, emulator: Emulator, *, publish: str = "live", writes: str = "on") -> None:
        self.root = root
        self.emulator = emulator
        self.repo = Repo.make(root)
        self.repo.write("csp-config.yaml", settings(emulator.url, publish, writes))
        for name, text in BEFORE.items():
            self.repo.write(f"offers/{name}.yaml", text)
        self.repo.commit()
        self.repo.commit()  # the first commit of a branch has nothing to be compared with

    def change(self, **offers: str) -> None:
        """Declare offers anew; without any, the five changes."""
        for name, text in (offers or AFTER).items():
            self.repo.write(f"offers/{name}.yaml", text)

    def run(self, *arguments: str, **environment: str) -> Ran:
        """Run the program as a process, with the secret in its environment."""
        return csp_config(
            self.root, *arguments, environment={"CSP_CONFIG_CLIENT_SECRET": CANARY, **environment}
        )

    def plan(self, *arguments: str) -> Ran:
        """Plan against Partner Center, as JSON."""
        return self.run("plan", "--against", "partner-center", "--format", "json", *arguments)

    def apply(self, *arguments: str) -> Ran:
        """Apply over the wire, as a process."""
        common = ("--target", "partner-center", "--yes", "--poll", "0.06")
        return self.run("apply", *common, *arguments)

    def connection(self, pace: Pace | None = None, events: list[Event] | None = None) -> Connection:
        """A way to the emulator in this process."""
        heard: list[Event] = [] if events is None else events
        return connect(
            yaml.safe_load(settings(self.emulator.url))["targets"]["partner-center"],
            Secrets.of({"CSP_CONFIG_CLIENT_SECRET": CANARY}),
            pace or quick(),
            heard.append,
        )

    def apply_here(
        self,
        pace: Pace | None = None,
        events: list[Event] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> ApplyResult:
        """The same in this process, with a pace of one's own: no waits that a test need not wait.

        `names`: the labels of new audience entries; as they are declared without it.
        """
        inputs = Inputs(start=self.root, now=datetime.now(UTC), environment=ENVIRONMENT, base="HEAD")
        workspace = load_workspace(inputs)
        heard: list[Event] = [] if events is None else events
        connection = connect(
            workspace.candidate.settings.targets["partner-center"],
            Secrets.of({"CSP_CONFIG_CLIENT_SECRET": CANARY}),
            pace or quick(),
            heard.append,
        )
        live = drift.read_live(workspace, connection.reader())
        report = drift.plan(workspace, live, inputs.now)
        declared = {tenant: one.name for tenant, one in partners_by_tenant(workspace.candidate).items()}
        target = connection.target(declared if names is None else names) if connection.writes else None
        wire = OnlineTarget(live=live, target=target, writable_types=connection.writable_types)
        return apply(workspace, report, self.root / "runbook", inputs.now, wire)

    def held(self, name: str) -> Any:
        """What Partner Center holds for an offer: live, else in the draft."""
        return self.emulator.audience(name) or self.emulator.audience(name, "draft")

    def recorded(self, name: str) -> tuple[str, set[str]] | None:
        """What the live record of an offer says."""
        path = self.root / f"offers/live/{name}.yaml"
        if not path.exists():
            return None
        workspace = load_workspace(
            Inputs(start=self.root, now=datetime.now(UTC), environment=ENVIRONMENT, base="none")
        )
        state = workspace.candidate.live[name].state
        return state.resellers, set(state.tenants)

    def calls(self) -> list[dict[str, Any]]:
        """Every call that the emulator has met."""
        found: list[dict[str, Any]] = self.emulator.control("log")["requests"]
        return found

    def writes(self) -> list[tuple[str, str]]:
        """Every write that reached the service: (offer or product, what it asked for)."""
        return [
            (",".join(call["names"]), wish(call["body"]))
            for call in self.calls()
            if call["method"] == "POST" and call["path"].endswith("/configure") and call["reached"]
        ]


def started(workspace: Workspace, *options: str) -> subprocess.Popen[str]:
    """An apply over the wire in a process of its own, with its events in `events.jsonl`."""
    command = [sys.executable, "-m", "csp_config", "apply", "--target", "partner-center", "--yes"]
    return subprocess.Popen(
        [*command, *options, "--events", "events.jsonl"],
        cwd=workspace.root,
        env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "CSP_CONFIG_CLIENT_SECRET": CANARY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wish(body: Any) -> str:
    """What a configure request asks for, as text to compare."""
    return ", ".join(
        json.dumps(
            [
                one["$schema"].split("/")[-2],
                one.get("target"),
                one.get("resellerChannelState"),
                one.get("audiences"),
            ]
        )
        for one in body["resources"]
    )


def settings(url: str, publish: str = "live", writes: str = "on") -> str:
    """The settings file."""
    return f"""publisher: contoso
targets:
  partner-center:
    tenant_id: 33333333-4444-4555-8666-777777777777
    client_id: 22222222-3333-4444-8555-666666666666
    writes: "{writes}"
    publish: {publish}
    base_url: {url}
    authority: {url}
"""


def quick(**changed: Any) -> Pace:
    """A pace for tests: real clocks, short waits."""
    waits = {"poll": 0.03, "wait": 2.0, "settle": 0.6, "attempt": 0.8, "call": 2.5}
    delays = {"first_delay": 0.01, "longest_delay": 0.05}
    clocks = {"clock": time.monotonic, "sleep": time.sleep, "random": lambda: 0.5}
    return Pace(**{"now": lambda: datetime.now(UTC), **clocks, **waits, **delays, **changed})


def data(folder: Path) -> Path:
    """The documents that the emulator starts from."""
    return write(folder, BEFORE)
