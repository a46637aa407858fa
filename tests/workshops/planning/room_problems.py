"""Tiny problems about rooms, and the truth about them found by trying everything."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import combinations, product
from typing import Any, TypeAlias

from hypothesis import assume
from hypothesis import strategies as st

from tests.workshops.planning.problems import MONDAY, field, problem
from workshops.planning.problem import ELSEWHERE, Field, FixedWorkshop, Pin, Placement, Problem, Room, moment

# Minutes of the day, seats, room: "" if it may be any that is large enough.
Stay: TypeAlias = tuple[int, int, int, str]


def one_day(key: str, *hours: int, minutes: int = 60, seats: int = 0, count: int = 1) -> Field:
    """Workshops on one Monday, at any of these hours, led by nobody."""
    return field(
        key,
        count=count,
        duration_minutes=minutes,
        starts=tuple(time(hour) for hour in hours),
        last_day=MONDAY,
        weekdays=frozenset({0}),
        min_gap_days=0,
        moderators_needed=0,
        seats=seats,
        demand=(),
    )


SMALL, BIG = Room("small", 10), Room("big", 50)


def at(hour: int) -> datetime:
    return moment("Europe/Berlin", MONDAY, time(hour))


def fixed(
    hour: int, *, seats: int = 0, room: str = "", minutes: int = 60, second: tuple[str, ...] = ()
) -> FixedWorkshop:
    return FixedWorkshop("other", at(hour), minutes, (), seats, room, second)


def pin(hour: int, *, seats: int = 0, room: str = "", field: str = "a", second: tuple[str, ...] = ()) -> Pin:
    return Pin(f"pin{hour}{field}", field, MONDAY, time(hour), 60, (), seats, room, second)


def two_rooms(*fields: Any, **changes: Any) -> Problem:
    return problem(*fields, **({"rooms": (SMALL, BIG), "moderators": ()} | changes))


def the_example() -> Problem:
    """At each moment rooms enough, yet a small workshop sits in the big room when a big one comes."""
    return problem(
        one_day("s1", 8, minutes=360, seats=10),
        one_day("b1", 8, minutes=240, seats=50),
        one_day("s2", 13, minutes=240, seats=10),
        one_day("b2", 15, minutes=180, seats=50),
        rooms=(Room("small", 10), Room("big", 50)),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    rooms = tuple(
        Room(key, draw(st.sampled_from([10, 30, 60, None])), draw(st.integers(1, 2)))
        for key in ["x", "y", "z"][: draw(st.integers(1, 3))]
    )
    chosen = st.sampled_from(["", "", ELSEWHERE, *(room.key for room in rooms)])
    # Most workshops have none.
    second = st.just(()) | st.lists(
        st.sampled_from([ELSEWHERE, *(room.key for room in rooms)]), max_size=2
    ).map(lambda keys: tuple(sorted(keys)))
    seats = st.sampled_from([5, 30, 45, 60])
    hours = st.integers(8, 13)
    minutes = st.sampled_from([60, 120, 180])
    fields = tuple(
        one_day(
            key,
            *sorted(draw(st.sets(hours, min_size=1, max_size=3))),
            minutes=draw(minutes),
            seats=draw(seats),
            count=draw(st.integers(0, 2)),
        )
        for key in ["a", "b", "c"][: draw(st.integers(1, 3))]
    )
    pins = tuple(
        Pin(
            f"pin{hour}",
            fields[0].key,
            MONDAY,
            time(hour),
            draw(minutes),
            (),
            draw(seats),
            draw(chosen),
            draw(second),
        )
        for hour in sorted(draw(st.sets(hours, max_size=2)))
    )
    fixed = tuple(
        FixedWorkshop(
            "other",
            moment("Europe/Berlin", MONDAY, time(hour)),
            draw(minutes),
            (),
            draw(seats),
            draw(chosen),
            draw(second),
        )
        for hour in draw(st.lists(hours, max_size=4))
    )
    drawn = problem(*fields, rooms=rooms, pins=pins, fixed=fixed, moderators=())
    # A room that fixed workshops overfill is just full; trying everything starts from rooms that hold.
    assume(fits(drawn, [one for one in standing(drawn) if one[3]]))
    return drawn


def fits(problem: Problem, stays: Sequence[Stay]) -> bool:
    """Is there a room for each, the ones chosen as they are?"""
    rooms = {room.key: room for room in problem.rooms}
    inside = [one for one in stays if not one[3] or one[3] in rooms]
    open_ = [
        [one[3]] if one[3] else [key for key, room in rooms.items() if room.has_seats_for(one[2])]
        for one in inside
    ]
    return any(_holds(rooms, inside, keys) for keys in product(*open_))


def _holds(rooms: dict[str, Room], stays: Sequence[Stay], keys: Sequence[str]) -> bool:
    for instant in {begin for begin, _, _, _ in stays}:
        now = [key for (begin, end, _, _), key in zip(stays, keys, strict=True) if begin <= instant < end]
        if any(now.count(key) > rooms[key].parallel for key in set(now)):
            return False
    return True


def standing(problem: Problem) -> list[Stay]:
    """Fixed workshops and the rooms they take: the undecided in order of time, as long as there is a way."""
    given, waiting = [], []
    for one in problem.fixed:
        begin = one.starts_at.astimezone(moment("Europe/Berlin", MONDAY, time(0)).tzinfo)
        minute = begin.hour * 60 + begin.minute
        stay = minute, minute + one.duration_minutes, one.seats, one.room
        given += [(*stay[:2], 0, key) for key in one.second_rooms]
        large = [room.key for room in problem.rooms if room.has_seats_for(one.seats)]
        if one.room or len(large) == 1:
            given.append((*stay[:3], one.room or large[0]))
        elif large:
            waiting.append(stay)
    kept: list[Stay] = []
    for stay in sorted(waiting):
        if fits(problem, [*given, *kept, stay]):
            kept.append(stay)
    return given + kept


def timetables(problem: Problem) -> Iterator[list[tuple[str, Stay]]]:
    """Every choice of starts for which each workshop finds a room, pins where they are."""
    base = standing(problem)
    pins: list[Stay] = []
    second = [
        (pin.start.hour * 60, pin.start.hour * 60 + pin.duration_minutes, 0, key)
        for pin in problem.pins
        for key in pin.second_rooms
    ]
    base += second
    settled = list(base)
    for pin in problem.pins:
        begin = pin.start.hour * 60
        stay = begin, begin + pin.duration_minutes, pin.seats
        certain = [one for one in settled if one[3]]
        room = pin.room if pin.room and fits(problem, [*certain, (*stay, pin.room)]) else ""
        pins.append((*stay, room))
        settled.append((*stay, room))
    own = problem.fields[0].key
    choices = []
    for one in problem.fields:
        mine = pins if one.key == own else []
        slots: list[Stay] = [
            (start.hour * 60, start.hour * 60 + one.duration_minutes, one.seats, "") for start in one.starts
        ]
        free = [slot for slot in slots if all(slot[0] != pin[0] or slot[1] != pin[1] for pin in mine)]
        choices.append(
            [
                [(one.key, stay) for stay in [*mine, *chosen]]
                for chosen in combinations(free, one.count - len(mine))
                if not any(a[0] < b[1] and b[0] < a[1] for a, b in combinations([*mine, *chosen], 2))
            ]
            if one.count >= len(mine)
            else []
        )
    for combination in product(*choices):
        found = [stay for part in combination for stay in part]
        if fits(problem, [*base, *(stay for _, stay in found)]):
            yield found


def rooms_hold(problem: Problem, placements: Sequence[Placement]) -> bool:
    """Each in a known room that is free, and what stands finds one beside them."""
    stays = standing(problem)
    for one in placements:
        begin = one.start.hour * 60 + one.start.minute
        stays.append((begin, begin + one.duration_minutes, problem.seats_of(one), one.room))
        stays += [(begin, begin + one.duration_minutes, 0, key) for key in problem.second_rooms_of(one)]
    return all(one.room for one in placements) and fits(problem, stays)
