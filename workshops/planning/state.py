"""A timetable in the making, for the greedy search: what runs, and what one more workshop would cost."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, time

from workshops.planning.housing import House, Stay, peak
from workshops.planning.objective import base_loads
from workshops.planning.problem import (
    LOAD_POINTS,
    SAME_START_POINTS,
    SAME_WEEKDAY_POINTS,
    Field,
    Pin,
    Placement,
    Problem,
    minute_of,
    moment,
)
from workshops.planning.slots import (
    Slot,
    busy_minutes,
    candidate_slots,
    is_free,
    may_lead,
)

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Running:
    """A workshop in the state; `pin` as in Placement. Fixed ones have no slot of ours.

    `room` None: takes none of ours; "": any, where all are alike.
    """

    field: str
    slot: Slot
    moderators: tuple[str, ...]
    pin: str | None = None
    room: str | None = ""


@dataclass(slots=True)
class _Usage:
    """What a field has so far."""

    days: list[date] = field(default_factory=list)
    weekdays: Counter[int] = field(default_factory=Counter)
    starts: Counter[object] = field(default_factory=Counter)


class State:
    """A partial timetable that knows what one more workshop would cost."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.house = House(problem)
        self.running: list[Running] = []
        self.usage: defaultdict[str, _Usage] = defaultdict(_Usage)
        self.loads = base_loads(problem)
        self._by_day: defaultdict[date, list[Running]] = defaultdict(list)
        self._slots = {one.key: candidate_slots(problem, one) for one in problem.fields}
        busy = {one.key: busy_minutes(problem, one) for one in problem.moderators}
        self._leaders = {
            (one.key, slot): [
                moderator.key
                for moderator in problem.moderators
                if may_lead(moderator, one) and is_free(busy[moderator.key], slot)
            ]
            for one in problem.fields
            for slot in self._slots[one.key]
        }
        self._busy = busy
        self._base = {
            (one.key, slot): problem.weights.preference * one.percent_missed(slot.day.weekday(), slot.start)
            for one in problem.fields
            for slot in self._slots[one.key]
        }
        self._fixed: defaultdict[date, list[Running]] = defaultdict(list)
        for workshop, room in zip(problem.fixed, self.house.fixed, strict=True):
            begin = minute_of(workshop.starts_at)
            local = workshop.starts_at.astimezone(moment(problem.zone, date.min, _NOON).tzinfo)
            slot = Slot(begin, begin + workshop.duration_minutes, local.date(), local.time())
            # The moderators' time is in _busy already, breaks included.
            self._fixed[slot.day].append(Running(workshop.field, slot, (), room=room))
            self.usage[workshop.field].days.append(slot.day)

    def add(self, one: Running) -> None:
        self.running.append(one)
        self._by_day[one.slot.day].append(one)
        usage = self.usage[one.field]
        usage.days.append(one.slot.day)
        usage.weekdays[one.slot.day.weekday()] += 1
        usage.starts[one.slot.start] += 1
        for key in one.moderators:
            self.loads[key] += 1

    def remove(self, one: Running) -> None:
        self.running.remove(one)
        self._by_day[one.slot.day].remove(one)
        usage = self.usage[one.field]
        usage.days.remove(one.slot.day)
        usage.weekdays[one.slot.day.weekday()] -= 1
        usage.starts[one.slot.start] -= 1
        for key in one.moderators:
            self.loads[key] -= 1

    def slot_count(self, key: str) -> int:
        return len(self._slots[key])

    def best(self, one: Field) -> tuple[int, Running] | None:
        """The cheapest place for one more workshop of the field, and its cost."""
        found: tuple[int, Running] | None = None
        usage, weights = self.usage[one.key], self.problem.weights
        taken = set(usage.days)
        for slot in self._slots[one.key]:
            if slot.day in taken and one.min_gap_days > 0:
                continue
            cost = self._base[one.key, slot] + weights.variety * (
                SAME_WEEKDAY_POINTS * usage.weekdays[slot.day.weekday()]
                + SAME_START_POINTS * usage.starts[slot.start]
            )
            if found is not None and cost >= found[0]:
                continue
            room = self._fitting_room(one, slot)
            if room is None:
                continue
            cost += weights.audience * self._shared_audience(one.key, slot)
            leaders = self._free_leaders(one, slot)
            if leaders is None:
                continue
            cost += weights.load * LOAD_POINTS * sum(2 * self.loads[key] + 1 for key in leaders)
            if found is None or cost < found[0]:
                found = cost, Running(one.key, slot, leaders, room=room)
        return found

    def cost_of(self, one: Running) -> int:
        """What `one`, not in the state now, would cost where it was."""
        field_, usage, weights = (
            self.problem.field_by_key[one.field],
            self.usage[one.field],
            self.problem.weights,
        )
        missed = field_.percent_missed(one.slot.day.weekday(), one.slot.start)
        return (
            weights.preference * missed
            + weights.variety
            * (
                SAME_WEEKDAY_POINTS * usage.weekdays[one.slot.day.weekday()]
                + SAME_START_POINTS * usage.starts[one.slot.start]
            )
            + weights.audience * self._shared_audience(one.field, one.slot)
            + weights.load * LOAD_POINTS * sum(2 * self.loads[key] + 1 for key in one.moderators)
        )

    def pin_leaders(self, one: Field, slot: Slot) -> tuple[str, ...] | None:
        self._leaders.setdefault(
            (one.key, slot),
            [
                moderator.key
                for moderator in self.problem.moderators
                if may_lead(moderator, one) and is_free(self._busy[moderator.key], slot)
            ],
        )
        return self._free_leaders(one, slot)

    def _fitting_room(self, one: Field, slot: Slot) -> str | None:
        if any(abs((slot.day - day).days) < one.min_gap_days for day in self.usage[one.key].days):
            return None
        today = self._by_day[slot.day] + self._fixed[slot.day]
        now = [other for other in today if other.slot.overlaps(slot.begin, slot.end)]
        if any(other.field == one.key for other in now):
            return None
        return self._room(now, one.seats, slot)

    def _room(self, now: list[Running], seats: int, slot: Slot) -> str | None:
        """The smallest that has the seats and a place all the time."""
        inside = [other for other in now if other.room is not None]
        if self.house.is_plain:
            instants = {slot.begin, *(other.slot.begin for other in inside)}
            fits = all(
                sum(other.slot.begin <= instant < other.slot.end for other in inside) < self.house.capacity
                for instant in instants
                if slot.begin <= instant
            )
            return "" if fits else None
        for room in self.house.smallest_first:
            spans = [(other.slot.begin, other.slot.end) for other in inside if other.room == room.key]
            spans += self.house.beside[room.key]
            if room.has_seats_for(seats) and peak(spans, slot.begin, slot.end) < room.parallel:
                return room.key
        return None

    def pin_room(self, pin: Pin, slot: Slot) -> str | None:
        """Staff's own choice stands; without any room left, the check will say so."""
        if not self.house.takes_room(pin):
            return None
        today = self._by_day[slot.day] + self._fixed[slot.day]
        now = [other for other in today if other.slot.overlaps(slot.begin, slot.end)]
        return self.house.room_of(pin) or self._room(now, pin.seats, slot) or ""

    def _shared_audience(self, key: str, slot: Slot) -> int:
        share = self.problem.overlap_percent
        if not share:
            return 0
        return sum(
            share.get((key, other.field), 0)
            for other in self._by_day[slot.day] + self._fixed[slot.day]
            if other.slot.overlaps(slot.begin, slot.end)
        )

    def _free_leaders(self, one: Field, slot: Slot) -> tuple[str, ...] | None:
        """The least loaded who can; None if there are too few."""
        rest = self.problem.break_minutes
        leading = {
            key
            for other in self._by_day[slot.day]
            if other.slot.overlaps(slot.begin - rest, slot.end + rest)
            for key in other.moderators
        }
        free = [key for key in self._leaders[one.key, slot] if key not in leading]
        if len(free) < one.moderators_needed:
            return None
        return tuple(sorted(free, key=lambda key: (self.loads[key], key))[: one.moderators_needed])

    def placements(self) -> tuple[Placement, ...]:
        order = {one.key: index for index, one in enumerate(self.problem.moderators)}
        found = [
            Placement(
                one.field,
                one.slot.day,
                one.slot.start,
                one.slot.end - one.slot.begin,
                tuple(sorted(one.moderators, key=lambda key: order.get(key, 0))),
                one.pin,
                room,
            )
            for one, room in zip(self.running, self._rooms(), strict=True)
        ]
        return tuple(sorted(found, key=lambda one: (one.day, one.start, one.field)))

    def _rooms(self) -> list[str]:
        """Of each that is running. Where all are alike, only counted so far: now dealt out."""
        pins = self.problem.pin_by_key
        rooms = [
            pins[one.pin].room if one.pin and one.room is None else one.room or "" for one in self.running
        ]
        if not self.house.is_plain:
            return rooms
        inside = [index for index, one in enumerate(self.running) if one.room is not None]
        stays = [Stay(self.running[n].slot.begin, self.running[n].slot.end, 0) for n in inside]
        dealt = self.house.deal(stays + self.house.undecided) or []
        for index, room in zip(inside, dealt, strict=False):
            rooms[index] = room
        return rooms

    def unplaced(self) -> tuple[tuple[str, int], ...]:
        placed = Counter(one.field for one in self.running)
        missing = [(one.key, one.count - placed[one.key]) for one in self.problem.fields]
        return tuple((key, number) for key, number in missing if number > 0)
