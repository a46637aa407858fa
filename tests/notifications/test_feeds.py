"""Calendars to subscribe to."""

import datetime
import socket
from typing import Any

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from notifications import calendars
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from workshops import links
from workshops.models import ParticipationProcess, PersonalLink, Workshop, localised
from workshops.operations import workshops


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def events(content: bytes) -> list[tuple[str, str, int]]:
    """Summary, status and sequence of each event."""
    calendar = icalendar.Calendar.from_ical(content)
    return [
        (str(event["SUMMARY"]), str(event["STATUS"]), int(str(event["SEQUENCE"])))
        for event in calendar.walk("VEVENT")
    ]


def test_the_process_feed_shows_what_is_announced_and_keeps_the_cancelled(
    stage: Stage, client: Client
) -> None:
    builders.a_workshop(stage.workshop.series, status="draft", starts_at=STARTS_AT)
    other = builders.a_workshop(builders.a_series(stage.cast.fields[1]), starts_at=STARTS_AT)
    workshops.cancel(other, reason="krank", by=stage.cast.sabine)

    response = client.get("/integrationsplan/calendar.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert events(response.content) == [
        ("Bildung und Sprache: Workshop 1", "CONFIRMED", 0),
        ("Ausbildung und Arbeit: Workshop 1", "CANCELLED", 1),
    ]
    assert b"METHOD:PUBLISH" in response.content
    assert b"ATTENDEE" not in response.content
    assert b"konferenz.example" not in response.content
    assert b"http://testserver/integrationsplan/bildung-und-sprache/1/" in response.content.replace(
        b"\r\n ", b""
    )


def test_a_field_has_a_feed_of_its_own(stage: Stage, client: Client) -> None:
    builders.a_workshop(builders.a_series(stage.cast.fields[1]), starts_at=STARTS_AT)

    response = client.get("/integrationsplan/ausbildung-und-arbeit/calendar.ics")

    assert events(response.content) == [("Ausbildung und Arbeit: Workshop 1", "CONFIRMED", 0)]


def test_an_unchanged_feed_is_not_sent_again(stage: Stage, client: Client) -> None:
    first = client.get("/integrationsplan/calendar.ics")
    again = client.get("/integrationsplan/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    workshops.reschedule(
        stage.workshop,
        starts_at=STARTS_AT + datetime.timedelta(days=1),
        ends_at=STARTS_AT + datetime.timedelta(days=1, hours=2),
        by=stage.cast.sabine,
    )
    changed = client.get("/integrationsplan/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert changed.status_code == 200
    assert events(changed.content) == [("Bildung und Sprache: Workshop 1", "CONFIRMED", 1)]


def test_a_renamed_field_is_a_changed_feed(stage: Stage, client: Client) -> None:
    first = client.get("/integrationsplan/calendar.ics")
    field = stage.workshop.field
    field.name = localised("Sprache und Bildung")
    field.save(update_fields=["name"])
    changed = client.get("/integrationsplan/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert events(changed.content) == [("Sprache und Bildung: Workshop 1", "CONFIRMED", 0)]


def test_the_same_feed_has_the_same_bytes_later(stage: Stage, client: Client, clock: Any) -> None:
    first = client.get("/integrationsplan/calendar.ics").content
    cache.clear()
    clock.move_to(NOW + datetime.timedelta(days=3), tick=False)

    assert client.get("/integrationsplan/calendar.ics").content == first


def test_a_feed_sets_no_cookie_and_may_be_kept_by_anyone(stage: Stage, client: Client) -> None:
    response = client.get("/integrationsplan/calendar.ics")

    assert response.cookies == {}
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in response.headers


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_costs_the_same_for_one_and_three_workshops(
    stage: Stage, client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count - 1):
        builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)

    with django_assert_num_queries(4):  # process, its fields and workshops for the ETag, workshops
        response = client.get("/integrationsplan/calendar.ics")
    assert len(events(response.content)) == count
    with django_assert_num_queries(3):
        client.get("/integrationsplan/calendar.ics", headers={"If-None-Match": response.headers["ETag"]})
    with django_assert_num_queries(3):
        client.get("/integrationsplan/calendar.ics")


def test_a_process_that_is_not_public_has_no_feed(stage: Stage, client: Client) -> None:
    ParticipationProcess.objects.update(is_public=False)

    assert client.get("/integrationsplan/calendar.ics").status_code == 404
    assert client.get("/integrationsplan/bildung-und-sprache/calendar.ics").status_code == 404


def _personal_feed(stage: Stage) -> str:
    link = links.make(stage.cast.hans, PersonalLink.Scope.FEED)
    return f"/my/{links.token_of(link)}/calendar.ics"


def test_the_personal_feed_shows_ones_seats_with_ones_join_link(stage: Stage, client: Client) -> None:
    mine = stage.registered(stage.cast.hans)
    waiting = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
    builders.a_registration(waiting, stage.cast.hans, status="waiting")
    join = links.url_of(links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=mine))

    response = client.get(_personal_feed(stage))

    assert events(response.content) == [("Bildung und Sprache: Workshop 1", "CONFIRMED", 0)]
    assert f"LOCATION:{join}".encode() in response.content.replace(b"\r\n ", b"")
    assert response.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert (
        client.get(_personal_feed(stage), headers={"If-None-Match": response.headers["ETag"]}).status_code
        == 304
    )


def test_the_personal_feed_drops_what_one_gave_back_and_keeps_what_was_called_off(
    stage: Stage, client: Client
) -> None:
    stage.registered(stage.cast.hans, "cancelled", ended_at=NOW)
    off = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
    builders.a_registration(off, stage.cast.hans)
    workshops.cancel(off, reason="krank", by=stage.cast.sabine)

    assert events(client.get(_personal_feed(stage)).content) == [
        ("Bildung und Sprache: Workshop 2", "CANCELLED", 1)
    ]


def test_the_personal_feed_numbers_a_seat_as_the_mail_does(stage: Stage, client: Client) -> None:
    stage.registered(stage.cast.hans, "cancelled", ended_at=NOW)
    stage.registered(stage.cast.hans)

    assert events(client.get(_personal_feed(stage)).content) == [
        ("Bildung und Sprache: Workshop 1", "CONFIRMED", 2)
    ]


def test_a_revoked_or_foreign_token_opens_no_feed(stage: Stage, client: Client) -> None:
    address = _personal_feed(stage)
    manage = links.token_of(links.make(stage.cast.hans, PersonalLink.Scope.MANAGE))
    links.revoke(stage.cast.hans, PersonalLink.Scope.FEED)

    assert [
        client.get(path).status_code for path in (address, f"/my/{manage}/calendar.ics", "/my/x/calendar.ics")
    ] == [404] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_personal_feed_costs_the_same_for_one_and_three(
    stage: Stage, client: Client, count: int, django_assert_num_queries: Any
) -> None:
    stage.registered(stage.cast.hans)
    for _ in range(count - 1):
        more = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
        registration = builders.a_registration(more, stage.cast.hans)
        links.make(stage.cast.hans, PersonalLink.Scope.JOIN, registration=registration)
    address = _personal_feed(stage)

    with django_assert_num_queries(3):  # link, registrations, their links
        assert len(events(client.get(address).content)) == count
    assert Workshop.objects.count() == count


def test_when_one_workshop_changes_only_that_one_is_written_anew(stage: Stage, client: Client) -> None:
    for _ in range(2):
        builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT)
    calendars.published_event.cache_clear()
    client.get("/integrationsplan/calendar.ics")
    later = STARTS_AT + datetime.timedelta(days=1)
    workshops.reschedule(
        stage.workshop, starts_at=later, ends_at=later + datetime.timedelta(hours=2), by=stage.cast.sabine
    )
    client.get("/integrationsplan/calendar.ics")
    client.get("/integrationsplan/bildung-und-sprache/calendar.ics")

    known = calendars.published_event.cache_info()
    assert (known.misses, known.hits) == (4, 5)


def test_the_feed_is_answered_without_the_cache(
    stage: Stage, client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.CACHES = {
        "default": {
            "BACKEND": "config.caches.BrokerOrProcess",
            "LOCATION": f"redis://127.0.0.1:{port}",
        }
    }

    response = client.get("/integrationsplan/calendar.ics")

    assert events(response.content) == [("Bildung und Sprache: Workshop 1", "CONFIRMED", 0)]
    assert [record.message for record in caplog.records if record.name == "config.caches"] == [
        "no broker, this process keeps its own cache: ConnectionError"
    ] * 2
    # Nothing that was made stays in the memory.
    assert client.get("/integrationsplan/calendar.ics").content == response.content
    assert [*cache.meanwhile._cache] == []  # type: ignore[attr-defined]
