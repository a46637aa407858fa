"""A second room of a channel uses a room as a workshop does: wherever somebody asks whether it is free."""

import dataclasses
import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.workshops.ears import WORKSHOP_FACTS, listening
from tests.workshops.rooms.given import ROOMS
from workshops.errors import Refusal
from workshops.models import (
    ConferenceRoom,
    InterpretationChannel,
    ParticipationProcess,
    User,
    Workshop,
    WorkshopSeries,
    localised,
)
from workshops.operations import fitting, rooms, workshops
from workshops.operations.rooms import RoomDetails

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
JITSI = RoomDetails(name="Server", provider="jitsi", address="https://meet.example/", parallel_meetings=4)


@pytest.fixture
def room(process: ParticipationProcess, sabine: User) -> ConferenceRoom:
    return rooms.add(process, JITSI, by=sabine)


def with_second_rooms(workshop: Workshop, room: ConferenceRoom, *labels: str) -> Workshop:
    for label in labels:
        InterpretationChannel.objects.create(workshop=workshop, label=label, room=room)
    return workshop


def changed(room: ConferenceRoom, sabine: User, *, parallel: int, seats: int | None = None) -> str:
    """What a change says: nothing, or the refusal's code and sentence."""
    details = dataclasses.replace(JITSI, secret=None, parallel_meetings=parallel, seats=seats)
    try:
        rooms.change(room, details, by=sabine)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal.sentence}"
    return ""


def test_a_room_keeps_the_meetings_that_second_rooms_need(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    elsewhere = with_second_rooms(builders.a_workshop(series), room, "Arabisch", "Farsi")
    there = builders.a_workshop(series, room=room, starts_at=elsewhere.starts_at + HOUR)
    with_second_rooms(there, room, "Türkisch")
    # One after the other, over, or cancelled: not at that time.
    with_second_rooms(builders.a_workshop(series, starts_at=there.ends_at), room, "Arabisch", "Farsi")
    with_second_rooms(builders.a_workshop(series, starts_at=timezone.now() - 9 * HOUR), room, *"abcdef")
    off = builders.a_workshop(
        series, starts_at=there.starts_at, status="cancelled", cancelled_at=timezone.now()
    )
    with_second_rooms(off, room, "Arabisch")
    assert [changed(room, sabine, parallel=number) for number in (4, 3)] == [
        "",
        "too_few_meetings: In diesem Raum laufen 4 Treffen zur selben Zeit (zweite Räume zählen mit). "
        "Weniger geht erst, wenn eines umgezogen ist.",
    ]
    room.refresh_from_db()
    assert room.parallel_meetings == 4


def test_its_seats_are_not_for_those_who_need_a_second_room(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    with_second_rooms(builders.a_workshop(series, capacity=500), room, "Arabisch")
    builders.a_workshop(series, room=room, capacity=10)
    assert changed(room, sabine, parallel=4, seats=10) == ""


def test_another_number_to_call_is_told_only_where_the_workshop_itself_is(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    with_second_rooms(builders.a_workshop(series, dial_in="0800 1"), room, "Arabisch")
    there = builders.a_workshop(series, room=room)
    with listening(*WORKSHOP_FACTS) as heard:
        rooms.change(room, dataclasses.replace(JITSI, secret=None, dial_in="07471 2"), by=sabine)
    assert heard == [("workshop_rescheduled", {"workshop": there, "by": sabine})]


def test_a_workshop_and_its_second_rooms_are_in_one_room_as_far_as_it_reaches(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    workshop = with_second_rooms(builders.a_workshop(series), room, "Arabisch", "Farsi", "Türkisch")
    rooms.assign(workshop, room=room, by=sabine)
    # Within its own time it is in nobody's way.
    workshops.reschedule(workshop, starts_at=workshop.starts_at, ends_at=workshop.ends_at - HOUR, by=sabine)
    other = builders.a_workshop(series, title=localised("Kitas"), starts_at=workshop.starts_at)
    (choice,) = fitting.choices_for(other)
    assert str(choice.obstacle and choice.obstacle.sentence) == (
        f"„Server“ ist zu dieser Zeit schon vergeben: „{workshop}“."
    )


def test_a_workshop_that_would_fill_a_room_with_its_own_second_ones_is_told_so(
    room: ConferenceRoom, series: WorkshopSeries, sabine: User
) -> None:
    workshop = with_second_rooms(builders.a_workshop(series), room, "Arabisch", "Farsi", "Türkisch")
    builders.a_workshop(series, title=localised("Kitas"), room=room, starts_at=workshop.starts_at)
    with pytest.raises(Refusal) as refusal:
        rooms.assign(workshop, room=room, by=sabine)
    assert refusal.value.sentence == (
        "„Server“ ist zu dieser Zeit schon vergeben: „Kitas“, dieser Workshop selbst."
    )


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_staff")
@pytest.mark.parametrize("count", [1, 3])
def test_the_rooms_page_lists_whose_second_room_it_is(
    client: Client,
    room: ConferenceRoom,
    series: WorkshopSeries,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    beginning = timezone.now() + 24 * HOUR
    for number in range(count):
        title, starts_at = localised(f"Thema {number}"), beginning + 5 * number * HOUR
        workshop = builders.a_workshop(series, title=title, starts_at=starts_at)
        with_second_rooms(workshop, room, "Arabisch", "Farsi")
    there = builders.a_workshop(series, title=localised("Kitas"), room=room)
    with_second_rooms(there, room, "Türkisch")
    with django_assert_num_queries(7):
        found = pages.lines(client.get(f"{ROOMS}{room.pk}/"))
    listed = found[found.index("Kommende Workshops in diesem Raum") + 1 : found.index("Nicht mehr anbieten")]
    assert [line.split(" · ")[-1] for line in listed] == [
        *(
            line
            for number in range(count)
            for line in (
                f"Thema {number}",
                "zweiter Raum: Arabisch, Farsi",
                f"Kanäle (Thema {number})",
            )
        ),
        *("Kitas", "zweiter Raum: Türkisch", "Umziehen (Kitas)"),
    ]
    row = pages.lines(client.get(ROOMS))
    start = row.index("Server") + 4
    assert row[start : start + 2] == ["1", f"+ {count + 1} zweite Räume"]
