"""Calls with a token: reads are retried, writes never are; refusals become errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from csp_config.targets.partner_center.errors import RefusalError, SignInError
from csp_config.targets.transport import UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.targets.partner_center.auth import Tokens
    from csp_config.targets.partner_center.pace import Deadline, Limiter, Pace
    from csp_config.targets.secret import Secret, Vault
    from csp_config.targets.transport import Answer, Transport

_OK, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER = range(200, 300), 401, 403, 429, 500
_ACCEPTED, _REDIRECTS, _TIMED_OUT = 202, range(300, 400), 408
_RETRIED = frozenset({408, 429})  # and everything from 500 on: a read may be made again
_LONGEST_ERROR = 600
_DEEPEST = 4
LOCKED = frozenset({"locked", "productlocked", "conflict", "operationcanceled", "serviceunavailable"})
"""Error codes, in lower case, of temporary refusals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One API of Partner Center: its address, the scope of its tokens, and its timeouts."""

    base: str
    scope: str
    params: Mapping[str, str]
    transport: Transport = field(repr=False)
    tokens: Tokens = field(repr=False)
    vault: Vault = field(repr=False)
    pace: Pace = field(repr=False)
    limiter: Limiter = field(repr=False)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The object at a path. Raises: RefusalError, UnansweredError, SignInError, PausedError."""
        deadline = self.pace.deadline(self.pace.call)
        for attempt in range(self.pace.attempts):
            deadline = deadline.later(self.limiter.wait())
            try:
                answer = self._with_token(path, params, deadline)
                if answer.status not in _RETRIED and answer.status < _SERVER:
                    return self._read(answer)
                fault: UnansweredError = UnansweredError(self._refusal(answer).message, sent=True)
            except UnansweredError as unanswered:
                fault = unanswered
            if attempt + 1 == self.pace.attempts or deadline.passed:
                break
            self.pace.sleep(self.pace.delay(attempt, deadline))
        raise UnansweredError(f"GET {path}: {fault.message}, {attempt + 1} times", sent=True) from None

    def configure(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one write, which asks for a job, sent once.

        Raises: RefusalError when nothing was done (`temporary`: read, then send it again); UnansweredError
        when the outcome is not known; SignInError; PausedError.
        """
        token = self.tokens.get(self.scope)
        answer = self._send("POST", "configure", None, token, self.pace.attempt, body)
        if answer.status == _UNAUTHORIZED:
            self.tokens.get(self.scope, instead_of=token)
            raise RefusalError("POST configure: the token was not taken", status=answer.status, passing=True)
        if answer.status in _REDIRECTS or answer.status == _TIMED_OUT or not self._is_own(answer):
            raise UnansweredError(self._refusal(answer).message, sent=True)
        return self._read(answer)

    def pages(self, path: str, params: Mapping[str, str], next_key: str) -> Iterator[dict[str, Any]]:
        """The entries of a listing, page after page, within one deadline and a number of pages.

        Of the link to the next page only the query is used, so no token goes where the link leads.
        """
        seen: set[str] = set()
        query: Mapping[str, str] = params
        deadline = self.pace.deadline(self.pace.listing)
        for _ in range(self.pace.pages):
            deadline = deadline.later(self.limiter.wait())
            if deadline.passed:
                seconds = f"{self.pace.listing:,.0f} seconds"
                raise UnansweredError(f"GET {path}: the listing did not end within {seconds}", sent=True)
            page = self.get(path, query)
            entries = page.get("value")
            if not isinstance(entries, list):
                raise UnansweredError(f"GET {path}: the answer has no list of values", sent=True)
            yield from (entry for entry in entries if isinstance(entry, dict))
            link = page.get(next_key)
            if not link:
                return
            if not isinstance(link, str) or link in seen:
                raise UnansweredError(f"GET {path}: the pages lead in a circle", sent=True)
            seen.add(link)
            query = query_of(link)
        raise UnansweredError(f"GET {path}: the listing has over {self.pace.pages:,} pages", sent=True)

    def _with_token(self, path: str, params: Mapping[str, str] | None, deadline: Deadline) -> Answer:
        """The answer to a read; an expired token is renewed once."""
        token = self.tokens.get(self.scope)
        answer = self._send("GET", path, params, token, min(self.pace.attempt, deadline.left))
        if answer.status == _UNAUTHORIZED:
            token = self.tokens.get(self.scope, instead_of=token)
            answer = self._send("GET", path, params, token, min(self.pace.attempt, deadline.left))
        return answer

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        token: Secret,
        seconds: float,
        body: Any = None,
    ) -> Answer:
        self.limiter.wait()
        answer = self.transport.send(
            method,
            f"{self.base}/{path}",
            seconds=max(seconds, 0.1),
            params={**(params or {}), **self.params},
            token=token,
            body=body,
        )
        if answer.status not in _OK or answer.status == _ACCEPTED:
            self.limiter.add_pause(answer.headers.get("retry-after"))
        return answer

    def _read(self, answer: Answer) -> dict[str, Any]:
        if answer.status in _OK:
            return answer.json()
        if answer.status == _UNAUTHORIZED:
            raise SignInError(
                "Partner Center does not take the token",
                help="the application must be registered in Partner Center (docs/partner-center.md)",
            )
        if answer.status >= _SERVER:
            raise UnansweredError(self._refusal(answer).message, sent=True)
        raise self._refusal(answer)

    def _is_own(self, answer: Answer) -> bool:
        """Whether an answer is the service's own, and not a proxy's, which may come after it has acted."""
        if answer.status in _OK or answer.status == _TOO_MANY:
            return True
        try:
            return isinstance(answer.json().get("error"), dict)
        except UnansweredError:
            return False

    def _refusal(self, answer: Answer) -> RefusalError:
        """The error of an answer other than success, with secrets removed."""
        if answer.status in _REDIRECTS:
            return RefusalError("answered with a redirect, which is not followed", status=answer.status)
        try:
            outer = answer.json().get("error")
        except UnansweredError:
            outer = None
        codes, words = error_words(outer if isinstance(outer, dict) else {})
        text = self.vault.hide(words)[:_LONGEST_ERROR]
        role = " (the application needs the role Manager)" if answer.status == _FORBIDDEN else ""
        return RefusalError(
            f"HTTP {answer.status}{f' {text}' if text else ''}{role}",
            status=answer.status,
            codes=codes,
            passing=answer.status == _TOO_MANY or any(code in LOCKED for code in codes),
        )


def query_of(link: str) -> dict[str, str]:
    """The query of a link as parameters; the last one of several with one name. Raises: UnansweredError."""
    from urllib.parse import parse_qsl, urlsplit  # noqa: PLC0415 - only listings have links

    try:
        return dict(parse_qsl(urlsplit(link).query, max_num_fields=100))
    except ValueError:
        raise UnansweredError("the link to the next page is no address", sent=True) from None


def error_words(error: Mapping[str, Any], depth: int = 0) -> tuple[tuple[str, ...], str]:
    """The codes of an error and of its nested details, in lower case, and its texts in one line."""
    code = str(error.get("code") or "")
    parts = [" ".join(str(part) for part in (code, error.get("message")) if part)]
    codes = [code.lower()] if code else []
    details = error.get("details")
    for detail in details if isinstance(details, list) and depth < _DEEPEST else ():
        if isinstance(detail, dict):
            inner_codes, inner = error_words(detail, depth + 1)
            codes += inner_codes
            parts.append(inner)
    return tuple(codes), "; ".join(part for part in parts if part)
