"""What a call asks and what it is answered, as values; and the error shapes of the API.

Outer codes: badRequest, unauthorized, notFound, methodNotAllowed, conflict. Inner codes, in `details`: those
of the inner-error schema, such as businessValidationError, invalidRequest, productLocked,
schemaValidationError.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_END = "0001-01-01T00:00:00"
"""`jobEnd` of a job that has not ended."""

_OUTER = {400: "badRequest", 401: "unauthorized", 404: "notFound", 405: "methodNotAllowed", 409: "conflict"}
_TWINS = {"externalId": "externalID", "jobId": "jobID", "languageId": "languageID"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call. `path`: what follows the API's prefix, empty parts left out. `query`: names in lower case."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    origin: str = ""
    job_fault: Mapping[str, Any] | None = None  # what is to go wrong with the job that this call starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `body` is JSON."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class CallError(Exception):
    """A call that is refused, as the status and the error object that it is answered with."""

    def __init__(self, status: int, message: str, *details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = list(details)

    @property
    def code(self) -> str:
        """The outer code."""
        return _OUTER[self.status]

    def answer(self) -> Answer:
        """The immediate error shape; a late error stands in `errors` of the job's status instead."""
        error = {"code": self.code, "message": self.message, "details": self.details}
        headers = {"www-authenticate": "Bearer"} if self.status == 401 else {}  # noqa: PLR2004 - unauthorized
        return Answer(status=self.status, body={"error": error}, headers=headers)


def detail(code: str, message: str, resource: str | None = None) -> dict[str, Any]:
    """An inner error."""
    found: dict[str, Any] = {"code": code, "message": message, "details": []}
    return found if resource is None else {**found, "resourceId": resource}


def not_found(what: str) -> CallError:
    """The answer about something that is not there, or that belongs to another publisher."""
    return CallError(404, f"{what} was not found.", detail("resourceNotFound", f"{what} was not found."))


def invalid(message: str) -> CallError:
    """The answer to a call that is wrong in itself."""
    return CallError(400, message, detail("invalidRequest", message))


def no_such_method(method: str) -> CallError:
    """The answer to a method that a path does not have."""
    return CallError(405, f"The method {method} is not allowed here.")


def moment(seconds: float) -> str:
    """A time of the API: UTC, seven digits of a second."""
    return re.sub(
        r"(\.\d{6})$", r"\g<1>0Z", datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    )


def json_from(body: bytes) -> Any:
    """What a body holds, if it can be said again as JSON. Raises: ValueError."""
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found


def spelled(value: Any, spelling: str) -> Any:
    """JSON with the keys that Microsoft's pages and schemas write differently.

    `schemas`: externalId, as working clients read it; `pages`: externalID; `both`: each of the two, which a
    client that refuses unknown fields does not take.
    """
    if isinstance(value, list):
        return [spelled(entry, spelling) for entry in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, entry in value.items():
        twin = _TWINS.get(key)
        if twin is None or spelling != "pages":
            found[key] = spelled(entry, spelling)
        if twin is not None and spelling != "schemas":
            found[twin] = spelled(entry, spelling)
    return found


def one_spelling(value: Any) -> Any:
    """JSON with each of those keys as the schemas write it."""
    if isinstance(value, list):
        return [one_spelling(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    back = {twin: key for key, twin in _TWINS.items()}
    return {back.get(key, key): one_spelling(entry) for key, entry in value.items()}
