"""A real Chromium that opens pages from disk, and what it says of them."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CURE = "needs Chromium (apt-get install chromium chromium-driver) and selenium (pip install selenium)"
_OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
)


class Browser:
    """One window. What it requested and what its console said is kept for each page."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def look(self, width: int = 1200, height: int = 900, *, dark: bool = False, media: str = "") -> None:
        """How wide the window is, and what it prefers."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})

    def scripts(self, *, allowed: bool) -> None:
        self.command("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def command(self, name: str, values: dict[str, Any]) -> Any:
        return self.driver.execute_cdp_cmd(name, values)

    def open(self, path: Path) -> None:
        """Open a page; what earlier ones requested and said is forgotten."""
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(path.as_uri())

    def requested(self) -> list[str]:
        """Addresses that were asked for since the page was opened, other than the page itself."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return [one for one in found if one != self.driver.current_url and not one.startswith("data:")]

    def complaints(self) -> list[str]:
        """What the console says: a script that failed, a policy that was broken."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def press(self, key: str) -> None:
        from selenium.webdriver import ActionChains  # noqa: PLC0415 - only where it is installed

        ActionChains(self.driver).send_keys(key).perform()

    def focused(self) -> str:
        """What has the focus: its tag, id and text."""
        return str(
            self.run(
                "const e = document.activeElement;"
                "return e.tagName + '#' + e.id + ' ' + (e.textContent || '').trim().slice(0, 40);"
            )
        )

    def violations(self, axe: str) -> list[str]:
        """What axe-core finds, with the first place of each."""
        self.run(axe)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary)[0])));"
        )
        return [str(one) for one in found]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium; skips, with the cure, where it is not installed."""
    selenium = pytest.importorskip("selenium.webdriver", reason=_CURE)
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415 - only where it is installed

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip(_CURE)
    options = selenium.ChromeOptions()
    options.binary_location = program
    for option in (*_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    window = selenium.Chrome(options=options, service=Service(driver))
    window.set_script_timeout(600)
    try:
        yield Browser(window)
    finally:
        window.quit()
