"""Documents to disk: atomic, locked, comments kept."""

from csp_config.writing.canonical import Formatted, formatted
from csp_config.writing.files import locked, remove_leftovers, write_file
from csp_config.writing.folder import write_folder
from csp_config.writing.lists import list_text
from csp_config.writing.live import live_text

__all__ = [
    "Formatted",
    "formatted",
    "list_text",
    "live_text",
    "locked",
    "remove_leftovers",
    "write_file",
    "write_folder",
]
