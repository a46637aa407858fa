"""Two hundred people at one door, on a real PostgreSQL: the meeting is made once, and all get in."""

import datetime
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from tests import builders
from tests.concurrency.crowds import all_at_once, tally
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.zoom import ZoomServer
from workshops import sealing
from workshops.conferencing import zoom_tokens
from workshops.conferencing.protocol import Person, Present, Role
from workshops.models import ConferenceRoom, Meeting, Presence, Registration, User, Workshop
from workshops.operations import conferences, presence, rooms
from workshops.operations.conferences import CLAIM_LASTS, State
from workshops.operations.provider_words import there
from workshops.operations.rooms import provider_of
from workshops.operations.tending import tend

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

MINUTE = datetime.timedelta(minutes=1)
PATIENCE = 60.0


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    """It takes a moment to make a meeting, as real ones do."""
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        server.faults.slow = 0.5
        server.faults.only = frozenset(("create",))
        yield server


@pytest.fixture
def zoom(settings: Settings) -> Iterator[ZoomServer]:
    """It knows no key of ours: whoever asks twice gets two meetings."""
    zoom_tokens.forget()
    with ZoomServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server
    zoom_tokens.forget()


def at_bbb(server: BigBlueButtonServer) -> Workshop:
    return running(a_room(server))


def a_room(server: BigBlueButtonServer, **fields: Any) -> ConferenceRoom:
    secret = sealing.seal(server.secret)
    return builders.a_room(provider="bigbluebutton", address=server.address, sealed_secret=secret, **fields)


def at_zoom(server: ZoomServer) -> Workshop:
    return running(
        builders.a_room(
            provider="zoom",
            address=server.url,
            key_id=server.client_id,
            account_id=server.account_id,
            sealed_secret=sealing.seal(server.client_secret),
        )
    )


def running(room: ConferenceRoom) -> Workshop:
    series = builders.a_series(builders.a_field(room.process))
    return builders.a_workshop(series, room=room, starts_at=timezone.now() - 5 * MINUTE)


def knock_until_in(workshop: Workshop, number: int) -> str:
    """As the page does it: again after a moment, as long as it takes."""
    person = Person(key=f"r{number}", name=f"Person {number}")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
        way = conferences.enter(mine, person, now=timezone.now())
        if way.state is State.READY:
            return f"in {way.address.partition('?')[0].rpartition('/')[2]}"
        time.sleep(0.2)
    return "outside"


def test_200_people_make_one_meeting_and_all_get_in(bbb: BigBlueButtonServer) -> None:
    workshop = at_bbb(bbb)
    results = all_at_once(lambda number: knock_until_in(workshop, number), range(200))
    assert tally(results) == {"in join": 200}
    assert (bbb.creates, bbb.create_calls, Meeting.objects.count()) == (1, 1, 1)


def test_200_people_make_one_meeting_at_a_provider_that_knows_no_key_of_ours(zoom: ZoomServer) -> None:
    workshop = at_zoom(zoom)
    results = all_at_once(lambda number: knock_until_in(workshop, number), range(200))
    (number,) = zoom.meetings
    assert tally(results) == {f"in {number}": 200}


def test_control_without_the_claim_many_make_it(
    bbb: BigBlueButtonServer, zoom: ZoomServer, settings: Settings
) -> None:
    """What the claim is for: the same crowd, each asking as soon as nobody seems to have."""
    settings.CONFERENCE_HOSTS = frozenset({bbb.host, zoom.host})
    zoom.faults.slow = 0.2
    for workshop in (at_bbb(bbb), at_zoom(zoom)):
        room = workshop.room
        assert room is not None
        made = conferences.meeting_of(workshop, room, now=timezone.now())

        def carelessly(_number: int, made: Meeting = made) -> str:
            meeting = Meeting.objects.select_related("room", "workshop__series__field__process").get(
                pk=made.pk
            )
            if meeting.opened_at is not None:
                return "there"
            external_id = provider_of(meeting.room).create(there(meeting))
            Meeting.objects.filter(pk=meeting.pk).update(opened_at=timezone.now(), external_id=external_id)
            return "made"

        assert tally(all_at_once(carelessly, range(24), threads=12))["made"] > 1
    assert bbb.create_calls > 1
    assert zoom.creates > 1


def test_who_breaks_off_in_the_middle_is_overtaken_when_their_claim_ends(bbb: BigBlueButtonServer) -> None:
    """A web process was killed between its claim and the provider's answer."""
    workshop = at_bbb(bbb)
    assert workshop.room is not None
    now = timezone.now()
    meeting = conferences.meeting_of(workshop, workshop.room, now=now)
    Meeting.objects.filter(pk=meeting.pk).update(claimed_until=now + CLAIM_LASTS)
    person = Person("r1", "Amina")
    moments = (now, now + CLAIM_LASTS - datetime.timedelta(seconds=1), now + CLAIM_LASTS)
    states = [conferences.enter(workshop, person, now=moment).state for moment in moments]
    assert states == [State.BUSY, State.BUSY, State.READY]
    assert (bbb.creates, bbb.create_calls) == (1, 1)


def test_a_provider_that_is_down_is_knocked_at_by_one_of_many(bbb: BigBlueButtonServer) -> None:
    workshop = at_bbb(bbb)
    bbb.faults.status = 503

    def knock(number: int) -> str:
        person = Person(key=f"r{number}", name="Person")
        return conferences.enter(workshop, person, now=timezone.now()).state

    told = tally(all_at_once(knock, range(100)))
    assert set(told) <= {State.BUSY, State.FAILED}
    assert told[State.FAILED] >= 1
    # One in each `REST_AFTER_FAILURE`; a busy machine may take several of them.
    assert len(bbb.asked) <= 4


def test_while_staff_move_it_nobody_is_left_in_a_meeting_of_the_old_room(bbb: BigBlueButtonServer) -> None:
    workshop = at_bbb(bbb)
    bbb.faults.slow = 0
    new = a_room(bbb, process=workshop.process)
    staff = User.objects.filter(is_staff=True).first() or builders.a_staff_member()

    def act(number: int) -> str:
        if number == 30:
            mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
            rooms.assign(mine, room=new, by=staff)
            return "moved"
        return knock_until_in(workshop, number)[:2]

    assert tally(all_at_once(act, range(80), threads=16)) == {"moved": 1, "in": 79}
    tend(now=timezone.now())
    alive = Meeting.objects.alive().get()
    assert alive.room == new
    open_there = [key for key, held in bbb.meetings.items() if not held.is_ended]
    assert open_there == [alive.key]


def test_lists_and_sweeps_at_once_write_everyone_down_once(bbb: BigBlueButtonServer) -> None:
    workshop = at_bbb(bbb)
    assert workshop.room is not None
    now = timezone.now()
    meeting = conferences.meeting_of(workshop, workshop.room, now=now)
    seats = [builders.a_registration(workshop) for _number in range(20)]
    inside = [Present(f"r{seat.pk}", "Name", Role.PARTICIPANT) for seat in seats]

    def act(number: int) -> str:
        moment = now + number * datetime.timedelta(seconds=1)
        if number % 3 == 0:
            presence.came(meeting, inside[number % 20], now=moment)
        else:
            presence.see(meeting, inside, now=moment)
        return "seen"

    assert tally(all_at_once(act, range(48), threads=12)) == {"seen": 48}
    assert Presence.objects.filter(left_at=None).count() == 20
    assert Registration.objects.filter(attendance_source="room").count() == 20


def test_settling_at_once_and_while_a_late_list_comes_loses_no_minutes(bbb: BigBlueButtonServer) -> None:
    workshop = at_bbb(bbb)
    assert workshop.room is not None
    begun = workshop.starts_at
    meeting = conferences.meeting_of(workshop, workshop.room, now=begun)
    seat = builders.a_registration(workshop)
    inside = [Present(f"r{seat.pk}", "Name", Role.PARTICIPANT)]
    presence.see(meeting, inside, now=begun)
    presence.see(meeting, inside, now=begun + 60 * MINUTE)

    def act(number: int) -> str:
        if number % 2:
            presence.see(meeting, inside, now=begun + 61 * MINUTE)
        else:
            presence.settle(workshop, now=workshop.ends_at + presence.SETTLED_AFTER)
        return "done"

    assert tally(all_at_once(act, range(24), threads=8)) == {"done": 24}
    presence.settle(workshop, now=workshop.ends_at + presence.SETTLED_AFTER)
    seat.refresh_from_db()
    assert (seat.has_attended, seat.attended_minutes, Presence.objects.count()) == (True, 60, 0)


def test_a_move_and_a_list_at_once_do_not_wait_for_each_other(bbb: BigBlueButtonServer) -> None:
    """Meetings are locked before their presences, by everyone: else PostgreSQL ends one of the two."""
    workshop = at_bbb(bbb)
    assert workshop.room is not None
    staff = builders.a_staff_member()
    inside = [Present(f"u{number}", "Name", Role.PARTICIPANT) for number in range(30)]
    stop = threading.Event()
    problems: list[BaseException] = []

    def look() -> None:
        try:
            while not stop.is_set():
                for meeting in Meeting.objects.alive():
                    presence.see(meeting, inside, now=timezone.now())
                    presence.see(meeting, inside[:10], now=timezone.now())
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    looking = [threading.Thread(target=look) for _number in range(2)]
    for each in looking:
        each.start()
    for number in range(30):
        mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
        room = mine.room
        assert room is not None
        meeting = conferences.meeting_of(mine, room, now=timezone.now())
        presence.see(meeting, inside, now=timezone.now())
        rooms.assign(mine, room=a_room(bbb, process=workshop.process, name=f"{number}"), by=staff)
    stop.set()
    for each in looking:
        each.join(30)
    assert problems == []
    assert Presence.objects.inside().filter(meeting__ended_at__isnull=False).count() == 0
