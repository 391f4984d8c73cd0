"""The errors of Partner Center; they differ in whether the service may have acted.

TargetError
+-- SignInError        nobody was let in: wrong secret, role or tenant
+-- UnansweredError    no usable answer (targets.transport); `sent`: it may have been carried out all the same
+-- RefusalError       the service said no: nothing was done
+-- PausedError        the service asks for a longer pause than this run may make: the run ends
+-- HaltedError        this run was asked to end
"""

from __future__ import annotations

from csp_config.errors import TargetError


class SignInError(TargetError):
    """The sign-in service or Partner Center refused the credentials."""


class HaltedError(TargetError):
    """The run was asked to end while it waited."""


class PausedError(TargetError):
    """The service asked for a longer pause than `--wait` allows; nothing more is sent in this run."""

    def __init__(self, until: str) -> None:
        super().__init__(
            f"Partner Center asks for a pause until {until}, which is longer than this run may wait",
            help=f"run the same command again after {until}, or give a longer --wait",
        )


class RefusalError(TargetError):
    """The service answered and refused. `codes`: its error codes in lower case, the outer one first.

    `temporary`: the refusal is temporary (too many requests, locked, an expired token), so the same request
    may be sent again after a read.
    """

    def __init__(
        self, message: str, *, status: int, codes: tuple[str, ...] = (), passing: bool = False
    ) -> None:
        super().__init__(message, help="see docs/partner-center.md for what the service is known to refuse")
        self.status = status
        self.codes = codes
        self.temporary = passing
