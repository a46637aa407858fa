"""A first timetable without the solver: place, then improve one workshop at a time.

It is the hint for the exact model, the start for large processes, and the baseline
of the benchmark. Only counts steps, never seconds: the same input, the same result.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, time
from random import Random

from workshops.planning.objective import base_loads
from workshops.planning.problem import (
    LOAD_POINTS,
    SAME_START_POINTS,
    SAME_WEEKDAY_POINTS,
    Field,
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
    pin_slot,
)


@dataclass(frozen=True, slots=True)
class Running:
    """A workshop in the state; `pin` as in Placement. Fixed ones have no slot of ours."""

    field: str
    slot: Slot
    moderators: tuple[str, ...]
    pin: str | None = None


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
        for workshop in problem.fixed:
            begin = minute_of(workshop.starts_at)
            local = workshop.starts_at.astimezone(moment(problem.zone, date.min, _NOON).tzinfo)
            slot = Slot(begin, begin + workshop.duration_minutes, local.date(), local.time())
            # The moderators' time is in _busy already, breaks included.
            self._fixed[slot.day].append(Running(workshop.field, slot, ()))
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
            if not self._fits(one, slot):
                continue
            cost += weights.audience * self._shared_audience(one.key, slot)
            leaders = self._free_leaders(one, slot)
            if leaders is None:
                continue
            cost += weights.load * LOAD_POINTS * sum(2 * self.loads[key] + 1 for key in leaders)
            if found is None or cost < found[0]:
                found = cost, Running(one.key, slot, leaders)
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

    def _fits(self, one: Field, slot: Slot) -> bool:
        if any(abs((slot.day - day).days) < one.min_gap_days for day in self.usage[one.key].days):
            return False
        today = self._by_day[slot.day] + self._fixed[slot.day]
        now = [other for other in today if other.slot.overlaps(slot.begin, slot.end)]
        if any(other.field == one.key for other in now):
            return False
        instants = {slot.begin, *(other.slot.begin for other in now)}
        return all(
            sum(other.slot.begin <= instant < other.slot.end for other in now) < self.problem.at_once()
            for instant in instants
            if slot.begin <= instant
        )

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
            )
            for one in self.running
        ]
        return tuple(sorted(found, key=lambda one: (one.day, one.start, one.field)))

    def unplaced(self) -> tuple[tuple[str, int], ...]:
        placed = Counter(one.field for one in self.running)
        missing = [(one.key, one.count - placed[one.key]) for one in self.problem.fields]
        return tuple((key, number) for key, number in missing if number > 0)


_NOON = time(12)


def place(problem: Problem) -> State:
    """Pins first, then round by round the field with the fewest choices left."""
    state = State(problem)
    for pin in problem.pins:
        one = problem.field_by_key[pin.field]
        slot = pin_slot(problem, pin)
        leaders = pin.moderators or state.pin_leaders(one, slot)
        if leaders is not None:
            state.add(Running(pin.field, slot, leaders, pin.key))
    _fill(state)
    return state


def _fill(state: State) -> None:
    open_ = [state.problem.field_by_key[key] for key, n in state.unplaced() for _ in range(n)]
    slack = {one.key: state.slot_count(one.key) - one.count * 2 for one in state.problem.fields}
    for one in sorted(open_, key=lambda one: (slack[one.key], one.key)):
        best = state.best(one)
        if best is not None:
            state.add(best[1])


def improve(state: State, *, rounds: int = 6) -> None:
    """Move one workshop at a time to its best place, until nothing helps.

    Between rounds, workshops without a place push a few others out and in again.
    """
    random = Random(state.problem.seed)  # noqa: S311 - repeatable on purpose
    for _ in range(rounds):
        moved = False
        for one in list(state.running):
            if one.pin is not None:
                continue
            state.remove(one)
            before = state.cost_of(one)
            best = state.best(state.problem.field_by_key[one.field])
            better = best is not None and best[0] < before
            state.add(best[1] if best is not None and better else one)
            moved = moved or better
        for key, _number in state.unplaced():
            moved = _push_in(state, key, random) or moved
        if not moved:
            return


def _push_in(state: State, key: str, random: Random) -> bool:
    """Take half of the field's workshops and a few others out, then fill up again."""
    before = list(state.running)
    own = [one for one in before if one.field == key and one.pin is None]
    others = [one for one in before if one.field != key and one.pin is None]
    for one in random.sample(own, len(own) // 2) + random.sample(others, min(8, len(others))):
        state.remove(one)
    best = state.best(state.problem.field_by_key[key])
    if best is not None:
        state.add(best[1])
    _fill(state)
    if len(state.running) > len(before):
        return True
    for one in list(state.running):
        state.remove(one)
    for one in before:
        state.add(one)
    return False
