"""The door: a problem in, a timetable or the reasons why there is none out.

Up to `exact_up_to` workshops the exact model proves how good the timetable is; above,
neighbourhoods improve a greedy one. Everything returned has passed `verify`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from workshops.planning.conflicts import explain
from workshops.planning.cpsat import Answer, Solved, ending_when, stop_if_asked
from workshops.planning.greedy import improve, place
from workshops.planning.model import TimetableModel
from workshops.planning.neighbourhoods import improve_by_neighbourhoods
from workshops.planning.objective import score
from workshops.planning.outcome import Outcome, Status
from workshops.planning.problem import Placement, Problem
from workshops.planning.verify import broken

PROVEN_BEST_UP_TO = 60


@dataclass(frozen=True, slots=True)
class Effort:
    """Deterministic time (about a second of one idle core) and numbers of steps."""

    exact_up_to: int = 300
    exact: float = 20.0
    gap: float = 0.01
    rounds: int = 40
    round: float = 1.5
    probe: float = 5.0


def plan(
    problem: Problem,
    *,
    effort: Effort | None = None,
    progress: Callable[[int], None] | None = None,
    is_stopping: Callable[[], bool] | None = None,
) -> Outcome:
    """The best timetable found; `progress` hears percent, never falling.

    The same problem and effort give the same outcome on any machine. Raises `cpsat.Stopped` within seconds
    once `is_stopping` says yes.
    """
    with ending_when(is_stopping):
        return _plan(problem, effort or Effort(), _Rising(progress))


def _plan(problem: Problem, effort: Effort, tell: "_Rising") -> Outcome:
    tell(2)
    state = place(problem)
    tell(5)
    stop_if_asked()
    improve(state)
    tell(15)
    first = state.placements()
    if problem.workshop_count <= effort.exact_up_to:
        outcome = _exactly(problem, first, effort, tell)
    else:
        outcome = _by_neighbourhoods(problem, first, effort, tell)
    wrong = broken(problem, outcome.placements) if _is_complete(outcome) else []
    if wrong:
        raise RuntimeError(f"the timetable breaks its own rules: {wrong[0]}")
    tell(100)
    return outcome


def _is_complete(outcome: Outcome) -> bool:
    return outcome.status in (Status.OPTIMAL, Status.GOOD)


def _exactly(problem: Problem, first: tuple[Placement, ...], effort: Effort, tell: "_Rising") -> Outcome:
    complete = len(first) == problem.workshop_count and not broken(problem, first)
    if not complete:
        # Without a wish to fulfil, a timetable is found, or disproved, much sooner.
        bare = TimetableModel(problem)
        solved = bare.model.solve(effort=effort.probe, seed=problem.seed)
        if solved.answer is Answer.INFEASIBLE:
            tell(40)
            return _impossible(problem, effort, tell)
        complete = solved.has_values
        first = bare.placements(solved) if complete else first
    tell(25)
    model = TimetableModel(problem)
    model.add_wishes()
    if complete:
        model.hint(first)
    constant = model.constant()
    gap = 0.0 if problem.workshop_count <= PROVEN_BEST_UP_TO else effort.gap
    tell(35)
    solved = model.model.solve(
        effort=effort.exact,
        seed=problem.seed,
        gap=gap,
        progress=lambda cost, bound: tell(40 + round(50 * max(0.0, 1 - 20 * _gap(cost, bound, constant)))),
    )
    if solved.answer is Answer.INFEASIBLE:
        return _impossible(problem, effort, tell)
    if solved.has_values:
        return _proven(problem, model, solved)
    if complete:
        return Outcome(Status.GOOD, first, score(problem, first))
    return _by_neighbourhoods(problem, first, effort, tell)


def _gap(cost: int, bound: int, constant: int) -> float:
    return (cost - bound) / max(cost - constant, 1)


def _proven(problem: Problem, model: TimetableModel, solved: Solved) -> Outcome:
    placements = model.placements(solved)
    points = score(problem, placements)
    if solved.cost == solved.bound:
        return Outcome(Status.OPTIMAL, placements, points, 0.0)
    gap = 100 * _gap(solved.cost, solved.bound, model.constant())
    return Outcome(Status.GOOD, placements, points, round(gap, 2))


def _impossible(problem: Problem, effort: Effort, tell: "_Rising") -> Outcome:
    conflicts = explain(problem, effort=effort.probe, progress=lambda share: tell(round(40 + 55 * share)))
    return Outcome(Status.INFEASIBLE, conflicts=conflicts)


def _by_neighbourhoods(
    problem: Problem, first: tuple[Placement, ...], effort: Effort, tell: "_Rising"
) -> Outcome:
    found = improve_by_neighbourhoods(
        problem,
        first,
        rounds=effort.rounds,
        effort=effort.round,
        progress=lambda share: tell(round(15 + 75 * share)),
    )
    missing = tuple(
        (one.key, one.count - sum(placed.field == one.key for placed in found)) for one in problem.fields
    )
    missing = tuple((key, number) for key, number in missing if number > 0)
    if not missing and not broken(problem, found):
        return Outcome(Status.GOOD, found, score(problem, found))
    conflicts = explain(problem, effort=effort.probe, progress=lambda share: tell(round(90 + 8 * share)))
    if conflicts:
        return Outcome(Status.INFEASIBLE, conflicts=conflicts)
    return Outcome(Status.NOT_FOUND, found, unplaced=missing)


class _Rising:
    """Percent told on, each value once, never falling."""

    def __init__(self, tell: Callable[[int], None] | None) -> None:
        self._tell = tell
        self._last = -1

    def __call__(self, percent: int) -> None:
        percent = max(0, min(percent, 100))
        if percent > self._last:
            self._last = percent
            if self._tell is not None:
                self._tell(percent)
