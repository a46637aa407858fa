"""100,000 answers need the memory of 2,000."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HEADS = [
    "Respondent ID",
    "Collector ID",
    "Welche Handlungsfelder?",
    "Wann?",
    "Ihre Ideen",
    "Einladen?",
    "Ihre E-Mail-Adresse",
]

# Run in a process of its own: its peak is that of the import alone.
READ = """
import re, sys
from tests.workshops.survey_import.looks import FIELDS
from workshops.survey_import import inspection, proposal, reading
path, keep = sys.argv[1], sys.argv[2] == "keep"
with open(path, "rb") as file:
    preview = inspection.inspect(file, fields=FIELDS)
    mapping = proposal.propose(preview, fields=FIELDS)
    answers = reading.answers(file, preview, mapping, fields=FIELDS)
    count = len(list(answers)) if keep else sum(1 for _ in answers)
    addresses = sum(1 for _ in reading.wishes(file, preview, mapping, fields=FIELDS))
with open("/proc/self/status") as status:
    print(count, addresses, re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1])
"""

# The same through the operation, one file after the other, into a database without history.
IMPORT = """
import re, sys
import django
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = {"workshops": None, "notifications": None}
django.setup()
call_command("migrate", run_syncdb=True, verbosity=0)
from tests import builders, cast
from workshops.operations.survey_imports import import_answers
survey = cast.gather().process.survey
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        done = import_answers(survey, file, by=None)
    with open("/proc/self/status") as status:
        print(done.answers, done.addresses, re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1])
"""


def rows(count: int) -> Iterator[list[str]]:
    yield HEADS
    for number in range(count):
        yield [
            str(10_000_000 + number), "1",
            "Bildung und Sprache; Wohnen und Wohnumfeld", "Dienstag abends; Freitag vormittags",
            f"Eigener Gedanke Nummer {number}, der sich nicht wiederholt.",
            "Ja", f"teilnahme-{number}@example.org",
        ]  # fmt: skip


def write_csv(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for row in rows(count):
            file.write(",".join(f'"{cell}"' for cell in row) + "\n")
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """By hand: each cell a shared string of its own, as large exports have them."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        sheets = '<sheets><sheet name="S" r:id="r1"/></sheets>'
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}">{sheets}</workbook>'
        )
        relation = '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        relations = f'<Relationships xmlns="{package}">{relation}</Relationships>'
        archive.writestr("xl/_rels/workbook.xml.rels", relations)
        with archive.open("xl/sharedStrings.xml", "w") as member, io.TextIOWrapper(member, "utf-8") as file:
            file.write(f'<sst xmlns="{main}">')
            for row in rows(count):
                file.write("".join(f"<si><t>{cell}</t></si>" for cell in row))
            file.write("</sst>")
        with (
            archive.open("xl/worksheets/sheet1.xml", "w") as member,
            io.TextIOWrapper(member, "utf-8") as file,
        ):
            file.write(f'<worksheet xmlns="{main}"><sheetData>')
            width = len(HEADS)
            for number in range(count + 1):
                cells = (f'<c t="s"><v>{number * width + index}</v></c>' for index in range(width))
                file.write(f"<row>{''.join(cells)}</row>")
            file.write("</sheetData></worksheet>")
    return path


def read(path: Path, *, keep: bool = False) -> tuple[int, int, int]:
    """Answers, addresses, and the process's peak in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), "keep" if keep else "stream"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    answers, addresses, peak = map(int, done.stdout.split())
    return answers, addresses, peak


@pytest.mark.slow
def test_100_000_answers_as_csv_need_no_more_memory_than_2_000(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "many", 100_000)

    few, many, kept = read(write_csv(tmp_path / "few", 2_000)), read(path), read(path, keep=True)

    assert few[:2] == (2_000, 2_000)
    assert many[:2] == (100_000, 100_000)
    assert many[2] < few[2] * 1.3
    # The control: answers held in memory would be noticed.
    assert kept[2] > many[2] * 1.5


@pytest.mark.slow
def test_100_000_answers_as_xlsx_need_no_more_memory_than_2_000(tmp_path: Path) -> None:
    few = read(write_xlsx(tmp_path / "few", 2_000))
    many = read(write_xlsx(tmp_path / "many", 100_000))

    assert few[:2] == (2_000, 2_000)
    assert many[:2] == (100_000, 100_000)
    assert many[2] < few[2] * 1.3


@pytest.mark.slow
def test_20_000_answers_taken_into_a_database_need_no_more_memory_than_2_000(tmp_path: Path) -> None:
    files = [write_csv(tmp_path / "few", 2_000), write_csv(tmp_path / "many", 20_000)]
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "DEBUG": "no",
    }

    done = subprocess.run(
        [sys.executable, "-c", IMPORT, *map(str, files)],
        env=os.environ | environment, check=True, capture_output=True, text=True,
    )  # fmt: skip

    few, many = (list(map(int, line.split())) for line in done.stdout.splitlines())
    # The longer file holds the shorter one.
    assert few[:2] == [2_000, 2_000]
    assert many[:2] == [18_000, 18_000]
    assert many[2] < few[2] * 1.15
