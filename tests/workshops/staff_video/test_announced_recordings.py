"""A recording is announced early enough for everyone, and withdrawn in more than one way."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import a_room_at
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Workshop
from workshops.operations import conferences, processes, recordings, rooms, workshops

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_record")]

NOW = timezone.now()
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def announced(workshop: Workshop, people: cast.Cast, now: datetime.datetime = NOW) -> Workshop:
    workshop.refresh_from_db()
    recordings.announce(workshop, by=people.sabine, now=now)
    return workshop


def stands(workshop: Workshop) -> tuple[bool, bool, int]:
    """Is it announced; was it, and isn't any more; how often have calendars learned something?"""
    workshop.refresh_from_db()
    return workshop.is_recorded, workshop.recording_is_withdrawn, workshop.revision


# --- announced -------------------------------------------------------------------------------------------


def test_everyone_is_told_of_a_recording_and_again_when_it_is_withdrawn(
    workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_registration(workshop, people.amina)
    builders.a_registration(workshop, people.hans, status="waiting")

    announced(workshop, people)
    announced(workshop, people)
    assert stands(workshop) == (True, False, 1)
    recordings.withdraw(workshop, by=people.sabine, now=NOW)
    recordings.withdraw(workshop, by=people.sabine, now=NOW)
    assert stands(workshop) == (False, True, 2)

    told = Delivery.objects.order_by("revision", "participant__name")
    assert list(told.values_list("kind", "revision", "participant__name")) == [
        ("rescheduled", 1, "Amina Haddad"),
        ("rescheduled", 1, "Hans Vogel"),
        ("rescheduled", 2, "Amina Haddad"),
        ("rescheduled", 2, "Hans Vogel"),
    ]


def _by_the_process(workshop: Workshop) -> None:
    ParticipationProcess.objects.update(may_record=False)


def _by_its_room(workshop: Workshop) -> None:
    Workshop.objects.update(room=builders.a_room(workshop.process))


def _by_an_own_address(workshop: Workshop) -> None:
    Workshop.objects.update(room=None, conference_url="https://video.example/x")


def _by_the_clock(workshop: Workshop) -> None:
    Workshop.objects.update(starts_at=NOW + DAY - MINUTE, ends_at=NOW + DAY + HOUR)


def _by_its_end(workshop: Workshop) -> None:
    Workshop.objects.update(starts_at=NOW - DAY, ends_at=NOW - HOUR)


@pytest.mark.parametrize(
    ("hinder", "code"),
    [
        (_by_the_process, "not_allowed"),
        (_by_its_room, "cannot_record"),
        (_by_an_own_address, "cannot_record"),
        (_by_the_clock, "too_late"),
        (_by_its_end, "over"),
    ],
)
def test_a_recording_is_not_announced_where_it_must_not_or_cannot_be(
    workshop: Workshop, people: cast.Cast, hinder: Callable[[Workshop], None], code: str
) -> None:
    hinder(workshop)
    with pytest.raises(Refusal, match=code):
        announced(workshop, people)
    assert stands(workshop) == (False, False, 0)


def test_a_whole_day_before_the_start_is_early_enough(workshop: Workshop, people: cast.Cast) -> None:
    Workshop.objects.update(starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR)
    assert announced(workshop, people).is_recorded


def test_only_what_was_announced_is_made_to_be_recorded(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    other = builders.a_workshop(builders.a_series(people.fields[1]), room=workshop.room)
    announced(workshop, people)
    for each in (workshop, other):
        conferences.enter(each, conferences.leader(people.murat), now=NOW)
    made = {
        each.pk: (meeting.is_recorded, bbb.meetings[meeting.key].parameters["record"])
        for each in (workshop, other)
        for meeting in each.meetings.all()
    }
    assert made == {workshop.pk: (True, "true"), other.pk: (False, "false")}


def test_announced_again_it_is_withdrawn_no_more(workshop: Workshop, people: cast.Cast) -> None:
    announced(workshop, people)
    recordings.withdraw(workshop, by=people.sabine, now=NOW)
    announced(workshop, people)
    assert stands(workshop) == (True, False, 3)


# --- withdrawn -------------------------------------------------------------------------------------------


def test_withdrawn_while_it_runs_everyone_comes_back_into_a_room_that_does_not_record(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    announced(workshop, people)
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    first = workshop.meetings.get()

    recordings.withdraw(workshop, by=people.sabine, now=NOW)

    assert bbb.meetings[first.key].is_ended
    workshop.refresh_from_db()
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    second = workshop.meetings.alive().get()
    assert bbb.meetings[second.key].parameters["record"] == "false"


def test_moving_to_a_room_that_cannot_record_withdraws_it(workshop: Workshop, people: cast.Cast) -> None:
    builders.a_registration(workshop, people.amina)
    announced(workshop, people)
    move = rooms.assign(workshop, room=builders.a_room(people.process), by=people.sabine)
    assert move is not None
    assert (move.is_told, move.ends_recording) == (True, True)
    assert stands(workshop) == (False, True, 2)


def test_moving_to_another_room_that_records_keeps_it(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    announced(workshop, people)
    move = rooms.assign(workshop, room=a_room_at(bbb, people, dial_in="07471 930-0"), by=people.sabine)
    assert move is not None
    assert (move.is_told, move.ends_recording) == (False, False)
    assert stands(workshop) == (True, False, 1)


@pytest.mark.parametrize(("hours", "still"), [(23, False), (25, True)])
def test_moved_so_near_that_a_day_is_not_left_it_is_not_recorded(
    workshop: Workshop, people: cast.Cast, hours: int, still: bool
) -> None:
    announced(workshop, people)
    starts_at = NOW + hours * HOUR
    workshops.reschedule(
        workshop, starts_at=starts_at, ends_at=starts_at + HOUR, by=people.sabine, now=NOW + MINUTE
    )
    assert stands(workshop) == (still, not still, 2)


def test_where_recordings_are_not_allowed_any_more_all_are_withdrawn(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    builders.a_registration(workshop, people.amina)
    past = builders.a_workshop(
        builders.a_series(people.fields[1]),
        starts_at=NOW - DAY,
        recording_announced_at=NOW - 3 * DAY,
    )
    announced(workshop, people)
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    meeting = workshop.meetings.get()

    processes.change(people.process, by=people.sabine, may_record=False)

    assert (stands(workshop), stands(past)) == ((False, True, 2), (True, False, 0))
    assert Delivery.objects.filter(kind="rescheduled", revision=2).count() == 1
    recordings.tend(now=NOW)
    assert bbb.meetings[meeting.key].is_ended
