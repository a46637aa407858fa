"""Rooms of any sizes: the planner, its greedy start and its check agree with trying everything."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workshops.planning.problems import MONDAY
from tests.workshops.planning.room_problems import fits, problems, rooms_hold, standing, timetables
from workshops.planning.breaches import Breach
from workshops.planning.conflicts import colliding_fields, colliding_rules, is_possible, only_fields
from workshops.planning.greedy import improve, place
from workshops.planning.model import TimetableModel
from workshops.planning.plan import plan
from workshops.planning.problem import Placement, Problem
from workshops.planning.rulebook import RuleBook
from workshops.planning.verify import broken, verify

EFFORT = 5.0
LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=LAX)
@given(problems())
def test_a_timetable_is_found_if_and_only_if_there_is_one(any_problem: Problem) -> None:
    is_there = next(timetables(any_problem), None) is not None

    assert is_possible(any_problem, effort=EFFORT) is is_there
    bare = TimetableModel(any_problem)
    solved = bare.model.solve(effort=EFFORT, seed=1)
    assert solved.has_values is is_there
    for placements in [bare.placements(solved), plan(any_problem).placements] if is_there else []:
        assert broken(any_problem, placements) == []
        assert rooms_hold(any_problem, placements)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=LAX)
@given(problems())
def test_the_greedy_start_never_overfills_a_room(any_problem: Problem) -> None:
    # Pins stand wherever staff put them, even if nothing is left for them there.
    free = only_fields(any_problem, [one.key for one in any_problem.fields if one.key != "a"])
    state = place(free)
    improve(state)

    assert rooms_hold(free, state.placements())


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=LAX)
@given(problems(), st.data())
def test_the_check_names_full_rooms_and_small_rooms_and_no_others(
    any_problem: Problem, data: st.DataObject
) -> None:
    keys = [room.key for room in any_problem.rooms]
    rooms, second = st.sampled_from(["", *keys]), st.lists(st.sampled_from(keys), max_size=1)
    placements = [
        Placement(
            one.key,
            MONDAY,
            data.draw(st.sampled_from(one.starts)),
            one.duration_minutes,
            (),
            None,
            room,
            second_rooms=tuple(data.draw(second)),
        )
        for one in any_problem.fields
        for room in data.draw(st.lists(rooms, min_size=one.count, max_size=one.count))
    ]
    stays = [
        (one.start.hour * 60, one.start.hour * 60 + one.duration_minutes, any_problem.seats_of(one), one.room)
        for one in placements
    ]
    too_small = [
        index
        for index, (_, _, seats, key) in enumerate(stays)
        if not any(room.has_seats_for(seats) for room in any_problem.rooms if key in ("", room.key))
    ]
    inside = [stay for index, stay in enumerate(stays) if stay[3] or index not in too_small]
    inside += [
        (stay[0], stay[1], 0, key)
        for stay, one in zip(stays, placements, strict=True)
        for key in one.second_rooms or ()
    ]

    found = verify(any_problem, placements)

    assert [one.placements[0] for one in found if one.breach is Breach.ROOM_SEATS] == too_small
    is_full = any(one.breach is Breach.ROOMS for one in found)
    assert is_full is not fits(any_problem, standing(any_problem) + inside)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=LAX)
@given(problems())
def test_without_any_one_of_the_rules_named_the_others_can_hold(any_problem: Problem) -> None:
    if is_possible(any_problem, effort=EFFORT):
        return
    part = only_fields(any_problem, colliding_fields(any_problem, effort=EFFORT))

    rules = colliding_rules(part, effort=EFFORT)

    assert rules
    book = RuleBook(part)
    assert book.collide(rules, effort=EFFORT)
    assert [rule for rule in rules if book.collide(rules - {rule}, effort=EFFORT)] == []
