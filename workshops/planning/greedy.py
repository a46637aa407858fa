"""A first timetable without the solver: place, then improve one workshop at a time.

It is the hint for the exact model, the start for large processes, and the baseline
of the benchmark. Only counts steps, never seconds: the same input, the same result.
"""

from random import Random

from workshops.planning.problem import Problem
from workshops.planning.slots import pin_slot
from workshops.planning.state import Running, State


def place(problem: Problem) -> State:
    """Pins first, then round by round the field with the fewest choices left."""
    state = State(problem)
    for pin in problem.pins:
        one = problem.field_by_key[pin.field]
        slot = pin_slot(problem, pin)
        leaders = pin.moderators or state.pin_leaders(one, slot)
        if leaders is not None:
            state.add(Running(pin.field, slot, leaders, pin.key, state.pin_room(pin, slot)))
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
