"""Which room a workshop is in: moved in one step, told only if the number to call changes."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests import builders
from tests.workshops.ears import WORKSHOP_FACTS, Heard, listening
from workshops.errors import Refusal
from workshops.models import (
    InterpretationChannel,
    Meeting,
    ParticipationProcess,
    User,
    Workshop,
    WorkshopSeries,
    localised,
)
from workshops.operations import fitting, rooms
from workshops.operations.rooms import Move

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening(*WORKSHOP_FACTS) as heard:
        yield heard


def where(workshop: Workshop) -> tuple[int | None, str, str, int]:
    workshop.refresh_from_db()
    return workshop.room_id, workshop.conference_url, workshop.dial_in, workshop.revision


def test_a_workshop_moves_between_rooms_an_own_address_and_nowhere(
    workshop: Workshop, process: ParticipationProcess, sabine: User, heard: Heard
) -> None:
    first, second = (builders.a_room(process) for _number in range(2))
    steps: list[dict[str, Any]] = [
        {"room": first},
        {"room": second},
        {"room": second},
        # What was typed beside a room counts for nothing.
        {"room": first, "conference_url": "https://video.example/anders"},
        {"room": None, "conference_url": " https://video.example/raum "},
        {"room": None},
    ]
    went = [(rooms.assign(workshop, by=sabine, **step), *where(workshop)[:2]) for step in steps]
    assert went == [
        (Move(is_told=False), first.pk, ""),
        (Move(is_told=False), second.pk, ""),
        (None, second.pk, ""),
        (Move(is_told=False), first.pk, ""),
        (Move(is_told=False), None, "https://video.example/raum"),
        (Move(is_told=False), None, ""),
    ]
    assert (workshop.revision, heard) == (0, [])


def test_another_number_to_call_is_told_because_it_stands_in_calendars(
    workshop: Workshop, process: ParticipationProcess, sabine: User, heard: Heard
) -> None:
    fixed = builders.a_room(process, dial_in="07471 1, PIN 4711")
    same = builders.a_room(process, dial_in="07471 1, PIN 4711")
    ours = builders.a_room(process, provider="bigbluebutton", dial_in="07471 2")
    phones = []
    for room in (fixed, same, ours, None):
        move = rooms.assign(workshop, room=room, by=sabine)
        assert move is not None
        workshop.refresh_from_db()
        phones.append((workshop.phone, move.is_told, workshop.revision))
    assert phones == [
        ("07471 1, PIN 4711", True, 1),
        ("07471 1, PIN 4711", False, 1),
        (f"07471 2, {workshop.phone_code}#", True, 2),
        ("", True, 3),
    ]
    assert heard == [("workshop_rescheduled", {"workshop": workshop, "by": sabine})] * 3


def test_nobody_is_told_of_a_draft(
    series: WorkshopSeries, process: ParticipationProcess, sabine: User, heard: Heard
) -> None:
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT)
    room = builders.a_room(process, dial_in="07471 1")
    assert rooms.assign(draft, room=room, by=sabine) == Move(is_told=False)
    assert (where(draft), heard) == ((room.pk, "", "", 0), [])


def test_a_room_that_is_too_small_taken_retired_or_elsewhere_is_refused(
    workshop: Workshop, series: WorkshopSeries, process: ParticipationProcess, sabine: User
) -> None:
    taken = builders.a_room(process, name="Besetzt")
    builders.a_workshop(
        series, title=localised("Kitas"), room=taken, starts_at=workshop.ends_at - HOUR, capacity=1
    )
    refused = []
    for room in (
        builders.a_room(process, name="Klein", seats=19),
        taken,
        builders.a_room(process, retired_at=timezone.now()),
        builders.a_room(),
    ):
        with pytest.raises(Refusal) as refusal:
            rooms.assign(workshop, room=room, by=sabine)
        refused.append((refusal.value.code, refusal.value.sentence))
    assert refused == [
        ("too_few_seats", "„Klein“ hat 19 Plätze, der Workshop braucht 20."),
        ("room_is_taken", "„Besetzt“ ist zu dieser Zeit schon vergeben: „Kitas“."),
        ("other_process", "Diesen Raum gibt es hier nicht (mehr)."),
        ("other_process", "Diesen Raum gibt es hier nicht (mehr)."),
    ]
    assert where(workshop) == (None, "", "", 0)


@pytest.mark.parametrize(
    ("spans", "parallel", "is_free"),
    [
        # Hours from our start; ours lasts two.
        ([], 1, True),
        ([(-2, 0), (2, 4)], 1, True),
        ([(-1, 1)], 1, False),
        ([(-1, 1)], 2, True),
        # One after the other beside us: never two at once.
        ([(-1, 1), (1, 3)], 2, True),
        ([(-1, 1.5), (1, 3)], 2, False),
        ([(0.5, 1), (1.2, 1.5), (-5, 5)], 2, False),
    ],
)
def test_a_room_holds_as_many_workshops_at_one_moment_as_it_can(
    workshop: Workshop,
    series: WorkshopSeries,
    process: ParticipationProcess,
    spans: list[tuple[float, float]],
    parallel: int,
    is_free: bool,
) -> None:
    room = builders.a_room(process, parallel_meetings=parallel)
    for begins, ends in spans:
        builders.a_workshop(
            series,
            room=room,
            starts_at=workshop.starts_at + begins * HOUR,
            ends_at=workshop.starts_at + ends * HOUR,
        )
    # Whoever was cancelled needs no room.
    builders.a_workshop(
        series, room=room, starts_at=workshop.starts_at, status="cancelled", cancelled_at=timezone.now()
    )
    (choice,) = fitting.choices_for(workshop)
    assert (choice.obstacle is None) == is_free


def test_a_second_room_for_interpretation_is_taken_too(
    workshop: Workshop, series: WorkshopSeries, process: ParticipationProcess, sabine: User
) -> None:
    room = builders.a_room(process, name="Dolmetschen")
    other = builders.a_workshop(series, title=localised("Kitas"), starts_at=workshop.starts_at)
    channel = InterpretationChannel.objects.create(workshop=other, label="Arabisch", room=room)
    with pytest.raises(Refusal, match="schon vergeben: „Kitas“"):
        rooms.assign(workshop, room=room, by=sabine)
    channel.workshop = workshop
    channel.save(update_fields=["workshop"])
    with pytest.raises(Refusal, match="room_is_taken"):
        rooms.assign(workshop, room=room, by=sabine)


def test_what_is_over_or_cancelled_stays_where_it_was(
    series: WorkshopSeries, process: ParticipationProcess, sabine: User
) -> None:
    now = timezone.now()
    over = builders.a_workshop(series, starts_at=now - 3 * HOUR)
    cancelled = builders.a_workshop(series, status="cancelled", cancelled_at=now)
    for workshop, code in ((over, "over"), (cancelled, "cancelled")):
        with pytest.raises(Refusal, match=code):
            rooms.assign(workshop, room=builders.a_room(process), by=sabine)


def test_no_two_workshops_of_one_server_share_the_code_that_callers_type(
    workshop: Workshop, series: WorkshopSeries, process: ParticipationProcess, sabine: User
) -> None:
    server = {"provider": "bigbluebutton", "address": "https://bbb.example/", "dial_in": "07471 2"}
    first, second = (builders.a_room(process, **server) for _number in range(2))
    other = builders.a_workshop(series, room=first, phone_code=workshop.phone_code)
    rooms.assign(workshop, room=second, by=sabine)
    workshop.refresh_from_db()
    assert workshop.phone_code != other.phone_code


def test_the_meeting_in_the_room_it_leaves_is_over_and_nobody_is_in_it_any_more(
    workshop: Workshop, process: ParticipationProcess, sabine: User
) -> None:
    now = timezone.now()
    old, new = (builders.a_room(process) for _number in range(2))
    rooms.assign(workshop, room=old, by=sabine)
    meeting = Meeting.objects.create(workshop=workshop, room=old, key="a", created_at=now, opened_at=now)
    rehearsal = Meeting.objects.create(
        workshop=workshop,
        room=old,
        key="b",
        purpose=Meeting.Purpose.REHEARSAL,
        created_at=now,
        opened_at=now,
        problem="down",
        problem_at=now,
    )
    inside = meeting.presences.create(person_key="r1", joined_at=now, last_seen_at=now)
    # The same room again: nothing happens to it.
    assert rooms.assign(workshop, room=old, by=sabine) is None
    move = rooms.assign(workshop, room=new, by=sabine, now=now + HOUR)
    # The one that failed can't be ended at its provider.
    assert move == Move(is_told=False, left=(meeting,))
    for row in (meeting, rehearsal, inside):
        row.refresh_from_db()
    assert (meeting.ended_at, rehearsal.ended_at, inside.left_at) == (now + HOUR,) * 3
