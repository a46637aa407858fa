"""What the check says of rooms."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from tests.workshops.planning.problems import MONDAY, problem
from tests.workshops.planning.room_problems import BIG, SMALL, fixed, one_day, pin, the_example, two_rooms
from workshops.planning.breaches import Breach, Violation
from workshops.planning.problem import ELSEWHERE, Placement, Room
from workshops.planning.verify import broken

HERE = Placement("a", MONDAY, time(9), 60, (), None, "small")


def judged(*placements: Placement, **changes: Any) -> list[Violation]:
    planned = [one_day("a", 9, seats=10, count=sum(one.field == "a" for one in placements))]
    planned += [one_day("b", 9, seats=50)] if any(one.field == "b" for one in placements) else []
    return broken(two_rooms(*planned, **changes), list(placements))


@pytest.mark.parametrize("room", ["small", "big", "", ELSEWHERE])
def test_a_room_that_is_free_and_large_enough_or_still_to_be_chosen_breaks_nothing(room: str) -> None:
    assert judged(replace(HERE, room=room)) == []


def test_a_room_that_is_too_small_is_named_with_the_seats_needed() -> None:
    assert judged(replace(HERE, seats=11)) == [
        Violation(Breach.ROOM_SEATS, (0,), field="a", room="small", number=11)
    ]


def test_more_seats_than_any_room_has_are_named() -> None:
    assert judged(replace(HERE, seats=51, room="")) == [
        Violation(Breach.ROOM_SEATS, (0,), field="a", number=51)
    ]


def test_two_in_one_room_at_once_are_named() -> None:
    assert judged(replace(HERE, room="big"), Placement("b", MONDAY, time(9), 60, (), None, "big")) == [
        Violation(Breach.ROOMS, (0, 1), room="big", number=1)
    ]


def test_a_room_that_a_fixed_workshop_is_in_is_named() -> None:
    assert judged(HERE, fixed=(fixed(9, room="small"),)) == [
        Violation(Breach.ROOMS, (0,), (0,), room="small", number=1)
    ]


def test_more_large_workshops_than_large_rooms_are_named_before_rooms_are_chosen() -> None:
    crowd = (replace(HERE, room="", seats=30), Placement("b", MONDAY, time(9), 60, ()))

    assert judged(*crowd, rooms=(SMALL, BIG, Room("hall", 200))) == []
    assert judged(*crowd, rooms=(SMALL, replace(SMALL, key="small2"), replace(BIG, parallel=1))) == [
        Violation(Breach.ROOMS, (0, 1), room="big", number=1)
    ]
    assert judged(*crowd, fixed=(fixed(9, room="big"),), rooms=(SMALL, BIG, Room("hall", 200))) == [
        Violation(Breach.ROOMS, (0, 1), (0,), number=2)
    ]


def test_workshops_without_a_room_for_their_whole_length_are_named() -> None:
    example = the_example()
    placements = [
        Placement(one.key, MONDAY, one.starts[0], one.duration_minutes, ()) for one in example.fields
    ]

    (violation,) = broken(example, placements)

    assert (violation.breach, violation.placements) == (Breach.ROOMS, (0, 1, 2, 3))


def test_a_pin_that_left_its_free_room_has_moved() -> None:
    pinned = two_rooms(one_day("a", 9), pins=(pin(9, room="small"),))

    def found(room: str) -> list[Breach]:
        return [one.breach for one in broken(pinned, [replace(HERE, pin="pin9a", room=room)])]

    assert (found("small"), found("big"), found(ELSEWHERE)) == ([], [Breach.PIN_MOVED], [Breach.PIN_MOVED])


@pytest.mark.parametrize("rooms", [(Room("x"), Room("x")), (Room(""), Room("x"))])
def test_rooms_are_told_apart_by_their_keys(rooms: tuple[Room, ...]) -> None:
    with pytest.raises(ValueError, match="key of its own"):
        problem(rooms=rooms)


def test_a_room_holds_someone() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Room("x", 0)
    with pytest.raises(ValueError, match="at least one"):
        Room("x", None, 0)
