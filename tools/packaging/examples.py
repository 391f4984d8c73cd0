"""The wheel holds of each rule's cases the first bad and the first good one, which `explain` shows.

The other cases are test data and stay in the source distribution. An editable installation reads tests/rules.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Examples(BuildHookInterface[BuilderConfig]):
    """Puts `csp_config/examples/CODE.yaml` into the wheel; JSON is YAML."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files aside and have them included."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from csp_config.facts import rule_cases  # noqa: PLC0415 - of the tree that is built

        self.folder = tempfile.TemporaryDirectory()
        for path in sorted((Path(self.root) / "tests" / "rules").glob("CSP*.yaml")):
            cases = {kind: cases[:1] for kind, cases in rule_cases(path.stem).items()}
            target = Path(self.folder.name) / path.name
            target.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            build_data["force_include"][str(target)] = f"csp_config/examples/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was written aside."""
        if version != "editable":
            self.folder.cleanup()
