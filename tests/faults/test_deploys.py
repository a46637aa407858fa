"""What a worker does when it is asked to end, and when a mail server holds it up."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notifications.models import Delivery
from tests.faults import town
from tests.faults.hostile_smtp import SILENCE, HostileSmtp, Script
from tests.servers import BrokerServer, Database, Worker, wait_until

PEOPLE = 80
WORKER = ("-Q", "mail,default", "-c", "1", "-B", "--scheduler", "config.celery:Clock", "-s", "/dev/null")
# What compose and a service manager give a worker before they kill it (docker-compose.yml).
GRACE_SECONDS = 30
Status = Delivery.Status

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HostileSmtp]:
    server = HostileSmtp(tmp_path / "accepted.log", delay=0.1)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start(
    start_worker: Callable[..., Worker], postgres: Database, broker: BrokerServer, server: HostileSmtp
) -> Callable[[], Worker]:
    return lambda: start_worker(
        postgres.environment,
        broker.environment,
        arguments=WORKER,
        EMAIL_URL=server.url,
        EMAIL_TIMEOUT="2",
        MAIL_PATIENCE="6",
    )


def test_a_worker_that_is_asked_to_end_does_so_before_it_is_killed_and_sends_nothing_twice(
    server: HostileSmtp, start: Callable[[], Worker]
) -> None:
    town.owe(PEOPLE)
    for accepted in (10, 40):
        worker = start()
        wait_until(lambda: len(server.accepted) >= accepted, what=f"{accepted} accepted", seconds=60)  # noqa: B023
        worker.process.terminate()
        try:
            code = worker.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.fail("the worker would have been killed")
        assert code == 0
        # It left nothing in anybody's hands: the next worker need not wait for a lease to end.
        assert not Delivery.objects.filter(status=Status.SENDING).exists()
        assert len(server.accepted) < PEOPLE
    start()
    wait_until(town.is_over, what="everything sent", seconds=60)

    assert Counter(count for count in _copies(server).values()) == Counter({1: PEOPLE})
    assert not Delivery.objects.filter(is_ambiguous=True).exists()


def test_a_server_that_falls_silent_after_the_dot_holds_up_its_own_mail_only(
    server: HostileSmtp, start: Callable[[], Worker]
) -> None:
    server.scripts.append(Script("dot", SILENCE))
    town.owe(PEOPLE)
    start()
    sent = Delivery.objects.filter(status=Status.SENT)
    wait_until(lambda: sent.count() == PEOPLE - 1, what="the others sent", seconds=60)

    # Given up by its connection, not by anybody's death: it waits for its second and last attempt.
    held_up = Delivery.objects.filter(status=Status.PENDING, is_ambiguous=True, outcome_code="dot_broken")
    wait_until(held_up.exists, what="the silent server left", seconds=60)
    assert set(_copies(server).values()) == {1}
    held_up.update(next_attempt_at=held_up.get().created_at)  # its minute passes
    wait_until(town.is_over, what="the last one sent", seconds=60)

    assert Counter(_copies(server).values()) == Counter({1: PEOPLE - 1, 2: 1})
    assert len({message_id for _recipient, message_id in server.logged()}) == PEOPLE


def test_a_server_that_never_greets_is_left_and_asked_again(
    server: HostileSmtp, start: Callable[[], Worker]
) -> None:
    server.scripts += [Script("banner", SILENCE, times=2), Script("ehlo", SILENCE)]
    town.owe(PEOPLE)
    start()
    wait_until(town.is_over, what="everything sent", seconds=90)

    assert Counter(_copies(server).values()) == Counter({1: PEOPLE})
    assert [script.times for script in server.scripts] == [0, 0]


def _copies(server: HostileSmtp) -> Counter[str]:
    return Counter(recipient for recipient, _message_id in server.logged())
