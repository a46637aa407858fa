"""Who goes makes room: holds lapse, people cancel, and whoever has waited longest moves up."""

import datetime

import pytest
from django.utils import timezone

from tests import builders
from tests.workshops.registrations.acts import Heard, book_of, confirm, register, the_person
from workshops.errors import Refusal
from workshops.models import Registration, Workshop
from workshops.operations import holds, participants, registrations, workshops

pytestmark = pytest.mark.django_db

Status = Registration.Status
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("starts_in", "held_for"),
    [
        (14 * 24 * HOUR, 24 * HOUR),
        (20 * HOUR, 10 * HOUR),
        (20 * MINUTE, 15 * MINUTE),
        (5 * MINUTE, 5 * MINUTE),
    ],
)
def test_a_hold_is_shorter_when_the_workshop_is_near(
    starts_in: datetime.timedelta, held_for: datetime.timedelta
) -> None:
    now = timezone.now()
    workshop = builders.a_workshop(starts_at=now + starts_in)
    assert holds.held_until(workshop, now=now) == now + held_for


def test_a_hold_that_is_over_lapses_and_the_longest_wait_is_promoted(
    workshop: Workshop, heard: Heard
) -> None:
    now = timezone.now()
    register(workshop, email="a@example.org", now=now)
    for name in ("b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now + HOUR)
        confirm(f"{name}@example.org", now=now + HOUR)
    heard.clear()

    assert holds.lapse_overdue(now=now + 24 * HOUR - MINUTE) == 0
    assert holds.lapse_overdue(now=now + 24 * HOUR) == 1
    assert holds.lapse_overdue(now=now + 24 * HOUR) == 0

    assert book_of(workshop) == [
        ("A", "lapsed", True),
        ("B", "confirmed", True),
        ("C", "confirmed", True),
        ("D", "waiting", False),
    ]
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_lapsed", "A"),
        ("registration_promoted", "C"),
    ]


def test_a_late_worker_delays_no_seat(workshop: Workshop) -> None:
    now = timezone.now()
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now)

    register(workshop, email="e@example.org", now=now + 24 * HOUR)

    assert book_of(workshop) == [
        ("A", "lapsed", True),
        ("B", "lapsed", True),
        ("C", "lapsed", False),
        ("D", "lapsed", False),
        ("E", "pending", True),
    ]
    assert confirm("a@example.org", now=now + 24 * HOUR) == []


def test_cancelling_promotes_the_longest_wait_and_twice_is_once(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()
    registration = workshop.registrations.get(place=2)

    assert registrations.cancel(registration, by=registration.participant) is True
    assert registrations.cancel(registration, by=registration.participant) is False

    assert book_of(workshop) == [
        ("A", "confirmed", True),
        ("B", "cancelled", True),
        ("C", "confirmed", True),
        ("D", "waiting", False),
    ]
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_cancelled", "B"),
        ("registration_promoted", "C"),
    ]
    assert heard[0][1]["previous_status"] == Status.CONFIRMED


def test_cancelling_what_was_erased_meanwhile_is_nothing(workshop: Workshop, heard: Heard) -> None:
    seat = builders.a_registration(workshop)
    erased = Registration.objects.select_related("participant").get(pk=seat.pk)
    participants.erase(seat.participant)

    assert registrations.cancel(erased, by=erased.participant) is False
    assert heard == []


def test_more_capacity_promotes(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()

    workshops.change_capacity(workshop, capacity=4, waiting_capacity=2, by=builders.a_staff_member())

    assert [status for _name, status, _seat in book_of(workshop)] == ["confirmed"] * 4
    assert [(name, told["registration"].participant.name) for name, told in heard] == [
        ("registration_promoted", "C"),
        ("registration_promoted", "D"),
    ]


def test_nobody_is_promoted_shortly_before_the_start(workshop: Workshop, heard: Heard) -> None:
    for name in ("a", "b", "c"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")
    heard.clear()
    late = workshop.last_promotion_at

    registrations.cancel(workshop.registrations.get(place=1), by=the_person("a@example.org"), now=late)

    assert book_of(workshop)[2] == ("C", "waiting", False)
    assert [name for name, _told in heard] == ["registration_cancelled"]

    register(workshop, email="d@example.org", now=late + MINUTE)
    confirm("d@example.org", now=late + MINUTE)
    assert book_of(workshop)[3] == ("D", "confirmed", True)


def test_after_the_start_nobody_cancels(workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    with pytest.raises(Refusal, match="begun"):
        registrations.cancel(registration, by=registration.participant, now=workshop.starts_at)
