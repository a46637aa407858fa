"""Everyone: the public page of a recording, and being told of it before coming."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import NOW, address, listed
from workshops import links
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, Recording, Workshop
from workshops.operations import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("may_record")]

PUBLIC = "/integrationsplan/bildung-und-sprache/1/"


@pytest.fixture
def published(held: Workshop, people: cast.Cast, bbb: BigBlueButtonServer) -> Recording:
    (recording,) = listed(bbb, 95)
    recordings.publish(recording, by=people.sabine, now=NOW)
    return recording


def test_a_published_recording_is_linked_and_its_address_is_asked_for_at_the_click(
    published: Recording, bbb: BigBlueButtonServer
) -> None:
    visitor = Client()
    where = f"{PUBLIC}recording/{published.pk}/"
    assert f'href="{where}"' in visitor.get(PUBLIC).content.decode()
    asked = len(bbb.asked)
    page = visitor.get(where)
    assert "Aufzeichnung ansehen" in pages.lines(page)
    assert (len(bbb.asked), bbb.url in page.content.decode()) == (asked, False)

    answer = visitor.post(where)

    playback = f"{bbb.url}/playback/presentation/{published.external_id}"
    assert (answer.status_code, answer.headers["Refresh"]) == (200, f"0; url={playback}")
    assert f'href="{playback}"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.cookies == {}
    kept = [*Recording.objects.values_list(), *Meeting.objects.values_list()]
    assert [row for row in kept if "/playback/" in repr(row)] == []


def test_where_the_provider_fails_the_reader_learns_no_cause_and_staff_do(
    client: Client, published: Recording, held: Workshop, bbb: BigBlueButtonServer
) -> None:
    bbb.faults.refusal = "checksumError"
    visitor, where = Client(), f"{PUBLIC}recording/{published.pk}/"
    answer = visitor.post(where)
    asked = len(bbb.asked)
    assert answer.status_code == 503
    found = pages.text(answer)
    assert "Die Aufzeichnung ist im Moment nicht zu erreichen." in found
    assert "Geheimnis" not in found
    # Whoever clicks within the next seconds waits for nothing.
    assert (visitor.post(where).status_code, len(bbb.asked)) == (503, asked)
    assert "Der Anbieter weist das Geheimnis zurück." in pages.text(client.get(address(held, "recordings/")))


@pytest.mark.parametrize(
    "how", ["unpublished", "deleted", "not allowed", "room given up", "not public", "elsewhere"]
)
def test_what_is_not_published_is_not_found(published: Recording, people: cast.Cast, how: str) -> None:
    where = f"{PUBLIC}recording/{published.pk}/"
    visitor = Client()
    assert visitor.get(where).status_code == 200
    match how:
        case "unpublished":
            Recording.objects.update(published_at=None, published_by=None)
        case "deleted":
            Recording.objects.update(deleted_at=NOW, deleted_by=people.sabine)
        case "not allowed":
            ParticipationProcess.objects.update(may_record=False)
        case "room given up":
            ConferenceRoom.objects.update(retired_at=NOW)
        case "not public":
            ParticipationProcess.objects.update(is_public=False)
        case "elsewhere":
            where = where.replace("/1/", "/2/")
    assert [visitor.get(where).status_code, visitor.post(where).status_code] == [404, 404]
    if how not in ("not public", "elsewhere"):
        assert "recording/" not in visitor.get(PUBLIC).content.decode()


def test_whoever_comes_later_reads_it_before_they_register(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    sentence = "Dieser Workshop wird aufgezeichnet."
    places = [PUBLIC, f"/integrationsplan/register/?workshop={workshop.pk}"]
    on_behalf = address(workshop, "participants/add/")
    before = [pages.text(Client().get(each)) for each in places] + [pages.text(client.get(on_behalf))]
    assert [text for text in before if "aufgezeichnet" in text] == []

    recordings.announce(workshop, by=people.sabine, now=NOW)

    public, register = (pages.text(Client().get(each)) for each in places)
    assert sentence in public
    assert "noch 20 Plätze · wird aufgezeichnet" in register
    assert f"{sentence} Bitte sagen Sie es der Person, bevor Sie sie anmelden." in pages.text(
        client.get(on_behalf)
    )


def test_whoever_is_about_to_go_in_reads_it_once_more(workshop: Workshop, people: cast.Cast) -> None:
    registration = builders.a_registration(workshop, people.hans)
    link = links.make(people.hans, links.Scope.JOIN, registration=registration)
    where = f"/join/{links.token_of(link)}/"
    sentence = "Dieser Workshop wird aufgezeichnet."
    assert sentence not in pages.lines(Client().get(where))
    recordings.announce(workshop, by=people.sabine, now=NOW)
    assert sentence in pages.lines(Client().get(where))
    Workshop.objects.update(starts_at=timezone.now() + datetime.timedelta(minutes=5))
    assert sentence in pages.lines(Client().get(where))


@pytest.mark.parametrize("count", [1, 3])
def test_the_public_page_lists_recordings_in_a_fixed_number_of_queries(
    held: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for recording in listed(bbb, *(95, 7, 3)[:count]):
        recordings.publish(recording, by=people.sabine, now=timezone.now())
    with django_assert_num_queries(4):
        found = pages.lines(Client().get(PUBLIC))
    start = found.index("Aufzeichnung") + 1
    assert found[start : start + count] == [
        f"Aufzeichnung ansehen (Montag, 24. November 2025, 17:00 Uhr · {minutes} Minuten)"
        for minutes in (95, 7, 3)[:count]
    ]
