"""How large a document may be, and what of YAML it does without: what the reader refuses, in one place."""

MAX_BYTES = 4 * 1024 * 1024  # of a file
MAX_SCALAR = 8 * 1024  # bytes of one value or key
MAX_KEY = 1_024  # characters of a key with its quotes; YAML's own limit for a key on the line of its colon
MAX_DEPTH = 20  # mappings and lists inside one another; the root is the first
MAX_NODES = 350_000  # of a file; 4 MiB of partners are about 320,000
MAX_KEYS = 200  # of one mapping, so that looking up one of them is never slow
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly
MAX_FINDINGS = 20  # listed one by one; the rest is counted
MAX_MISTAKES = 1_000  # counted before reading stops
MAX_SHOWN = 40  # characters of a document's own text in a message

KEY_TOO_LONG = f"this key is too long for YAML: at most {MAX_KEY:,} characters", "shorten it"
"""Message and remedy, as each of the following."""
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
