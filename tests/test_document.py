from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from csp_config.document import Document, read
from csp_config.document.characters import shown
from csp_config.document.limits import MAX_DEPTH, MAX_INTEGER, MAX_KEYS, MAX_SCALAR
from csp_config.model import Places, Source

OFFER = b"""\
# yaml-language-server: $schema=../schemas/offer.schema.json
kind: Offer
id: contoso-insights             # a comment
markets: [US, NO]
csp:
  resellers: selected
  partners:
    - {name: Fabrikam Cloud, country: DE}
    - name: Northwind
      country: "NO"
  support: {}
"""


def document(content: bytes) -> Document:
    read_document, findings = read("offers/contoso.yaml", content)
    assert findings == ()
    assert read_document is not None
    return read_document


def value(written: str) -> Any:
    return document(f"value: {written}\n".encode()).data["value"]


def test_a_document_is_plain_data() -> None:
    assert document(OFFER).data == {
        "kind": "Offer",
        "id": "contoso-insights",
        "markets": ["US", "NO"],
        "csp": {
            "resellers": "selected",
            "partners": [
                {"name": "Fabrikam Cloud", "country": "DE"},
                {"name": "Northwind", "country": "NO"},
            ],
            "support": {},
        },
    }


@pytest.mark.parametrize(
    "written",
    [
        "NO", "no", "on", "off", "yes", "Y", "True", "TRUE", "Null", "NULL", "2026-01-01", "2024-13-45",
        "2026-11-22T10:15:00Z", "190:20:30", "1:30", "-1:30.5", "1.2.3", "1.2.3.4", "+47-22", "-", ".",
        "..", "+", "0x", "0b2", "0o8", "e3", ".e3", "1e", ".infinity", "nan", "=", "_1", "00:15",
        "0f1e2d3c", "1a", "0-1-2-3", "10293847-5647-4382-9102-938475610293",
    ],
)  # fmt: skip
def test_what_is_no_number_stays_text(written: str) -> None:
    assert value(written if written != "-" else '"-"') == written


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-0", 0),
        ("+1", 1),
        ("30", 30),
        ("0x1F", 31),
        ("9007199254740991", MAX_INTEGER),
        ("-9007199254740991", -MAX_INTEGER),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-0.25", -0.25),
        ("1.5e+3", 1500.0),
        ("2.E-1", 0.2),
    ],
)
def test_null_true_false_and_numbers_are_not_text(written: str, expected: float | None) -> None:
    assert value(written) == expected
    assert type(value(written)) is type(expected)


@pytest.mark.parametrize(
    "written",
    [
        "010", "00", "007", "08", "-010", "1_000", "1_", "0_1", "0o10", "0b1", "-0b1", "-0x1F", "+0x1F",
        "0x_F", "0xF_F", "1e3", "1E5", "12e34", "1e+3", "-1e-3", "1.5e3", "1_0.5", "1.5_0", "+.5", "-.5",
    ],
)  # fmt: skip
def test_a_number_to_one_version_of_yaml_only_has_to_be_quoted(written: str) -> None:
    result, (finding,) = read("offer.yaml", f"id: x\nvalue: {written}\n".encode())
    assert (finding.code, finding.source) == ("CSP004", Source("offer.yaml", 2, 8))
    assert f"`{written}` is read as different numbers by YAML 1.1 and YAML 1.2" in finding.message
    assert f'quote it if it is text: "{written}"' in str(finding.help)
    assert result is not None
    assert result.data == {"id": "x", "value": written}
    assert value(f'"{written}"') == written


@pytest.mark.parametrize(
    "written",
    [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1.0e+999", "9" * 5000 + ".0", "9007199254740992", "9" * 5000,
     "-" + "9" * 5000, "0x" + "f" * 8000],
)  # fmt: skip
def test_a_number_that_programs_cannot_keep_is_refused(written: str) -> None:
    result, (finding,) = read("offer.yaml", f"value: {written}\n".encode())
    assert (finding.code, finding.source) == ("CSP004", Source("offer.yaml", 1, 8))
    assert len(finding.message) < 120
    assert result is not None
    assert result.data == {"value": written}


@pytest.mark.parametrize("written", ["'10'", '"true"', "'~'", '""', "|-\n  null", ">-\n  010"])
def test_a_quoted_or_block_scalar_is_text(written: str) -> None:
    assert isinstance(value(written), str)


def test_text_may_have_several_lines() -> None:
    assert value("|\n  one\n  two\n") == "one\ntwo\n"
    assert value('"one\\ntwo"') == "one\ntwo"


def test_a_tab_may_stand_between_values_and_in_a_comment() -> None:
    assert document(b"a:\t1\t#\tx\nb: [1,\t2]\n").data == {"a": 1, "b": [1, 2]}


def test_each_value_and_key_has_its_place() -> None:
    places: Places = document(OFFER)
    expected = {
        (): (2, 1),
        ("id",): (3, 5),
        ("markets",): (4, 10),
        ("markets", 1): (4, 15),
        ("csp",): (6, 3),
        ("csp", "partners"): (8, 5),
        ("csp", "partners", 0): (8, 7),
        ("csp", "partners", 0, "country"): (8, 39),
        ("csp", "partners", 1, "country"): (10, 16),
        ("csp", "support"): (11, 12),
    }
    for steps, (line, column) in expected.items():
        assert places.at(*steps) == Source("offers/contoso.yaml", line, column), steps


def test_the_key_of_a_value_has_its_place() -> None:
    places = document(OFFER)
    assert places.key("csp") == Source(places.path, 5, 1)
    assert places.key("csp", "partners", 0, "country") == Source(places.path, 8, 30)
    assert places.key("csp", "partners", 1, "country") == Source(places.path, 10, 7)
    assert places.key("csp", "partners", 1) == places.at("csp", "partners", 1) == Source(places.path, 9, 7)


def test_a_missing_value_stands_at_the_key_of_the_nearest_parent() -> None:
    places = document(OFFER)
    assert places.at("csp", "acknowledge", 0, "code") == places.key("csp")
    assert places.key("csp", "support", "url") == places.key("csp", "support") == Source(places.path, 11, 3)
    assert places.at("csp", "partners", 2, "name") == places.key("csp", "partners")
    assert places.at("csp", "partners", 0, "tenant_id") == Source(places.path, 8, 7)
    assert (
        places.at("csp", "partners", -1)
        == places.at("csp", "partners", "name")
        == places.key("csp", "partners")
    )
    assert places.at("nothing") == places.key("nothing") == Source(places.path, 2, 1)
    assert places.at("id", "deeper") == places.at("id", 0) == places.key("id") == Source(places.path, 3, 1)


def test_columns_count_characters_beyond_ascii_and_crlf_as_one_line_end() -> None:
    places = document("😀漢: [漢😀, x]\r\n漢: {é: ü, k: v}\r\n".encode())
    assert places.at("😀漢", 1) == Source(places.path, 1, 10)
    assert places.key("漢", "k") == Source(places.path, 2, 11)


def test_a_byte_order_mark_moves_no_column() -> None:
    result, (finding,) = read("offer.yaml", "\ufeffkind: Offer\n".encode())
    assert (finding.code, finding.source) == ("CSP003", Source("offer.yaml", 1, 1))
    assert "byte order mark" in finding.message
    assert result is not None
    assert result.at("kind") == Source("offer.yaml", 1, 7)


def test_places_stay_right_after_keys_that_are_left_out() -> None:
    result, findings = read("offer.yaml", b"a: 1\na: {x: [1, 2]}\n1: {y: 2}\nb: [c, {d: e}]\n")
    assert [found.code for found in findings] == ["CSP002", "CSP004"]
    assert result is not None
    assert result.data == {"a": 1, "b": ["c", {"d": "e"}]}
    assert result.at("a") == Source("offer.yaml", 1, 4)
    assert result.key("b", 1, "d") == Source("offer.yaml", 4, 9)


def test_a_document_survives_the_way_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(document(OFFER)))  # noqa: S301 - our own bytes
    assert copy.data == document(OFFER).data
    assert copy.at("csp", "partners", 1) == document(OFFER).at("csp", "partners", 1)


def test_as_deep_long_and_many_as_allowed_is_read() -> None:
    deep = document(b"a: " + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)).data
    assert str(deep).count("[") == MAX_DEPTH - 1
    assert len(value("x" * MAX_SCALAR)) == MAX_SCALAR
    assert len(document("".join(f"k{n}: 1\n" for n in range(MAX_KEYS)).encode()).data) == MAX_KEYS


def test_pyyaml_without_libyaml_ends_the_run_and_says_so() -> None:
    script = """
import sys
sys.modules["yaml._yaml"] = None
from csp_config.document import read
from csp_config.errors import ReadingError
try:
    print(read("offer.yaml", b"kind: Offer")[0].data)  # plainly written: nobody needs a parser
    read("offer.yaml", b"kind: &a Offer")
except ReadingError as error:
    print(error.message, error.help)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("{'kind': 'Offer'}\nPyYAML was built without libyaml")
    assert "install" in run.stdout


SEEN = st.characters(codec="utf-8").filter(lambda char: shown(char) == char)
TEXT = st.text(SEEN | st.sampled_from(" :-#[]{}'\"0123456789_.e+xo"), max_size=12)
NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = TEXT | NUMBERS | st.booleans() | st.none()
DATA = st.dictionaries(
    TEXT, st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=12)
)


@settings(deadline=None)
@given(
    data=DATA,
    flow=st.sampled_from([None, True, False]),
    style=st.sampled_from([None, "'", '"']),
    plain_unicode=st.booleans(),
    width=st.sampled_from([20, 80, 4000]),
)
def test_data_written_as_yaml_is_read_back_or_refused_with_a_reason(
    *, data: dict[str, Any], flow: bool | None, style: str | None, plain_unicode: bool, width: int
) -> None:
    content = yaml.safe_dump(
        data, default_flow_style=flow, default_style=style, allow_unicode=plain_unicode, width=width
    )
    result, findings = read("offer.yaml", content.encode())
    reasons = ("read as different numbers", "a tag (`!`)", "a key has to be text", "nested more than")
    assert all(any(reason in found.message for reason in reasons) for found in findings)
    assert findings or (result is not None and result.data == data)


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text("ab1:-[]{}'\"#&*!|>%@` \n\r\t?,.\\<=~\u2028\ufeff\x1b", max_size=40))
def test_whatever_the_bytes_there_is_a_document_or_a_place_and_a_cure(written: bytes | str) -> None:
    content = written if isinstance(written, bytes) else written.encode()
    result, findings = read("offer.yaml", content)
    assert result is not None or findings
    ends = [len(line) + 2 for line in content.decode(errors="replace").split("\n")]
    for found in findings:
        assert 1 <= found.source.line <= len(ends)
        assert 1 <= found.source.column <= ends[found.source.line - 1]
        assert not found.message.endswith(".")
        assert found.help
        assert shown(found.message[:30]) == found.message[:30]
