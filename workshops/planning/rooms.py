"""Which room is there for a workshop, and why another isn't: for changes made by hand. No solver."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workshops.planning.outcome import BrokenRule, Rule
from workshops.planning.problem import Problem, Room


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room (its key) is taken by a workshop (`key`: of the caller's choosing)."""

    key: str
    room: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class RoomClash:
    """Why a workshop can't be in a room: too few seats, or too many workshops there at that time.

    `too_few_seats`: how many the room has; None if enough. `taken_by`: keys of the workshops at a
    moment when it is full, in order of their begin; empty if there is a place all the time.
    """

    too_few_seats: int | None = None
    taken_by: tuple[str, ...] = ()


def why_not(
    room: Room, seats_needed: int, begin: datetime, end: datetime, others: Iterable[Occupied]
) -> RoomClash | None:
    """None: the room will do. Who only begins when the other ends isn't in the way."""
    too_few = None if room.has_seats_for(seats_needed) else room.seats
    taken_by = _most_at_once(room, begin, end, others)
    if len(taken_by) < room.parallel:
        taken_by = ()
    return RoomClash(too_few, taken_by) if too_few is not None or taken_by else None


def free_rooms(
    rooms: Sequence[Room], seats_needed: int, begin: datetime, end: datetime, others: Iterable[Occupied]
) -> list[Room]:
    """Those that will do, the smallest first: larger ones may be needed for others."""
    standing = list(others)
    fit = [room for room in rooms if why_not(room, seats_needed, begin, end, standing) is None]
    return sorted(fit, key=lambda room: (room.seats is None, room.seats or 0))


def rooms_in_question(problem: Problem, rules: Collection[BrokenRule]) -> tuple[int, int | None]:
    """What rule ROOMS says in a conflict: so many workshops at once, in rooms with so many seats.

    No seats where size isn't what they collide about.
    """
    sizes = [seats_needed(problem, one.subject) for one in rules if one.rule is Rule.ROOM_SEATS]
    if not sizes:
        return problem.at_once(), None
    return problem.at_once(min(sizes)), min(sizes)


def seats_needed(problem: Problem, field: str) -> int:
    """By the field's largest workshop: those that staff fixed may differ."""
    pinned = [pin.seats for pin in problem.pins if pin.field == field]
    return max([problem.field_by_key[field].seats, *pinned])


def _most_at_once(room: Room, begin: datetime, end: datetime, others: Iterable[Occupied]) -> tuple[str, ...]:
    """Who is in the room when it is fullest, from `begin` to `end`."""
    there = sorted(
        (one for one in others if one.room == room.key and one.begin < end and begin < one.end),
        key=lambda one: (one.begin, one.key),
    )
    most: tuple[str, ...] = ()
    for instant in sorted({max(one.begin, begin) for one in there}):
        now = tuple(one.key for one in there if one.begin <= instant < one.end)
        most = now if len(now) > len(most) else most
    return most
