"""What is to be planned: plain values, no database, no Django, no solver.

Start times are local wall-clock times: weekly at 18:00 stays 18:00 across the
clock change. Moments (`starts_at`, absences) are aware datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60


class Daypart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Closed(StrEnum):
    """Why a day stays free of workshops."""

    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    BLOCKED = "blocked"


def daypart_of(start: time) -> Daypart:
    """Morning until 12:00, afternoon until 17:00, then evening."""
    if start < time(12):
        return Daypart.MORNING
    return Daypart.AFTERNOON if start < time(17) else Daypart.EVENING


# A room of a workshop that takes place without any of ours: any key unknown to the problem means that.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Room:
    """Holds `parallel` workshops at once, each with up to `seats`; None: as many as like."""

    key: str
    seats: int | None = None
    parallel: int = 1

    def __post_init__(self) -> None:
        if self.parallel < 1 or (self.seats is not None and self.seats < 1):
            raise ValueError("a room holds at least one workshop of at least one seat")

    def has_seats_for(self, seats: int) -> bool:
        return self.seats is None or seats <= self.seats


def anonymous_rooms(number: int) -> tuple[Room, ...]:
    """So many workshops at once, wherever they are: for a process that named no rooms."""
    return (Room("", None, number),)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many of a field's people can come then; None stands for any."""

    weekday: int | None
    daypart: Daypart | None
    people: int


@dataclass(frozen=True)
class Field:
    """One action field's workshops still to be timed. `weekdays`: Monday is 0.

    `languages`: each moderator speaks all of them. `interested`: people who want
    to take part; `demand` counts the same people, several times each if they
    named several times. `seats`: of each workshop; only rooms with so many count.
    """

    key: str
    count: int
    duration_minutes: int
    weekdays: frozenset[int]
    starts: tuple[time, ...]
    first_day: date
    last_day: date
    min_gap_days: int = 1
    moderators_needed: int = 1
    languages: frozenset[str] = frozenset()
    interested: int = 0
    demand: tuple[Demand, ...] = ()
    seats: int = 0

    def __post_init__(self) -> None:
        if min(self.count, self.min_gap_days, self.moderators_needed, self.seats) < 0:
            raise ValueError("count, gap, moderators and seats must not be negative")
        if self.duration_minutes <= 0:
            raise ValueError("a workshop lasts at least a minute")
        for start in self.starts:
            if start.hour * 60 + start.minute + self.duration_minutes > MINUTES_A_DAY:
                raise ValueError("a workshop ends on the day it starts")

    def people_free_at(self, weekday: int, start: time) -> int:
        """How many of the interested can come then, by what they told."""
        daypart = daypart_of(start)
        people = sum(
            cell.people
            for cell in self.demand
            if cell.weekday in (None, weekday) and cell.daypart in (None, daypart)
        )
        return min(people, self.interested)

    def percent_missed(self, weekday: int, start: time) -> int:
        """Share of the interested who can't come then; 0 when nobody told a time."""
        if not self.demand or not self.interested:
            return 0
        return 100 - round(100 * self.people_free_at(weekday, start) / self.interested)


@dataclass(frozen=True, slots=True)
class Absence:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Moderator:
    key: str
    fields: frozenset[str]
    languages: frozenset[str] = frozenset()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class AudienceOverlap:
    """People interested in both fields, as a share of the smaller audience."""

    first: str
    second: str
    percent: int


@dataclass(frozen=True, slots=True)
class FixedWorkshop:
    """Takes room, moderators and audience, and isn't counted or moved here.

    If it belongs to a field that is planned, that field's gap holds around it.
    `room` "": not chosen yet, so that it takes one with enough seats; none, if none is left.
    `second_rooms`: a place in each of these is taken beside it (one room twice: two places).
    """

    field: str
    starts_at: datetime
    duration_minutes: int
    moderators: tuple[str, ...] = ()
    seats: int = 0
    room: str = ""
    second_rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """A draft that staff fixed; counts towards its field. No moderators: to be chosen.

    Staff may pin against the field's own calendar (weekday, time, window), on a closed
    day and with whom they like: it is their decision. Nobody can be in two places, or
    there while absent, pinned or not. A `room` that was chosen is kept, even too small,
    unless others have taken it; then, and without one, there must be one with enough seats.
    `second_rooms`, as of a fixed workshop, can't be exchanged; their seats don't count.
    """

    key: str
    field: str
    day: date
    start: time
    duration_minutes: int
    moderators: tuple[str, ...] = ()
    seats: int = 0
    room: str = ""
    second_rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """What a good timetable is; whole numbers, 0 switches a wish off.

    preference: a point per percent of the interested who can't come, each workshop.
    audience: a point per percent of shared audience, each two workshops at once.
    variety: 20 points per two workshops of a field on the same weekday, 10 at the same time.
    load: 5 points times (workshops of a moderator)², above the evenest load possible.
    """

    preference: int = 3
    audience: int = 3
    variety: int = 1
    load: int = 1


SAME_WEEKDAY_POINTS = 20
SAME_START_POINTS = 10
LOAD_POINTS = 5


@dataclass(frozen=True)
class Problem:
    """`closed` days stay free; each workshop runs in one of the `rooms` for its whole length;
    `break_minutes` lie between two workshops of one moderator."""

    zone: str
    fields: tuple[Field, ...]
    moderators: tuple[Moderator, ...] = ()
    rooms: tuple[Room, ...] = anonymous_rooms(1)
    break_minutes: int = 0
    closed: Mapping[date, Closed] = field(default_factory=dict)
    overlaps: tuple[AudienceOverlap, ...] = ()
    pins: tuple[Pin, ...] = ()
    fixed: tuple[FixedWorkshop, ...] = ()
    weights: Weights = Weights()
    seed: int = 1

    def __post_init__(self) -> None:
        keys = [room.key for room in self.rooms]
        if len(set(keys)) < len(keys) or ("" in keys and len(keys) > 1):
            raise ValueError("each room has a key of its own; only a single one may do without")

    @property
    def workshop_count(self) -> int:
        return sum(one.count for one in self.fields)

    @cached_property
    def field_by_key(self) -> dict[str, Field]:
        return {one.key: one for one in self.fields}

    @cached_property
    def moderator_by_key(self) -> dict[str, Moderator]:
        return {one.key: one for one in self.moderators}

    @cached_property
    def pin_by_key(self) -> dict[str, Pin]:
        return {one.key: one for one in self.pins}

    def at_once(self, seats: int = 0) -> int:
        """How many workshops may run at once in rooms with at least so many seats."""
        return sum(room.parallel for room in self.rooms if room.has_seats_for(seats))

    def seats_of(self, placement: "Placement") -> int:
        if placement.seats is not None:
            return placement.seats
        pin = self.pin_by_key.get(placement.pin or "")
        return pin.seats if pin else self.field_by_key[placement.field].seats

    def second_rooms_of(self, placement: "Placement") -> tuple[str, ...]:
        if placement.second_rooms is not None:
            return placement.second_rooms
        pin = self.pin_by_key.get(placement.pin or "")
        return pin.second_rooms if pin else ()

    @cached_property
    def overlap_percent(self) -> dict[tuple[str, str], int]:
        """Both orders of each pair of fields that share an audience."""
        both: dict[tuple[str, str], int] = {}
        for overlap in self.overlaps:
            both[overlap.first, overlap.second] = overlap.percent
            both[overlap.second, overlap.first] = overlap.percent
        return both


@dataclass(frozen=True, slots=True)
class Placement:
    """One workshop of the timetable; `pin` is the key of the pin it stands for.

    `room` "": not chosen yet, or nameless. `seats`, `second_rooms` None: as its pin or field says.
    """

    field: str
    day: date
    start: time
    duration_minutes: int
    moderators: tuple[str, ...]
    pin: str | None = None
    room: str = ""
    seats: int | None = None
    second_rooms: tuple[str, ...] | None = None


def moment(zone: str, day: date, start: time) -> datetime:
    """The aware moment of a local wall-clock time; the earlier one if it comes twice."""
    return datetime.combine(day, start, tzinfo=ZoneInfo(zone))


def minute_of(moment_: datetime) -> int:
    """Whole minutes since 1970 UTC: real time, so that clock changes don't count."""
    return int(moment_.timestamp()) // 60


def days_between(first: date, last: date) -> list[date]:
    """Both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
