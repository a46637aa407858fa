"""Open data: what is written is read back as it was, whatever stood in it."""

import csv
import datetime
import io
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workshops.documents.plans import a_large_plan, a_measure, a_plan
from workshops.exports import measures, opendata
from workshops.exports.opendata import About, MeasureRow

LANGUAGES = ["de", "en", "ar"]
ABOUT = About(
    title="Integrationsplan Hechingen",
    publisher="Hechingen",
    licence="dl-de/by-2-0",
    address="https://beteiligung.example/integrationsplan/measures/",
    schema="https://beteiligung.example/integrationsplan/measures.schema.json",
    last_step_at=datetime.datetime(2020, 10, 20, 18, tzinfo=datetime.UTC),
)


def test_the_csv_of_a_large_plan_reads_back_as_the_same_rows() -> None:
    rows = measures.rows(a_large_plan())
    assert len(rows) == 200
    assert opendata.read_csv(opendata.write_csv(rows, languages=LANGUAGES)) == rows


texts = st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=40), max_size=3)


@given(
    st.lists(
        st.builds(
            MeasureRow,
            *(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), texts, st.text(max_size=8)),
            *(texts, st.text(max_size=8), texts, texts, texts),
            cost=st.one_of(st.text(max_size=60), st.sampled_from(["'=1", "=1", "''", "@a", "\r\n"])),
            adopted_on=st.one_of(st.none(), st.dates()),
            workshops=st.lists(st.from_regex(r"[a-z]{1,9}/[0-9]{1,3}", fullmatch=True), max_size=3).map(
                tuple
            ),
        ),
        max_size=4,
    )
)
def test_any_csv_reads_back_as_the_same_rows(rows: list[MeasureRow]) -> None:
    assert opendata.read_csv(opendata.write_csv(rows, languages=LANGUAGES)) == rows


def test_no_cell_of_the_csv_begins_like_a_formula() -> None:
    plan = a_plan(*(a_measure(cost=text) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1")))
    content = opendata.write_csv(measures.rows(plan), languages=LANGUAGES)
    cells = [cell for row in csv.reader(io.StringIO(content.decode(), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert [row.cost for row in opendata.read_csv(content)] == ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"]


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b'id,number\r\n"1,2\r\n', b"id,number\r\n1\r\n"])
def test_another_file_is_not_read_as_measures(content: bytes) -> None:
    with pytest.raises(ValueError):
        opendata.read_csv(content)


def test_the_json_says_what_it_is_and_under_which_licence() -> None:
    data = json.loads(opendata.write_json(measures.rows(a_plan()), about=ABOUT))
    assert {key: data[key] for key in data if key != "measures"} == {
        "$schema": "https://beteiligung.example/integrationsplan/measures.schema.json",
        "schema_version": "1",
        "title": "Integrationsplan Hechingen",
        "publisher": "Hechingen",
        "licence": {"id": "dl-de/by-2-0", "url": "https://www.govdata.de/dl-de/by-2-0"},
        "source": "https://beteiligung.example/integrationsplan/measures/",
        "last_step_at": "2020-10-20T18:00:00+00:00",
    }
    [measure] = data["measures"]
    assert {key: measure[key] for key in ("id", "number", "title", "status", "adopted_on", "workshops")} == {
        "id": "1",
        "number": "1.1.1",
        "title": {"de": "Abendkurse in der Volkshochschule", "ar": "دورات مسائية في المدرسة الشعبية"},
        "status": "in_progress",
        "adopted_on": "2020-10-20",
        "workshops": ["bildung/2"],
    }


def test_the_schema_names_exactly_what_the_json_holds() -> None:
    data = json.loads(opendata.write_json(measures.rows(a_plan()), about=ABOUT))
    schema = opendata.json_schema(ABOUT.schema)
    assert set(schema["required"]) | {"$schema"} == set(data)
    item = schema["properties"]["measures"]["items"]
    assert item["required"] == list(item["properties"]) == list(data["measures"][0])
    assert set(schema["properties"]["licence"]["properties"]["id"]["enum"]) == set(opendata.LICENCES)


def _violations(content: bytes) -> list[str]:
    """As a JSON Schema program finds them, which isn't ours."""
    schema = opendata.json_schema(ABOUT.schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(content))]


def test_the_json_keeps_its_schema_also_in_easy_language() -> None:
    plain = a_measure(title={"de": "Kurse", "de-simple": "Es gibt Kurse", "ar": "دورات"}, adopted_on=None)
    for plan in (a_plan(), a_plan(plain), a_large_plan()):
        assert _violations(opendata.write_json(measures.rows(plan), about=ABOUT)) == []


def test_the_schema_refuses_what_it_describes_otherwise() -> None:
    data = json.loads(opendata.write_json(measures.rows(a_plan()), about=ABOUT))
    measure = data["measures"][0]
    broken = [
        {**measure, "title": {"Deutsch": "Kurse"}},
        {**measure, "status": "unknown"},
        {**measure, "adopted_on": "gestern"},
        {key: value for key, value in measure.items() if key != "id"},
    ]
    for each in broken:
        assert len(_violations(json.dumps({**data, "measures": [each]}).encode())) == 1
