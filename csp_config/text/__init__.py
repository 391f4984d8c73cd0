"""Text: what is escaped, what cannot be seen, what looks alike; did-you-mean, tenant IDs, counts.

Most runs need only the escapes, so these are at hand here; the rest is imported from its module.
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
