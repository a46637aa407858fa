"""Whatever the problem: what comes out passes the independent check."""

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workshops.planning.problems import MONDAY, field
from workshops.planning.greedy import improve, place
from workshops.planning.objective import score
from workshops.planning.outcome import Status
from workshops.planning.plan import Effort, plan
from workshops.planning.problem import (
    Absence,
    AudienceOverlap,
    Closed,
    FixedWorkshop,
    Moderator,
    Pin,
    Problem,
    anonymous_rooms,
    moment,
)
from workshops.planning.verify import broken

QUICK = Effort(exact=3.0, probe=1.0, rounds=3, round=0.5)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    keys = ["a", "b", "c"][: draw(st.integers(1, 3))]
    fields = tuple(
        field(
            key,
            count=draw(st.integers(0, 4)),
            duration_minutes=draw(st.sampled_from([60, 120, 180])),
            weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
            starts=tuple(draw(st.sets(st.sampled_from([time(10), time(17, 30), time(18)]), min_size=1))),
            last_day=MONDAY + timedelta(days=draw(st.integers(0, 27))),
            min_gap_days=draw(st.integers(0, 7)),
            moderators_needed=draw(st.integers(0, 2)),
            languages=frozenset(draw(st.sets(st.sampled_from(["ar"]), max_size=1))),
        )
        for key in keys
    )
    moderators = tuple(
        Moderator(
            name,
            frozenset(draw(st.sets(st.sampled_from(keys), min_size=1))),
            frozenset(draw(st.sets(st.sampled_from(["ar", "tr"])))),
            tuple(
                Absence(
                    away := moment("Europe/Berlin", MONDAY + timedelta(days=day), time(9)),
                    away + timedelta(days=2),
                )
                for day in draw(st.sets(st.integers(0, 27), max_size=2))
            ),
        )
        for name in ["anna", "bilal", "cem"][: draw(st.integers(0, 3))]
    )
    pins = tuple(
        Pin(f"pin{number}", keys[0], MONDAY + timedelta(days=day), time(17), 120, leads)
        for number, (day, leads) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.integers(0, 27),
                        st.sampled_from([(), tuple(one.key for one in moderators[:1])]),
                    ),
                    max_size=2,
                )
            )
        )
    )
    fixed = tuple(
        FixedWorkshop(
            draw(st.sampled_from([*keys, "other"])),
            moment("Europe/Berlin", MONDAY + timedelta(days=day), time(18)),
            90,
            tuple(one.key for one in moderators[:1]),
        )
        for day in draw(st.sets(st.integers(0, 27), max_size=3))
    )
    closed = {
        MONDAY + timedelta(days=day): draw(st.sampled_from(list(Closed)))
        for day in draw(st.sets(st.integers(0, 27), max_size=5))
    }
    return Problem(
        "Europe/Berlin",
        fields,
        moderators,
        rooms=anonymous_rooms(draw(st.integers(1, 2))),
        break_minutes=draw(st.sampled_from([0, 45])),
        closed=closed,
        overlaps=(AudienceOverlap("a", "b", 30),) if len(keys) > 1 else (),
        pins=pins,
        fixed=fixed,
    )


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_whatever_comes_out_passes_the_independent_check(any_problem: Problem) -> None:
    # Only the reasons are costly, and they have their own test.
    outcome = plan(any_problem, effort=replace(QUICK, probe=0.3))

    if outcome.status in (Status.OPTIMAL, Status.GOOD):
        assert broken(any_problem, outcome.placements) == []
        assert len(outcome.placements) == any_problem.workshop_count
        assert outcome.score == score(any_problem, outcome.placements)
    else:
        assert outcome.conflicts or outcome.status is Status.NOT_FOUND


@settings(max_examples=40, deadline=None, derandomize=True)
@given(problems())
def test_a_greedy_timetable_without_gaps_passes_the_independent_check(any_problem: Problem) -> None:
    any_problem = replace(any_problem, pins=())
    state = place(any_problem)
    improve(state)

    missing = {key for key, _ in state.unplaced()}
    complete = [one.key for one in any_problem.fields if one.key not in missing]
    assert [one.field for one in broken(any_problem, state.placements()) if one.field in complete] == []
