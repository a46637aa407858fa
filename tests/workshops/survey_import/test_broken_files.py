"""Whatever is wrong is said, with row and column, and nothing comes out."""

import io
import zipfile

import openpyxl
import pytest
from django.utils.translation import override

from tests.workshops.survey_import import looks, sample_survey
from tests.workshops.survey_import.looks import META, problems, survey
from tests.workshops.survey_import.sample_survey import as_csv, as_xlsx, expanded, people
from workshops.operations.survey_problems import sentence
from workshops.survey_import import limits
from workshops.survey_import.mapping import Mapping, Meaning, Role
from workshops.survey_import.problems import BrokenFile, Problem

ASKED = "Welche Handlungsfelder?"


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in problems(data)]


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\x89PNG\r\n\0\0", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"Name,Stadt\nAnna,Hechingen\n", "unknown_format"),
        (b"PK\x03\x04 torn", "broken_xlsx"),
        (archive({"export.csv": b"Respondent ID"}), "unpack_first"),
        (archive({"[Content_Types].xml": b"<Types/>"}), "no_sheet"),
        (f"{META},{ASKED}\n".encode(), "no_answers"),
        (f"{META},M\x81rz\n".encode("latin-1"), "unknown_encoding"),
    ],
)
def test_a_file_that_is_no_export_is_named_as_what_it_is(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_a_cell_too_many_is_reported_with_row_and_column() -> None:
    data = survey(ASKED, rows=(("Bildung und Sprache",), ("Bildung und Sprache", "", "verrutscht")))
    assert problems(data) == [Problem("too_many_cells", 3, "H", details={"expected": 6, "found": 8})]


def test_an_answer_without_its_number_is_reported_with_row_and_column() -> None:
    data = survey(ASKED, rows=(("Bildung und Sprache",), ("Bildung und Sprache",)))
    broken = data.replace(b"1002,", b",")
    assert problems(broken) == [Problem("missing_id", 3, "A", "Respondent ID")]


def test_all_problems_are_told_at_once_but_not_endlessly() -> None:
    rows = tuple(("Bildung und Sprache", "zu viel") for _ in range(200))
    assert [problem.row for problem in problems(survey(ASKED, rows=rows))] == list(range(2, 52))


def test_a_download_that_was_cut_off_is_noticed() -> None:
    whole = survey(ASKED, "Sprachen", rows=(("Bildung und Sprache", "Deutsch"), ("Bildung", "Deutsch")))
    cut = whole[: whole.rindex(b",Deutsch")]
    assert problems(cut) == [Problem("cut_off", 3, details={"expected": 7, "found": 6})]


def test_cells_that_are_missing_are_told_in_singular_and_plural() -> None:
    def told(**details: int) -> str:
        with override("de"):
            return sentence(Problem("cut_off", 3, details=details))

    again = "Bitte die Datei neu herunterladen."
    assert told(expected=1, found=0) == f"Zeile 3: Die Datei bricht hier ab: 0 statt 1 Zelle. {again}"
    assert told(expected=7, found=6) == f"Zeile 3: Die Datei bricht hier ab: 6 statt 7 Zellen. {again}"


def test_a_quotation_mark_left_open_is_noticed() -> None:
    data = survey(ASKED, rows=(("Bildung und Sprache",), ("Bildung und Sprache",)))
    assert problems(data + b'1003,1,,,,"Bildung und') == [Problem("broken_csv", 4)]


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    assert codes(f"{META},Frage\n".encode() + b"1," + b"x" * (limits.CELL_CHARACTERS * 9)) == ["broken_csv"]


def test_a_file_that_turns_binary_far_down_is_no_table() -> None:
    rows = tuple(("Bildung und Sprache",) for _ in range(3_000))
    assert codes(survey(ASKED, rows=rows) + b"4001,1,,,,\0\r\n") == ["not_a_table"]


def test_rows_with_line_breaks_in_a_comment_are_counted_as_a_spreadsheet_counts_them() -> None:
    data = survey(ASKED, rows=(("erste\nzweite\ndritte",), ("Bildung", "zu viel")))
    assert [problem.row for problem in problems(data)] == [3]


def test_an_answer_for_no_known_field_stops_the_import_and_names_its_row() -> None:
    data = survey(ASKED, rows=(("Bildung und Sprache",), ("Bildung und Sprache; Verkehr",)))
    mapping = Mapping({"q1": Meaning(Role.FIELDS, {"Bildung und Sprache": "1"})})
    with pytest.raises(BrokenFile) as broken:
        looks.answers(data, mapping)
    assert broken.value.problems == (Problem("unknown_field", 3, "F", ASKED, {"label": "Verkehr"}),)


# --- XLSX -----------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c><v>&b;</v></c></row></sheetData>
</worksheet>"""


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_an_entity_bomb_is_refused_wherever_it_lies(member: str) -> None:
    members = members_of(as_xlsx(expanded(people(3))))
    members[member] = LAUGHS
    assert codes(archive(members)) == ["broken_xlsx"]


def test_an_archive_that_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive({**members_of(as_xlsx(expanded(people(3)))), "xl/media/zeros": b"0" * 3_000_000})
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 2_000_000)
    assert codes(data) == ["too_large_unpacked"]


def test_an_archive_of_too_many_members_is_refused() -> None:
    assert codes(archive({f"{number}": b"" for number in range(limits.ARCHIVE_MEMBERS + 1)})) == [
        "too_large_unpacked"
    ]


def test_a_member_whose_bytes_do_not_match_its_checksum_is_refused() -> None:
    members = members_of(as_xlsx(expanded(people(3))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    torn = file.getvalue().replace(b"<sheetData>", b"<sheetDatb>", 1)
    assert codes(torn) == ["broken_xlsx"]


def test_a_member_that_cannot_be_unpacked_is_refused() -> None:
    data = as_xlsx(expanded(people(200)))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.getinfo("xl/worksheets/sheet1.xml")
    # Past the header and its name: a block of a kind that deflate (RFC 1951) doesn't know.
    start = sheet.header_offset + 30 + len(sheet.filename)
    torn = data[:start] + b"\xff" * 16 + data[start + 16 :]
    assert codes(torn) == ["broken_xlsx"]


def test_a_file_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 1024 * 1024)
    assert problems(b"x" * (1024 * 1024 + 1)) == [Problem("too_large", details={"megabytes": 1})]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="ZZZ1"><v>1</v></c>', "too_many_columns"),
        ('<c t="s"><v>99</v></c>', "broken_xlsx"),
        ('<c t="s"><v>-1</v></c>', "broken_xlsx"),
        (f"<c><v>{'9' * 40_000}</v></c>", "cell_too_long"),
    ],
)
def test_a_malformed_cell_is_refused(cell: str, code: str) -> None:
    members = members_of(as_xlsx(expanded(people(1))))
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{name}"><sheetData><row>{cell}</row></sheetData></worksheet>'
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    assert codes(archive(members)) == [code]


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["nicht", "dieses"])
    hidden.sheet_state = "hidden"
    shown = book.create_sheet("Antworten")
    for row in expanded(people(2)):
        shown.append(row)
    file = io.BytesIO()
    book.save(file)

    assert looks.answers(file.getvalue()) == looks.answers(as_csv(expanded(people(2))))


def test_blank_cells_and_rows_keep_their_places() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*META.split(","), ASKED, "Sprachen"])
    sheet["A4"], sheet["G4"], sheet["A9"], sheet["I9"] = 1001.0, "Deutsch", 1002, "verrutscht"
    file = io.BytesIO()
    book.save(file)
    assert problems(file.getvalue()) == [
        Problem("too_many_cells", 9, "I", details={"expected": 7, "found": 9})
    ]


def test_the_sample_itself_has_no_problem() -> None:
    assert problems(sample_survey.SAMPLE.read_bytes()) == []
