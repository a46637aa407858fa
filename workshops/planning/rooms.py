"""What a conflict says of rooms: how many there are, and how many seats matter. No solver."""

from collections.abc import Collection

from workshops.planning.outcome import BrokenRule, Rule
from workshops.planning.problem import Problem


def rooms_in_question(problem: Problem, rules: Collection[BrokenRule]) -> tuple[int, int | None]:
    """What rule ROOMS says in a conflict: so many workshops at once, in rooms with so many seats.

    No seats where size isn't what they collide about.
    """
    sizes = [seats_needed(problem, one.subject) for one in rules if one.rule is Rule.ROOM_SEATS]
    if not sizes:
        return problem.at_once(), None
    return problem.at_once(min(sizes)), min(sizes)


def seats_needed(problem: Problem, field: str) -> int:
    """By the field's largest workshop: those that staff fixed may differ."""
    pinned = [pin.seats for pin in problem.pins if pin.field == field]
    return max([problem.field_by_key[field].seats, *pinned])
