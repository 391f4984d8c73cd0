"""Lists written in the shape of a sample; what is exported comes back as it was."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csp_config.errors import RefusedError
from csp_config.model import Partner
from csp_config.tables import DEFAULT_SHAPE, cell_of, learn_shape, read_partners, write_partners
from csp_config.tables.cells import one_line
from csp_config.text.escapes import guarded, unguarded

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"


def partner(tenant: str, name: str, country: str = "DE", *competencies: str) -> Partner:
    return Partner(name=name, tenant_id=tenant, country=country, competencies=competencies)


PARTNERS = (partner(FABRIKAM, "Fabrikam, Cloud", "DE", "Security"), partner(ADATUM, 'The "Adatum"', "NO"))


def like(sample: str | bytes) -> bytes:
    content = sample.encode() if isinstance(sample, str) else sample
    return write_partners(PARTNERS, learn_shape("sample.csv", content))


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (
            f"Tenant;Name;Land\r\n{ADATUM};Old;FR\r\n",
            f'Tenant;Name;Land\r\n{FABRIKAM};Fabrikam, Cloud;DE\r\n{ADATUM};"The ""Adatum""";NO\r\n',
        ),
        (
            f'"Name","Tenant"\n"Old","{ADATUM}"',
            f'"Name","Tenant"\n"Fabrikam, Cloud","{FABRIKAM}"\n"The ""Adatum""","{ADATUM}"',
        ),
        (
            f'Country\tTenant\tNote\tType\n"Germany"\t"{ADATUM}"\t""\t"tenantId"\n',
            (
                "Country\tTenant\tNote\tType\n"
                f'"Germany"\t"{FABRIKAM}"\t""\t"tenantId"\n"Norway"\t"{ADATUM}"\t""\t"tenantId"\n'
            ),
        ),
        (
            f"sep=;\r\nTenant ID;Competencies\r\n{ADATUM};\r\n",
            f"sep=;\r\nTenant ID;Competencies\r\n{FABRIKAM};Security\r\n{ADATUM};\r\n",
        ),
        (
            "ID;Description;Type\r",
            f'ID;Description;Type\r{FABRIKAM};Fabrikam, Cloud;TenantID\r{ADATUM};"The ""Adatum""";TenantID\r',
        ),
        (f"{ADATUM}\n", f"{FABRIKAM}\n{ADATUM}\n"),
    ],
)
def test_the_shape_of_a_sample_is_kept_to_the_byte(sample: str, expected: str) -> None:
    assert like(sample).decode() == expected


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_encoding_and_byte_order_mark_are_those_of_the_sample(mark: bytes, codec: str) -> None:
    written = like(mark + f"Tenant,Name\n{ADATUM},Old\n".encode(codec))
    assert written.startswith(mark)
    assert written.removeprefix(mark).decode(codec).startswith(f'Tenant,Name\n{FABRIKAM},"Fabrikam, Cloud"\n')


def test_a_name_that_the_samples_encoding_lacks_is_refused() -> None:
    shape = learn_shape("sample.csv", f"Tenant,Name\n{ADATUM},Müller\n".encode("cp1252"))
    assert "Søren".encode("cp1252") in write_partners([partner(FABRIKAM, "Søren")], shape)
    with pytest.raises(RefusedError, match="cannot be written in cp1252"):
        write_partners([partner(FABRIKAM, "Łódź")], shape)


def test_columns_that_nothing_fills_are_told() -> None:
    shape = learn_shape("sample.csv", f"Tenant,Name,E-mail,City\n{ADATUM},Old,a,b\n".encode())
    assert shape.unknown == ("E-mail", "City")


def test_without_a_sample_it_is_the_documented_audience_of_a_private_plan() -> None:
    assert write_partners(PARTNERS[:1], DEFAULT_SHAPE).decode() == (
        f'ID,Description,Type\r\n{FABRIKAM},"Fabrikam, Cloud",TenantID\r\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "'=", "''+"])
def test_no_cell_starts_a_formula_and_each_comes_back(start: str) -> None:
    text = start + "1+1"
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_a_cell_made_safe_is_restored_to_the_letter(text: str) -> None:
    if not text.startswith('="'):  # what Excel users write to keep digits as text, never written as such
        assert unguarded(guarded(text)) == text
    assert unguarded(guarded(text)) == text or guarded(text) == text


def writable(text: str) -> bool:
    """Whether the schema and the reader let a document hold this as a name."""
    return text[:1].strip() != "" and one_line(text) == text


NAMES = st.one_of(
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40),
    st.text("=+-@'\"; ,|\u00a0aé", min_size=1, max_size=12),
    st.sampled_from(["sep=;", "ID", "TenantID", FABRIKAM, '="x"', "'=x", "a\u3000b", "İstanbul", "x  y "]),
).filter(writable)
SAMPLES = (
    None,
    f"Tenant;Name;Country\r\n{ADATUM};Old;FR\r\n",
    f'"Name"\t"Tenant ID"\t"Country"\n"Old"\t"{ADATUM}"\t"France"\n',
    f"sep=|\nTenant ID|Company|Competencies\n{ADATUM}|Old|x",
    codecs.BOM_UTF16_LE + f"Name,Tenant,Land\r{ADATUM},{ADATUM},DE\r".encode("utf-16-le"),
)


@given(
    names=st.lists(NAMES, min_size=1, max_size=8),
    sample=st.sampled_from(SAMPLES),
    competency=NAMES,
)
def test_what_is_exported_is_read_as_the_same_partners(
    names: list[str], sample: str | bytes | None, competency: str
) -> None:
    content = sample.encode() if isinstance(sample, str) else sample
    shape = learn_shape("sample.csv", content) if content else DEFAULT_SHAPE
    partners = [
        partner(f"{number:08x}-2222-4333-8444-555555555555", name, "NO", competency)
        for number, name in enumerate(names, 1)
    ]
    table = read_partners("out.csv", write_partners(partners, shape))
    assert not table.bad
    assert [row.tenant_id for row in table.rows] == [one.tenant_id for one in partners]
    for row, one in zip(table.rows, partners, strict=True):
        said = {field: cell for field, cell in row.cells.items() if field != "country"}
        assert said == {field: one_line(cell_of(one, field)) for field in said}
        assert row.country in (None, "NO")


@pytest.mark.parametrize(
    "row", ["'Old','{}','FR'", "'Old',{},'FR'", "'Old','{}','O''Neill'"], ids=["all", "some", "doubled"]
)
def test_what_is_written_between_apostrophes_is_read_again(row: str) -> None:
    header = "'Name','Tenant ID','Skills'\n"
    sample = header + row.format(ADATUM) + "\n"
    names = ['The "Adatum" Company', "O'Neill, Ltd", 'a "b", c', '"', "plain", "'quoted'"]
    given_ = [partner(f"{at:08d}-2222-4333-8444-555555555555", name) for at, name in enumerate(names)]
    made = write_partners(given_, learn_shape("sample.csv", sample.encode()))
    table = read_partners("out.csv", made)
    assert [row.reason for row in table.bad] == []
    assert [(row.tenant_id, row.name) for row in table.rows] == [
        (one.tenant_id, unguarded(guarded(one.name))) for one in given_
    ]


def test_quotation_marks_quote_also_where_names_begin_and_end_with_apostrophes() -> None:
    text = f"""Name,Tenant ID,Note\n"'A', or 'B'",{FABRIKAM},"x, 'y'"\n'C',{ADATUM},'d'\n"""
    table = read_partners("in.csv", text.encode())
    assert [row.name for row in table.rows] == ["'A', or 'B'", "'C'"]
