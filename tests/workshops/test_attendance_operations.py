"""Who came to a workshop: noted, taken back, by two at once."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import User, Workshop
from workshops.operations import attendance, registrations

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def murat(people: cast.Cast) -> User:
    return people.murat


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """It ended an hour ago."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * HOUR)
    workshop.moderators.add(people.murat)
    return workshop


def refusal_of(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value


def test_who_came_is_noted_and_taken_back(workshop: Workshop, murat: User) -> None:
    one, two = builders.a_registration(workshop), builders.a_registration(workshop)
    now = timezone.now()
    assert attendance.mark(workshop, came=[one.pk, two.pk], did_not_come=[], by=murat, now=now) == 2
    assert attendance.mark(workshop, came=[one.pk], did_not_come=[two.pk], by=murat) == 1
    assert list(workshop.registrations.values_list("attended_at", "attendance_by")) == [
        (now, murat.pk),
        (None, murat.pk),
    ]


def test_two_who_tick_at_once_keep_both_ticks(workshop: Workshop, murat: User, people: cast.Cast) -> None:
    one, two = builders.a_registration(workshop), builders.a_registration(workshop)
    attendance.mark(workshop, came=[one.pk], did_not_come=[], by=murat)
    attendance.mark(workshop, came=[two.pk], did_not_come=[], by=people.sabine)
    assert [registration.has_attended for registration in workshop.registrations.all()] == [True, True]


@pytest.mark.parametrize("status", ["pending", "waiting", "cancelled", "lapsed"])
def test_only_those_with_a_seat_can_have_come(workshop: Workshop, murat: User, status: str) -> None:
    came = builders.a_registration(workshop)
    other = builders.a_registration(workshop, status=status)
    refusal = refusal_of(
        lambda: attendance.mark(workshop, came=[came.pk, other.pk], did_not_come=[], by=murat)
    )
    assert refusal.code == "not_confirmed"
    assert not workshop.registrations.filter(attended_at__isnull=False).exists()


def test_someone_of_another_workshop_is_not_marked(workshop: Workshop, murat: User) -> None:
    elsewhere = builders.a_registration(builders.a_workshop(starts_at=timezone.now() - HOUR))
    refusal = refusal_of(lambda: attendance.mark(workshop, came=[elsewhere.pk], did_not_come=[], by=murat))
    assert refusal.code == "not_confirmed"


def test_nobody_has_come_long_before_the_start(people: cast.Cast, murat: User) -> None:
    soon = builders.a_workshop(builders.a_series(people.fields[0]))
    early = builders.a_registration(soon)
    half_an_hour = datetime.timedelta(minutes=30)

    def mark(before: datetime.timedelta) -> int:
        return attendance.mark(soon, came=[early.pk], did_not_come=[], by=murat, now=soon.starts_at - before)

    second = datetime.timedelta(seconds=1)
    assert refusal_of(lambda: mark(half_an_hour + second)).code == "not_begun"
    assert mark(half_an_hour) == 1


def test_who_was_ticked_off_too_early_can_still_cancel(people: cast.Cast, murat: User) -> None:
    soon = builders.a_workshop(builders.a_series(people.fields[0]))
    early = builders.a_registration(soon)
    now = soon.starts_at - datetime.timedelta(minutes=10)
    attendance.mark(soon, came=[early.pk], did_not_come=[], by=murat, now=now)
    assert registrations.cancel(early, by=early.participant, now=now)
    early.refresh_from_db()
    assert (early.status, early.attended_at) == ("cancelled", None)
