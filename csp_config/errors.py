"""Why a run stopped: the exceptions, and the exit code that each of them means.

What is wrong *in* the documents is never an exception but a diagnostic. An exception says that the command
could not finish.

    CspConfigError            3   could not run
    +-- UsageError           64   wrong options or arguments
    +-- RefusedError          1   errors were found, so nothing was done
    +-- GitError              3   git could not give what was asked for
    |   +-- BaseError         3   the base cannot be read; says the command that mends it
    +-- ReadingError          3   a file or folder cannot be read or is not what it has to be
    +-- WritingError          3   a file could not be written, or output could not be written whole
    |   +-- LockedError       3   another apply or record works in this checkout
    +-- TargetError           3   a target could not be reached, or gave no usable answer
    +-- StaleError            5   the plan is not the one that was reviewed, or the world has moved
"""

from __future__ import annotations


class CspConfigError(Exception):
    """The command could not finish: `message` says where and what, `help` what to do about it."""

    exit_code = 3

    def __init__(self, message: str, *, help: str | None = None) -> None:  # noqa: A002 - the word users see
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(CspConfigError):
    """Options or arguments that do not make sense."""

    exit_code = 64


class RefusedError(CspConfigError):
    """Something asked for is not allowed as things stand; nothing was done."""

    exit_code = 1


class GitError(CspConfigError):
    """Git could not give what was asked for."""


class BaseError(GitError):
    """The commit to compare with cannot be read."""


class ReadingError(CspConfigError):
    """A file or folder cannot be read or is not what it has to be."""


class WritingError(CspConfigError):
    """A file or the output could not be written whole."""


class LockedError(WritingError):
    """Another run that writes is at work in this checkout."""


class TargetError(CspConfigError):
    """A target could not be reached, let in nobody, or gave no usable answer."""


class StaleError(CspConfigError):
    """The plan given is not the plan that follows from what is there now."""

    exit_code = 5
