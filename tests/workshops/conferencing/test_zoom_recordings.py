"""Recordings at Zoom: of each time that a meeting took place, also when the meeting itself is gone."""

import datetime
from dataclasses import replace

import pytest

from tests.providers.zoom import ZoomServer
from tests.providers.zoom_recordings import a_key
from tests.workshops.conferencing.rooms import MEETING, made_at_zoom, zoom
from workshops.conferencing.protocol import Meeting, ProviderNonsense, ProviderRefused, RecordingInfo

STARTED = datetime.datetime(2026, 11, 27, 17, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def listed(server: ZoomServer, meeting: Meeting) -> list[str]:
    return [info.id for info in zoom(server).recordings(meeting)]


def test_a_recording_is_listed_published_taken_back_and_deleted(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    assert room.recordings(meeting) == ()
    key = zoom_server.record(meeting.external_id)
    expected = RecordingInfo(key, STARTED, 65, is_published=False)
    assert room.recordings(meeting) == (expected,)
    room.publish_recording(meeting, key, is_published=True)
    url = f"https://zoom.example/rec/share/{meeting.external_id}-65"
    assert room.recordings(meeting) == (replace(expected, is_published=True, playback_url=url),)
    room.publish_recording(meeting, key, is_published=False)
    assert room.recordings(meeting) == (expected,)
    room.delete_recording(meeting, key)
    room.delete_recording(meeting, key)
    assert room.recordings(meeting) == ()


def test_each_time_that_it_took_place_is_listed_and_can_be_deleted(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    # Everyone left, and came again: with each kind of key.
    forms = [("/a", "b"), ("a", "//b"), ("a", "/b"), ("a", "+b"), ("a", "b")]
    keys = [
        zoom_server.record(
            meeting.external_id,
            key=a_key(*form),
            started_at=STARTED + number * HOUR / 4,
        )
        for number, form in enumerate(forms)
    ]
    zoom_server.page_size = 2
    assert listed(zoom_server, meeting) == keys
    for key in keys:
        room.publish_recording(meeting, key, is_published=True)
    assert [info.is_published for info in room.recordings(meeting)] == [True] * len(keys)
    while keys:
        room.delete_recording(meeting, keys.pop(0))
        assert listed(zoom_server, meeting) == keys
        assert set(zoom_server.recordings) == set(keys)


def test_what_was_recorded_stays_when_the_meeting_is_over_and_gone(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    keys = [zoom_server.record(meeting.external_id, started_at=STARTED + each * HOUR) for each in (0, 1)]
    room.end(meeting)
    assert zoom_server.meetings == {}
    assert listed(zoom_server, meeting) == keys
    room.publish_recording(meeting, keys[0], is_published=True)
    room.delete_recording(meeting, keys[1])
    assert [(info.id, info.is_published) for info in room.recordings(meeting)] == [(keys[0], True)]


def test_what_was_recorded_before_the_workshop_was_put_off_is_listed(zoom_server: ZoomServer) -> None:
    meeting = made_at_zoom(zoom_server)
    keys = [zoom_server.record(meeting.external_id, started_at=STARTED + each * HOUR) for each in (-18, 6)]
    put_off = replace(meeting, starts_at=STARTED + 900 * HOUR, ends_at=STARTED + 902 * HOUR, made_at=STARTED)
    assert listed(zoom_server, put_off) == keys


def test_nobody_touches_another_meetings_recording(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    other = made_at_zoom(zoom_server, replace(MEETING, key="another"))
    key = zoom_server.record(other.external_id)
    assert listed(zoom_server, meeting) == []
    with pytest.raises(ProviderRefused, match="not_found"):
        room.publish_recording(meeting, key, is_published=True)
    # Not a silent "gone": it would be written down as deleted, and go on existing.
    with pytest.raises(ProviderRefused, match="not_found"):
        room.delete_recording(meeting, key)
    assert [(each.uuid, each.share) for each in zoom_server.recordings.values()] == [(key, "none")]


def test_a_meeting_that_was_never_heard_of_has_none(zoom_server: ZoomServer) -> None:
    assert (listed(zoom_server, MEETING), zoom_server.asked) == ([], [])


def test_one_that_is_gone_is_not_published(zoom_server: ZoomServer) -> None:
    with pytest.raises(ProviderRefused, match="not_found"):
        zoom(zoom_server).publish_recording(made_at_zoom(zoom_server), "gone==", is_published=True)


@pytest.mark.parametrize(
    "start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31", ""]
)
def test_a_recording_of_no_time_is_nonsense(zoom_server: ZoomServer, start: str) -> None:
    meeting = made_at_zoom(zoom_server)
    zoom_server.faults.body = (
        f'{{"meetings": [{{"id": {meeting.external_id}, "uuid": "a==", "start_time": "{start}"}}]}}'.encode()
    )
    zoom_server.faults.status, zoom_server.faults.only = 200, frozenset({"api"})
    with pytest.raises(ProviderNonsense, match="moment"):
        zoom(zoom_server).recordings(meeting)
