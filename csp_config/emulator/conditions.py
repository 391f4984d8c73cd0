"""What is to go wrong, and how the service behaves where its behaviour is not known: a plan, as data.

    {"settings": {"page_size": 2},
     "faults": [{"method": "POST", "path": "configure", "nth": 1, "do": "drop-after"}]}

A fault names the calls that it meets: `method`; `path`, a pattern with `*` for what follows the API's
prefix, or for the whole path if it begins with `/`; `query`, values that it has to have; `offer`, an offer
ID or product GUID that the call has to name; `nth`, which of these calls, counted from 1 (a number or a
list; without it: each). The first that fits is used. docs/emulator.md has the table of what `do` can be.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, get_type_hints

from csp_config.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULTS: dict[str, dict[str, type]] = {
    # what the call is answered; `after`: it takes effect first
    "drop-before": {},
    "drop-after": {},
    "status": {"status": int, "retry_after": str, "after": bool, "body": object},
    "redirect": {"to": str, "status": int, "after": bool},
    "hang": {"after": bool},
    # the answer that was due, spoilt
    "empty": {},
    "html": {},
    "truncated": {},
    "doubled": {},
    "cut": {},
    "slow": {"seconds": float},
    # what happens to the job that the call starts
    "job-never-ends": {},
    "job-fails": {"code": str, "message": str},
    "not-stored": {},
    "stored-else": {"resource": dict},
    # before the call is looked at
    "expire-tokens": {},
}
"""Fault -> its own options, each with its type."""

JOB_FAULTS = ("job-never-ends", "job-fails", "not-stored", "stored-else")
_NEEDED = {"status": "status", "redirect": "to", "stored-else": "resource"}
_CHOICES = {
    "spelling": ("schemas", "pages", "both"),
    "drafts": ("always", "on-change"),
    "schema_errors": ("immediate", "late"),
    "refusals": ("immediate", "late"),
    "ids": ("accepted", "refused"),
}
_WHERE: dict[str, Any] = {
    "method": str,
    "path": str,
    "query": dict,
    "offer": str,
    "nth": (int, list),
    "do": str,
}
_HELP = "docs/emulator.md has the table of faults and settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the service behaves where that is not known, or is up to the service.

    `spelling`: of keys such as externalId. `drafts`: whether an offer that is live without later changes has
    a draft. `schema_errors`, `refusals`: whether they are told at once or by the job. `ids`: whether a
    resource that is written may carry its own. `states`: offer -> a `resellerChannelState` to show, whatever
    it is, in both APIs.
    """

    spelling: str = "schemas"
    drafts: str = "always"
    schema_errors: str = "immediate"
    refusals: str = "late"
    ids: str = "accepted"
    page_size: int = 20
    token_seconds: float = 3599
    states: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as faults see it: `path` is whole, `below` what follows the prefix, `names` what it is about."""

    method: str
    path: str
    below: str
    query: Mapping[str, str]
    names: frozenset[str]


@dataclass(slots=True)
class Fault:
    """A fault of the plan, and how many calls it has met so far."""

    plan: Mapping[str, Any]
    met: int = 0

    def meets(self, call: Call) -> bool:
        """Whether it is due for this call, which is counted if it fits."""
        if not self._fits(call):
            return False
        self.met += 1
        nth = self.plan.get("nth")
        return nth is None or self.met in (nth if isinstance(nth, list) else [nth])

    def _fits(self, call: Call) -> bool:
        path = self.plan.get("path", "*")
        return (
            self.plan.get("method", call.method) == call.method
            and fnmatchcase(call.path if path.startswith("/") else call.below, path)
            and all(call.query.get(k.lower(), "") == v for k, v in self.plan.get("query", {}).items())
            and ("offer" not in self.plan or self.plan["offer"] in call.names)
        )


@dataclass(slots=True)
class Conditions:
    """The settings, and the faults in the order in which they are looked through."""

    settings: Settings = field(default_factory=Settings)
    faults: list[Fault] = field(default_factory=list)

    def due(self, call: Call) -> Mapping[str, Any] | None:
        """The fault that this call meets; every fault that fits counts the call."""
        met = [fault for fault in self.faults if fault.meets(call)]
        return met[0].plan if met else None


def conditions_from(plan: Any) -> Conditions:
    """The conditions that a plan describes. Raises: ReadingError with the place in it that is wrong."""
    if isinstance(plan, list):
        plan = {"faults": plan}
    if not isinstance(plan, dict) or plan.keys() - {"faults", "settings"}:
        raise _wrong("it is a list of faults, or a mapping with the keys faults and settings")
    faults = plan.get("faults", [])
    if not isinstance(faults, list):
        raise _wrong("faults is a list")
    return Conditions(
        settings=_settings(plan.get("settings", {})),
        faults=[_fault(number, fault) for number, fault in enumerate(faults, start=1)],
    )


def _settings(given: Any) -> Settings:
    types = get_type_hints(Settings)
    if not isinstance(given, dict):
        raise _wrong("settings is a mapping")
    for name, value in given.items():
        if name not in types:
            raise _wrong(f"there is no setting {name!r}; settings are {', '.join(types)}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise _wrong(f"{name} is one of {', '.join(_CHOICES[name])}")
        if name in ("page_size", "token_seconds") and not (_is(value, float) and value > 0):
            raise _wrong(f"{name} is a number above 0")
    if not isinstance(given.get("states", {}), dict):
        raise _wrong("states is a mapping from offer ID to a word")
    return replace(Settings(), **given)


def _fault(number: int, fault: Any) -> Fault:
    if not isinstance(fault, dict):
        raise _wrong(f"fault {number} is no mapping")
    do = fault.get("do")
    if do not in FAULTS:
        raise _wrong(f"fault {number}: do is {str(do)[:40]!r}; it is one of {', '.join(FAULTS)}")
    options = {**_WHERE, **FAULTS[do]}
    for name, value in fault.items():
        if name not in options:
            raise _wrong(f"fault {number}: {do} has no option {name!r}; it has {', '.join(options)}")
        if not _is(value, options[name]):
            raise _wrong(f"fault {number}: {name} has the wrong type")
    if _NEEDED.get(do, "do") not in fault:
        raise _wrong(f"fault {number}: {do} needs {_NEEDED[do]}")
    return Fault(fault)


def _is(value: Any, type_: Any) -> bool:
    if type_ is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type_) and not (type_ is int and isinstance(value, bool))


def _wrong(what: str) -> ReadingError:
    return ReadingError(f"the fault plan cannot be used: {what}", help=_HELP)
