"""The moderator's way into the room: when it opens, one button, and the cause if there is no way in."""

import datetime
import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.room.town import MINUTE, a_room_at
from workshops.models import Meeting, Workshop
from workshops.operations import conferences
from workshops.operations.tending import tend

pytestmark = pytest.mark.django_db

Moment = datetime.datetime
HTMX = {"HX-Request": "true"}
BUTTON = "Raum betreten (öffnet sich in einem neuen Fenster)"


@pytest.fixture
def address(workshop: Workshop) -> str:
    return f"/moderation/{workshop.pk}/room/"


def starts_in(workshop: Workshop, minutes: int, now: Moment) -> None:
    start = now + minutes * MINUTE
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=start, ends_at=start + 120 * MINUTE)


# --- before and after -----------------------------------------------------------------------------


def test_it_opens_forty_five_minutes_before_the_start_and_the_page_moves_on(
    murat: Client, workshop: Workshop, address: str, bbb: BigBlueButtonServer, now: Moment
) -> None:
    starts_in(workshop, 46, now)
    early = murat.get(address)
    content = early.content.decode()
    assert BUTTON not in pages.lines(early)
    assert "Für die Moderation öffnet der Raum" in pages.text(early)
    assert f'hx-get="{address}door/?seen=early" hx-trigger="every 15s"' in content
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in content
    asked = murat.get(f"{address}door/?seen=early", headers=HTMX)
    assert (asked.status_code, asked.content, "HX-Refresh" in asked.headers) == (204, b"", False)
    # Pressed from a page of somebody who tries: nothing is made.
    assert murat.post(address).headers["Location"] == address
    starts_in(workshop, 44, now)
    asked = murat.get(f"{address}door/?seen=early", headers=HTMX)
    assert asked.headers["HX-Refresh"] == "true"
    assert BUTTON in pages.lines(murat.get(address))
    assert (bbb.asked, Meeting.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"room": None}, "Der Workshop hat noch keinen Raum."),
        ({"status": "cancelled", "cancellation_reason": "Krank."}, "Der Workshop ist abgesagt."),
        ({"over": True}, "Der Workshop ist vorbei, der Raum ist geschlossen. Wer da war"),
    ],
)
def test_where_there_is_no_way_in_the_page_says_why(
    murat: Client,
    workshop: Workshop,
    people: cast.Cast,
    address: str,
    bbb: BigBlueButtonServer,
    now: Moment,
    fields: dict[str, object],
    words: str,
) -> None:
    if fields.pop("over", False):
        starts_in(workshop, -241, now)
    if fields.get("status"):
        fields |= {"cancelled_at": now, "cancelled_by": people.sabine}
    if fields:
        Workshop.objects.update(**fields)
    page = murat.get(address)
    assert words in pages.lines(page)
    assert BUTTON not in pages.lines(page)
    assert murat.post(address).headers["Location"] == address
    assert murat.post(address, headers=HTMX).headers["HX-Refresh"] == "true"
    assert (bbb.asked, Meeting.objects.count()) == ([], 0)


# --- in -------------------------------------------------------------------------------------------


def test_one_click_leads_in_as_moderator_and_the_address_is_nowhere_else(
    murat: Client, workshop: Workshop, address: str, bbb: BigBlueButtonServer
) -> None:
    assert bbb.host not in murat.get(address).content.decode()
    answer = murat.post(address)
    wait, _, target = answer.headers["Refresh"].partition("; url=")
    assert (answer.status_code, wait, "Location" in answer.headers) == (200, "0", False)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert target.replace("&", "&amp;") in answer.content.decode()
    found = re.findall(r"(fullName|role|userID)=([^&]+)", target)
    murat_pk = workshop.moderators.get().pk
    assert found == [
        ("fullName", "Murat+Y%C4%B1ld%C4%B1z"),
        ("role", "MODERATOR"),
        ("userID", f"u{murat_pk}"),
    ]
    again = murat.post(address, headers=HTMX)
    assert again.headers["HX-Redirect"].startswith(f"{bbb.address}api/join?")
    assert (again.content, bbb.creates) == (b"", 1)
    assert bbb.host not in murat.get(address).content.decode()


def test_an_address_of_the_workshops_own_is_entered_through_our_page_too(
    murat: Client, workshop: Workshop, address: str
) -> None:
    own = "https://video.example/räume/7?a=b&c=d"
    Workshop.objects.update(room=None, conference_url=own)
    workshop_page = murat.get(f"/moderation/{workshop.pk}/").content.decode()
    assert "video.example" not in workshop_page
    assert f'<a href="{address}">Zum Videoraum</a>' in workshop_page
    answer = murat.post(address)
    assert answer.headers["Refresh"] == "0; url=https://video.example/r%C3%A4ume/7?a=b&c=d"


def test_second_rooms_are_shown_with_how_to_get_there_and_entered(
    murat: Client, workshop: Workshop, people: cast.Cast, address: str, bbb: BigBlueButtonServer
) -> None:
    second = a_room_at(bbb, people, name="Nebenraum")
    channel = workshop.channels.create(label="Arabisch", room=second, dial_in="07471 5")
    inside = workshop.channels.create(label="Türkisch", how={"de": "Weltkugel drücken"})
    elsewhere = builders.a_workshop(workshop.series).channels.create(label="Fremd", room=second)
    lines = pages.lines(murat.get(address))
    start = lines.index("Dolmetschen und Kanäle")
    assert lines[start + 1 : start + 6] == [
        "Arabisch Dolmetschen",
        "Per Telefon: 07471 5",
        "Zweiten Raum betreten: Arabisch (öffnet sich in einem neuen Fenster)",
        "Türkisch Dolmetschen",
        "Weltkugel drücken",
    ]
    assert "Refresh" in murat.post(address, {"channel": channel.pk}).headers
    assert [held.parameters["name"] for held in bbb.meetings.values()] == ["Sprachkurse: Arabisch"]
    for nowhere in (inside.pk, elsewhere.pk, "²", "x", "9" * 30):
        assert murat.post(address, {"channel": nowhere}).headers["Location"] == address
    assert bbb.creates == 1


def test_the_lobby_the_phone_and_when_participants_come_are_said(
    murat: Client, workshop: Workshop, people: cast.Cast, address: str, bbb: BigBlueButtonServer
) -> None:
    room = a_room_at(bbb, people, name="Mit Warteraum", has_lobby=True, dial_in="07471 930-0")
    Workshop.objects.update(room=room)
    lines = pages.lines(murat.get(address))
    start = lines.index("Teilnehmende können hinein ab")
    assert lines[start + 2 : start + 6] == [
        "Per Telefon",
        "07471 930-0, 12345#",
        "Warteraum",
        "Teilnehmende warten, bis Sie sie im Raum einlassen.",
    ]


# --- not in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        ({"status": 503}, "Der Server des Anbieters ist nicht erreichbar oder meldet selbst einen Fehler."),
        (
            {"refusal": "checksumError"},
            "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung.",
        ),
        (
            {"body": b"<html>nginx</html>"},
            "Unter der Adresse antwortet etwas, das kein Server dieses Anbieters ist. Stimmt die Adresse?",
        ),
    ],
)
def test_the_cause_is_said_and_it_is_tried_again_until_it_works(
    murat: Client,
    workshop: Workshop,
    people: cast.Cast,
    address: str,
    bbb: BigBlueButtonServer,
    faults: dict[str, object],
    cause: str,
) -> None:
    for name, value in faults.items():
        setattr(bbb.faults, name, value)
    answer = murat.post(address)
    content = answer.content.decode()
    assert "Refresh" not in answer.headers
    assert any(line.startswith(f"{cause} Zuletzt gefragt: ") for line in pages.lines(answer))
    assert f'hx-post="{address}" hx-trigger="load delay:4s, submit"' in content
    # The same on the room's page, for those who come to it now; and staff are offered another room.
    assert any(line.startswith(f"{cause} Zuletzt gefragt: ") for line in pages.lines(murat.get(address)))
    assert "In einen anderen Raum umziehen" not in pages.text(answer)
    part = murat.post(address, headers=HTMX)
    assert "<html" not in part.content.decode()
    assert cause in part.content.decode()
    murat.force_login(people.sabine)
    assert "In einen anderen Raum umziehen" in pages.text(murat.get(address))
    bbb.heal()
    Meeting.objects.update(claimed_until=None)
    assert "HX-Redirect" in murat.post(address, headers=HTMX).headers


def test_while_somebody_else_makes_the_meeting_one_waits(
    murat: Client, workshop: Workshop, address: str, bbb: BigBlueButtonServer, now: Moment
) -> None:
    assert workshop.room is not None
    conferences.meeting_of(workshop, workshop.room, now=now)
    Meeting.objects.update(claimed_until=now + conferences.CLAIM_LASTS)
    lines = pages.lines(murat.post(address))
    assert "Der Raum wird gerade geöffnet." in lines
    assert bbb.asked == []


def test_a_failing_second_room_says_its_own_cause(
    murat: Client,
    workshop: Workshop,
    people: cast.Cast,
    address: str,
    settings: Settings,
    now: Moment,
) -> None:
    tend(now=now)
    with BigBlueButtonServer() as other:
        settings.CONFERENCE_HOSTS |= {other.host}
        other.faults.refusal = "checksumError"
        second = a_room_at(other, people, name="Nebenraum")
        channel = workshop.channels.create(label="Arabisch", room=second)
        lines = pages.lines(murat.post(address, {"channel": channel.pk}))
        assert any(line.startswith("Der Anbieter weist das Geheimnis zurück.") for line in lines)
        # The main room works all the same.
        assert "Refresh" in murat.post(address).headers
