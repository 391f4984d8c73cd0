"""The token endpoints of Entra, for client credentials; and whether a call carries a token that opens it.

Any client is accepted unless the emulator was given a secret. A token looks like a JWT, because clients
exist that read its claims; its signature is none.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from csp_config.emulator.answers import Answer, CallError
from csp_config.emulator.world import Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.emulator.publishers import Publisher
    from csp_config.emulator.world import World

GRAPH = "https://graph.microsoft.com"
PARTNER = "https://api.partner.microsoft.com"

_DEFAULT_SCOPE = "/.default"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenError(Exception):
    """A token that is refused: the error object of OAuth 2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.answer = Answer(status=status, body={"error": error, "error_description": description})


def token(
    world: World, tenant: str, form: Mapping[str, str], authorization: str, origin: str, *, v2: bool
) -> Answer:
    """The answer of a token endpoint: version 1 wants `resource`, version 2 `scope`."""
    try:
        publisher = _publisher_of(world, tenant)
        client, secret = _client(form, authorization)
        _check_client(world, form, client, secret)
        audience = _audience(form, origin, v2=v2)
    except TokenError as refused:
        return refused.answer
    return _given(world, publisher, tenant, client, audience, v2=v2)


def opened(world: World, authorization: str, audience: str, origin: str) -> str:
    """The publisher whose account a call's token opens. Raises: CallError 401."""
    scheme, _, value = authorization.partition(" ")
    found = world.tokens.get(value.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise CallError(401, "Access token is missing or invalid.")
    if found.expires <= world.clock():
        raise CallError(401, "Access token has expired.")
    if found.audience not in (audience, origin):
        raise CallError(401, f"Access token validation failure: it is not for {audience}.")
    return found.publisher


def _publisher_of(world: World, tenant: str) -> Publisher:
    for publisher in world.publishers.values():
        if publisher.tenants is None or tenant.lower() in publisher.tenants:
            return publisher
    raise TokenError("invalid_request", f"Tenant '{tenant[:60]}' not found.")


def _client(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    """Client and secret, from the form or from HTTP Basic."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        raise TokenError("invalid_request", "The Authorization header cannot be read.") from None
    return unquote_plus(client), unquote_plus(secret)


def _check_client(world: World, form: Mapping[str, str], client: str, secret: str) -> None:
    if form.get("grant_type") != "client_credentials":
        raise TokenError("unsupported_grant_type", "Only grant_type=client_credentials is served here.")
    if not client:
        raise TokenError("invalid_request", "The request body must contain client_id.")
    if form.get("client_assertion") and form.get("client_assertion_type") == _ASSERTION and not world.secret:
        return
    if not secret:
        raise TokenError("invalid_client", "client_secret or client_assertion is missing.", 401)
    if world.secret is not None and not secrets.compare_digest(secret.encode(), world.secret.encode()):
        raise TokenError("invalid_client", "Invalid client secret provided.", 401)


def _audience(form: Mapping[str, str], origin: str, *, v2: bool) -> str:
    """What the token is for. One for the emulator's own address opens all: clients derive it from there."""
    wanted = form.get("scope" if v2 else "resource", "")
    if v2 and not wanted.endswith(_DEFAULT_SCOPE):
        raise TokenError("invalid_scope", f"The scope has to be an address followed by {_DEFAULT_SCOPE}.")
    resource = wanted.removesuffix(_DEFAULT_SCOPE).rstrip("/")
    if resource not in (GRAPH, PARTNER, origin):
        raise TokenError("invalid_scope" if v2 else "invalid_resource", f"{wanted[:80]!r} is not known here.")
    return resource


def _given(
    world: World, publisher: Publisher, tenant: str, client: str, audience: str, *, v2: bool
) -> Answer:
    seconds = world.conditions.settings.token_seconds
    now = world.clock()
    claims = {"aud": audience, "appid": client, "tid": tenant, "iat": int(now), "exp": int(now + seconds)}
    value = ".".join((_part({"alg": "none", "typ": "JWT"}), _part(claims), secrets.token_urlsafe(32)))
    world.tokens[value] = Token(publisher=publisher.name, audience=audience, expires=now + seconds)
    body: dict[str, Any] = {"token_type": "Bearer", "expires_in": int(seconds), "access_token": value}
    if not v2:
        times = {"expires_in": seconds, "expires_on": now + seconds, "not_before": now}
        body |= {name: str(int(time)) for name, time in times.items()} | {"resource": audience}
    return Answer(body=body, headers={"cache-control": "no-store"})


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
