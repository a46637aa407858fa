"""ODT: what the package says of itself, and what LibreOffice reads in it."""

import dataclasses
import io
import re
import zipfile
from xml.etree import ElementTree

import pypdf
import pytest
from django.utils import translation

from tests.workshops.documents.conftest import LOGO, Office
from tests.workshops.documents.plans import LOOK, MADE_AT, a_plan
from workshops.exports import odt, plan_document
from workshops.exports.odf import _NAMES
from workshops.exports.tree import Document


def whole(language: str) -> Document:
    look = dataclasses.replace(LOOK, logo=LOGO)
    return plan_document.whole(a_plan(), state=["Fassung 3"], language=language, look=look, made_at=MADE_AT)


def parts(content: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xml")
        }


def found(root: ElementTree.Element, path: str) -> list[ElementTree.Element]:
    return root.findall(path, _NAMES)


def of(element: ElementTree.Element, name: str) -> str | None:
    prefix, _colon, local = name.partition(":")
    return element.get(f"{{{_NAMES[prefix]}}}{local}")


def test_the_type_comes_first_and_is_not_compressed(german: None) -> None:
    content = odt.write(whole("de"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    # Where programs look without unpacking (ODF 1.3 part 2, 2.3).
    assert content[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text"


def test_the_manifest_lists_each_file_of_the_package(german: None) -> None:
    content = odt.write(whole("de"))
    manifest = parts(content)["META-INF/manifest.xml"]
    name = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
    listed = [entry.get(f"{name}full-path") for entry in manifest]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        there = [each for each in archive.namelist() if each not in ("mimetype", "META-INF/manifest.xml")]
    assert listed == ["/", *there]
    assert there == ["content.xml", "styles.xml", "meta.xml", "Pictures/logo.png"]


def test_headings_have_levels_and_none_is_left_out(german: None) -> None:
    content = parts(odt.write(whole("de")))["content.xml"]
    headings = [
        (of(each, "text:outline-level"), "".join(each.itertext())) for each in found(content, ".//text:h")
    ]
    assert headings == [
        ("1", "Einleitung"),
        ("1", "Bildung und Sprache"),
        ("2", "1\u00a0\u00a0Alle können Deutsch lernen"),
        ("3", "1.1\u00a0\u00a0Kurse zu jeder Tageszeit"),
        ("4", "1.1.1\u00a0\u00a0Abendkurse in der Volkshochschule"),
        ("1", "Wohnen"),
        ("1", "Alle Maßnahmen im Überblick"),
    ]


def test_tables_repeat_their_header_rows(german: None) -> None:
    content = parts(odt.write(whole("de")))["content.xml"]
    [table] = found(content, ".//table:table")
    header = [
        "".join(cell.itertext())
        for cell in found(table, "table:table-header-rows/table:table-row/table:table-cell")
    ]
    assert header == ["Nr.", "Maßnahme", "Zuständig", "Kosten, grob", "Zeitrahmen", "Stand"]
    assert len(found(table, "table:table-row")) == 1


def test_metadata_language_and_picture_are_said(german: None) -> None:
    made = parts(odt.write(whole("de")))
    assert [each.text for each in found(made["meta.xml"], ".//dc:title")] == ["Integrationsplan Hechingen"]
    assert [each.text for each in found(made["meta.xml"], ".//dc:language")] == ["de"]
    assert [each.text for each in found(made["content.xml"], ".//draw:frame/svg:title")] == [
        "Wappen der Stadt Hechingen"
    ]
    [default] = [
        each
        for each in found(made["styles.xml"], ".//style:default-style")
        if of(each, "style:family") == "paragraph"
    ]
    [text] = found(default, "style:text-properties")
    assert (of(text, "fo:language"), of(text, "fo:country")) == ("de", "DE")


def test_every_style_that_is_used_is_defined(arabic: None) -> None:
    made = parts(odt.write(whole("ar")))
    defined = {
        of(each, "style:name")
        for root in made.values()
        for each in root.iter()
        if each.tag.startswith((f"{{{_NAMES['style']}}}style", f"{{{_NAMES['text']}}}list-style"))
    }
    used = {
        value
        for each in made["content.xml"].iter()
        for key, value in each.attrib.items()
        if key.endswith(("}style-name", "}parent-style-name", "}visited-style-name"))
    }
    assert used - defined == set()


def test_an_arabic_document_runs_from_right_to_left_and_a_fallback_says_its_language(arabic: None) -> None:
    made = parts(odt.write(whole("ar")))
    [default] = [
        each
        for each in found(made["styles.xml"], ".//style:default-style")
        if of(each, "style:family") == "paragraph"
    ]
    assert of(found(default, "style:paragraph-properties")[0], "style:writing-mode") == "rl-tb"
    assert of(found(default, "style:text-properties")[0], "style:language-complex") == "ar"
    styles = {of(each, "style:name"): each for each in found(made["content.xml"], ".//style:style")}
    [goal] = [
        each
        for each in found(made["content.xml"], ".//text:h")
        if "Kurse zu jeder" in "".join(each.itertext())
    ]
    style = styles[of(goal, "text:style-name")]
    assert of(found(style, "style:paragraph-properties")[0], "style:writing-mode") == "lr-tb"
    assert of(found(style, "style:text-properties")[0], "fo:language") == "de"
    assert "".join(goal.itertext()) == "1.1\u00a0\u00a0Kurse zu jeder Tageszeit\u00a0[DE]"


def test_the_same_document_gives_the_same_bytes(german: None) -> None:
    assert odt.write(whole("de")) == odt.write(whole("de"))


def test_libreoffice_reads_every_line_of_it(office: Office, german: None) -> None:
    text = office.text(odt.write(whole("de")), "odt")
    lines = [line.strip() for line in text.replace("\u00a0", " ").splitlines() if line.strip()]
    assert lines == [
        "Hechingen",
        "Integrationsplan Hechingen",
        "Leitlinien, Ziele und Maßnahmen",
        "Fassung 3",
        "Inhalt",
        "Einleitung\t–",
        "Bildung und Sprache\t–",
        "1  Alle können Deutsch lernen\t–",
        "Wohnen\t–",
        "Alle Maßnahmen im Überblick\t–",
        "Einleitung",
        "Der Plan sagt, was die Stadt erreichen will.",
        "Mitgewirkt haben: Volkshochschule, Arbeitskreis Asyl",
        "2\tHandlungsfelder",
        "1\tLeitlinie",
        "1\tZiel",
        "1\tMaßnahme",
        "1\tdavon in Arbeit",
        "Bildung und Sprache",
        "Wer die Sprache kann, findet Arbeit, Freunde und Rat.",
        "124\tMenschen interessiert das Thema",
        "1  Alle können Deutsch lernen",
        "1.1  Kurse zu jeder Tageszeit",
        "1.1.1  Abendkurse in der Volkshochschule",
        "Zwei Kurse je Woche ab 18 Uhr, abwechselnd in der Kernstadt und in den Ortsteilen.",
        "• mit Betreuung der Kinder",
        "• mit Anmeldung bei der Volkshochschule",
        "Was erreicht werden soll\tWer tagsüber arbeitet, kann abends Deutsch lernen.",
        "Zielgruppe\tBerufstätige und Eltern",
        "Zuständig\tVolkshochschule Hechingen",
        "Partner\tArbeitskreis Asyl",
        "Kosten, grob\trund 12.000 € im Jahr",
        "Finanzierung\tLand Baden-Württemberg (VwV Deutsch)",
        "Zeitrahmen\tab Herbst 2021",
        "Woran man den Erfolg erkennt\tmindestens 40 Teilnehmende im ersten Jahr",
        "Stand\tin Arbeit",
        "Angenommen am\t20. Oktober 2020",
        "Bis 13. September 2021\tDer erste Kurs beginnt",
        "Herkunft: „Bildung und Sprache: Workshop 2“ am 20. Oktober 2020, Punkt „Kurse“",
        "Wohnen",
        "Noch keine Leitlinie beschlossen.",
        "Alle Maßnahmen im Überblick",
        *("Nr.", "Maßnahme", "Zuständig", "Kosten, grob", "Zeitrahmen", "Stand"),
        *("1.1.1", "Abendkurse in der Volkshochschule", "Volkshochschule Hechingen"),
        *("rund 12.000 € im Jahr", "ab Herbst 2021", "in Arbeit"),
    ]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_libreoffice_makes_pages_of_it(office: Office, language: str) -> None:
    with translation.override(language):
        made = office.convert(odt.write(whole(language)), "odt", "pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert len(pages) == 6
    # Cover, contents with the pages as they are, and a chapter on a page of its own.
    assert re.findall(r"\.{3} ?(\d)", pages[1]) == ["3", "4", "4", "5", "6"]
