"""From calendars to candidates: when could each field's workshops start?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from workshops.planning.housing import span_of
from workshops.planning.problem import (
    Field,
    FixedWorkshop,
    Moderator,
    Pin,
    Problem,
    days_between,
    minute_of,
    moment,
)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A possible workshop; `begin` and `end` in real minutes since 1970 UTC."""

    begin: int
    end: int
    day: date
    start: time

    def overlaps(self, begin: int, end: int) -> bool:
        return self.begin < end and begin < self.end


def slot_at(zone: str, day: date, start: time, duration_minutes: int) -> Slot | None:
    """None where the clock change skips that wall-clock time."""
    starts_at = moment(zone, day, start)
    if starts_at.astimezone(UTC).astimezone(ZoneInfo(zone)).time() != start:
        return None
    begin = minute_of(starts_at)
    return Slot(begin, begin + duration_minutes, day, start)


def pin_slot(problem: Problem, pin: Pin) -> Slot:
    begin = minute_of(moment(problem.zone, pin.day, pin.start))
    return Slot(begin, begin + pin.duration_minutes, pin.day, pin.start)


def slots_on(problem: Problem, field: Field, days: Iterable[date]) -> list[Slot]:
    """Every permitted start on those days, whatever the days are."""
    found = (
        slot_at(problem.zone, day, start, field.duration_minutes)
        for day in days
        for start in sorted(set(field.starts))
    )
    return [slot for slot in found if slot is not None]


def candidate_slots(problem: Problem, field: Field) -> list[Slot]:
    """The field's permitted starts on its permitted, open days, in order of time."""
    days = [
        day
        for day in days_between(field.first_day, field.last_day)
        if day.weekday() in field.weekdays and day not in problem.closed
    ]
    return sorted(slots_on(problem, field, days))


def busy_minutes(problem: Problem, moderator: Moderator) -> list[tuple[int, int]]:
    """When the moderator is absent or leads a fixed workshop, breaks included."""
    rest = problem.break_minutes
    busy = [(minute_of(one.starts_at), minute_of(one.ends_at)) for one in moderator.absences]
    for workshop in problem.fixed:
        if moderator.key in workshop.moderators:
            begin = minute_of(workshop.starts_at)
            busy.append((begin - rest, begin + workshop.duration_minutes + rest))
    return sorted(busy)


def is_free(busy: list[tuple[int, int]], slot: Slot) -> bool:
    return not any(slot.overlaps(begin, end) for begin, end in busy)


def may_lead(moderator: Moderator, field: Field) -> bool:
    """Appointed for the field and speaks its languages."""
    return field.key in moderator.fields and field.languages <= moderator.languages


AnyAt = TypeVar("AnyAt", tuple[str, Slot], tuple[str, Slot, str])


def near_groups(slots: Sequence[Slot], gap_days: int) -> list[list[Slot]]:
    """Sets of slots of one field of which only one may be used; no set inside another."""
    ordered = sorted(slots)
    if not gap_days:
        return _overlapping(ordered)
    groups: list[list[Slot]] = []
    end = 0
    for index, first in enumerate(ordered):
        if index and ordered[index - 1].day == first.day:
            continue
        until = first.day + timedelta(days=gap_days)
        last = end
        while end < len(ordered) and (ordered[end].day < until or ordered[end].begin < first.end):
            end += 1
        if end > last and end - index > 1:
            groups.append(ordered[index:end])
    return groups


def _overlapping(ordered: Sequence[Slot]) -> list[list[Slot]]:
    """Of any length, as pins are: two short ones may lie one after the other beside a long one."""
    groups = []
    running: list[Slot] = []
    for slot in ordered:
        staying = [one for one in running if one.end > slot.begin]
        if len(staying) < len(running) > 1:
            groups.append(running)
        running = [*staying, slot]
    return [*groups, running] if len(running) > 1 else groups


def running_at(ats: Iterable[AnyAt], instants: Sequence[int], rest: int = 0) -> list[tuple[int, list[AnyAt]]]:
    """Who would run at each instant, a rest in minutes afterwards included."""
    ordered = sorted(ats, key=lambda at: at[1])
    result: list[tuple[int, list[AnyAt]]] = []
    active: list[AnyAt] = []
    position = 0
    for instant in instants:
        while position < len(ordered) and ordered[position][1].begin <= instant:
            active.append(ordered[position])
            position += 1
        active = [at for at in active if at[1].end + rest > instant]
        result.append((instant, list(active)))
    return result


def clashes(problem: Problem, field: Field, slot: Slot, fixed: FixedWorkshop) -> bool:
    day = fixed.starts_at.astimezone(moment(problem.zone, slot.day, slot.start).tzinfo).date()
    return abs((slot.day - day).days) < field.min_gap_days or slot.overlaps(*span_of(fixed))
