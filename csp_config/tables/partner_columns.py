"""Which column of a partner list holds what: the tenants by their values, the rest by header words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.tables.cells import word
from csp_config.tables.columns import Columns, by_header, parse_mapping
from csp_config.tables.countries import country_code
from csp_config.text.formulas import unguarded
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.tables.sheet import Row, Sheet

FIELDS = ("tenant_id", "name", "country", "partner_id", "competencies", "skills", "type")

WORDS = {
    "tenant_id": "tenantid csptenantid partnertenantid resellertenantid entratenantid microsoftentratenantid"
    " aadtenantid azureadtenantid entraid tenant tenantguid directoryid microsoftid mandantenid mandantid"
    " mandant iddutenant idlocataire iddelocataire idinquilino iddeinquilino iddoinquilino leietakerid"
    " klantorganisatieid id identifier guid",
    "name": "name partnername cspname cspreseller companyname company organizationname organisationname"
    " organization organisation partner csp reseller resellername provider providername displayname legalname"
    " accountname account firma firmenname unternehmen partnerbezeichnung nom nomdupartenaire nompartenaire"
    " societe entreprise partenaire nombre nombredelsocio empresa socio nome nomedoparceiro parceiro azienda"
    " ragionesociale naam bedrijf bedrijfsnaam partnernaam navn partnernavn selskap namn partnernamn foretag"
    " bolag nazwa nazwapartnera nazwafirmy nimi yritys description descriptionoptional beschreibung",
    "country": "country countrycode countryregion countryorregion countryregioncode isocountry isocountrycode"
    " countryiso partnercountry partnercountryregion land landregion pays paysregion pais paisregion paese"
    " paeseareageografica landkode landkod kraj krajregion maa market location region",
    "partner_id": "partnerid mpnid mpn mpnlocationid locationmpnid partneroneid partnerlocationid plaid"
    " partnerlocationaccountid partnernumber partnernummer idpartenaire iddesocio iddoparceiro",
    "competencies": "competencies competency designations designation solutionspartnerdesignations"
    " solutionspartnerdesignation kompetenzen kompetenz competencias competenze",
    "skills": "skills skill fahigkeiten habilidades specializations specialisations",
    "type": "type idtype typ tipo",
}

_OTHERS = (
    "subscription",
    "customer",
    "object",
    "application",
    "client",
    "billing",
    "product",
    "order",
    "user",
)
"""Words of headers whose GUIDs are no partner's tenant."""
_LOOKED_AT = 1000
_HALF = 0.5


def partner_columns(sheet: Sheet, rows: Sequence[Row], given: Sequence[str]) -> Columns:
    """The columns of a partner list. Raises: UsageError where the tenants' column cannot be told."""
    mapping = parse_mapping(sheet, given, FIELDS)
    taken = {field: index for index, field in mapping.items() if field in FIELDS}
    if "tenant_id" not in taken:
        taken["tenant_id"] = _tenant_column(sheet, rows[:_LOOKED_AT], mapping)
    columns = by_header(sheet, WORDS, mapping, taken)
    return columns if sheet.header else _by_values(columns, rows[:_LOOKED_AT], mapping)


def _tenant_column(sheet: Sheet, rows: Sequence[Row], mapping: Mapping[int, str]) -> int:
    """The column whose values are GUIDs; without any, the one whose header says that they should be."""
    shares = {i: _share_of_tenants(rows, i) for i in range(sheet.width) if i not in mapping}
    candidates = [i for i, share in shares.items() if share >= _HALF]
    candidates = candidates or [i for i, share in shares.items() if share]
    names = sheet.columns
    if not candidates and (headed := _by_word(sheet, list(shares))) is not None:
        return headed
    if not candidates:
        raise UsageError(
            f"{sheet.path}: no column holds tenant IDs (8-4-4-4-12 hexadecimal digits)",
            help=f"if one does, name it: --map COLUMN=tenant_id; the columns are: {', '.join(names)}",
        )
    if len(candidates) > 1:
        chosen = _by_word(sheet, candidates)
        if chosen is None:
            listed = " and ".join(names[index] for index in candidates)
            raise UsageError(
                f"{sheet.path}: more than one column holds GUIDs: {listed}",
                help=f'name the one with the tenants of the CSPs: --map "{names[candidates[0]]}=tenant_id"',
            )
        return chosen
    only = names[candidates[0]]
    if any(other in word(only) for other in _OTHERS):
        raise UsageError(
            f"{sheet.path}: the only GUIDs are in {only!r}, which does not sound like a partner's tenant",
            help=f'if they are the tenants of the CSPs, say so: --map "{only}=tenant_id"',
        )
    return candidates[0]


def _by_word(sheet: Sheet, candidates: Sequence[int]) -> int | None:
    keys = [word(name) for name in sheet.columns]
    spelt = WORDS["tenant_id"].split()
    known = [index for index in candidates if keys[index] in spelt]
    return min(known, key=lambda index: spelt.index(keys[index]), default=None)


def _share_of_tenants(rows: Sequence[Row], index: int) -> float:
    cells = _filled(rows, index)
    return sum(canonical_tenant(unguarded(cell)) is not None for cell in cells) / max(1, len(cells))


def _by_values(columns: Columns, rows: Sequence[Row], mapping: Mapping[int, str]) -> Columns:
    """Without a header: countries are told by their values, and a single column left over is the names."""
    found = dict(columns.of)
    free = [i for i in range(len(columns.names)) if i not in found.values() and i not in mapping]
    free = [index for index in free if _filled(rows, index)]
    for index in tuple(free):
        cells = _filled(rows, index)
        if {word(cell) for cell in cells} == {"tenantid"}:
            found.setdefault("type", index)
            free.remove(index)
        elif "country" not in found and all(country_code(unguarded(cell)) for cell in cells):
            found["country"] = index
            free.remove(index)
    if "name" not in found and len(free) == 1:
        found["name"] = free.pop()
    unknown = tuple(columns.names[index] for index in free)
    return Columns(of=found, unknown=unknown, names=columns.names)


def _filled(rows: Sequence[Row], index: int) -> list[str]:
    return [row.cells[index] for row in rows if index < len(row.cells) and row.cells[index].strip()]
