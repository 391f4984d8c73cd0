"""JSON objects in which no key stands twice: readers take either value, so the two may see different data."""

from __future__ import annotations

from typing import Any


class RepeatedKeyError(ValueError):
    """A key that one JSON object has twice; its text is the key."""


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for `json.loads(..., object_pairs_hook=unique_keys)`.

    Raises: RepeatedKeyError.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKeyError(key)
        found[key] = value
    return found
