"""The plan's milestones as a calendar, read by programs of others."""

import datetime
from typing import Any

import icalendar
import pytest
import vobject
from django.test import Client

from tests import builders, cast
from workshops.models import Milestone, localised
from workshops.operations import milestones

pytestmark = pytest.mark.django_db

FEED = "/integrationsplan/milestones.ics"
SEPTEMBER = datetime.date(2027, 9, 1)


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def milestone(people: cast.Cast) -> Milestone:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    measure = builders.a_measure(goal, title=localised("Kurse; am, Abend"))
    return builders.a_milestone(measure, on=SEPTEMBER, title=localised("Der erste\nKurs beginnt"))


def test_a_milestone_is_a_day_without_a_time(client: Client, milestone: Milestone) -> None:
    response = client.get(FEED)

    [event] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (
        SEPTEMBER,
        SEPTEMBER + datetime.timedelta(days=1),
    )
    assert (str(event["UID"]), event["SEQUENCE"], str(event["SUMMARY"])) == (
        str(milestone.uid),
        0,
        "Der erste Kurs beginnt",
    )
    assert str(event["DESCRIPTION"]) == (
        "Meilenstein der Maßnahme „Kurse; am, Abend“\nHandlungsfeld: Bildung und Sprache"
    )
    [other] = vobject.readOne(response.content.decode()).contents["vevent"]
    assert (other.dtstart.value, other.summary.value) == (SEPTEMBER, "Der erste Kurs beginnt")
    assert b"ATTENDEE" not in response.content and b"METHOD:PUBLISH" in response.content


def test_a_moved_and_a_reached_milestone_are_newer_ones_of_the_same(
    client: Client, milestone: Milestone, people: cast.Cast
) -> None:
    first = client.get(FEED)
    october = SEPTEMBER.replace(month=10)
    milestones.change(milestone, on=october, title=milestone.title, seen=0, by=people.sabine)
    milestones.mark_reached(milestone, on=october, seen=1, by=people.sabine)
    changed = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})

    [event] = icalendar.Calendar.from_ical(changed.content).walk("VEVENT")
    assert (str(event["UID"]), event["SEQUENCE"]) == (str(milestone.uid), 2)
    assert "Erreicht am 1. Oktober 2027." in str(event["DESCRIPTION"])


def test_an_unchanged_feed_is_not_sent_again_and_sets_no_cookie(client: Client, milestone: Milestone) -> None:
    first = client.get(FEED)
    again = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, first.cookies) == (304, b"", {})
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_costs_the_same_for_one_and_three(
    client: Client, milestone: Milestone, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count - 1):
        builders.a_milestone(milestone.measure)
    with django_assert_num_queries(2):
        response = client.get(FEED)
    assert response.content.count(b"BEGIN:VEVENT") == count


def test_a_process_that_is_not_public_has_none(client: Client, people: cast.Cast) -> None:
    people.process.is_public = False
    people.process.save(update_fields=["is_public"])
    assert client.get(FEED).status_code == 404
