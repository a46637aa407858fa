"""Whatever the clock does: each reminder once, or marked expired; never twice, never late without a word.

Beat stands still over a weekend, two beats tick at once, tasks come ten times, the clock changes or is set
back. Random histories of all that: `test_reminder_histories`.
"""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from notifications import reminders
from notifications.models import Delivery, Kind, ReminderRule
from notifications.reminders import When
from notifications.sending import deliver_due
from tests.notifications.conftest import Stage
from tests.notifications.reminding import DAY, HOUR, MINUTE, assert_it_does_not_mislead, berlin, local, span
from tests.smtp_sink import SmtpSink
from workshops.models import Workshop


@pytest.fixture
def plan(stage: Stage, clock: Any) -> Callable[..., None]:
    """plan(starts_at, rules …): the workshop's start and the only rules; everyone registered long before."""

    def make(starts_at: datetime.datetime, *whens: When) -> None:
        begin = starts_at - 20 * DAY
        clock.move_to(begin, tick=False)
        ReminderRule.objects.all().delete()
        for when in whens:
            reminders.add_rule(stage.cast.process, when=when)
        Workshop.objects.update(
            starts_at=starts_at, ends_at=starts_at + 2 * HOUR, changed_at=begin, published_at=begin
        )
        stage.registered(stage.cast.hans, confirmed_at=begin)

    return make


def beat(clock: Any, *moments: datetime.datetime) -> list[datetime.datetime]:
    """Tick and send at each of these; those at which a mail left."""
    left = []
    for moment in moments:
        clock.move_to(moment, tick=False)
        before = Delivery.objects.filter(status="sent").count()
        reminders.enqueue_due(now=timezone.now())
        deliver_due()
        if Delivery.objects.filter(status="sent").count() > before:
            left.append(moment)
    return left


def fates() -> list[tuple[str, str]]:
    """Rule and status of each row, in the order of the moments."""
    rows = Delivery.objects.filter(kind=Kind.REMINDER).select_related("rule").order_by("rule_id")
    return [
        (row.rule.words.replace("\u00a0", " "), row.outcome_code or row.status) for row in rows if row.rule
    ]


OFF, ON = berlin(2020, 7, 3, 17), berlin(2020, 7, 6, 8)


def test_after_a_weekend_without_a_beat_what_is_not_too_late_goes_and_says_the_right_day(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    monday = berlin(2020, 7, 6, 20)
    plan(monday, local(7, 9), local(2, 9), span(24 * 60), local(0, 0, 30), span(60))
    beat(clock, berlin(2020, 6, 29, 9), OFF)

    # Saturday's and Sunday's have expired; that of half past midnight goes seven and a half hours late.
    assert beat(clock, ON, ON + MINUTE) == [ON]
    assert beat(clock, monday - HOUR, monday + HOUR) == [monday - HOUR]
    assert fates() == [
        ("7 Tage vorher um 09:00 Uhr", "dot_2xx"),
        ("2 Tage vorher um 09:00 Uhr", "expired"),
        ("1 Tag vorher", "expired"),
        ("am selben Tag um 00:30 Uhr", "dot_2xx"),
        ("1 Stunde vorher", "dot_2xx"),
    ]
    for mail in mailbox.received:
        assert_it_does_not_mislead(mail, monday)
    assert [row.lateness_in_words for row in Delivery.objects.order_by("rule_id")] == [
        *["", "", ""],
        "ging 8 Stunden später hinaus als geplant",
        "",
    ]


def test_what_lay_wholly_in_that_weekend_is_marked_expired(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    plan(berlin(2020, 7, 5, 11), local(1, 9), span(60))
    beat(clock, OFF)

    assert beat(clock, ON) == []
    assert fates() == [("1 Tag vorher um 09:00 Uhr", "expired"), ("1 Stunde vorher", "expired")]
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        # Spring: two o'clock is three, so half past two comes as half past three.
        (
            berlin(2020, 3, 29, 4, 30),
            [berlin(2020, 3, 28, 2, 30), berlin(2020, 3, 28, 4, 30), berlin(2020, 3, 29, 3, 30)],
        ),
        (
            berlin(2020, 3, 29, 18),
            [
                berlin(2020, 3, 28, 2, 30),
                berlin(2020, 3, 28, 18),
                datetime.datetime(2020, 3, 29, 1, 30, tzinfo=datetime.UTC),
                berlin(2020, 3, 29, 17),
            ],
        ),
        # Autumn: half past two comes twice, and only the first counts; between 02:30 and 03:30 lie two hours.
        (
            berlin(2020, 10, 25, 3, 30),
            [
                berlin(2020, 10, 24, 2, 30),
                berlin(2020, 10, 24, 3, 30),
                datetime.datetime(2020, 10, 25, 0, 30, tzinfo=datetime.UTC),
                datetime.datetime(2020, 10, 25, 1, 30, tzinfo=datetime.UTC),
            ],
        ),
        (
            berlin(2020, 10, 25, 18),
            [
                berlin(2020, 10, 24, 2, 30),
                berlin(2020, 10, 24, 18),
                datetime.datetime(2020, 10, 25, 0, 30, tzinfo=datetime.UTC),
                berlin(2020, 10, 25, 17),
            ],
        ),
    ],
)
def test_in_both_nights_of_the_clock_change_each_goes_once_and_in_time(
    plan: Callable[..., None],
    clock: Any,
    mailbox: SmtpSink,
    starts_at: datetime.datetime,
    expected: list[datetime.datetime],
) -> None:
    plan(starts_at, local(1, 2, 30), span(24 * 60), local(0, 2, 30), span(60))
    begin = starts_at - 49 * HOUR

    ticks = [begin + n * 10 * MINUTE for n in range(50 * 6)]
    assert beat(clock, *ticks) == expected
    assert len(mailbox.received) == len(expected)
    for mail in mailbox.received:
        assert_it_does_not_mislead(mail, starts_at)
    # Two of one moment are one; no other rule is without a word.
    assert {outcome for _rule, outcome in fates()} == {"dot_2xx"}


def test_a_clock_set_back_two_hours_reminds_nobody_twice(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60), span(60))
    moments = [start - DAY, start - HOUR]

    left = []
    for moment in moments:
        left += beat(clock, moment - MINUTE, moment)
        again = [moment - 2 * HOUR + n * 10 * MINUTE for n in range(15)]
        left += beat(clock, *again)
    assert left == moments
    assert len(mailbox.received) == 2


def test_a_row_written_before_the_clock_was_set_back_waits_and_goes_once(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60))
    clock.move_to(start - DAY, tick=False)
    reminders.enqueue_due(now=timezone.now())  # written, and the worker is busy

    ticks = [start - DAY - 2 * HOUR + n * 10 * MINUTE for n in range(15)]
    assert beat(clock, *ticks) == [start - DAY]
    assert len(mailbox.received) == 1


def test_two_beats_and_each_task_ten_times_remind_once(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60), span(60))
    for moment in (start - DAY, start - HOUR, start + HOUR):
        beat(clock, *[moment] * 20)

    assert len(mailbox.received) == 2
    assert fates() == [("1 Tag vorher", "dot_2xx"), ("1 Stunde vorher", "dot_2xx")]
