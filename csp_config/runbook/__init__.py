"""The runbook: steps, support requests and letters for the actions that a person carries out."""

from csp_config.runbook.folder import MARKER, files, page
from csp_config.runbook.steps import annotate

__all__ = ["MARKER", "annotate", "files", "page"]
