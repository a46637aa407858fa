"""“Wo wir stehen”: each step by what has happened, whatever the order in which a town does it."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Survey, Workshop, WorkshopSeries
from workshops.operations import workshops as operations

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
BUTTON = "An der Umfrage teilnehmen"


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def series(people: cast.Cast) -> WorkshopSeries:
    return builders.a_series(people.fields[0])


@pytest.fixture
def survey(people: cast.Cast) -> Callable[[int, int], None]:
    """The process's survey from so many days on until so many days on, at an address."""

    def window(opens: int, closes: int) -> None:
        now = timezone.now()
        Survey.objects.update(
            url="https://umfrage.example/1", opens_at=now + opens * DAY, closes_at=now + closes * DAY
        )

    return window


def way() -> list[tuple[str, str, str]]:
    """Of each step its title, its text without a date, and `done`, `now` or nothing."""
    page = Client().get("/integrationsplan/").content.decode()
    steps = re.findall(r'<li class="timeline__step([^"]*)"[^>]*>(.*?)</li>', page, re.S)
    found = []
    for classes, inner in steps:
        title, text = re.findall(r"<p class=\"timeline__t[^>]*>(.*?)</p>", inner, re.S)
        how = "done" if "is-done" in classes else "now" if "is-current" in classes else ""
        found.append((title.partition(" <")[0].strip(), re.sub(r"( am| bis) .*", r"\1", text), how))
    return found


def has_button() -> bool:
    return BUTTON in pages.text(Client().get("/integrationsplan/"))


def test_before_the_survey_nothing_is_done_and_there_is_no_button(
    people: cast.Cast, survey: Callable[[int, int], None]
) -> None:
    survey(1, 9)
    assert way() == [
        ("Umfrage", "beginnt bald", "now"),
        ("Workshops", "Termine folgen", ""),
        ("Maßnahmen", "entstehen aus den Workshops", ""),
        ("Plan", "fasst alles zusammen", ""),
    ]
    assert not has_button()


def test_while_it_runs_everyone_finds_it(people: cast.Cast, survey: Callable[[int, int], None]) -> None:
    survey(-1, 9)
    assert way()[:2] == [("Umfrage", "läuft bis", "now"), ("Workshops", "Termine folgen", "")]
    assert has_button()


def test_also_where_workshops_are_announced_before_it_has_closed(
    series: WorkshopSeries, survey: Callable[[int, int], None]
) -> None:
    builders.a_workshop(series, starts_at=timezone.now() + 20 * DAY)
    survey(-1, 9)
    assert way()[:2] == [("Umfrage", "läuft bis", "now"), ("Workshops", "1 kommender Termin", "")]
    assert has_button()
    survey(1, 9)
    assert way()[:2] == [("Umfrage", "beginnt bald", ""), ("Workshops", "1 kommender Termin", "now")]
    assert not has_button()


def test_after_it_workshops_follow_and_then_are_there(
    series: WorkshopSeries, survey: Callable[[int, int], None]
) -> None:
    survey(-9, -1)
    assert way()[:2] == [("Umfrage", "beendet am", "done"), ("Workshops", "Termine folgen", "now")]
    builders.a_workshop(series)
    builders.a_workshop(series)
    assert way()[:2] == [("Umfrage", "beendet am", "done"), ("Workshops", "2 kommende Termine", "now")]


def test_where_all_that_was_announced_is_cancelled_workshops_are_not_over(
    series: WorkshopSeries, people: cast.Cast, survey: Callable[[int, int], None]
) -> None:
    survey(-9, -1)
    operations.cancel(builders.a_workshop(series), reason="Sturm", by=people.sabine)
    assert way()[1:3] == [
        ("Workshops", "Termine folgen", "now"),
        ("Maßnahmen", "entstehen aus den Workshops", ""),
    ]


def test_workshops_are_over_when_some_were_held_and_no_more_are_planned(
    series: WorkshopSeries, survey: Callable[[int, int], None]
) -> None:
    survey(-30, -20)
    builders.a_workshop(series, starts_at=timezone.now() - 3 * DAY)
    assert way()[1:3] == [
        ("Workshops", "abgeschlossen", "done"),
        ("Maßnahmen", "entstehen aus den Workshops", "now"),
    ]
    # The next ones are drafted: nobody is told that it is over.
    builders.a_workshop(series, status=Workshop.Status.DRAFT, starts_at=timezone.now() + 9 * DAY)
    assert way()[1:3] == [
        ("Workshops", "Termine folgen", "now"),
        ("Maßnahmen", "entstehen aus den Workshops", ""),
    ]


def test_a_process_that_has_workshops_and_no_survey_speaks_of_none(series: WorkshopSeries) -> None:
    Survey.objects.all().delete()
    assert way()[0] == ("Umfrage", "beginnt bald", "now")
    builders.a_workshop(series)
    assert way()[0] == ("Workshops", "1 kommender Termin", "now")
    assert not has_button()


def test_no_two_steps_are_the_current_one(series: WorkshopSeries, survey: Callable[[int, int], None]) -> None:
    builders.a_workshop(series, starts_at=timezone.now() - 3 * DAY)
    for window in ((-9, -1), (-1, 9), (1, 9)):
        survey(*window)
        assert [how for _title, _text, how in way()].count("now") == 1
