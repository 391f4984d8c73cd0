"""The candidate's files, each fetched when it is asked for: most reports show a line of a few of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from csp_config.errors import CspConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.remembered.neighbourhood import Sides
    from csp_config.git import Repository
    from csp_config.model import Candidate


class Fetched(Mapping[str, bytes]):
    """Path -> bytes. What did not change is as at the base; to go through all of them is to read them all."""

    def __init__(
        self, repository: Repository, base: str, candidate: Candidate, roots: tuple[str, ...], sides: Sides
    ) -> None:
        self._repository, self._base, self._candidate, self._roots = repository, base, candidate, roots
        self._changed, self._known = sides.changed, dict(sides.files)

    def __getitem__(self, path: str) -> bytes:
        """The content of one file. Raises: KeyError."""
        if path not in self._known:
            if path in self._changed:
                raise KeyError(path)
            name = f"{self._base}:{path}"
            try:
                self._known[path] = self._repository.contents([name])[name]
            except CspConfigError:
                raise KeyError(path) from None
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._repository.tree(self._candidate, self._roots).files)

    def __len__(self) -> int:
        return len(self._repository.tree(self._candidate, self._roots).files)
