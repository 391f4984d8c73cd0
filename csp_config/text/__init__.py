"""Text: escapes, look-alike names, tenant IDs, shell commands, phrases of messages.

The escapes can be imported from here, because most runs need only them; the rest is imported from its module.
"""

from csp_config.text.escapes import (
    ci_line,
    code_span,
    comment_json,
    csv_cell,
    json_safe,
    table_cell,
    uri_path,
    visible,
    workflow_data,
    workflow_property,
    xml_text,
)

__all__ = [
    "ci_line",
    "code_span",
    "comment_json",
    "csv_cell",
    "json_safe",
    "table_cell",
    "uri_path",
    "visible",
    "workflow_data",
    "workflow_property",
    "xml_text",
]
