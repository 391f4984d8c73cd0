"""The emulator as a process of its own, and a client of it that knows nothing but HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

import httpx

from csp_config.targets.transport import default_trust
from tests.patience import HANG, wait_until
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "2022-07-01"
RESELLER_SCHEMA = "https://schema.mp.microsoft.com/schema/reseller/2022-03-01-preview2"
CONFIGURE_SCHEMA = "https://schema.mp.microsoft.com/schema/configure/2022-03-01-preview2"
SUBMISSION_SCHEMA = "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2"
FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "1f1e2d3c-4b5a-4697-8877-665544332211"
NORTHWIND = "2f1e2d3c-4b5a-4697-8877-665544332211"


class Emulator:
    """A running emulator. It ends with the test run at the latest, when its standard input closes."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url
        self.http = httpx.Client(timeout=HANG, trust_env=False, verify=default_trust())
        self._tokens: dict[str, str] = {}

    @classmethod
    def start(cls, data: Path, *options: str, job_seconds: float = 0.05) -> Self:
        """Start it on a free port and wait for its first line."""
        process = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "csp_config",
                    "emulator",
                    "--data",
                    str(data),
                    "--until-stdin-closes",
                ),
                *("--job-seconds", str(job_seconds), *options),
            ],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        if not line.startswith("listening on http://127.0.0.1:"):
            assert process.stderr is not None
            raise AssertionError(line + process.stderr.read().decode())
        return cls(process, line.split()[-1])

    def stop(self) -> int:
        """Close its standard input and wait for the end; its exit code."""
        self.http.close()
        assert self.process.stdin is not None
        self.process.stdin.close()
        code = self.process.wait(HANG)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def control(self, name: str, body: Any = None) -> Any:
        """What `/_emulator/` answers: a GET without a body, else a POST."""
        url = f"{self.url}/_emulator/{name}"
        views = ("state", "log")
        answer = self.http.get(url) if name in views else self.http.post(url, content=json.dumps(body))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def faults(self, *faults: dict[str, Any], **settings: Any) -> None:
        """Set the plan of what goes wrong."""
        self.control("faults", {"faults": list(faults), "settings": settings})

    def audience(self, offer: str, target: str = "live") -> tuple[str, set[str]] | None:
        """Who may resell an offer, in one of its targets."""
        return self.audiences(target)[offer]

    def audiences(self, target: str) -> dict[str, tuple[str, set[str]] | None]:
        """Who may resell each offer, in one of its targets."""
        found = {product["offer"]: product[target] for product in self.control("state")["products"]}
        return {name: (one["resellers"], set(one["tenants"])) if one else None for name, one in found.items()}

    def reset(self) -> None:
        """Back to the start, tokens and all."""
        self.control("reset")
        self._tokens.clear()

    def token(self, tenant: str = "contoso", resource: str = "https://graph.microsoft.com") -> str:
        """An access token, asked for once."""
        if tenant + resource not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "hush"}
            answer = self.http.post(
                f"{self.url}/{tenant}/oauth2/v2.0/token", data={**form, "scope": f"{resource}/.default"}
            )
            assert answer.status_code == 200, answer.text
            self._tokens[tenant + resource] = answer.json()["access_token"]
        return self._tokens[tenant + resource]

    def call(self, method: str, path: str, *, tenant: str = "contoso", **more: Any) -> httpx.Response:
        """A call of the Product Ingestion API; `$version` is added where the path brings no query."""
        if "?" not in path:
            path += f"?$version={VERSION}"
        headers = {"authorization": f"Bearer {self.token(tenant)}"}
        return self.http.request(method, f"{self.url}/rp/product-ingestion/{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A read."""
        return self.call("GET", path, **more)

    def older(self, path: str, method: str = "GET") -> httpx.Response:
        """A call of the older API."""
        headers = {"authorization": f"Bearer {self.token(resource='https://api.partner.microsoft.com')}"}
        return self.http.request(method, f"{self.url}/v1.0/ingestion/{path}", headers=headers)

    def product(self, offer: str) -> str:
        """The GUID of an offer."""
        found = self.get(f"product?externalID={offer}&$version={VERSION}").json()["value"]
        return str(found[0]["id"].removeprefix("product/"))

    def tree(self, offer: str, target: str) -> dict[str, dict[str, Any]]:
        """The resources of an offer's target, by id."""
        answer = self.get(
            f"resource-tree/product/{self.product(offer)}?targetType={target}&$version={VERSION}"
        )
        assert answer.status_code == 200, answer.text
        return {resource["id"]: resource for resource in answer.json()["resources"]}

    def configure(self, *resources: dict[str, Any]) -> httpx.Response:
        """A configure request."""
        body = {"$schema": CONFIGURE_SCHEMA, "resources": list(resources)}
        return self.call("POST", "configure", json=body)

    def done(self, answer: httpx.Response) -> dict[str, Any]:
        """The status of a job once it has completed."""
        assert answer.status_code == 200, answer.text
        path = f"configure/{answer.json()['jobId']}/status"
        wait_until(lambda: self.get(path).json()["jobStatus"] == "completed")
        status: dict[str, Any] = self.get(path).json()
        return status

    def reseller(self, offer: str, state: str, *tenants: str, **more: Any) -> dict[str, Any]:
        """A `reseller` resource to write."""
        return {
            "$schema": RESELLER_SCHEMA,
            "product": f"product/{self.product(offer)}",
            "resellerChannelState": state,
            "audiences": [{"type": "tenant", "id": tenant} for tenant in tenants],
            **more,
        }

    def submission(self, offer: str, target: str, number: str | None = None) -> dict[str, Any]:
        """A `submission` resource that publishes."""
        product = self.product(offer)
        found = {
            "$schema": SUBMISSION_SCHEMA,
            "product": f"product/{product}",
            "target": {"targetType": target},
        }
        return found if number is None else {**found, "id": f"submission/{product}/{number}"}
