"""Calls and letters on a real PostgreSQL: ticked off once, whoever presses, and taken off once."""

import threading

import pytest
from django.utils import timezone

from notifications import by_hand
from notifications.models import Delivery, Kind, Settled
from tests import builders, cast
from tests.concurrency.crowds import all_at_once
from workshops.models import User

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

CROWD = 8


def _to_call(people: cast.Cast) -> Delivery:
    person = builders.a_participant(people.process, email="", phone="07471 1", contact_by="phone")
    now = timezone.now()
    return Delivery.objects.create(
        process=people.process,
        kind=Kind.PERSONAL_LINK,
        key="a call",
        participant=person,
        channel="phone",
        created_at=now,
        next_attempt_at=now,
    )


def test_several_colleagues_at_once_tick_off_once() -> None:
    people = cast.gather()
    row = _to_call(people)
    staff = [builders.a_staff_member() for _ in range(CROWD)]

    def tick(user: User) -> int:
        return by_hand.tick_off(people.process, [row.pk], how=Settled.PHONE, by=user).told

    told = all_at_once(tick, staff, threads=CROWD)

    row.refresh_from_db()
    assert sorted(told) == [0] * (CROWD - 1) + [1]
    assert row.settled_by == staff[told.index(1)]


def test_control_looking_before_writing_ticks_off_many_times() -> None:
    """What the lock, and the condition in the UPDATE, are for."""
    people = cast.gather()
    row = _to_call(people)
    looked = threading.Barrier(CROWD)

    def careless(_number: int) -> int:
        is_open = Delivery.objects.by_hand(timezone.now()).filter(pk=row.pk).exists()
        looked.wait(30)
        now = timezone.now()
        told = {"status": "sent", "sent_at": now, "settled_at": now, "settled_how": "phone"}
        return Delivery.objects.filter(pk=row.pk).update(**told) if is_open else 0

    assert all_at_once(careless, range(CROWD), threads=CROWD) == [1] * CROWD


def test_a_call_ticked_off_while_the_sweep_runs_is_one_or_the_other() -> None:
    people = cast.gather()
    row = _to_call(people)
    Delivery.objects.filter(pk=row.pk).update(expires_at=timezone.now())

    def either(number: int) -> int:
        if number % 2:
            return by_hand.drop_obsolete(now=timezone.now())
        done = by_hand.tick_off(people.process, [row.pk], how=Settled.PHONE, by=people.sabine)
        return done.told + done.not_needed

    assert sum(all_at_once(either, range(CROWD), threads=CROWD)) == 1
    row.refresh_from_db()
    assert (row.status, row.outcome_code, row.settled_how) == ("skipped", "expired", "")
