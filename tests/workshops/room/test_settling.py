"""What is kept of an evening: yes or no, and minutes in steps of five."""

import datetime
from typing import Any

import pytest
from django.db import models

from tests import builders, cast
from tests.workshops.room.town import MINUTE, attendance, there
from workshops.models import Meeting, Presence, Registration, Workshop
from workshops.operations import attendance as ticks
from workshops.operations import channels, conferences, presence, rooms
from workshops.operations.channels import ChannelDetails

pytestmark = pytest.mark.django_db

Moment = datetime.datetime
START = datetime.datetime(2026, 11, 27, 17, 0, tzinfo=datetime.UTC)


def stay(meeting: Meeting, who: Registration, start: Moment, *spans: tuple[float, float]) -> None:
    """In the meeting during each span, in minutes after `start`."""
    for begins, ends in spans:
        presence.see(meeting, [there(who)], now=start + begins * MINUTE)
        presence.see(meeting, [there(who)], now=start + ends * MINUTE)
        presence.see(meeting, [], now=start + ends * MINUTE)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 0)], 0),
        ([(0, 10), (20, 30)], 20),
        ([(20, 30), (0, 10)], 20),
        # Two devices, one inside the other, one after the other, over each other.
        ([(0, 60), (10, 20)], 60),
        ([(0, 10), (10, 20)], 20),
        ([(0, 30), (20, 50), (40, 45)], 50),
        # A row whose end is before its beginning takes nothing away.
        ([(0, 10), (8, 5)], 10),
    ],
)
def test_time_is_counted_once_however_it_was_spent(spans: list[tuple[int, int]], minutes: int) -> None:
    moments = [(START + begin * MINUTE, START + end * MINUTE) for begin, end in spans]
    assert presence.seconds_inside(moments) == minutes * 60


def test_minutes_go_to_the_nearest_five_and_whoever_came_came() -> None:
    seconds = (0, 1, 149, 150, 449, 450, 451, 749, 750, 5400)
    assert [presence.rounded(each) for each in seconds] == [5, 5, 5, 5, 5, 10, 10, 10, 15, 90]


def test_who_goes_and_comes_is_counted_for_the_time_inside(
    meeting: Meeting, workshop: Workshop, amina: Registration, hans: Registration, now: Moment
) -> None:
    stay(meeting, amina, now, (0, 20), (40, 62))
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 40, "room"), ("Hans Vogel", False, None, "")]


def test_nothing_else_survives_and_settling_twice_changes_nothing(
    meeting: Meeting, workshop: Workshop, amina: Registration, hans: Registration, now: Moment
) -> None:
    before = moments_of(amina)
    stay(meeting, amina, now, (0, 37))
    presence.see(meeting, [there("Gast"), there(hans, waits=True)], now=now + 50 * MINUTE)
    for _twice in range(2):
        presence.settle(workshop, now=now + 100 * MINUTE)
        assert attendance(workshop) == [("Amina Haddad", True, 35, "room"), ("Hans Vogel", False, None, "")]
    assert not Presence.objects.exists()
    assert moments_of(amina) == before


def moments_of(seat: Registration) -> dict[str, Any]:
    seat.refresh_from_db()
    names = [each.name for each in seat._meta.concrete_fields if isinstance(each, models.DateTimeField)]
    return {name: getattr(seat, name) for name in names}


def test_what_is_told_after_settling_takes_no_minutes_away(
    meeting: Meeting, workshop: Workshop, amina: Registration, now: Moment
) -> None:
    stay(meeting, amina, now, (0, 60))
    presence.settle(workshop, now=now + 100 * MINUTE)
    # A sweep whose clock is behind, and that was slow.
    stay(meeting, amina, now, (70, 71))
    presence.settle(workshop, now=now + 101 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 60, "room")]


def test_main_room_and_second_room_are_one_evening(
    meeting: Meeting, workshop: Workshop, amina: Registration, people: cast.Cast, now: Moment
) -> None:
    second = builders.a_room(people.process, provider="bigbluebutton", address="https://b.example/")
    details = ChannelDetails(need="interpretation", label="Arabisch", how=workshop.title, room=second)
    channel = channels.add(workshop, details, by=people.sabine, now=now)
    other = conferences.meeting_of(workshop, second, channel=channel, now=now)
    stay(meeting, amina, now, (0, 30))
    stay(other, amina, now, (20, 60))
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 60, "room")]


def test_a_move_in_the_middle_loses_no_minutes(
    meeting: Meeting, workshop: Workshop, amina: Registration, people: cast.Cast, now: Moment
) -> None:
    new = builders.a_room(people.process, provider="bigbluebutton", address="https://b.example/")
    presence.see(meeting, [there(amina)], now=now)
    rooms.assign(workshop, room=new, by=people.sabine, now=now + 20 * MINUTE)
    stay(conferences.meeting_of(workshop, new, now=now), amina, now, (25, 55))
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 50, "room")]


def test_what_a_moderator_ticked_stays_ticked_and_gets_its_minutes(
    meeting: Meeting,
    workshop: Workshop,
    amina: Registration,
    hans: Registration,
    people: cast.Cast,
    now: Moment,
) -> None:
    ticks.mark(workshop, came=[amina.pk], did_not_come=[], by=people.murat)
    stay(meeting, amina, now, (0, 30))
    stay(meeting, hans, now, (31, 61))
    ticks.mark(workshop, came=[], did_not_come=[hans.pk], by=people.murat)
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [
        ("Amina Haddad", True, 30, "ticked"),
        ("Hans Vogel", False, None, "ticked"),
    ]


@pytest.mark.parametrize("only_the_lobby", [True, False])
def test_a_click_that_led_nowhere_is_no_attendance_where_the_provider_knows(
    meeting: Meeting,
    workshop: Workshop,
    amina: Registration,
    hans: Registration,
    now: Moment,
    only_the_lobby: bool,
) -> None:
    presence.note_click(amina)
    presence.note_click(hans)
    seen = there(amina, waits=True) if only_the_lobby else there("Murat", leads=True)
    presence.see(meeting, [seen], now=now)
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", False, None, ""), ("Hans Vogel", False, None, "")]


def test_a_click_is_believed_where_any_of_the_rooms_cannot_say_who_was_in(
    meeting: Meeting, workshop: Workshop, amina: Registration, people: cast.Cast, now: Moment
) -> None:
    presence.see(meeting, [there("Murat", leads=True)], now=now)
    link = builders.a_room(people.process)
    rooms.assign(workshop, room=link, by=people.sabine, now=now)
    conferences.enter(workshop, conferences.person_of(amina), now=now)
    presence.note_click(amina)
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, None, "click")]


def test_nobody_took_part_in_a_rehearsal(workshop: Workshop, amina: Registration, now: Moment) -> None:
    assert workshop.room is not None
    rehearsal = conferences.meeting_of(workshop, workshop.room, purpose=Meeting.Purpose.REHEARSAL, now=now)
    rehearsal.presences.create(
        registration=amina, person_key=f"r{amina.pk}", joined_at=now, last_seen_at=now + 30 * MINUTE
    )
    presence.settle(workshop, now=now + 100 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", False, None, "")]
    assert not Presence.objects.exists()
