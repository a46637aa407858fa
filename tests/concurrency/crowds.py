"""Many people at once, each in a thread with a database connection of its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")


def all_at_once(act: Callable[[T], R], people: Iterable[T], *, threads: int = 24) -> list[R]:
    """`act(person)` for each, `threads` of them at a time, all starting together; results in their order."""
    gate = threading.Barrier(threads)

    def open_gate() -> None:
        gate.wait(30)

    def one(person: T) -> R:
        try:
            return act(person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads, initializer=open_gate) as pool:
        return [future.result(120) for future in [pool.submit(one, person) for person in people]]


def tally(results: Iterable[str]) -> dict[str, int]:
    return dict(Counter(results))


def wait_until_someone_waits() -> None:
    """For a lock of PostgreSQL's that this thread's open transaction holds."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
