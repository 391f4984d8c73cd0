"""Documents to disk: atomic, locked, comments kept."""

from csp_config.editing.canonical import Formatted, formatted
from csp_config.editing.files import locked, remove_leftovers, write_file
from csp_config.editing.folder import write_folder
from csp_config.editing.lists import list_text
from csp_config.editing.live import live_text
from csp_config.editing.site_folder import write_site

__all__ = [
    "Formatted",
    "formatted",
    "list_text",
    "live_text",
    "locked",
    "remove_leftovers",
    "write_file",
    "write_folder",
    "write_site",
]
