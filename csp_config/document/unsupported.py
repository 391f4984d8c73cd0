"""What YAML offers and these documents do without: the sentence and the cure for each."""

from __future__ import annotations

from csp_config.document.limits import MAX_KEY

KEY_TOO_LONG = f"this key is too long for YAML: at most {MAX_KEY:,} characters", "shorten it"
UNSUPPORTED = {
    "anchor": (
        "an anchor (`&`) is not supported",
        "take it out, and write the value wherever it is needed",
    ),
    "alias": (
        "an alias (`*`) is not supported",
        "write out the value itself; quote text that begins with `*`",
    ),
    "merge": (
        "a merge key (`<<`) is not supported",
        "write out the keys and values that it would bring in",
    ),
    "tag": ("a tag (`!`) is not supported", "take it out; quote text that begins with `!`"),
    "directive": (
        "a directive (`%`) is not supported",
        "take the line out; quote text that begins with `%`",
    ),
    "documents": ("a second document begins here", "move it into a file of its own: one document a file"),
}
