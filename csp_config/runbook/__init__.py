"""An action -> clicks, ticket, letters: what a person does in Partner Center, in the words of its pages."""

from csp_config.runbook.folder import MARKER, files, page
from csp_config.runbook.steps import annotate

__all__ = ["MARKER", "annotate", "files", "page"]
