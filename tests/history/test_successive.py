"""A snapshot made from the one before and what changed is the one that reading everything gives."""

from __future__ import annotations

import random

import pytest

from csp_config.loading import Reader, load, with_identities
from csp_config.loading.successive import SuccessiveSnapshots
from csp_config.model import Settings, Snapshot, Tree

TENANTS = [f"{number:08x}-1111-4111-8111-{number:012x}" for number in range(3)]
PATHS = [f"offers/{name}.yaml" for name in "abcdefgh"] + ["notes/x.yaml", "offers/readme.md"]


def document(rng: random.Random) -> str:
    """An offer, list, selection, live record or resales, some of which are broken or have the same id."""
    name, member = rng.choice(("one", "two", "four", "five")), rng.choice(TENANTS)
    entry = f'{{name: P, tenant_id: "{member}", country: DE}}'
    offer = f"kind: Offer\nid: contoso-{name}\nname: {name}\ntype: saas\npublished: true\ncsp:\n"
    resale = f'{{offer: contoso-{name}, tenant_id: "{member}", since: "2025-01-01", evidence: exact}}'
    seen = 'observed_at: "2026-01-01T00:00:00Z"\nobserved_from: manual\npublished: true\nresellers: selected'
    return rng.choice(
        (
            f"{offer}  resellers: selected\n  partner_lists: [{rng.choice((name, name, 'three'))}]\n",
            f"{offer}  resellers: selected\n  partners: [{entry}]\n",
            f"{offer}  resellers: {rng.choice(('any', 'none'))}\n",
            f"kind: PartnerList\nid: {name}\nname: {name}\npartners: [{entry}]\n",
            f"kind: PartnerList\nid: three\nname: T\nselect: {{from: [{name}], where: {{country: [DE]}}}}\n",
            f'kind: LiveAudience\noffer: contoso-{name}\n{seen}\ntenants: ["{member}"]\n',
            f'kind: Resales\nas_of: "2026-01-01"\nsource: S\ncovers: []\nresales: [{resale}]\n',
            broken(rng, offer),
        )
    )


def broken(rng: random.Random, offer: str) -> str:
    return rng.choice(
        (
            f"{offer}  resellers: perhaps\n",
            "kind: Offer\nid: [\n",
            "kind: PartnerList\nid: Contoso-One\npartners: 1\n",
        )
    )


def changed(rng: random.Random, before: Tree) -> tuple[Tree, frozenset[str]]:
    """Another tree, and the paths in which it differs."""
    files, unreadable, misnamed = dict(before.files), dict(before.unreadable), dict(before.misnamed)
    paths = frozenset(rng.sample(PATHS, rng.randrange(1, 5)))
    for path in paths:
        for there in (files, unreadable, misnamed):
            there.pop(path, None)
        match rng.randrange(24):
            case 0:
                unreadable[path] = "is a symbolic link"
            case 1:
                misnamed[path] = "offers/meant.yaml"
            case 2 | 3:
                continue
            case _:
                files[path] = document(rng).encode()
    return Tree(files=dict(sorted(files.items())), unreadable=unreadable, misnamed=misnamed), paths


def comparable(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(identities={}, findings=(), unread=tuple(sorted(snapshot.unread, key=str)))


@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_reading_everything_gives(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a seed, to make the same ones again
    tree, settings, successive = Tree(files={}), Settings(roots=("offers",)), SuccessiveSnapshots()
    earlier: Snapshot | None = None
    read = Reader()
    identities: dict[str, tuple[str, str | None]] = {}
    for number in range(30):
        tree, paths = changed(rng, tree)
        if number in {0, 20}:
            settings = settings._replace(roots=rng.choice((("offers",), (".",), ("notes",))))
            found = successive.whole(tree, settings)
        else:
            found = successive.after(tree, paths)
        whole = with_identities(load(tree, settings, earlier=earlier, read=read), identities)
        assert comparable(found) == comparable(whole)
        identities |= whole.identities
        earlier = whole
