"""Every document, made from rows as the worker makes it: hostile texts, from right to left, large.

Each file is opened again by a program that isn't ours.
"""

import datetime
import io
import json
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.documents.plans import DESCRIPTION
from tests.workshops.documents.test_hostile import HOSTILE, TRACES, squeezed
from workshops.models import Document, Workshop, localised
from workshops.operations import document_making, documents
from workshops.operations.documents import FORMATS, TEXTS, Wish

pytestmark = pytest.mark.django_db

Variant, Format = Document.Variant, Document.Format
ARABIC = "خطة الاندماج في هيشنغن"


def stage(people: cast.Cast, text: str, *, arabic: bool = False) -> Workshop:
    """The text in every place that some document shows."""

    def words(longest: int = 10_000) -> dict[str, str]:
        return {"ar" if arabic else "de": text[:longest]}

    field = people.fields[0]
    people.process.name = localised(words(100))
    people.process.save(update_fields=["name"])
    workshop = builders.a_workshop(
        builders.a_series(field),
        starts_at=timezone.now() - datetime.timedelta(days=3),
        title=localised(words(200)),
        description=localised(words()),
    )
    item = builders.an_agenda_item(
        workshop, title=text[:200], text=text, points=text, agreements=text, version=1
    )
    builders.a_proposal(item, title=text[:200], description=text, responsible=text[:150], cost=text[:200])
    for person in (people.amina, people.murat):
        person.name = text[:100]
        person.save(update_fields=["name"])
    workshop.moderators.add(people.murat)
    builders.a_registration(
        workshop,
        people.amina,
        has_attended=True,
        attendance_source="ticked",
        named_in_minutes_at=timezone.now(),
    )
    goal = builders.a_goal(builders.a_guideline(field, text=localised(words(300))))
    builders.a_measure(goal, title=localised(words(200)), description=localised(words()), cost=text[:200])
    return workshop


def wishes(people: cast.Cast, workshop: Workshop, language: str) -> Iterator[Wish]:
    for variant, formats in FORMATS.items():
        for kind in formats:
            yield Wish(
                variant,
                kind,
                language,
                field=people.fields[0] if variant == Variant.FIELD else None,
                workshop=workshop if variant in (Variant.MINUTES, Variant.INVITATION) else None,
            )


def made(people: cast.Cast, wish: Wish) -> bytes:
    asked = documents.request(people.process, wish=wish, by=people.sabine)
    content = document_making.make(Document.objects.get(pk=asked.pk), lambda _percent: None)
    documents.delete(asked, by=people.sabine)
    return content


def text_of(content: bytes, kind: Document.Format) -> str:
    """As another program reads it; fails if it can't."""
    if kind == Format.PDF:
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if kind == Format.XLSX:
        cells = openpyxl.load_workbook(io.BytesIO(content)).active
        assert cells is not None
        return " ".join(str(value) for row in cells.iter_rows(values_only=True) for value in row)
    if kind == Format.JSON:
        return json.dumps(json.loads(content), ensure_ascii=False)
    if kind in (Format.ODT, Format.ODS, Format.DOCX):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            main = "word/document.xml" if kind == Format.DOCX else "content.xml"
            return re.sub(r"<.*?>", "", archive.read(main).decode(), flags=re.S)
    return content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_texts_go_through_every_document_in_every_format(people: cast.Cast, name: str) -> None:
    # A database takes neither NUL nor half a character; 50 kB are measured elsewhere.
    text = HOSTILE[name].replace("\x00", "").encode("utf8", "replace").decode()[:4_000]
    workshop = stage(people, text)
    lost = []
    for number, wish in enumerate(wishes(people, workshop, "de")):
        read = text_of(made(people, wish), wish.format)
        if wish.format == Format.HTML:
            assert "<script" not in read
        read = read.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if squeezed(TRACES[name]) not in squeezed(read):
            lost.append((number, wish.variant, wish.format))
    assert lost == []


def _from_right_to_left(content: bytes, kind: Document.Format, home: Path) -> list[str]:
    """What is wrong with the direction of the file."""
    if kind == Format.HTML:
        return [] if '<html lang="ar" dir="rtl"' in content.decode() else ["html"]
    if kind == Format.PDF:
        (home / "file.pdf").write_bytes(content)
        done = subprocess.run(
            ["pdftotext", str(home / "file.pdf"), "-"], capture_output=True, check=True, text=True
        )
        # In the order in which it is read, whatever marks of direction stand around it.
        read = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", done.stdout)
        return [] if ARABIC in re.sub(r"\s+", " ", read) else ["order of the text"]
    if kind in (Format.CSV, Format.JSON):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    if kind == Format.XLSX:
        return [] if 'rightToLeft="1"' in parts["xl/worksheets/sheet1.xml"] else ["sheet"]
    if kind == Format.DOCX:
        sections = re.findall(r"<w:sectPr.*?</w:sectPr>", parts["word/document.xml"], re.S)
        return [] if sections and all("<w:bidi" in each for each in sections) else ["section"]
    if kind == Format.ODS:
        return [] if 'style:writing-mode="rl-tb"' in parts["content.xml"] else ["table"]
    layouts = re.findall(r"<style:page-layout-properties[^>]*>", parts["styles.xml"])
    return [] if layouts and all('writing-mode="rl-tb"' in each for each in layouts) else ["page"]


@pytest.mark.parametrize("variant", list(FORMATS))
def test_every_arabic_document_runs_from_right_to_left(
    people: cast.Cast, variant: Document.Variant, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("no poppler (Debian's poppler-utils)")
    workshop = stage(people, ARABIC, arabic=True)
    wrong = [
        (wish.format, each)
        for wish in wishes(people, workshop, "ar")
        if wish.variant == variant
        for each in _from_right_to_left(made(people, wish), wish.format, tmp_path)
    ]
    assert wrong == []


@pytest.mark.slow
def test_a_plan_of_200_measures_ends_within_a_workers_lease_in_every_format(people: cast.Cast) -> None:
    """A bound, no measurement: how long it takes says `tests.benchmarks.documents`."""
    guideline = builders.a_guideline(people.fields[0])
    goals = [builders.a_goal(guideline) for _number in range(20)]
    for number in range(200):
        builders.a_measure(
            goals[number % 20],
            title=localised(f"Maßnahme {number}"),
            description=localised({"de": "\n\n".join([DESCRIPTION["de"]] * 4), "ar": DESCRIPTION["ar"]}),
            responsible="Volkshochschule Hechingen",
            cost="rund 12.000 € im Jahr",
        )
    for kind in FORMATS[Variant.PLAN]:
        begun = time.monotonic()
        content = made(people, Wish(Variant.PLAN, kind, "de"))
        assert time.monotonic() - begun < documents.LEASE.total_seconds(), kind
        if kind != Format.PDF:
            assert "Maßnahme 199" in text_of(content, kind), kind
        else:
            pages = pypdf.PdfReader(io.BytesIO(content)).pages
            assert len(pages) >= 60
            assert any("Maßnahme 199" in page.extract_text() for page in pages[-30:])


def test_all_formats_of_texts_are_asked_here() -> None:
    assert {kind for formats in FORMATS.values() for kind in formats} == set(Format)
    assert {*TEXTS} < set(Format)


@pytest.mark.parametrize("variant", [Variant.MINUTES, Variant.INVITATION])
def test_a_clock_time_on_paper_says_whose_it_is(people: cast.Cast, variant: Document.Variant) -> None:
    workshop = stage(people, "Bus")
    for language, words in (("de", "Uhr (Zeit in Hechingen)"), ("en", "(Hechingen time)")):
        read = made(people, Wish(variant, Format.HTML, language, workshop=workshop)).decode()
        assert read.replace("\u00a0", " ").count(words) == 1
