"""Large processes: free a few fields, hold the rest, let the exact model repair; repeat.

Each step counts work, not seconds, and is kept only if the timetable got better.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from workshops.planning.housing import House
from workshops.planning.model import TimetableModel
from workshops.planning.objective import score
from workshops.planning.problem import FixedWorkshop, Placement, Problem, moment

FIELDS_AT_ONCE = 3


def improve_by_neighbourhoods(
    problem: Problem,
    placements: Sequence[Placement],
    *,
    rounds: int,
    effort: float,
    progress: Callable[[float], None],
) -> tuple[Placement, ...]:
    """A timetable no worse than `placements`; `progress` hears the share done, 0 to 1."""
    random = Random(problem.seed)  # noqa: S311 - repeatable on purpose
    current = tuple(placements)
    lately: Counter[str] = Counter()
    for number in range(rounds):
        chosen = _choose(problem, current, lately, random)
        lately.update(chosen)
        part, own, others = _part(problem, current, chosen)
        found = _solve(part, own, effort)
        if found is not None:
            current = tuple(sorted(others + found, key=lambda one: (one.day, one.start, one.field)))
        progress((number + 1) / rounds)
    return current


def _choose(
    problem: Problem, current: Sequence[Placement], lately: Counter[str], random: Random
) -> tuple[str, ...]:
    """A field that misses workshops, else one not tried for long, and its nearest rivals."""
    placed = Counter(one.field for one in current)
    order = sorted(
        problem.fields,
        key=lambda one: (
            lately[one.key] - 2 * (one.count > placed[one.key]),
            random.random(),
        ),
    )
    first, rest = order[0], order[1:]
    rivals = sorted(rest, key=lambda one: (lately[one.key], -_rivalry(problem, first.key, one.key)))
    return (first.key, *(one.key for one in rivals[: FIELDS_AT_ONCE - 1]))


def _rivalry(problem: Problem, one: str, other: str) -> int:
    """They want the same moderators or the same people."""
    shared = sum({one, other} <= moderator.fields for moderator in problem.moderators)
    return 10 * shared + problem.overlap_percent.get((one, other), 0)


def _part(
    problem: Problem, current: Sequence[Placement], chosen: Iterable[str]
) -> tuple[Problem, tuple[Placement, ...], tuple[Placement, ...]]:
    """The problem of the chosen fields alone, their workshops, and the held ones."""
    keys = frozenset(chosen)
    known = {room.key for room in problem.rooms}
    own = tuple(one for one in current if one.field in keys)
    others = tuple(one for one in current if one.field not in keys)
    # Where all rooms are alike, the others may change theirs: only their number counts.
    are_alike = House(problem).is_plain
    held = tuple(
        FixedWorkshop(
            one.field,
            moment(problem.zone, one.day, one.start),
            one.duration_minutes,
            one.moderators,
            problem.seats_of(one),
            "" if are_alike and one.room in known else one.room,
            problem.second_rooms_of(one),
        )
        for one in others
    )
    part = replace(
        problem,
        fields=tuple(one for one in problem.fields if one.key in keys),
        pins=tuple(pin for pin in problem.pins if pin.field in keys),
        fixed=problem.fixed + held,
    )
    return part, own, others


def _solve(part: Problem, own: tuple[Placement, ...], effort: float) -> tuple[Placement, ...] | None:
    complete = len(own) == part.workshop_count
    model = TimetableModel(part)
    model.add_wishes()
    if complete:
        model.hint(own)
    solved = model.model.solve(effort=effort, seed=part.seed, gap=0.002)
    if not solved.has_values:
        return None
    found = model.placements(solved)
    if complete and score(part, found).total >= score(part, own).total:
        return None
    return found
