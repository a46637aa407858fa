"""The feed of a process with 1,000 workshops: python -m tests.benchmarks.feeds [workshops].

Prints answers a second, and milliseconds of CPU, of the whole page (middleware included, no socket), in one
process: written anew each time, one workshop changed before each, kept bytes, and "not modified". Figures
drift; the ratios hold.
"""

import os
import sys
import time
from collections.abc import Callable


def rate(ask: Callable[[], object], *, seconds: float = 3.0) -> tuple[float, float]:
    """Answers a second, and milliseconds of CPU for each."""
    ask()
    count, begun, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        ask()
        count += 1
    return count / (time.perf_counter() - begun), (time.process_time() - cpu) * 1000 / count


def main(workshops: int) -> None:
    from django.core.cache import cache
    from django.test import Client
    from django.utils import timezone

    from notifications import calendars
    from tests import builders, cast
    from workshops.models import Workshop

    people = cast.gather()
    series = builders.a_series(people.fields[0])
    first = builders.a_workshop(series)
    Workshop.objects.bulk_create(
        Workshop(
            series=series,
            number=number,
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            capacity=20,
            status="published",
            published_at=timezone.now(),
            published_by=people.sabine,
            changed_at=timezone.now(),
        )
        for number in range(2, workshops + 1)
    )
    client, address = Client(), "/integrationsplan/calendar.ics"
    known = client.get(address)
    headers = {"If-None-Match": known.headers["ETag"]}

    def anew() -> None:
        cache.clear()
        calendars.published_event.cache_clear()
        client.get(address)

    def one_changed() -> None:
        Workshop.objects.filter(pk=first.pk).update(changed_at=timezone.now())
        client.get(address)

    def kept() -> None:
        assert client.get(address).status_code == 200

    def not_modified() -> None:
        assert client.get(address, headers=headers).status_code == 304

    print(f"{workshops} workshops, {len(known.content) / 1000:.0f} kB")
    slowest = 0.0
    # "not modified" before the change, whose ETag is another one.
    for name, ask in (("anew", anew), ("304", not_modified), ("kept", kept), ("one changed", one_changed)):
        answers, cpu = rate(ask)
        slowest = slowest or answers
        print(f"{name:12} {answers:8.1f}/s {cpu:8.2f} ms CPU {answers / slowest:8.1f} ×")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    finally:
        teardown_databases(databases, verbosity=0)
