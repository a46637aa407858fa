"""Recordings: announced before, listed after, published or deleted by staff; all at a real counterpart."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import a_room_at
from workshops.errors import Refusal
from workshops.models import Meeting, ParticipationProcess, Recording, Workshop
from workshops.operations import conferences, processes, recordings, rooms, workshops

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


@pytest.fixture(autouse=True)
def _allowed(people: cast.Cast) -> None:
    ParticipationProcess.objects.update(may_record=True)
    people.process.may_record = True


def announced(workshop: Workshop, people: cast.Cast, now: datetime.datetime = NOW) -> Workshop:
    workshop.refresh_from_db()
    recordings.announce(workshop, by=people.sabine, now=now)
    return workshop


def held(workshop: Workshop, people: cast.Cast) -> Meeting:
    """It was announced, took place in its room, and is over since an hour."""
    announced(workshop, people)
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    workshop.refresh_from_db()
    return workshop.meetings.get()


def asked(server: BigBlueButtonServer, call: str) -> int:
    return sum(server.call_of(one) == call for one in server.asked)


# --- announced -------------------------------------------------------------------------------------------


def test_everyone_is_told_of_a_recording_and_again_when_it_is_withdrawn(
    workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_registration(workshop, people.amina)
    builders.a_registration(workshop, people.hans, status="waiting")

    announced(workshop, people)
    announced(workshop, people)
    assert (workshop.is_recorded, workshop.revision) == (True, 1)
    recordings.withdraw(workshop, by=people.sabine, now=NOW)
    recordings.withdraw(workshop, by=people.sabine, now=NOW)
    assert (workshop.is_recorded, workshop.revision) == (False, 2)

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
    workshop.refresh_from_db()
    assert (workshop.is_recorded, workshop.revision) == (False, 0)


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
    workshop.refresh_from_db()
    assert (workshop.is_recorded, workshop.revision) == (False, 2)


def test_moving_to_another_room_that_records_keeps_it(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    announced(workshop, people)
    move = rooms.assign(workshop, room=a_room_at(bbb, people, dial_in="07471 930-0"), by=people.sabine)
    assert move is not None
    assert (move.is_told, move.ends_recording) == (False, False)
    workshop.refresh_from_db()
    assert (workshop.is_recorded, workshop.revision) == (True, 1)


@pytest.mark.parametrize(("hours", "still"), [(23, False), (25, True)])
def test_moved_so_near_that_a_day_is_not_left_it_is_not_recorded(
    workshop: Workshop, people: cast.Cast, hours: int, still: bool
) -> None:
    announced(workshop, people)
    starts_at = NOW + hours * HOUR
    workshops.reschedule(
        workshop, starts_at=starts_at, ends_at=starts_at + HOUR, by=people.sabine, now=NOW + MINUTE
    )
    workshop.refresh_from_db()
    assert (workshop.is_recorded, workshop.revision) == (still, 2)


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

    assert list(Workshop.objects.order_by("pk").values_list("pk", "revision")) == [
        (workshop.pk, 2),
        (past.pk, 0),
    ]
    assert Delivery.objects.filter(kind="rescheduled", revision=2).count() == 1
    recordings.tend(now=NOW)
    assert bbb.meetings[meeting.key].is_ended


# --- listed ----------------------------------------------------------------------------------------------


def test_recordings_are_listed_after_the_workshop_and_are_nobodys_to_see_yet(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    meeting = held(workshop, people)
    # As many servers do it: published as soon as it is ready.
    ids = [bbb.record(meeting.key, minutes=95, is_published=True), bbb.record(meeting.key, minutes=5)]
    bbb.record("somebody-elses", is_published=True)

    recordings.tend(now=NOW)
    recordings.tend(now=NOW)

    assert list(Recording.objects.values_list("meeting", "external_id", "minutes", "published_at")) == [
        (meeting.pk, ids[0], 95, None),
        (meeting.pk, ids[1], 5, None),
    ]
    assert [bbb.recordings[each].is_published for each in ids] == [False, False]


@pytest.mark.parametrize(
    ("after_the_end", "last_asked", "is_asked"),
    [
        (-MINUTE, None, False),
        (MINUTE, None, True),
        (10 * MINUTE, 5 * MINUTE, True),
        (2 * DAY, 5 * MINUTE, False),
        (2 * DAY, HOUR, True),
        (14 * DAY, None, False),
    ],
)
def test_a_provider_is_asked_often_at_first_then_seldom_then_no_more(
    workshop: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    after_the_end: datetime.timedelta,
    last_asked: datetime.timedelta | None,
    is_asked: bool,
) -> None:
    meeting = held(workshop, people)
    Workshop.objects.update(starts_at=NOW - 30 * DAY, ends_at=NOW - after_the_end)
    if last_asked is not None:
        Meeting.objects.update(recordings_asked_at=NOW - last_asked)
    recordings.tend(now=NOW)
    assert asked(bbb, "getRecordings") == is_asked
    assert meeting.recordings.count() == 0


def test_a_meeting_that_was_not_to_be_recorded_is_not_asked_for(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    Workshop.objects.update(starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    recordings.tend(now=NOW)
    assert asked(bbb, "getRecordings") == 0


def test_two_sweeps_at_once_ask_once(workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer) -> None:
    held(workshop, people)
    Meeting.objects.update(claimed_until=NOW + MINUTE)
    recordings.tend(now=NOW)
    assert asked(bbb, "getRecordings") == 0
    recordings.tend(now=NOW + 2 * MINUTE)
    assert asked(bbb, "getRecordings") == 1


def test_a_provider_that_fails_is_asked_again_by_the_next_sweep(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    meeting = held(workshop, people)
    bbb.record(meeting.key)
    bbb.faults.status = 502
    recordings.tend(now=NOW)
    meeting.refresh_from_db()
    assert (meeting.problem, Recording.objects.count()) == ("down", 0)
    bbb.heal()
    recordings.tend(now=NOW + MINUTE)
    meeting.refresh_from_db()
    assert (meeting.problem, Recording.objects.count()) == ("", 1)


def test_what_was_recorded_before_it_was_withdrawn_is_listed_too(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    meeting = held(workshop, people)
    key = bbb.record(meeting.key)
    Workshop.objects.update(recording_announced_at=None)
    recordings.tend(now=NOW)
    assert [one.external_id for one in meeting.recordings.all()] == [key]


# --- published, taken back, deleted ----------------------------------------------------------------------


@pytest.fixture
def recording(workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer) -> Recording:
    bbb.record(held(workshop, people).key, minutes=95)
    recordings.tend(now=NOW)
    return Recording.objects.select_related(
        "meeting__room", "meeting__workshop__series__field__process"
    ).get()


def test_first_the_provider_publishes_then_it_is_written_down(
    recording: Recording, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    there = bbb.recordings[recording.external_id]
    bbb.faults.refusal = "notNow"
    with pytest.raises(Exception, match="refused: notNow"):
        recordings.publish(recording, by=people.sabine, now=NOW)
    recording.refresh_from_db()
    assert (there.is_published, recording.is_published) == (False, False)

    bbb.heal()
    for moment in (NOW + MINUTE, NOW + 2 * MINUTE):
        recordings.publish(recording, by=people.sabine, now=moment)
    recording.refresh_from_db()
    assert (there.is_published, recording.published_at, recording.published_by) == (
        True,
        NOW + MINUTE,
        people.sabine,
    )
    # The sweep leaves alone what staff decided.
    recordings.tend(now=NOW + 3 * MINUTE)
    assert there.is_published

    recordings.unpublish(recording, by=people.sabine, now=NOW + 4 * MINUTE)
    recording.refresh_from_db()
    assert (there.is_published, recording.is_published) == (False, False)


def test_a_deleted_recording_is_gone_there_and_remembered_here(
    recording: Recording, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    recordings.delete(recording, by=people.sabine, now=NOW)
    assert bbb.recordings == {}
    recording.refresh_from_db()
    assert (recording.deleted_at, recording.deleted_by) == (NOW, people.sabine)
    for act in (recordings.publish, recordings.unpublish, recordings.delete):
        with pytest.raises(Refusal, match="deleted"):
            act(recording, by=people.sabine, now=NOW)


def test_one_that_is_gone_already_can_be_deleted_here(
    recording: Recording, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    bbb.recordings.clear()
    recordings.delete(recording, by=people.sabine, now=NOW)
    recording.refresh_from_db()
    assert recording.is_deleted


def test_staff_and_the_sweep_do_not_ask_at_the_same_moment(
    recording: Recording, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    Meeting.objects.update(claimed_until=NOW + MINUTE)
    with pytest.raises(Refusal, match="busy"):
        recordings.publish(recording, by=people.sabine, now=NOW)
    assert not bbb.recordings[recording.external_id].is_published


def test_nothing_is_published_where_it_is_not_allowed_but_it_can_be_deleted(
    recording: Recording, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    ParticipationProcess.objects.update(may_record=False)
    recording.meeting.workshop.process.refresh_from_db()
    with pytest.raises(Refusal, match="not_allowed"):
        recordings.publish(recording, by=people.sabine, now=NOW)
    recordings.delete(recording, by=people.sabine, now=NOW)
    assert bbb.recordings == {}
