"""What planning returns: a timetable with its score, or the rules that collide.

Nothing here is a sentence: codes and arguments, so that the caller can say them
in any language.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from workshops.planning.problem import Placement


class Status(StrEnum):
    OPTIMAL = "optimal"  # proven: nothing scores better
    GOOD = "good"  # complete; `gap_percent` says how much better one could be, if known
    INFEASIBLE = "infeasible"  # proven: `conflicts` says why
    NOT_FOUND = "not_found"  # no complete timetable found, none proven impossible


class Rule(StrEnum):
    """What can collide. The subject: a field, a moderator, a pin, or nothing."""

    COUNT = "count"  # field: so many workshops
    WEEKDAYS = "weekdays"  # field: only on these weekdays
    STARTS = "starts"  # field: only at these times
    WINDOW = "window"  # field: from the first to the last day
    GAP = "gap"  # field: so many days apart
    MODERATORS_NEEDED = "moderators_needed"  # field: each workshop is led
    APPOINTED = "appointed"  # field: led only by those appointed for it
    LANGUAGES = "languages"  # field: led only by those who speak them
    ABSENCE = "absence"  # moderator: not available then
    ONE_AT_A_TIME = "one_at_a_time"  # nobody leads two workshops at once
    ROOMS = "rooms"  # so many workshops at once; beside ROOM_SEATS: in rooms with enough seats
    ROOM_SEATS = "room_seats"  # field: only in rooms with enough seats
    PUBLIC_HOLIDAYS = "public_holidays"
    SCHOOL_HOLIDAYS = "school_holidays"
    BLOCKED_DAYS = "blocked_days"
    PIN = "pin"  # pin: stays where staff put it
    SECOND_ROOM = "second_room"  # pin: keeps its second rooms


FIELD_RULES = frozenset(
    {
        Rule.COUNT,
        Rule.WEEKDAYS,
        Rule.STARTS,
        Rule.WINDOW,
        Rule.GAP,
        Rule.MODERATORS_NEEDED,
        Rule.APPOINTED,
        Rule.LANGUAGES,
        Rule.ROOM_SEATS,
    }
)


class Way(StrEnum):
    """What would open a way; each one returned was tried and works."""

    ALLOW_WEEKDAY = "allow_weekday"  # field, weekday
    ALLOW_START = "allow_start"  # field, start
    EXTEND_TO = "extend_to"  # field, day
    SHORTEN_GAP = "shorten_gap"  # field, number
    FEWER_WORKSHOPS = "fewer_workshops"  # field, number
    MORE_ROOMS = "more_rooms"  # number at once, with so many seats each if it matters
    LARGER_ROOM = "larger_room"  # field, seats: one that has them
    FEWER_SEATS = "fewer_seats"  # field, seats
    APPOINT = "appoint"  # field, moderator
    ANOTHER_MODERATOR = "another_moderator"  # field: someone who isn't known yet
    BE_AVAILABLE = "be_available"  # moderator
    USE_SCHOOL_HOLIDAYS = "use_school_holidays"
    USE_BLOCKED_DAYS = "use_blocked_days"
    UNPIN = "unpin"  # pin
    ANOTHER_SECOND_ROOM = "another_second_room"  # pin: elsewhere, or none


@dataclass(frozen=True, slots=True, order=True)
class BrokenRule:
    rule: Rule
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    way: Way
    subject: str = ""
    number: int | None = None
    day: date | None = None
    start: time | None = None
    moderator: str = ""
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that can't all hold; without any one of them the rest can.

    `needed` workshops of the fields named, of which only `available` fit;
    both 0 where the collision isn't about numbers.
    """

    rules: tuple[BrokenRule, ...]
    needed: int
    available: int
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Weighted points (`total`, lower is better) and what they stand for."""

    total: int
    preference: int
    audience: int
    variety: int
    load: int


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    placements: tuple[Placement, ...] = ()
    score: Score | None = None
    gap_percent: float | None = None
    conflicts: tuple[Conflict, ...] = ()
    unplaced: tuple[tuple[str, int], ...] = ()  # field, how many; only if NOT_FOUND
