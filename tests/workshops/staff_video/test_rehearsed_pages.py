"""In a rehearsal staff find the second rooms, and the page of whoever leads with those who rehearse."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications.models import Delivery
from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import a_room_at, address
from tests.workshops.staff_video.test_rehearsals import led_to
from workshops import tasks
from workshops.conferencing.protocol import Role
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, InterpretationChannel, Meeting, Presence, Registration, Workshop
from workshops.operations import channels, conferences, rehearsals, rooms

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)
LEADING = "rehearsal/moderator/?view=open"


@pytest.fixture
def second(people: cast.Cast, bbb: BigBlueButtonServer) -> ConferenceRoom:
    return a_room_at(bbb, people, name="Nebenraum")


@pytest.fixture
def arabic(workshop: Workshop, second: ConferenceRoom) -> InterpretationChannel:
    return workshop.channels.create(label="Arabisch", room=second, dial_in="07471 930-5")


def leading(client: Client, workshop: Workshop) -> list[str]:
    """What the page of whoever leads says of those who are there."""
    found = pages.lines(client.get(address(workshop, LEADING)))
    return found[found.index("Wer im Raum ist") + 1 : found.index("Liste neu laden")]


# --- second rooms ------------------------------------------------------------------------------------


def test_two_clicks_lead_into_a_second_room_as_a_guest_and_as_who_leads(
    client: Client, workshop: Workshop, arabic: InterpretationChannel, bbb: BigBlueButtonServer
) -> None:
    page = client.post(address(workshop, "rehearsal/begin/"), follow=True)
    assert pages.text(page).count("In den Raum: Arabisch") == 2
    chosen = str(arabic.pk)
    shown = [
        led_to(client, workshop, "rehearsal/moderator/", channel=chosen),
        led_to(client, workshop, "rehearsal/participant/", channel=chosen, name="Oma Erna"),
    ]
    meeting = "Probe: Sprachkurse: Arabisch"
    assert shown == [
        {"meeting": meeting, "name": "Sabine Keller", "role": "MODERATOR", "where": "room"},
        {"meeting": meeting, "name": "Oma Erna", "role": "VIEWER", "where": "room"},
    ]
    rows = Meeting.objects.order_by("pk").values_list("purpose", "channel", "room__name")
    assert list(rows) == [("rehearsal", None, "Rathaus"), ("rehearsal", arabic.pk, "Nebenraum")]
    # It is called as on the day: into the main room alone.
    assert "voiceBridge" not in bbb.meetings[arabic.meetings.get().key].parameters


def test_it_is_not_the_second_room_of_the_workshop(
    client: Client, workshop: Workshop, people: cast.Cast, arabic: InterpretationChannel
) -> None:
    led_to(client, workshop, "rehearsal/moderator/", channel=str(arabic.pk))
    amina = builders.a_registration(workshop, people.amina, needs=["interpretation"])
    conferences.enter(workshop, conferences.person_of(amina), channel=arabic, now=timezone.now())
    purposes = arabic.meetings.alive().order_by("pk").values_list("purpose", flat=True)
    assert list(purposes) == ["rehearsal", "channel"]
    client.post(address(workshop, "rehearsal/end/"))
    assert list(arabic.meetings.alive().values_list("purpose", flat=True)) == ["channel"]


def test_the_page_behind_a_join_link_has_the_button_of_each_second_room(
    client: Client, workshop: Workshop, arabic: InterpretationChannel
) -> None:
    workshop.channels.create(label="Farsi", how={"de": "Weltkugel drücken"})
    early, opened = (
        pages.text(client.get(address(workshop, f"rehearsal/participant/{view}")))
        for view in ("", "?view=open")
    )
    told = "Kanäle und zweite Räume sieht nur, wer einen Bedarf dafür angegeben hat; hier stehen alle."
    assert [told in text for text in (early, opened)] == [True, True]
    assert [text.count("In den Raum: Arabisch") for text in (early, opened)] == [0, 1]
    assert "In den Raum: Farsi" not in opened
    shown = led_to(client, workshop, "rehearsal/participant/?view=open", channel=str(arabic.pk), name="Erna")
    assert (shown["meeting"], shown["name"]) == ("Probe: Sprachkurse: Arabisch", "Erna")


def test_whoever_calls_finds_the_number_of_a_channel_too(
    client: Client, workshop: Workshop, arabic: InterpretationChannel
) -> None:
    found = pages.lines(client.get(address(workshop, "rehearsal/")))
    assert (
        "Für Arabisch steht da außerdem: 07471 930-5. Diese Nummer führt immer in den echten Raum." in found
    )


@pytest.mark.parametrize("channel", ["0", "x", "removed", "no room"])
def test_a_second_room_that_is_not_there_is_not_entered(
    client: Client, workshop: Workshop, arabic: InterpretationChannel, channel: str
) -> None:
    if channel == "removed":
        channel = str(arabic.pk)
        arabic.delete()
    elif channel == "no room":
        channel = str(workshop.channels.create(label="Farsi").pk)
    answer = client.post(address(workshop, "rehearsal/moderator/"), {"channel": channel}, follow=True)
    assert pages.messages(answer) == ["Diesen zweiten Raum gibt es nicht mehr."]
    assert not Meeting.objects.exists()


def test_second_rooms_end_with_the_rehearsal_and_by_themselves(
    client: Client,
    workshop: Workshop,
    people: cast.Cast,
    arabic: InterpretationChannel,
    bbb: BigBlueButtonServer,
) -> None:
    for way_out in ("button", "clock", "next"):
        now = timezone.now()
        rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, channel=arabic, now=now)
        key = arabic.meetings.alive().get().key
        if way_out == "button":
            client.post(address(workshop, "rehearsal/end/"))
        else:
            Meeting.objects.alive().update(created_at=now - 2 * HOUR)
        if way_out == "clock":
            tasks.tend_rooms()
        elif way_out == "next":
            rehearsals.begin(workshop, by=people.sabine, now=now)
        assert bbb.meetings[key].is_ended, way_out
    assert list(Meeting.objects.alive().values_list("channel", flat=True)) == [None]


def test_moving_the_workshop_leaves_the_second_room_and_removing_the_channel_ends_it(
    workshop: Workshop, people: cast.Cast, arabic: InterpretationChannel, bbb: BigBlueButtonServer
) -> None:
    rehearsals.begin(workshop, by=people.sabine, now=NOW)
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, channel=arabic, now=NOW)
    rooms.assign(workshop, room=a_room_at(bbb, people), by=people.sabine, now=NOW)
    meeting = Meeting.objects.alive().get()
    assert meeting.channel == arabic
    channels.remove(arabic, by=people.sabine, now=NOW)
    meeting.refresh_from_db()
    assert (meeting.purpose, meeting.channel_id is None, meeting.ended_at) == ("rehearsal", True, NOW)
    assert bbb.meetings[meeting.key].is_ended


def test_a_second_room_at_a_fixed_address_is_named_as_the_real_one_and_nobody_is_disturbed_there(
    client: Client, workshop: Workshop, people: cast.Cast, second: ConferenceRoom
) -> None:
    link = builders.a_room(people.process, name="Teams", address="https://teams.example/x")
    channel = workshop.channels.create(label="Farsi", room=link)
    found = pages.lines(client.get(address(workshop, "rehearsal/")))
    assert (
        "Der zweite Raum für Farsi („Teams“) hat eine feste Adresse: Dort gibt es nur den echten Raum."
        in found
    )
    builders.a_workshop(builders.a_series(people.fields[1]), starts_at=NOW - HOUR, room=link)
    with pytest.raises(Refusal, match="room_in_use"):
        rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, channel=channel, now=NOW)
    # The main room is another one.
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, now=NOW)


# --- the page of whoever leads -----------------------------------------------------------------------


def test_whoever_leads_sees_who_rehearses_what_they_need_and_who_is_yet_to_come(
    client: Client, workshop: Workshop, people: cast.Cast, arabic: InterpretationChannel
) -> None:
    needs: dict[str, Any] = {"needs": ["captions"], "needs_note": "Große Schrift"}
    builders.a_registration(workshop, people.amina, **needs)
    assert leading(client, workshop)[:3] == [
        "Im Raum sind 0 Personen.",
        "Noch ist niemand im Raum.",
        "Angemeldet, aber noch nicht da",
    ]
    led_to(client, workshop, "rehearsal/moderator/")
    led_to(client, workshop, "rehearsal/participant/", name="Oma Erna")
    led_to(client, workshop, "rehearsal/participant/", name="Opa", channel=str(arabic.pk))
    tasks.tend_rooms()
    assert leading(client, workshop) == [
        "Im Raum sind 3 Personen.",
        *("Dolmetschen", "1"),
        *("Sabine Keller Moderation", "Oma Erna", "Opa im zweiten Raum: Arabisch", "Dolmetschen"),
        *("Angemeldet, aber noch nicht da", "1 Person · Untertitel: 1"),
        *("Amina Haddad", "Große Schrift", "Untertitel"),
    ]
    # Nothing of it is left, and nobody attended.
    client.post(address(workshop, "rehearsal/end/"))
    assert not Presence.objects.exists()
    tasks.tend_rooms()
    assert not Registration.objects.filter(has_attended=True).exists()
    assert not Delivery.objects.exists()


def test_the_list_is_asked_for_again_and_answers_only_with_what_is_new(
    client: Client, workshop: Workshop, bbb: BigBlueButtonServer
) -> None:
    page = client.get(address(workshop, LEADING))
    asks = address(workshop, "rehearsal/moderator/people/")
    assert f'hx-get="{asks}?seen={page.context["stamp"]}"' in page.text
    htmx = {"HX-Request": "true"}
    assert client.get(f"{asks}?seen={page.context['stamp']}", headers=htmx).status_code == 204
    led_to(client, workshop, "rehearsal/participant/", name="Oma Erna")
    tasks.tend_rooms()
    part = client.get(f"{asks}?seen={page.context['stamp']}", headers=htmx)
    assert "<bdi>Oma Erna</bdi>" in part.text
    assert client.get(asks).headers["Location"] == address(workshop, "rehearsal/moderator/")


def test_the_page_is_shown_before_it_opens_and_after_and_polls_no_page_of_the_day(
    client: Client, workshop: Workshop, arabic: InterpretationChannel
) -> None:
    early, opened = (
        client.get(address(workshop, f"rehearsal/moderator/{view}")) for view in ("", "?view=open")
    )
    for page in (early, opened):
        assert "So sieht es, wer den Workshop leitet." in pages.text(page)
        assert f"/moderation/{workshop.pk}/" not in page.text[page.text.index("<main") :]
    assert "Für die Moderation öffnet der Raum" in pages.text(early)
    assert "Raum betreten (öffnet sich in einem neuen Fenster)" not in pages.lines(early)
    assert "Zweiten Raum betreten: Arabisch" in pages.text(opened)


def test_a_second_room_that_fails_is_named_on_both_pages(
    client: Client, workshop: Workshop, arabic: InterpretationChannel, bbb: BigBlueButtonServer
) -> None:
    bbb.faults.refusal = "checksumError"
    answer = client.post(address(workshop, "rehearsal/moderator/"), {"channel": arabic.pk}, follow=True)
    sentence = "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung."
    assert pages.messages(answer) == [sentence]
    for page in ("rehearsal/", LEADING):
        assert sentence in pages.text(client.get(address(workshop, page)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions_however_many_rehearse(
    client: Client,
    workshop: Workshop,
    room: ConferenceRoom,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    meeting = Meeting.objects.create(
        workshop=workshop, room=room, key="a", purpose="rehearsal", created_at=NOW, opened_at=NOW
    )
    for number in range(count):
        meeting.presences.create(person_key=f"p{number}", name="Erna", joined_at=NOW, last_seen_at=NOW)
        builders.a_registration(workshop, needs=["captions"])
        workshop.channels.create(label=f"Kanal {number}", room=room)
    with django_assert_num_queries(9):
        assert leading(client, workshop).count("Erna") == count
