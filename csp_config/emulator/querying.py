"""The reads of the Product Ingestion API: products, plans, trees, single resources, submissions, jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import quote, urlencode

from csp_config.emulator.answers import Answer, CallError, detail, invalid, moment, not_found
from csp_config.emulator.catalogue import API_TYPES, VERSIONS, ceiling, schema_under
from csp_config.emulator.products import Target, served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.emulator.answers import Asked
    from csp_config.emulator.jobs import Job
    from csp_config.emulator.products import Product, Submission
    from csp_config.emulator.resources import Resources
    from csp_config.emulator.world import World

PREFIX = "/rp/product-ingestion"

_Limit = tuple[str, int]


def read(world: World, publisher: str, asked: Asked) -> Answer:
    """The answer to a GET. Raises: CallError."""
    limit = ceiling(asked.query.get("$version"))
    match asked.path:
        case ["product"]:
            answer = _products(world, publisher, asked, limit)
        case ["plan"]:
            answer = _plans(world, publisher, asked, limit)
        case ["resource-tree", "product", id_]:
            answer = _tree(world, _served(world, publisher, id_), asked, limit)
        case ["submission", id_] | ["submission", "product", id_]:
            answer = _submissions(world, _served(world, publisher, id_), asked, limit)
        case ["submission", id_, number]:
            answer = _submission(world, _served(world, publisher, id_), number, limit)
        case ["configure", job, "status"]:
            answer = _status(world, find_job(world, publisher, job), limit)
        case ["configure", job]:
            answer = _detail(find_job(world, publisher, job), limit)
        case [kind, id_, *_] if kind in VERSIONS:
            answer = _resource(world, _served(world, publisher, id_), "/".join(asked.path), limit)
        case _:
            raise not_found(f"The path {'/'.join(asked.path)[:80]}")
    return answer


def find_job(world: World, publisher: str, id_: str) -> Job:
    """One of the publisher's jobs. Raises: CallError."""
    job = world.jobs.get(id_.lower())
    if job is None or job.product.publisher != publisher:
        raise not_found(f"The job {id_[:60]}")
    return job


def status_of(world: World, job: Job, limit: _Limit) -> dict[str, Any]:
    """A job as `configure-status`."""
    return {"$schema": schema_under("configure-status", limit), **job.status(world.clock())}


def target_of(asked: Asked) -> Target | None:
    """The targetType asked for, in any case, bare or in quotes; None where none is. Raises: CallError."""
    given = asked.query.get("targettype")
    if given is None:
        return None
    bare = given[1:-1] if len(given) > 1 and given[0] == given[-1] and given[0] in "\"'" else given
    for target in get_args(Target):
        if bare.lower() == target:
            known: Target = target
            return known
    raise invalid(f"The targetType {given[:40]!r} is not supported.")


def _served(world: World, publisher: str, id_: str) -> Product:
    """A product whose resources this API serves. Raises: CallError."""
    product = world.product(publisher, id_)
    if not served(product):
        name = API_TYPES[product.type].name
        message = f"Type {name[0].upper()}{name[1:]} is not supported"
        raise CallError(400, message, detail("notSupported", message, f"product/{product.id}"))
    return product


def _products(world: World, publisher: str, asked: Asked, limit: _Limit) -> Answer:
    wanted, kind = asked.query.get("externalid"), asked.query.get("type")
    owned = world.owned(publisher) if wanted is None else filter(None, [world.by_offer(publisher, wanted)])
    found = [
        _shown(_summary(product), limit) for product in owned if kind in (None, API_TYPES[product.type].name)
    ]
    return _page(world, asked, found)


def _plans(world: World, publisher: str, asked: Asked, limit: _Limit) -> Answer:
    reference = asked.query.get("product")
    if not reference:
        raise invalid("The query parameter product is required.")
    product = _served(world, publisher, reference.removeprefix("product/"))
    wanted = asked.query.get("externalid")
    found = [
        _shown(resource, limit)
        for id_, resource in product.draft.items()
        if id_.startswith("plan/") and wanted in (None, resource["identity"]["externalId"])
    ]
    return _page(world, asked, found)


def _tree(world: World, product: Product, asked: Asked, limit: _Limit) -> Answer:
    target = target_of(asked) or "draft"
    resources = _at(world, product, target)
    found = [_shown(resource, limit) for resource in resources.values()]
    submission = product.live if target == "live" else product.preview
    shown = _draft_entry(product) if target == "draft" or submission is None else _entry(product, submission)
    found.append(_shown({**shown, "target": {"targetType": target}}, limit))
    body = {
        "$schema": schema_under("resource-tree", limit),
        "root": f"product/{product.id}",
        "target": {"targetType": target},
        "resources": _unordered(found, next(world.reads)),
    }
    return Answer(body=body)


def _unordered(found: list[dict[str, Any]], turn: int) -> list[dict[str, Any]]:
    """The same resources in an order that differs from one read to the next."""
    cut = turn % len(found)
    turned = found[cut:] + found[:cut]
    return turned[::-1] if turn % 2 else turned


def _at(world: World, product: Product, target: Target) -> Resources:
    resources = product.resources(target)
    hidden = target == "draft" and world.conditions.settings.drafts == "on-change" and not product.edited
    if resources is None or hidden:
        raise not_found(f"The {target} of product/{product.id}")
    state = world.conditions.settings.states.get(product.offer)
    if state is None:
        return resources
    reseller = f"reseller/{product.id}"
    return {**resources, reseller: {**resources[reseller], "resellerChannelState": state}}


def _resource(world: World, product: Product, id_: str, limit: _Limit) -> Answer:
    found = _at(world, product, "draft").get(id_)
    if found is None:
        raise not_found(f"The resource {id_[:120]}")
    return Answer(body=_shown(found, limit))


def _submissions(world: World, product: Product, asked: Asked, limit: _Limit) -> Answer:
    target = target_of(asked)
    entries = [_entry(product, submission) for submission in product.submissions]
    if world.conditions.settings.drafts == "always" or product.edited:
        entries.insert(0, _draft_entry(product))
    if target is not None:
        entries = [entry for entry in entries if entry["target"]["targetType"] == target]
        if target == "preview" and not entries and product.preview is not None:
            # once live, a submission stands for both targets until there is a new preview
            entries = [{**_entry(product, product.preview), "target": {"targetType": "preview"}}]
    return _page(world, asked, [_shown(entry, limit) for entry in entries])


def _submission(world: World, product: Product, number: str, limit: _Limit) -> Answer:
    if number == "0" and (world.conditions.settings.drafts == "always" or product.edited):
        return Answer(body=_shown(_draft_entry(product), limit))
    for submission in product.submissions:
        if submission.number == number:
            return Answer(body=_shown(_entry(product, submission), limit))
    raise not_found(f"The submission {number[:60]}")


def _draft_entry(product: Product) -> dict[str, Any]:
    return {
        "id": f"submission/{product.id}/0",
        "product": f"product/{product.id}",
        "target": {"targetType": "draft"},
        "lifecycleState": "generallyAvailable",
    }


def _entry(product: Product, submission: Submission) -> dict[str, Any]:
    return {
        "id": f"submission/{product.id}/{submission.number}",
        "product": f"product/{product.id}",
        "target": {"targetType": submission.target},
        "lifecycleState": "generallyAvailable",
        "status": submission.status,
        "result": submission.result,
        "created": moment(submission.created),
    }


def _status(world: World, job: Job, limit: _Limit) -> Answer:
    return Answer(body=status_of(world, job, limit))


def _detail(job: Job, limit: _Limit) -> Answer:
    """What a job changed. Raises: CallError before its end, and for a job that failed."""
    if job.open:
        raise invalid("The job has not completed; its details are not available yet.")
    if job.result == "failed":
        raise not_found(f"The details of the failed job {job.id}")
    made = [*job.written, *([_entry(job.product, job.published)] if job.published else [])]
    resources = [_shown(resource, limit) for resource in made]
    return Answer(body={"$schema": schema_under("configure-detail", limit), "resources": resources})


def _summary(product: Product) -> dict[str, Any]:
    return product.draft[f"product/{product.id}"]


def _shown(resource: dict[str, Any], limit: _Limit) -> dict[str, Any]:
    kind = resource["id"].partition("/")[0]
    return {"$schema": schema_under(kind, limit), **resource}


def _page(world: World, asked: Asked, found: Sequence[dict[str, Any]]) -> Answer:
    """One page of a list, of at most as many as the service gives, fewer if asked for; and the next link."""
    size = min(_number(asked, "$maxpagesize", least=1) or len(found) + 1, world.conditions.settings.page_size)
    start = _number(asked, "continuationtoken", least=0) or 0
    body: dict[str, Any] = {"value": list(found[start : start + size])}
    if start + size < len(found):
        query = {**asked.query, "continuationToken": f"{start + size:08d}"}
        query.pop("continuationtoken", None)
        path = f"{asked.origin}{PREFIX}/{quote('/'.join(asked.path))}"
        body["@nextLink"] = f"{path}?{urlencode(query, safe='$/', quote_via=quote)}"
    return Answer(body=body)


def _number(asked: Asked, name: str, *, least: int) -> int | None:
    given = asked.query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) >= least):  # noqa: PLR2004
        raise invalid(f"The query parameter {name} has the value {given[:40]!r}, which is not valid.")
    return int(given)
