"""SIGTERM in the middle of work: `serve` lets a mail in hand come to its end, `demo` always ends quickly."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from config.supervisor import Program, Supervisor
from notifications.models import Delivery
from tests.faults import town
from tests.faults.hostile_smtp import HostileSmtp
from tests.runtime.conftest import StartHouse
from tests.servers import Database, wait_until

pytestmark = pytest.mark.slow

Status = Delivery.Status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HostileSmtp]:
    """It takes eight seconds for each final answer."""
    server = HostileSmtp(tmp_path / "accepted.log", delay=8.0)
    server.start()
    yield server
    server.stop()


def test_a_server_that_is_slow_with_its_last_answer_gets_one_copy(
    tmp_path: Path, postgres: Database, server: HostileSmtp, start_house: StartHouse
) -> None:
    town.owe(1)
    environment = {**postgres.environment, "EMAIL_URL": server.url}
    house = start_house("serve", tmp_path / "data", **environment).wait_until_ready()
    wait_until(lambda: server.bodies > 0, what="the mail is on its way", seconds=60)

    house.process.terminate()
    began = time.monotonic()
    assert house.process.wait(30) == 0

    # Not by waiting blindly: it ended when the answer had come.
    assert time.monotonic() - began < 20
    assert "„worker“ bringt noch zu Ende, was begonnen ist" in house.said()
    assert [(row.status, row.is_ambiguous) for row in town.told()] == [(Status.SENT, False)]

    # The next start sends what is new, and the old one never again.
    server.delay = 0
    town.owe(2)
    again = start_house("serve", tmp_path / "data", **environment).wait_until_ready()
    wait_until(town.is_over, what="everything sent", seconds=60)
    assert again.end() == 0
    message_ids = [message_id for _recipient, message_id in server.logged()]
    assert (len(message_ids), len(set(message_ids))) == (3, 3)


def test_the_last_second_is_told_in_the_singular(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, environment={}, say=said.append)
    program = Program(name="worker", command=(), is_ready=lambda: True)
    with override("de"):
        for seconds in (1.9, 2.0):
            supervisor._say_what_for(program, seconds=seconds)
    begun = "„worker“ bringt noch zu Ende, was begonnen ist: höchstens"
    assert said == [f"{begun} 1 Sekunde.", f"{begun} 2 Sekunden."]
