"""Tokens: from azure-identity where it is installed, else for a client secret; never shown."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from importlib import import_module
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from csp_config.errors import UsageError
from csp_config.targets.partner_center.errors import SignInError
from csp_config.targets.secret import Secret
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from csp_config.targets.partner_center.pace import Limiter, Pace
    from csp_config.targets.secret import Vault
    from csp_config.targets.transport import Answer, Transport

SECRET_VARIABLE = "CSP_CONFIG_CLIENT_SECRET"  # noqa: S105 - the name of a variable, not a secret
INGESTION_SCOPE = "https://graph.microsoft.com/.default"
SUBMISSION_SCOPE = "https://api.partner.microsoft.com/.default"
_MARGIN = 300.0  # seconds of validity that a token must have left
_SHORTEST_LIFE, _LONGEST_LIFE = 60.0, 86400.0
_CODE = re.compile(r"AADSTS\d{3,9}|[a-z_]{3,40}")
_ROLE = (
    "the application must be registered in Partner Center with the role Manager, and tenant_id, client_id and"
    " the secret must be its own: docs/partner-center.md"
)
_BLANKS = (
    f"{SECRET_VARIABLE} begins or ends with a line break or another blank: set it without, as `$(cat FILE)`"
    " does with a file's last line break; otherwise, "
)


class SignIn(Protocol):
    """Gets a new token."""

    def token(self, scope: str) -> tuple[Secret, float]:
        """A token for a scope, and for how many seconds it is good. Raises: SignInError, UnansweredError."""


@dataclass(slots=True)
class Tokens:
    """The tokens of a run, one for each scope, shared by its threads."""

    sign_in: SignIn
    pace: Pace
    _lock: Lock = field(default_factory=Lock, repr=False)
    _known: dict[str, tuple[Secret, float]] = field(default_factory=dict, repr=False)

    def get(self, scope: str, *, instead_of: Secret | None = None) -> Secret:
        """A token for a scope; `instead_of`: one that the service did not take any more."""
        with self._lock:
            token, good_until = self._known.get(scope, (None, 0.0))
            if token is not None and token is not instead_of and self.pace.clock() < good_until:
                return token
            token, seconds = self.sign_in.token(scope)
            life = max(seconds - _MARGIN, _SHORTEST_LIFE)
            self._known[scope] = (token, self.pace.clock() + life)
            return token


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """Signs in as an application, by client credentials over the v2 token endpoint."""

    transport: Transport = field(repr=False)
    vault: Vault = field(repr=False)
    pace: Pace = field(repr=False)
    limiter: Limiter = field(repr=False)
    authority: str
    tenant_id: str
    client_id: str
    secret: Secret

    def token(self, scope: str) -> tuple[Secret, float]:
        """See SignIn. Raises: PausedError, too."""
        deadline = self.pace.deadline(self.pace.call)
        for attempt in range(self.pace.attempts):
            deadline = deadline.later(self.limiter.wait())
            last = attempt + 1 == self.pace.attempts or deadline.passed
            try:
                answer = self._request_token(scope, min(self.pace.attempt, deadline.left))
                if answer.status not in (429, 500, 502, 503, 504) or last:
                    return self._read(answer)
                self.limiter.add_pause(answer.headers.get("retry-after"))
            except UnansweredError as fault:
                if last:
                    raise SignInError(f"no token was given: {fault.message}", help=fault.help) from None
            self.pace.sleep(self.pace.delay(attempt, deadline))
        raise SignInError("no token was given in time", help="run the same command again")

    def _request_token(self, scope: str, seconds: float) -> Answer:
        # A request for a token changes nothing, so it may be made again.
        return self.transport.send(
            "POST",
            f"{self.authority}/{self.tenant_id}/oauth2/v2.0/token",
            seconds=max(seconds, 0.1),
            form={
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self.secret.reveal(),
                "scope": scope,
            },
        )

    def _read(self, answer: Answer) -> tuple[Secret, float]:
        data = answer.json()
        token, seconds = data.get("access_token"), data.get("expires_in", 3600)
        if answer.status == 200 and isinstance(token, str) and token:  # noqa: PLR2004 - HTTP's OK
            return self.vault.add(Secret(token)), _seconds(seconds)
        codes = " ".join(_codes(data))
        raise SignInError(
            f"signing in as {self.client_id} failed: HTTP {answer.status}{f' {codes}' if codes else ''}",
            help=_BLANKS + _ROLE if _has_blanks(self.secret) else _ROLE,
        )


def _has_blanks(secret: Secret) -> bool:
    """Whether a secret begins or ends with white space, which no secret of Microsoft Entra does."""
    text = secret.reveal()
    return text != text.strip()


def _codes(data: dict[str, Any]) -> list[str]:
    """The codes of a refusal. Its description is left out: it may repeat what was sent."""
    texts = (str(data.get("error", "")), str(data.get("error_description", ""))[:40])
    found = [match.group() for text in texts if (match := _CODE.match(text))]
    return [code for code in found if code.startswith("AADSTS") or code == texts[0]]


def _seconds(value: Any) -> float:
    """For how long a token is good, between a minute and a day; a minute where that is no number."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return _SHORTEST_LIFE
    return min(max(seconds, _SHORTEST_LIFE), _LONGEST_LIFE) if isfinite(seconds) else _SHORTEST_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureIdentity:
    """Signs in by what azure-identity finds: workload identity, managed identity, the Azure CLI."""

    credential: Any = field(repr=False)
    vault: Vault = field(repr=False)
    pace: Pace = field(repr=False)

    def token(self, scope: str) -> tuple[Secret, float]:
        """See SignIn."""
        azure_error = import_module("azure.core.exceptions").AzureError
        try:
            given = self.credential.get_token(scope)
        except azure_error as error:
            raise SignInError(
                f"azure-identity found no way to sign in ({type(error).__name__})",
                help=f"sign in (az login), or set {SECRET_VARIABLE}; {_ROLE}",
            ) from None
        return self.vault.add(Secret(given.token)), given.expires_on - self.pace.now().timestamp()


def azure_credential(authority: str, tenant_id: str | None) -> Any | None:
    """What azure-identity signs in with; None where it is not installed. Raises: UsageError."""
    try:
        identity = import_module("azure.identity")  # an extra, so not known to everybody
    except ImportError:
        return None
    # It explains at length, on standard error, what it tried; here one sentence has to do.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    tenants = ["*"] if tenant_id is None else [tenant_id]
    try:
        return identity.DefaultAzureCredential(
            authority=authority,
            exclude_interactive_browser_credential=True,
            additionally_allowed_tenants=tenants,
        )
    except ValueError:
        raise UsageError(
            f"azure-identity does not sign in at {authority}",
            help=f"give an https address, or set {SECRET_VARIABLE}",
        ) from None
