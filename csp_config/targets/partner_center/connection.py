"""Settings and environment -> a connection, with checked addresses and a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csp_config.errors import UsageError
from csp_config.targets.partner_center.auth import (
    INGESTION_SCOPE,
    SECRET_VARIABLE,
    SUBMISSION_SCOPE,
    AzureIdentity,
    ClientSecret,
    Tokens,
    azure_credential,
)
from csp_config.targets.partner_center.calls import Session
from csp_config.targets.partner_center.describing import describe
from csp_config.targets.partner_center.ingestion import OLDER_PREFIX, PREFIX, VERSION, Ingestion, Submission
from csp_config.targets.partner_center.live_reader import PartnerCenterReader
from csp_config.targets.partner_center.mapping import INGESTED
from csp_config.targets.partner_center.pace import Limiter
from csp_config.targets.partner_center.target import PartnerCenterTarget
from csp_config.targets.secret import Secret, Vault
from csp_config.targets.transport import Transport
from csp_config.text.guids import is_guid

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from csp_config.model.comparison import NotRead
    from csp_config.targets import OfferDescription, Watch
    from csp_config.targets.partner_center.auth import SignIn
    from csp_config.targets.partner_center.pace import Pace

_GRAPH = "https://graph.microsoft.com"
_PARTNER = "https://api.partner.microsoft.com"
_AUTHORITY = "https://login.microsoftonline.com"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MICROSOFT = frozenset({"login.microsoftonline.com", "login.microsoftonline.us", "login.chinacloudapi.cn"})
_MICROSOFT_BELOW = (".microsoft.com", ".microsoft.us")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The secrets from the environment; a repr shows none of them."""

    client_secret: Secret | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Secrets:
        """The secrets in an environment. Raises: UsageError."""
        given = environment.get(SECRET_VARIABLE)
        if given and not _is_unicode(given):
            raise UsageError(
                f"{SECRET_VARIABLE} holds a byte that is not UTF-8, so it is no client secret",
                help="set it again to the secret's value, as Microsoft Entra showed it; nothing was sent",
            )
        return cls(client_secret=Secret(given) if given else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connection to Partner Center, and what the settings allow on it."""

    ingestion: Ingestion = field(repr=False)
    submission: Submission = field(repr=False)
    pace: Pace = field(repr=False)
    watch: Watch = field(repr=False)
    writes: bool
    publish: str
    local: bool
    writable_types: tuple[str, ...] = tuple(sorted(INGESTED))

    def describe(self, only: Collection[str], known: Collection[str]) -> Iterator[OfferDescription | NotRead]:
        """The offers of the account that are not in `known`; with `only`, just these. Raises: TargetError."""
        return describe(self.ingestion, self.pace, only, known)

    def target(self, names: Mapping[str, str]) -> PartnerCenterTarget:
        """A target over this connection; `names`: tenant -> label of a new audience entry."""
        return PartnerCenterTarget(
            ingestion=self.ingestion, pace=self.pace, watch=self.watch, publish=self.publish, names=names
        )

    def reader(self) -> PartnerCenterReader:
        """A reader over this connection."""
        return PartnerCenterReader(
            ingestion=self.ingestion, submission=self.submission, pace=self.pace, watch=self.watch
        )


def _is_unicode(text: str) -> bool:
    """Whether a text of the environment is whole: a byte that is not UTF-8 stands there as a surrogate."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def connect(
    settings: Mapping[str, Any],
    secrets: Secrets,
    pace: Pace,
    watch: Watch,
    *,
    trusted: Mapping[str, Any] | None = None,
    log: Callable[[str], None] = lambda _line: None,
) -> Connection:
    """The connection that `targets.partner-center` describes. Nothing is sent yet.

    `trusted`: the same settings as they were reviewed (at the base). They must have an address that is
    neither Microsoft's nor this machine's, or a proposed change could have the secret sent anywhere. `log` is
    called with a line on each request and answer. Raises: UsageError.
    """
    base = _address(settings, "base_url", _GRAPH, trusted or {}).removesuffix(PREFIX)
    authority = _address(settings, "authority", _AUTHORITY, trusted or {})
    # Whoever points this program at another service must not reach Microsoft by the back door.
    older = _PARTNER if base == _GRAPH else base
    vault = Vault()
    transport = Transport(vault, settings.get("proxy"), log=log)
    limiter = Limiter(pace)
    tokens = Tokens(_sign_in(settings, secrets, transport, vault, limiter, authority), pace)
    modern = Session(
        base=base + PREFIX,
        scope=INGESTION_SCOPE,
        params={"$version": VERSION},
        transport=transport,
        tokens=tokens,
        vault=vault,
        pace=pace,
        limiter=limiter,
    )
    return Connection(
        ingestion=Ingestion(modern),
        submission=Submission(replace(modern, base=older + OLDER_PREFIX, scope=SUBMISSION_SCOPE, params={})),
        pace=pace,
        watch=watch,
        writes=settings.get("writes", "off") == "on",
        publish=settings.get("publish", "draft"),
        local=urlsplit(base).hostname in _LOOPBACK,
    )


def _address(settings: Mapping[str, Any], name: str, default: str, trusted: Mapping[str, Any]) -> str:
    text = str(settings.get(name, default)).rstrip("/")
    try:
        parts = urlsplit(text)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        plain = parts.hostname and not (parts.username or parts.password or parts.query or parts.fragment)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        safe = plain = False
    if not safe or not plain:
        raise UsageError(
            f"csp-config.yaml: targets.partner-center.{name} is not an address that secrets may be sent to",
            help="give an https address without a user name or query; http only for this machine",
        )
    if not _is_known(parts.hostname or "") and settings.get(name) != trusted.get(name):
        raise UsageError(
            f"csp-config.yaml: targets.partner-center.{name} names a host that is not Microsoft's, and the"
            " commit compared with does not name it: no secret is sent there",
            help="have the setting reviewed and merged first, or compare with a commit that has it (--base)",
        )
    return text


def _is_known(host: str) -> bool:
    return host in _LOOPBACK or host in _MICROSOFT or host.endswith(_MICROSOFT_BELOW)


def _sign_in(
    settings: Mapping[str, Any],
    secrets: Secrets,
    transport: Transport,
    vault: Vault,
    limiter: Limiter,
    authority: str,
) -> SignIn:
    """Sign in with the client secret where it is set, else with azure-identity."""
    if secrets.client_secret is None:
        credential = azure_credential(authority, settings.get("tenant_id"))
        if credential is None:
            raise UsageError(
                "there is no way to sign in to Partner Center",
                help=f"set {SECRET_VARIABLE}, or install azure-identity; see docs/partner-center.md",
            )
        return AzureIdentity(credential=credential, vault=vault, pace=limiter.pace)
    for name in ("tenant_id", "client_id"):
        if not is_guid(settings.get(name)):
            raise UsageError(
                f"csp-config.yaml: targets.partner-center.{name} is missing or no GUID in lower case",
                help="give the tenant and client id of the application that Partner Center knows",
            )
    return ClientSecret(
        transport=transport,
        vault=vault,
        pace=limiter.pace,
        limiter=limiter,
        authority=authority,
        tenant_id=settings["tenant_id"],
        client_id=settings["client_id"],
        secret=vault.add(secrets.client_secret),
    )
