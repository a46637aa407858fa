"""How long staff wait: counting and launching a campaign on a real PostgreSQL.

python -m tests.benchmarks.launching [people]. Prints milliseconds, the best and the worst of five runs.
"""

import os
import sys
import time
from collections.abc import Callable


def main(people: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from notifications import audiences, campaigns, launching, progress
    from notifications.audiences import Audience
    from tests import cast
    from tests.servers import default_database, own_postgres, postgres_binaries
    from workshops.models import Participant, localised

    def timed(what: str, act: Callable[[], object]) -> None:
        took = []
        for _ in range(5):
            with transaction.atomic():
                begun = time.perf_counter()
                act()
                took.append((time.perf_counter() - begun) * 1000)
                transaction.set_rollback(True)
        print(f"{what}: {min(took):.0f} to {max(took):.0f} ms")

    binaries = postgres_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL")
    with own_postgres(binaries) as server, default_database(server.create("launching")):
        call_command("migrate", verbosity=0)
        town = cast.gather()
        now = timezone.now()
        Participant.objects.bulk_create(
            [
                Participant(
                    process=town.process,
                    email=f"person{number}@example.org",
                    email_normalised=f"person{number}@example.org",
                    language=("de", "en", "ar")[number % 3],
                    created_at=now,
                    invitation_agreed_at=now,
                )
                for number in range(people - 1)  # and Amina
            ],
            batch_size=1000,
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        words = campaigns.Words(
            name="Einladung", subject=localised("Einladung"), text=localised("{greeting}: {link}")
        )
        narrow = Audience(standing=("not_registered",), languages=("ar", "de", "en"))
        for name, audience in (("everyone", Audience()), ("not yet registered, by language", narrow)):
            campaign = campaigns.create(town.process, words=words, audience=audience, by=town.sabine)
            meant = audiences.of_campaign(campaign)
            timed(f"counting {people:,} ({name})", lambda: audiences.counted(meant))  # noqa: B023
            timed(f"launching to {people:,} ({name})", lambda: launching.launch(campaign, by=town.sabine))  # noqa: B023
        launching.launch(campaign, by=town.sabine)
        timed(f"progress of {people:,}", lambda: progress.progress_of(campaign))
        timed(f"stopping {people:,}", lambda: launching.stop(campaign, by=town.sabine))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
