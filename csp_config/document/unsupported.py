"""What YAML offers and these documents do without: the sentence and the cure for each."""

from __future__ import annotations

UNSUPPORTED = {
    "anchor": (
        "An anchor (`&`) is not supported.",
        "Take it out, and write the value wherever it is needed.",
    ),
    "alias": (
        "An alias (`*`) is not supported.",
        "Write out the value itself. Quote text that begins with `*`.",
    ),
    "merge": (
        "A merge key (`<<`) is not supported.",
        "Write out the keys and values that it would bring in.",
    ),
    "tag": ("A tag (`!`) is not supported.", "Take it out. Quote text that begins with `!`."),
    "directive": (
        "A directive (`%`) is not supported.",
        "Take the line out. Quote text that begins with `%`.",
    ),
    "documents": ("A second document begins here.", "Move it into a file of its own: one document a file."),
}
