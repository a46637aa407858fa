"""The timetables that come out: valid, best, the same each time, by the wall clock."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import combinations, product

import pytest

from tests.workshops.planning.problems import TUESDAYS, field, problem
from workshops.planning.greedy import improve, place
from workshops.planning.objective import score
from workshops.planning.outcome import Status
from workshops.planning.plan import Effort, plan
from workshops.planning.problem import (
    AudienceOverlap,
    Daypart,
    Demand,
    Moderator,
    Pin,
    Placement,
    Problem,
    Weights,
    moment,
)
from workshops.planning.slots import candidate_slots
from workshops.planning.verify import broken

QUICK = Effort(exact=3.0, probe=1.0, rounds=3, round=0.5)


def test_a_large_process_gets_a_valid_timetable_no_worse_than_the_greedy_one() -> None:
    many = problem(
        *(field(f"f{n}", count=4, starts=(time(10), time(18))) for n in range(5)),
        moderators=tuple(Moderator(f"m{n}", frozenset({f"f{n % 5}", f"f{(n + 1) % 5}"})) for n in range(6)),
    )
    start = place(many)
    improve(start)

    outcome = plan(many, effort=replace(QUICK, exact_up_to=1))

    assert broken(many, outcome.placements) == []
    assert outcome.score is not None
    assert outcome.score.total <= score(many, start.placements()).total


def test_nothing_scores_better_than_the_proven_best() -> None:
    small = problem(
        field("wohnen", count=2, last_day=date(2020, 9, 18), starts=(time(10), time(18))),
        field("bildung", count=1, last_day=date(2020, 9, 18), starts=(time(10), time(18))),
        overlaps=(AudienceOverlap("bildung", "wohnen", 50),),
        moderators=(
            Moderator("anna", frozenset({"wohnen", "bildung"})),
            Moderator("bilal", frozenset({"bildung"})),
        ),
    )

    outcome = plan(small)

    assert outcome.status is Status.OPTIMAL
    assert outcome.score is not None
    assert outcome.score.total == min(_totals_of_all_timetables(small))


def _totals_of_all_timetables(small: Problem) -> list[int]:
    wohnen, bildung = small.fields
    slots = candidate_slots(small, wohnen)
    totals = []
    for pair in combinations(slots, 2):
        for third, leader in product(candidate_slots(small, bildung), ["anna", "bilal"]):
            placements = [Placement("wohnen", one.day, one.start, 120, ("anna",)) for one in pair]
            placements.append(Placement("bildung", third.day, third.start, 120, (leader,)))
            if not broken(small, placements):
                totals.append(score(small, placements).total)
    return totals


def test_the_same_problem_gives_the_same_timetable() -> None:
    twice = problem(
        *(field(key, starts=(time(17), time(18)), count=4) for key in ("a", "b", "c")),
        moderators=tuple(Moderator(name, frozenset({"a", "b", "c"})) for name in ("anna", "bilal", "cem")),
    )

    assert plan(twice) == plan(twice)


def test_another_process_with_other_hashes_finds_the_same_timetable() -> None:
    script = (
        "from tests.benchmarks.planning import SIZES, made_up; from workshops.planning.plan import plan; "
        "print(plan(made_up(SIZES['small'])))"
    )

    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(found) == 1


def test_weekly_at_18_stays_18_across_the_clock_change() -> None:
    autumn = problem(
        field(
            count=4,
            weekdays=TUESDAYS,
            first_day=date(2020, 10, 6),
            last_day=date(2020, 10, 27),
            min_gap_days=7,
        )
    )

    placements = plan(autumn).placements

    assert [(one.day, one.start) for one in placements] == [
        (date(2020, 10, 6), time(18)),
        (date(2020, 10, 13), time(18)),
        (date(2020, 10, 20), time(18)),
        (date(2020, 10, 27), time(18)),
    ]
    assert [moment("Europe/Berlin", one.day, one.start).astimezone(UTC) for one in placements] == [
        datetime(2020, 10, 6, 16, tzinfo=UTC),
        datetime(2020, 10, 13, 16, tzinfo=UTC),
        datetime(2020, 10, 20, 16, tzinfo=UTC),
        datetime(2020, 10, 27, 17, tzinfo=UTC),
    ]


def test_a_wall_clock_time_that_the_clock_change_skips_is_no_candidate() -> None:
    night = field(
        starts=(time(2, 30),),
        first_day=date(2021, 3, 27),
        last_day=date(2021, 3, 29),
        weekdays=frozenset(range(7)),
    )

    assert [slot.day for slot in candidate_slots(problem(night), night)] == [
        date(2021, 3, 27),
        date(2021, 3, 29),
    ]


def test_people_are_asked_when_they_can() -> None:
    wished = problem(field(count=1, demand=(Demand(3, Daypart.EVENING, 38), Demand(1, Daypart.EVENING, 5))))

    assert [one.day.weekday() for one in plan(wished).placements] == [3]


@pytest.mark.parametrize(
    ("weights", "weekdays"),
    [
        (Weights(preference=10, variety=0), [1, 1, 1]),
        (Weights(preference=0, variety=10), [1, 2, 3]),
    ],
)
def test_weights_decide_between_the_wanted_day_and_different_days(
    weights: Weights, weekdays: list[int]
) -> None:
    tuesdays_only = field(
        weekdays=frozenset({1, 2, 3}), demand=(Demand(1, None, 30), Demand(2, None, 10), Demand(3, None, 10))
    )

    placements = plan(problem(tuesdays_only, weights=weights)).placements

    assert sorted(one.day.weekday() for one in placements) == weekdays


def test_fields_with_the_same_audience_are_not_at_once() -> None:
    two_evenings = {"count": 1, "last_day": date(2020, 9, 15), "weekdays": frozenset({0, 1}), "demand": ()}
    together = problem(
        field("a", **two_evenings),
        field("b", **two_evenings),
        moderators=(Moderator("anna", frozenset({"a"})), Moderator("bilal", frozenset({"b"}))),
        overlaps=(AudienceOverlap("a", "b", 60),),
    )

    outcome = plan(together)

    assert len({one.day for one in outcome.placements}) == 2
    assert outcome.score is not None
    assert outcome.score.audience == 0


def test_moderators_carry_an_even_load() -> None:
    shared = problem(
        field(count=6, starts=(time(18),)),
        moderators=tuple(Moderator(name, frozenset({"wohnen"})) for name in ("anna", "bilal", "cem")),
    )

    led = [one.moderators for one in plan(shared).placements]

    assert sorted(led) == [("anna",), ("anna",), ("bilal",), ("bilal",), ("cem",), ("cem",)]


def test_pinned_workshops_stay_and_the_rest_is_planned_around_them() -> None:
    saturday = Pin("7", "wohnen", date(2020, 9, 19), time(11), 120)

    outcome = plan(problem(field(min_gap_days=7), pins=(saturday,)))

    pinned = [one for one in outcome.placements if one.pin == "7"]
    assert [(one.day, one.start, one.moderators) for one in pinned] == [
        (date(2020, 9, 19), time(11), ("anna",))
    ]
    assert len(outcome.placements) == 3
    assert all(abs((one.day - date(2020, 9, 19)).days) >= 7 for one in outcome.placements if one.pin is None)


def test_progress_rises_to_a_hundred() -> None:
    heard: list[int] = []

    plan(problem(), progress=heard.append)

    assert heard == sorted(set(heard))
    assert heard[-1] == 100


def test_a_process_that_only_shows_pages_never_loads_the_solver() -> None:
    script = (
        "import sys, workshops.planning, workshops.planning.verify, workshops.planning.counts, "
        "workshops.planning.outcome; print('ortools' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
