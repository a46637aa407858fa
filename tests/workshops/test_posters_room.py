"""Posters and pictures of links hold the longest names that forms take: all is there, and nothing twice."""

import datetime
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
import typst
from django.core.cache import cache
from django.test import Client

from tests import builders, cast
from tests.workshops.documents.conftest import png
from workshops import pictures
from workshops.forms.staff import ActionFieldForm, ProcessForm
from workshops.forms.staff_workshop import DetailsForm
from workshops.models import ParticipationProcess, Workshop, localised
from workshops.operations import branding

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2020, 6, 20, 10, 0, tzinfo=datetime.UTC)
LIMIT = 150
POINTS = 72 / 25.4
BAND = 92 * POINTS
# What no word is as long as, and what breaks nowhere.
NAMES = {
    "de": ("Verwaltungsgemeinschaft und Nachbarschaft", "Zusammenleben in Verschiedenheit", "Ehrenamt"),
    "uk": ("Адміністративна спільнота сусідів", "Як ми живемо і працюємо разом", "Волонтерство"),
    "ar": ("خطة الاندماج في المدينة والقرى", "كيف نعيش معا ونتعلم", "العمل التطوعي"),
    "en": ("W" * LIMIT, "M" * LIMIT, "Q" * LIMIT),
}


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """The first of more than a sheet holds."""
    series = builders.a_series(people.fields[0])
    first = datetime.datetime(2020, 9, 24, 16, 0, tzinfo=datetime.UTC)
    found = [
        builders.a_workshop(series, starts_at=first + datetime.timedelta(days=7 * number))
        for number in range(10)
    ]
    logo = branding.checked_logo(png(400, 120))
    branding.change(
        people.process, colour="", logo=logo, logo_text="Wappen", licence="dl-de/by-2-0", by=people.sabine
    )
    return found[0]


def name_all(workshop: Workshop, language: str) -> tuple[str, str, str]:
    """Process, field and title, each as long as its form takes; the town as its column."""
    process, field, title = (filled(words, LIMIT) for words in NAMES[language])
    ParticipationProcess.objects.update(
        name=localised({"de": process, language: process}),
        town=filled(NAMES[language][0], 120),
        contact_phone="07471 930-0",
    )
    type(workshop.series.field).objects.update(name=localised({"de": field, language: field}))
    Workshop.objects.update(title=localised({"de": title, language: title}))
    return process, field, title


def filled(words: str, limit: int) -> str:
    return (f"{words} " * limit)[:limit].strip()


def test_these_are_the_limits_of_the_forms() -> None:
    fields = (
        ProcessForm().fields["name"],
        ActionFieldForm().fields["name"],
        DetailsForm().fields["title"],
    )
    assert [field.fields[0].max_length for field in fields] == [LIMIT] * 3  # type: ignore[attr-defined]
    assert ParticipationProcess._meta.get_field("town").max_length == 120


Box = tuple[str, float, float, float, float]


def boxes_of(content: bytes, folder: Path) -> list[Box]:
    """The words of the one page, with where their letters stand (points from the top left).

    A font's box is higher than most of its letters: lines may come closer than that.
    """
    (folder / "made.pdf").write_bytes(content)
    said = subprocess.run(
        ["pdftotext", "-bbox", "made.pdf", "-"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    assert said.count("<page ") == 1
    found = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', said
    )
    made = []
    for *where, word in found:
        left, top, right, bottom = (float(each) for each in where)
        spare = (bottom - top) * 0.22
        made.append((word.replace("\u200b", ""), left, top + spare, right, bottom - spare))
    return made


def letters_of(boxes: list[Box]) -> str:
    # A hyphen at a line's end is the sheet's, not the name's.
    return "".join(word.removesuffix("\xad") for word, *_where in boxes)


def overprinted(boxes: list[Box]) -> list[tuple[str, str]]:
    """Pairs of words one of which stands on the other."""
    # What carries Arabic signs is read in pieces that overlap.
    boxes = [box for box in boxes if not any(unicodedata.combining(letter) for letter in box[0])]

    def meet(one: Box, other: Box) -> bool:
        is_beside = one[1] > other[3] - 0.5 or other[1] > one[3] - 0.5
        is_below = one[2] > other[4] - 0.5 or other[2] > one[4] - 0.5
        return not (is_beside or is_below)

    return [
        (one[0], other[0])
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if meet(one, other)
    ]


def outside(boxes: list[Box], left: float, top: float, right: float, bottom: float) -> list[str]:
    return [
        word
        for word, x_min, y_min, x_max, y_max in boxes
        if x_min < left - 1 or x_max > right + 1 or y_min < top - 1 or y_max > bottom + 1
    ]


@pytest.mark.parametrize("language", NAMES)
def test_a_picture_of_the_longest_names_still_shows_the_date(
    workshop: Workshop, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = name_all(workshop, language)
    papers = []
    really = typst.compile

    def compiled(template: Path, **options: Any) -> Any:
        # The same page with words that can be looked for.
        papers.append(really(template, **options | {"format": "pdf"}))
        return really(template, **options)

    monkeypatch.setattr(typst, "compile", compiled)
    prefix = "" if language == "de" else f"/{language}"
    path = f"{prefix}/integrationsplan/{workshop.field.slug}/{workshop.number}/share.png"
    assert pictures.size_of(Client().get(path).content) == (1200, 630)
    (paper,) = papers
    boxes = boxes_of(paper, tmp_path)
    words = [word for word, *_where in boxes]
    assert [part for part in ("24", "2020") if not any(part in word for word in words)] == []
    assert outside(boxes, 44, 44, 756, 376) == []
    assert overprinted(boxes) == []
    if language != "ar":
        shown = letters_of(boxes)
        assert [name for name in names if name.replace(" ", "") not in shown] == []
        # Beside the logo, not on it.
        upper = "".join(NAMES[language][0].split())
        assert [
            word for word, _l, top, right, _b in boxes if word in upper and top < 118 and right > 537
        ] == []


@pytest.mark.parametrize("language", NAMES)
def test_a_poster_of_the_longest_names_is_one_sheet_on_which_all_is_read(
    workshop: Workshop, tmp_path: Path, language: str
) -> None:
    names = name_all(workshop, language)
    prefix = "" if language == "de" else f"/{language}"
    answer = Client().get(f"{prefix}/integrationsplan/{workshop.field.slug}/poster.pdf")
    boxes = boxes_of(answer.content, tmp_path)
    edge = 18 * POINTS
    # The lowest box of an Arabic line is deeper than its letters; printers reach 290 mm.
    assert outside(boxes, edge, 15 * POINTS, 210 * POINTS - edge, 290 * POINTS) == []
    assert overprinted(boxes) == []
    # White letters stand on the colour, 92 mm high, and none of the black ones does.
    assert [word for word, _l, top, _r, bottom in boxes if top < BAND < bottom] == []
    if language != "ar":
        upper = [box for box in boxes if box[4] < BAND]
        shown = letters_of(upper)
        assert [name for name in names[:2] if name.replace(" ", "") not in shown] == []
        assert len([word for word, *_where in boxes if word.startswith("2020")]) == 8
