"""How far the town is, through HTTP: the public page, the frame for other sites, staff's form."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import Measure, Minutes, localised
from workshops.views.progress import EMBED_POLICY

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PAGE = "/integrationsplan/progress/"
FRAMES = ["/embed/integrationsplan/progress/", "/embed/integrationsplan/workshops/"]


@pytest.fixture
def measure(people: cast.Cast) -> Measure:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    return builders.a_measure(goal, title=localised("Kurse am Abend"))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def figures(content: str) -> list[list[str]]:
    """The rows of the table: field, then its counts."""
    [table] = re.findall(r"<tbody>(.*?)</tbody>", content, re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    return [
        [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows
    ]


def test_the_table_counts_what_is_planned_held_written_adopted_and_done(
    client: Client, people: cast.Cast, measure: Measure
) -> None:
    now = timezone.now()
    series = builders.a_series(people.fields[0])
    held = builders.a_workshop(series, starts_at=now - 20 * DAY)
    builders.a_workshop(series, starts_at=now - 10 * DAY)
    builders.a_workshop(series, starts_at=now + 10 * DAY)
    builders.a_workshop(series, starts_at=now + 11 * DAY, status="draft")
    Minutes.objects.create(workshop=held, status="published", published_at=now, published_by=people.sabine)
    builders.a_measure(measure.goal, status="done")
    builders.a_measure(measure.goal, status="in_progress")
    builders.a_measure(measure.goal, status="abandoned")

    for page in (PAGE, FRAMES[0]):
        assert figures(client.get(page).content.decode())[0] == [
            *("Bildung und Sprache", "1", "2", "1", "3", "1", "1", "1"),
        ]
        assert "Aufgegebene Maßnahmen zählen nicht zu den angenommenen." in pages.lines(client.get(page))


def test_what_was_given_up_is_no_part_of_what_there_is_to_do(
    client: Client, people: cast.Cast, measure: Measure
) -> None:
    builders.a_measure(measure.goal, status="done")
    before = client.get(PAGE)
    assert "1 von 2 Maßnahmen sind umgesetzt." in pages.lines(before)
    assert "Aufgegebene" not in before.content.decode()

    Measure.objects.filter(pk=measure.pk).update(status="abandoned")
    assert "1 von 1 Maßnahme ist umgesetzt. 1 Maßnahme ist aufgegeben." in pages.lines(client.get(PAGE))

    Measure.objects.update(status="abandoned")
    alone = client.get(PAGE)
    assert "2 Maßnahmen sind aufgegeben." in pages.lines(alone)
    assert "<progress" not in alone.content.decode()


def test_a_measure_shows_its_history_and_milestones_but_no_names_of_staff(
    client: Client, people: cast.Cast, measure: Measure
) -> None:
    measure.changes.create(
        status="in_progress",
        note=localised({"de": "Es geht los.", "en": "Off we go."}),
        changed_at=timezone.now(),
        changed_by=people.sabine,
    )
    builders.a_milestone(measure, on=timezone.localdate() - DAY, title=localised("Raum gefunden"))
    builders.a_milestone(
        measure, on=timezone.localdate(), reached_on=timezone.localdate(), title=localised("Kurs begonnen")
    )

    german, english = (client.get(path).content.decode() for path in (PAGE, f"/en{PAGE}"))

    yesterday, today = (date_format(timezone.localdate() - days * DAY, "DATE_FORMAT") for days in (1, 0))
    lines = pages.lines(client.get(PAGE))
    assert f"überfällig: {yesterday} – Raum gefunden" in lines
    assert f"erreicht: {today} – Kurs begonnen" in lines
    assert "Es geht los." in german
    assert people.sabine.name not in german
    assert "Off we go." in english


@pytest.mark.parametrize("measures", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_measures(
    client: Client,
    measure: Measure,
    measures: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(measures - 1):
        builders.a_milestone(builders.a_measure(measure.goal))
    builders.a_milestone(measure)
    with django_assert_num_queries(7):  # process, fields, workshops, minutes, measures, changes, milestones
        client.get(PAGE)


@pytest.mark.parametrize("path", FRAMES)
def test_other_sites_may_show_the_small_pages_and_nothing_else_of_ours(
    client: Client, people: cast.Cast, path: str
) -> None:
    ours, framed = client.get(PAGE), client.get(path)
    assert "frame-ancestors 'none'" in ours.headers["Content-Security-Policy"]
    assert ours.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_needs_no_script_and_no_cookie_also_when_it_is_unchanged(
    client: Client, people: cast.Cast, path: str
) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    for response in (first, again):
        assert response.headers["Content-Security-Policy"] == EMBED_POLICY
        assert "X-Frame-Options" not in response.headers
        assert response.cookies == {}
    content = first.content.decode()
    # The times by the reader's own clock; without it the frame says whose times they are.
    scripts = re.findall(r"<script[^>]*src=\"([^\"]*)\"", content)
    has_times = "data-clock" in content
    assert scripts == (["/static/workshops/zones.js"] if "workshops/" in path else [])
    assert ("Alle Zeiten gelten in Hechingen." in content) == has_times
    assert content.count("<script") == len(scripts) and "<form" not in content
    assert '<base target="_blank">' in content


def test_the_frame_of_workshops_names_the_next_ones(client: Client, people: cast.Cast) -> None:
    now = timezone.now()
    series = builders.a_series(people.fields[0])
    builders.a_workshop(series, starts_at=now - 5 * DAY, title=localised("Vorbei"))
    for number in range(6):
        builders.a_workshop(series, starts_at=now + (9 - number) * DAY, title=localised(f"Abend {number}"))

    content = client.get(FRAMES[1]).content.decode()

    assert re.findall(r"Abend \d|Vorbei", content) == [f"Abend {n}" for n in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("path", [PAGE, *FRAMES])
def test_a_process_that_is_not_public_shows_nothing(client: Client, people: cast.Cast, path: str) -> None:
    people.process.is_public = False
    people.process.save(update_fields=["is_public"])
    assert client.get(path).status_code == 404


def test_shared_pages_say_what_they_are(client: Client, people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), title=localised('"Kurse" & mehr'))
    path = f"/integrationsplan/bildung-und-sprache/{workshop.number}/"
    content = client.get(path).content.decode()
    found = dict(re.findall(r'property="(og:\w+)" content="(.*?)"', content))
    assert found | {"og:description": ""} == {
        "og:type": "website",
        "og:title": "&quot;Kurse&quot; &amp; mehr",
        "og:description": "",
        "og:url": f"http://testserver{path}",
        "og:site_name": "Integrationsplan Hechingen",
        "og:locale": "de_DE",
        "og:image": f"http://testserver{path}share.png",
    }
    assert found["og:description"].endswith("Uhr (Zeit in Hechingen)")


def test_personal_pages_are_never_offered_for_sharing(client: Client, people: cast.Cast) -> None:
    for path in ("/integrationsplan/register/", "/accounts/login/"):
        assert "og:url" not in client.get(path).content.decode()


def test_a_frame_says_what_is_there_in_another_language_only(client: Client, people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    builders.a_workshop(series, starts_at=timezone.now() + DAY, title=localised("Nur auf Deutsch"))
    told = "Einige Texte auf dieser Seite gibt es bisher nur in einer anderen Sprache"
    with translation.override("en"):
        msgid = f"{told}: %(languages)s."  # nothing for makemessages
        english = translation.gettext(msgid) % {"languages": "German"}

    assert english in client.get(f"/en{FRAMES[1]}").content.decode()
    here = client.get(FRAMES[1]).content.decode()
    assert told not in here
    assert "Alle Zeiten gelten in Hechingen." in here
