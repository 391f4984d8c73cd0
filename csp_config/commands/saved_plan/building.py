"""A saved plan as values: the exact inverse of its JSON; anything else is an error.

The text may come from anywhere, a pull request included. So every word that is printed unescaped has to be a
known one, and the values have to give the same JSON again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from csp_config.model import Audience, Base, Candidate, Diagnostic, Report, Resellers, Severity, Source, State
from csp_config.model.comparison import Comparison, Drift, NotRead, UnsyncedDraft
from csp_config.model.records import RequestStatus
from csp_config.model.work import Action, Kind, PartnerRef, Plan, PlannedOffer, PlannedRequest, Ticket
from csp_config.render.json_document import document
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    Value = TypeVar("Value")

FORMAT = 1

_CANDIDATES = ("working-tree", "index", "commit", "folder")
_HOWS = ("self-service", "support")
_STATUSES = ("needed", "waiting")
_CAUSES = ("change", "pending")


def build_report(plan: Mapping[str, Any]) -> Report:
    """The report that a plan's JSON was made from, without the files. Raises: ValueError if it was none."""
    try:
        report = _report(plan)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"something is missing or has another type ({error})") from None
    for key, value in document(report).items():
        if plan.get(key) != value:
            raise ValueError(f"`{key}` is not as this program writes it")
    return report


def _report(plan: Mapping[str, Any]) -> Report:
    candidate, summary = plan["candidate"], plan["summary"]
    return Report(
        tool=_text(plan["tool"]),
        base=_maybe(plan["base"], _base),
        candidate=Candidate(
            kind=_word(candidate["kind"], _CANDIDATES), commit=_maybe(candidate["commit"], _text)
        ),
        diagnostics=_each(plan["diagnostics"], _diagnostic),
        documents=_number(summary["documents"]),
        offers=_number(summary["offers"]),
        files={},
        rules=tuple(RULES.values()),
        plan=_plan(plan),
        project=_text(plan["project"]),
        comparison=_maybe(plan.get("comparison"), _comparison),
    )


def _comparison(one: Any) -> Comparison:
    return Comparison(
        target=_text(one["target"]),
        read_at=_text(one["read_at"]),
        read=_each(one["read"], _text),
        drift=_each(one["drift"], _drift),
        unsynced=_each(one.get("unsynced", ()), _unsynced),
        not_read=tuple(
            NotRead(offer=_text(n["offer"]), reason=_text(n["reason"]), fault=_flag(n["fault"]))
            for n in one["not_read"]
        ),
    )


def _unsynced(one: Any) -> UnsyncedDraft:
    return UnsyncedDraft(
        offer=_text(one["offer"]), draft=_maybe(one["draft"], _state), live=_state(one["live"])
    )


def _drift(one: Any) -> Drift:
    return Drift(
        offer=_text(one["offer"]),
        recorded=_state(one["recorded"]),
        recorded_at=_maybe(one["recorded_at"], _text),
        recorded_from=_text(one["recorded_from"]),
        found=_state(one["found"]),
        found_at=_text(one["found_at"]),
        published_at=_maybe(one["published_at"], _text),
        newer=_word(one["newer"], ("partner-center", "record")),
        came_true=_each(one["came_true"], _text),
    )


def _plan(plan: Mapping[str, Any]) -> Plan:
    offers = plan["offers"]
    return Plan(
        fingerprint=_text(plan["fingerprint"]),
        publisher=_maybe(plan["publisher"], _text),
        blocked=_flag(plan["blocked"]),
        not_planned=_each(plan["not_planned"], _text),
        actions=_each(plan["actions"], _action),
        current={_text(one["offer"]): _maybe(one["current"], _state) for one in offers},
        desired={_text(one["offer"]): _state(one["desired"]) for one in offers},
        day=_maybe(plan["day"], _text),
        offers={_text(one["offer"]): _about(one) for one in offers},
        partners={_text(one["tenant_id"]): _known_partner(one) for one in plan["partners"]},
        requests={_text(one["id"]): _known_request(one) for one in plan["requests"]},
    )


def _about(one: Any) -> PlannedOffer:
    return PlannedOffer(
        name=_maybe(one["name"], _text),
        type=_maybe(one["type"], _text),
        markets=_each(one["markets"], _text),
        resold=_each(one["resold"], _text),
    )


def _known_request(one: Any) -> PlannedRequest:
    return PlannedRequest(
        status=_word(one["status"], get_args(RequestStatus)),
        drafted_at=_text(one["drafted_at"]),
        filed_at=_maybe(one["filed_at"], _text),
        ticket=_maybe(one["ticket"], _text),
        move=_move(one["move"]),
        tenants=_each(one["tenants"], _text),
        remove=_each(one["remove"], _text),
    )


def _move(one: Any) -> tuple[Resellers, Resellers]:
    options = get_args(Resellers)
    return _word(one["from"], options), _word(one["to"], options)


def _base(base: Any) -> Base:
    return Base(
        revision=_text(base["revision"]),
        commit=_maybe(base["commit"], _text),
        found_by=_text(base["found_by"]),
    )


def _diagnostic(one: Any) -> Diagnostic:
    code = _word(one["code"], RULES)
    return Diagnostic(
        code=code,
        name=_word(one["name"], (RULES[code].name,)),
        severity=_word(one["severity"], get_args(Severity)),
        message=_text(one["message"]),
        source=Source(_text(one["path"]), _number(one["line"]), _number(one["column"])),
        offer=_maybe(one["offer"], _text),
        tenants=_each(one["tenants"], _text),
        help=_maybe(one["help"], _text),
        cites=_each(one["cites"], _text),
        acknowledged=_maybe(one.get("acknowledged"), _text),
        pending=_flag(one.get("pending", False)),
    )


def _action(one: Any) -> Action:
    return Action(
        id=_text(one["id"]),
        offer=_text(one["offer"]),
        kind=_word(one["kind"], get_args(Kind)),
        how=_word(one["how"], _HOWS),
        status=_word(one["status"], _STATUSES),
        cause=_word(one["cause"], _CAUSES),
        move=_move(one["move"]),
        add=_each(one["add"], _partner),
        remove=_each(one["remove"], _partner),
        after=_state(one["after"]),
        blocked_by=tuple(_word(code, RULES) for code in one["blocked_by"]),
        cites=_each(one["cites"], _text),
        steps=_each(one["steps"], _text),
        request_id=_maybe(one.get("request_id"), _text),
        replaces=_maybe(one.get("replaces"), _text),
        request=_maybe(one["request"], _ticket),
        due=_each(one.get("due", []), _text),
    )


def _partner(one: Any) -> PartnerRef:
    return _known_partner(one)._replace(lists=_each(one["lists"], _text))


def _known_partner(one: Any) -> PartnerRef:
    return PartnerRef(
        tenant_id=_text(one["tenant_id"]),
        name=_maybe(one["name"], _text),
        country=_maybe(one["country"], _text),
        region=_maybe(one["region"], _text),
        partner_id=_maybe(one["partner_id"], _text),
        competencies=_each(one["competencies"], _text),
    )


def _state(one: Any) -> State:
    tenants = frozenset(_each(one["tenants"], _text))
    resellers = _word(one["resellers"], get_args(Resellers))
    return State(published=_flag(one["published"]), audience=Audience(resellers=resellers, tenants=tenants))


def _ticket(one: Any) -> Ticket:
    names = ("id", "page", "product_family", "product", "product_version", "problem", "title", "description")
    return Ticket(
        **{name: _text(one[name]) for name in names},
        category=_maybe(one["category"], _text),
        category_hint=_maybe(one["category_hint"], _text),
        open_fields=_each(one["open_fields"], _text),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {type(value).__name__}")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"a number was expected, not {type(value).__name__}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false was expected, not {type(value).__name__}")
    return value


def _word(value: Any, known: Any) -> Any:
    """One of the words that are known here."""
    if _text(value) not in known:
        raise ValueError(f"{value[:40]!r} is no word of this format")
    return value


def _maybe(value: Any, read: Callable[[Any], Value]) -> Value | None:
    return None if value is None else read(value)


def _each(values: Any, read: Callable[[Any], Value]) -> tuple[Value, ...]:
    if not isinstance(values, list):
        raise TypeError(f"a list was expected, not {type(values).__name__}")
    return tuple(map(read, values))
