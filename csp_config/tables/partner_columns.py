"""Which column of a partner list holds what: the tenants by their values, the rest by header words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.tables.cells import comparison_key, one_line
from csp_config.tables.columns import Columns, by_header, filled, parse_mapping
from csp_config.tables.countries import country_code, says_no_country
from csp_config.tables.header import has_tenant
from csp_config.text.escapes import unguarded
from csp_config.text.phrases import listed, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.tables.header import Row
    from csp_config.tables.sheet import Sheet

FIELDS = ("tenant_id", "name", "country", "partner_id", "competencies", "skills", "type")

WORDS = {
    "tenant_id": "tenantid csptenantid partnertenantid resellertenantid entratenantid microsoftentratenantid"
    " aadtenantid azureadtenantid entraid tenant tenantguid directoryid microsoftid mandantenid"
    " mandantid mandant iddutenant idlocataire iddelocataire idinquilino iddeinquilino iddoinquilino"
    " leietakerid klantorganisatieid idtenanta idtenantu idklienta identyfikatordzierzawy"
    " identyfikatordzierzawcy klientid lejerid vuokraajantunnus vuokraajatunnus berloazonosito"
    " iddelocatario iddolocatario identidade kiracikimligi kiraciid αναγνωριστικομισθωτη"
    " идентификаторклиента idклиента идентификаторарендатора идклиента ідентифікаторклієнта テナントid"  # noqa: RUF001 - Russian
    " テナント 테넌트id 租户id 租户标识 租用戶識別碼 租用戶id معرفالمستاجر מזההדייר idchuthue"
    " idpenyewa รหัสผู้เช่า idulentitatiigazduite idvantenant entratenant azuretenantid m365tenantid"
    " microsofttenantid microsoft365tenantid o365tenantid id identifier guid",
    "name": "name partnername cspname cspreseller companyname company organizationname organisationname"
    " organization organisation partner csp reseller resellername provider providername displayname"
    " legalname accountname account firma firmenname unternehmen partnerbezeichnung nom nomdupartenaire"
    " nompartenaire societe entreprise partenaire nombre nombredelsocio empresa socio nome"
    " nomedoparceiro parceiro azienda ragionesociale naam bedrijf bedrijfsnaam partnernaam navn"
    " partnernavn selskap namn partnernamn foretag bolag nazwa nazwapartnera nazwafirmy nimi yritys"
    " partnerdisplayname vertragspartner handler handlername wiederverkaufer revendeur distribuidor"
    " revendedor rivenditore wederverkoper forhandler aterforsaljare jalleenmyyja nazev nazevfirmy"
    " nazevpartnera jmeno spolocnost nazov nazovpartnera spolecnost ceg cegnev nev partnerneve nume"
    " numepartener companie ime imepartnera naziv tvrtka podjetje име партньор компания партнер название"
    " названиекомпании наименование назва компанія επωνυμια εταιρεια ονομα συνεργατησ sirket sirketadi"
    " ad isortagi ortakadi 会社名 パートナー名 パートナー 企業名 名前 名称 회사 회사명"
    " 파트너 파트너이름 이름 公司 公司名称 公司名稱 合作伙伴 合作伙伴名称 合作夥伴"
    " 合作夥伴名稱 名稱 الشركة الاسم الشريك اسمالشريك חברה שם שםהשותף ten tencongty doitac nama"
    " namaperusahaan mitra perusahaan ชื่อ ชื่อบริษัท บริษัท virksomhed virksomhet razonsocial"
    " denominacionsocial raisonsociale nomdelentreprise kontoname description descriptionoptional"
    " beschreibung",
    "country": "country countrycode countryregion countryorregion countryregioncode isocountry"
    " isocountrycode countryiso partnercountry partnercountryregion land landregion pays paysregion pais"
    " paisregion paese paeseareageografica landkode landkod kraj krajregion maa standort herkunftsland"
    " staat landerkennung landerkurzel landercode codepays codigodepais paisoregion landcode landekode"
    " zeme krajina stat orszag orszagregio tara drzava zemlja riik valsts salis страна странаилирегион"
    " краіна държава χωρα ulke ulkebolge 国 国地域 国家 国家地区 國家 國家地區 국가 국가지역"
    " الدولة البلد دولة מדינה ארץ quocgia nuoc negara ประเทศ देश maaalue landomrade tenantcountry"
    " countryname countryoftenant billingcountry hqcountry countryterritory territory market location"
    " region",
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
_LOOSE = ("territory", "market", "location", "region")
"""Words of headers whose columns may hold something wider than countries."""
_REGIONS = frozenset({"na", "la", "me", "af", "as", "sa", "am", "ne"})
"""Codes of countries by which people also call regions: North America, Latin America, Middle East, Africa,
Asia, South America, Americas, North East."""
_LOOKED_AT = 1000
_A_FEW = 4
_HALF = 0.5


def partner_columns(sheet: Sheet, rows: Sequence[Row], given: Sequence[str]) -> Columns:
    """The columns of a partner list. Raises: UsageError where the tenants' column cannot be told."""
    mapping = parse_mapping(sheet, given, FIELDS)
    taken = {field: index for index, field in mapping.items() if field in FIELDS}
    first = rows[:_LOOKED_AT]
    if "tenant_id" not in taken:
        taken["tenant_id"] = _tenant_column(sheet, first, mapping)
    columns = by_header(sheet, first, WORDS, mapping, taken, suits=_suits)
    return columns if sheet.header.there else _by_values(columns, first, mapping)


def _suits(field: str, spelling: str, cells: Sequence[str]) -> bool:
    """Whether a column called `Region`, `Market` or `Location` holds countries."""
    return field != "country" or spelling not in _LOOSE or not cells or _are_countries(cells)


def _are_countries(cells: Sequence[str]) -> bool:
    """Whether each cell that says anything is a country, and not all may as well be regions (`NA`, `ME`)."""
    texts = {one_line(unguarded(cell.strip())) for cell in cells}
    said = [text for text in texts if not says_no_country(text)]
    return all(map(country_code, said)) and not {text.casefold() for text in said} <= _REGIONS


def not_countries(sheet: Sheet, columns: Columns) -> tuple[str, ...]:
    """The columns that are not read because they may hold regions, where no column holds countries."""
    if "country" in columns.of or not sheet.header.there:
        return ()
    return tuple(sheet.columns[index] for index in columns.unused if set(sheet.words[index]) & set(_LOOSE))


def _tenant_column(sheet: Sheet, rows: Sequence[Row], mapping: Mapping[int, str]) -> int:
    """The column whose values are GUIDs; without any, the one whose header says that they should be."""
    shares = {i: _share_of_tenants(rows, i) for i in range(sheet.width) if i not in mapping}
    candidates = [i for i, share in shares.items() if share >= _HALF]
    candidates = candidates or [i for i, share in shares.items() if share]
    if not candidates:
        headed = _by_word(sheet, list(shares))
        if len(headed) == 1:
            return headed[0]
        raise UsageError(
            f"{sheet.path}: no column holds tenant IDs (8-4-4-4-12 hexadecimal digits)",
            help=f"if one does, name it: --map COLUMN=tenant_id; the columns are: {listed(sheet.columns)}",
        )
    if len(candidates) > 1:
        chosen = _by_word(sheet, candidates)
        values = {tuple(filled(rows, index)) for index in chosen}
        if len(values) != 1:
            first = shortened(sheet.columns[candidates[0]], 60)
            raise UsageError(
                f"{sheet.path}: more than one column holds GUIDs: {_and(sheet, chosen or candidates)}",
                help=f'name the one with the tenants of the CSPs: --map "{first}=tenant_id"',
            )
        return chosen[0]
    only = shortened(sheet.columns[candidates[0]], 60)
    if any(other in comparison_key(only) for other in _OTHERS):
        raise UsageError(
            f"{sheet.path}: the only GUIDs are in {only!r}, which does not sound like a partner's tenant",
            help=f'if they are the tenants of the CSPs, say so: --map "{only}=tenant_id"',
        )
    return candidates[0]


def _by_word(sheet: Sheet, candidates: Sequence[int]) -> list[int]:
    """The columns whose header is the best word for a tenant ID."""
    spelt = WORDS["tenant_id"].split()
    ranks = {
        index: min((depth, spelt.index(key)) for depth, key in enumerate(sheet.words[index]) if key in spelt)
        for index in candidates
        if set(sheet.words[index]) & set(spelt)
    }
    return [index for index, rank in ranks.items() if rank == min(ranks.values())]


def _and(sheet: Sheet, indices: Sequence[int]) -> str:
    names = [shortened(sheet.columns[index], 60) for index in indices]
    return " and ".join(names) if len(names) <= _A_FEW else listed(names)


def _share_of_tenants(rows: Sequence[Row], index: int) -> float:
    cells = filled(rows, index)
    return sum(map(has_tenant, cells)) / max(1, len(cells))


def _by_values(columns: Columns, rows: Sequence[Row], mapping: Mapping[int, str]) -> Columns:
    """Without a header: countries are told by their values, and a single column left over is the names."""
    found = dict(columns.of)
    free = [i for i in range(len(columns.names)) if i not in found.values() and i not in mapping]
    free = [index for index in free if filled(rows, index)]
    for index in tuple(free):
        cells = filled(rows, index)
        if {comparison_key(cell) for cell in cells} == {"tenantid"}:
            found.setdefault("type", index)
            free.remove(index)
        elif "country" not in found and _are_countries(cells):
            found["country"] = index
            free.remove(index)
    if "name" not in found and len(free) == 1:
        found["name"] = free.pop()
    return Columns(of=found, unused={index: columns.names[index] for index in free}, names=columns.names)
