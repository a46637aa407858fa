"""Small planning problems for tests; the benchmark builds larger ones."""

from datetime import date, time
from typing import Any

from workshops.planning.problem import Daypart, Demand, Field, Moderator, Problem, anonymous_rooms

MONDAY = date(2020, 9, 14)
TUESDAYS = frozenset({1})
WORKDAYS = frozenset(range(5))


def field(key: str = "wohnen", **changes: Any) -> Field:
    """Three workshops of two hours in four weeks, on workdays at 18:00."""
    values: dict[str, Any] = {
        "count": 3,
        "duration_minutes": 120,
        "weekdays": WORKDAYS,
        "starts": (time(18),),
        "first_day": MONDAY,
        "last_day": date(2020, 10, 11),
        "min_gap_days": 1,
        "interested": 40,
        "demand": (Demand(1, Daypart.EVENING, 30), Demand(3, Daypart.EVENING, 20)),
    }
    return Field(key, **(values | changes))


def problem(*fields: Field, **changes: Any) -> Problem:
    """The fields given, with one moderator who may lead them all."""
    planned = fields or (field(),)
    values: dict[str, Any] = {
        "moderators": (Moderator("anna", frozenset(one.key for one in planned)),),
        "rooms": anonymous_rooms(2),
    }
    return Problem("Europe/Berlin", planned, **(values | changes))
