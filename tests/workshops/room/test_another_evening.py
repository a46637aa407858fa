"""A workshop whose door was open, and that happens another day: nothing of the evening is carried over."""

import datetime

import pytest
from django.utils import timezone

from tests import cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops.conferencing.protocol import Present, Role
from workshops.models import Meeting, Presence, Registration, Workshop
from workshops.operations import attendance, conferences, presence, tending, workshops
from workshops.operations.rooms import provider_of

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def going_on(meeting: Meeting, amina: Registration, people: cast.Cast, now: datetime.datetime) -> Meeting:
    """Made at the server; Amina is inside, somebody calls."""
    Meeting.objects.update(opened_at=None)
    meeting.refresh_from_db()
    conferences.make_ready(meeting, provider_of(meeting.room), now=now)
    presence.see(meeting, [Present(f"r{amina.pk}", "Amina", Role.PARTICIPANT)], now=now)
    attendance.add_phone_guest(meeting.workshop, label="Herr K.", minutes=30, by=people.murat, now=now)
    return meeting


def move(workshop: Workshop, people: cast.Cast, *, starts_at: datetime.datetime) -> None:
    workshops.reschedule(workshop, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, by=people.sabine)


def test_nobody_came_yet_to_the_new_date_and_the_old_meeting_is_ended(
    going_on: Meeting, amina: Registration, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    amina.refresh_from_db()
    assert amina.has_attended
    move(going_on.workshop, people, starts_at=timezone.now() + 72 * HOUR)

    amina.refresh_from_db()
    assert (amina.has_attended, amina.attendance_source, amina.attended_minutes) == (False, "", None)
    assert (Presence.objects.count(), going_on.workshop.phone_guests.count()) == (0, 0)
    going_on.refresh_from_db()
    assert going_on.ended_at is not None
    tending.tend(now=timezone.now())
    assert [held.is_ended for held in bbb.meetings.values()] == [True]


def test_a_start_a_little_later_is_the_same_evening(
    going_on: Meeting, amina: Registration, people: cast.Cast
) -> None:
    Workshop.objects.update(starts_at=timezone.now() + HOUR / 6, ends_at=timezone.now() + 2 * HOUR)
    move(going_on.workshop, people, starts_at=timezone.now() + HOUR / 3)

    amina.refresh_from_db()
    going_on.refresh_from_db()
    assert (amina.has_attended, going_on.ended_at, Presence.objects.count()) == (True, None, 1)
