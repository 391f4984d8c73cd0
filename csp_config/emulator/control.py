"""`/_emulator/...`: what tests and newcomers see and change from outside of the APIs.

GET  state    every product: its audience in draft, preview and live, its submissions, the jobs
GET  log      every call so far
POST click    somebody changes the audience in Partner Center: {"offer", "resellers", "tenants", "where"}
POST edit     somebody edits another part of the draft: {"offer", "resource", "change"}
POST submit   somebody publishes: {"offer", "target", "seconds"}
POST faults   the plan of what goes wrong (see `conditions`), in place of the one before
POST reset    back to the start
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from csp_config.emulator.answers import Answer
from csp_config.emulator.conditions import conditions_from
from csp_config.emulator.jobs import Job
from csp_config.emulator.resources import audience_of, reseller
from csp_config.errors import ReadingError
from csp_config.model import Audience, Resellers

if TYPE_CHECKING:
    from csp_config.emulator.products import Product
    from csp_config.emulator.resources import Resources
    from csp_config.emulator.world import World

PREFIX = "/_emulator"

_WHERE = ("live", "draft")


def control(world: World, method: str, name: str, body: Any) -> Answer:
    """The answer to a call of `/_emulator/`; 400 with a sentence where it asks for what cannot be."""
    world.finish_due_jobs()
    actions = {"click": _click, "edit": _edit, "submit": _submit, "faults": _faults, "reset": _reset}
    views = {"state": _state, "log": _log}
    try:
        if method == "GET" and name in views:
            return Answer(body=views[name](world))
        if method == "POST" and name in actions:
            return Answer(body=actions[name](world, body))
    except ReadingError as error:
        return Answer(status=400, body={"error": error.message, "help": error.help})
    known = [f"GET {view}" for view in views] + [f"POST {action}" for action in actions]
    return Answer(status=404, body={"error": f"there is no {method} {name}", "help": ", ".join(known)})


def _state(world: World) -> dict[str, Any]:
    now = world.clock()
    return {
        "products": [_product(product) for product in world.products.values()],
        "jobs": [{"offer": job.product.offer, **job.status(now)} for job in world.jobs.values()],
    }


def _product(product: Product) -> dict[str, Any]:
    return {
        "publisher": product.publisher,
        "offer": product.offer,
        "id": product.id,
        "type": product.type,
        "edited": product.edited,
        **{target: _audience(product.resources(target)) for target in ("draft", "preview", "live")},
        "submissions": [
            {"number": s.number, "target": s.target, "status": s.status, "result": s.result}
            for s in product.submissions
        ],
    }


def _audience(resources: Resources | None) -> dict[str, Any] | None:
    audience = audience_of(resources) if resources is not None else None
    if audience is None:
        return None
    return {"resellers": audience.resellers, "tenants": sorted(audience.tenants)}


def _log(world: World) -> dict[str, Any]:
    return {"requests": world.log}


def _click(world: World, body: Any) -> dict[str, Any]:
    """The audience changes as by a click, or by the support: no job, whatever the programme says."""
    product = _named(world, body, {"offer", "publisher", "resellers", "tenants", "where"})
    resellers, tenants = body.get("resellers"), body.get("tenants", [])
    where = body.get("where", "live" if product.live else "draft")
    if resellers not in get_args(Resellers) or where not in _WHERE or not _are_tenants(tenants):
        raise ReadingError("resellers is any, selected or none; where is live or draft; tenants is a list")
    if where == "live" and product.live is None:
        raise ReadingError(f"{product.offer} is not live", help='give "where": "draft"')
    names = world.publishers[product.publisher].partners
    resource = reseller(product.id, Audience(resellers=resellers, tenants=frozenset(tenants)), names)
    places = [product.draft]
    if where == "live":
        places += [submission.resources for submission in (product.preview, product.live) if submission]
    for place in places:
        place[resource["id"]] = {**resource}
    return _product(product)


def _are_tenants(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(tenant, str) for tenant in value)


def _edit(world: World, body: Any) -> dict[str, Any]:
    """Somebody's draft edit of one resource, the listing unless another type or id is named."""
    product = _named(world, body, {"offer", "publisher", "resource", "change"})
    wanted, change = body.get("resource", "listing"), body.get("change", {"title": "Edited by somebody"})
    found = next((id_ for id_ in product.draft if id_ == wanted or id_.partition("/")[0] == wanted), None)
    if found is None or not isinstance(change, dict):
        raise ReadingError(f"{product.offer} has no resource {wanted!r}, or change is no mapping")
    product.draft[found] = {**product.draft[found], **change}
    return _product(product)


def _submit(world: World, body: Any) -> dict[str, Any]:
    """Somebody's publication, in progress for some seconds; without a number, until the reset."""
    product = _named(world, body, {"offer", "publisher", "target", "seconds"})
    target, seconds = body.get("target", "preview"), body.get("seconds")
    if target not in ("preview", "live") or not isinstance(seconds, int | float | None):
        raise ReadingError("target is preview or live; seconds is a number")
    if target == "live" and product.preview in (None, product.live):
        raise ReadingError(f"{product.offer} has no preview that could go live")
    if target == "live" and product.preview is not None:
        submission = product.preview
        submission.target, submission.status, submission.result = "live", "running", "pending"
    else:
        submission = world.new_submission("preview", product.draft)
    product.latest = submission
    now = world.clock()
    due = None if seconds is None else now + seconds
    job = Job(id=world.new_job_id(), product=product, started=now, due=due, submission=submission)
    world.jobs[job.id] = job
    return _product(product)


def _faults(world: World, body: Any) -> dict[str, Any]:
    world.conditions = conditions_from(body)
    return {"faults": len(world.conditions.faults)}


def _reset(world: World, _body: Any) -> dict[str, Any]:
    world.reset()
    return {"products": len(world.products)}


def _named(world: World, body: Any, keys: set[str]) -> Product:
    """The product that a body names. Raises: ReadingError."""
    if not isinstance(body, dict) or body.keys() - keys:
        raise ReadingError(f"the body is a mapping with {', '.join(sorted(keys))}")
    offer, publisher = body.get("offer"), body.get("publisher")
    for product in world.products.values():
        if product.offer == offer and publisher in (None, product.publisher):
            return product
    raise ReadingError(f"there is no offer {str(offer)[:60]!r}", help="GET state lists them")
