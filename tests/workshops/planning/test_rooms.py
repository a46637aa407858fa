"""Named rooms: who gets which, what stands, and what the check says of rooms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from tests.workshops.planning.problems import MONDAY, field, problem
from tests.workshops.planning.room_problems import (
    BIG,
    SMALL,
    fixed,
    one_day,
    pin,
    rooms_hold,
    the_example,
    two_rooms,
)
from workshops.planning.breaches import Breach, Violation
from workshops.planning.greedy import improve, place
from workshops.planning.outcome import Status
from workshops.planning.plan import Effort, plan
from workshops.planning.problem import (
    ELSEWHERE,
    FixedWorkshop,
    Moderator,
    Placement,
    Room,
    anonymous_rooms,
)
from workshops.planning.slots import near_groups, slot_at
from workshops.planning.verify import broken, verify


def rooms_of(placements: Sequence[Placement]) -> list[tuple[str, int, str]]:
    return [(one.field, one.start.hour, one.room) for one in placements]


# who gets which


def test_a_small_workshop_in_the_big_room_when_a_big_one_comes_is_no_timetable() -> None:
    outcome = plan(the_example())

    assert outcome.status is Status.INFEASIBLE
    assert place(the_example()).unplaced() != ()


def test_the_same_workshops_fit_with_one_more_small_room() -> None:
    example = the_example()

    outcome = plan(replace(example, rooms=(*example.rooms, Room("small2", 10))))

    assert rooms_of(outcome.placements) == [
        ("b1", 8, "big"),
        ("s1", 8, "small"),
        ("s2", 13, "small2"),
        ("b2", 15, "big"),
    ]


def test_each_is_in_a_room_with_enough_seats_and_small_ones_leave_the_big_room_to_others() -> None:
    outcome = plan(two_rooms(one_day("a", 9, seats=10), one_day("b", 9, seats=11)))

    assert rooms_of(outcome.placements) == [("a", 9, "small"), ("b", 9, "big")]


def test_rooms_that_are_alike_are_dealt_out_in_their_order() -> None:
    outcome = plan(two_rooms(*(one_day(key, 9) for key in "abc"), rooms=(Room("x"), Room("y", None, 2))))

    assert rooms_of(outcome.placements) == [("a", 9, "x"), ("b", 9, "y"), ("c", 9, "y")]


def test_without_named_rooms_a_workshops_room_has_no_name() -> None:
    nameless = problem(one_day("a", 9, seats=500), one_day("b", 9), moderators=(), rooms=anonymous_rooms(2))

    assert rooms_of(plan(nameless).placements) == [("a", 9, ""), ("b", 9, "")]


def test_large_processes_keep_to_their_rooms_too() -> None:
    many = problem(
        *(
            field(
                f"f{n}", count=3, starts=(time(16 + n % 3),), duration_minutes=60 + 60 * (n % 2), seats=seats
            )
            for n, seats in enumerate([10, 10, 10, 50, 50])
        ),
        moderators=tuple(Moderator(f"m{n}", frozenset({f"f{n % 5}", f"f{(n + 1) % 5}"})) for n in range(6)),
        rooms=(SMALL, BIG),
    )

    outcome = plan(many, effort=Effort(exact_up_to=1, rounds=3, round=0.5, probe=1.0))

    assert outcome.status is Status.GOOD
    assert broken(many, outcome.placements) == []
    assert {one.room for one in outcome.placements} == {"small", "big"}


def test_planning_twice_deals_out_the_same_rooms() -> None:
    some = two_rooms(
        *(one_day(key, 9, 10, 11, minutes=120, seats=5) for key in "ab"), one_day("c", 9, seats=50)
    )

    assert plan(some) == plan(some)


# what stands


def test_a_fixed_workshop_blocks_the_room_it_is_in_and_only_that() -> None:
    standing = two_rooms(
        one_day("a", 9, 10, seats=50), one_day("b", 9, seats=5), fixed=(fixed(9, room="big"),)
    )

    assert rooms_of(plan(standing).placements) == [("b", 9, "small"), ("a", 10, "big")]


def test_a_fixed_workshop_without_a_room_takes_whichever_leaves_room_for_the_others() -> None:
    def outcome(seats: int) -> Status:
        return plan(two_rooms(one_day("a", 9, seats=seats), fixed=(fixed(9, seats=5),))).status

    assert (outcome(5), outcome(50)) == (Status.OPTIMAL, Status.OPTIMAL)
    crowded = two_rooms(one_day("a", 9), one_day("b", 9), fixed=(fixed(9),))
    assert plan(crowded).status is Status.INFEASIBLE


@pytest.mark.parametrize(
    "elsewhere", [fixed(9, room=ELSEWHERE), fixed(9, room="closed long ago"), fixed(9, seats=51)]
)
def test_a_fixed_workshop_elsewhere_or_too_large_for_all_takes_no_room(elsewhere: FixedWorkshop) -> None:
    full = two_rooms(one_day("a", 9), one_day("b", 9, seats=50), fixed=(elsewhere,))

    assert rooms_of(plan(full).placements) == [("a", 9, "small"), ("b", 9, "big")]


def test_rooms_with_fixed_workshops_in_them_are_not_interchangeable() -> None:
    """Never more than two at once in two rooms alike, but neither is free from 9 to 12."""
    alike = {"rooms": (Room("x"), Room("y")), "fixed": (fixed(9, room="x"), fixed(11, room="y"))}

    assert plan(two_rooms(one_day("a", 9, minutes=180), **alike)).status is Status.INFEASIBLE
    assert rooms_of(plan(two_rooms(one_day("a", 9, minutes=120), **alike)).placements) == [("a", 9, "y")]


def test_a_pin_keeps_its_room_even_if_it_is_too_small() -> None:
    pinned = two_rooms(
        one_day("a", 12, seats=20, count=2), one_day("b", 9), pins=(pin(9, seats=20, room="small"),)
    )

    outcome = plan(pinned)

    assert rooms_of(outcome.placements) == [("a", 9, "small"), ("b", 9, "big"), ("a", 12, "big")]
    assert [one for one in verify(pinned, outcome.placements) if one.breach is Breach.ROOM_SEATS] == [
        Violation(Breach.ROOM_SEATS, (0,), field="a", room="small", number=20, excused=True)
    ]


def test_a_pin_whose_room_others_have_taken_gets_another() -> None:
    taken = two_rooms(one_day("a", 12), pins=(pin(9, room="small"),), fixed=(fixed(9, room="small"),))

    assert rooms_of(plan(taken).placements) == [("a", 9, "big")]


def test_of_two_pins_in_one_room_the_first_keeps_it() -> None:
    both = two_rooms(
        one_day("a", 12),
        one_day("b", 12),
        pins=(pin(9, room="big", field="b"), pin(9, room="big", field="a")),
    )

    assert rooms_of(plan(both).placements) == [("a", 9, "small"), ("b", 9, "big")]


def test_a_pin_elsewhere_takes_no_room() -> None:
    away = two_rooms(
        one_day("a", 12), one_day("b", 9), rooms=(SMALL,), pins=(pin(9, seats=99, room=ELSEWHERE),)
    )

    assert rooms_of(plan(away).placements) == [("a", 9, ELSEWHERE), ("b", 9, "small")]


def test_a_pin_without_a_room_needs_one_with_its_own_seats() -> None:
    pinned = two_rooms(one_day("a", 12, seats=5), one_day("b", 9), pins=(pin(9, seats=11),))

    assert rooms_of(plan(pinned).placements) == [("a", 9, "big"), ("b", 9, "small")]


def test_short_pins_one_after_the_other_are_not_at_once_because_of_a_long_slot_beside_them() -> None:
    pinned = two_rooms(one_day("a", 9, minutes=180, count=2), pins=(pin(9), pin(10)))

    assert plan(pinned).status is Status.OPTIMAL
    assert [[one.start.hour for one in group] for group in near_groups(_slots(9, 180, 9, 60, 10, 60), 0)] == [
        [9, 9],
        [9, 10],
    ]


def _slots(*hours_and_minutes: int) -> list[Any]:
    pairs = zip(hours_and_minutes[::2], hours_and_minutes[1::2], strict=True)
    return [slot_at("Europe/Berlin", MONDAY, time(hour), minutes) for hour, minutes in pairs]


def test_the_greedy_start_moves_workshops_without_overfilling_a_room() -> None:
    some = two_rooms(
        *(one_day(key, 9, 10, 11, minutes=120, seats=5, count=1) for key in "ab"),
        one_day("c", 9, 10, seats=50),
        fixed=(fixed(11, room="small"),),
    )
    state = place(some)
    improve(state)

    assert rooms_hold(some, state.placements())
