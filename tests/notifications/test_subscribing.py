"""Calendars that everyone may subscribe to: offered as a subscription, in the reader's language."""

import datetime
import re

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client

from tests import builders, cast
from workshops.models import Workshop, localised

pytestmark = pytest.mark.django_db

FEEDS = {
    "/integrationsplan/calendar/": "/integrationsplan/calendar.ics",
    "/integrationsplan/bildung-und-sprache/": "/integrationsplan/bildung-und-sprache/calendar.ics",
    "/integrationsplan/bildung-und-sprache/1/": "/integrationsplan/bildung-und-sprache/calendar.ics",
    "/integrationsplan/progress/": "/integrationsplan/milestones.ics",
}


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    cache.clear()
    measure = builders.a_measure(builders.a_goal(builders.a_guideline(people.fields[0])))
    builders.a_milestone(
        measure,
        on=datetime.date(2027, 9, 1),
        title=localised({"de": "Der Kurs beginnt", "ar": "تبدأ الدورة"}),
    )
    return builders.a_workshop(
        builders.a_series(people.fields[0]), title=localised({"de": "Kurse", "ar": "دورات"})
    )


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.mark.parametrize(("page", "feed"), FEEDS.items())
def test_a_page_offers_to_subscribe_and_the_address_to_copy(
    client: Client, workshop: Workshop, page: str, feed: str
) -> None:
    for prefix, query in (("", ""), ("/ar", "?lang=ar")):
        content = client.get(prefix + page).content.decode()
        assert f'href="webcal://testserver{feed}{query}"' in content
        assert f"<code>http://testserver{feed}{query}</code>" in content
        assert not re.findall(
            r'href="[^"]*(?:calendar|milestones)\.ics[^"]*"', content.replace("webcal:", '"')
        )


def summaries(client: Client, address: str, **headers: str) -> tuple[list[str], str]:
    response = client.get(address, headers=headers)
    calendar = icalendar.Calendar.from_ical(response.content)
    assert f"http://testserver{address.replace('?lang=de', '')}" in str(calendar["SOURCE"])
    return [str(each["SUMMARY"]) for each in calendar.walk("VEVENT")], response.headers["Content-Language"]


@pytest.mark.parametrize(
    "path", ["/integrationsplan/calendar.ics", FEEDS["/integrationsplan/bildung-und-sprache/"]]
)
def test_a_feed_of_workshops_keeps_the_language_of_its_address(
    client: Client, workshop: Workshop, path: str
) -> None:
    assert summaries(client, path) == (["Kurse"], "de")
    assert summaries(client, f"{path}?lang=ar") == (["دورات"], "ar")
    assert summaries(client, f"{path}?lang=de") == (["Kurse"], "de")
    # What the program says of itself decides nothing.
    client.cookies["django_language"] = "ar"
    assert summaries(client, path, accept_language="ar") == (["Kurse"], "de")


def test_the_feed_of_milestones_keeps_the_language_of_its_address(client: Client, workshop: Workshop) -> None:
    path = "/integrationsplan/milestones.ics"
    assert summaries(client, path, accept_language="ar") == (["Der Kurs beginnt"], "de")
    assert summaries(client, f"{path}?lang=ar") == (["تبدأ الدورة"], "ar")


@pytest.mark.parametrize("unknown", ["xx", "de-DE", "", "../", "\x00", "a" * 500])
def test_an_unknown_language_is_the_towns_own(client: Client, workshop: Workshop, unknown: str) -> None:
    known = client.get("/integrationsplan/milestones.ics")
    response = client.get("/integrationsplan/milestones.ics", {"lang": unknown})
    assert (response.status_code, response.content) == (200, known.content)
