"""Why rooms leave no timetable, and which room would open a way."""

from dataclasses import replace

from tests.workshops.planning.problems import problem
from tests.workshops.planning.room_problems import one_day, the_example
from workshops.planning.conflicts import explain
from workshops.planning.outcome import BrokenRule, Conflict, Rule, Suggestion, Way
from workshops.planning.plan import plan
from workshops.planning.problem import Field, Pin, Problem, Room
from workshops.planning.rooms import rooms_in_question, seats_needed

EFFORT = 5.0
SMALL, BIG = Room("small", 10, 3), Room("big", 50)


def rooms(*fields: Field, **changes: object) -> Problem:
    return problem(*fields, **({"rooms": (SMALL, BIG), "moderators": ()} | changes))


def only_conflict(impossible: Problem) -> Conflict:
    (conflict,) = explain(impossible, effort=EFFORT)
    return conflict


def opens_a_way(impossible: Problem, room: Room) -> bool:
    return plan(replace(impossible, rooms=(*impossible.rooms, room))).placements != ()


def test_more_seats_than_any_room_has_are_named_alone_with_a_room_that_has_them() -> None:
    impossible = rooms(one_day("a", 9, seats=80), one_day("b", 9, seats=10))

    conflict = only_conflict(impossible)

    assert conflict.rules == (BrokenRule(Rule.COUNT, "a"), BrokenRule(Rule.ROOM_SEATS, "a"))
    assert (conflict.needed, conflict.available) == (1, 0)
    assert conflict.suggestions == (
        Suggestion(Way.FEWER_SEATS, "a", seats=50),
        Suggestion(Way.LARGER_ROOM, "a", seats=80),
    )
    assert not opens_a_way(impossible, Room("new", 79))
    assert opens_a_way(impossible, Room("new", 80))


def test_rooms_with_enough_seats_are_too_few_though_others_are_free() -> None:
    impossible = rooms(one_day("a", 9, seats=40), one_day("b", 9, seats=30))

    conflict = only_conflict(impossible)

    assert {
        BrokenRule(Rule.ROOMS),
        BrokenRule(Rule.ROOM_SEATS, "a"),
        BrokenRule(Rule.ROOM_SEATS, "b"),
    } <= set(conflict.rules)
    assert rooms_in_question(impossible, conflict.rules) == (1, 30)
    assert [one for one in conflict.suggestions if one.way is Way.MORE_ROOMS] == [
        Suggestion(Way.MORE_ROOMS, number=2, seats=30)
    ]
    assert Suggestion(Way.FEWER_SEATS, "a", seats=10) in conflict.suggestions
    assert Way.LARGER_ROOM not in {one.way for one in conflict.suggestions}


def test_where_all_rooms_are_taken_their_sizes_are_no_part_of_the_reason() -> None:
    impossible = rooms(*(one_day(key, 9, seats=10) for key in "abcde"))

    conflict = only_conflict(impossible)

    assert BrokenRule(Rule.ROOMS) in conflict.rules
    assert [one for one in conflict.rules if one.rule is Rule.ROOM_SEATS] == []
    assert rooms_in_question(impossible, conflict.rules) == (4, None)
    assert [one for one in conflict.suggestions if one.way is Way.MORE_ROOMS] == [
        Suggestion(Way.MORE_ROOMS, number=5)
    ]


def test_the_smallest_room_that_opens_a_way_is_suggested() -> None:
    conflict = only_conflict(the_example())

    assert (conflict.needed, conflict.available) == (4, 3)
    assert Suggestion(Way.MORE_ROOMS, number=3, seats=10) in conflict.suggestions


def test_fixed_workshops_in_the_only_large_room_are_part_of_the_reason() -> None:
    pinned = rooms(
        one_day("a", 9, seats=50),
        one_day("b", 12, seats=50),
        pins=(Pin("1", "b", one_day("b").first_day, one_day("x", 9).starts[0], 60, (), 50, "big"),),
    )

    conflict = only_conflict(pinned)

    assert {BrokenRule(Rule.PIN, "1"), BrokenRule(Rule.ROOMS), BrokenRule(Rule.ROOM_SEATS, "a")} <= set(
        conflict.rules
    )
    assert Suggestion(Way.UNPIN, "1") in conflict.suggestions
    assert Suggestion(Way.MORE_ROOMS, number=2, seats=50) in conflict.suggestions


def test_a_fixed_draft_may_need_more_seats_than_its_field() -> None:
    day = one_day("a", 9)
    pinned = rooms(one_day("a", 9, seats=10), pins=(Pin("1", "a", day.first_day, day.starts[0], 60, (), 80),))

    conflict = only_conflict(pinned)

    assert conflict.rules == (BrokenRule(Rule.PIN, "1"), BrokenRule(Rule.ROOM_SEATS, "a"))
    assert seats_needed(pinned, "a") == 80
    assert Suggestion(Way.LARGER_ROOM, "a", seats=80) in conflict.suggestions


def test_nameless_rooms_may_be_too_small_as_well() -> None:
    impossible = rooms(one_day("a", 9, seats=80), rooms=(Room("", 50, 2),))

    assert Suggestion(Way.LARGER_ROOM, "a", seats=80) in only_conflict(impossible).suggestions
