"""Staff set reminders in a browser: what goes out when, what doesn't and why, a rule by keyboard alone."""

import datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from notifications import reminders
from notifications.models import ReminderAudience, ReminderRule
from tests import builders, cast
from tests.browser.looking import findings, in_every_view, look_at, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

PAGE = "/staff/integrationsplan/reminders/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town() -> cast.Cast:
    """Two workshops to come, people of each kind, one workshop published too late for some reminders."""
    people = cast.gather()
    process, now = people.process, timezone.now()
    ReminderRule.objects.update(applies_from=now - 30 * DAY)
    for field, days in zip(people.fields, (10, 5, 4), strict=False):
        workshop = builders.a_workshop(
            builders.a_series(field),
            starts_at=now + days * DAY,
            published_at=now - 20 * DAY if days != 4 else now - DAY / 4,
            changed_at=now - 20 * DAY,
        )
        builders.a_registration(workshop, people.hans, confirmed_at=now - 20 * DAY)
        phone = builders.a_participant(process, contact_by="phone", phone="07471 1")
        builders.a_registration(workshop, phone, confirmed_at=now - 20 * DAY)
        builders.a_registration(workshop, people.amina, status="waiting", confirmed_at=now - 20 * DAY)
        workshop.moderators.add(people.murat)
    when = reminders.When(minutes_before=None, days_before=2, at_time=datetime.time(9))
    reminders.add_rule(process, when=when, audience=ReminderAudience.REGISTERED, now=now - 30 * DAY)
    return people


@in_every_view
def test_the_pages_of_reminders_are_right_in_every_view(
    page: "Page", town: cast.Cast, language: str, width: int
) -> None:
    sign_in(page, town.sabine)
    look_at(page, PAGE, language=language, width=width)
    page.locator("details summary").last.click()
    found = findings(page)
    rule = town.process.reminder_rules.latest("pk")
    look_at(page, f"{PAGE}{rule.pk}/", language=language, width=width)
    found += findings(page)

    assert found == []


def test_a_rule_is_made_by_keyboard_and_seen_in_the_preview(page: "Page", town: cast.Cast) -> None:
    sign_in(page, town.sabine)
    look_at(page, PAGE)
    page.get_by_label("Wie lange vorher?").focus()
    page.keyboard.type("3")  # what is there is selected by nobody: it becomes "23"
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Tab")  # days, as they stand
    page.keyboard.press("Tab")
    page.keyboard.type("0815AM")  # the last two where the clock has twelve hours
    for _step in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")  # those who wait
    page.keyboard.press("Enter")

    page.get_by_text("Die Erinnerung ist angelegt.").wait_for()
    rule = ReminderRule.objects.latest("pk")
    assert (rule.days_before, rule.at_time, rule.audience) == (3, datetime.time(8, 15), "waiting")
    row = page.get_by_role("row", name="3 Tage vorher um 08:15").first
    assert "1 Person" in row.inner_text()
