"""Reading the mailbox and planning take minutes: a worker that is asked to end does so all the same."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from django.utils import timezone

from config.celery import app
from notifications.models import InboxState
from tests import builders, cast
from tests.imap_server import PASSWORD, USER, ImapServer, dovecot, own_dovecot
from tests.servers import BrokerServer, Database, Worker, wait_until
from workshops.models import PlanningRun, Workshop

# What compose gives a worker before it kills it (docker-compose.yml); `serve` gives 25 s.
GRACE_SECONDS = 25

pytestmark = pytest.mark.slow


class SlowWay:
    """A loopback port in front of another one; what comes back is held up by `delay` seconds a piece."""

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self.pieces = 0
        self._beyond = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._beyond))
                threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_slow: bool) -> None:
        with suppress(OSError), source, target:
            while piece := source.recv(65536):
                if is_slow:
                    self.pieces += 1
                    time.sleep(self.delay)
                target.sendall(piece)


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    program = dovecot()
    if program is None:
        pytest.skip("no Dovecot (Debian's dovecot-imapd)")
    with own_dovecot(program) as server:
        yield server


@pytest.fixture
def way(imap: ImapServer) -> Iterator[SlowWay]:
    way = SlowWay(imap.tls_port)
    yield way
    way.close()


def run(task: str, broker: BrokerServer) -> None:
    with app.connection_for_write(broker.environment["CELERY_BROKER_URL"]) as connection:
        app.send_task(task, queue="default", connection=connection)


def end(worker: Worker) -> None:
    worker.process.terminate()
    try:
        assert worker.process.wait(GRACE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        pytest.fail("the worker would have been killed")


def test_a_worker_that_reads_a_slow_mailbox_ends_in_time(
    postgres: Database,
    broker: BrokerServer,
    imap: ImapServer,
    way: SlowWay,
    start_worker: Callable[..., Worker],
) -> None:
    for number in range(10):
        imap.put(f"From: a@b.example\r\nMessage-ID: <{number}@b.example>\r\n\r\nHallo\r\n".encode())
    worker = start_worker(
        postgres.environment,
        broker.environment,
        INBOX_URL=f"imaps://{USER}:{quote(PASSWORD, safe='')}@localhost:{way.port}/INBOX",
        SSL_CERT_FILE=str(imap.authority),
    )
    way.delay = 8.0
    run("notifications.tasks.read_inbox", broker)
    wait_until(lambda: way.pieces >= 1, what="it has begun to read")

    end(worker)

    # It hung up by itself: nothing is wrong with the mailbox.
    assert not InboxState.objects.filter(failing_since__isnull=False).exists()


def test_a_worker_that_plans_ends_in_time_and_the_run_goes_on_in_the_next(
    postgres: Database, broker: BrokerServer, start_worker: Callable[..., Worker]
) -> None:
    people = cast.gather()
    many = [builders.a_field(people.process) for _number in range(46)]
    for field in [*people.fields, *many]:
        builders.a_series(field, workshop_count=8, weekdays=[0, 1, 2, 3, 4], start_times=["10:00", "18:00"])
    for _number in range(40):
        builders.a_moderator(people.process)
    now = timezone.now()
    PlanningRun.objects.create(process=people.process, requested_at=now, requested_by=people.sabine)
    worker = start_worker(postgres.environment, broker.environment)
    run("workshops.tasks.plan_timetables", broker)
    wait_until(PlanningRun.objects.filter(progress__gte=15).exists, what="it has begun to search", seconds=60)

    end(worker)

    waiting = PlanningRun.objects.get()
    assert (waiting.status, waiting.started_at, waiting.progress) == ("waiting", None, 0)
    assert not Workshop.objects.exists()
    start_worker(postgres.environment, broker.environment)
    run("workshops.tasks.plan_timetables", broker)
    wait_until(PlanningRun.objects.filter(status="running", progress__gte=5).exists, what="it goes on")
