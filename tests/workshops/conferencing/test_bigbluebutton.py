"""BigBlueButton, asked over HTTP on loopback."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.conferencing.rooms import CITIZEN, MEETING, MODERATOR, NOW, bigbluebutton
from workshops.conferencing.bigbluebutton import BigBlueButton
from workshops.conferencing.protocol import (
    Connection,
    Info,
    Kind,
    NotAllowed,
    Person,
    Present,
    ProviderRefused,
    RecordingInfo,
    Role,
    Secret,
)


def made_with(server: BigBlueButtonServer) -> dict[str, str]:
    return server.meetings[MEETING.key].parameters


def enter(room: BigBlueButton, person: Person) -> requests.Response:
    """As a browser does it."""
    return requests.get(room.way_in(MEETING, person, now=NOW), timeout=5)


# --- create ---------------------------------------------------------------------------------------------


def test_a_plain_meeting_is_made_with_all_that_keeps_it_private(bbb: BigBlueButtonServer) -> None:
    assert bigbluebutton(bbb).create(MEETING) == ""
    parameters = made_with(bbb)
    assert {name: value for name, value in parameters.items() if not name.endswith("PW")} == {
        "name": "Grünes Quartier: Bäume & Wege",
        "meetingID": "meeting-Key_1",
        "guestPolicy": "ALWAYS_ACCEPT",
        "muteOnStart": "true",
        "meetingExpireIfNoUserJoinedInMinutes": "240",
        "meetingExpireWhenLastUserLeftInMinutes": "60",
        "record": "false",
        "autoStartRecording": "false",
        "allowStartStopRecording": "false",
        "meetingKeepEvents": "false",
        "learningDashboardEnabled": "false",
        "disabledFeatures": "learningDashboard",
        "checksum": parameters["checksum"],
    }


def test_what_a_meeting_has_is_said(bbb: BigBlueButtonServer) -> None:
    meeting = replace(
        MEETING,
        seats=30,
        is_recorded=True,
        phone_number="+49 30 123456",
        phone_code="12345",
        exit_url="https://town.example/?a=1&b=2",
        ended_url="https://town.example/ended",
    )
    bigbluebutton(bbb, has_lobby=True).create(meeting)
    parameters = made_with(bbb)
    assert {
        name: parameters[name]
        for name in (
            *(
                "record",
                "autoStartRecording",
                "allowStartStopRecording",
                "notifyRecordingIsOn",
                "guestPolicy",
            ),
            *("maxParticipants", "dialNumber", "voiceBridge", "logoutURL", "meetingEndedURL"),
        )
    } == {
        "record": "true",
        "autoStartRecording": "false",
        "allowStartStopRecording": "true",
        "notifyRecordingIsOn": "true",
        "guestPolicy": "ASK_MODERATOR",
        "maxParticipants": "40",
        "dialNumber": "+49 30 123456",
        "voiceBridge": "12345",
        "logoutURL": "https://town.example/?a=1&b=2",
        "meetingEndedURL": "https://town.example/ended",
    }


def test_two_hundred_creates_make_one_meeting(bbb: BigBlueButtonServer) -> None:
    room = BigBlueButton(
        Connection(Kind.BIGBLUEBUTTON, address=bbb.address, secret=Secret(bbb.secret)),
        trusted_hosts=frozenset({bbb.host}),
        seconds=30,
    )
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda _: room.create(MEETING), range(200)))
    assert (bbb.creates, bbb.create_calls) == (1, 200)


def test_without_the_same_passwords_the_second_create_would_be_refused(bbb: BigBlueButtonServer) -> None:
    """The control: why passwords are sent that nobody uses."""
    bigbluebutton(bbb).create(MEETING)
    del made_with(bbb)["attendeePW"]
    with pytest.raises(ProviderRefused, match="idNotUnique"):
        bigbluebutton(bbb).create(MEETING)


@pytest.mark.parametrize("name", ["", "a", "x" * 200, "\x00\n", "🌳" * 100])
def test_a_name_has_two_to_64_characters_whatever_it_was(bbb: BigBlueButtonServer, name: str) -> None:
    bigbluebutton(bbb).create(replace(MEETING, name=name))
    assert 2 <= len(made_with(bbb)["name"]) <= 64


def test_a_meeting_that_was_ended_can_be_made_again(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    room.create(MEETING)
    room.end(MEETING)
    room.create(MEETING)
    assert bbb.creates == 2


@pytest.mark.parametrize(
    "path", ["", "/", "/bigbluebutton", "/bigbluebutton/", "/bigbluebutton/api", "/bigbluebutton/api/"]
)
def test_the_address_may_be_given_in_any_length(bbb: BigBlueButtonServer, path: str) -> None:
    bigbluebutton(bbb, address=bbb.url + path).check()
    assert bbb.asked[0].path == "/bigbluebutton/api/isMeetingRunning"


# --- way in ---------------------------------------------------------------------------------------------


def test_a_moderator_and_a_citizen_come_in_as_what_they_are(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    room.create(MEETING)
    assert "Nadia Öztürk" in enter(room, MODERATOR).text
    assert "Jörg Müller &amp; Söhne + 1" in enter(room, CITIZEN).text
    assert [
        (each.user_id, each.name, each.role, each.is_guest) for each in bbb.meetings[MEETING.key].attendees
    ] == [
        ("person-1", "Nadia Öztürk", "MODERATOR", False),
        ("person-2", "Jörg Müller & Söhne + 1", "VIEWER", False),
    ]


def test_with_a_lobby_only_participants_are_guests(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb, has_lobby=True)
    room.create(MEETING)
    assert "lobby" in enter(room, CITIZEN).text
    assert "lobby" not in enter(room, MODERATOR).text
    assert room.info(MEETING) == Info(
        is_running=True,
        people=(
            Present("person-2", "Jörg Müller & Söhne + 1", Role.PARTICIPANT, is_waiting=True),
            Present("person-1", "Nadia Öztürk", Role.MODERATOR),
        ),
    )
    bbb.admit(MEETING.key)
    found = room.info(MEETING)
    assert found is not None
    assert [each.is_waiting for each in found.people or ()] == [False, False]


def test_the_checksum_is_last_and_spaces_are_plus(bbb: BigBlueButtonServer) -> None:
    query = urlsplit(bigbluebutton(bbb).way_in(MEETING, MODERATOR, now=NOW)).query
    assert query.startswith(
        "fullName=Nadia+%C3%96zt%C3%BCrk&meetingID=meeting-Key_1&role=MODERATOR&userID=person-1&checksum="
    )
    assert list(parse_qs(query))[-1] == "checksum"


def test_nobody_is_sent_over_plain_http_to_a_host_that_isnt_trusted(bbb: BigBlueButtonServer) -> None:
    room = BigBlueButton(Connection(Kind.BIGBLUEBUTTON, address=bbb.address, secret=Secret(bbb.secret)))
    with pytest.raises(NotAllowed, match="http"):
        room.way_in(MEETING, MODERATOR, now=NOW)


# --- who is there -----------------------------------------------------------------------------------------


def test_those_inside_are_told_apart(bbb: BigBlueButtonServer) -> None:
    """Ours by key, callers by the last digits of their number, whoever else by name."""
    room = bigbluebutton(bbb)
    room.create(MEETING)
    assert room.info(MEETING) == Info(is_running=False, people=())
    enter(room, replace(CITIZEN, key="v_like-a-caller"))
    enter(room, Person("", "Von woanders"))
    bbb.call_in(MEETING.key, "+49 30 1234567")
    assert room.info(MEETING) == Info(
        is_running=True,
        people=(
            Present("v_like-a-caller", "Jörg Müller & Söhne + 1", Role.PARTICIPANT),
            Present("", "Von woanders", Role.PARTICIPANT),
            Present("", "…567", Role.PARTICIPANT, is_by_phone=True),
        ),
    )


def test_who_reloads_is_there_once(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    room.create(MEETING)
    enter(room, CITIZEN)
    enter(room, CITIZEN)
    found = room.info(MEETING)
    assert found is not None
    assert [each.key for each in found.people or ()] == ["person-2"]


def test_a_meeting_nobody_knows_any_more_is_none(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    assert room.info(MEETING) is None
    room.create(MEETING)
    room.end(MEETING)
    assert room.info(MEETING) is None
    bbb.forget(MEETING.key)
    assert room.info(MEETING) is None


def test_end_is_no_error_when_it_is_over(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    room.end(MEETING)
    room.create(MEETING)
    room.end(MEETING)
    room.end(MEETING)
    assert bbb.meetings[MEETING.key].is_ended


# --- recordings -----------------------------------------------------------------------------------------


def test_a_recording_is_listed_published_taken_back_and_deleted(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    assert room.recordings(MEETING) == ()
    key = bbb.record(MEETING.key, minutes=65)
    expected = RecordingInfo(
        key, datetime.datetime(2025, 11, 24, 16, 0, tzinfo=datetime.UTC), 65, is_published=False
    )
    assert room.recordings(MEETING) == (expected,)
    room.publish_recording(MEETING, key, is_published=True)
    url = f"{bbb.url}/playback/presentation/{key}"
    assert room.recordings(MEETING) == (replace(expected, is_published=True, playback_url=url),)
    room.publish_recording(MEETING, key, is_published=False)
    assert room.recordings(MEETING) == (expected,)
    room.delete_recording(MEETING, key)
    room.delete_recording(MEETING, key)
    assert room.recordings(MEETING) == ()


def test_nobody_touches_another_meetings_recording(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    own, other = bbb.record(MEETING.key), bbb.record("another")
    for recording in (other, f"{own},{other}", ""):
        with pytest.raises(ProviderRefused, match="notFound"):
            room.publish_recording(MEETING, recording, is_published=True)
        room.delete_recording(MEETING, recording)
    assert {key: each.is_published for key, each in bbb.recordings.items()} == {own: False, other: False}
