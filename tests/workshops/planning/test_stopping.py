"""A search that is asked to end does so within seconds, whatever it is in the middle of."""

import threading
import time

import pytest

from tests.benchmarks.planning import SIZES, made_up
from tests.workshops.planning import problems
from workshops.planning.cpsat import Stopped
from workshops.planning.outcome import Status
from workshops.planning.plan import Effort, plan


@pytest.mark.parametrize("exact_up_to", [300, 0], ids=["exactly", "by neighbourhoods"])
def test_a_long_search_ends_soon_after_it_is_asked(exact_up_to: int) -> None:
    asked_at: list[float] = []
    asked = threading.Event()

    def ask() -> None:
        asked_at.append(time.monotonic())
        asked.set()

    def progress(percent: int) -> None:
        if percent == (35 if exact_up_to else 15):
            # In the middle of the solver's own work.
            threading.Timer(1.0, ask).start()

    # Minutes, if nobody asked.
    effort = Effort(exact_up_to=exact_up_to, exact=600.0, gap=0.0, rounds=10_000)

    with pytest.raises(Stopped):
        plan(made_up(SIZES["middle"]), effort=effort, progress=progress, is_stopping=asked.is_set)

    assert time.monotonic() - asked_at[0] < 10


def test_a_search_that_nobody_asks_to_end_is_the_same_as_ever() -> None:
    problem = problems.problem()

    assert plan(problem, is_stopping=lambda: False) == plan(problem)
    assert plan(problem).status is Status.OPTIMAL
