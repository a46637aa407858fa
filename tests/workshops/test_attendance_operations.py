"""Who came to a workshop: noted, taken back, by two at once."""

import datetime
from collections.abc import Callable
from functools import partial

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
    assert attendance.mark(workshop, came=[one.pk, two.pk], did_not_come=[], by=murat) == 2
    assert attendance.mark(workshop, came=[one.pk], did_not_come=[two.pk], by=murat) == 1
    columns = ("has_attended", "attended_minutes", "attendance_source", "attendance_by")
    assert list(workshop.registrations.values_list(*columns)) == [
        (True, None, "ticked", murat.pk),
        (False, None, "ticked", murat.pk),
    ]


def test_who_is_ticked_off_after_all_has_no_minutes(workshop: Workshop, murat: User) -> None:
    seen = builders.a_registration(workshop, has_attended=True, attended_minutes=85, attendance_source="room")
    attendance.mark(workshop, came=[], did_not_come=[seen.pk], by=murat)
    attendance.mark(workshop, came=[seen.pk], did_not_come=[], by=murat)
    seen.refresh_from_db()
    assert (seen.has_attended, seen.attended_minutes, seen.attendance_source) == (True, None, "ticked")


def test_a_tick_that_is_there_already_keeps_its_source(workshop: Workshop, murat: User) -> None:
    seen = builders.a_registration(workshop, has_attended=True, attended_minutes=85, attendance_source="room")
    assert attendance.mark(workshop, came=[seen.pk], did_not_come=[], by=murat) == 0
    seen.refresh_from_db()
    assert (seen.attended_minutes, seen.attendance_source, seen.attendance_by) == (85, "room", None)


# --- on the phone ---------------------------------------------------------------------------------


def test_who_called_in_is_added_and_taken_away_again(workshop: Workshop, murat: User) -> None:
    named = attendance.add_phone_guest(workshop, label=" Frau Aydın ", minutes=42, by=murat)
    attendance.add_phone_guest(workshop, label="", minutes=None, by=murat)
    guests = workshop.phone_guests.values_list("label", "minutes", "added_by")
    assert list(guests) == [("Frau Aydın", 40, murat.pk), ("", None, murat.pk)]
    other = builders.a_workshop(workshop.series, starts_at=timezone.now() - HOUR)
    removed = [
        attendance.remove_phone_guest(each, named.pk, by=murat) for each in (other, workshop, workshop)
    ]
    assert removed == [False, True, False]
    assert list(guests.all()) == [("", None, murat.pk)]


def test_nobody_called_in_long_before_the_start_or_where_nothing_takes_place(
    people: cast.Cast, murat: User
) -> None:
    series = builders.a_series(people.fields[0])
    soon = builders.a_workshop(series)
    cancelled = builders.a_workshop(series, status="cancelled", cancelled_at=timezone.now())
    codes = [
        refusal_of(partial(attendance.add_phone_guest, each, label="", minutes=None, by=murat)).code
        for each in (soon, cancelled)
    ]
    assert codes == ["not_begun", "not_published"]


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
    assert not workshop.registrations.filter(has_attended=True).exists()


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
    assert (early.status, early.has_attended, early.attendance_source) == ("cancelled", False, "")
