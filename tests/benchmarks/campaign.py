"""Personal mails with calendar, as fast as they go: python -m tests.benchmarks.campaign [mails].

A real Celery worker on PostgreSQL sends to a drain on loopback; beside it, in the same run, smtplib sends
ready-made bytes of the same size over one open connection, which is the measure. Figures drift with the
machine; the ratios hold. On two cores worker, database and drain share them: a second worker adds what the
first one leaves idle, and with a server that takes its time (20 ms a mail) all of it.
"""

import asyncio
import multiprocessing
import os
import shutil
import smtplib
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SLOW = 0.02


async def _drain_one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: Any, delay: float
) -> None:
    writer.write(b"220 drain\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"EHLO":
            writer.write(b"250-drain\r\n250 PIPELINING\r\n")
            continue
        if command == b"DATA":
            writer.write(b"354 go on\r\n")
            content = await reader.readuntil(b"\r\n.\r\n")
            if delay:
                await asyncio.sleep(delay)
            with counter.get_lock():
                counter[0] += 1
                counter[1] = len(content)
        elif command == b"QUIT":
            break
        writer.write(b"250 OK\r\n")
    writer.close()


def _drain(pipe: Connection, counter: Any, delay: float) -> None:
    """An SMTP server in its own process that takes everything and keeps nothing."""

    async def serve() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: _drain_one(reader, writer, counter, delay), "127.0.0.1", 0, limit=1 << 20
        )
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def drain(delay: float = 0.0) -> Iterator[tuple[int, Any]]:
    """Its port; how many mails it has taken and the last one's size."""
    ours, theirs = multiprocessing.Pipe()
    counter = multiprocessing.Array("q", 2)
    process = multiprocessing.Process(target=_drain, args=(theirs, counter, delay), daemon=True)
    process.start()
    yield ours.recv(), counter
    process.terminate()
    process.join()


def loop_rate(port: int, size: int, mails: int) -> float:
    """smtplib over one open connection, ready-made bytes."""
    head = b"Subject: ready-made\r\n\r\n"
    lines = (size - len(head)) // 78
    content = head + (b"x" * 76 + b"\r\n") * lines
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        begun = time.perf_counter()
        for _ in range(mails):
            client.sendmail("town@example.org", ["person@example.org"], content)
        return mails / (time.perf_counter() - begun)


def cpu_of_session(session: int) -> float:
    """Seconds of processor time that the processes of a session have used."""
    ticks = 0
    for directory in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            fields = (directory / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def worker_rate(owe: Callable[[], None], counter: Any, mails: int) -> float:
    """From the first mail to the last: a worker that waits for its next tick isn't sending."""
    before = counter[0]
    owe()
    while counter[0] == before:
        time.sleep(0.001)
    begun, first = time.perf_counter(), int(counter[0])
    while counter[0] < before + mails:
        time.sleep(0.002)
    return float(mails - (first - before)) / (time.perf_counter() - begun)


class Town:
    """A workshop with so many confirmed people, who have had their links, and a campaign."""

    def __init__(self, people: int) -> None:
        from django.utils import timezone

        from notifications import campaigns
        from tests import builders
        from workshops import links
        from workshops.models import Participant, PersonalLink, Registration, localised

        self.process = builders.a_process()
        self.workshop = builders.a_workshop(
            builders.a_series(builders.a_field(self.process)),
            capacity=people,
            description=localised("Wie lernen alle gut Deutsch? Wir sammeln, was hilft. " * 12),
        )
        self.staff = builders.a_staff_member()
        now = timezone.now()
        persons = Participant.objects.bulk_create(
            Participant(
                process=self.process,
                email=f"person{number}@example.org",
                email_normalised=f"person{number}@example.org",
                name=f"Bürgerin {number}",
                created_at=now,
                verified_at=now,
                invitation_agreed_at=now,
            )
            for number in range(people)
        )
        registrations = Registration.objects.bulk_create(
            Registration(
                workshop=self.workshop,
                participant=person,
                status="confirmed",
                place=number + 1,
                holds_seat=True,
                created_at=now,
                confirmed_at=now,
            )
            for number, person in enumerate(persons)
        )
        scope = PersonalLink.Scope
        for start in range(0, people, 1000):
            links.make_all(
                each
                for person, registration in zip(
                    persons[start : start + 1000], registrations[start : start + 1000], strict=True
                )
                for each in (
                    (person, scope.MANAGE, None),
                    (person, scope.FEED, None),
                    (person, scope.JOIN, registration),
                )
            )
        self.campaign = campaigns.create(
            self.process,
            words=campaigns.Words(
                name="Einladung",
                subject=localised("Einladung: {process}"),
                text=localised("{greeting},\n\n" + "kommen Sie bitte. " * 60 + "\n\n{link}"),
            ),
            by=self.staff,
        )

    def launch(self) -> None:
        from notifications import launching

        begun = time.perf_counter()
        launching.launch(self.campaign, by=self.staff)
        print(f"launching the campaign took {(time.perf_counter() - begun) * 1000:.0f} ms")

    def reschedule(self, *, most: int | None = None) -> None:
        """Owe everyone (or the first so many) the mail of a new change, like `receivers.tell_rescheduled`."""
        from django.db.models import CharField, F, Value
        from django.db.models.functions import Cast, Concat

        from notifications import outbox
        from notifications.models import Kind

        self.workshop.revision += 1
        self.workshop.save(update_fields=["revision"])
        everyone = self.workshop.registrations.all()
        outbox.enqueue_each(
            everyone if most is None else everyone.filter(place__lte=most),
            Kind.RESCHEDULED,
            key=Concat(
                Value(f"rescheduled:{self.workshop.revision}:"),
                Cast("pk", CharField()),
                output_field=CharField(),
            ),
            process=self.process,
            participant=F("participant_id"),
            registration=F("pk"),
            workshop=self.workshop,
            revision=self.workshop.revision,
        )


def main(mails: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    from tests.servers import (
        BrokerServer,
        Database,
        Worker,
        default_database,
        own_postgres,
        postgres_binaries,
    )

    binaries = postgres_binaries()
    if binaries is None:
        sys.exit("no PostgreSQL under /usr/lib/postgresql")
    home = Path(tempfile.mkdtemp(prefix="mail-", dir="/tmp"))
    broker = BrokerServer(home)
    broker.start()
    os.environ |= broker.environment
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from notifications import tasks

    with own_postgres(binaries) as server, drain() as (port, counter), drain(SLOW) as (slow_port, slow):
        url = server.create("mail")

        @contextmanager
        def workers(port: int, *, count: int = 1, connections: int = 4) -> Iterator[list[Worker]]:
            environment = {
                **Database(url).environment,
                **broker.environment,
                "EMAIL_URL": f"smtp://127.0.0.1:{port}",
                "MAIL_CONNECTIONS": str(connections),
            }
            started = [
                Worker(environment, home / f"worker{number}.log", "-Q", "mail", "-c", "1", "-n", f"w{number}")
                for number in range(count)
            ]
            try:
                for worker in started:
                    worker.wait_until_ready()
                yield started
            finally:
                for worker in started:
                    worker.stop()
                for log in home.glob("worker*.log"):
                    print("".join(f"  {line}\n" for line in log.read_text().splitlines() if "ERROR" in line))
                    log.unlink()

        try:
            with default_database(url):
                call_command("migrate", verbosity=0)
                town = Town(mails)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")

                def change(count: int = 1, *, most: int | None = None) -> None:
                    town.reschedule(most=most)
                    for _worker in range(count):
                        tasks.deliver_due.apply_async(queue="mail", expires=60)

                with workers(port) as (one,):
                    change_one = _measured(one, lambda: worker_rate(change, counter, mails), mails)
                    loop = loop_rate(port, int(counter[1]), mails)
                    town.workshop.refresh_from_db()
                    campaign = _measured(one, lambda: worker_rate(town.launch, counter, mails), mails)
                size = int(counter[1])
                print(f"{'smtplib, one open connection, ready-made':48}{loop:8.0f} mails/s")
                _say("one worker process: change, with calendar", *change_one, loop)
                _say("one worker process: campaign, links made", *campaign, loop)
                with workers(port, count=2):
                    rate = worker_rate(lambda: change(2), counter, mails)
                    _say("two worker processes: change, with calendar", rate, 0, loop)
                    print(f"{'':48}{rate / change_one[0]:8.2f} of one")
                few = max(200, mails // 20)
                with workers(slow_port, connections=1):
                    alone = worker_rate(lambda: change(most=few), slow, few)
                with workers(slow_port, connections=4):
                    four = worker_rate(lambda: change(most=few), slow, few)
                with workers(slow_port, count=2, connections=4):
                    eight = worker_rate(lambda: change(2, most=2 * few), slow, 2 * few)
                print(f"{'server answers in 20 ms: one connection':48}{alone:8.0f} mails/s")
                print(f"{'    four connections':48}{four:8.0f} mails/s  {four / alone:.2f} of one")
                print(f"{'    four connections each of two workers':48}{eight:8.0f} mails/s  "
                      f"{eight / four:.2f} of one worker")  # fmt: skip
                _where_the_time_goes(town, port, min(mails, 4000))
                print(f"(the last mail had {size:,} bytes)")
        finally:
            broker.stop()
            shutil.rmtree(home, ignore_errors=True)


def _measured(worker: Any, work: Callable[[], float], mails: int) -> tuple[float, float]:
    """Mails a second, and CPU seconds of the worker for each mail."""
    before = cpu_of_session(worker.process.pid)
    rate = work()
    return rate, (cpu_of_session(worker.process.pid) - before) / mails


def _say(label: str, rate: float, cpu: float, loop: float) -> None:
    cost = f"  {cpu * 1000:.2f} ms CPU a mail" if cpu else ""
    print(f"{label:48}{rate:8.0f} mails/s  {rate / loop:.2f} of the loop{cost}")


def _where_the_time_goes(town: Town, port: int, mails: int) -> None:
    """The same run in this process, with a stop-watch around each step (which costs some itself)."""
    from django.conf import settings

    from notifications import (
        claims,
        contexts,
        emails,
        gathering,
        journal,
        mime,
        prepared,
        sending,
        smtp,
        wanted,
    )

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    spent: dict[str, float] = defaultdict(float)
    waited: dict[str, float] = defaultdict(float)
    inner = [0.0, 0.0]

    def watched(owner: Any, name: str, label: str) -> Any:
        """The processor time of one thread; what a watched step inside another took is that one's."""
        original = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            is_main = threading.current_thread() is threading.main_thread()
            cpu, wall, (cpu_inside, wall_inside) = time.thread_time(), time.perf_counter(), inner
            try:
                return original(*args, **kwargs)
            finally:
                cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
                if is_main:
                    spent[label] += cpu - (inner[0] - cpu_inside)
                    waited[label] += (wall - cpu) - (inner[1] - wall_inside)
                    inner[:] = cpu_inside + cpu, wall_inside + wall - cpu
                else:
                    spent[label] += cpu

        setattr(owner, name, timed)
        return original

    steps = [
        (claims, "claim", "query: claiming"),
        (gathering, "gathered", "query: reading rows"),
        (emails.Writer, "expect", "query: reading links"),
        (wanted, "obsolete_because", "still wanted?"),
        (contexts, "personal_values", "links: name and addresses of the reader"),
        (emails.Writer, "write", "choosing what is prepared, headers"),
        (prepared.Prepared, "placed", "template: placing the person's parts"),
        (prepared.PreparedCalendar, "placed", "calendar: placing the person's parts"),
        (mime, "message", "MIME: encoding, base64, headers"),
        (claims, "record", "recording"),
        (journal.Journal, "_write", "journal"),
        (smtp.Session, "send", "SMTP, of all connections"),
    ]
    originals = [(owner, name, watched(owner, name, label)) for owner, name, label in steps]
    try:
        town.reschedule(most=mails)
        begun, used = time.perf_counter(), time.process_time()
        sending.deliver_due(seconds=600)
        took, used = time.perf_counter() - begun, time.process_time() - used
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)
    print(f"\nwhere the time goes ({mails / took:.0f} mails/s with the stop-watches), µs a mail")
    print(f"  {'':46}{'CPU':>7}{'waiting':>9}")
    for label, seconds in spent.items():
        print(f"  {label:46}{seconds / mails * 1e6:7.0f}{waited[label] / mails * 1e6:9.0f}")
    print(f"  {'from beginning to end, of the process':46}{used / mails * 1e6:7.0f}"
          f"{(took - used) / mails * 1e6:9.0f}")  # fmt: skip


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
