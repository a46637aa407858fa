"""Staff who give rooms to workshops at the same moment, on a real PostgreSQL."""

import datetime
import random
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone

from tests import builders, cast
from tests.concurrency.crowds import all_at_once, tally
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, LocalisedText, User, Workshop
from workshops.operations import channels, fitting, rooms, series, workshops
from workshops.operations.guards import lock_workshop

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

DAY = datetime.timedelta(days=1)


def at_one_time(count: int, *, status: str = "published") -> tuple[User, list[Workshop]]:
    people = cast.gather()
    starts_at = timezone.now() + 10 * DAY
    of_field = builders.a_series(people.fields[0])
    return people.sabine, [
        builders.a_workshop(of_field, starts_at=starts_at, status=status) for _number in range(count)
    ]


def test_a_room_is_given_to_as_many_workshops_at_one_time_as_it_holds() -> None:
    sabine, there = at_one_time(8)
    room = builders.a_room(there[0].process, parallel_meetings=2)

    def give(workshop: Workshop) -> str:
        try:
            rooms.assign(workshop, room=room, by=sabine)
        except Refusal as refusal:
            return refusal.code
        return "given"

    results = all_at_once(give, there, threads=8)

    assert tally(results) == {"given": 2, "room_is_taken": 6}
    assert room.workshops.count() == 2


def test_control_without_the_lock_a_room_is_given_to_all_of_them() -> None:
    _sabine, there = at_one_time(4)
    room = builders.a_room(there[0].process)
    looked = threading.Barrier(4)

    def give_carelessly(workshop: Workshop) -> str:
        with transaction.atomic():
            lock_workshop(workshop)
            try:
                fitting.refuse_unfit(workshop, room)
            except Refusal as refusal:
                return refusal.code
            finally:
                # Everyone looks before anyone writes.
                looked.wait(30)
            Workshop.objects.filter(pk=workshop.pk).update(room=room)
        return "given"

    assert tally(all_at_once(give_carelessly, there, threads=4)) == {"given": 4}


def test_workshops_are_not_moved_into_one_room_and_time_at_once() -> None:
    sabine, there = at_one_time(6)
    room = builders.a_room(there[0].process)
    for number, workshop in enumerate(there):
        start = workshop.starts_at + number * DAY
        Workshop.objects.filter(pk=workshop.pk).update(
            room=room, starts_at=start, ends_at=start + datetime.timedelta(hours=2)
        )
    then = timezone.now() + 30 * DAY

    def move(workshop: Workshop) -> str:
        try:
            workshops.reschedule(
                workshop, starts_at=then, ends_at=then + datetime.timedelta(hours=2), by=sabine
            )
        except Refusal as refusal:
            return refusal.code
        return "moved"

    assert tally(all_at_once(move, there, threads=6)) == {"moved": 1, "room_is_taken": 5}


def seen_by_who_waited(lock: Callable[[Workshop], None]) -> tuple[ConferenceRoom | None, ConferenceRoom]:
    """Somebody moves a workshop while another waits for its lock: where that one finds it; where it is."""
    sabine, (workshop,) = at_one_time(1)
    old, new = (builders.a_room(workshop.process) for _number in range(2))
    rooms.assign(workshop, room=old, by=sabine)
    waits = threading.Event()
    found: list[ConferenceRoom | None] = []

    def look() -> None:
        own = Workshop.objects.get(pk=workshop.pk)
        try:
            with transaction.atomic():
                waits.set()
                lock(own)
                found.append(own.room)
        finally:
            connections.close_all()

    other = threading.Thread(target=look)
    with transaction.atomic():
        rooms.assign(workshop, room=new, by=sabine)
        other.start()
        waits.wait(30)
        # Long enough to be at the lock.
        other.join(0.5)
        assert other.is_alive()
    other.join(30)
    return found[0], new


def test_who_waited_for_a_workshop_finds_it_in_the_room_that_it_moved_to() -> None:
    found, new = seen_by_who_waited(lock_workshop)
    assert found == new


def test_control_a_joined_room_is_not_the_one_it_moved_to() -> None:
    def lock_with_room(workshop: Workshop) -> None:
        workshop.refresh_from_db(
            from_queryset=Workshop.objects.select_for_update(of=("self",)).select_related("room")
        )

    found, new = seen_by_who_waited(lock_with_room)
    assert found != new


def test_a_room_never_has_fewer_seats_than_a_workshop_that_comes_in_at_that_moment() -> None:
    sabine, there = at_one_time(8)
    room = builders.a_room(there[0].process, seats=30, parallel_meetings=8)

    def act(number: int) -> str:
        try:
            if number % 2:
                rooms.assign(Workshop.objects.get(pk=there[number // 2].pk), room=room, by=sabine)
                return "given"
            details = rooms.RoomDetails(
                name=room.name, provider="link", address=room.address, seats=10, parallel_meetings=8
            )
            rooms.change(ConferenceRoom.objects.get(pk=room.pk), details, by=sabine)
        except Refusal as refusal:
            return refusal.code
        return "changed"

    results = tally(all_at_once(act, range(16), threads=8))

    room.refresh_from_db()
    assert set(results) <= {"given", "changed", "just_given", "too_few_seats"}
    if room.workshops.exists():
        assert (room.seats, results.get("changed")) == (30, None)
    else:
        assert (room.seats, results.get("given")) == (10, None)


def test_nobody_waits_for_each_other_for_ever() -> None:
    """A deadlock would be an OperationalError here: publishing all, moving, changing and retiring at once."""
    sabine, drafts = at_one_time(4, status=Workshop.Status.DRAFT)
    process = drafts[0].process
    there = [builders.a_room(process, parallel_meetings=9) for _number in range(3)]
    for number, draft in enumerate(drafts):
        # In another order than that of their primary keys.
        rooms.assign(draft, room=there[2 - number % 3], by=sabine)

    def act(number: int) -> str:
        chance = random.Random(number)
        room = ConferenceRoom.objects.get(pk=chance.choice(there).pk)
        draft = Workshop.objects.get(pk=chance.choice(drafts).pk)
        start = draft.starts_at + number * datetime.timedelta(minutes=1)
        details = rooms.RoomDetails(
            name=room.name,
            provider="link",
            address=room.address,
            parallel_meetings=9,
            dial_in=f"07471 {number}",
        )
        try:
            match number % 6:
                case 0:
                    series.publish_proposal(process, by=sabine, accept_conflicts=True)
                case 1:
                    rooms.assign(draft, room=room, by=sabine)
                case 2:
                    rooms.change(room, details, by=sabine)
                case 3:
                    workshops.reschedule(
                        draft, starts_at=start, ends_at=start + datetime.timedelta(hours=2), by=sabine
                    )
                case 4:
                    rooms.retire(room, by=sabine)
                case 5:
                    second = channels.ChannelDetails("interpretation", f"{number}", LocalisedText(), room)
                    channels.add(draft, second, by=sabine)
        except Refusal as refusal:
            return refusal.code
        return "done"

    results = tally(all_at_once(act, range(60), threads=10))

    assert set(results) <= {
        *("done", "no_drafts", "not_a_draft", "just_given", "retired", "in_use", "other_process"),
        "room_is_taken",
    }
    assert results["done"] > 12
