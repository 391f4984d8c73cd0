"""The writes of the Product Ingestion API: what a configure request asks for, checked, becomes a job.

Only what exists can be changed: new products and plans, lifecycle states and the sync of private audiences
are refused. Drafts change by naming resources; a `submission` among them publishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.emulator.answers import Answer, CallError, detail, invalid, one_spelling
from csp_config.emulator.catalogue import ceiling, kind_of
from csp_config.emulator.jobs import Job, reasons_against
from csp_config.emulator.products import served
from csp_config.emulator.querying import find_job, status_of
from csp_config.emulator.resource_checks import checked, faults_of_submission

if TYPE_CHECKING:
    from csp_config.emulator.answers import Asked
    from csp_config.emulator.products import Product, Submission
    from csp_config.emulator.resources import Resources
    from csp_config.emulator.world import World

_MODULAR = ("product", "property")  # what a modular publication has to bring along


class _Requested(NamedTuple):
    """What a request asks for: resources to write, and a submission."""

    writes: Resources
    submission: dict[str, Any] | None


def write(world: World, publisher: str, asked: Asked) -> Answer:
    """The answer to a POST. Raises: CallError."""
    limit = ceiling(asked.query.get("$version"))
    match asked.path:
        case ["configure"]:
            job = _accept(world, publisher, asked)
        case ["configure", id_, "cancel"]:
            job = _cancel(world, find_job(world, publisher, id_))
        case _:
            raise CallError(405, "POST is not allowed here.")
    return Answer(body=status_of(world, job, limit))


def _accept(world: World, publisher: str, asked: Asked) -> Job:
    entries = _entries(world, asked.body)
    product = _only_product(world, publisher, entries)
    wish, errors = _requested(product, entries, with_ids=world.conditions.settings.ids == "accepted")
    late = world.conditions.settings.schema_errors == "late"
    if errors and not late:
        raise CallError(400, "Invalid configuration: schema validation failed", *errors)
    _check_free(world, product)
    modular = wish.submission is not None and bool(wish.writes)
    if modular:
        _check_whole(product, wish.writes)
    submission = _submission(world, product, wish) if not errors else None
    if world.conditions.settings.refusals == "immediate" and not errors:
        reasons = reasons_against(product, wish.writes, submission, modular=modular)
        if reasons:
            raise CallError(400, "The configuration is not valid.", *reasons)
    return _begin(world, asked, product, wish, submission, errors, modular=modular)


def _begin(
    world: World,
    asked: Asked,
    product: Product,
    wish: _Requested,
    submission: Submission | None,
    errors: list[dict[str, Any]],
    *,
    modular: bool,
) -> Job:
    now, fault = world.clock(), asked.job_fault or {}
    if submission is not None:
        submission.status, submission.result = "running", "pending"
        product.latest = submission
    job = Job(
        id=world.new_job_id(),
        product=product,
        started=now,
        due=None if fault.get("do") == "job-never-ends" else now + world.job_seconds,
        writes=wish.writes,
        submission=submission,
        modular=modular,
        fault=fault,
        errors=errors,
    )
    world.jobs[job.id] = job
    return job


def _cancel(world: World, job: Job) -> Job:
    now = world.clock()
    if not job.open:
        raise CallError(400, "Cannot cancel job, job has already completed.")
    if job.submission is not None and now > job.begins_after():
        raise CallError(400, "Cannot cancel job, it has been processed too far.")
    job.cancel(now)
    return job


def _entries(world: World, body: Any) -> list[dict[str, Any]]:
    """The resources of a request. Raises: CallError where the request itself has another shape."""
    if world.conditions.settings.spelling != "schemas":
        body = one_spelling(body)
    if not isinstance(body, dict):
        raise _misshapen("The body is no JSON object.")
    if body.keys() - {"$schema", "resources"}:
        raise _misshapen("The body has other keys than $schema and resources.")
    try:
        kind = kind_of(body.get("$schema"))
    except ValueError as error:
        raise _misshapen(str(error)) from None
    if kind != "configure":
        raise _misshapen("The $schema of the body is not that of configure.")
    resources = body.get("resources")
    if not isinstance(resources, list) or not resources:
        raise _misshapen("resources is a list of at least one resource.")
    if not all(isinstance(resource, dict) for resource in resources):
        raise _misshapen("Every resource is a JSON object.")
    return resources


def _only_product(world: World, publisher: str, entries: list[dict[str, Any]]) -> Product:
    """The one product that a request is about. Raises: CallError where it is none, unknown, or several."""
    found = {product.id: product for product in (_product(world, publisher, entry) for entry in entries)}
    if len(found) > 1:
        raise invalid("The resources of one request belong to one product here.")
    product = next(iter(found.values()))
    if not served(product):
        message = f"Offers of the type {product.type} are not supported."
        raise CallError(400, message, detail("notSupported", message, f"product/{product.id}"))
    return product


def _product(world: World, publisher: str, entry: dict[str, Any]) -> Product:
    reference = entry.get("product", entry.get("id") or entry.get("identity"))
    found = None
    if isinstance(reference, str) and reference.startswith("product/"):
        found = world.product(publisher, reference.removeprefix("product/"))
    elif isinstance(reference, dict) and isinstance(reference.get("externalId"), str):
        found = world.by_offer(publisher, reference["externalId"])
    if found is None:
        message = "A resource names no product that exists: give product as durable ID or externalId."
        raise CallError(400, message, detail("resourceNotFound", message))
    return found


def _requested(
    product: Product, entries: list[dict[str, Any]], *, with_ids: bool
) -> tuple[_Requested, list[dict[str, Any]]]:
    writes: Resources = {}
    submissions, errors = [], []
    for entry in entries:
        try:
            if kind_of(entry.get("$schema")) == "submission":
                errors.extend(faults_of_submission(entry))
                submissions.append(entry)
                continue
            if not with_ids and "id" in entry:
                errors.append(detail("invalidResource", "Invalid resource.", _id(entry)))
                continue
            resource = checked(product, entry)
        except ValueError as error:
            errors.append(detail("schemaValidationError", str(error), _id(entry)))
            continue
        if resource["id"] in writes:
            errors.append(detail("invalidRequest", "A resource is given twice.", resource["id"]))
        writes[resource["id"]] = resource
    if len(submissions) > 1:
        errors.append(detail("invalidRequest", "A request holds at most one submission."))
    return _Requested(writes, submissions[0] if submissions else None), errors


def _id(entry: dict[str, Any]) -> str | None:
    id_ = entry.get("id")
    return id_ if isinstance(id_, str) else None


def _check_free(world: World, product: Product) -> None:
    """One job at a time for each product. Raises: CallError."""
    for job in world.open_jobs(product.id):
        if job.submission is not None:
            message = "An In Progress submission already exists."
            raise CallError(409, message, detail("invalidState", message, f"product/{product.id}"))
        message = "The product is locked by another request."
        raise CallError(409, message, detail("productLocked", message, f"product/{product.id}"))


def _check_whole(product: Product, writes: Resources) -> None:
    """A modular publication brings all resources but those about the product itself. Raises: CallError."""
    kinds = {id_.partition("/")[0] for id_ in writes}
    needed = {*_MODULAR, *(["plan"] if product.plans else [])}
    if missing := sorted(needed - kinds):
        message = f"A modular publication needs these resources too: {', '.join(missing)}."
        raise CallError(400, message, detail("invalidRequest", message, f"product/{product.id}"))


def _submission(world: World, product: Product, wish: _Requested) -> Submission | None:
    """The submission that a request begins or sends on to live. Raises: CallError."""
    if wish.submission is None:
        return None
    given = str(wish.submission.get("id", "")).rpartition("/")[2]
    if wish.submission["target"]["targetType"] == "preview":
        if given not in ("", "0", product.preview.number if product.preview else ""):
            raise _too_old(product)
        return world.new_submission("preview", product.draft)
    if wish.writes:
        raise invalid("A publication to live is of the whole preview: it takes no other resources.")
    preview = product.preview
    if not given or given == "0" or preview is None:
        raise invalid("A publication to live needs the id of the preview submission.")
    if preview.number != given or preview is product.live:
        raise _too_old(product)
    preview.target = "live"
    return preview


def _too_old(product: Product) -> CallError:
    message = "The submission cannot be pushed to as its not the latest."
    return CallError(400, message, detail("invalidState", message, f"product/{product.id}"))


def _misshapen(message: str) -> CallError:
    return CallError(
        400, "Invalid configuration: schema validation failed", detail("schemaValidationError", message)
    )
