"""Which workshop is in which room: what stands for certain, and rooms dealt out to the rest.

A workshop stays in one room for its whole length. Counting who runs at each moment is
therefore not enough where rooms differ, or where some already stand in certain rooms.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias, TypeVar

from workshops.planning.problem import FixedWorkshop, Pin, Problem, Room, minute_of, moment

Span: TypeAlias = tuple[int, int]

# Dealing out rooms may have to go back on itself. So many steps settle any real day; beyond, none is found.
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Stay:
    """A workshop that needs a room; `within`: only one of these, empty for any with enough seats."""

    begin: int
    end: int
    seats: int
    within: frozenset[str] = frozenset()

    def may_use(self, room: Room) -> bool:
        return room.key in self.within if self.within else room.has_seats_for(self.seats)


AnyStay = TypeVar("AnyStay")


class House:
    """The rooms of a problem and what is certain about them.

    `busy`: when each room holds fixed workshops, or is a second room of one. `pins`: the rooms that
    pins keep, by their key. `second`: the second rooms of pins: of which, where and when; `beside`:
    when each room is a second one, of fixed workshops and of pins.
    `fixed`: for each fixed workshop its room, None if it takes none of ours; an undecided one
    has a room here that is possible, for those who don't decide themselves. `undecided`: the
    fixed workshops that need a room, no matter which.
    """

    def __init__(self, problem: Problem) -> None:
        self.rooms = problem.rooms
        self.smallest_first = smallest_first(problem.rooms)
        self.capacity = problem.at_once()
        self._by_key = {room.key: room for room in problem.rooms}
        self.busy: dict[str, list[Span]] = {room.key: [] for room in problem.rooms}
        certain = [self._where(one.room, one.seats) for one in problem.fixed]
        spans = [span_of(one) for one in problem.fixed]
        for key, span in zip(certain, spans, strict=True):
            if key:
                self.busy[key].append(span)
            elif key == "" and "" in self.busy:
                self.busy[""].append(span)
        self.second = [
            (pin.key, key, span_of_pin(problem, pin))
            for pin in problem.pins
            for key in self._ours(pin.second_rooms)
        ]
        self.beside = self._second_rooms(problem, spans)
        self.pins = self._keep_pins(problem)
        self.is_plain = self._is_plain(problem, certain)
        self.fixed = certain
        self.undecided: list[Stay] = []
        self._decide(problem, spans)
        self.taken = [span for key, span in zip(self.fixed, spans, strict=True) if key is not None]

    def _where(self, room: str, seats: int) -> str | None:
        """The only room that is possible; None: none of ours; "": undecided, or the nameless one."""
        if room:
            return room if room in self._by_key else None
        possible = [one.key for one in self.rooms if one.has_seats_for(seats)]
        if not possible:
            return None
        return possible[0] if len(possible) == 1 else ""

    def _ours(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key in self._by_key]

    def _second_rooms(self, problem: Problem, spans: Sequence[Span]) -> dict[str, list[Span]]:
        beside: dict[str, list[Span]] = {room.key: [] for room in self.rooms}
        for one, span in zip(problem.fixed, spans, strict=True):
            for key in self._ours(one.second_rooms):
                self.busy[key].append(span)
                beside[key].append(span)
        for key, span in self.beside_pins:
            beside[key].append(span)
        return beside

    @property
    def beside_pins(self) -> list[tuple[str, Span]]:
        return [(key, span) for _, key, span in self.second]

    def _keep_pins(self, problem: Problem) -> dict[str, str]:
        """A pin's own room, unless fixed workshops or pins before it have filled it."""
        kept: dict[str, str] = {}
        filled = {key: list(spans) for key, spans in self.busy.items()}
        for key, span in self.beside_pins:
            filled[key].append(span)
        for pin in problem.pins:
            if not pin.room:
                continue
            begin, end = span_of_pin(problem, pin)
            room = self._by_key.get(pin.room)
            if room is None:
                kept[pin.key] = pin.room
            elif peak(filled[room.key], begin, end) < room.parallel:
                kept[pin.key] = room.key
                filled[room.key].append((begin, end))
        return kept

    def _is_plain(self, problem: Problem, certain: Sequence[str | None]) -> bool:
        """Any workshop may be in any room, and none stands in a certain one: counting is enough."""
        needs = [field.seats for field in problem.fields]
        needs += [pin.seats for pin in problem.pins if pin.key not in self.pins]
        needs += [one.seats for one, key in zip(problem.fixed, certain, strict=True) if key == ""]
        if not all(room.has_seats_for(max(needs, default=0)) for room in self.rooms):
            return False
        if any(self.beside.values()):
            return False
        chosen = any(certain) or any(key in self._by_key for key in self.pins.values())
        return len(self.rooms) < 2 or not chosen

    def _decide(self, problem: Problem, spans: Sequence[Span]) -> None:
        """Keep of the undecided, in order of time, all that can have a room together.

        Where fixed workshops are too many already, some take none: that is not the timetable's fault.
        """
        if "" in self._by_key:
            return
        found = [
            (Stay(*spans[index], one.seats), index)
            for index, one in enumerate(problem.fixed)
            if self.fixed[index] == ""
        ]
        pins = [
            *self.beside_pins,
            *(
                (self.pins[pin.key], span_of_pin(problem, pin))
                for pin in problem.pins
                if pin.key in self.pins
            ),
        ]
        for cluster in clusters(found, key=lambda one: (one[0].begin, one[0].end)):
            kept = cluster
            rooms = self.deal([stay for stay, _ in kept])
            if rooms is None:
                kept, rooms = [], []
                for one in cluster:
                    more = self.deal([stay for stay, _ in [*kept, one]])
                    if more is not None:
                        kept, rooms = [*kept, one], more
            beside_pins = self.deal([stay for stay, _ in kept], beside=pins)
            for _, index in cluster:
                self.fixed[index] = None
            for (stay, index), key in zip(kept, beside_pins or rooms, strict=True):
                self.fixed[index] = key
                self.undecided.append(stay)

    def takes_room(self, pin: Pin) -> bool:
        return self.pins.get(pin.key, "") in self._by_key or pin.key not in self.pins

    def room_of(self, pin: Pin | None) -> str:
        """The room that the pin keeps; "" if one is still to be found for it."""
        return self.pins.get(pin.key, "") if pin else ""

    def deal(self, stays: Sequence[Stay], *, beside: Iterable[tuple[str, Span]] = ()) -> list[str] | None:
        """A room for each, beside what `busy` says and others in theirs; None if there is no way."""
        busy = {key: list(spans) for key, spans in self.busy.items()}
        for key, span in beside:
            if key in busy:
                busy[key].append(span)
        found = [""] * len(stays)
        numbered = [(stay, index) for index, stay in enumerate(stays)]
        for cluster in clusters(numbered, key=lambda one: (one[0].begin, one[0].end)):
            rooms = _deal([stay for stay, _ in cluster], self.smallest_first, busy)
            if rooms is None:
                return None
            for (_, index), key in zip(cluster, rooms, strict=True):
                found[index] = key
        return found


def smallest_first(rooms: Iterable[Room]) -> list[Room]:
    return sorted(rooms, key=lambda room: inf if room.seats is None else room.seats)


def span_of(fixed: FixedWorkshop) -> Span:
    begin = minute_of(fixed.starts_at)
    return begin, begin + fixed.duration_minutes


def span_of_pin(problem: Problem, pin: Pin) -> Span:
    begin = minute_of(moment(problem.zone, pin.day, pin.start))
    return begin, begin + pin.duration_minutes


def peak(spans: Iterable[Span], begin: int, end: int) -> int:
    """The most of them at once from `begin` to `end`."""
    inside = [span for span in spans if span[0] < end and begin < span[1]]
    instants = {max(span[0], begin) for span in inside}
    return max((sum(a <= instant < b for a, b in inside) for instant in instants), default=0)


def clusters(stays: Iterable[AnyStay], *, key: Callable[[AnyStay], Span]) -> Iterator[list[AnyStay]]:
    """In order of time; none overlaps one of another cluster."""
    cluster: list[AnyStay] = []
    until = -inf
    for one in sorted(stays, key=key):
        begin, end = key(one)
        if cluster and begin >= until:
            yield cluster
            cluster = []
            until = -inf
        cluster.append(one)
        until = max(until, end)
    if cluster:
        yield cluster


def _deal(
    stays: Sequence[Stay], rooms: Sequence[Room], busy: Mapping[str, Sequence[Span]]
) -> list[str] | None:
    """For stays in order of time, the first room that will do; goes back where that leads nowhere."""
    first, last = stays[0].begin, max(stay.end for stay in stays)
    held = {
        key: [span for span in spans if span[0] < last and first < span[1]] for key, spans in busy.items()
    }
    # Rooms that will look the same from now on needn't be tried twice, unless someone is bound to one.
    may_skip = not any(stay.within for stay in stays)

    def choices(stay: Stay) -> Iterator[str]:
        seen = set()
        for room in rooms:
            spans = held[room.key]
            if not stay.may_use(room) or peak(spans, stay.begin, stay.end) >= room.parallel:
                continue
            looks = (room.seats, room.parallel, *sorted(span for span in spans if span[1] > stay.begin))
            if not may_skip or looks not in seen:
                seen.add(looks)
                yield room.key

    found: list[str] = []
    open_ = [choices(stays[0])]
    for _ in range(MOST_STEPS + len(stays)):
        room = next(open_[-1], None)
        if room is not None:
            stay = stays[len(found)]
            held[room].append((stay.begin, stay.end))
            found.append(room)
            if len(found) == len(stays):
                return found
            open_.append(choices(stays[len(found)]))
        else:
            open_.pop()
            if not open_:
                return None
            held[found.pop()].pop()
    return None
