"""DOCX: Word's own structure, read with another eye than the writer's, and what LibreOffice reads in it."""

import dataclasses
import io
import re
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.workshops.documents.conftest import LOGO, Office
from tests.workshops.documents.plans import LOOK, MADE_AT, a_plan
from workshops.exports import docx as writer
from workshops.exports import plan_document
from workshops.exports.docx import _ORDER
from workshops.exports.tree import Document


def whole(language: str) -> Document:
    look = dataclasses.replace(LOOK, logo=LOGO)
    return plan_document.whole(a_plan(), state=["Fassung 3"], language=language, look=look, made_at=MADE_AT)


def opened(language: str) -> Any:
    return docx.Document(io.BytesIO(writer.write(whole(language))))


def test_headings_are_words_own(german: None) -> None:
    headings = [
        (each.style.name, each.text)
        for each in opened("de").paragraphs
        if each.style.name.startswith("Heading")
    ]
    assert headings == [
        ("Heading 1", "Einleitung"),
        ("Heading 1", "Bildung und Sprache"),
        ("Heading 2", "1\u00a0\u00a0Alle können Deutsch lernen"),
        ("Heading 3", "1.1\u00a0\u00a0Kurse zu jeder Tageszeit"),
        ("Heading 4", "1.1.1\u00a0\u00a0Abendkurse in der Volkshochschule"),
        ("Heading 1", "Wohnen"),
        ("Heading 1", "Alle Maßnahmen im Überblick"),
    ]


def test_tables_repeat_their_header_rows(german: None) -> None:
    [table] = opened("de").tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["Nr.", "Maßnahme", "Zuständig", "Kosten, grob", "Zeitrahmen", "Stand"],
        [
            *("1.1.1", "Abendkurse in der Volkshochschule", "Volkshochschule Hechingen"),
            *("rund 12.000 € im Jahr", "ab Herbst 2021", "in Arbeit"),
        ],
    ]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False]


def test_title_author_and_language_are_said_and_the_logo_says_what_it_shows(german: None) -> None:
    made = opened("de")
    properties = made.core_properties
    assert (properties.title, properties.author, properties.language) == (
        "Integrationsplan Hechingen",
        "Hechingen",
        "de-DE",
    )
    lang = made.styles.element.find(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}"
    )
    assert lang.get(qn("w:val")) == "de-DE"
    [shown] = made.element.body.iter(qn("wp:docPr"))
    assert shown.get("descr") == "Wappen der Stadt Hechingen"


def test_an_arabic_document_runs_from_right_to_left_and_a_fallback_says_its_language(arabic: None) -> None:
    made = opened("ar")
    by_text = {each.text: each for each in made.paragraphs}
    chapter = by_text["التعليم واللغة"]
    assert chapter._p.pPr.find(qn("w:bidi")) is not None
    assert chapter.runs[0]._r.rPr.find(qn("w:rtl")) is not None
    goal = by_text["1.1\u00a0\u00a0Kurse zu jeder Tageszeit\u00a0[DE]"]
    assert goal._p.pPr.find(qn("w:bidi")) is None
    assert goal.runs[1]._r.rPr.find(qn("w:lang")).get(qn("w:val")) == "de-DE"
    [table] = made.tables
    assert table._tbl.tblPr.find(qn("w:bidiVisual")) is not None


@pytest.mark.parametrize("language", ["de", "ar"])
def test_paragraph_properties_keep_the_order_of_the_schema(language: str) -> None:
    """Word refuses some files that don't (ECMA-376, CT_PPr is a sequence)."""
    for properties in opened(language).element.body.iter(qn("w:pPr")):
        names = [child.tag.rpartition("}")[2] for child in properties]
        assert names == sorted(names, key=_ORDER.index)


def test_the_file_asks_nothing_of_other_servers(german: None) -> None:
    with zipfile.ZipFile(io.BytesIO(writer.write(whole("de")))) as archive:
        relations = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels")
        )
    outside = [part for part in relations.split("<Relationship ") if 'TargetMode="External"' in part]
    # A link that somebody wrote, and no picture or template.
    assert len(outside) == 1
    assert 'Target="https://vhs.example/"' in outside[0]
    assert "/hyperlink" in outside[0]


def test_libreoffice_reads_every_line_of_it(office: Office, german: None) -> None:
    text = office.text(writer.write(whole("de")), "docx").replace("\u00a0", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[:10] == [
        "Hechingen",
        "Integrationsplan Hechingen",
        "Leitlinien, Ziele und Maßnahmen",
        "Fassung 3",
        "Inhalt",
        "Einleitung",
        "Bildung und Sprache",
        "1  Alle können Deutsch lernen",
        "Wohnen",
        "Alle Maßnahmen im Überblick",
    ]
    assert lines[22:30] == [
        "1.1  Kurse zu jeder Tageszeit",
        "1.1.1  Abendkurse in der Volkshochschule",
        "Zwei Kurse je Woche ab 18 Uhr, abwechselnd in der Kernstadt und in den Ortsteilen.",
        "• mit Betreuung der Kinder",
        "• mit Anmeldung bei der Volkshochschule",
        "Was erreicht werden soll\tWer tagsüber arbeitet, kann abends Deutsch lernen.",
        "Zielgruppe\tBerufstätige und Eltern",
        "Zuständig\tVolkshochschule Hechingen",
    ]
    assert lines[-3:] == ["rund 12.000 € im Jahr", "ab Herbst 2021", "in Arbeit"]


def test_libreoffice_sees_the_headings_as_an_outline(office: Office, german: None) -> None:
    made = office.convert(writer.write(whole("de")), "docx", "fodt").decode()
    levels = re.findall(r'<text:h [^>]*text:outline-level="(\d)"', made)
    assert levels == ["1", "1", "2", "3", "4", "1", "1"]
