"""What is declared and known, as values: offers, partner lists, resales, live audiences, settings.

Fields named `source` or `places` say where a value was written. They are left out of equality, so that two
commits that say the same thing compare as equal.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

SETTINGS_NAME = "csp-config.yaml"
"""The file that makes a folder a project."""

DOCUMENT_ID = r"[a-z0-9][a-z0-9_-]{2,49}"
"""The id of an offer or of a partner list, as a pattern; compiled only where it is asked for."""

Files = Mapping[str, bytes]
"""What is judged: path -> bytes; POSIX paths relative to git's top."""

Resellers = Literal["any", "selected", "none"]

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""The default of a field that holds a mapping: empty, and nobody can put anything into it."""

_Class = TypeVar("_Class")


def compared_without(*fields: str) -> Callable[[_Class], _Class]:
    """Leave fields of a NamedTuple out of its equality, such as the place where it is written."""

    def changed(cls: Any) -> Any:
        kept = itemgetter(*(at for at, name in enumerate(cls._fields) if name not in fields))
        cls.__eq__ = lambda one, other: isinstance(other, cls) and kept(one) == kept(other)
        cls.__ne__ = lambda one, other: not cls.__eq__(one, other)
        cls.__hash__ = lambda one: hash(kept(one))
        return cls

    return changed


class Tree(NamedTuple):
    """The core's only input: the files of one commit, index or folder, and the paths that are no plain file.

    `unreadable`: path -> why it cannot be read (symlink, submodule, special file), as a clause for a message.
    Such a path is there and unreadable, which is never the same as absent. `misnamed`: path -> the path under
    which it would be read as a document. `left_out`: untracked leavings of editors and systems.
    """

    files: Files
    unreadable: Mapping[str, str] = NOTHING
    misnamed: Mapping[str, str] = NOTHING
    left_out: tuple[str, ...] = ()


class Source(NamedTuple):
    """A place in a document; lines and columns count from 1, columns in code points."""

    path: str
    line: int = 1
    column: int = 1


class Places(Protocol):
    """Where the values of one document stand. Steps lead from the root: `at("csp", "partners", 0)`."""

    @property
    def path(self) -> str:
        """Path of the document."""

    def at(self, *steps: str | int) -> Source:
        """Place of a value; where it is missing, the key of the nearest parent that is there."""

    def key(self, *steps: str | int) -> Source:
        """Place of the key that leads to a value; same fallback as `at`."""


@compared_without("source")
class Acknowledgement(NamedTuple):
    """An expiring exception that reviewers agreed to (`acknowledge:`). `until` is an ISO date, inclusive."""

    code: str
    until: str
    reason: str
    source: Source


class Partner(NamedTuple):
    """One CSP tenant, as an entry says it is. `country` is ISO 3166-1 alpha-2.

    Where it is written, PartnerEntries know: entries that say the same are one value.
    """

    name: str
    tenant_id: str
    country: str
    partner_id: str | None = None
    competencies: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


class Selection(NamedTuple):
    """A list's `select`: the lists it draws from, and filter name -> accepted words (None: no filters)."""

    lists: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]


@compared_without("places")
class PartnerList(NamedTuple):
    """A named list of partners; `partners` is resolved, whether written out or selected."""

    id: str
    name: str
    partners: tuple[Partner, ...]
    places: Places
    selection: Selection | None = None
    acknowledge: tuple[Acknowledgement, ...] = ()


class OfferPlan(NamedTuple):
    """A plan of an offer (never simply "plan", which is what csp-config makes)."""

    id: str
    type: str | None = None
    license: str | None = None
    private: bool = False


@compared_without("source")
class Exclusion(NamedTuple):
    """An `except` entry: a tenant taken out of what the lists bring."""

    tenant_id: str
    source: Source
    reason: str | None = None


@compared_without("places")
class Offer(NamedTuple):
    """An offer as declared."""

    id: str
    name: str
    type: str
    published: bool
    resellers: Resellers
    places: Places
    sold_through_microsoft: bool = True
    markets: tuple[str, ...] = ()
    plans: tuple[OfferPlan, ...] = ()
    partner_lists: tuple[str, ...] = ()
    partners: tuple[Partner, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    marketing_materials_url: str | None = None
    channel_contact: Mapping[str, str] = NOTHING
    support: Mapping[str, str] = NOTHING
    acknowledge: tuple[Acknowledgement, ...] = ()


class Audience(NamedTuple):
    """Who may resell: any, none, or selected with the set of tenants (empty unless selected)."""

    resellers: Resellers
    tenants: frozenset[str] = frozenset()


class State(NamedTuple):
    """An offer's audience and whether the offer is live in the marketplace."""

    published: bool
    audience: Audience

    @property
    def resellers(self) -> Resellers:
        """The option of the audience (S07)."""
        return self.audience.resellers

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants of a selected audience; empty for any and none."""
        return self.audience.tenants

    def plain(self) -> dict[str, Any]:
        """The state in JSON, as formats and the fingerprint write it; tenants are sorted."""
        return {"published": self.published, "resellers": self.resellers, "tenants": sorted(self.tenants)}


UNPUBLISHED = State(published=False, audience=Audience(resellers="none"))
"""The state of an offer that does not exist yet."""


@compared_without("places")
class Settings(NamedTuple):
    """csp-config.yaml, or its defaults. `path` and `roots` are relative to git's top, like every path."""

    path: str = SETTINGS_NAME
    publisher: str | None = None
    roots: tuple[str, ...] = ("offers",)
    default_branch: str | None = None  # None: not given
    contact: Mapping[str, str] = NOTHING
    resale_data_required: bool = False
    max_age_days: int = 30
    max_removals: int = 10
    max_removal_percent: int = 25
    rules: Mapping[str, Literal["error", "warning", "info", "off"]] = NOTHING  # by code
    targets: Mapping[str, Any] = NOTHING
    acknowledge: tuple[Acknowledgement, ...] = ()
    places: Places | None = None  # None: no such file

    @property
    def account_tenant(self) -> str | None:
        """The tenant of the publisher's account in Partner Center, where it is given."""
        tenant: str | None = self.targets.get("partner-center", {}).get("tenant_id")
        return tenant

    def key(self, *steps: str) -> Source:
        """Place of the key that leads to a value; the beginning of the file where there is none."""
        return self.places.key(*steps) if self.places else Source(self.path)
