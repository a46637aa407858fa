"""Reminders: once, never late without a word, at the same wall clock across the clock change."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from notifications import reminders
from notifications.models import Delivery, Kind, ReminderRule
from notifications.sending import deliver_due
from tests import builders
from tests.notifications.conftest import STARTS_AT, Stage
from tests.smtp_sink import SmtpSink
from workshops.models import Workshop

BERLIN = ZoneInfo("Europe/Berlin")
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)


def tick(clock: Any, moment: datetime.datetime) -> int:
    clock.move_to(moment, tick=False)
    return reminders.enqueue_due(now=timezone.now())


def reminded() -> list[tuple[int | None, str]]:
    """Minutes before the start and status, oldest first."""
    rows = Delivery.objects.filter(kind=Kind.REMINDER).select_related("rule").order_by("pk")
    return [(row.rule.minutes_before, row.status) for row in rows if row.rule]


def test_each_rule_reminds_once_at_its_moment(stage: Stage, clock: Any) -> None:
    stage.registered(stage.cast.hans)
    moments = [STARTS_AT - 7 * DAY, STARTS_AT - DAY, STARTS_AT - HOUR]

    counts = [
        (tick(clock, moment - datetime.timedelta(seconds=1)), tick(clock, moment), tick(clock, moment))
        for moment in moments
    ]

    assert counts == [(0, 1, 0)] * 3
    assert [minutes for minutes, _status in reminded()] == [7 * 24 * 60, 24 * 60, 60]


def test_only_those_with_a_seat_are_reminded(stage: Stage, clock: Any) -> None:
    for status in ("pending", "waiting", "cancelled", "lapsed"):
        stage.registered(builders.a_participant(stage.cast.process), status)

    assert tick(clock, STARTS_AT - DAY) == 0


def test_who_registers_after_the_moment_is_not_reminded_of_it(stage: Stage, clock: Any) -> None:
    moment = STARTS_AT - DAY
    stage.registered(stage.cast.hans, confirmed_at=moment + datetime.timedelta(seconds=1))
    early = stage.cast.amina
    stage.registered(early, confirmed_at=moment - HOUR, promoted_at=moment + HOUR)

    assert tick(clock, moment + 2 * HOUR) == 0
    assert tick(clock, STARTS_AT - HOUR) == 2  # the next rule's moment lies ahead of them


def test_a_published_or_changed_workshop_is_not_reminded_of_at_once(stage: Stage, clock: Any) -> None:
    stage.registered(stage.cast.hans)
    Workshop.objects.update(changed_at=STARTS_AT - 2 * DAY, revision=1)

    # The mail about the change came after the 7-day moment and says everything.
    assert tick(clock, STARTS_AT - 2 * DAY + HOUR) == 0
    assert tick(clock, STARTS_AT - DAY) == 1


def test_a_moved_workshop_is_reminded_of_again_and_a_new_link_is_not(stage: Stage, clock: Any) -> None:
    stage.registered(stage.cast.hans)
    assert tick(clock, STARTS_AT - 7 * DAY) == 1
    assert tick(clock, STARTS_AT - DAY) == 1
    later = STARTS_AT + 3 * DAY
    Workshop.objects.update(revision=1)
    assert tick(clock, STARTS_AT - DAY + datetime.timedelta(minutes=1)) == 0

    Workshop.objects.update(
        starts_at=later, ends_at=later + 2 * HOUR, revision=2, changed_at=STARTS_AT - DAY + 2 * HOUR
    )

    assert tick(clock, later - DAY) == 1


def test_what_nobody_sent_in_time_is_written_down_as_expired(
    stage: Stage, clock: Any, mailbox: SmtpSink
) -> None:
    """Beat stood still from before the first moment until after the second, and then over the start."""
    stage.registered(stage.cast.hans)

    tick(clock, STARTS_AT - 13 * HOUR)
    deliver_due()
    assert reminded() == [(7 * 24 * 60, "skipped"), (24 * 60, "sent")]

    tick(clock, STARTS_AT + HOUR)
    deliver_due()
    assert reminded() == [(7 * 24 * 60, "skipped"), (24 * 60, "sent"), (60, "skipped")]
    assert len(mailbox.received) == 1
    assert (
        list(Delivery.objects.filter(status="skipped").values_list("outcome_code", flat=True))
        == ["expired"] * 2
    )


def test_a_reminder_that_waited_too_long_is_not_sent(stage: Stage, clock: Any, mailbox: SmtpSink) -> None:
    stage.registered(stage.cast.hans)
    tick(clock, STARTS_AT - HOUR)

    clock.move_to(STARTS_AT, tick=False)
    deliver_due()

    assert mailbox.received == []
    assert {status for _minutes, status in reminded()} == {"skipped"}


@pytest.mark.parametrize(
    ("month", "day", "hour_utc"),
    [(3, 31, 17), (3, 29, 17), (10, 27, 16), (10, 25, 16)],  # clocks change on 29 March and 25 October 2020
)
def test_seven_days_before_six_in_the_evening_is_six_in_the_evening(
    stage: Stage, clock: Any, month: int, day: int, hour_utc: int
) -> None:
    start = datetime.datetime(2020, month, day, 18, tzinfo=BERLIN)
    moment = datetime.datetime(2020, month, day - 7, hour_utc, tzinfo=datetime.UTC)
    ReminderRule.objects.exclude(minutes_before=7 * 24 * 60).delete()
    long_ago = start - 30 * DAY
    ReminderRule.objects.update(applies_from=long_ago)
    clock.move_to(long_ago, tick=False)
    Workshop.objects.update(
        starts_at=start, ends_at=start + 2 * HOUR, changed_at=long_ago, published_at=long_ago
    )
    stage.registered(stage.cast.hans, confirmed_at=long_ago)

    assert tick(clock, moment - datetime.timedelta(seconds=1)) == 0
    assert tick(clock, moment) == 1


def test_the_clock_set_back_reminds_nobody_twice(stage: Stage, clock: Any, mailbox: SmtpSink) -> None:
    stage.registered(stage.cast.hans)
    tick(clock, STARTS_AT - 7 * DAY)
    deliver_due()
    tick(clock, STARTS_AT - 7 * DAY - 2 * HOUR)
    tick(clock, STARTS_AT - 7 * DAY + HOUR)
    deliver_due()

    assert len(mailbox.received) == 1


def test_a_rule_that_is_off_reminds_nobody(stage: Stage, clock: Any) -> None:
    stage.registered(stage.cast.hans)
    ReminderRule.objects.update(is_active=False)

    assert tick(clock, STARTS_AT - HOUR) == 0


def test_a_tick_costs_the_same_for_few_and_many_people(
    stage: Stage, clock: Any, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        stage.registered(builders.a_participant(stage.cast.process, email=f"person{number}@example.org"))
    clock.move_to(STARTS_AT - 7 * DAY, tick=False)

    with django_assert_num_queries(3):  # rules, workshops, one INSERT for this moment
        reminders.enqueue_due(now=timezone.now())
    assert Delivery.objects.count() == 3


@pytest.mark.postgres
def test_reminders_are_found_on_postgresql_too() -> None:
    now = timezone.now()
    workshop = builders.a_workshop(
        starts_at=now + HOUR - datetime.timedelta(minutes=1), changed_at=now - DAY, published_at=now - DAY
    )
    builders.a_registration(workshop, confirmed_at=now - DAY)
    ReminderRule.objects.update(applies_from=now - 10 * DAY)

    assert [reminders.enqueue_due(now=now), reminders.enqueue_due(now=now)] == [2, 0]
    assert reminded() == [(24 * 60, "skipped"), (60, "pending")]
