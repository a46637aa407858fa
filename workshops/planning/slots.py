"""From calendars to candidates: when could each field's workshops start?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, time
from zoneinfo import ZoneInfo

from workshops.planning.problem import (
    Field,
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
