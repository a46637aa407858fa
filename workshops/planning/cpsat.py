"""The only door to OR-Tools: a small, typed, reproducible part of CP-SAT.

Limits are deterministic time (a count of work, not of seconds) and the number of
workers is one, so the same input gives the same answer on any machine, however
busy it is. Only the process that plans imports this: the library is heavy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias, cast

from ortools.sat.python import cp_model

from workshops.stopping import cutting_short

Literal: TypeAlias = cp_model.IntVar


class Stopped(Exception):
    """The search was asked to end before it knew anything."""


_is_stopping: ContextVar[Callable[[], bool] | None] = ContextVar("is_stopping", default=None)


@contextmanager
def ending_when(is_stopping: Callable[[], bool] | None) -> Iterator[None]:
    """Questions put to the solver within end with `Stopped` soon after `is_stopping` says yes."""
    before = _is_stopping.set(is_stopping)
    try:
        yield
    finally:
        _is_stopping.reset(before)


def stop_if_asked() -> None:
    """Raises Stopped."""
    is_stopping = _is_stopping.get()
    if is_stopping is not None and is_stopping():
        raise Stopped


class Answer(Enum):
    OPTIMAL = auto()
    FEASIBLE = auto()
    INFEASIBLE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Solved:
    """`cost` and `bound` only with an answer that has values."""

    answer: Answer
    cost: int = 0
    bound: int = 0
    true: frozenset[int] = frozenset()
    core: frozenset[int] = frozenset()

    @property
    def has_values(self) -> bool:
        return self.answer in (Answer.OPTIMAL, Answer.FEASIBLE)


_ANSWERS = {
    cp_model.OPTIMAL: Answer.OPTIMAL,
    cp_model.FEASIBLE: Answer.FEASIBLE,
    cp_model.INFEASIBLE: Answer.INFEASIBLE,
    cp_model.UNKNOWN: Answer.UNKNOWN,
}


class Model:
    """Yes-or-no questions and linear rules between them."""

    def __init__(self) -> None:
        self._model: Any = cp_model.CpModel()
        self._literals: list[Literal] = []
        self._objective: list[tuple[Literal, int]] = []
        self._excesses: list[tuple[Sequence[Literal], Sequence[Literal], int]] = []

    def literal(self) -> Literal:
        made = cast("Literal", self._model.new_bool_var(""))
        self._literals.append(made)
        return made

    def certainty(self) -> Literal:
        """A literal that is always true."""
        made = self.literal()
        self.true(made)
        return made

    def at_most(self, limit: int, literals: Sequence[Literal], *, only_if: Literal | None = None) -> None:
        """At most so many are true, if `only_if` is (or always)."""
        if limit == 1 and only_if is None:
            self._model.add_at_most_one(literals)
            return
        constraint = self._model.add(_sum(literals) <= limit)
        if only_if is not None:
            constraint.only_enforce_if(only_if)

    def exactly(self, number: int, literals: Sequence[Literal], *, only_if: Literal | None = None) -> None:
        constraint = self._model.add(_sum(literals) == number)
        if only_if is not None:
            constraint.only_enforce_if(only_if)

    def as_many(
        self,
        literals: Sequence[Literal],
        *,
        times: int,
        of: Literal,
        only_if: Literal | None = None,
    ) -> None:
        """Sum of `literals` = `times` · `of`."""
        constraint = self._model.add(_sum(literals) == times * of)
        if only_if is not None:
            constraint.only_enforce_if(only_if)

    def excess(self, literals: Sequence[Literal], over: Sequence[Literal], allowance: int) -> None:
        """Sum of `literals` ≤ `allowance` + sum of `over`; the cheapest of `over` first."""
        self._excesses.append((literals, over, allowance))
        self._model.add(_sum(literals) <= allowance + _sum(over))

    def never(self, literal: Literal, *, only_if: Literal) -> None:
        self._model.add_implication(only_if, literal.negated())

    def true(self, literal: Literal) -> None:
        self._model.add(literal == 1)

    def cost(self, literal: Literal, points: int) -> None:
        if points:
            self._objective.append((literal, points))

    def minimise(self) -> None:
        """Make the costs told so far the objective."""
        variables, points = [one for one, _ in self._objective], [p for _, p in self._objective]
        self._model.minimize(cp_model.LinearExpr.weighted_sum(variables, points))

    def maximise(self, literals: Sequence[Literal]) -> None:
        self._model.maximize(_sum(literals))

    def hint(self, true: Iterable[Literal]) -> None:
        """A complete starting point: what `excess` follows from is worked out here.

        An incomplete one is worth little: the search would have to repair it first.
        """
        chosen = {one.index for one in true}
        for literals, over, allowance in self._excesses:
            number = sum(one.index in chosen for one in literals) - allowance
            chosen.update(one.index for one in over[: max(number, 0)])
        for literal in self._literals:
            self._model.add_hint(literal, literal.index in chosen)

    def solve(
        self,
        *,
        effort: float,
        seed: int,
        gap: float = 0.0,
        assuming: Sequence[Literal] = (),
        given: Mapping[int, bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Solved:
        """`effort` is deterministic time; `progress` hears cost and bound.

        With `assuming`, an infeasible answer carries in `core` the indexes of
        assumptions that already collide. `given` fixes literals, by index, for this
        question only: much stronger than assuming, because the model shrinks.
        Raises Stopped within `ending_when`.
        """
        model: Any = self._model.clone()
        if assuming:
            model.add_assumptions(assuming)
        for index, value in (given or {}).items():
            model.add(model.get_bool_var_from_proto_index(index) == value)
        solver = cp_model.CpSolver()
        parameters: Any = solver.parameters
        parameters.random_seed = seed
        parameters.max_deterministic_time = effort
        parameters.relative_gap_limit = gap
        # One worker is reproducible, and its linear relaxation is all that these models need.
        parameters.num_workers = 1
        # Both cost a third of the time and found nothing: the model has no symmetry to break.
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        callback = _Progress(progress) if progress else None
        stop_if_asked()
        is_stopping = _is_stopping.get()
        if is_stopping is None:
            answer = _ANSWERS[solver.solve(model, callback)]
        else:
            with cutting_short(is_stopping, solver.stop_search):
                answer = _ANSWERS[solver.solve(model, callback)]
            # What a search says that was cut short depends on the moment.
            stop_if_asked()
        if answer is Answer.INFEASIBLE:
            core = solver.sufficient_assumptions_for_infeasibility() if assuming else []
            return Solved(answer, core=frozenset(core))
        if answer is Answer.UNKNOWN:
            return Solved(answer)
        return Solved(
            answer,
            cost=round(solver.objective_value),
            bound=round(solver.best_objective_bound),
            true=frozenset(one.index for one in self._literals if solver.boolean_value(one)),
        )


def _sum(literals: Sequence[Literal]) -> Any:
    return cp_model.LinearExpr.sum(list(literals))


class _Progress(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    def __init__(self, tell: Callable[[int, int], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        self._tell(round(self.objective_value), round(self.best_objective_bound))
