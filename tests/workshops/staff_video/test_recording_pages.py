"""The pages about recordings: staff's, and the public one that leads to the provider."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import address
from workshops import dates, links
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, Recording, Workshop
from workshops.operations import recordings

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
PUBLIC = "/integrationsplan/bildung-und-sprache/1/"


@pytest.fixture(autouse=True)
def _allowed(people: cast.Cast) -> None:
    ParticipationProcess.objects.update(may_record=True)


@pytest.fixture
def held(workshop: Workshop, room: ConferenceRoom) -> Workshop:
    """Over since an hour, and its recording was announced."""
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR, recording_announced_at=NOW - 3 * DAY
    )
    Meeting.objects.create(
        workshop=workshop, room=room, key="m" * 40, created_at=NOW, opened_at=NOW, is_recorded=True
    )
    workshop.refresh_from_db()
    return workshop


def listed(server: BigBlueButtonServer, *minutes: int) -> list[Recording]:
    for each in minutes:
        server.record("m" * 40, minutes=each)
    recordings.tend(now=timezone.now())
    return list(Recording.objects.order_by("pk"))


def press(client: Client, workshop: Workshop, page: str) -> list[str]:
    return pages.messages(client.post(address(workshop, f"recordings/{page}"), follow=True))


# --- staff -----------------------------------------------------------------------------------------------


def test_a_recording_is_announced_and_withdrawn_by_a_button(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_registration(workshop, people.amina)
    before = pages.lines(client.get(address(workshop, "recordings/")))
    assert "Dieser Workshop wird nicht aufgezeichnet." in before
    assert "Eine Person mit Platz bekommt eine Mail mit neuem Kalendereintrag." in before
    assert press(client, workshop, "announce/") == [
        "Die Aufzeichnung ist angekündigt. Alle Angemeldeten erfahren es."
    ]
    after = pages.lines(client.get(address(workshop, "recordings/")))
    assert "Dieser Workshop wird aufgezeichnet." in after
    assert press(client, workshop, "withdraw/") == [
        "Es wird nicht aufgezeichnet. Alle Angemeldeten erfahren es."
    ]
    workshop.refresh_from_db()
    assert not workshop.is_recorded


def test_too_late_is_said_before_and_after_the_button(client: Client, workshop: Workshop) -> None:
    Workshop.objects.update(starts_at=NOW + 23 * HOUR, ends_at=NOW + DAY)
    why = (
        "Eine Aufzeichnung lässt sich bis 24 Stunden vor Beginn ankündigen: "
        "Alle sollen es rechtzeitig wissen und noch absagen können."
    )
    found = pages.lines(client.get(address(workshop, "recordings/")))
    assert why in found
    assert "Aufzeichnung ankündigen" not in found
    assert press(client, workshop, "announce/") == [why]


def test_where_recordings_are_not_allowed_there_is_no_button_and_no_card(
    client: Client, workshop: Workshop
) -> None:
    ParticipationProcess.objects.update(may_record=False)
    found = pages.lines(client.get(address(workshop, "recordings/")))
    assert "In diesem Beteiligungsprozess sind Aufzeichnungen nicht erlaubt." in found
    assert "Aufzeichnung ankündigen" not in found
    assert "Aufzeichnung" not in pages.lines(client.get(address(workshop)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_what_there_is(
    client: Client,
    held: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    first, *_others = listed(bbb, *(95, 7, 3)[:count])
    recordings.publish(first, by=people.sabine, now=NOW)
    with django_assert_num_queries(8):
        found = pages.lines(client.get(address(held, "recordings/")))
    published_at = dates.moment_text(NOW, people.process).replace("\xa0", " ")
    rest = ["nicht öffentlich", "Veröffentlichen Löschen …"]
    rows = [
        ["95", "veröffentlicht", f"{published_at}, Sabine Keller", "Zurückziehen Löschen …"],
        ["7", *rest],
        ["3", *rest],
    ]
    assert found[found.index("Beginn") :] == [
        *("Beginn", "Minuten", "Zustand", "Handlung"),
        *(cell for row in rows[:count] for cell in ("Montag, 24. November 2025, 17:00 Uhr", *row)),
    ]


def test_a_recording_is_published_taken_back_and_deleted_by_buttons(
    client: Client, held: Workshop, bbb: BigBlueButtonServer
) -> None:
    (recording,) = listed(bbb, 95)
    assert press(client, held, f"{recording.pk}/publish/") == [
        "Die Aufzeichnung ist veröffentlicht: Sie steht auf der Seite des Workshops."
    ]
    assert [each.is_published for each in bbb.recordings.values()] == [True]
    assert press(client, held, f"{recording.pk}/unpublish/") == [
        "Die Aufzeichnung ist nicht mehr öffentlich."
    ]
    assert [each.is_published for each in bbb.recordings.values()] == [False]

    question = client.get(address(held, f"recordings/{recording.pk}/delete/"))
    assert "Die Aufzeichnung wird beim Anbieter gelöscht. Das lässt sich nicht zurücknehmen." in pages.lines(
        question
    )
    assert len(bbb.recordings) == 1
    assert press(client, held, f"{recording.pk}/delete/") == ["Die Aufzeichnung ist beim Anbieter gelöscht."]
    assert bbb.recordings == {}
    assert press(client, held, f"{recording.pk}/publish/") == ["Diese Aufzeichnung ist gelöscht."]


@pytest.mark.parametrize("act", ["publish", "delete"])
def test_a_failing_provider_is_named_and_nothing_is_half_done(
    client: Client, held: Workshop, bbb: BigBlueButtonServer, act: str
) -> None:
    (recording,) = listed(bbb, 95)
    bbb.faults.refusal = "checksumError"
    assert press(client, held, f"{recording.pk}/{act}/") == [
        "Es hat nicht geklappt. "
        "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung."
    ]
    recording.refresh_from_db()
    assert (recording.published_at, recording.deleted_at) == (None, None)
    assert "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung." in pages.lines(
        client.get(address(held, "recordings/"))
    )
    bbb.heal()
    Meeting.objects.update(claimed_until=None)
    press(client, held, f"{recording.pk}/{act}/")
    recording.refresh_from_db()
    assert recording.is_published or recording.is_deleted


# --- everyone --------------------------------------------------------------------------------------------


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
        f"Aufzeichnung ansehen (Montag, 24. November 2025, 17:00 Uhr, {minutes} Minuten)"
        for minutes in (95, 7, 3)[:count]
    ]
