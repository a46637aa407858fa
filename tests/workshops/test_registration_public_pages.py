"""What everyone may read: process, field, workshop, calendar, minutes, measures."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    Measure,
    Minutes,
    ProposedMeasure,
    Workshop,
    localised,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MARKDOWN = "Wir sprachen über **Kurse**.\n\n<script>alert(1)</script>\n\n[Klick](javascript:alert(1))"


def with_results(people: cast.Cast) -> Workshop:
    """A past workshop with published minutes, and a measure that came of it."""
    now = timezone.now()
    past = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=now - 10 * DAY)
    item = AgendaItem.objects.create(workshop=past, position=1, title="Sprachkurse", text=MARKDOWN)
    Minutes.objects.create(workshop=past, status="published", published_at=now, published_by=people.sabine)
    guideline = Guideline.objects.create(field=people.fields[0], position=1, text=localised("Alle lernen."))
    goal = Goal.objects.create(guideline=guideline, position=1, text=localised("Abendkurse."))
    measure = Measure.objects.create(
        goal=goal, position=1, title=localised("Kurs am Abend"), adopted_at=now, adopted_by=people.sabine
    )
    decided = {"decided_at": now, "decided_by": people.sabine, "created_at": now}
    ProposedMeasure.objects.create(
        item=item, title="Abendkurs anbieten", status="adopted", measure=measure, **decided
    )
    ProposedMeasure.objects.create(
        item=item, title="Alles kostenlos", status="declined", decision_reason="Zu teuer.", **decided
    )
    return past


def text_of(response: Any) -> str:
    assert response.status_code == 200
    text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def paths(people: cast.Cast, past: Workshop, coming: Workshop) -> list[str]:
    field = people.fields[0].slug
    return [
        "/integrationsplan/",
        "/integrationsplan/calendar/",
        "/integrationsplan/calendar/?month=",
        "/integrationsplan/measures/",
        "/integrationsplan/register/",
        "/integrationsplan/register/sent/",
        "/integrationsplan/my-link/",
        "/integrationsplan/my-link/sent/",
        f"/integrationsplan/{field}/",
        f"/integrationsplan/{field}/{coming.number}/",
        f"/integrationsplan/{field}/{past.number}/minutes/",
    ]


def test_home_leads_to_the_only_process_or_lists_them(client: Client, people: cast.Cast) -> None:
    builders.a_process(is_public=False, name=localised("Geheim"))
    assert client.get("/").headers["Location"] == "/integrationsplan/"
    assert client.get("/en/").headers["Location"] == "/en/integrationsplan/"

    builders.a_process(name=localised("Radwegeplan"))
    text = text_of(client.get("/"))
    assert "Radwegeplan" in text
    assert "Integrationsplan Hechingen" in text
    assert "Geheim" not in text


def test_a_process_that_is_not_public_is_seen_by_staff_only(client: Client, people: cast.Cast) -> None:
    people.process.is_public = False
    people.process.save(update_fields=["is_public"])
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    hidden = [
        "/integrationsplan/",
        "/integrationsplan/register/",
        f"/integrationsplan/{people.fields[0].slug}/",
        f"/integrationsplan/{people.fields[0].slug}/{workshop.number}/",
    ]
    assert [client.get(path).status_code for path in hidden] == [404] * 4
    client.force_login(people.stranger)
    assert [client.get(path).status_code for path in hidden] == [404] * 4
    client.force_login(people.sabine)
    assert [client.get(path).status_code for path in hidden] == [200] * 4


def test_the_process_page_shows_fields_dates_and_where_we_stand(client: Client, people: cast.Cast) -> None:
    past = with_results(people)
    series = [past.series, *(builders.a_series(field) for field in people.fields[1:])]
    for number, one in enumerate(series):
        builders.a_workshop(one, starts_at=timezone.now() + (20 + number) * DAY)
    builders.a_workshop(series[0], status="draft", title=localised("Nur ein Entwurf"))

    response = client.get("/integrationsplan/")

    assert [(str(field), len(workshops)) for field, workshops in response.context["fields"]] == [
        ("Bildung und Sprache", 1),
        ("Ausbildung und Arbeit", 1),
        ("Zusammenleben und Freizeit", 1),
        ("Wohnen und Wohnumfeld", 1),
    ]
    assert [str(workshop.field) for workshop in response.context["next_workshops"]] == [
        "Bildung und Sprache",
        "Ausbildung und Arbeit",
        "Zusammenleben und Freizeit",
        "Wohnen und Wohnumfeld",
    ]
    steps = [(step.title, step.text, step.is_done, step.is_current) for step in response.context["steps"]]
    assert steps == [
        ("Umfrage", "beendet am Freitag, 5. Juni 2020", True, False),
        ("Workshops", "4 kommende Termine", False, True),
        ("Maßnahmen", "1 Maßnahme angenommen", False, False),
        ("Plan", "fasst alles zusammen", False, False),
    ]
    assert "Nur ein Entwurf" not in text_of(response)


def test_times_carry_the_weekday_in_the_towns_zone(client: Client, people: cast.Cast) -> None:
    summer = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)
    winter = datetime.datetime(2031, 12, 9, 17, 0, tzinfo=datetime.UTC)
    series = builders.a_series(people.fields[0])
    seen = []
    for starts_at in (summer, winter):
        workshop = builders.a_workshop(series, starts_at=starts_at)
        path = f"/integrationsplan/{people.fields[0].slug}/{workshop.number}/"
        seen += re.findall(r'<p class="lead">(<time.*?</time>)', client.get(path).content.decode())
    assert seen == [
        '<time datetime="2031-07-08T18:00+02:00" data-clock="2031-07-08T20:00+02:00">'
        "Dienstag, 8. Juli 2031, 18:00 bis 20:00\xa0Uhr</time>",
        '<time datetime="2031-12-09T18:00+01:00" data-clock="2031-12-09T20:00+01:00">'
        "Dienstag, 9. Dezember 2031, 18:00 bis 20:00\xa0Uhr</time>",
    ]


@pytest.mark.parametrize(
    ("fields", "registered", "sentence"),
    [
        ({}, 0, "2 Plätze frei"),
        ({}, 2, "Auf die Warteliste"),
        ({"waiting_capacity": 0}, 2, "Alle Plätze sind vergeben, auch die Warteliste ist voll."),
        ({"registration_closes_at": timezone.now() - DAY}, 0, "Die Anmeldung ist beendet."),
        ({"registration_opens_at": timezone.now() + DAY}, 0, "Die Anmeldung hat noch nicht begonnen."),
        (
            {"status": "cancelled", "cancelled_at": timezone.now(), "cancellation_reason": "Leider krank."},
            0,
            "Dieser Workshop wurde abgesagt. Leider krank.",
        ),
        ({"starts_at": timezone.now() - DAY}, 0, "Dieser Workshop ist vorbei."),
        ({"starts_at": timezone.now()}, 0, "Der Workshop läuft gerade."),
    ],
)
def test_the_workshop_page_says_what_one_can_do(
    client: Client, people: cast.Cast, fields: dict[str, Any], registered: int, sentence: str
) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), capacity=2, **fields)
    for _number in range(registered):
        builders.a_registration(workshop)
    response = client.get(f"/integrationsplan/{people.fields[0].slug}/1/")
    assert sentence in text_of(response)
    may_register = f"/integrationsplan/register/?workshop={workshop.pk}" in response.content.decode()
    assert may_register is (sentence in ("2 Plätze frei", "Auf die Warteliste"))


def test_a_draft_does_not_exist(client: Client, people: cast.Cast) -> None:
    builders.a_workshop(builders.a_series(people.fields[0]), status="draft")
    path = f"/integrationsplan/{people.fields[0].slug}/1/"
    assert [client.get(path).status_code, client.get(f"{path}minutes/").status_code] == [404, 404]


def test_minutes_are_read_once_published_and_can_do_no_harm(client: Client, people: cast.Cast) -> None:
    past = with_results(people)
    path = f"/integrationsplan/{people.fields[0].slug}/{past.number}/minutes/"

    response = client.get(path)
    text = text_of(response)
    assert "1. Sprachkurse" in text
    assert "Abendkurs anbieten Steht im Plan als: Kurs am Abend angenommen" in text
    assert "Alles kostenlos Begründung: Zu teuer. abgelehnt" in text
    content = response.content.decode()
    assert "<strong>Kurse</strong>" in content
    assert "<script>" not in content
    assert "javascript:" not in re.sub(r"\[Klick\]\(javascript:alert\(1\)\)", "", content)

    Minutes.objects.update(status="in_review", published_at=None, published_by=None)
    assert client.get(path).status_code == 404


def test_adopted_measures_stand_under_guideline_and_goal_with_their_origin(
    client: Client, people: cast.Cast
) -> None:
    with_results(people)
    for path in (f"/integrationsplan/{people.fields[0].slug}/", "/integrationsplan/measures/"):
        text = text_of(client.get(path))
        assert "Leitlinie 1 Alle lernen. Ziel Abendkurse. Kurs am Abend aus dem 1. Workshop „Bildung" in text
        assert "Alles kostenlos" not in text


def test_the_calendar_lists_by_month_and_shows_a_month(client: Client, people: cast.Cast) -> None:
    first, second = (builders.a_series(field) for field in people.fields[:2])
    with time_machine.travel(datetime.datetime(2031, 7, 1, 12, tzinfo=datetime.UTC), tick=False):
        july = builders.a_workshop(first, starts_at=datetime.datetime(2031, 7, 8, 16, tzinfo=datetime.UTC))
        august = builders.a_workshop(second, starts_at=datetime.datetime(2031, 8, 5, 16, tzinfo=datetime.UTC))
        # 00:30 on 1 August in Hechingen, still July in UTC.
        night = builders.a_workshop(
            second, starts_at=datetime.datetime(2031, 7, 31, 22, 30, tzinfo=datetime.UTC)
        )

        response = client.get("/integrationsplan/calendar/")
        assert response.context["months"] == [("Juli 2031", [july]), ("August 2031", [night, august])]

        only = client.get(f"/integrationsplan/calendar/?field={people.fields[1].slug}")
        assert only.context["months"] == [("August 2031", [night, august])]

        for month in ("", "2031-07", "nonsense", "0001-01", "9999-12", "2031-13", "\x00"):
            shown = client.get(f"/integrationsplan/calendar/?month={month}")
            days = [day for week in shown.context["weeks"] for day in week if day.workshops]
            assert [(day.on.isoformat(), day.workshops, day.is_other_month) for day in days] == [
                ("2031-07-08", [july], False),
                ("2031-08-01", [night], True),
            ]
            assert "Juli 2031" in text_of(shown)


def test_the_months_end_with_the_first_and_the_last_workshop(client: Client, people: cast.Cast) -> None:
    """A program that follows links, or somebody who is curious, would go on for centuries."""
    with time_machine.travel(datetime.datetime(2031, 6, 1, 12, tzinfo=datetime.UTC), tick=False):
        series = builders.a_series(people.fields[0])
        for month, day in ((5, 6), (7, 8), (8, 30)):
            builders.a_workshop(
                series, starts_at=datetime.datetime(2031, month, day, 16, tzinfo=datetime.UTC)
            )

        def links_of(month: str) -> list[str]:
            page = client.get(f"/integrationsplan/calendar/?month={month}").content.decode()
            return re.findall(r'href="\?month=([^"&]+)"', page)

        assert links_of("2031-05") == links_of("1999-01") == ["2031-06"]
        assert links_of("2031-06") == ["2031-05", "2031-07"]
        assert links_of("2031-08") == links_of("2031-09") == links_of("2199-12") == ["2031-07"]
        Workshop.objects.all().delete()
        assert links_of("2031-08") == []


def test_who_asks_for_a_lost_link_reads_what_the_address_is_for(client: Client, people: cast.Cast) -> None:
    page = client.get("/integrationsplan/my-link/").content.decode()
    assert "schicken wir Ihren persönlichen Link dorthin, sonst nichts" in page
    assert "die Bestätigung und den Link zum Workshop" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_the_workshops(
    client: Client, people: cast.Cast, count: int, django_assert_num_queries: Any
) -> None:
    past = with_results(people)
    for number in range(count):
        workshop = builders.a_workshop(past.series, starts_at=timezone.now() + (20 + number) * DAY)
        workshop.moderators.add(people.murat)
        builders.a_registration(workshop)
        AgendaItem.objects.create(workshop=workshop, position=1, title="Punkt")
        for position in range(2, count + 1):
            AgendaItem.objects.create(workshop=past, position=position + number * 10, title="Punkt")
    taken = {}
    for path, most in zip(paths(people, past, workshop), (6, 3, 3, 8, 2, 1, 1, 1, 8, 3, 6), strict=True):
        with django_assert_num_queries(most):
            taken[path] = client.get(path).status_code
    assert set(taken.values()) == {200}


def test_no_public_page_sets_a_cookie_or_loads_from_elsewhere(client: Client, people: cast.Cast) -> None:
    past = with_results(people)
    coming = builders.a_workshop(past.series, starts_at=timezone.now() + 20 * DAY)
    for path in paths(people, past, coming):
        response = client.get(path)
        content = response.content.decode()
        assert (path, dict(response.cookies)) == (path, {})
        # The page's own address is named, not loaded.
        loaded = content.replace('<link rel="canonical" href="http://testserver/', "")
        assert re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', loaded) == []
        assert "style=" not in content


def test_an_unchanged_page_is_not_sent_again(client: Client, people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    path = f"/integrationsplan/{people.fields[0].slug}/1/"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    builders.a_registration(workshop)
    assert client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_a_text_that_is_only_there_in_german_says_so(client: Client, people: cast.Cast) -> None:
    people.fields[0].description = localised("Nur auf Deutsch.")
    people.fields[0].save(update_fields=["description"])
    content = client.get(f"/ar/integrationsplan/{people.fields[0].slug}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in content
    assert '<div class="lead" lang="de" dir="ltr"><p>Nur auf Deutsch.</p></div>' in content
