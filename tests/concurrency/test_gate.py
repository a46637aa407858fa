"""The survey's end is moved while staff plan, on a real PostgreSQL: one comes first, the other sees it."""

import datetime
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests import builders, cast
from tests.concurrency.crowds import all_at_once
from workshops.errors import Refusal
from workshops.models import Survey, Workshop, WorkshopSeries
from workshops.operations import series as series_operations
from workshops.operations import surveys, workshops

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

DAY = datetime.timedelta(days=1)


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    finally:
        connections.close_all()
    return "done"


def move_end(people: cast.Cast, *, days: int) -> Survey:
    now = timezone.now()
    return surveys.set_window(
        people.process, opens_at=now - 90 * DAY, closes_at=now + days * DAY, url="", by=people.sabine
    )


def wait_until_it_waits(future: Future[str]) -> None:
    """For the other's lock, or until it went past."""
    until = time.monotonic() + 20
    while not future.done():
        assert time.monotonic() < until
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.02)


def plans(people: cast.Cast) -> dict[str, Callable[[], object]]:
    """Each operation that needs the gate, on one series with a draft."""
    series = builders.a_series(people.fields[0])
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT)
    starts_at = timezone.now() + 20 * DAY
    return {
        "publish": lambda: workshops.publish(Workshop.objects.get(pk=draft.pk), by=people.sabine),
        "publish_proposal": lambda: series_operations.publish_proposal(
            people.process, by=people.sabine, accept_conflicts=True
        ),
        "add_by_hand": lambda: workshops.add_by_hand(
            WorkshopSeries.objects.get(pk=series.pk),
            starts_at=starts_at,
            ends_at=starts_at + datetime.timedelta(hours=2),
            by=people.sabine,
        ),
        "request_timetable": lambda: series_operations.request_timetable(people.process, by=people.sabine),
    }


@pytest.mark.parametrize("name", ["publish", "publish_proposal", "add_by_hand", "request_timetable"])
def test_who_plans_while_the_end_is_moved_meets_the_shut_gate(name: str) -> None:
    people = cast.gather()
    act = plans(people)[name]

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            move_end(people, days=1)
            future = pool.submit(outcome, act)
            wait_until_it_waits(future)
        assert future.result(30) == "gate_shut"

    assert not Workshop.objects.published().exists()


def test_who_moves_the_end_waits_for_a_publication_under_way() -> None:
    people = cast.gather()
    publish = plans(people)["publish"]
    is_moved = threading.Event()

    def move() -> None:
        move_end(people, days=1)
        is_moved.set()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            publish()
            future = pool.submit(outcome, move)
            wait_until_it_waits(future)
            assert not is_moved.is_set()
        assert future.result(30) == "done"


def test_nobody_waits_in_a_circle() -> None:
    people = cast.gather()
    acts = list(plans(people).values())

    def act(number: int) -> str:
        if number % 5 == 4:
            # Within the past, so that the gate stays open and everybody takes all locks.
            return outcome(lambda: move_end(people, days=-number))
        return outcome(acts[number % 5])

    results = all_at_once(act, range(60), threads=8)

    assert set(results) <= {"done", "not_a_draft", "no_drafts", "already_planning"}
