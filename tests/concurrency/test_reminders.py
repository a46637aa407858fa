"""Two beats at once on a real PostgreSQL: the key decides, not the look before it."""

import datetime
import threading
from collections import Counter

import pytest
from django.db import connections, transaction
from django.utils import timezone

from notifications import reminders
from notifications.models import Delivery, ReminderRule
from notifications.reminders import moments_of, reminded
from tests import builders
from tests.concurrency.crowds import all_at_once
from workshops.models import Workshop

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

DAY = datetime.timedelta(days=1)
PEOPLE = 30


def a_full_workshop(now: datetime.datetime) -> Workshop:
    """Its reminder of the day before is due since a minute, and nobody has it yet."""
    workshop = builders.a_workshop(
        starts_at=now + DAY - datetime.timedelta(minutes=1),
        changed_at=now - 9 * DAY,
        published_at=now - 9 * DAY,
    )
    for _number in range(PEOPLE):
        builders.a_registration(workshop, confirmed_at=now - 9 * DAY)
    ReminderRule.objects.exclude(audience="confirmed", minutes_before=24 * 60).delete()
    ReminderRule.objects.update(applies_from=now - 9 * DAY)
    return workshop


def test_each_tick_of_two_beats_delivered_ten_times_writes_each_reminder_once() -> None:
    now = timezone.now()
    a_full_workshop(now)

    counts = all_at_once(lambda _tick: reminders.enqueue_due(now=now), range(20), threads=10)

    assert sum(counts) == PEOPLE
    assert Counter(Delivery.objects.values_list("registration", flat=True).distinct()).total() == PEOPLE
    assert Delivery.objects.count() == PEOPLE


def test_the_look_alone_would_let_both_beats_write() -> None:
    """The control: while one beat's rows aren't committed, another sees nobody told; its insert waits for the
    keys and writes nothing."""
    now = timezone.now()
    workshop = a_full_workshop(now)
    (moment,) = moments_of(workshop, ReminderRule.objects.select_related("process"))
    seen: list[int] = []
    written: list[int] = []

    def other_beat() -> None:
        try:
            seen.append(reminded(moment).filter(is_told=False).count())
            written.append(reminders.enqueue_due(now=now))
        finally:
            connections.close_all()

    with transaction.atomic():
        assert reminders.enqueue_due(now=now) == PEOPLE
        thread = threading.Thread(target=other_beat)
        thread.start()
        while not seen:
            thread.join(0.01)
    thread.join(30)

    assert (seen, written) == ([PEOPLE], [0])
    assert Delivery.objects.count() == PEOPLE
