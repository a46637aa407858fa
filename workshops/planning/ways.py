"""What would open a way: one rule eased at a time, tried by planning again."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from workshops.planning.outcome import FIELD_RULES, BrokenRule, Rule, Suggestion, Way
from workshops.planning.problem import Closed, Field, Moderator, Problem, Room
from workshops.planning.rooms import seats_needed
from workshops.planning.rulebook import last_day_thinkable, starts_thinkable

MOST_ROOMS_MORE = 3
NEWCOMER = "?"

IsPossible = Callable[[Problem], bool]


def ways_out(
    problem: Problem,
    rules: Collection[BrokenRule],
    missing: int,
    *,
    is_possible: IsPossible,
) -> tuple[Suggestion, ...]:
    """One suggestion for each rule that can be eased so that a timetable exists.

    `missing`: how many workshops too many there are.
    """
    found: list[Suggestion] = []
    for broken in sorted(rules):
        for suggestion, eased in _tries(problem, broken, rules, missing):
            if suggestion not in found and is_possible(eased):
                found.append(suggestion)
                break
    for suggestion, eased in chain(_larger_rooms(problem, rules), _joint_tries(problem, rules)):
        if not any(one.way is suggestion.way for one in found) and is_possible(eased):
            found.append(suggestion)
    return tuple(found)


def _joint_tries(problem: Problem, rules: Collection[BrokenRule]) -> Iterator[tuple[Suggestion, Problem]]:
    """The same rule eased for all the fields that collide: no subject in the suggestion."""
    later = [problem.field_by_key[one.subject] for one in sorted(rules) if one.rule is Rule.WINDOW]
    wider = [problem.field_by_key[one.subject] for one in sorted(rules) if one.rule is Rule.WEEKDAYS]
    if len(later) > 1:
        last = max(field.last_day for field in later)
        for day in _days_after(max(later, key=last_day_thinkable), last):
            eased = problem
            for field in later:
                eased = _change(eased, field, last_day=day)
            yield Suggestion(Way.EXTEND_TO, day=day), eased
    if len(wider) > 1:
        for weekday in range(6):
            eased = problem
            for field in wider:
                eased = _change(eased, field, weekdays=field.weekdays | {weekday})
            yield Suggestion(Way.ALLOW_WEEKDAY, number=weekday), eased


def _tries(
    problem: Problem, broken: BrokenRule, rules: Collection[BrokenRule], missing: int
) -> Iterator[tuple[Suggestion, Problem]]:
    """Eased problems, the mildest first."""
    if broken.rule in FIELD_RULES:
        yield from _field_tries(problem, broken.rule, problem.field_by_key[broken.subject], missing)
    elif broken.rule is Rule.ROOMS:
        for more in range(1, MOST_ROOMS_MORE + 1):
            for seats in _sizes_that_matter(problem, rules):
                number = problem.at_once(seats or 0) + more
                suggestion = Suggestion(Way.MORE_ROOMS, number=number, seats=seats)
                yield suggestion, _with_room(problem, seats, more)
    elif broken.rule is Rule.ABSENCE:
        moderators = tuple(
            replace(one, absences=()) if one.key == broken.subject else one for one in problem.moderators
        )
        yield Suggestion(Way.BE_AVAILABLE, broken.subject), replace(problem, moderators=moderators)
    elif broken.rule is Rule.PIN:
        pins = tuple(pin for pin in problem.pins if pin.key != broken.subject)
        yield Suggestion(Way.UNPIN, broken.subject), replace(problem, pins=pins)
    elif broken.rule is Rule.SECOND_ROOM:
        pins = tuple(
            replace(pin, second_rooms=()) if pin.key == broken.subject else pin for pin in problem.pins
        )
        yield Suggestion(Way.ANOTHER_SECOND_ROOM, broken.subject), replace(problem, pins=pins)
    elif broken.rule is Rule.SCHOOL_HOLIDAYS:
        yield Suggestion(Way.USE_SCHOOL_HOLIDAYS), _open(problem, Closed.SCHOOL_HOLIDAY)
    elif broken.rule is Rule.BLOCKED_DAYS:
        yield Suggestion(Way.USE_BLOCKED_DAYS), _open(problem, Closed.BLOCKED)
    elif broken.rule is Rule.ONE_AT_A_TIME:
        for field in problem.fields:
            yield _newcomer(problem, field)


def _field_tries(
    problem: Problem, rule: Rule, field: Field, missing: int
) -> Iterator[tuple[Suggestion, Problem]]:
    key = field.key
    if rule is Rule.WEEKDAYS:
        for weekday in sorted(set(range(6)) - field.weekdays, key=lambda day: -_people(field, day)):
            eased = _change(problem, field, weekdays=field.weekdays | {weekday})
            yield Suggestion(Way.ALLOW_WEEKDAY, key, number=weekday), eased
    elif rule is Rule.STARTS:
        for start in starts_thinkable(field):
            if start not in field.starts:
                eased = _change(problem, field, starts=(*field.starts, start))
                yield Suggestion(Way.ALLOW_START, key, start=start), eased
    elif rule is Rule.WINDOW:
        for day in _days_after(field):
            yield Suggestion(Way.EXTEND_TO, key, day=day), _change(problem, field, last_day=day)
    elif rule is Rule.GAP:
        for gap in range(field.min_gap_days - 1, -1, -1):
            yield Suggestion(Way.SHORTEN_GAP, key, number=gap), _change(problem, field, min_gap_days=gap)
    elif rule is Rule.COUNT:
        pinned = sum(pin.field == key for pin in problem.pins)
        for fewer in range(field.count - max(missing, 1), max(pinned, 1) - 1, -1):
            yield Suggestion(Way.FEWER_WORKSHOPS, key, number=fewer), _change(problem, field, count=fewer)
    elif rule is Rule.ROOM_SEATS:
        for size in sorted({room.seats for room in problem.rooms if room.seats is not None}, reverse=True):
            if size < field.seats:
                yield Suggestion(Way.FEWER_SEATS, key, seats=size), _change(problem, field, seats=size)
    elif rule in (Rule.APPOINTED, Rule.MODERATORS_NEEDED, Rule.LANGUAGES):
        if rule is Rule.APPOINTED:
            yield from _appointments(problem, field)
        yield _newcomer(problem, field)


def _larger_rooms(problem: Problem, rules: Collection[BrokenRule]) -> Iterator[tuple[Suggestion, Problem]]:
    """For a field that no room is large enough for; where others are in it, MORE_ROOMS says it."""
    if BrokenRule(Rule.ROOMS) in rules:
        return
    for broken in sorted(rules):
        if broken.rule is Rule.ROOM_SEATS:
            seats = seats_needed(problem, broken.subject)
            yield Suggestion(Way.LARGER_ROOM, broken.subject, seats=seats), _with_room(problem, seats, 1)


def _sizes_that_matter(problem: Problem, rules: Collection[BrokenRule]) -> list[int | None]:
    """Seats of one more room, the smallest first; None where any room would do."""
    keys = {one.subject for one in rules if one.rule in (Rule.ROOM_SEATS, Rule.COUNT)}
    sizes = sorted({seats_needed(problem, key) for key in keys})
    if all(room.has_seats_for(max(sizes, default=0)) for room in problem.rooms):
        return [None]
    return [*sizes]


def _with_room(problem: Problem, seats: int | None, parallel: int) -> Problem:
    rooms = problem.rooms
    if seats is None and [room.key for room in rooms] == [""]:
        return replace(problem, rooms=(replace(rooms[0], parallel=rooms[0].parallel + parallel),))
    # Beside another one, a nameless room needs a name.
    named = tuple(replace(room, key=room.key or "1") for room in rooms)
    return replace(problem, rooms=(*named, Room(NEWCOMER, seats, parallel)))


def _people(field: Field, weekday: int) -> int:
    return sum(field.people_free_at(weekday, start) for start in field.starts)


def _days_after(field: Field, last: date | None = None) -> Iterator[date]:
    """Day by day for two weeks, then week by week: nobody extends by 37 days exactly."""
    last = last or field.last_day
    for days in range(1, 15):
        yield last + timedelta(days=days)
    day = last + timedelta(days=21)
    while day <= last_day_thinkable(field):
        yield day
        day += timedelta(days=7)


def _appointments(problem: Problem, field: Field) -> Iterator[tuple[Suggestion, Problem]]:
    for moderator in problem.moderators:
        if field.key not in moderator.fields and field.languages <= moderator.languages:
            moderators = tuple(
                replace(one, fields=one.fields | {field.key}) if one is moderator else one
                for one in problem.moderators
            )
            suggestion = Suggestion(Way.APPOINT, field.key, moderator=moderator.key)
            yield suggestion, replace(problem, moderators=moderators)


def _newcomer(problem: Problem, field: Field) -> tuple[Suggestion, Problem]:
    newcomer = Moderator(NEWCOMER, frozenset({field.key}), field.languages)
    return (
        Suggestion(Way.ANOTHER_MODERATOR, field.key),
        replace(problem, moderators=(*problem.moderators, newcomer)),
    )


def _open(problem: Problem, kind: Closed) -> Problem:
    return replace(problem, closed={day: why for day, why in problem.closed.items() if why is not kind})


def _change(problem: Problem, field: Field, **changes: Any) -> Problem:
    fields = tuple(replace(one, **changes) if one.key == field.key else one for one in problem.fields)
    return replace(problem, fields=fields)
