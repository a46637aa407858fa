"""Why there is no timetable: minimal sets of rules that can't all hold.

First the fewest fields, by leaving out one after the other; then the solver's proof
over their rules (assumptions), shrunk until every rule left is needed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from workshops.planning.cpsat import Answer
from workshops.planning.greedy import place
from workshops.planning.model import TimetableModel
from workshops.planning.outcome import BrokenRule, Conflict, Rule
from workshops.planning.problem import Problem
from workshops.planning.rulebook import RuleBook
from workshops.planning.verify import broken
from workshops.planning.ways import ways_out

MOST_CONFLICTS = 4
# Up to here each rule is tried in our own order; above, only those that the proof rests on.
FEW_RULES = 30

# The first ones are left out first, if the rest still collides: people grasp the last ones best.
_ORDER = [
    Rule.ONE_AT_A_TIME,
    Rule.ROOMS,
    Rule.ROOM_SEATS,
    Rule.SECOND_ROOM,
    Rule.ABSENCE,
    Rule.PUBLIC_HOLIDAYS,
    Rule.SCHOOL_HOLIDAYS,
    Rule.BLOCKED_DAYS,
    Rule.LANGUAGES,
    Rule.PIN,
    Rule.APPOINTED,
    Rule.STARTS,
    Rule.MODERATORS_NEEDED,
    Rule.GAP,
    Rule.WEEKDAYS,
    Rule.WINDOW,
    Rule.COUNT,
]


def explain(
    problem: Problem,
    *,
    effort: float,
    progress: Callable[[float], None] | None = None,
) -> tuple[Conflict, ...]:
    """Conflicts without a field in common; empty if none could be proven.

    `effort`: deterministic time for each single question put to the solver.
    """
    tell = progress or (lambda share: None)
    found: list[tuple[tuple[str, ...], frozenset[BrokenRule], tuple[int, int]]] = []
    rest = problem
    while len(found) < MOST_CONFLICTS and is_possible(rest, effort=effort) is False:
        keys = colliding_fields(rest, effort=effort)
        part = only_fields(rest, keys)
        rules = colliding_rules(part, effort=effort)
        if rules is None:
            break
        found.append((keys, rules, _numbers(part, rules, effort=effort)))
        rest = without_fields(rest, keys)
        tell(len(found) / (2 * MOST_CONFLICTS))
    conflicts = []
    for number, (keys, rules, (needed, available)) in enumerate(found):
        others = [key for other, _, _ in found for key in other if key not in keys]
        alone = without_fields(problem, others)
        ways = ways_out(alone, rules, needed - available, is_possible=lambda one: _opened(one, effort))
        conflicts.append(Conflict(tuple(sorted(rules)), needed, available, ways))
        tell(0.5 + (number + 1) / (2 * len(found)))
    return tuple(conflicts)


def is_possible(problem: Problem, *, effort: float) -> bool | None:
    """Is there any timetable? None: not known with this effort."""
    state = place(problem)
    if not state.unplaced() and not broken(problem, state.placements()):
        return True
    answer = TimetableModel(problem).model.solve(effort=effort, seed=problem.seed).answer
    if answer is Answer.UNKNOWN:
        return None
    return answer is not Answer.INFEASIBLE


def _opened(problem: Problem, effort: float) -> bool:
    return is_possible(problem, effort=effort) is True


def only_fields(problem: Problem, keys: Iterable[str]) -> Problem:
    """The problem as if the other fields weren't planned at all."""
    kept = frozenset(keys)
    return replace(
        problem,
        fields=tuple(one for one in problem.fields if one.key in kept),
        pins=tuple(pin for pin in problem.pins if pin.field in kept),
    )


def without_fields(problem: Problem, keys: Iterable[str]) -> Problem:
    left_out = frozenset(keys)
    return only_fields(problem, [one.key for one in problem.fields if one.key not in left_out])


def colliding_fields(problem: Problem, *, effort: float) -> tuple[str, ...]:
    """Fields that can't be planned together, though without any one of them the others can."""
    for one in problem.fields:
        if is_possible(only_fields(problem, [one.key]), effort=effort) is False:
            return (one.key,)
    keys = [one.key for one in problem.fields]
    for key in list(keys):
        fewer = [other for other in keys if other != key]
        if is_possible(only_fields(problem, fewer), effort=effort) is False:
            keys = fewer
    return tuple(keys)


def colliding_rules(problem: Problem, *, effort: float) -> frozenset[BrokenRule] | None:
    """Rules that can't all hold, though without any one of them the others can.

    None if the solver couldn't prove a collision.
    """
    book = RuleBook(problem)
    core = book.core(effort=effort) if len(book.rules) > FEW_RULES else None
    if core is None or not book.collide(core, effort=effort):
        core = frozenset(book.rules)
        if not book.collide(core, effort=effort):
            return None
    before: frozenset[BrokenRule] = frozenset()
    # A pin also counts towards its field: without it, a rule tried earlier may no longer be needed.
    while any(one.rule is Rule.PIN for one in before - core) or not before:
        before = core
        for rule in sorted(core, key=lambda one: (_ORDER.index(one.rule), one.subject)):
            if book.collide(core - {rule}, effort=effort):
                core -= {rule}
    return core


def _numbers(problem: Problem, rules: frozenset[BrokenRule], *, effort: float) -> tuple[int, int]:
    counted = [one.subject for one in rules if one.rule is Rule.COUNT]
    if not counted:
        return 0, 0
    needed = sum(problem.field_by_key[key].count for key in counted)
    book = RuleBook(problem)
    return needed, book.most(counted, book.rules, effort=effort)
