"""The files of other systems that the guide imports: made up, and the same at every run.

`python -m tests.guide.made_up FOLDER` writes them, to follow the guide by hand.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMPANIES = (
    *("Adatum", "Adventure Works", "Alpine Ski House", "Bellows College", "Best For You Organics"),
    *("Contoso Suites", "Fabrikam Residences", "Fabrikam", "Fincher Architects", "First Up Consultants"),
    *("Fourth Coffee", "Graphic Design Institute", "Humongous Insurance", "Lamna Healthcare"),
    *(
        "Liberty's Delightful Sinful Bakery",
        "Litware",
        "Lucerne Publishing",
        "Margie's Travel",
        "Munson's Farm",
    ),
    *("Nod Publishers", "Northwind Traders", "Proseware", "Relecloud", "School of Fine Art"),
    *("Southridge Video", "Tailspin Toys", "The Phone Company", "Trey Research", "VanArsdel"),
    *("Wide World Importers", "Wingtip Toys", "Woodgrove Bank"),
)
_COUNTRIES = (
    *("Deutschland", "Österreich", "Schweiz", "Frankreich", "Schweden", "Norwegen", "Spanien", "Polen"),
    *("Italien", "Niederlande"),
)
_COMPETENCIES = ("", "Security", "Data & AI", "Infrastructure", "Modern Work", "Security, Modern Work")
_ROWS = 400
_REPORT_ROWS = 900
_OFFERS = ("Contoso Insights", "Contoso Desk")


def _tenant(draw: random.Random) -> str:
    return str(UUID(int=draw.getrandbits(128), version=4))


def _partners() -> list[tuple[str, ...]]:
    """Name, tenant, country, partner ID and competencies of every partner."""
    draw = random.Random(2026)  # noqa: S311 - made-up names need no secrecy
    names = [f"{_COMPANIES[n % len(_COMPANIES)]} {n // len(_COMPANIES) + 1:02}" for n in range(_ROWS)]
    return [
        (
            name,
            _tenant(draw),
            draw.choice(_COUNTRIES),
            str(draw.randrange(1_000_000, 7_000_000)),
            draw.choice(_COMPETENCIES),
        )
        for name in names
    ]


def _rows(delimiter: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def partners() -> bytes:
    """A sheet of partners as Excel of a German desk saves it: semicolons, UTF-8 with BOM, two slips."""
    header = ("Firma", "Mandanten-ID", "Land", "MPN ID", "Kompetenzen", "Betreuer")
    rows = [[*one, "Ana Lima"] for one in _partners()]
    rows[116][1] = rows[116][1][:-1]
    rows[238][2] = "Österreih"
    return _rows(";", header, rows).encode("utf-8-sig")


def export() -> bytes:
    """What Export CSPs gives of one offer: the partners of the sheet without its slips, and one more."""
    known = [one for number, one in enumerate(_partners()) if number not in (116, 238)]
    rows = [(name, tenant, country) for name, tenant, country, *_ in known]
    rows.append(("Datum Systems", "5e0f9a3c-2b1d-4c7e-8f60-91a2b3c4d5e6", "Deutschland"))
    return _rows(",", ("Company", "Tenant ID", "Location"), rows).encode()


def nordics() -> bytes:
    """A sheet that Excel saved as Unicode text: tabs, UTF-16."""
    draw = random.Random(47)  # noqa: S311 - as above
    names = ("Blå Himmel Yonder", "Fjäll Resort", "Nordvind Handel", "Sørlys Reklame")
    rows = [(name, f"{{{_tenant(draw).upper()}}}", "NO" if "ø" in name else "SE") for name in names]
    return _rows("\t", ("Organization name", "Microsoft ID", "Country"), rows).encode("utf-16")


def customers() -> bytes:
    """A Customers report: who bought what through whom, with masked customers and ended orders."""
    draw = random.Random(1122)  # noqa: S311 - as above
    sellers = [name for name, *_ in _partners()][:60]
    header = (
        *("Marketplace Subscription ID", "Date Acquired", "Date Lost", "Provider Name", "Offer Name"),
        *("Azure License Type", "Order Status", "Customer Country", "Customer Company Name", "Currency"),
    )
    return _rows(",", header, (_bought(draw, sellers) for _ in range(_REPORT_ROWS))).encode()


def _bought(draw: random.Random, sellers: Sequence[str]) -> tuple[str, ...]:
    """One row: most customers bought by themselves, some through a partner, a few through somebody else."""
    through = draw.choice(("Pay as You Go", "Pay as You Go", "Enterprise", "Cloud Solution Provider"))
    seller = draw.choice(sellers) if through == "Cloud Solution Provider" else ""
    if seller and not draw.randrange(80):
        seller = "Fabrikam Residencs 01"
    ended = not draw.randrange(6)
    return (
        _tenant(draw).lower(),
        f"2025-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
        "2026-11-02" if ended else "",
        f"{seller.upper()}, Inc." if seller and not draw.randrange(3) else seller,
        draw.choice(_OFFERS),
        through,
        draw.choice(("Canceled", "Cancelled")) if ended else "Active",
        draw.choice(("DE", "FR", "US", "CA")),
        "Masked" if draw.randrange(2) else "Customer",
        draw.choice(("EUR", "USD", "CAD")),
    )


def subscriptions() -> bytes:
    """A page of the SaaS subscriptions list: two sold by partners, one that a customer bought."""
    sellers = [tenant.lower() for _, tenant, *_ in _partners()]
    customer = "5c6d7e8f-9012-4a3b-8c4d-5e6f70819203"
    bought = [(sellers[2], "Subscribed"), (sellers[77], "Unsubscribed"), (customer, "Subscribed")]
    return json.dumps(
        {
            "subscriptions": [
                {
                    "id": f"{number:08d}-1111-4111-8111-111111111111",
                    "publisherId": "contoso",
                    "offerId": "contoso-insights",
                    "name": f"Subscription {number}",
                    "planId": "gold",
                    "beneficiary": {"tenantId": customer},
                    "purchaser": {"tenantId": by},
                    "allowedCustomerOperations": ["Delete", "Update", "Read"] if by == customer else ["Read"],
                    "created": "2025-03-01T10:00:00.1234567Z",
                    "lastModified": "2026-11-20T08:00:00Z",
                    "saasSubscriptionStatus": status,
                }
                for number, (by, status) in enumerate(bought, 1)
            ]
        },
        indent=1,
    ).encode()


FILES = {
    "partners.csv": partners,
    "nordics.txt": nordics,
    "customers.csv": customers,
    "contoso-insights.csv": export,
    "subscriptions.json": subscriptions,
}
"""Name -> what makes the content."""

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in FILES.items():
        (folder / name).write_bytes(made())
