"""XLSX and ODS of the measures: what stands in them, that it stays text, and what LibreOffice makes of it."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from tests.workshops.documents.conftest import Office
from tests.workshops.documents.plans import LOOK, MADE_AT, a_measure, a_plan
from workshops.exports import measures, sheets
from workshops.exports.sheets import Sheet

HEADER = [
    *("Nr.", "Handlungsfeld", "Leitlinie", "Ziel", "Maßnahme", "Beschreibung"),
    *("Was erreicht werden soll", "Zielgruppe", "Zuständig", "Partner", "Kosten, grob", "Finanzierung"),
    *("Zeitrahmen", "Woran man den Erfolg erkennt", "Stand", "Angenommen am", "Herkunft", "Kennung"),
]
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://evil.example")',
    "#N/A",
    "#REF!",
)


def a_sheet(language: str = "de") -> Sheet:
    return measures.sheet(a_plan(), language=language, look=LOOK, made_at=MADE_AT)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def rows_of(office: Office, content: bytes, suffix: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(office.csv(content, suffix), newline="")))


def test_every_measure_has_a_row_and_the_header_stands_still(german: None) -> None:
    page = opened(sheets.xlsx(a_sheet()))
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == HEADER
    assert rows[1][:5] == [
        "1.1.1",
        "Bildung und Sprache",
        "Alle können Deutsch lernen",
        "Kurse zu jeder Tageszeit",
        "Abendkurse in der Volkshochschule",
    ]
    assert rows[1][-4:] == [
        "in Arbeit",
        "20. Oktober 2020",
        "Bildung und Sprache: Workshop 2 (20. Oktober 2020)",
        1,
    ]
    assert (page.freeze_panes, page.print_title_rows) == ("A2", "$1:$1")


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", sheets.xlsx), ("ods", sheets.ods)])
def test_libreoffice_reads_the_same_rows(
    office: Office, german: None, suffix: str, write: Callable[[Sheet], bytes]
) -> None:
    rows = rows_of(office, write(a_sheet()), suffix)
    assert rows[0] == HEADER
    assert rows[1][4] == "Abendkurse in der Volkshochschule"
    assert rows[1][5].splitlines()[0] == (
        "Zwei Kurse je Woche **ab 18 Uhr**, abwechselnd in der Kernstadt und in den Ortsteilen."
    )
    assert len(rows) == 2


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", sheets.xlsx), ("ods", sheets.ods)])
def test_what_looks_like_a_formula_is_text_and_is_never_run(
    office: Office, german: None, suffix: str, write: Callable[[Sheet], bytes]
) -> None:
    rows = tuple(a_measure(f"1.1.{place}", key=place, cost=text) for place, text in enumerate(FORMULAS, 1))
    sheet = measures.sheet(a_plan(*rows), language="de", look=LOOK, made_at=MADE_AT)
    cells = [row[10] for row in rows_of(office, write(sheet), suffix)[1:]]
    assert cells == [
        *("'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1" if suffix == "xlsx" else "' =1", "'\n=1"),
        *('\'=HYPERLINK("http://evil.example")', "#N/A", "#REF!"),
    ]
    if suffix == "xlsx":
        kinds = {row[10].data_type for row in opened(write(sheet)).iter_rows(min_row=2)}
        assert kinds == {"s"}


def test_an_arabic_sheet_runs_from_right_to_left_and_marks_what_is_german(arabic: None) -> None:
    page = opened(sheets.xlsx(a_sheet("ar")))
    assert page.sheet_view.rightToLeft is True
    row = [cell.value for cell in list(page.iter_rows())[1]]
    assert row[1:5] == [
        "التعليم واللغة",
        "يمكن للجميع تعلم الألمانية",
        "Kurse zu jeder Tageszeit\u00a0[DE]",
        "دورات مسائية في المدرسة الشعبية",
    ]


def test_ods_stands_still_below_its_header_too(german: None) -> None:
    with zipfile.ZipFile(io.BytesIO(sheets.ods(a_sheet()))) as archive:
        settings = archive.read("settings.xml")
    assert b'config:name="VerticalSplitPosition" config:type="int">1<' in settings
