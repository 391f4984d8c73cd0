"""A folder of documents -> the publishers, and the offers that each has in Partner Center."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError
from csp_config.git import folder_tree
from csp_config.loading import SETTINGS_PATH, load, load_settings
from csp_config.model import partners_by_tenant
from csp_config.text.guids import is_guid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from csp_config.model import Finding, Offer, Settings, Snapshot, State

_DOCUMENTS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An offer in Partner Center: what is declared of it (None: only a live record exists), and its state."""

    id: str
    offer: Offer | None
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A publisher. `tenants`: the Entra tenants whose tokens open its account; None opens it to all.

    `partners`: tenant -> the name that the documents give it.
    """

    name: str
    tenants: frozenset[str] | None
    holdings: tuple[Holding, ...]
    partners: Mapping[str, str]


def publishers_in(folder: Path) -> tuple[Publisher, ...]:
    """The publishers of a data folder.

    A folder that holds documents, an `offers` folder or settings is one publisher's. Otherwise its folders
    are publishers' if one of them is named by an Entra tenant (a GUID or a domain), or is a repository.

    Raises: ReadingError where a document cannot be used, or there is none.
    """
    if not folder.is_dir():
        raise ReadingError(f"--data: there is no folder {folder}", help="name a folder of Offer documents")
    below = sorted(entry for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != ".")
    if _holds_documents(folder) or not any(_is_publisher(entry) for entry in below):
        found: tuple[Publisher, ...] = (_publisher(folder, alone=True),)
    else:
        found = tuple(_publisher(entry, alone=False) for entry in below)
    if not any(publisher.holdings for publisher in found):
        raise ReadingError(
            f"--data: {folder} holds no Offer and no LiveAudience documents",
            help="name a repository, its offers folder, or a folder with one of these for each publisher",
        )
    return found


def _is_publisher(folder: Path) -> bool:
    named = "." in folder.name or is_guid(folder.name)
    return bool(named or (folder / "offers").is_dir() or (folder / SETTINGS_PATH).is_file())


def _holds_documents(folder: Path) -> bool:
    return any(
        entry.name in ("offers", SETTINGS_PATH) or entry.suffix in _DOCUMENTS for entry in folder.iterdir()
    )


def _publisher(folder: Path, *, alone: bool) -> Publisher:
    settings = _settings(folder)
    roots = [root for root in settings.roots if (folder / root).is_dir()] or ["."]
    tree = folder_tree(folder, roots)
    snapshot = load(tree, settings._replace(roots=tuple(roots)))
    _refuse(folder, snapshot.findings)
    known = settings.account_tenant
    return Publisher(
        name=settings.publisher or folder.resolve().name,
        tenants=None if alone else frozenset(filter(None, (folder.name, known))),
        holdings=tuple(_holding(snapshot, id_) for id_ in sorted({*snapshot.offers, *snapshot.live})),
        partners={tenant: partner.name for tenant, partner in partners_by_tenant(snapshot).items()},
    )


def _settings(folder: Path) -> Settings:
    path = folder / SETTINGS_PATH
    settings, findings = load_settings(path.read_bytes() if path.is_file() else None)
    _refuse(folder, findings)
    return settings


def _refuse(folder: Path, findings: tuple[Finding, ...]) -> None:
    if findings:
        first = findings[0]
        more = f", and {len(findings) - 1:,} more" if len(findings) > 1 else ""
        raise ReadingError(
            f"{folder / first.source.path}:{first.source.line}: {first.code} {first.message}{more}",
            help=f"correct it; `csp-config validate --base none --root {folder}` shows all of them",
        )


def _holding(snapshot: Snapshot, id_: str) -> Holding:
    offer, live = snapshot.offers.get(id_), snapshot.live.get(id_)
    state = live.state if live is not None else snapshot.declared(id_)
    assert state is not None  # noqa: S101 - without findings every offer's audience is known
    return Holding(id=id_, offer=offer, state=state)
