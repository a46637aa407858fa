"""The rooms' part of the independent check: by moments, unaware of how rooms were dealt out.

A second room takes a place in its room as a workshop does; its seats don't count.
Workshops without a room so far (drafts made by hand, fixed ones) break nothing while there
is some way to give each of them a room for its whole length.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from workshops.planning.breaches import Breach, Violation
from workshops.planning.problem import Pin, Placement, Problem, Room

# More tries than any real day needs; what takes longer isn't named.
MOST_TRIES = 20_000


@dataclass(frozen=True, slots=True)
class _Stay:
    """`room` "": undecided. Either a placement or a fixed workshop, by its position."""

    begin: datetime
    end: datetime
    seats: int
    room: str
    placement: int | None = None
    fixed: int | None = None

    def runs_at(self, instant: datetime) -> bool:
        return self.begin <= instant < self.end


def room_violations(problem: Problem, placements: Sequence[Placement]) -> list[Violation]:
    found = list(chain.from_iterable(_too_small(problem, *one) for one in enumerate(placements)))
    decided, undecided = _sorted_out(problem, _stays(problem, placements))
    for room in problem.rooms:
        here = [one for one in decided if one.room == room.key]
        for instant in sorted({one.begin for one in here}):
            now = [one for one in here if one.runs_at(instant)]
            if len(now) > room.parallel:
                found += _too_many(now, room.parallel, room.key)
    return [*found, *_without_a_way(problem, decided, undecided)]


def left_its_room(problem: Problem, placements: Sequence[Placement], pin: Pin, one: Placement) -> bool:
    """Staff chose a room, and the workshop is in another although there is a place in theirs."""
    if not pin.room or one.room == pin.room:
        return False
    room = next((room for room in problem.rooms if room.key == pin.room), None)
    if room is None:
        return True
    decided, _ = _sorted_out(problem, _stays(problem, placements))
    begin, end = _span(problem.zone, one)
    there = [other for other in decided if other.room == room.key]
    return not _is_full(room, there, begin, end)


def _stays(problem: Problem, placements: Sequence[Placement]) -> Iterator[_Stay]:
    for index, one in enumerate(placements):
        begin, end = _span(problem.zone, one)
        yield _Stay(begin, end, problem.seats_of(one), one.room, placement=index)
        for room in problem.second_rooms_of(one):
            yield _Stay(begin, end, 0, room, placement=index)
    for index, fixed in enumerate(problem.fixed):
        end = fixed.starts_at + timedelta(minutes=fixed.duration_minutes)
        yield _Stay(fixed.starts_at, end, fixed.seats, fixed.room, fixed=index)
        for room in fixed.second_rooms:
            yield _Stay(fixed.starts_at, end, 0, room, fixed=index)


def _span(zone: str, one: Placement) -> tuple[datetime, datetime]:
    begin = datetime.combine(one.day, one.start, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return begin, begin + timedelta(minutes=one.duration_minutes)


def _too_small(problem: Problem, index: int, one: Placement) -> Iterator[Violation]:
    seats = problem.seats_of(one)
    rooms = [room for room in problem.rooms if room.key == one.room]
    if not rooms and (one.room or not problem.rooms):
        return
    if not any(room.has_seats_for(seats) for room in rooms or problem.rooms):
        pin = problem.pin_by_key.get(one.pin or "")
        yield Violation(
            Breach.ROOM_SEATS,
            (index,),
            field=one.field,
            room=one.room,
            number=seats,
            excused=bool(rooms) and pin is not None and pin.room == one.room,
        )


def _sorted_out(problem: Problem, stays: Iterator[_Stay]) -> tuple[list[_Stay], list[_Stay]]:
    """In a certain room, and in any of several. Elsewhere, or in none since none is large enough: neither."""
    decided, undecided = [], []
    keys = {room.key for room in problem.rooms}
    for one in stays:
        possible = [room.key for room in problem.rooms if room.has_seats_for(one.seats)]
        if one.room in keys:
            decided.append(one)
        elif not one.room and len(possible) == 1:
            decided.append(_Stay(one.begin, one.end, one.seats, possible[0], one.placement, one.fixed))
        elif not one.room and possible:
            undecided.append(one)
    return decided, undecided


def _too_many(now: Sequence[_Stay], number: int, room: str = "") -> Iterator[Violation]:
    """Nothing, if only fixed workshops are: that isn't the timetable's doing."""
    here = tuple(sorted({one.placement for one in now if one.placement is not None}))
    if here:
        fixed = tuple(sorted({one.fixed for one in now if one.fixed is not None}))
        yield Violation(Breach.ROOMS, here, fixed, room=room, number=number)


def _without_a_way(problem: Problem, decided: list[_Stay], undecided: list[_Stay]) -> Iterator[Violation]:
    kept = _those_with_a_way(
        problem,
        [one for one in decided if one.placement is None],
        [one for one in undecided if one.placement is None],
    )
    waiting = {one for one in undecided if one.placement is not None}.union(kept)
    for cluster in _clusters([*decided, *waiting]):
        mine = [one for one in cluster if one in waiting]
        others = [one for one in cluster if one not in waiting]
        crowded = list(_crowded(problem, others, mine))
        yield from crowded
        if mine and not crowded and not _is_there_a_way(problem, others, mine):
            yield from _too_many(cluster, problem.at_once(min(one.seats for one in mine)))


def _those_with_a_way(problem: Problem, decided: list[_Stay], fixed: list[_Stay]) -> list[_Stay]:
    """In order of time, the fixed workshops for which there is a room beside those before."""
    found = []
    for cluster in _clusters(fixed):
        kept: list[_Stay] = []
        for one in cluster:
            if _is_there_a_way(problem, decided, [*kept, one]):
                kept.append(one)
        found += kept
    return found


def _crowded(
    problem: Problem, decided: Collection[_Stay], undecided: Collection[_Stay]
) -> Iterator[Violation]:
    """At each start: more that need so many seats than there are places left in rooms that have them?"""
    for instant in sorted({one.begin for one in undecided} | {one.begin for one in decided if undecided}):
        for seats in sorted({one.seats for one in undecided if one.runs_at(instant)}):
            rooms = [room for room in problem.rooms if room.has_seats_for(seats)]
            needy = [one for one in undecided if one.runs_at(instant) and one.seats >= seats]
            there = [
                [one for one in decided if one.room == room.key and one.runs_at(instant)] for room in rooms
            ]
            free = sum(max(room.parallel - len(now), 0) for room, now in zip(rooms, there, strict=True))
            if len(needy) > free:
                yield from _too_many([*chain.from_iterable(there), *needy], problem.at_once(seats))
                break


def _by_time(one: _Stay) -> tuple[datetime, datetime, int, int]:
    return one.begin, one.end, one.placement or 0, one.fixed or 0


def _clusters(stays: Sequence[_Stay]) -> Iterator[list[_Stay]]:
    """Those that overlap, directly or by others between them; in order of time."""
    cluster: list[_Stay] = []
    for one in sorted(stays, key=_by_time):
        if cluster and one.begin >= max(other.end for other in cluster):
            yield cluster
            cluster = []
        cluster.append(one)
    if cluster:
        yield cluster


def _is_full(room: Room, there: Collection[_Stay], begin: datetime, end: datetime) -> bool:
    """At some moment from `begin` to `end`."""
    instants = {begin} | {one.begin for one in there if begin < one.begin < end}
    return any(sum(one.runs_at(instant) for one in there) >= room.parallel for instant in instants)


def _is_there_a_way(problem: Problem, decided: Collection[_Stay], undecided: Sequence[_Stay]) -> bool:
    """Tries every room for one after the other; what was reached before and failed isn't tried again."""
    order = sorted(undecided, key=_by_time)
    failed: set[tuple[int, frozenset[tuple[str, datetime, int]]]] = set()
    tries = 0

    def reaches_the_end(position: int, placed: tuple[_Stay, ...]) -> bool:
        nonlocal tries
        if position == len(order):
            return True
        one = order[position]
        running = tuple(other for other in placed if other.end > one.begin)
        ends = [(other.room, other.end) for other in running]
        state = position, frozenset((*key, ends.count(key)) for key in ends)
        tries += 1
        if state in failed:
            return False
        for room in problem.rooms:
            there = [other for other in (*decided, *running) if other.room == room.key]
            if room.has_seats_for(one.seats) and not _is_full(room, there, one.begin, one.end):
                here = _Stay(one.begin, one.end, one.seats, room.key)
                if tries > MOST_TRIES or reaches_the_end(position + 1, (*running, here)):
                    return True
        failed.add(state)
        return False

    return reaches_the_end(0, ())
