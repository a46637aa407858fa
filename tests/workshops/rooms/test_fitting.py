"""More seats, another time, publication: whatever would put a workshop into a room where it doesn't fit."""

import datetime

import pytest
from django.utils import timezone

from tests import builders, cast
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
from workshops.operations import fitting, workshops
from workshops.operations import series as series_operations

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def room(process: ParticipationProcess) -> ConferenceRoom:
    return builders.a_room(process, name="Videoraum 1", seats=25)


@pytest.fixture
def housed(series: WorkshopSeries, room: ConferenceRoom) -> Workshop:
    return builders.a_workshop(series, room=room, capacity=20)


def test_more_seats_than_the_room_has_are_refused(housed: Workshop, sabine: User) -> None:
    workshops.change_capacity(housed, capacity=25, waiting_capacity=1, by=sabine)
    with pytest.raises(Refusal) as refusal:
        workshops.change_capacity(housed, capacity=26, waiting_capacity=1, by=sabine)
    assert (refusal.value.code, refusal.value.sentence) == (
        "too_few_seats",
        "„Videoraum 1“ hat 25 Plätze, der Workshop braucht 26.",
    )
    housed.refresh_from_db()
    assert housed.capacity == 25


def test_a_single_seat_or_meeting_is_told_in_the_singular(housed: Workshop, room: ConferenceRoom) -> None:
    housed.capacity = room.seats = 1
    with pytest.raises(Refusal) as too_small:
        fitting.refuse_too_small(2, room)
    with pytest.raises(Refusal) as seats:
        fitting.refuse_less_than_needed(room, [housed], seats=0, parallel_meetings=1)
    with pytest.raises(Refusal) as meetings:
        fitting.refuse_less_than_needed(room, [housed], seats=1, parallel_meetings=0)
    assert [one.value.sentence for one in (too_small, seats, meetings)] == [
        "„Videoraum 1“ hat 1 Platz, der Workshop braucht 2.",
        "In diesem Raum ist ein Workshop mit 1 Platz. Weniger geht erst, wenn er umgezogen ist.",
        "In diesem Raum läuft 1 Treffen zur selben Zeit (zweite Räume zählen mit). "
        "Weniger geht erst, wenn es umgezogen ist.",
    ]


def test_fewer_seats_are_no_matter_even_in_a_room_that_is_too_small(
    housed: Workshop, room: ConferenceRoom, sabine: User
) -> None:
    ConferenceRoom.objects.update(seats=5)
    workshops.change_capacity(housed, capacity=10, waiting_capacity=1, by=sabine)
    housed.refresh_from_db()
    assert housed.capacity == 10


def test_a_workshop_is_not_moved_to_a_time_when_its_room_is_taken(
    housed: Workshop, series: WorkshopSeries, room: ConferenceRoom, sabine: User
) -> None:
    other = builders.a_workshop(
        series, title=localised("Kitas"), room=room, starts_at=housed.starts_at + 3 * DAY
    )
    before = housed.starts_at
    with pytest.raises(Refusal) as refusal:
        workshops.reschedule(housed, starts_at=other.ends_at - HOUR, ends_at=other.ends_at + HOUR, by=sabine)
    assert refusal.value.sentence == "„Videoraum 1“ ist zu dieser Zeit schon vergeben: „Kitas“."
    assert refusal.value.details == {"workshops": [other]}
    workshops.reschedule(housed, starts_at=other.ends_at, ends_at=other.ends_at + HOUR, by=sabine)
    housed.refresh_from_db()
    assert (before, housed.starts_at) == (other.starts_at - 3 * DAY, other.ends_at)


def test_nor_to_one_when_its_second_room_is_taken(
    housed: Workshop, series: WorkshopSeries, process: ParticipationProcess, sabine: User
) -> None:
    second = builders.a_room(process, name="Dolmetschen")
    InterpretationChannel.objects.create(workshop=housed, label="Arabisch", room=second)
    other = builders.a_workshop(series, title=localised("Kitas"), room=second, starts_at=housed.ends_at)
    with pytest.raises(Refusal, match="„Dolmetschen“ ist zu dieser Zeit schon vergeben: „Kitas“"):
        workshops.reschedule(housed, starts_at=other.starts_at, ends_at=other.ends_at, by=sabine)
    housed.refresh_from_db()
    # Within its own time it is in nobody's way, itself included.
    workshops.reschedule(housed, starts_at=housed.starts_at, ends_at=housed.ends_at - HOUR, by=sabine)


@pytest.mark.parametrize(("obstacle", "code"), [("small", "too_few_seats"), ("taken", "room_is_taken")])
def test_a_draft_is_not_published_in_a_room_where_it_does_not_fit(
    series: WorkshopSeries, room: ConferenceRoom, sabine: User, obstacle: str, code: str
) -> None:
    draft = builders.a_workshop(series, room=room, status=Workshop.Status.DRAFT)
    if obstacle == "small":
        ConferenceRoom.objects.update(seats=19)
    else:
        builders.a_workshop(series, room=room, starts_at=draft.starts_at, capacity=1)
    with pytest.raises(Refusal, match=code):
        workshops.publish(draft, by=sabine)
    with pytest.raises(Refusal, match=code):
        series_operations.publish_proposal(series.process, by=sabine, accept_conflicts=True)
    draft.refresh_from_db()
    assert draft.is_draft


def test_nobody_needs_a_room_to_add_move_or_publish_a_workshop(
    series: WorkshopSeries, sabine: User, people: cast.Cast
) -> None:
    starts_at = timezone.now() + 30 * DAY
    added = workshops.add_by_hand(series, starts_at=starts_at, ends_at=starts_at + HOUR, by=sabine)
    workshops.reschedule(added, starts_at=starts_at + DAY, ends_at=starts_at + DAY + HOUR, by=sabine)
    workshops.change_capacity(added, capacity=1000, waiting_capacity=0, by=sabine)
    workshops.publish(added, by=sabine)
    added.refresh_from_db()
    assert (added.is_published, added.has_a_room) == (True, False)
