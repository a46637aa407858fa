"""The independent check finds each kind of breach, and nothing in a sound timetable."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from tests.workshops.planning.problems import field, problem
from workshops.planning.closed_days import holidays_between, school_holidays_are_known
from workshops.planning.counts import suggested_workshop_count
from workshops.planning.problem import (
    Absence,
    Closed,
    FixedWorkshop,
    Moderator,
    Pin,
    Placement,
    Problem,
    anonymous_rooms,
    moment,
)
from workshops.planning.verify import Breach, broken, verify

WEDNESDAY = date(2020, 9, 16)
SOUND = Placement("wohnen", WEDNESDAY, time(18), 120, ("anna",))
OTHER = Placement("bildung", WEDNESDAY, time(18), 120, ("bilal",))


def two_fields(**changes: Any) -> Problem:
    values: dict[str, Any] = {
        "moderators": (
            Moderator("anna", frozenset({"wohnen", "bildung"}), frozenset({"de"})),
            Moderator("bilal", frozenset({"bildung"})),
        )
    }
    planned = (field("wohnen", count=1), field("bildung", count=1))
    return problem(*planned, **(values | changes))


def at(day: date, hour: int, minute: int = 0) -> Any:
    return moment("Europe/Berlin", day, time(hour, minute))


def test_a_sound_timetable_has_no_breach() -> None:
    assert verify(two_fields(), [SOUND, OTHER]) == []


@pytest.mark.parametrize(
    ("judged", "placements", "breach"),
    [
        (two_fields(), [OTHER], Breach.COUNT),
        (two_fields(), [replace(SOUND, day=date(2020, 9, 19)), OTHER], Breach.WEEKDAY),
        (two_fields(), [replace(SOUND, start=time(17)), OTHER], Breach.START),
        (two_fields(), [replace(SOUND, day=date(2020, 10, 14)), OTHER], Breach.WINDOW),
        (two_fields(), [replace(SOUND, duration_minutes=90), OTHER], Breach.DURATION),
        (two_fields(), [replace(SOUND, moderators=()), OTHER], Breach.MODERATORS_NEEDED),
        (
            two_fields(),
            [replace(SOUND, moderators=("bilal",)), replace(OTHER, moderators=("anna",))],
            Breach.NOT_APPOINTED,
        ),
        (two_fields(rooms=anonymous_rooms(1)), [SOUND, OTHER], Breach.ROOMS),
        (two_fields(), [SOUND, replace(OTHER, moderators=("anna",))], Breach.DOUBLE_BOOKED),
        (
            two_fields(closed={WEDNESDAY: Closed.BLOCKED}),
            [SOUND, replace(OTHER, day=date(2020, 9, 17))],
            Breach.BLOCKED,
        ),
        (
            two_fields(fixed=(FixedWorkshop("wohnen", at(WEDNESDAY, 10), 60),)),
            [SOUND, OTHER],
            Breach.GAP,
        ),
        (
            problem(field(count=2, min_gap_days=7)),
            [SOUND, replace(SOUND, day=date(2020, 9, 22))],
            Breach.GAP,
        ),
        (
            problem(field(count=1, languages=frozenset({"ar"}))),
            [SOUND],
            Breach.LANGUAGE,
        ),
        (
            problem(
                field(count=1),
                moderators=(
                    Moderator(
                        "anna",
                        frozenset({"wohnen"}),
                        absences=(Absence(at(WEDNESDAY, 19, 59), at(WEDNESDAY, 23)),),
                    ),
                ),
            ),
            [SOUND],
            Breach.ABSENT,
        ),
        (
            problem(field(count=1), pins=(Pin("1", "wohnen", WEDNESDAY, time(18), 120),)),
            [SOUND],
            Breach.PIN_MOVED,
        ),
    ],
    ids=lambda one: one.value if isinstance(one, Breach) else "",
)
def test_each_breach_is_found_and_nothing_else(
    judged: Problem, placements: list[Placement], breach: Breach
) -> None:
    assert [one.breach for one in broken(judged, placements)] == [breach]


def test_a_break_between_two_workshops_of_one_moderator_is_kept() -> None:
    tired = replace(
        two_fields(break_minutes=30),
        fields=(field("wohnen", count=1), field("bildung", count=1, starts=(time(20, 15), time(20, 30)))),
    )
    too_soon = replace(OTHER, start=time(20, 15), moderators=("anna",))

    assert [one.breach for one in verify(tired, [SOUND, too_soon])] == [Breach.DOUBLE_BOOKED]
    assert verify(tired, [SOUND, replace(too_soon, start=time(20, 30))]) == []


def test_a_pin_excuses_the_calendar_but_not_two_places_at_once() -> None:
    saturday = replace(SOUND, day=date(2020, 9, 19), pin="1")
    clashing = replace(OTHER, day=date(2020, 9, 19), moderators=("anna",), pin="2")
    pinned = two_fields(
        pins=(
            Pin("1", "wohnen", saturday.day, time(18), 120),
            Pin("2", "bildung", saturday.day, time(18), 120),
        )
    )

    assert [one.breach for one in verify(pinned, [saturday, clashing]) if one.excused] == [
        Breach.WEEKDAY,
        Breach.WEEKDAY,
    ]
    assert [one.breach for one in broken(pinned, [saturday, clashing])] == [Breach.DOUBLE_BOOKED]


@pytest.mark.parametrize(
    ("interested", "capacity", "suggested"),
    [(0, 20, 1), (39, 20, 1), (41, 20, 2), (160, 20, 4), (10_000, 20, 12), (50, 0, 1)],
)
def test_enough_workshops_for_half_of_the_interested_are_suggested(
    interested: int, capacity: int, suggested: int
) -> None:
    assert suggested_workshop_count(interested=interested, capacity=capacity) == suggested


def test_public_and_school_holidays_of_the_land_are_known_by_name() -> None:
    found = holidays_between("BW", date(2020, 6, 10), date(2020, 6, 14))

    assert found == {
        date(2020, 6, 10): (Closed.SCHOOL_HOLIDAY, "Himmelfahrts-/Pfingstferien"),
        date(2020, 6, 11): (Closed.PUBLIC_HOLIDAY, "Fronleichnam"),
        date(2020, 6, 12): (Closed.SCHOOL_HOLIDAY, "Himmelfahrts-/Pfingstferien"),
        date(2020, 6, 13): (Closed.SCHOOL_HOLIDAY, "Himmelfahrts-/Pfingstferien"),
    }
    assert list(holidays_between("BW", date(2020, 6, 10), date(2020, 6, 14), school=False)) == [
        date(2020, 6, 11)
    ]
    assert school_holidays_are_known("BW", 2027) is True
    assert school_holidays_are_known("BW", 2035) is False
