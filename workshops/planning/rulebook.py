"""Every rule as a switch, to ask the solver which of them collide.

Unlike the timetable model this one also knows what a rule forbids (the Saturdays, the
week after the last day), so that switching a rule off really opens something.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import TypeAlias

from workshops.planning.cpsat import Answer, Literal, Model
from workshops.planning.housing import House, Stay
from workshops.planning.outcome import BrokenRule, Rule
from workshops.planning.problem import (
    Absence,
    Closed,
    Field,
    Moderator,
    Pin,
    Problem,
    days_between,
    minute_of,
)
from workshops.planning.sharing import Guest, share_rooms
from workshops.planning.slots import Slot, busy_minutes, clashes, near_groups, pin_slot, running_at, slot_at

CLOSED_RULES = {
    Closed.PUBLIC_HOLIDAY: Rule.PUBLIC_HOLIDAYS,
    Closed.SCHOOL_HOLIDAY: Rule.SCHOOL_HOLIDAYS,
    Closed.BLOCKED: Rule.BLOCKED_DAYS,
}


def last_day_thinkable(field: Field) -> date:
    """Far enough after the window for all its workshops, one a week if need be."""
    weeks = max(1, -(-field.min_gap_days // 7))
    return field.last_day + timedelta(days=7 * weeks * field.count + 28)


def starts_thinkable(field: Field) -> list[time]:
    """The field's own and each full hour from 8 to 20, if the workshop ends by 22:00."""
    hours = [time(hour) for hour in range(8, 21) if hour * 60 + field.duration_minutes <= 22 * 60]
    return sorted({*field.starts, *hours})


# The third: the key of the pin that stands there, or nothing.
Place: TypeAlias = tuple[str, Slot, str]


class RuleBook:
    """The problem of its fields with a literal for each rule."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.house = House(problem)
        self.model = Model()
        self.rules: dict[BrokenRule, Literal] = {}
        self.held: dict[Place, Literal] = {}
        self._led: defaultdict[str, dict[Place, Literal]] = defaultdict(dict)
        for field in problem.fields:
            self._place(field)
        self._keep_rooms()
        self._keep_moderators()

    def rule(self, rule: Rule, subject: str = "") -> Literal:
        """The switch of a rule, made when first needed."""
        key = BrokenRule(rule, subject)
        if key not in self.rules:
            self.rules[key] = self.model.literal()
        return self.rules[key]

    def core(self, *, effort: float) -> frozenset[BrokenRule] | None:
        """The rules that the solver's proof rests on; None if it found no proof."""
        by_index = {literal.index: rule for rule, literal in self.rules.items()}
        solved = self.model.solve(
            effort=effort,
            seed=self.problem.seed,
            assuming=[self.rules[one] for one in sorted(self.rules)],
        )
        if solved.answer is not Answer.INFEASIBLE:
            return None
        return frozenset(by_index[index] for index in solved.core)

    def collide(self, rules: Collection[BrokenRule], *, effort: float) -> bool:
        """Is it proven that these rules can't all hold, the others switched off?"""
        given = {literal.index: rule in rules for rule, literal in self.rules.items()}
        solved = self.model.solve(effort=effort, seed=self.problem.seed, given=given)
        return solved.answer is Answer.INFEASIBLE

    def most(self, fields: Iterable[str], under: Collection[BrokenRule], *, effort: float) -> int:
        """How many workshops of these fields fit under those rules (these fields' counts aside)."""
        counted = frozenset(fields)
        given = {
            literal.index: rule in under and not (rule.rule is Rule.COUNT and rule.subject in counted)
            for rule, literal in self.rules.items()
        }
        mine = {
            key: [one for (field, _, _), one in self.held.items() if field == key] for key in sorted(counted)
        }
        for key, literals in mine.items():
            self.model.at_most(self.problem.field_by_key[key].count, literals)
        self.model.maximise([one for literals in mine.values() for one in literals])
        solved = self.model.solve(effort=effort, seed=self.problem.seed, given=given)
        return solved.cost if solved.has_values else 0

    def _place(self, field: Field) -> None:
        problem = self.problem
        mine: list[tuple[Slot, Literal]] = []
        for pin in problem.pins:
            if pin.field == field.key:
                # The pin's own literal: its place is free of the field's calendar.
                slot = pin_slot(problem, pin)
                literal = self.held[field.key, slot, pin.key] = self.rule(Rule.PIN, pin.key)
                mine.append((slot, literal))
                self._lead(field, (field.key, slot, pin.key), pin.moderators)
        for day in days_between(field.first_day, last_day_thinkable(field)):
            for start in starts_thinkable(field):
                found = slot_at(problem.zone, day, start, field.duration_minutes)
                if found is None:
                    continue
                literal = self.held[field.key, found, ""] = self.model.literal()
                for rule in self._forbidden_by(field, found):
                    self.model.never(literal, only_if=rule)
                mine.append((found, literal))
                self._lead(field, (field.key, found, ""), ())
        count = self.rule(Rule.COUNT, field.key)
        self.model.exactly(field.count, [literal for _, literal in mine], only_if=count)
        self._keep_gap(field, mine)

    def _forbidden_by(self, field: Field, slot: Slot) -> Iterable[Literal]:
        if slot.day.weekday() not in field.weekdays:
            yield self.rule(Rule.WEEKDAYS, field.key)
        if slot.start not in field.starts:
            yield self.rule(Rule.STARTS, field.key)
        if slot.day > field.last_day:
            yield self.rule(Rule.WINDOW, field.key)
        closed = self.problem.closed.get(slot.day)
        if closed is not None:
            yield self.rule(CLOSED_RULES[closed])

    def _keep_gap(self, field: Field, mine: list[tuple[Slot, Literal]]) -> None:
        at: defaultdict[Slot, list[Literal]] = defaultdict(list)
        for slot, literal in mine:
            at[slot].append(literal)
        slots = sorted(at)
        for slot in slots:
            self.model.at_most(1, at[slot])
        for group in near_groups(slots, 0):
            self.model.at_most(1, [one for slot in group for one in at[slot]])
        gap = self.rule(Rule.GAP, field.key)
        for fixed in self.problem.fixed:
            if fixed.field == field.key:
                for slot, literal in mine:
                    if clashes(self.problem, field, slot, fixed):
                        self.model.never(literal, only_if=gap)
        if field.min_gap_days > 0:
            for group in near_groups(slots, field.min_gap_days):
                near = [one for slot in group for one in at[slot]]
                self.model.at_most(1, near, only_if=gap)

    def _lead(self, field: Field, place: Place, given: tuple[str, ...]) -> None:
        held, slot = self.held[place], place[1]
        literals = []
        for moderator in self.problem.moderators:
            if given and moderator.key not in given:
                continue
            literal = self._led[moderator.key][place] = self.model.literal()
            literals.append(literal)
            if any(_covers(absence, slot) for absence in moderator.absences):
                self.model.never(literal, only_if=self.rule(Rule.ABSENCE, moderator.key))
            if not given:
                for rule in self._not_led_by(field, moderator):
                    self.model.never(literal, only_if=rule)
        if given:
            self.model.as_many(literals, times=len(literals), of=held)
        elif field.moderators_needed:
            needed = self.rule(Rule.MODERATORS_NEEDED, field.key)
            self.model.as_many(literals, times=field.moderators_needed, of=held, only_if=needed)

    def _not_led_by(self, field: Field, moderator: Moderator) -> Iterable[Literal]:
        if field.key not in moderator.fields:
            yield self.rule(Rule.APPOINTED, field.key)
        if not field.languages <= moderator.languages:
            yield self.rule(Rule.LANGUAGES, field.key)

    def _keep_rooms(self) -> None:
        pins = self.problem.pin_by_key
        needy = [at for at in self.held if not at[2] or self.house.takes_room(pins[at[2]])]
        rooms = self.rule(Rule.ROOMS)
        if not self.house.is_plain:
            guests = [self._guest(at, pins.get(at[2])) for at in needy]
            for number, stay in enumerate(self.house.undecided):
                guests.append(Guest(self.model.certainty(), stay, number))
            guests += self._second_rooms()
            share_rooms(self.model, self.house, guests, only_if=rooms)
            return
        taken = self.house.taken
        instants = {slot.begin for _, slot, _ in needy} | {begin for begin, _ in taken}
        for instant, running in running_at(needy, sorted(instants)):
            left = self.house.capacity - sum(begin <= instant < end for begin, end in taken)
            if len({key for key, _, _ in running}) > left:
                self.model.at_most(max(left, 0), [self.held[at] for at in running], only_if=rooms)

    def _second_rooms(self) -> Iterable[Guest]:
        """Where a pin stands, so does its second room; unless it can do without."""
        for number, (pin, room, span) in enumerate(self.house.second):
            literal = self.model.literal()
            keeps = self.rule(Rule.SECOND_ROOM, pin)
            self.model.as_many([literal], times=1, of=self.rule(Rule.PIN, pin), only_if=keeps)
            yield Guest(literal, Stay(*span, 0), ("second", number), room)

    def _guest(self, at: Place, pin: Pin | None) -> Guest:
        key, slot, _ = at
        seats = pin.seats if pin else self.problem.field_by_key[key].seats
        is_everywhere = all(room.has_seats_for(seats) for room in self.house.rooms)
        rule = None if is_everywhere else self.rule(Rule.ROOM_SEATS, key)
        return Guest(
            self.held[at],
            Stay(slot.begin, slot.end, seats),
            key,
            self.house.room_of(pin),
            unless_squeezed=rule,
        )

    def _keep_moderators(self) -> None:
        once = self.rule(Rule.ONE_AT_A_TIME)
        for moderator in self.problem.moderators:
            mine = self._led[moderator.key]
            only_led = Moderator(moderator.key, moderator.fields)
            for begin, end in busy_minutes(self.problem, only_led):
                for (_, slot, _), literal in mine.items():
                    if slot.overlaps(begin, end):
                        self.model.never(literal, only_if=once)
            instants = sorted({slot.begin for _, slot, _ in mine})
            for _, running in running_at(mine, instants, rest=self.problem.break_minutes):
                if len(running) > 1:
                    self.model.at_most(1, [mine[at] for at in running], only_if=once)


def _covers(absence: Absence, slot: Slot) -> bool:
    return slot.overlaps(minute_of(absence.starts_at), minute_of(absence.ends_at))
