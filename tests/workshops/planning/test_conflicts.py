"""Why there is no timetable, and what would open a way."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workshops.planning.problems import MONDAY, TUESDAYS, field, problem
from workshops.planning.conflicts import colliding_fields, colliding_rules, explain, is_possible, only_fields
from workshops.planning.outcome import BrokenRule, Rule, Status, Suggestion, Way
from workshops.planning.plan import plan
from workshops.planning.problem import (
    Absence,
    Closed,
    Moderator,
    Pin,
    Problem,
    anonymous_rooms,
    days_between,
    moment,
)
from workshops.planning.rulebook import RuleBook

EFFORT = 5.0


AWAY = Absence(
    moment("Europe/Berlin", date(2020, 9, 22), time(0)), moment("Europe/Berlin", date(2020, 9, 23), time(0))
)


def test_too_few_evenings_are_named_with_what_would_open_a_way() -> None:
    """The issue's own example: three evenings needed, two left."""
    tight = problem(field(weekdays=TUESDAYS, last_day=date(2020, 9, 27), min_gap_days=2))

    outcome = plan(tight)

    assert outcome.status is Status.INFEASIBLE
    (conflict,) = outcome.conflicts
    assert conflict.rules == (
        BrokenRule(Rule.COUNT, "wohnen"),
        BrokenRule(Rule.GAP, "wohnen"),
        BrokenRule(Rule.WEEKDAYS, "wohnen"),
        BrokenRule(Rule.WINDOW, "wohnen"),
    )
    assert (conflict.needed, conflict.available) == (3, 2)
    assert conflict.suggestions == (
        Suggestion(Way.FEWER_WORKSHOPS, "wohnen", number=2),
        Suggestion(Way.ALLOW_WEEKDAY, "wohnen", number=3),
        Suggestion(Way.EXTEND_TO, "wohnen", day=date(2020, 9, 29)),
    )


TIGHT: dict[str, Any] = {"weekdays": TUESDAYS, "last_day": date(2020, 9, 27), "count": 2}


@pytest.mark.parametrize(
    ("impossible", "rule", "suggestion"),
    [
        (
            problem(
                field("a", **TIGHT),
                field("b", **TIGHT),
                moderators=tuple(Moderator(name, frozenset({"a", "b"})) for name in ("anna", "bilal")),
                rooms=anonymous_rooms(1),
            ),
            BrokenRule(Rule.ROOMS),
            Suggestion(Way.MORE_ROOMS, number=2),
        ),
        (
            problem(field("a", **TIGHT), field("b", **TIGHT), rooms=anonymous_rooms(2)),
            BrokenRule(Rule.ONE_AT_A_TIME),
            Suggestion(Way.ANOTHER_MODERATOR, "a"),
        ),
        (
            problem(field(**TIGHT), closed={date(2020, 9, 15): Closed.SCHOOL_HOLIDAY}),
            BrokenRule(Rule.SCHOOL_HOLIDAYS),
            Suggestion(Way.USE_SCHOOL_HOLIDAYS),
        ),
        (
            problem(field(**TIGHT), closed={date(2020, 9, 15): Closed.BLOCKED}),
            BrokenRule(Rule.BLOCKED_DAYS),
            Suggestion(Way.USE_BLOCKED_DAYS),
        ),
        (
            problem(field(**TIGHT), moderators=(Moderator("anna", frozenset({"other"})),)),
            BrokenRule(Rule.APPOINTED, "wohnen"),
            Suggestion(Way.APPOINT, "wohnen", moderator="anna"),
        ),
        (
            problem(field(**TIGHT), moderators=()),
            BrokenRule(Rule.MODERATORS_NEEDED, "wohnen"),
            Suggestion(Way.ANOTHER_MODERATOR, "wohnen"),
        ),
        (
            problem(field(**TIGHT, languages=frozenset({"ar"}))),
            BrokenRule(Rule.LANGUAGES, "wohnen"),
            Suggestion(Way.ANOTHER_MODERATOR, "wohnen"),
        ),
        (
            problem(field(**TIGHT), moderators=(Moderator("anna", frozenset({"wohnen"}), absences=(AWAY,)),)),
            BrokenRule(Rule.ABSENCE, "anna"),
            Suggestion(Way.BE_AVAILABLE, "anna"),
        ),
        (
            problem(field(**TIGHT | {"min_gap_days": 8})),
            BrokenRule(Rule.GAP, "wohnen"),
            Suggestion(Way.SHORTEN_GAP, "wohnen", number=7),
        ),
        (
            problem(
                field(min_gap_days=3),
                pins=(
                    Pin("1", "wohnen", date(2020, 9, 16), time(18), 120),
                    Pin("2", "wohnen", date(2020, 9, 17), time(18), 120),
                ),
            ),
            BrokenRule(Rule.PIN, "1"),
            Suggestion(Way.UNPIN, "1"),
        ),
    ],
    ids=lambda one: one.rule.value if isinstance(one, BrokenRule) else "",
)
def test_the_rule_in_the_way_is_named_and_what_would_open_one(
    impossible: Problem, rule: BrokenRule, suggestion: Suggestion
) -> None:
    (conflict,) = explain(impossible, effort=EFFORT)

    assert rule in conflict.rules
    assert suggestion in conflict.suggestions


def test_a_missing_start_time_is_suggested() -> None:
    noon_only = (
        Absence(moment("Europe/Berlin", MONDAY, time(17)), moment("Europe/Berlin", MONDAY, time(21))),
    )
    evening = problem(
        field(count=1, weekdays=frozenset({0}), last_day=MONDAY),
        moderators=(Moderator("anna", frozenset({"wohnen"}), absences=noon_only),),
    )

    (conflict,) = explain(evening, effort=EFFORT)

    assert BrokenRule(Rule.STARTS, "wohnen") in conflict.rules
    assert Suggestion(Way.ALLOW_START, "wohnen", start=time(8)) in conflict.suggestions


def test_two_fields_that_fail_apart_are_two_conflicts() -> None:
    impossible = problem(field("a", **TIGHT | {"count": 3}), field("b", **TIGHT | {"count": 4}), field("c"))

    conflicts = explain(impossible, effort=EFFORT)

    assert [(one.needed, one.available) for one in conflicts] == [(3, 2), (4, 2)]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    counts=st.tuples(st.integers(2, 4), st.integers(1, 4)),
    gap=st.integers(1, 8),
    rooms=st.integers(1, 2),
    days=st.integers(5, 13),
    blocked=st.sets(st.integers(0, 13), max_size=4),
    leads=st.sets(st.sampled_from(["a", "b"]), min_size=1),
)
def test_without_any_one_of_the_rules_named_the_others_can_hold(
    counts: tuple[int, int], gap: int, rooms: int, days: int, blocked: set[int], leads: set[str]
) -> None:
    last = MONDAY + timedelta(days=days)
    drawn = problem(
        field("a", count=counts[0], min_gap_days=gap, weekdays=TUESDAYS | {3}, last_day=last),
        field("b", count=counts[1], min_gap_days=gap, weekdays=TUESDAYS, last_day=last),
        moderators=(Moderator("anna", frozenset(leads)),),
        rooms=anonymous_rooms(rooms),
        closed={MONDAY + timedelta(days=day): Closed.BLOCKED for day in blocked},
    )
    if is_possible(drawn, effort=EFFORT):
        assert explain(drawn, effort=EFFORT) == ()
        return

    part = only_fields(drawn, colliding_fields(drawn, effort=EFFORT))
    rules = colliding_rules(part, effort=EFFORT)

    assert rules
    book = RuleBook(part)
    assert book.collide(rules, effort=EFFORT)
    assert [rule for rule in rules if book.collide(rules - {rule}, effort=EFFORT)] == []


def test_every_suggestion_really_opens_a_way() -> None:
    tight = field(weekdays=TUESDAYS, last_day=date(2020, 9, 27))
    for changes in ({"count": 2}, {"weekdays": TUESDAYS | {3}}, {"last_day": date(2020, 9, 29)}):
        assert plan(problem(replace(tight, **changes))).status is Status.OPTIMAL


def test_no_open_day_at_all_is_said_as_such() -> None:
    shut = problem(
        field(), closed=dict.fromkeys(days_between(MONDAY, date(2020, 10, 11)), Closed.PUBLIC_HOLIDAY)
    )

    (conflict,) = explain(shut, effort=EFFORT)

    assert {one.rule for one in conflict.rules} == {Rule.COUNT, Rule.PUBLIC_HOLIDAYS, Rule.WINDOW}
    assert (conflict.needed, conflict.available) == (3, 0)
