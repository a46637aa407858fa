"""Second rooms given, and recordings asked for, by several at the same moment, on a real PostgreSQL."""

import datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.concurrency.crowds import all_at_once, tally
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import sealing
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, LocalisedText, Meeting, Recording, Workshop
from workshops.operations import channels, recordings, rooms
from workshops.operations.channels import ChannelDetails

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

HOUR = datetime.timedelta(hours=1)


def test_a_room_that_some_want_and_others_need_as_a_second_one_is_given_as_often_as_it_holds() -> None:
    people = cast.gather()
    series, starts_at = builders.a_series(people.fields[0]), timezone.now() + 240 * HOUR
    there = [builders.a_workshop(series, starts_at=starts_at) for _number in range(8)]
    room = builders.a_room(people.process, parallel_meetings=2)

    def give(number: int) -> str:
        workshop = Workshop.objects.get(pk=there[number].pk)
        try:
            if number % 2:
                rooms.assign(workshop, room=room, by=people.sabine)
            else:
                details = ChannelDetails(
                    need="interpretation", label="Arabisch", how=LocalisedText(), room=room
                )
                channels.add(workshop, details, by=people.sabine)
        except Refusal as refusal:
            return refusal.code
        return "given"

    results = all_at_once(give, range(8), threads=8)

    assert tally(results) == {"given": 2, "room_is_taken": 6}
    assert room.workshops.count() + room.channels.count() == 2


def test_a_room_never_holds_fewer_meetings_than_second_rooms_that_come_in_at_that_moment() -> None:
    people = cast.gather()
    series, starts_at = builders.a_series(people.fields[0]), timezone.now() + 240 * HOUR
    there = [builders.a_workshop(series, starts_at=starts_at) for _number in range(8)]
    room = builders.a_room(people.process, parallel_meetings=8)
    fewer = rooms.RoomDetails(name=room.name, provider="link", address=room.address, parallel_meetings=2)

    def act(number: int) -> str:
        try:
            if number % 2:
                details = ChannelDetails(
                    need="interpretation", label="Arabisch", how=LocalisedText(), room=room
                )
                workshop = Workshop.objects.get(pk=there[number // 2].pk)
                channels.add(workshop, details, by=people.sabine)
                return "given"
            rooms.change(ConferenceRoom.objects.get(pk=room.pk), fewer, by=people.sabine)
        except Refusal as refusal:
            return refusal.code
        return "changed"

    results = tally(all_at_once(act, range(16), threads=8))

    room.refresh_from_db()
    assert set(results) <= {"given", "changed", "just_given", "too_few_meetings", "room_is_taken"}
    assert room.channels.count() == results["given"] <= room.parallel_meetings


def _recorded(server: BigBlueButtonServer) -> Meeting:
    """Over since an hour; its server takes a moment to answer."""
    people, now = cast.gather(), timezone.now()
    room = builders.a_room(
        people.process,
        provider=ConferenceRoom.Provider.BIGBLUEBUTTON,
        address=server.address,
        sealed_secret=sealing.seal(server.secret),
    )
    people.process.may_record = True
    people.process.save(update_fields=["may_record"])
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]),
        starts_at=now - 3 * HOUR,
        recording_announced_at=now - 72 * HOUR,
        room=room,
    )
    server.record("m" * 40)
    server.faults.slow = 0.5
    return Meeting.objects.create(
        workshop=workshop, room=room, key="m" * 40, created_at=now, opened_at=now, is_recorded=True
    )


def _sweep(_number: int) -> str:
    recordings.tend(now=timezone.now())
    return "swept"


def test_sweeps_at_once_ask_the_provider_once(settings: Settings) -> None:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        _recorded(server)
        all_at_once(_sweep, range(4), threads=4)
        assert (len(server.asked), Recording.objects.count()) == (1, 1)


def test_control_without_the_claim_each_of_them_asks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "_claim", lambda meeting, *, now: True)
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        _recorded(server)
        all_at_once(_sweep, range(4), threads=4)
        assert len(server.asked) == 4
