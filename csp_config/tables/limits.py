"""How large a file of another system may be."""

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_LIST_ROWS = 50_000  # a partner list of 4 MiB has fewer
MAX_COLUMNS = 16_384  # what Excel can hold
MAX_UNPACKED = 128 * 1024 * 1024  # bytes of all parts of a workbook
MAX_MEMBERS = 2_000  # parts of a workbook
MAX_CELLS = 20_000_000  # of the rectangle that a worksheet's cells span
MAX_TEXT = 256 * 1024 * 1024  # characters of all texts of a worksheet, repeated ones counted each time
