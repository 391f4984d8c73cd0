"""A real Chromium that opens pages from disk, driven by its own driver, and what it says of them.

Source: https://www.w3.org/TR/webdriver2/ and https://developer.chrome.com/docs/chromedriver (logs, DevTools).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.patience import wait_until
from tests.systems import is_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CURE = "needs Chromium and its driver: apt-get install chromium chromium-driver"
_OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element in WebDriver's JSON
_PATIENCE = 600  # seconds, on a busy machine


class Element:
    """One element of the page."""

    def __init__(self, browser: Browser, identity: str) -> None:
        self._browser = browser
        self._path = f"/element/{identity}"

    @property
    def text(self) -> str:
        return str(self._browser.get(f"{self._path}/text"))

    def attribute(self, name: str) -> str:
        return str(self._browser.get(f"{self._path}/attribute/{name}"))

    def selected(self) -> bool:
        return bool(self._browser.get(f"{self._path}/selected"))

    def displayed(self) -> bool:
        return bool(self._browser.get(f"{self._path}/displayed"))

    def keys(self, text: str) -> None:
        self._browser.post(f"{self._path}/value", {"text": text})


class Browser:
    """One window. What it requested and what its console said is kept for each page."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._session = f"/session/{session}"
        self._address = ""
        self._runs_scripts = True

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return _value(self._client.post(f"{self._session}{path}", json=body))

    def get(self, path: str) -> Any:
        return _value(self._client.get(f"{self._session}{path}"))

    def command(self, name: str, values: dict[str, Any]) -> Any:
        """A command of DevTools."""
        return self.post("/goog/cdp/execute", {"cmd": name, "params": values})

    def look(self, width: int = 1200, height: int = 900, *, dark: bool = False, media: str = "") -> None:
        """How wide the window is, and what it prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})

    def scripts(self, *, allowed: bool) -> None:
        self._runs_scripts = allowed
        self.command("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def open(self, path: Path) -> None:
        """Open a page and wait for all of it; what earlier ones requested and said is forgotten."""
        self._log("performance")
        self._log("browser")
        self._address = path.as_uri()
        self.post("/url", {"url": self._address})
        if self._runs_scripts:
            wait_until(lambda: self.run("return document.readyState") == "complete")

    def _log(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.post("/se/log", {"type": kind})
        return found

    def requested(self) -> list[str]:
        """Addresses that were asked for since the page was opened, other than the page itself."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        found = [
            str(one["params"]["request"]["url"])
            for one in messages
            if one["method"] == "Network.requestWillBeSent"
        ]
        return [one for one in found if one != self._address and not one.startswith("data:")]

    def complaints(self) -> list[str]:
        """What the console says: a script that failed, a policy that was broken."""
        return [str(entry["message"]) for entry in self._log("browser")]

    def run(self, script: str) -> Any:
        return self.post("/execute/sync", {"script": script, "args": []})

    def all(self, selector: str) -> list[Element]:
        found = self.post("/elements", {"using": "css selector", "value": selector})
        return [Element(self, one[_ELEMENT]) for one in found]

    def press(self, key: str) -> None:
        strokes = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.post("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def violations(self, axe: str) -> list[str]:
        """What axe-core finds, with the first place of each."""
        self.run(axe)
        script = (
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary)[0])));"
        )
        return [str(one) for one in self.post("/execute/async", {"script": script, "args": []})]


def _value(answer: httpx.Response) -> Any:
    value = answer.json()["value"]
    assert answer.is_success, value
    return value


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium; skips, with the remedy, where it is not installed."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip(_CURE)
    arguments = [*_OPTIONS, *(["--no-sandbox"] if is_root() else [])]
    wanted = {
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": program, "args": arguments},
        "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        "timeouts": {"script": _PATIENCE * 1000},
    }
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as running:
        try:
            with httpx.Client(base_url=_address(running), timeout=_PATIENCE, trust_env=False) as client:
                made = _value(client.post("/session", json={"capabilities": {"alwaysMatch": wanted}}))
                yield Browser(client, made["sessionId"])
                client.delete(f"/session/{made['sessionId']}")
        finally:
            running.terminate()


def _address(running: subprocess.Popen[str]) -> str:
    """Where the driver listens, as it says itself."""
    assert running.stdout is not None
    for line in running.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return f"http://127.0.0.1:{found[1]}"
    raise AssertionError("the driver ended before it listened")
