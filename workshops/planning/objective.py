"""What a timetable costs: the one definition that every engine minimises."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from workshops.planning.outcome import Score
from workshops.planning.problem import (
    LOAD_POINTS,
    SAME_START_POINTS,
    SAME_WEEKDAY_POINTS,
    Placement,
    Problem,
    minute_of,
    moment,
)


def pairs(number: int) -> int:
    return number * (number - 1) // 2


def evenest_squares(total: int, base: Sequence[int]) -> int:
    """The least possible sum of squares when `total` is dealt out on top of `base`."""
    loads = sorted(base)
    for _ in range(total if loads else 0):
        loads[0] += 1
        loads.sort()
    return sum(load * load for load in loads)


def base_loads(problem: Problem) -> dict[str, int]:
    """Workshops each moderator already leads elsewhere."""
    loads = {one.key: 0 for one in problem.moderators}
    for workshop in problem.fixed:
        for key in workshop.moderators:
            if key in loads:
                loads[key] += 1
    return loads


def leads_in_total(problem: Problem) -> int:
    """How many times a complete timetable has someone lead; pins may name more or fewer than needed."""
    leads = sum(one.count * one.moderators_needed for one in problem.fields)
    for pin in problem.pins:
        if pin.moderators:
            leads += len(pin.moderators) - problem.field_by_key[pin.field].moderators_needed
    return leads


def load_floor(problem: Problem, led: int) -> int:
    return evenest_squares(led, list(base_loads(problem).values()))


def score(problem: Problem, placements: Iterable[Placement]) -> Score:
    """The points of a timetable, complete or not."""
    placed = list(placements)
    weights = problem.weights
    preference = sum(
        problem.field_by_key[one.field].percent_missed(one.day.weekday(), one.start) for one in placed
    )
    total_load = base_loads(problem)
    for one in placed:
        for key in one.moderators:
            if key in total_load:
                total_load[key] += 1
    led = sum(total_load.values()) - sum(base_loads(problem).values())
    squares = sum(load * load for load in total_load.values())
    points = Score(
        total=0,
        preference=preference,
        audience=_audience(problem, placed),
        variety=_variety(placed),
        load=LOAD_POINTS * (squares - load_floor(problem, led)),
    )
    total = (
        weights.preference * points.preference
        + weights.audience * points.audience
        + weights.variety * points.variety
        + weights.load * points.load
    )
    return Score(total, points.preference, points.audience, points.variety, points.load)


def _variety(placed: Sequence[Placement]) -> int:
    weekdays = Counter((one.field, one.day.weekday()) for one in placed)
    starts = Counter((one.field, one.start) for one in placed)
    return SAME_WEEKDAY_POINTS * sum(map(pairs, weekdays.values())) + SAME_START_POINTS * sum(
        map(pairs, starts.values())
    )


def _audience(problem: Problem, placed: Sequence[Placement]) -> int:
    """Shared audience of each two workshops at once; fixed ones count as well."""
    share = problem.overlap_percent
    by_day: defaultdict[date, list[tuple[str, int, int]]] = defaultdict(list)
    for one in placed:
        begin = minute_of(moment(problem.zone, one.day, one.start))
        by_day[one.day].append((one.field, begin, begin + one.duration_minutes))
    points = 0
    for today in by_day.values():
        for (first, begin, end), (second, other_begin, other_end) in combinations(today, 2):
            if begin < other_end and other_begin < end:
                points += share.get((first, second), 0)
    for fixed in problem.fixed:
        fixed_begin = minute_of(fixed.starts_at)
        fixed_end = fixed_begin + fixed.duration_minutes
        for today in by_day.values():
            points += sum(
                share.get((key, fixed.field), 0)
                for key, begin, end in today
                if begin < fixed_end and fixed_begin < end
            )
    return points
