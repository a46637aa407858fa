"""Hostile texts through every format; each file is opened again by a program that isn't ours.

What people type reaches every document: as a title, a description in Markdown, a detail, a name.
"""

import csv
import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import openpyxl
import pypdf
import pytest

from tests.workshops.documents.conftest import Office
from tests.workshops.documents.plans import LOOK, MADE_AT, a_measure, a_plan
from workshops.exports import docx as docx_writer
from workshops.exports import files, html, measures, odt, opendata, pdf, plan_document, sheets
from workshops.exports.tree import Document
from workshops.plans.content import PlanContent

LONG = "Donaudampfschifffahrt" * 2_400  # 50 kB without a space
HOSTILE = {
    "formula": '=cmd|"/c calc"!A1',
    "markup": "<script>alert(1)</script><b>fett</b> &amp; &lt; ]]> <!-- --> <?php ?>",
    "path": "../../etc/passwd",
    "controls": "a\x00b\x01c\x0bd\x1be\x7ff\x85g\u2028h\ufffei\ud800j",
    "long": LONG,
    "typst": '#panic("x") $x$ @ref <label> #read("/etc/passwd") `raw` // /* \\ = == #import "x": *',
    "quotes": "\"'`´“”‘’&quot;'\"",
    "bidi": "abc\u202edef\u202c\u2066ghi\u2069\u200fjkl\u061c",
    "emoji": "👩🏽‍🚒 🚂 🏳️‍🌈 é é",
    "nul": "\x00" * 40 + "Ende",
    "zip": "content.xml\r\nContent-Type: text/html\r\n\r\n<html>",
    "template": "{{ 7*7 }} {% load x %} ${jndi:ldap://x} %(name)s %s {0}",
    "markdown": "[x](javascript:alert(1)) ![y](http://evil.example/z.png) | a | b |\n|---|---|\n| 1 | 2 |",
    "deep": ">" * 60 + " tief\n" + "\n".join("  " * level + "- Punkt" for level in range(60)),
    "arabic": "مرحبا‌ بالعالم ١٢٣ (abc) – «نص»",
}
# What each leaves that every format shows.
TRACES = {
    "formula": "calc",
    "markup": "alert(1)",
    "path": "../../etc/passwd",
    "controls": "abcdef",
    "long": "Donaudampfschifffahrt",
    "typst": "#panic",
    "quotes": "´",
    "bidi": "abcdef",
    "emoji": "é",
    "nul": "Ende",
    "zip": "Content-Type",
    "template": "7*7",
    "markdown": "x",
    "deep": "tief",
    "arabic": "abc",
}


def hostile_plan(text: str) -> PlanContent:
    measure = a_measure(
        title={"de": text},
        description={"de": text},
        responsible=text,
        cost=text,
        purpose=text,
        indicator=text,
    )
    plan = a_plan(measure)
    chapter = dataclasses.replace(plan.chapters[0], name={"de": text}, introduction={"de": text})
    return dataclasses.replace(
        plan, title={"de": text}, introduction={"de": text}, partners=(text,), chapters=(chapter,)
    )


def hostile_document(text: str) -> Document:
    look = dataclasses.replace(LOOK, town=text)
    return plan_document.whole(hostile_plan(text), state=[text], language="de", look=look, made_at=MADE_AT)


def squeezed(text: str) -> str:
    """Without what formats may add or break lines with."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def without_a_trace(texts: dict[str, str]) -> list[str]:
    """The names whose text can't be found again."""
    return [name for name, text in texts.items() if squeezed(TRACES[name]) not in squeezed(text)]


each = pytest.mark.parametrize("name", list(HOSTILE))


def test_odt(office: Office, german: None) -> None:
    contents = {name: odt.write(hostile_document(text)) for name, text in HOSTILE.items()}
    for content in contents.values():
        _is_sound_zip(content)
    assert without_a_trace(office.texts(contents, "odt")) == []


def test_docx(office: Office, german: None) -> None:
    contents = {name: docx_writer.write(hostile_document(text)) for name, text in HOSTILE.items()}
    read = {}
    for name, content in contents.items():
        _is_sound_zip(content)
        read[name] = "\n".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs)
    assert without_a_trace(read) == []
    assert without_a_trace(office.texts(contents, "docx")) == []


@each
def test_pdf(german: None, name: str) -> None:
    content = pdf.write(hostile_document(HOSTILE[name])).content
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    # 50 kB in every place fill hundreds of pages: the first ones will do.
    text = "".join(page.extract_text() for page in pages[:4])
    assert squeezed(TRACES[name]) in squeezed(text)
    # Nothing of the page's own is lost beneath it.
    assert "Leitlinien, Ziele und Maßnahmen" in text


@each
def test_html(german: None, name: str) -> None:
    page = html.write(hostile_document(HOSTILE[name])).decode()
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert squeezed(TRACES[name]) in squeezed("".join(reader.text))
    assert reader.tags & {"script", "img", "b", "iframe", "object"} == set()
    assert [link for link in reader.links if not link.startswith(("#", "https://", "http://"))] == []


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", sheets.xlsx), ("ods", sheets.ods)])
def test_spreadsheets(
    office: Office, german: None, suffix: str, write: Callable[[sheets.Sheet], bytes]
) -> None:
    contents = {}
    for name, text in HOSTILE.items():
        sheet = measures.sheet(hostile_plan(text), language="de", look=LOOK, made_at=MADE_AT)
        contents[name] = write(sheet)
        _is_sound_zip(contents[name])
        if suffix == "xlsx":
            page = openpyxl.load_workbook(io.BytesIO(contents[name])).active
            assert page is not None
            assert {cell.data_type for line in page.iter_rows() for cell in line} == {"s", "n"}
    titles = {}
    for name, text in office.csvs(contents, suffix).items():
        [header, row] = csv.reader(io.StringIO(text, newline=""))
        assert len(row) == len(header)
        titles[name] = row[4]
    assert without_a_trace(titles) == []


@each
def test_open_data(name: str) -> None:
    rows = measures.rows(hostile_plan(HOSTILE[name]))
    assert opendata.read_csv(opendata.write_csv(rows, languages=["de", "en", "ar"])) == rows
    about = opendata.About(HOSTILE[name], HOSTILE[name], "cc-by-4.0", "https://x/", "https://x/s", None)
    [measure] = json.loads(opendata.write_json(rows, about=about))["measures"]
    assert measure["title"] == rows[0].title


@each
def test_the_name_of_the_file(name: str) -> None:
    made = files.name_of(HOSTILE[name], HOSTILE[name], "de", MADE_AT.date(), "odt")
    assert re.fullmatch(r"[a-z0-9-]{1,120}\.odt", made)


def _is_sound_zip(content: bytes) -> None:
    """Whole, every part well-formed, and no name that leads out of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            assert ".." not in part
            assert not part.startswith("/")
            if part.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(part))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)
