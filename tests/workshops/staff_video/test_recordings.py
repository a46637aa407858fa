"""Recordings: listed after the workshop, published or deleted by staff; all at a real counterpart."""

import datetime

import pytest
from django.utils import timezone

from tests import cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.test_announced_recordings import announced
from workshops.errors import Refusal
from workshops.models import Meeting, ParticipationProcess, Recording, Workshop
from workshops.operations import conferences, recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_record")]

NOW = timezone.now()
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def held(workshop: Workshop, people: cast.Cast) -> Meeting:
    """It was announced, took place in its room, and is over since an hour."""
    announced(workshop, people)
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    workshop.refresh_from_db()
    return workshop.meetings.get()


def asked(server: BigBlueButtonServer, call: str) -> int:
    return sum(server.call_of(one) == call for one in server.asked)


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
