"""Staff plan in a browser: progress comes by itself, the proposal is legible, with and without JavaScript."""

import datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in
from workshops.models import BlockedDay, ModeratorAbsence
from workshops.operations import series, timetables

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

PAGE = "/staff/integrationsplan/planning/"


def a_planned_town() -> cast.Cast:
    people = cast.gather()
    for field in people.fields:
        builders.a_series(field)
    return people


def test_the_timetable_appears_by_itself_when_the_worker_is_done(page: "Page") -> None:
    people = a_planned_town()
    sign_in(page, people.sabine)
    look_at(page, PAGE)
    page.get_by_role("button", name="Termine planen").click()
    page.get_by_text("Die Planung wartet auf ihren Start.").wait_for()
    assert findings(page) == []

    timetables.run_waiting(now=timezone.now())

    page.get_by_text("Ein bestmöglicher Terminplan liegt vor.").wait_for()
    assert page.get_by_role("link", name="Ändern").count() == 16 + 4


@pytest.mark.parametrize(("language", "width"), [("de", PHONE), ("ar", DESK)])
def test_every_page_of_planning_is_accessible_and_fits(page: "Page", language: str, width: int) -> None:
    people = a_planned_town()
    BlockedDay.objects.create(process=people.process, day=timezone.localdate(), reason="Stadtfest")
    now = timezone.now()
    profile = people.murat.moderator_profiles.get()
    ModeratorAbsence.objects.create(
        moderator=profile, starts_at=now, ends_at=now + datetime.timedelta(days=2)
    )
    series.request_timetable(people.process, by=people.sabine)
    timetables.run_waiting(now=now)
    draft = series.drafts_of(people.process)[0]
    series.pin(draft, by=people.sabine)
    sign_in(page, people.sabine)

    found = []
    for path in (
        *("", "?view=month", "publish/", "discard/", "rules/", "fields/bildung-und-sprache/"),
        f"drafts/{draft.pk}/move/",
    ):
        look_at(page, PAGE + path, language=language, width=width)
        found += findings(page)
    assert found == []


def test_why_there_is_no_timetable_is_legible(page: "Page") -> None:
    people = cast.gather()
    builders.a_series(people.fields[3], workshop_count=30, weekdays=[1])
    series.request_timetable(people.process, by=people.sabine)
    timetables.run_waiting(now=timezone.now())
    sign_in(page, people.sabine)

    look_at(page, PAGE, width=PHONE)

    page.get_by_text("So ist kein Terminplan möglich.").wait_for()
    assert findings(page) == []
