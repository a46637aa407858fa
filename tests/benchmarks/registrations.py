"""Registrations for one hot workshop: python -m tests.benchmarks.registrations [clients] [seconds].

Prints registrations a second of the operation and of the whole page, beside the bare minimum (row lock,
count, insert) in the same run on the same PostgreSQL, with a real broker. Figures drift; ratios hold.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

PROCESSES = 2


@contextmanager
def house() -> Iterator[None]:
    """Broker, PostgreSQL and a migrated database as `default`; settings are read only now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    from tests.servers import BrokerServer, PostgresServer, default_database, own_postgres, postgres_binaries

    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        broker = BrokerServer(Path(home))
        broker.start()
        os.environ.update(broker.environment)
        try:
            import django

            django.setup()
            from django.core.management import call_command

            binaries = postgres_binaries()
            if binaries is None:
                sys.exit("no PostgreSQL under /usr/lib/postgresql")
            with (
                own_postgres(binaries) as own,
                default_database(PostgresServer(own.admin_url).create("bench")),
            ):
                call_command("migrate", verbosity=0)
                yield
        finally:
            broker.stop()


def bare(workshop_id: int) -> Callable[[str], None]:
    """The limit: one row lock, one count, one insert."""
    from django.db import transaction
    from django.utils import timezone

    from workshops.models import Participant, Registration, Workshop

    def register(name: str) -> None:
        now = timezone.now()
        with transaction.atomic():
            workshop = Workshop.objects.select_for_update().get(pk=workshop_id)
            taken = workshop.registrations.filter(status="confirmed").count()
            if taken >= workshop.capacity:
                return
            # Someone who is known already: not even the person is inserted.
            Registration.objects.create(
                workshop=workshop,
                participant_id=people[next(numbers)],
                place=taken + 1,
                holds_seat=True,
                status="confirmed",
                created_at=now,
                confirmed_at=now,
            )

    people = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    numbers = count(int(multiprocessing.current_process().name) * len(people) // PROCESSES)
    return register


def operation(workshop_id: int) -> Callable[[str], None]:
    from workshops.models import Workshop
    from workshops.operations import registrations

    process = Workshop.objects.get(pk=workshop_id).process

    def register(name: str) -> None:
        registrations.register(
            process,
            person=registrations.Person(f"{name}@example.org", name),
            workshop_ids=[workshop_id],
            needs=registrations.Needs(),
        )

    return register


def page(workshop_id: int) -> Callable[[str], None]:
    from django.conf import settings
    from django.test import Client

    from workshops.models import Workshop

    settings.REGISTRATIONS_PER_HOUR = 1_000_000  # all come from one address
    path = f"/{Workshop.objects.get(pk=workshop_id).process.slug}/register/"

    def register(name: str) -> None:
        answer = Client().post(
            path,
            {
                "workshops": [workshop_id],
                "name": "Jemand",
                "email": f"{name}@example.org",
                "language": "de",
                "privacy": "on",
            },
        )
        assert answer.status_code == 302, answer.content

    return register


CONTENDERS = {"lock + count + insert": bare, "registrations.register": operation, "POST /register/": page}


def one_process(number: int, name: str, workshop_id: int, clients: int, seconds: float) -> float:
    """This process's registrations a second, after one to warm up (imports, connections, templates)."""
    from django.db import connections

    multiprocessing.current_process().name = str(number)
    register = CONTENDERS[name](workshop_id)
    names = count()
    register(f"p{number}-warm")
    began = time.monotonic()

    def one_client(client: int) -> int:
        done = 0
        try:
            while time.monotonic() < began + seconds:
                register(f"p{number}-{client}-{next(names)}")
                done += 1
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(one_client, range(clients)))
    connections.close_all()
    return done / (time.monotonic() - began)


def main() -> None:
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    with house():
        from django.db import connections

        from tests import builders
        from workshops.models import Participant

        rates: dict[str, float] = {}
        for name in CONTENDERS:
            workshop = builders.a_workshop(capacity=1_000_000)
            if name == "lock + count + insert":
                Participant.objects.bulk_create(
                    Participant(
                        process=workshop.process,
                        email=f"{number}@example.org",
                        email_normalised=f"{number}@example.org",
                        created_at=workshop.changed_at,
                    )
                    for number in range(40_000)
                )
            connections.close_all()
            work = [(number, name, workshop.pk, clients // PROCESSES, seconds) for number in range(PROCESSES)]
            with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
                rates[name] = sum(pool.starmap(one_process, work))
            share = rates[name] / rates["lock + count + insert"]
            print(f"{name:24} {rates[name]:7.0f} /s   {share:5.2f} of the limit")


if __name__ == "__main__":
    main()
