"""The timetable as a CP-SAT model: exact for small processes, the repair step for large.

A field's workshops are interchangeable, so a literal stands for "this field at this
slot", not for a workshop: no symmetry to search through.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from workshops.planning.cpsat import Literal, Model, Solved
from workshops.planning.housing import House, Stay, span_of
from workshops.planning.objective import base_loads, leads_in_total, load_floor
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
from workshops.planning.sharing import Choice, Guest, share_rooms
from workshops.planning.slots import (
    Slot,
    busy_minutes,
    candidate_slots,
    clashes,
    is_free,
    may_lead,
    near_groups,
    pin_slot,
    running_at,
)

At: TypeAlias = tuple[str, Slot]


class TimetableModel:
    """Build once, solve; `placements` reads an answer back."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = Model()
        self.house = House(problem)
        self.held: dict[At, Literal] = {}
        self.led: dict[tuple[str, Slot, str], Literal] = {}
        self._undecided: list[Guest] = []
        self._choices: dict[int, list[Choice]] = {}
        self._busy = {one.key: busy_minutes(problem, one) for one in problem.moderators}
        self._pins = {(pin.field, pin_slot(problem, pin)): pin for pin in problem.pins}
        if len(self._pins) < len(problem.pins):
            self.model.at_most(0, [self.model.certainty()])  # two pins, one place
        for field in problem.fields:
            self._place(field)
        self._keep_rooms()
        self._keep_moderators()

    # hard rules

    def _place(self, field: Field) -> None:
        mine = {slot for key, slot in self._pins if key == field.key}
        slots = sorted(mine.union(candidate_slots(self.problem, field)))
        own = [fixed for fixed in self.problem.fixed if fixed.field == field.key]
        literals = []
        for slot in slots:
            clashing = any(clashes(self.problem, field, slot, one) for one in own)
            if clashing and slot not in mine:
                continue
            literal = self.held[field.key, slot] = self.model.literal()
            literals.append(literal)
            if slot in mine:
                self.model.true(literal)
            if clashing:
                self.model.at_most(0, [literal])
            self._lead(field, slot)
        self.model.exactly(field.count, literals)
        self._keep_gap(field)

    def _lead(self, field: Field, slot: Slot) -> None:
        pin = self._pins.get((field.key, slot))
        if pin is not None and pin.moderators:
            for key in pin.moderators:
                literal = self.led[field.key, slot, key] = self.model.literal()
                self.model.true(literal)
                if not is_free(self._busy.get(key, []), slot):
                    self.model.at_most(0, [literal])
            return
        literals = []
        for moderator in self.problem.moderators:
            if may_lead(moderator, field) and is_free(self._busy[moderator.key], slot):
                literal = self.led[field.key, slot, moderator.key] = self.model.literal()
                literals.append(literal)
        self.model.as_many(literals, times=field.moderators_needed, of=self.held[field.key, slot])

    def _keep_gap(self, field: Field) -> None:
        mine = [(slot, one) for (key, slot), one in self.held.items() if key == field.key]
        for group in near_groups([slot for slot, _ in mine], field.min_gap_days):
            inside = set(group)
            self.model.at_most(1, [one for slot, one in mine if slot in inside])

    def _keep_rooms(self) -> None:
        house, pins = self.house, self._pins
        needy = [at for at in self.held if at not in pins or house.takes_room(pins[at])]
        if house.is_plain:
            instants = {slot.begin for _, slot in needy} | {begin for begin, _ in house.taken}
            for instant, running in running_at(needy, sorted(instants)):
                left = house.capacity - sum(begin <= instant < end for begin, end in house.taken)
                if len(running) > left:
                    self.model.at_most(max(left, 0), [self.held[at] for at in running])
            return
        guests = [Guest(self.held[at], self._stay(at), at[0], house.room_of(pins.get(at))) for at in needy]
        self._undecided = [
            Guest(self.model.certainty(), stay, number) for number, stay in enumerate(house.undecided)
        ]
        beside = [
            Guest(self.model.certainty(), Stay(*span, 0), ("second", number), key)
            for number, (key, span) in enumerate(house.beside_pins)
        ]
        self._choices = share_rooms(self.model, house, guests + beside + self._undecided)

    def _stay(self, at: At) -> Stay:
        pin = self._pins.get(at)
        return Stay(at[1].begin, at[1].end, pin.seats if pin else self.problem.field_by_key[at[0]].seats)

    def _keep_moderators(self) -> None:
        by_moderator: defaultdict[str, dict[At, Literal]] = defaultdict(dict)
        for (field, slot, key), literal in self.led.items():
            by_moderator[key][field, slot] = literal
        for mine in by_moderator.values():
            instants = sorted({slot.begin for _, slot in mine})
            groups = running_at(mine, instants, rest=self.problem.break_minutes)
            for _, running in groups:
                if len(running) > 1:
                    self.model.at_most(1, [mine[at] for at in running])

    # wishes

    def add_wishes(self) -> None:
        """The objective of `objective.score`, up to a constant."""
        weights = self.problem.weights
        for (key, slot), literal in self.held.items():
            missed = self.problem.field_by_key[key].percent_missed(slot.day.weekday(), slot.start)
            self.model.cost(literal, weights.preference * missed)
        if weights.variety:
            self._want_variety(weights.variety)
        if weights.load:
            self._want_even_load(weights.load)
        if weights.audience:
            self._want_audience(weights.audience)
        self.model.minimise()

    def _want_variety(self, weight: int) -> None:
        weekdays: defaultdict[tuple[str, object], list[Literal]] = defaultdict(list)
        starts: defaultdict[tuple[str, object], list[Literal]] = defaultdict(list)
        for (key, slot), literal in self.held.items():
            weekdays[key, slot.day.weekday()].append(literal)
            starts[key, slot.start].append(literal)
        for groups, points in ((weekdays, SAME_WEEKDAY_POINTS), (starts, SAME_START_POINTS)):
            for (key, _), literals in groups.items():
                highest = min(len(literals), self.problem.field_by_key[key].count)
                # The n-th workshop in a group makes n - 1 new pairs.
                over = [self.model.literal() for _ in range(highest - 1)]
                self.model.excess(literals, over, 1)
                for nth, extra in enumerate(over, start=1):
                    self.model.cost(extra, weight * points * nth)

    def _want_even_load(self, weight: int) -> None:
        base = base_loads(self.problem)
        mine: defaultdict[str, list[Literal]] = defaultdict(list)
        for (_, _, key), literal in self.led.items():
            mine[key].append(literal)
        needed = leads_in_total(self.problem)
        for key, literals in mine.items():
            steps = [self.model.literal() for _ in range(min(len(literals), needed))]
            self.model.excess(literals, steps, 0)
            for nth, step in enumerate(steps, start=base.get(key, 0) + 1):
                self.model.cost(step, weight * LOAD_POINTS * (2 * nth - 1))

    def _want_audience(self, weight: int) -> None:
        share = self.problem.overlap_percent
        for at, literal in self.held.items():
            points = sum(
                share.get((at[0], fixed.field), 0)
                for fixed in self.problem.fixed
                if at[1].overlaps(*span_of(fixed))
            )
            self.model.cost(literal, weight * points)
        starting: set[tuple[At, At]] = set()
        instants = sorted({slot.begin for _, slot in self.held})
        for instant, running in running_at(self.held, instants):
            for at in running:
                for other in running:
                    if at[0] < other[0] and max(at[1].begin, other[1].begin) == instant:
                        starting.add((at, other))
        for at, other in sorted(starting):
            percent = share.get((at[0], other[0]), 0)
            if percent:
                both = self.model.literal()
                self.model.excess([self.held[at], self.held[other]], [both], 1)
                self.model.cost(both, weight * percent)

    # answers

    def hint(self, placements: Iterable[Placement]) -> None:
        true = []
        taken = []
        for one in placements:
            slot = _slot_of(self.problem, one)
            if (one.field, slot) in self.held:
                held = self.held[one.field, slot]
                true += [held, *self._choice(held, one.room)]
            true += [
                self.led[one.field, slot, key] for key in one.moderators if (one.field, slot, key) in self.led
            ]
            taken.append((one.room, (slot.begin, slot.end)))
        beside = [*taken, *self.house.beside_pins]
        rooms = self.house.deal([one.stay for one in self._undecided], beside=beside)
        for guest, room in zip(self._undecided, rooms or [], strict=False):
            true += [guest.literal, *self._choice(guest.literal, room)]
        self.model.hint(true)

    def _choice(self, literal: Literal, room: str) -> list[Literal]:
        return [one.literal for one in self._choices.get(literal.index, []) if room in one.rooms]

    def constant(self) -> int:
        """What `score` leaves out of the load: the squares that nothing can avoid."""
        led = leads_in_total(self.problem)
        base = sum(load * load for load in base_loads(self.problem).values())
        return self.problem.weights.load * LOAD_POINTS * (load_floor(self.problem, led) - base)

    def placements(self, solved: Solved) -> tuple[Placement, ...]:
        found = []
        rooms = self._rooms(solved)
        for (key, slot), literal in self.held.items():
            if literal.index not in solved.true:
                continue
            pin = self._pins.get((key, slot))
            leading = tuple(
                moderator.key
                for moderator in self.problem.moderators
                if (key, slot, moderator.key) in self.led
                and self.led[key, slot, moderator.key].index in solved.true
            )
            found.append(
                Placement(
                    key,
                    slot.day,
                    slot.start,
                    slot.end - slot.begin,
                    leading,
                    pin.key if pin else None,
                    rooms[key, slot],
                )
            )
        return tuple(sorted(found, key=lambda one: (one.day, one.start, one.field)))

    def _rooms(self, solved: Solved) -> dict[At, str]:
        """The rooms of those that take place; what the model left open is dealt out."""
        found, stays = {}, {}
        for at, literal in self.held.items():
            if literal.index not in solved.true:
                continue
            pin = self._pins.get(at)
            if pin is not None and not self.house.takes_room(pin):
                found[at] = pin.room
                continue
            own = self.house.room_of(pin)
            within = frozenset({own}) if own else self._within(literal, solved)
            stays[at] = replace(self._stay(at), within=within)
        undecided = [
            replace(one.stay, within=self._within(one.literal, solved)) for one in self._undecided
        ] or self.house.undecided
        rooms = self.house.deal([*stays.values(), *undecided])
        if rooms is None:
            raise RuntimeError("the model's rooms can't be dealt out")
        return found | dict(zip(stays, rooms, strict=False))

    def _within(self, literal: Literal, solved: Solved) -> frozenset[str]:
        chosen = [
            one.rooms for one in self._choices.get(literal.index, []) if one.literal.index in solved.true
        ]
        return frozenset().union(*chosen)


def _slot_of(problem: Problem, one: Placement) -> Slot:
    begin = minute_of(moment(problem.zone, one.day, one.start))
    return Slot(begin, begin + one.duration_minutes, one.day, one.start)
