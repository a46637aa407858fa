"""Mails a second of one real worker, beside a plain smtplib loop: python -m tests.benchmarks.mail [mails].

Both talk to the same drain in the same run: smtplib over one open connection with ready-made bytes of the
same size, which is the limit for one connection without pipelining. Figures drift; the ratio holds.
"""

import asyncio
import datetime
import multiprocessing
import os
import shutil
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


async def _drain_one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: Any, delay: float
) -> None:
    writer.write(b"220 drain\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            if delay:
                await asyncio.sleep(delay)
            with counter.get_lock():
                counter.value += 1
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
def drain(delay: float) -> Iterator[tuple[int, Any]]:
    """Its port, and how many mails it has taken."""
    ours, theirs = multiprocessing.Pipe()
    counter = multiprocessing.Value("i", 0)
    process = multiprocessing.Process(target=_drain, args=(theirs, counter, delay), daemon=True)
    process.start()
    yield ours.recv(), counter
    process.terminate()
    process.join()


def loop_rate(port: int, content: bytes, mails: int) -> float:
    with smtplib.SMTP("127.0.0.1", port) as client:
        begun = time.perf_counter()
        for _ in range(mails):
            client.sendmail("town@example.org", ["person@example.org"], content)
        return mails / (time.perf_counter() - begun)


def worker_rate(owe: Callable[[], None], counter: Any, mails: int) -> float:
    """From the first mail to the last: a worker that waits for its next tick isn't sending."""
    before = counter.value
    owe()
    while counter.value == before:
        time.sleep(0.001)
    begun, first = time.perf_counter(), int(counter.value)
    while counter.value < before + mails:
        time.sleep(0.002)
    return float(mails - (first - before)) / (time.perf_counter() - begun)


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
    from django.utils import timezone

    from notifications import campaigns, launching, receivers, sending
    from tests import builders
    from workshops.models import Participant, Registration, localised

    with own_postgres(binaries) as server, drain(0.0) as (port, counter):
        url = server.create("mail")
        worker = None
        try:
            with default_database(url):
                call_command("migrate", verbosity=0)
                process = builders.a_process()
                workshop = builders.a_workshop(builders.a_series(builders.a_field(process)), capacity=mails)
                staff = builders.a_staff_member()
                now = timezone.now()
                people = Participant.objects.bulk_create(
                    Participant(
                        process=process,
                        email=f"person{number}@example.org",
                        email_normalised=f"person{number}@example.org",
                        name=f"Bürgerin {number}",
                        created_at=now,
                        verified_at=now,
                        invitation_agreed_at=now,
                    )
                    for number in range(mails)
                )
                Registration.objects.bulk_create(
                    Registration(
                        workshop=workshop,
                        participant=person,
                        status="confirmed",
                        place=number + 1,
                        holds_seat=True,
                        created_at=now,
                        confirmed_at=now,
                    )
                    for number, person in enumerate(people)
                )
                campaign = campaigns.create(
                    process,
                    words=campaigns.Words(
                        name="Einladung",
                        subject=localised("Einladung: {process}"),
                        text=localised("{greeting},\n\n" + "kommen Sie bitte. " * 60 + "\n\n{link}"),
                    ),
                    by=staff,
                )
                environment = {
                    **Database(url).environment,
                    **broker.environment,
                    "EMAIL_URL": f"smtp://127.0.0.1:{port}",
                }
                arguments = ("-Q", "mail,default", "-c", "1")
                worker = Worker(environment, home / "worker.log", *arguments)
                worker.wait_until_ready()

                loop = loop_rate(port, b"Subject: ready-made\r\n\r\n" + b"x" * 76 * 150, mails)

                def launch() -> None:
                    begun = time.perf_counter()
                    launching.launch(campaign, by=staff)
                    took = datetime.timedelta(seconds=time.perf_counter() - begun)
                    print(f"launching a campaign of {mails:,}: {took.total_seconds() * 1000:.0f} ms")

                def reschedule() -> None:
                    workshop.revision = 1
                    workshop.save(update_fields=["revision"])
                    receivers.tell_rescheduled(workshop)

                print(f"{'smtplib, one connection, ready-made 12 KB':48}{loop:8.0f} mails/s")
                for name, owe in (
                    ("invitation, text for each reader", launch),
                    ("change, with calendar", reschedule),
                ):
                    rate = worker_rate(owe, counter, mails)
                    label = f"one worker process: {name}"
                    print(f"{label:48}{rate:8.0f} mails/s  {rate / loop:.2f} of the loop")
                print(f"(chunks of {sending.CHUNK}, each mail recorded before the next is handed over)")
        finally:
            if worker:
                worker.stop()
            broker.stop()
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
