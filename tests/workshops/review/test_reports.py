"""The closing report: what is counted, what is hidden, and that nothing hidden can be worked out."""

import csv
import io
import itertools
from collections.abc import Sequence

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.workshops.review.conftest import DAY, NOW, Evening
from workshops.models import Workshop
from workshops.operations import reports
from workshops.survey_import.small_cells import LEAST_PEOPLE, shown_with_totals

pytestmark = pytest.mark.django_db


def fill(workshop: Workshop, *, source: str = "ticked", **people: int) -> None:
    """So many people more who came, by `language`, `language_org` (of no kind) or `language_kind`."""
    for name, count in people.items():
        language, _, organisation = name.partition("_")
        said = {
            "organisation": "Sportverein" if organisation else "",
            "organisation_kind": "" if organisation == "org" else organisation,
        }
        for _number in range(count):
            person = builders.a_participant(workshop.process, language=language, **said)
            builders.a_registration(workshop, person, has_attended=True, attendance_source=source)


@pytest.fixture
def workshop(evening: Evening) -> Workshop:
    """With nobody in it."""
    evening.workshop.registrations.all().delete()
    return evening.workshop


def test_a_report_counts_who_came_and_what_came_of_it(workshop: Workshop, evening: Evening) -> None:
    fill(workshop, de=8, ar=6, de_org=7)
    fill(workshop, de=5, source="room")
    for _number in range(4):
        builders.a_registration(workshop)
    workshop.phone_guests.create(added_by=evening.cast.murat)
    builders.a_proposal(evening.item)

    report = reports.of_process(workshop.process, now=NOW).of(workshop)

    assert report is not None
    assert (report.registered, report.attended, report.share, report.by_phone) == (30, 26, 87, 1)
    assert report.kinds == {"private": 19, "organisation": 7}
    assert report.languages == {"de": 20, "ar": 6}
    assert report.sources == {"room": 5, "ticked": 21}
    assert (report.proposals, report.comments, dict(report.minutes)) == (1, 0, {"": 1})


def test_those_who_came_are_counted_by_the_kind_of_their_organisation(
    workshop: Workshop, murat: Client, sabine: Client
) -> None:
    fill(workshop, de=9, de_club=6, ar_club=2, de_welfare=5, de_office=3, de_company=4, de_org=7)
    report = reports.of_process(workshop.process, now=NOW).of(workshop)
    assert report is not None
    # 3 and 4 people are few; together they are seven, which tells of nobody.
    shown = {"private": 9, "club": 8, "organisation": 7, "welfare": 5, "company": None, "office": None}
    assert report.kinds == shown
    page = pages.lines(murat.get(f"/moderation/{workshop.pk}/report/"))
    assert page[page.index("Verein oder Initiative") + 1] == "8"
    assert page[page.index("Amt oder Behörde") + 1] == "verdeckt"
    assert page[page.index("für eine Einrichtung ohne Angabe der Art") + 1] == "7"
    everything = rows_of(sabine.get("/staff/integrationsplan/report/report.csv").content)
    by_name = dict(zip(everything[0], everything[1], strict=True))
    assert by_name["Für wen sie da waren: Wohlfahrtsverband oder Beratungsstelle"] == "5"


def test_counts_of_few_people_are_hidden_with_what_would_tell_them(workshop: Workshop) -> None:
    fill(workshop, de=9, ar=6, tr=2)
    report = reports.of_process(workshop.process, now=NOW).of(workshop)
    assert report is not None
    # 17 came: with 9 and 6 shown, the 2 would be what is left.
    assert report.languages == {"de": 9, "ar": None, "tr": None}


def test_hidden_cells_that_are_few_people_together_take_another_along(workshop: Workshop) -> None:
    fill(workshop, de=9, ar=6, tr=2, uk=2)
    report = reports.of_process(workshop.process, now=NOW).of(workshop)
    assert report is not None
    assert report.languages == {"de": 9, "ar": None, "tr": None, "uk": None}


def test_one_workshop_cannot_be_told_from_the_sum_and_the_others(workshop: Workshop) -> None:
    other = builders.a_workshop(workshop.series, starts_at=NOW - DAY)
    fill(workshop, de=10, ar=8)
    fill(other, de=10, ar=3, tr=5)
    found = reports.of_process(workshop.process, now=NOW)
    one, two = found.of(workshop), found.of(other)
    assert one is not None
    assert two is not None
    # 11 in all, 8 in one: 3 would be left.
    assert two.languages["ar"] is None
    assert None in (one.languages["ar"], found.total.languages["ar"])


def test_nothing_hidden_can_be_worked_out_from_any_small_table() -> None:
    """All tables of two workshops and two languages with up to 12 people in a cell, by steps."""
    sizes = (0, 1, 4, 5, 7, 12)
    for a, b, c, d in itertools.product(sizes, repeat=4):
        rows = {0: {"de": a + c, "ar": b + d}, 1: {"de": a, "ar": b}, 2: {"de": c, "ar": d}}
        shown = shown_with_totals(rows, total=0)
        assert {
            (row, column)
            for row, cells in shown.items()
            for column, n in cells.items()
            if n is not None and n != rows[row][column]
        } == set()
        lines: list[Sequence[tuple[int, str]]] = [[(row, "de"), (row, "ar")] for row in rows]
        lines += [[(row, column) for row in rows] for column in ("de", "ar")]
        for line in lines:
            hidden = [cell for cell in line if shown[cell[0]][cell[1]] is None]
            assert len(hidden) != 1, (rows, shown)
        for row in rows:
            left = [rows[row][column] for column, n in shown[row].items() if n is None]
            assert not left or sum(left) >= LEAST_PEOPLE or not any(shown[row].values()), (rows, shown)
        assert not [n for cells in shown.values() for n in cells.values() if n and n < LEAST_PEOPLE]


def test_a_workshop_that_is_to_come_or_was_cancelled_has_no_report(workshop: Workshop, murat: Client) -> None:
    coming = builders.a_workshop(workshop.series)
    coming.moderators.add(*workshop.moderators.all())
    found = reports.of_process(workshop.process, now=NOW)
    assert [one.workshop for one in found.of_workshops] == [workshop]
    assert "Den Bericht gibt es, sobald der Workshop begonnen hat." in pages.lines(
        murat.get(f"/moderation/{coming.pk}/report/")
    )
    assert murat.get(f"/moderation/{coming.pk}/report/report.csv").status_code == 404


def test_the_pages_show_the_same_numbers(workshop: Workshop, murat: Client, sabine: Client) -> None:
    fill(workshop, de=9, ar=6, tr=2, uk=2)
    one = pages.lines(murat.get(f"/moderation/{workshop.pk}/report/"))
    assert {"19", "19 (100 %)"} & set(one)
    assert one.count("verdeckt") >= 3
    everything = pages.lines(sabine.get("/staff/integrationsplan/report/"))
    assert "Ein Workshop hat stattgefunden." in everything
    assert everything.count("verdeckt") == one.count("verdeckt")


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_tables_can_be_taken_away(workshop: Workshop, murat: Client, sabine: Client) -> None:
    fill(workshop, de=9, ar=6, tr=2, uk=2)
    one = rows_of(murat.get(f"/moderation/{workshop.pk}/report/report.csv").content)
    everything = rows_of(sabine.get("/staff/integrationsplan/report/report.csv").content)
    assert one == everything[:2]
    assert [row[0] for row in everything] == ["Workshop", str(workshop), "Alle Workshops"]
    assert len({len(row) for row in everything}) == 1
    by_name = dict(zip(everything[0], everything[1], strict=True))
    assert (by_name["Gekommen"], by_name["Anteil in Prozent"], by_name["Sprache: Deutsch"]) == (
        "19",
        "100",
        "9",
    )
    assert by_name["Sprache: Türkçe"] == by_name["Sprache: العربيّة"] == "verdeckt, weil wenige"


def test_a_formula_in_a_name_is_only_text(workshop: Workshop, sabine: Client) -> None:
    from workshops.models import localised

    workshop.series.field.name = localised('=HYPERLINK("http://boese.example")')
    workshop.series.field.save(update_fields=["name"])
    fill(workshop, de=5)
    rows = rows_of(sabine.get("/staff/integrationsplan/report/report.csv").content)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in rows[1])


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_costs_the_same_for_many_workshops(
    workshop: Workshop, sabine: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        fill(builders.a_workshop(workshop.series, starts_at=NOW - DAY), de=2)
    with django_assert_num_queries(11):
        sabine.get("/staff/integrationsplan/report/")
