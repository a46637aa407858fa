"""Second rooms of workshops that stand: nobody is planned into them, and they are named if that is why."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workshops.planning.problems import MONDAY
from tests.workshops.planning.room_problems import (
    BIG,
    SMALL,
    fits,
    fixed,
    one_day,
    pin,
    rooms_hold,
    standing,
    timetables,
    two_rooms,
)
from workshops.planning.breaches import Breach, Violation
from workshops.planning.conflicts import explain, is_possible
from workshops.planning.greedy import improve, place
from workshops.planning.model import TimetableModel
from workshops.planning.outcome import BrokenRule, Rule, Status, Suggestion, Way
from workshops.planning.plan import Effort, plan
from workshops.planning.problem import ELSEWHERE, Daypart, Demand, Placement, Problem, Room
from workshops.planning.rulebook import RuleBook
from workshops.planning.verify import broken

EFFORT = 5.0
LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much]
BY_NEIGHBOURHOODS = Effort(exact_up_to=0, rounds=4)


def where(problem: Problem, effort: Effort | None = None) -> list[tuple[str, int, str]]:
    outcome = plan(problem, effort=effort)
    assert rooms_hold(problem, outcome.placements)
    return [(one.field, one.start.hour, one.room) for one in outcome.placements]


@pytest.mark.parametrize("effort", [None, BY_NEIGHBOURHOODS])
def test_nobody_is_planned_into_a_second_room_that_is_taken_then(effort: Effort | None) -> None:
    by_a_fixed = two_rooms(one_day("b", 9, 10, seats=50), fixed=(fixed(9, room=ELSEWHERE, second=("big",)),))
    by_a_pin = two_rooms(
        one_day("a", 9),
        one_day("b", 9, 10, seats=50),
        pins=(pin(9, room="small", second=("big",)),),
    )
    assert where(by_a_fixed, effort) == [("b", 10, "big")]
    assert where(by_a_pin, effort) == [("a", 9, "small"), ("b", 10, "big")]


def test_the_greedy_start_leaves_second_rooms_alone() -> None:
    state = place(
        two_rooms(
            one_day("a", 9),
            one_day("b", 9, 10, seats=50),
            pins=(pin(9, room="small", second=("big",)),),
        )
    )
    improve(state)
    assert [(one.field, one.start.hour) for one in state.placements()] == [("a", 9), ("b", 10)]


def test_it_leaves_to_those_without_a_room_one_that_is_no_second_room() -> None:
    waiting = two_rooms(
        one_day("a", 9),
        one_day("b", 9, 10, seats=50),
        pins=(pin(9, room=ELSEWHERE, second=("small",)),),
        fixed=(fixed(9),),
    )
    found = place(waiting).placements()
    assert [(one.field, one.start.hour) for one in found] == [("a", 9), ("b", 10)]


def test_large_processes_leave_the_second_rooms_of_the_fields_they_hold() -> None:
    """Four fields are more than are planned at once; the one of the large room would rather be early."""
    wishing = replace(
        one_day("b", 9, 14, seats=50), interested=10, demand=(Demand(None, Daypart.MORNING, 10),)
    )
    day = two_rooms(
        one_day("a", 9),
        wishing,
        *(one_day(key, hour) for key, hour in (("c", 16), ("d", 17))),
        pins=(pin(9, room=ELSEWHERE, second=("big",)),),
    )
    assert where(day, Effort(exact_up_to=0, rounds=8))[:2] == [("a", 9, ELSEWHERE), ("b", 14, "big")]


def test_a_second_room_takes_as_many_places_as_it_is_named() -> None:
    hall = Room("hall", None, 3)
    crowd = [one_day(key, 9) for key in "bc"]
    twice = fixed(9, room=ELSEWHERE, second=("hall", "hall"))
    assert plan(two_rooms(*crowd[:1], rooms=(hall,), fixed=(twice,))).status is Status.OPTIMAL
    assert plan(two_rooms(*crowd, rooms=(hall,), fixed=(twice,))).status is Status.INFEASIBLE


def test_a_pin_gives_up_its_room_for_the_second_room_of_another() -> None:
    stands = two_rooms(
        one_day("a", 9),
        one_day("b", 9),
        pins=(pin(9, room="small"), pin(9, field="b", room=ELSEWHERE, second=("small",))),
    )
    assert where(stands) == [("a", 9, "big"), ("b", 9, ELSEWHERE)]


def test_a_second_room_elsewhere_or_unknown_takes_nothing() -> None:
    free = two_rooms(
        one_day("b", 9, seats=50), fixed=(fixed(9, room=ELSEWHERE, second=(ELSEWHERE, "retired")),)
    )
    assert where(free) == [("b", 9, "big")]


# --- what the check says ---------------------------------------------------------------------------

HERE = Placement("b", MONDAY, time(9), 60, (), None, "big")


def test_the_check_names_who_is_in_a_second_room() -> None:
    taken = two_rooms(one_day("b", 9, seats=50), fixed=(fixed(9, room="small", second=("big",)),))
    assert broken(taken, [HERE]) == [Violation(Breach.ROOMS, (0,), (0,), room="big", number=1)]
    own = two_rooms(one_day("b", 9, seats=50))
    assert broken(own, [replace(HERE, second_rooms=("big",))]) == [
        Violation(Breach.ROOMS, (0,), room="big", number=1)
    ]
    assert broken(own, [replace(HERE, second_rooms=("small",))]) == []


def test_the_check_knows_a_pins_second_rooms_unless_it_is_told_others() -> None:
    stands = two_rooms(
        one_day("b", 9, seats=50),
        pins=(pin(9, field="b", room="big", second=("small",)),),
        fixed=(fixed(9, room="small"),),
    )
    there = replace(HERE, pin="pin9b")
    assert broken(stands, [there]) == [Violation(Breach.ROOMS, (0,), (0,), room="small", number=1)]
    assert broken(stands, [replace(there, second_rooms=())]) == []


# --- why there is no timetable ---------------------------------------------------------------------


def test_a_second_room_that_is_not_free_is_named_as_the_reason() -> None:
    """Planning moves no pin, so nothing else will do."""
    taken = two_rooms(
        one_day("a", 9),
        pins=(pin(9, room="small", second=("big",)),),
        fixed=(fixed(9, room="big"),),
    )
    (conflict,) = explain(taken, effort=EFFORT)
    assert conflict.rules == (
        BrokenRule(Rule.PIN, "pin9a"),
        BrokenRule(Rule.ROOMS),
        BrokenRule(Rule.SECOND_ROOM, "pin9a"),
    )
    assert Suggestion(Way.ANOTHER_SECOND_ROOM, "pin9a") in conflict.suggestions
    assert plan(replace(taken, pins=(pin(9, room="small"),))).status is Status.OPTIMAL


def test_a_second_room_that_others_would_need_is_named_as_the_reason() -> None:
    crowded = two_rooms(
        one_day("a", 9),
        one_day("b", 9, seats=50),
        pins=(pin(9, room="small", second=("big",)),),
    )
    (conflict,) = explain(crowded, effort=EFFORT)
    assert BrokenRule(Rule.SECOND_ROOM, "pin9a") in conflict.rules
    assert Suggestion(Way.ANOTHER_SECOND_ROOM, "pin9a") in conflict.suggestions


# --- trying everything -----------------------------------------------------------------------------


@st.composite
def crowded_days(draw: st.DrawFn) -> Problem:
    """Two rooms, two hours, and hardly a workshop without a second room: each place counts."""
    rooms = (SMALL, replace(BIG, parallel=draw(st.integers(1, 2))))
    second = st.lists(st.sampled_from(["small", "big"]), max_size=2).map(lambda keys: tuple(sorted(keys)))
    chosen = st.sampled_from(["", "small", "big", ELSEWHERE])
    hours = st.integers(9, 10)
    pins = tuple(
        pin(hour, room=draw(chosen), second=draw(second)) for hour in sorted(draw(st.sets(hours, max_size=2)))
    )
    drawn = two_rooms(
        one_day("a", 9, 10, count=len(pins) + draw(st.integers(0, 1))),
        one_day("b", 9, 10, seats=draw(st.sampled_from([10, 50]))),
        rooms=rooms,
        pins=pins,
        fixed=tuple(
            fixed(hour, room=draw(chosen), second=draw(second)) for hour in draw(st.lists(hours, max_size=1))
        ),
    )
    stands = fits(drawn, [one for one in standing(drawn) if one[3]])
    return drawn if stands else replace(drawn, fixed=())


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=LAX)
@given(crowded_days())
def test_with_second_rooms_a_timetable_is_found_if_and_only_if_there_is_one(day: Problem) -> None:
    is_there = next(timetables(day), None) is not None

    assert is_possible(day, effort=EFFORT) is is_there
    bare = TimetableModel(day)
    solved = bare.model.solve(effort=EFFORT, seed=1)
    assert solved.has_values is is_there
    book = RuleBook(day)
    assert book.collide(frozenset(book.rules), effort=EFFORT) is not is_there
    for placements in [bare.placements(solved), plan(day).placements] if is_there else []:
        assert broken(day, placements) == []
        assert rooms_hold(day, placements)
