"""How large a document may be: every limit of the reader, in one place."""

MAX_BYTES = 4 * 1024 * 1024  # of a file
MAX_SCALAR = 8 * 1024  # bytes of one value or key
MAX_KEY = 1_024  # characters of a key with its quotes; YAML's own limit for a key on the line of its colon
MAX_DEPTH = 20  # mappings and lists inside one another; the root is the first
MAX_NODES = 350_000  # of a file; 4 MiB of partners are about 320,000
MAX_KEYS = 200  # of one mapping, so that looking up one of them is never slow
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly
MAX_FINDINGS = 20  # told one by one; the rest is counted
MAX_MISTAKES = 1_000  # counted before reading stops
MAX_SHOWN = 40  # characters of a document's own text in a message
