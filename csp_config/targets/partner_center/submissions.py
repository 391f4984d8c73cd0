"""Submissions of a product, as values: which are under way, which one is the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMA = "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2"
"""Used only where no submission was read whose own version could be kept."""


def target_of(submission: Mapping[str, Any]) -> str:
    """draft, preview or live; empty where it does not say."""
    target = submission.get("target")
    return str(target.get("targetType", "")) if isinstance(target, dict) else ""


def published(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The real submissions, oldest first: the draft's pseudo-submission left out."""
    real = [one for one in submissions if target_of(one) != "draft" and _number(one) != "0"]
    return sorted(real, key=lambda one: str(one.get("created", "")))


def in_progress(submissions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The submissions that are not over."""
    return [one for one in published(submissions) if str(one.get("status", "")).lower() != "completed"]


def preview_of(submissions: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the newest submission that stands for preview; None where there is none."""
    found = [one for one in published(submissions) if target_of(one) == "preview"]
    name = found[-1].get("id") if found else None
    return name if isinstance(name, str) else None


def failed(submissions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the newest submission failed."""
    found = published(submissions)
    return bool(found) and str(found[-1].get("result", "")).lower() == "failed"


def request(
    product: str, target: str, earlier: Iterable[Mapping[str, Any]], preview: str | None = None
) -> dict[str, Any]:
    """The resource that asks for a submission, in the schema version that was read."""
    schemas = [one["$schema"] for one in earlier if isinstance(one.get("$schema"), str)]
    resource = {"$schema": schemas[-1] if schemas else SCHEMA, "product": product}
    return {**resource, **({"id": preview} if preview else {}), "target": {"targetType": target}}


def _number(submission: Mapping[str, Any]) -> str:
    return str(submission.get("id", "")).rpartition("/")[2]
