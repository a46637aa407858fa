"""An independent check of a timetable: slow, plain, and unaware of any engine.

It also names at once what a change by hand breaks, so it judges one workshop after
the other by moments and dates only, and shares no code with the engines.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations
from zoneinfo import ZoneInfo

from workshops.planning.breaches import EXCUSED_BY_PIN, Breach, Violation
from workshops.planning.problem import Closed, Field, Placement, Problem
from workshops.planning.verify_rooms import left_its_room, room_violations

__all__ = ["EXCUSED_BY_PIN", "Breach", "Violation", "broken", "verify"]


def _span(zone: str, one: Placement) -> tuple[datetime, datetime]:
    begin = datetime.combine(one.day, one.start, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return begin, begin + timedelta(minutes=one.duration_minutes)


def verify(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    """Everything the timetable breaks, what concerns one workshop first."""
    found: list[Violation] = []
    for index, one in enumerate(placements):
        found += _alone(problem, index, one)
    found += _gaps(problem, placements)
    found += _double_bookings(problem, placements)
    found += room_violations(problem, placements)
    found += _totals(problem, placements)
    return found


def broken(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    """Only what no decision of staff excuses; empty means: a valid timetable."""
    return [violation for violation in verify(problem, placements) if not violation.excused]


def _alone(problem: Problem, index: int, one: Placement) -> list[Violation]:
    field = problem.field_by_key[one.field]
    breaches = []
    if one.day.weekday() not in field.weekdays:
        breaches.append(Breach.WEEKDAY)
    if one.start not in field.starts:
        breaches.append(Breach.START)
    if not field.first_day <= one.day <= field.last_day:
        breaches.append(Breach.WINDOW)
    closed = problem.closed.get(one.day)
    if closed is not None:
        breaches.append(_CLOSED[closed])
    if one.duration_minutes != field.duration_minutes:
        breaches.append(Breach.DURATION)
    found = [
        Violation(
            breach,
            (index,),
            field=one.field,
            excused=one.pin is not None and breach in EXCUSED_BY_PIN,
        )
        for breach in breaches
    ]
    return found + _moderation(problem, index, one, field)


_CLOSED = {
    Closed.PUBLIC_HOLIDAY: Breach.PUBLIC_HOLIDAY,
    Closed.SCHOOL_HOLIDAY: Breach.SCHOOL_HOLIDAY,
    Closed.BLOCKED: Breach.BLOCKED,
}


def _moderation(problem: Problem, index: int, one: Placement, field: Field) -> list[Violation]:
    breaches: list[tuple[Breach, str]] = []
    if len(set(one.moderators)) < field.moderators_needed:
        breaches.append((Breach.MODERATORS_NEEDED, ""))
    begin, end = _span(problem.zone, one)
    for key in one.moderators:
        moderator = problem.moderator_by_key.get(key)
        if moderator is None or one.field not in moderator.fields:
            breaches.append((Breach.NOT_APPOINTED, key))
        if moderator is None:
            continue
        if not field.languages <= moderator.languages:
            breaches.append((Breach.LANGUAGE, key))
        if any(away.starts_at < end and begin < away.ends_at for away in moderator.absences):
            breaches.append((Breach.ABSENT, key))
    return [
        Violation(
            breach,
            (index,),
            field=one.field,
            moderator=key,
            number=field.moderators_needed if breach is Breach.MODERATORS_NEEDED else 0,
            excused=one.pin is not None and breach in EXCUSED_BY_PIN,
        )
        for breach, key in breaches
    ]


def _gaps(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    found = []
    by_field: defaultdict[str, list[tuple[int, Placement]]] = defaultdict(list)
    for i, one in enumerate(placements):
        by_field[one.field].append((i, one))
    for (i, one), (j, other) in chain.from_iterable(combinations(own, 2) for own in by_field.values()):
        if _too_near(problem, one, other):
            found.append(Violation(Breach.GAP, (i, j), field=one.field, number=_gap(problem, one)))
    for i, one in enumerate(placements):
        for k, fixed in enumerate(problem.fixed):
            day = fixed.starts_at.astimezone(ZoneInfo(problem.zone)).date()
            begin, end = _span(problem.zone, one)
            fixed_end = fixed.starts_at + timedelta(minutes=fixed.duration_minutes)
            if one.field == fixed.field and (
                _days_apart(one.day, day) < _gap(problem, one)
                or (begin < fixed_end and fixed.starts_at < end)
            ):
                found.append(Violation(Breach.GAP, (i,), (k,), field=one.field, number=_gap(problem, one)))
    return found


def _gap(problem: Problem, one: Placement) -> int:
    return problem.field_by_key[one.field].min_gap_days


def _days_apart(one: date, other: date) -> int:
    return abs((one - other).days)


def _too_near(problem: Problem, one: Placement, other: Placement) -> bool:
    """Also without a gap a field's workshops are one after the other: one audience."""
    begin, end = _span(problem.zone, one)
    other_begin, other_end = _span(problem.zone, other)
    return _days_apart(one.day, other.day) < _gap(problem, one) or (begin < other_end and other_begin < end)


def _double_bookings(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    found = []
    rest = timedelta(minutes=problem.break_minutes)
    by_moderator: defaultdict[str, list[tuple[int, Placement]]] = defaultdict(list)
    for i, one in enumerate(placements):
        for key in one.moderators:
            by_moderator[key].append((i, one))
    for moderator, led in by_moderator.items():
        for (i, one), (j, other) in combinations(led, 2):
            begin, end = _span(problem.zone, one)
            other_begin, other_end = _span(problem.zone, other)
            if begin < other_end + rest and other_begin < end + rest:
                found.append(Violation(Breach.DOUBLE_BOOKED, (i, j), moderator=moderator))
    for i, one in enumerate(placements):
        begin, end = _span(problem.zone, one)
        for k, fixed in enumerate(problem.fixed):
            fixed_end = fixed.starts_at + timedelta(minutes=fixed.duration_minutes)
            if begin < fixed_end + rest and fixed.starts_at < end + rest:
                found += [
                    Violation(Breach.DOUBLE_BOOKED, (i,), (k,), moderator=key)
                    for key in one.moderators
                    if key in fixed.moderators
                ]
    return found


def _totals(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    found = []
    for field in problem.fields:
        placed = sum(one.field == field.key for one in placements)
        if placed != field.count:
            found.append(Violation(Breach.COUNT, field=field.key, number=field.count))
    at = {one.pin: one for one in placements if one.pin is not None}
    for pin in problem.pins:
        one_at = at.get(pin.key)
        if (
            one_at is None
            or (one_at.field, one_at.day, one_at.start) != (pin.field, pin.day, pin.start)
            or (pin.moderators and set(one_at.moderators) != set(pin.moderators))
            or left_its_room(problem, placements, pin, one_at)
        ):
            found.append(Violation(Breach.PIN_MOVED, field=pin.field))
    return found
