"""A reminder that goes late says so to staff; one that would go too late doesn't go, and is listed."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import reminder_preview, reminders
from notifications.models import Delivery, ReminderAudience, ReminderRule
from notifications.reminders import When
from notifications.sending import deliver_due
from tests import builders, pages
from tests.notifications.conftest import STARTS_AT, Stage
from tests.notifications.reminding import (
    DAY,
    HOUR,
    MINUTE,
    assert_it_does_not_mislead,
    span,
    tick,
)
from tests.smtp_sink import SmtpSink
from workshops.models import Workshop

WEEK, A_DAY, AN_HOUR = span(7 * 24 * 60), span(24 * 60), span(60)
BEGIN = STARTS_AT - 20 * DAY
PAGE = "/staff/integrationsplan/deliveries/"


@pytest.fixture
def rule(stage: Stage, clock: Any) -> Callable[..., ReminderRule]:
    """rule(when, audience): the process's only rule; Hans has had his seat for long."""
    clock.move_to(BEGIN, tick=False)
    ReminderRule.objects.all().delete()
    Workshop.objects.update(changed_at=BEGIN, published_at=BEGIN)
    stage.registered(stage.cast.hans, confirmed_at=BEGIN)

    def make(when: When, audience: ReminderAudience = ReminderAudience.CONFIRMED) -> ReminderRule:
        return reminders.add_rule(stage.cast.process, when=when, audience=audience)

    return make


def fate() -> tuple[str, str, str]:
    row = Delivery.objects.get()
    return row.status, row.outcome_code, row.lateness_in_words


@pytest.mark.parametrize(
    ("when", "late", "words"),
    [
        (WEEK, 9 * MINUTE, ""),
        (WEEK, 10 * MINUTE, "ging 10 Minuten später hinaus als geplant"),
        (WEEK, HOUR, "ging 1 Stunde später hinaus als geplant"),
        (WEEK, 14 * HOUR, "ging 14 Stunden später hinaus als geplant"),
        (WEEK, DAY - MINUTE, "ging 24 Stunden später hinaus als geplant"),
        (A_DAY, 12 * HOUR - MINUTE, "ging 12 Stunden später hinaus als geplant"),
        (AN_HOUR, 29 * MINUTE, "ging 29 Minuten später hinaus als geplant"),
    ],
)
def test_a_late_reminder_goes_and_its_row_says_how_late(
    rule: Callable[..., ReminderRule],
    clock: Any,
    mailbox: SmtpSink,
    when: When,
    late: datetime.timedelta,
    words: str,
) -> None:
    at = rule(when).moment_before(STARTS_AT)

    assert tick(clock, at + late) == 1
    deliver_due()

    assert fate() == ("sent", "dot_2xx", words)
    assert Delivery.objects.late().count() == (1 if words else 0)
    # The reader is told the day and the time, which are true whenever it comes.
    (mail,) = mailbox.received
    assert_it_does_not_mislead(mail, STARTS_AT)


@pytest.mark.parametrize(
    ("when", "late"), [(WEEK, DAY), (WEEK, 3 * DAY), (A_DAY, 12 * HOUR), (AN_HOUR, 30 * MINUTE)]
)
def test_a_reminder_that_would_go_too_late_is_expired_and_listed(
    rule: Callable[..., ReminderRule],
    stage: Stage,
    clock: Any,
    mailbox: SmtpSink,
    when: When,
    late: datetime.timedelta,
) -> None:
    at = rule(when).moment_before(STARTS_AT)

    (missing,) = _preview(stage, clock, at + late).left_out
    assert tick(clock, at + late) == 1
    deliver_due()

    assert (missing.why, missing.people) == ("expired", 1)
    assert _preview(stage, clock, at + late).left_out == [missing]
    assert (fate(), mailbox.received) == (("skipped", "expired", ""), [])


def test_one_that_waits_for_a_mail_server_too_long_is_expired_when_it_is_back(
    rule: Callable[..., ReminderRule], clock: Any, mailbox: SmtpSink
) -> None:
    at = rule(A_DAY).moment_before(STARTS_AT)
    tick(clock, at)

    clock.move_to(at + 12 * HOUR, tick=False)
    deliver_due()

    assert (fate(), mailbox.received) == (("skipped", "expired", ""), [])


def test_people_who_are_called_can_still_be_called_until_the_next_reminder(
    rule: Callable[..., ReminderRule], stage: Stage, clock: Any
) -> None:
    """Nobody calls on a Saturday night: a weekend is not too late for them."""
    at = rule(WEEK).moment_before(STARTS_AT)
    gerda = builders.a_participant(stage.cast.process, contact_by="phone", phone="07471 1")
    stage.registered(gerda, confirmed_at=BEGIN)
    late = at + 3 * DAY

    preview = _preview(stage, clock, late)
    assert tick(clock, late) == 2

    assert sorted(Delivery.objects.values_list("channel", "status")) == [
        ("email", "skipped"),
        ("phone", "pending"),
    ]
    (waiting,) = Delivery.objects.by_hand(timezone.now())
    assert waiting.participant == gerda
    (coming,) = preview.coming
    assert (coming.people, coming.by_phone, preview.left_out[0].people) == (1, 1, 1)


def test_a_moderator_is_reminded_late_or_not_at_all_in_the_same_way(
    rule: Callable[..., ReminderRule], stage: Stage, clock: Any, mailbox: SmtpSink
) -> None:
    stage.workshop.moderators.set([stage.cast.murat])
    at = rule(A_DAY, ReminderAudience.MODERATORS).moment_before(STARTS_AT)

    tick(clock, at + 13 * HOUR)
    deliver_due()

    assert (fate(), mailbox.received) == (("skipped", "expired", ""), [])


def test_staff_see_how_late_and_how_many(
    rule: Callable[..., ReminderRule], stage: Stage, clock: Any, mailbox: SmtpSink, client: Client
) -> None:
    at = rule(A_DAY).moment_before(STARTS_AT)
    tick(clock, at + 11 * HOUR)
    deliver_due()
    client.force_login(stage.cast.sabine)

    overview = pages.text(client.get("/staff/integrationsplan/"))
    late = pages.text(client.get(f"{PAGE}?status=late"))

    assert "Eine Erinnerung ging in den letzten zwei Wochen später hinaus als geplant." in overview
    assert "gar nicht hinaus" not in overview
    assert "ging 11 Stunden später hinaus als geplant" in late
    assert "Hans Vogel" in late

    Delivery.objects.update(status="skipped", outcome_code="expired", ended_at=timezone.now())
    overview = pages.text(client.get("/staff/integrationsplan/"))
    assert "Eine Erinnerung ging gar nicht hinaus, weil ihr Zeitpunkt vorbei war." in overview
    assert "später hinaus als geplant" not in overview


def _preview(stage: Stage, clock: Any, moment: datetime.datetime) -> reminder_preview.Preview:
    clock.move_to(moment, tick=False)
    return reminder_preview.preview(stage.cast.process, now=timezone.now())
