"""PDF: its tags, languages, bookmarks and text, as pypdf and poppler read them."""

import dataclasses
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject

from tests.workshops.documents.conftest import LOGO
from tests.workshops.documents.plans import LOOK, MADE_AT, a_plan
from workshops.exports import pdf, plan_document
from workshops.exports.tree import Document, Paragraph, Run


def whole(language: str) -> Document:
    look = dataclasses.replace(LOOK, logo=LOGO)
    return plan_document.whole(a_plan(), state=["Fassung 3"], language=language, look=look, made_at=MADE_AT)


def read(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.write(document).content))


def tags(reader: pypdf.PdfReader) -> list[tuple[str, DictionaryObject]]:
    """Every structure element in reading order, by its standard name (ISO 32000-1, 14.8.4)."""
    root: Any = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    roles = {key: str(value) for key, value in root.get("/RoleMap", {}).items()}

    def walk(node: Any) -> Iterator[tuple[str, DictionaryObject]]:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for each in node:
                yield from walk(each)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                name = str(node["/S"])
                yield roles.get(name, name).lstrip("/"), node
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(root["/K"]))


def only(reader: pypdf.PdfReader, *names: str) -> list[str]:
    return [name for name, _node in tags(reader) if name in names]


def test_it_says_that_it_is_accessible(german: None) -> None:
    reader = read(whole("de"))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Integrationsplan Hechingen", "Hechingen")
    # PDF/UA-1's own identifier (ISO 14289-1, 5).
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", metadata)


def test_headings_are_tagged_by_their_levels(german: None) -> None:
    # That of the table of contents comes first.
    expected = ["H1", "H1", "H1", "H2", "H3", "H4", "H1", "H1"]
    assert only(read(whole("de")), "H1", "H2", "H3", "H4", "H5", "H6") == expected


def test_lists_tables_with_headers_links_and_the_picture_are_tagged(german: None) -> None:
    reader = read(whole("de"))
    found = only(reader, "Table", "THead", "TBody", "TR", "TH", "TD")
    assert found == ["Table", "THead", "TR", *["TH"] * 6, "TBody", "TR", *["TD"] * 6]
    scopes = [node["/A"] for name, node in tags(reader) if name == "TH"]
    assert all("/Column" in str(scope) for scope in scopes)
    pictures = [str(node["/Alt"]) for name, node in tags(reader) if name == "Figure"]
    assert pictures == ["Wappen der Stadt Hechingen"]
    # Facts, figures and the list of the description.
    assert only(reader, "L").count("L") == 4
    assert "Link" in only(reader, "Link")


def test_bookmarks_lead_to_the_headings(german: None) -> None:
    reader = read(whole("de"))

    def titles(outline: list[Any]) -> list[Any]:
        return [titles(each) if isinstance(each, list) else each.title for each in outline]

    assert [title for title in titles(reader.outline) if title != "Inhalt"] == [
        "Einleitung",
        "Bildung und Sprache",
        [
            "1\u00a0\u00a0Alle können Deutsch lernen",
            [
                "1.1\u00a0\u00a0Kurse zu jeder Tageszeit",
                ["1.1.1\u00a0\u00a0Abendkurse in der Volkshochschule"],
            ],
        ],
        "Wohnen",
        "Alle Maßnahmen im Überblick",
    ]


def test_a_fallback_says_its_language_in_an_arabic_document(arabic: None) -> None:
    reader = read(whole("ar"))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "ar"
    found = {str(node["/Lang"]) for _name, node in tags(reader) if "/Lang" in node}
    assert "de" in found


def test_poppler_reads_the_text_in_order(tmp_path: Path, german: None) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext (Debian's poppler-utils)")
    file = tmp_path / "plan.pdf"
    file.write_bytes(pdf.write(whole("de")).content)
    done = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True, text=True)
    text = " ".join(done.stdout.split())
    said = [
        "Leitlinien, Ziele und Maßnahmen",
        "Der Plan sagt, was die Stadt erreichen will.",
        "1.1.1 Abendkurse in der Volkshochschule",
        "Zwei Kurse je Woche ab 18 Uhr, abwechselnd in der Kernstadt und in den Ortsteilen.",
        "Zuständig Volkshochschule Hechingen",
        "Kosten, grob rund 12.000 € im Jahr",
        "Herkunft: „Bildung und Sprache: Workshop 2“ am 20. Oktober 2020, Punkt „Kurse“",
        "Nr. Maßnahme Zuständig Kosten, grob Zeitrahmen Stand",
    ]
    places = [text.find(each) for each in said]
    assert -1 not in places
    assert places == sorted(places)


def test_characters_that_no_font_has_are_named(german: None) -> None:
    document = dataclasses.replace(
        whole("de"), blocks=(Paragraph((Run("Zug 🚂 und 漢字 und 🚂"),)), Paragraph((Run("მშვიდობა"),)))
    )
    made = pdf.write(document)
    assert made.missing_names[:3] == [
        "STEAM LOCOMOTIVE",
        "CJK UNIFIED IDEOGRAPH-6F22",
        "CJK UNIFIED IDEOGRAPH-5B57",
    ]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.content)).pages)
    assert "Zug \ufffd und \ufffd\ufffd und \ufffd" in text


def test_the_same_document_gives_the_same_bytes(german: None) -> None:
    assert pdf.write(whole("de")).content == pdf.write(whole("de")).content
