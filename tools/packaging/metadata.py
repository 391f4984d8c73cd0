"""The addresses of a release: `[project.urls]`, and links in README that work on the page of an index.

They follow from CSP_CONFIG_REPOSITORY, the address of the repository that a release is made from; `make
release` sets it. Without it there are no addresses, because a copy does not know where it is kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VARIABLE = "CSP_CONFIG_REPOSITORY"
_LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?://|mailto:|#)([^)\s]+)\)")
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)


def urls(repository: str, version: str) -> dict[str, str]:
    """What an index shows beside a release."""
    return {
        "Source": repository,
        "Documentation": f"{repository}/blob/v{version}/docs/guide.md",
        "Changelog": f"{repository}/blob/v{version}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def readme(text: str, repository: str, version: str) -> str:
    """README with the links into the repository as addresses of the release's own files."""

    def absolute(link: re.Match[str]) -> str:
        kind = "raw" if link[1] else "blob"
        return f"{link[1]}{link[2]}({repository}/{kind}/v{version}/{link[3]})"

    return _LINK.sub(absolute, text)


class Addresses(MetadataHookInterface):
    """Sets `readme` and `urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put them into the metadata of the package."""
        root, repository = Path(self.root), os.environ.get(VARIABLE, "").rstrip("/")
        text = (root / "README.md").read_text(encoding="utf-8")
        found = _VERSION.search((root / "csp_config" / "__init__.py").read_text(encoding="utf-8"))
        if repository and found:
            text = readme(text, repository, found[1])
            metadata["urls"] = urls(repository, found[1])
        else:
            metadata["urls"] = {}
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
