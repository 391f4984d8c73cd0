"""Documents to disk: atomic, locked, comments kept."""

from csp_config.editing.additions import Addition, addition, plain_items
from csp_config.editing.canonical import Formatted, formatted
from csp_config.editing.checkout import Text, require_document, with_line_ends_of, write_documents
from csp_config.editing.files import (
    link_on_the_way,
    locked,
    remove_leftovers,
    require_place,
    write_file,
    write_inside,
)
from csp_config.editing.forms import scalar
from csp_config.editing.insertions import Insertions
from csp_config.editing.live import has_bare_tenants, live_text
from csp_config.editing.revision import list_text
from csp_config.editing.runbook_folder import check_folder, remove_folder, write_folder
from csp_config.editing.site_folder import write_site

__all__ = [
    "Addition",
    "Formatted",
    "Insertions",
    "Text",
    "addition",
    "check_folder",
    "formatted",
    "has_bare_tenants",
    "link_on_the_way",
    "list_text",
    "live_text",
    "locked",
    "plain_items",
    "remove_folder",
    "remove_leftovers",
    "require_document",
    "require_place",
    "scalar",
    "with_line_ends_of",
    "write_documents",
    "write_file",
    "write_folder",
    "write_inside",
    "write_site",
]
