"""How long a reader waits for a search: 100,000 texts of minutes on a real PostgreSQL.

python -m tests.benchmarks.search [texts]. Prints milliseconds (the best and the worst of five) of finding
and ranking, beside the plain way in the same run: each word looked for in title and texts as they are
(`icontains`), which finds no other form of a word and no umlaut written otherwise. Ends with an error if
the best of some question takes longer than `MOST_MILLISECONDS`.
"""

import os
import random
import sys
import time
from collections.abc import Callable

WORDS = (
    *("Sprachkurs", "Kinderbetreuung", "Wohnung", "Ehrenamt", "Schule", "Ausbildung", "Bus", "Spielplatz"),
    *(
        "Nachbarschaft",
        "Beratung",
        "Dolmetscherin",
        "Verein",
        "Bewerbung",
        "Jugendliche",
        "Fahrrad",
        "Rathaus",
    ),
)
MOST_MILLISECONDS = 100
QUESTIONS = ("Sprachkurse", "Betreuung Abend", "Straße", "wort77777", "gibtesnicht", "Verein Jugend Beratung")


def main(texts: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Q, QuerySet

    from tests import builders
    from tests.servers import default_database, own_postgres, postgres_binaries
    from workshops import search
    from workshops.models import AgendaItem

    def timed(act: Callable[[], int]) -> tuple[list[float], int]:
        took, count = [], 0
        for _ in range(5):
            begun = time.perf_counter()
            count = act()
            took.append((time.perf_counter() - begun) * 1000)
        return took, count

    def ours(rows: QuerySet[AgendaItem], question: str) -> int:
        asked = search.terms(question)
        titles = list(search.newest(search.matching(rows, asked)).values_list("pk", "title")[:201])
        return len(sorted(titles, key=lambda row: -search.weight(row[1], asked)))

    def plain(rows: QuerySet[AgendaItem], question: str) -> int:
        for word in question.split():
            anywhere = Q(title__icontains=word) | Q(text__icontains=word)
            rows = rows.filter(anywhere | Q(points__icontains=word) | Q(agreements__icontains=word))
        return len(rows.order_by("-pk").values_list("pk", "title")[:201])

    binaries = postgres_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL")
    chance = random.Random(7)
    with own_postgres(binaries) as server, default_database(server.create("search")):
        call_command("migrate", verbosity=0)
        field = builders.a_field()
        workshops = [builders.a_workshop(builders.a_series(field))]
        workshops += [builders.a_workshop(workshops[0].series) for _number in range(99)]
        begun = time.perf_counter()
        for start in range(0, texts, 2000):
            AgendaItem.objects.bulk_create(
                AgendaItem(
                    workshop=workshops[number % 100],
                    position=number // 100 + 1,
                    title=f"Punkt {number}",
                    # About 600 characters: three common words, the rest of a large vocabulary.
                    text=" ".join(
                        [
                            *chance.choices(WORDS, k=3),
                            *(f"wort{chance.randrange(200_000)}" for _ in range(55)),
                        ]
                        + (["Straßen am Abend"] if number % 50 == 0 else [])
                    ),
                )
                for number in range(start, min(start + 2000, texts))
            )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{texts:,} texts written in {time.perf_counter() - begun:.0f} s", flush=True)
        rows = AgendaItem.objects.filter(workshop__series__field__process=field.process)
        print(f"{'question':26} {'ours':>14} {'found':>6} {'plain':>14} {'found':>6}  ratio", flush=True)
        slow = []
        for question in QUESTIONS:
            mine, found = timed(lambda: ours(rows, question))  # noqa: B023
            theirs, others = timed(lambda: plain(rows, question))  # noqa: B023
            print(
                f"{question:26} {min(mine):5.0f} to {max(mine):5.0f} {found:6} "
                f"{min(theirs):5.0f} to {max(theirs):5.0f} {others:6}  {min(theirs) / min(mine):.1f}",
                flush=True,
            )
            if min(mine) > MOST_MILLISECONDS:
                slow.append(question)
        if slow:
            raise SystemExit(f"longer than {MOST_MILLISECONDS} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
