"""Planning beside its greedy baseline: python -m tests.benchmarks.planning [small middle large sized].

Prints points (lower is better), the proven gap where there is one, and seconds.
"""

import sys
import time as clock
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from workshops.planning.greedy import improve, place
from workshops.planning.objective import score
from workshops.planning.plan import plan
from workshops.planning.problem import (
    Absence,
    AudienceOverlap,
    Closed,
    Daypart,
    Demand,
    Field,
    Moderator,
    Problem,
    Room,
    anonymous_rooms,
    moment,
)
from workshops.planning.verify import broken

FIRST = date(2026, 9, 14)


@dataclass(frozen=True)
class Size:
    fields: int
    workshops_each: int
    moderators: int
    days: int
    rooms: tuple[Room, ...]
    aim: str
    # For rooms of different sizes: workshops of these, some longer than others and overlapping.
    seats: tuple[int, ...] = ()


SIZES = {
    "small": Size(4, 4, 5, 42, anonymous_rooms(2), "proven best within 1 s"),
    "middle": Size(20, 10, 50, 60, anonymous_rooms(6), "within 1 % in 20 s"),
    "large": Size(50, 20, 100, 120, anonymous_rooms(10), "no worse than greedy with local search in 120 s"),
    "sized": Size(
        20,
        10,
        50,
        60,
        (Room("small", 15, 3), Room("middle", 30, 2), Room("big", 60)),
        "within 1 % in 20 s, in rooms of three sizes",
        seats=(15, 15, 15, 30, 30, 60),
    ),
}


def made_up(size: Size, *, seed: int = 7) -> Problem:
    """A process of that size with random wishes, absences, blocked days and shared audiences."""
    random = Random(seed)
    keys = [f"field{number:02}" for number in range(size.fields)]
    fields = tuple(
        Field(
            key,
            count=size.workshops_each,
            duration_minutes=120 + 30 * (number % 3 if size.seats else 0),
            weekdays=frozenset(range(5)),
            starts=(time(10), time(15), time(17 if size.seats and number % 2 else 18)),
            first_day=FIRST,
            last_day=FIRST + timedelta(days=size.days - 1),
            min_gap_days=2,
            interested=100,
            seats=size.seats[number % len(size.seats)] if size.seats else 0,
            demand=tuple(
                Demand(weekday, daypart, random.randint(0, 60)) for weekday in range(6) for daypart in Daypart
            ),
        )
        for number, key in enumerate(keys)
    )
    moderators = tuple(
        Moderator(
            f"moderator{number:03}",
            frozenset({*random.sample(keys, 4), keys[number % size.fields]}),
            absences=tuple(
                Absence(_midnight(day), _midnight(day + 3)) for day in random.sample(range(size.days), 3)
            ),
        )
        for number in range(size.moderators)
    )
    overlaps = tuple(
        AudienceOverlap(first, second, random.randint(5, 60))
        for index, first in enumerate(keys)
        for second in keys[index + 1 :]
        if random.random() < 0.3
    )
    closed = {
        FIRST + timedelta(days=day): Closed.BLOCKED
        for day in random.sample(range(size.days), size.days // 20)
    }
    return Problem(
        "Europe/Berlin",
        fields,
        moderators,
        rooms=size.rooms,
        closed=closed,
        overlaps=overlaps,
    )


def _midnight(day: int) -> datetime:
    return moment("Europe/Berlin", FIRST + timedelta(days=day), time(0))


def main(names: list[str]) -> None:
    for name in names or list(SIZES):
        size = SIZES[name]
        problem = made_up(size)
        print(f"{name}: {problem.workshop_count} workshops, {size.moderators} moderators, {size.days} days")
        print(f"  aim: {size.aim}")
        started = clock.perf_counter()
        state = place(problem)
        greedy_seconds = clock.perf_counter() - started
        greedy = score(problem, state.placements()).total
        improve(state)
        local_seconds = clock.perf_counter() - started
        local = score(problem, state.placements()).total
        print(f"  greedy                    {greedy:>9} points  {greedy_seconds:7.2f} s")
        print(f"  greedy with local search  {local:>9} points  {local_seconds:7.2f} s")
        started, used = clock.perf_counter(), clock.process_time()
        outcome = plan(problem)
        seconds, used = clock.perf_counter() - started, clock.process_time() - used
        total = outcome.score.total if outcome.score else 0
        proven = "" if outcome.gap_percent is None else f"  at most {outcome.gap_percent} % above the best"
        print(f"  plan: {outcome.status:<19} {total:>9} points  {seconds:7.2f} s{proven}")
        print(f"  of which processor time {used:32.2f} s")
        print(f"  rules broken: {len(broken(problem, outcome.placements))}")


if __name__ == "__main__":
    main(sys.argv[1:])
