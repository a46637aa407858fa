"""A short cut of the long run (`python -m tests.faults.campaign`), the deliveries of a bad broker, and what
the same runs find when the sender lacks a safeguard.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.faults import bent
from tests.faults.campaign import Campaign
from tests.faults.hostile_smtp import TROUBLES
from tests.faults.results import Plan, Result
from tests.servers import (
    BrokerServer,
    Database,
    OwnPostgres,
    default_database,
    own_postgres,
    postgres_binaries,
)

# A campaign that a bug keeps from ending.
LIMIT = 300
# Each kill hits the worker whose mail was just accepted, before it can hear of it.
WORST: Final = {"workers": 1, "cruelty": 1.0, "delay": 0.02}

pytestmark = pytest.mark.slow


@pytest.fixture
def fragile_postgres() -> Iterator[OwnPostgres]:
    """A server that nobody else uses: it may crash."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql")
    with own_postgres(binaries, is_durable=True) as server:
        yield server


@pytest.fixture
def run(tmp_path: Path, broker: BrokerServer, postgres: Database) -> Callable[[Plan], Result]:
    return lambda plan: Campaign(plan, tmp_path, broker, postgres.url).run(seconds=LIMIT)


def calm(**more: object) -> Plan:
    """Nothing goes wrong but what is asked for."""
    return Plan(**{"mails": 120, "kills": 0, "flushes": (), "restarts": (), "chance": 0, **more})  # type: ignore[arg-type]


def test_bad_weather_kills_an_emptied_broker_and_a_crashed_database_lose_nothing(
    tmp_path: Path, broker: BrokerServer, fragile_postgres: OwnPostgres, django_db_blocker: DjangoDbBlocker
) -> None:
    """Nor does anybody get a third copy, a second one under another name, or one that staff can't see."""
    url = fragile_postgres.create("faults")
    plan = Plan(mails=300, kills=4, flushes=(0.3,), restarts=(0.5,))
    with django_db_blocker.unblock(), default_database(url):
        call_command("migrate", verbosity=0)
        result = Campaign(plan, tmp_path, broker, url, fragile_postgres).run(seconds=LIMIT)

    assert result.broken() == []
    assert result.copies[1] > 200
    # The weather was bad at every stage of a conversation; nearly every kill hit mails in flight.
    assert set(result.faults) == set(TROUBLES)
    assert result.listed_as_ambiguous > 0


def test_a_broker_that_delivers_each_task_ten_times_and_again_makes_no_second_copy(
    run: Callable[[Plan], Result], tmp_path: Path
) -> None:
    """The visibility timeout is shorter than a run: what is still being worked on is delivered anew."""
    short = {"VISIBILITY_TIMEOUT": "5"}
    result = run(calm(mails=100, delay=0.3, connections=1, bent=bent.TENFOLD, environment=short))

    assert result.broken() == []
    assert result.copies == Counter({1: 100})
    assert result.listed_as_ambiguous == 0
    # The clocks' tasks came ten times; what lasted longer than the timeout came once more.
    times = set(_deliveries(tmp_path).values())
    assert max(times) >= 10
    assert times - {1, 10}


def _deliveries(home: Path) -> Counter[str]:
    """How often the workers received each task, by their logs."""
    lines = [line for log in home.glob("worker*.log") for line in log.read_text().splitlines()]
    return Counter(line.split("[")[1].split("]")[0] for line in lines if line.endswith("received"))


def test_killed_workers_alone_cost_a_copy_for_each_mail_in_flight_at_most(
    run: Callable[[Plan], Result],
) -> None:
    result = run(calm(kills=3, **WORST))

    assert result.broken() == []
    assert result.by_a_kill > 0


def test_control_without_the_journal_staff_see_nothing_of_second_copies(
    run: Callable[[Plan], Result],
) -> None:
    result = run(calm(kills=3, bent=bent.NO_JOURNAL, **WORST))

    assert result.not_listed_as_ambiguous > 0
    assert result.broken() != []


def test_control_without_the_condition_two_workers_send_the_same(run: Callable[[Plan], Result]) -> None:
    result = run(calm(delay=0.02, bent=bent.NO_CONDITION))

    assert sum(count for copies, count in result.copies.items() if copies > 1) > 0
    assert result.broken() != []
