"""“I can't use this”: without an account, nothing typed lost, answered by staff, then forgotten."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, cast, pages
from workshops.models import BarrierReport
from workshops.operations import barriers, participants
from workshops.views import limits

pytestmark = pytest.mark.django_db

PAGE = "/integrationsplan/accessibility/"
REPORTS = "/staff/integrationsplan/barriers/"
DAY = datetime.timedelta(days=1)


def kept() -> list[tuple[str, str, str]]:
    return list(BarrierReport.objects.order_by("pk").values_list("message", "reply_to", "language"))


def a_report(people: cast.Cast, **columns: object) -> BarrierReport:
    given = {"message": "Zu klein", "language": "de", "created_at": timezone.now(), **columns}
    return BarrierReport.objects.create(process=people.process, **given)


def test_a_report_is_kept_and_an_answer_promised_without_any_cookie(people: cast.Cast) -> None:
    nobody = Client(enforce_csrf_checks=True)
    for path, reply_to in ((PAGE, "h@example.org"), (f"/ar{PAGE}", "07471 930-0"), (PAGE, "")):
        sent = nobody.post(path, {"message": "Der Knopf ist zu klein.", "reply_to": reply_to}, follow=True)
        assert sent.redirect_chain == [(f"{path}sent/", 302)]
    assert "Ihre Meldung ist bei uns." in pages.lines(nobody.get(f"{PAGE}sent/"))
    assert kept() == [
        ("Der Knopf ist zu klein.", "h@example.org", "de"),
        ("Der Knopf ist zu klein.", "07471 930-0", "ar"),
        ("Der Knopf ist zu klein.", "", "de"),
    ]
    assert not nobody.cookies


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"message": ["Bitte beschreiben Sie kurz, was nicht funktioniert."]}),
        (
            {"message": "Zu klein", "reply_to": "Hans"},
            {"reply_to": ["Bitte eine E-Mail-Adresse oder eine Telefonnummer angeben."]},
        ),
        (
            {"message": "Zu klein", "reply_to": "<b>@example.org"},
            {
                "reply_to": [
                    "Bitte nur Buchstaben und übliche Satzzeichen, keine Adressen von Internetseiten.",
                    "Bitte eine E-Mail-Adresse oder eine Telefonnummer angeben.",
                ]
            },
        ),
    ],
)
def test_a_mistake_stands_at_its_field_with_all_that_was_typed(
    client: Client, people: cast.Cast, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    page = client.post(PAGE, typed)
    assert dict(page.context["form"].errors) == errors
    html = page.content.decode()
    assert [f'href="#id_{name}"' in html for name in errors] == [True] * len(errors)
    assert typed.get("message", "") in html
    assert kept() == []


def test_a_program_that_fills_in_everything_is_not_read(client: Client, people: cast.Cast) -> None:
    sent = client.post(PAGE, {"message": "Kaufen Sie", "website": "http://evil.example"})
    assert (sent.status_code, kept()) == (302, [])


def test_beyond_the_limit_the_page_keeps_what_was_typed(
    client: Client, people: cast.Cast, settings: Settings
) -> None:
    in_memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": in_memory, "LOCATION": "barriers"}}
    cache.clear()
    for _number in range(limits.BARRIER_REPORTS_PER_HOUR):
        assert client.post(PAGE, {"message": "Zu klein"}).status_code == 302
    page = client.post(PAGE, {"message": "Auch der Kalender"})
    assert page.status_code == 429
    assert "Auch der Kalender" in page.content.decode()
    assert len(kept()) == limits.BARRIER_REPORTS_PER_HOUR


def test_staff_read_it_and_note_that_they_answered(client: Client, people: cast.Cast) -> None:
    with time_machine.travel("2026-11-02T10:00:00Z", tick=False):
        found = a_report(people, message="<b>Zu klein</b>", reply_to="h@example.org", language="ar")
        client.force_login(people.sabine)
        page = client.get(REPORTS)
        lines = pages.lines(page)
        assert "Montag, 2. November 2026 · العربيّة · Antwort bis Montag, 30. November 2026" in lines
        assert {"<b>Zu klein</b>", "Antwort an: h@example.org"} <= set(lines)
        assert "<b>Zu klein" not in page.content.decode()
        assert "Eine gemeldete Barriere wartet auf eine Antwort." in (
            client.get("/staff/integrationsplan/").content.decode()
        )

        answered = client.post(f"{REPORTS}{found.pk}/answered/", follow=True)
        client.post(f"{REPORTS}{found.pk}/answered/")
        # Of another process's page it is none of the business.
        builders.a_process(slug="anderswo")
        assert client.post(f"/staff/anderswo/barriers/{found.pk}/answered/").status_code == 404

    assert "Keine Meldung wartet auf eine Antwort." in pages.lines(answered)
    found.refresh_from_db()
    assert (found.answered_by, found.answered_at) == (
        people.sabine,
        datetime.datetime(2026, 11, 2, 10, tzinfo=datetime.UTC),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(
    client: Client, people: cast.Cast, count: int, django_assert_num_queries: object
) -> None:
    for _number in range(count):
        a_report(people)
        a_report(people, answered_at=timezone.now(), answered_by=people.sabine)
    client.force_login(people.sabine)
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(REPORTS)


def test_what_is_answered_or_old_is_forgotten_and_again_changes_nothing(people: cast.Cast) -> None:
    now = timezone.now()
    a_report(people, message="seit kurzem beantwortet", answered_at=now - 89 * DAY, created_at=now - 99 * DAY)
    a_report(people, message="lange beantwortet", answered_at=now - 90 * DAY, created_at=now - 99 * DAY)
    a_report(people, message="offen", created_at=now - 364 * DAY)
    a_report(people, message="ein Jahr offen", created_at=now - 365 * DAY)
    assert [barriers.forget(now=now), barriers.forget(now=now)] == [2, 0]
    assert [message for message, _to, _in in kept()] == ["seit kurzem beantwortet", "offen"]


def test_whoever_is_erased_is_no_longer_named_to_answer_to(people: cast.Cast) -> None:
    a_report(people, message="von Hans", reply_to="Hans@Example.org")
    a_report(people, message="von niemandem")
    other = builders.a_process()
    BarrierReport.objects.create(
        process=other,
        message="anderswo",
        reply_to="hans@example.org",
        language="de",
        created_at=timezone.now(),
    )
    participants.erase(people.hans)
    assert [message for message, _to, _in in kept()] == ["von niemandem", "anderswo"]
