"""The JSON Schemas, and what in a document does not fit its own, in our own words (CSP010, CSP011).

The schemas lie in `schemas/`, where editors find them. Nothing is ever fetched: each stands alone, and the
registry given to the validator is empty.
"""

from csp_config.schema.checking import SchemaChecker, check
from csp_config.schema.shapes import KINDS, NAMES, Checked, text

__all__ = ["KINDS", "NAMES", "Checked", "SchemaChecker", "check", "text"]
