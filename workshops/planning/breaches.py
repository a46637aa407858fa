"""What a timetable can break: codes and arguments, no sentences."""

from dataclasses import dataclass
from enum import StrEnum


class Breach(StrEnum):
    COUNT = "count"
    WEEKDAY = "weekday"
    START = "start"
    WINDOW = "window"
    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    BLOCKED = "blocked"
    DURATION = "duration"
    GAP = "gap"
    ROOMS = "rooms"
    ROOM_SEATS = "room_seats"
    MODERATORS_NEEDED = "moderators_needed"
    NOT_APPOINTED = "not_appointed"
    LANGUAGE = "language"
    ABSENT = "absent"
    DOUBLE_BOOKED = "double_booked"
    PIN_MOVED = "pin_moved"


# Staff may decide these against the plan by pinning; the rest is impossible for anyone.
EXCUSED_BY_PIN = frozenset(
    {
        Breach.WEEKDAY,
        Breach.START,
        Breach.WINDOW,
        Breach.PUBLIC_HOLIDAY,
        Breach.SCHOOL_HOLIDAY,
        Breach.BLOCKED,
        Breach.DURATION,
        Breach.MODERATORS_NEEDED,
        Breach.NOT_APPOINTED,
        Breach.LANGUAGE,
        Breach.ROOM_SEATS,
    }
)


@dataclass(frozen=True, slots=True)
class Violation:
    """`placements`: positions in the list judged; `fixed`: positions in problem.fixed.

    ROOMS: only `number` may be at once, in that `room`; without one, in all rooms that are large
    enough. ROOM_SEATS: `number` seats are needed, in that `room`; without one, no room has them.
    """

    breach: Breach
    placements: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()
    field: str = ""
    moderator: str = ""
    room: str = ""
    number: int = 0
    excused: bool = False
