"""The bell after a commit, when the broker is away."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping

import pytest
import redis

from tests.servers import BrokerServer

# As a page does: in a process that began with Django, in a thread of the web server's.
PROCESS = """
import threading, django
django.setup()
from notifications import tasks
thread = threading.Thread(target=lambda: [{steps}])
thread.start()
thread.join()
"""


def in_a_process(steps: str, environment: Mapping[str, str]) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run(
        [sys.executable, "-c", PROCESS.format(steps=steps)],
        env={**os.environ, **settings, **environment},
        check=True,
    )


class Door:
    """A port behind which nobody speaks the broker's language: it counts who knocks, and hangs up."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"
        self._knocks = 0
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self._knocks += 1
            visitor.close()

    def knocks(self, steps: str) -> int:
        """How often a process of its own, whose broker this is, knocks while it takes these steps."""
        before = self._knocks
        in_a_process(steps, {"REDIS_URL": self.url})
        return self._knocks - before

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.close()


def test_a_page_rings_the_worker(broker: BrokerServer) -> None:
    in_a_process("tasks.ring()", broker.environment)

    with redis.Redis(unix_socket_path=str(broker.broker.socket)) as client:
        assert client.llen("mail") == 1


def test_a_broker_that_is_away_is_not_rung_at_every_page(door: Door) -> None:
    once = door.knocks("tasks.ring()")

    assert once > 0
    assert door.knocks("tasks.ring(), tasks.ring(), tasks.ring()") == once
    # The control: without the silence each page knocks again, and waits.
    assert door.knocks("tasks.ring(), tasks.forget_silence(), tasks.ring()") > once
