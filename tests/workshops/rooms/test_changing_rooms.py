"""Rooms are entered, changed and retired; their secrets stay sealed."""

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from tests import builders
from tests.workshops.ears import WORKSHOP_FACTS, Heard, listening
from workshops import sealing
from workshops.conferencing.protocol import Secret
from workshops.errors import Refusal
from workshops.models import (
    ConferenceRoom,
    InterpretationChannel,
    Meeting,
    ParticipationProcess,
    Recording,
    User,
    Workshop,
    WorkshopSeries,
)
from workshops.operations import rooms
from workshops.operations.rooms import RoomDetails

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
BBB = RoomDetails(
    name="Videoraum 1", provider="bigbluebutton", address="https://bbb.example/bigbluebutton/", secret=SECRET
)


def changed(details: RoomDetails, **other: Any) -> RoomDetails:
    return dataclasses.replace(details, **{"secret": None, **other})


@pytest.fixture
def room(process: ParticipationProcess, sabine: User) -> ConferenceRoom:
    return rooms.add(process, BBB, by=sabine)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening(*WORKSHOP_FACTS) as heard:
        yield heard


# --- secrets --------------------------------------------------------------------------------------


def test_a_secret_is_kept_encrypted_and_comes_out_for_the_provider_alone(room: ConferenceRoom) -> None:
    row = ConferenceRoom.objects.values().get(pk=room.pk)
    assert SECRET not in repr(row)
    assert (row["sealed_secret"] != "", row["sealed_webhook_secret"], row["secret_name"]) == (True, "", "")
    connection = rooms.connection_of(room)
    assert connection.secret.reveal() == SECRET
    assert [SECRET in repr(each) for each in (BBB, connection, room)] == [False] * 3


def test_a_secret_stays_is_replaced_or_taken_away(room: ConferenceRoom, sabine: User) -> None:
    revealed = []
    for secret in (None, "another-secret", ""):
        rooms.change(room, changed(BBB, secret=secret), by=sabine)
        room.refresh_from_db()
        revealed.append((rooms.connection_of(room).secret.reveal(), room.has_secret))
    assert revealed == [(SECRET, True), ("another-secret", True), ("", False)]


def test_a_secret_of_the_environment_takes_the_place_of_the_stored_one(
    room: ConferenceRoom, sabine: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFERENCE_SECRET_RATHAUS", "from-outside")
    monkeypatch.setenv("CONFERENCE_SECRET_RATHAUS_WEBHOOK", "hook-from-outside")
    rooms.change(room, changed(BBB, secret_name="RATHAUS"), by=sabine)
    room.refresh_from_db()
    assert (room.sealed_secret, room.sealed_webhook_secret) == ("", "")
    connection = rooms.connection_of(room)
    assert (connection.secret, connection.webhook_secret) == (
        Secret("from-outside"),
        Secret("hook-from-outside"),
    )
    monkeypatch.delenv("CONFERENCE_SECRET_RATHAUS")
    assert not rooms.connection_of(room).secret


def test_only_names_with_the_right_beginning_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "CONFERENCE_SECRET_B",
        "CONFERENCE_SECRET_A",
        "CONFERENCE_SECRET_A_WEBHOOK",
        "OTHER_SECRET_C",
    ):
        monkeypatch.setenv(name, "x")
    assert sealing.names_in_the_environment() == ["A", "B"]


def test_a_secret_survives_a_new_key_that_knows_the_old_one_and_no_other(room: ConferenceRoom) -> None:
    old = "tests-only-" + "x" * 50
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=[old]):
        assert rooms.connection_of(room).secret.reveal() == SECRET
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=[]):
        assert not rooms.connection_of(room).secret


def test_a_stored_secret_is_not_sent_to_another_address_without_being_entered_again(
    room: ConferenceRoom, sabine: User
) -> None:
    elsewhere = changed(BBB, address="https://elsewhere.example/")
    with pytest.raises(Refusal) as refusal:
        rooms.change(room, elsewhere, by=sabine)
    assert refusal.value.code == "secret_needed"
    room.refresh_from_db()
    assert room.address == BBB.address
    rooms.change(room, changed(elsewhere, secret="anew"), by=sabine)
    room.refresh_from_db()
    assert (room.address, rooms.connection_of(room).secret.reveal()) == (elsewhere.address, "anew")


# --- names ----------------------------------------------------------------------------------------


def test_a_name_belongs_to_one_room_in_use(room: ConferenceRoom, sabine: User) -> None:
    process = room.process
    other = rooms.add(process, changed(BBB, name="Videoraum 2"), by=sabine)
    for attempt in (
        lambda: rooms.add(process, BBB, by=sabine),
        lambda: rooms.change(other, changed(BBB), by=sabine),
    ):
        with pytest.raises(Refusal) as refusal:
            attempt()
        assert (refusal.value.code, refusal.value.sentence) == (
            "name_taken",
            "Einen Raum „Videoraum 1“ gibt es schon.",
        )
    rooms.retire(room, by=sabine)
    rooms.add(process, BBB, by=sabine)
    rooms.add(builders.a_process(), BBB, by=sabine)
    assert list(process.rooms.in_use().values_list("name", flat=True)) == ["Videoraum 1", "Videoraum 2"]


# --- what is in it --------------------------------------------------------------------------------


def test_a_room_keeps_the_seats_and_meetings_that_its_workshops_need(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    rooms.change(room, changed(BBB, parallel_meetings=3), by=sabine)
    first = builders.a_workshop(series, room=room, capacity=30)
    builders.a_workshop(series, room=room, starts_at=first.ends_at - HOUR)
    builders.a_workshop(series, room=room, starts_at=first.ends_at, capacity=1)
    builders.a_workshop(series, room=room, starts_at=timezone.now() - 9 * HOUR, capacity=500)
    refused = []
    for limits in ({"seats": 29}, {"parallel_meetings": 1}):
        with pytest.raises(Refusal) as refusal:
            rooms.change(room, changed(BBB, **({"parallel_meetings": 3} | limits)), by=sabine)
        refused.append((refusal.value.code, refusal.value.sentence))
    assert refused == [
        (
            "too_few_seats",
            "In diesem Raum ist ein Workshop mit 30 Plätzen. Weniger geht erst, wenn er umgezogen ist.",
        ),
        (
            "too_few_meetings",
            "In diesem Raum laufen 2 Treffen zur selben Zeit (zweite Räume zählen mit). "
            "Weniger geht erst, wenn eines umgezogen ist.",
        ),
    ]
    rooms.change(room, changed(BBB, seats=30, parallel_meetings=2), by=sabine)
    room.refresh_from_db()
    assert (room.seats, room.parallel_meetings) == (30, 2)


def test_another_number_to_call_is_told_in_each_workshop_to_come(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User, heard: Heard
) -> None:
    code = "12345"
    first = builders.a_workshop(series, room=room, phone_code=code)
    second = builders.a_workshop(series, room=room, phone_code=code, starts_at=first.ends_at)
    draft = builders.a_workshop(series, room=room, status="draft", starts_at=second.ends_at)
    builders.a_workshop(series, room=room, starts_at=timezone.now() - 9 * HOUR)
    own = builders.a_workshop(series, room=room, dial_in="0800 1", starts_at=draft.ends_at)
    rooms.change(room, changed(BBB, has_lobby=True), by=sabine)
    assert heard == []
    rooms.change(room, changed(BBB, dial_in="07471 2"), by=sabine)
    assert heard == [("workshop_rescheduled", {"workshop": one, "by": sabine}) for one in (first, second)]
    shown = list(Workshop.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk"))
    # Until there was a number, nobody minded that two had the same code.
    assert len({one.phone for one in shown}) == 2
    assert [one.revision for one in shown] == [1, 1]
    draft.refresh_from_db()
    own.refresh_from_db()
    assert (draft.revision, own.revision, own.phone) == (0, 0, "0800 1")


def test_what_failed_before_the_change_is_tried_again_at_once(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    now = timezone.now()
    meeting = Meeting.objects.create(
        workshop=builders.a_workshop(series, room=room),
        room=room,
        key="a",
        created_at=now,
        problem="checksum",
        problem_words="checksumError",
        problem_at=now,
        claimed_until=now + HOUR,
    )
    assert list(Meeting.objects.failing(now)) == [meeting]
    rooms.change(room, changed(BBB, secret="the right one"), by=sabine)
    meeting.refresh_from_db()
    assert (meeting.problem, meeting.problem_words, meeting.claimed_until) == ("", "", None)
    assert list(Meeting.objects.failing(now)) == []


# --- retire ---------------------------------------------------------------------------------------


def test_a_retired_room_loses_its_secret_and_is_not_changed_any_more(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    past = builders.a_workshop(series, room=room, starts_at=timezone.now() - 9 * HOUR)
    now = timezone.now()
    rooms.retire(room, by=sabine, now=now)
    rooms.retire(room, by=sabine, now=now + HOUR)
    room.refresh_from_db()
    assert (room.retired_at, room.sealed_secret, room.sealed_webhook_secret) == (now, "", "")
    past.refresh_from_db()
    assert past.room == room
    with pytest.raises(Refusal, match="retired"):
        rooms.change(room, BBB, by=sabine)


@pytest.mark.parametrize("use", ["workshop", "draft", "second room"])
def test_a_room_is_not_retired_while_a_workshop_is_to_happen_there(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User, use: str
) -> None:
    workshop = builders.a_workshop(
        series,
        room=None if use == "second room" else room,
        status="draft" if use == "draft" else "published",
    )
    if use == "second room":
        InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=room)
    with pytest.raises(Refusal) as refusal:
        rooms.retire(room, by=sabine)
    assert (refusal.value.code, refusal.value.sentence) == (
        "in_use",
        "Der Workshop „Bildung und Sprache: Workshop 1“ hat hier noch einen zweiten Raum. "
        "Bitte dort zuerst einen anderen wählen."
        if use == "second room"
        else "In diesem Raum ist noch der Workshop „Bildung und Sprache: Workshop 1“. "
        "Bitte zuerst einen anderen Raum wählen.",
    )
    room.refresh_from_db()
    assert room.retired_at is None


# --- what lies at the provider --------------------------------------------------------------------

ELSEWHERE = changed(BBB, address="https://neu.example/bigbluebutton/", secret=SECRET)


def a_past_meeting(room: ConferenceRoom, series: WorkshopSeries, *, days: int, **fields: Any) -> Meeting:
    ended = timezone.now() - datetime.timedelta(days=days)
    workshop = builders.a_workshop(series, room=room, starts_at=ended - 2 * HOUR, ends_at=ended)
    return Meeting.objects.create(
        workshop=workshop, room=room, key=f"k{workshop.pk}", created_at=ended, opened_at=ended, **fields
    )


def refusals(room: ConferenceRoom, sabine: User) -> list[str]:
    """Of another address, and of retiring; nothing of either is written."""
    with pytest.raises(Refusal) as moved:
        rooms.change(room, ELSEWHERE, by=sabine)
    with pytest.raises(Refusal) as retired:
        rooms.retire(room, by=sabine)
    found = [moved.value.code, retired.value.code]
    room.refresh_from_db()
    assert (room.address, room.retired_at, bool(room.sealed_secret)) == (BBB.address, None, True)
    return found


def test_a_room_keeps_server_and_secret_while_a_meeting_is_on_there(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    meeting = a_past_meeting(room, series, days=0)
    assert refusals(room, sabine) == ["meeting_on", "meeting_on"]
    # Name and seats are no other server.
    rooms.change(room, changed(BBB, name="Zollern"), by=sabine)

    # One that fails must not keep staff from mending its room; it is begun anew on the new server.
    Meeting.objects.update(problem="down", problem_at=timezone.now())
    rooms.change(room, ELSEWHERE, by=sabine)
    meeting.refresh_from_db()
    assert meeting.ended_at is not None


@pytest.mark.parametrize("listed", [True, False])
def test_a_room_keeps_server_and_secret_while_recordings_lie_there(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User, listed: bool
) -> None:
    """Not yet listed ones too, for the two weeks in which they may appear."""
    now = timezone.now()
    meeting = a_past_meeting(room, series, days=30 if listed else 13, is_recorded=True, ended_at=now)
    if listed:
        Recording.objects.create(meeting=meeting, external_id="1", started_at=now, minutes=60)
    assert refusals(room, sabine) == ["recordings_there", "recordings_there"]

    if listed:
        Recording.objects.update(deleted_at=now, deleted_by=sabine)
    rooms.retire(room, by=sabine, now=now + datetime.timedelta(days=2))
    room.refresh_from_db()
    assert room.sealed_secret == ""
