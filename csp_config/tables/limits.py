"""How large a file of another system may be."""

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_LIST_ROWS = 50_000  # a partner list of 4 MiB has fewer
