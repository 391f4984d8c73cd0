"""Requests to a code host's API, in JSON; failures become TargetErrors with a remedy."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csp_config.errors import TargetError
from csp_config.targets.secret import Secret, Vault
from csp_config.targets.transport import Transport, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.targets.transport import Answer

MOST_PAGES = 100
_SECONDS = 60.0  # for one answer, all of it
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_ERROR_TEXT = 200
_JSON_PATCH = "application/json-patch+json"
_OK, _MULTIPLE_CHOICES, _BAD_REQUEST = 200, 300, 400
_NO_TOKEN = "the token was not accepted"  # noqa: S105 - a sentence
_REFUSALS = {
    203: _NO_TOKEN,  # Azure DevOps answers an unknown token with its page to sign in
    302: _NO_TOKEN,  # or with the way there
    401: _NO_TOKEN,
    403: "the token may not do this",
    404: "there is no such thing, or the token may not see it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The JSON value of an answer, and its headers with names in lower case."""

    value: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostApi:
    """The API of one host, with one token. `rights`: the rights that the token needs, for messages."""

    base: str
    token: Secret = field(repr=False)
    rights: str
    accept: str = "application/json"
    _vault: Vault = field(repr=False)
    _transport: Transport = field(repr=False)

    @classmethod
    def for_address(cls, base: str, token: str, *, rights: str, accept: str = "application/json") -> HostApi:
        """The API at an address. Raises: TargetError unless it is https, or this computer's own."""
        check_address(base)
        vault = Vault()
        # The certificates of this computer, because a company's own host often has a company's own.
        transport = Transport(vault, trust=ssl.create_default_context())
        secret = vault.add(Secret(token))
        return cls(
            base=base.rstrip("/"),
            token=secret,
            rights=rights,
            accept=accept,
            _vault=vault,
            _transport=transport,
        )

    def get(self, path: str, *, base: str | None = None, **params: str) -> Page:
        """The answer to a GET."""
        return self._call("GET", f"{base or self.base}{path}", params=params)

    def send(
        self, method: str, path: str, body: Mapping[str, Any], *, base: str | None = None, **params: str
    ) -> Any:
        """The value in the answer to a POST, PUT or PATCH."""
        return self._call(method, f"{base or self.base}{path}", params=params, body=body).value

    def patch_json(self, method: str, path: str, changes: Sequence[Mapping[str, Any]], **params: str) -> Any:
        """The value in the answer to a request that holds a JSON Patch (RFC 6902)."""
        return self._call(
            method, f"{self.base}{path}", params=params, body=changes, content_type=_JSON_PATCH
        ).value

    def pages(self, path: str, **params: str) -> Iterator[Page]:
        """The pages of a list, until the host says that there are no more. Raises: TargetError."""
        for number in range(1, MOST_PAGES + 1):
            page = self.get(path, per_page="100", page=str(number), **params)
            if not isinstance(page.value, list):
                raise TargetError(f"{self.base}{path} is no list", help="see that the address is right")
            yield page
            if not has_next(page.headers):
                return
        raise TargetError(
            f"{self.base}{path} has more than {MOST_PAGES} pages", help="delete what is not needed any more"
        )

    def _call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str],
        body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        content_type: str = "application/json",
    ) -> Page:
        where = f"{method} {url}"
        try:
            answer = self._transport.send(
                method,
                url,
                seconds=_SECONDS,
                params=params or None,
                token=self.token,
                body=body,
                accept=self.accept,
                content_type=content_type,
            )
        except UnansweredError as error:
            raise TargetError(f"{where}: {error.message}", help="run it again") from None
        self._check(answer, where)
        try:
            return Page(value=json.loads(answer.content), headers=answer.headers)
        except (ValueError, RecursionError):
            raise TargetError(
                f"{where}: the answer is no JSON", help="see that the address is right"
            ) from None

    def _check(self, answer: Answer, where: str) -> None:
        status = answer.status
        if _OK <= status < _MULTIPLE_CHOICES and status not in _REFUSALS:
            return
        otherwise = (
            "it was not done" if status >= _BAD_REQUEST else "it points elsewhere, which is not followed"
        )
        what = _REFUSALS.get(status, otherwise)
        raise TargetError(f"{where}: {what} (HTTP {status}{self._error_text(answer)})", help=self.rights)

    def _error_text(self, answer: Answer) -> str:
        """The error text in a host's answer, with secrets removed."""
        try:
            data = json.loads(answer.content)
        except (ValueError, RecursionError):
            return ""
        data = data if isinstance(data, dict) else {}
        words = data.get("message") or data.get("error") or ""
        return f": {self._vault.hide(str(words))[:_LONGEST_ERROR_TEXT]}" if words else ""


def has_next(headers: Mapping[str, str]) -> bool:
    """Whether the headers announce another page: GitHub by a link, GitLab by its number."""
    return 'rel="next"' in headers.get("link", "") or bool(headers.get("x-next-page"))


def check_address(address: str) -> None:
    """Raises: TargetError unless a token may be sent to the address: https, or this computer's own."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or "@" in parts.netloc or parts.query:
        raise TargetError(
            "the address of the code host is not https, or holds more than an address",
            help="see the variables that the pipeline sets; a token is never sent over http",
        )
