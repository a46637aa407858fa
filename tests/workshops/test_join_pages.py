"""The personal way into the conference: when it opens, and who is told why not."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import builders
from workshops import links
from workshops.models import Participant, PersonalLink, Registration, Workshop

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)

MINUTE = datetime.timedelta(minutes=1)

Scope = PersonalLink.Scope


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=1, conference_url="https://video.example/raum", dial_in="+49 7471 1")


@pytest.fixture
def amina(workshop: Workshop) -> Participant:
    return builders.a_participant(workshop.process, email="amina@example.org", name="Amina Haddad")


@pytest.fixture
def seat(workshop: Workshop, amina: Participant) -> Registration:
    return builders.a_registration(workshop, amina)


@pytest.fixture
def my(amina: Participant) -> str:
    return f"/my/{links.token_of(links.make(amina, Scope.MANAGE))}/"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def join(seat: Registration, amina: Participant) -> str:
    return f"/join/{links.token_of(links.make(amina, Scope.JOIN, registration=seat))}/"


JULY_8 = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)


@pytest.fixture
def on_july_8(workshop: Workshop) -> Workshop:
    Workshop.objects.update(starts_at=JULY_8, ends_at=JULY_8 + 2 * 60 * MINUTE)
    workshop.refresh_from_db()
    return workshop


def words(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", content.decode()).split())


def test_the_waiting_page_says_when_the_room_opens_and_goes_on_by_itself(
    client: Client, join: str, on_july_8: Workshop
) -> None:
    with time_machine.travel(JULY_8 - 16 * MINUTE, tick=False):
        response = client.get(join)
        posted = client.post(join)
    content = response.content.decode()
    assert "Der Raum öffnet am Dienstag, 8. Juli 2031, 17:45 Uhr." in words(response.content)
    assert '<a href="tel:+4974711">+49\N{NO-BREAK SPACE}7471\N{NO-BREAK SPACE}1</a>' in content
    # Without JavaScript the whole page looks again; with it only what stands there, so nothing is disturbed.
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in content
    opens = int((JULY_8 - 15 * MINUTE).timestamp())
    asked = f"{join}door/?seen=early&amp;opens={opens}"
    assert f'hx-get="{asked}" hx-trigger="every 15s, opening from:body"' in content
    assert 'data-until="2031-07-08T17:45:00+02:00"' in content
    assert "Refresh" not in response.headers
    assert "video.example" not in content + posted.content.decode()


def test_on_another_day_the_page_says_which_day_it_is_and_which_is_meant(
    client: Client, join: str, on_july_8: Workshop
) -> None:
    with time_machine.travel(JULY_8 - DAY, tick=False):
        said = words(client.get(join).content)
    assert "Ihr Workshop ist an einem anderen Tag." in said
    assert "Er beginnt am Dienstag, 8. Juli 2031, 18:00 Uhr; heute ist Montag, 7. Juli 2031." in said


def test_a_link_of_a_workshop_that_was_moved_goes_on_working(
    client: Client, join: str, on_july_8: Workshop
) -> None:
    with time_machine.travel(JULY_8 + DAY, tick=False):
        assert "Dieser Workshop ist vorbei." in words(client.get(join).content)
        Workshop.objects.update(starts_at=JULY_8 + DAY, ends_at=JULY_8 + DAY + 60 * MINUTE)
        assert "Der Raum ist offen." in words(client.get(join).content)


def test_only_the_page_that_tries_them_out_may_use_camera_and_microphone(
    client: Client, join: str, on_july_8: Workshop
) -> None:
    allowed = "camera=(self), microphone=(self), geolocation=(), browsing-topics=()"
    policies = []
    for moment in (JULY_8 - 16 * MINUTE, JULY_8, JULY_8 + DAY):
        with time_machine.travel(moment, tick=False):
            policies.append(client.get(join).headers["Permissions-Policy"])
    assert policies == [allowed, allowed, "camera=(), microphone=(), geolocation=(), browsing-topics=()"]


def test_where_providers_lead_afterwards_the_page_knows_nobody(client: Client) -> None:
    said = words(client.get("/left/").content)
    assert "Öffnen Sie Ihren persönlichen Link aus der E-Mail oder dem Kalender." in said


def spoken(page: str) -> list[tuple[str, str]]:
    """The languages in which the page says it, in their order, with their directions."""
    found: list[tuple[str, str]] = re.findall(r'<section class="stack" lang="(.*?)" dir="(.*?)">', page)
    return found


@pytest.mark.parametrize(
    ("browser", "first"),
    [("", "de"), ("ar,en;q=0.5", "ar"), ("ku, tr-TR;q=0.8, de;q=0.3", "tr"), ("pl", "de"), ("de-AT", "de")],
)
def test_who_comes_back_from_the_room_reads_it_in_their_language_first(
    client: Client, browser: str, first: str
) -> None:
    response = client.get("/left/", HTTP_ACCEPT_LANGUAGE=browser)
    page = response.content.decode()
    codes = [code for code, _name in settings.LANGUAGES]
    assert spoken(page) == [
        (code, "rtl" if code == "ar" else "ltr")
        for code in sorted(codes, key=lambda code: (code != first, codes.index(code)))
    ]
    # One heading is the page's own, and no sentence is said twice: each is in its language.
    assert [page.count(f"<h{level}>") for level in (1, 2)] == [1, len(codes) - 1]
    assert len(set(re.findall(r'<p class="lead">.*?</p>', page))) == len(codes)
    ways = set(re.findall(r'<p><a href="(.*?)" hreflang="(.*?)">(.*?)</a>', page))
    assert ways == {(f"/{code}/left/", code, name) for code, name in settings.LANGUAGES if code != "de"}
    assert "Accept-Language" in response.headers["Vary"]
    assert not response.cookies


def test_in_a_language_of_its_own_the_page_says_it_in_that_one_only(client: Client) -> None:
    response = client.get("/ar/left/", HTTP_ACCEPT_LANGUAGE="tr")
    assert spoken(response.content.decode()) == [("ar", "rtl")]
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_the_button_leads_into_the_room_from_15_minutes_before(
    client: Client, join: str, workshop: Workshop
) -> None:
    for moment in (workshop.starts_at - 15 * MINUTE, workshop.ends_at - MINUTE):
        with time_machine.travel(moment, tick=False):
            opened = client.get(join)
            pressed = client.post(join)
        assert "Der Raum ist offen." in opened.content.decode()
        assert "video.example" not in opened.content.decode()
        assert pressed.headers["Refresh"] == "0; url=https://video.example/raum"
        assert 'href="https://video.example/raum"' in pressed.content.decode()
        assert pressed.headers["Referrer-Policy"] == "no-referrer"


def test_a_room_with_letters_of_any_script_is_reached(client: Client, join: str, workshop: Workshop) -> None:
    Workshop.objects.update(conference_url="https://video.example/Bürger-мова")
    with time_machine.travel(workshop.starts_at, tick=False):
        pressed = client.post(join)
    assert pressed.headers["Refresh"] == ("0; url=https://video.example/B%C3%BCrger-%D0%BC%D0%BE%D0%B2%D0%B0")


@pytest.mark.parametrize(
    ("registration", "workshop_fields", "sentence"),
    [
        ({"status": "waiting", "holds_seat": False}, {}, "Sie stehen auf der Warteliste."),
        ({"status": "cancelled", "ended_at": timezone.now()}, {}, "nicht mehr angemeldet"),
        (
            {"status": "pending", "held_until": timezone.now() + 100 * DAY},
            {},
            "Ihre Anmeldung ist noch nicht bestätigt.",
        ),
        ({}, {"conference_url": ""}, "Der Raum ist noch nicht eingerichtet."),
        (
            {},
            {"status": "cancelled", "cancelled_at": timezone.now(), "cancellation_reason": "Leider krank."},
            "Leider krank.",
        ),
    ],
)
def test_who_cannot_enter_is_told_why(
    client: Client,
    join: str,
    workshop: Workshop,
    registration: dict[str, Any],
    workshop_fields: dict[str, Any],
    sentence: str,
) -> None:
    if registration:
        Registration.objects.update(**registration)
    if "cancelled_at" in workshop_fields:
        workshop_fields = {**workshop_fields, "cancelled_by": builders.a_staff_member()}
    if workshop_fields:
        Workshop.objects.update(**workshop_fields)
    with time_machine.travel(workshop.starts_at, tick=False):
        for response in (client.get(join), client.post(join)):
            assert sentence in response.content.decode()
            assert "video.example" not in response.content.decode()


def test_after_the_end_the_page_points_to_the_minutes(client: Client, join: str, workshop: Workshop) -> None:
    with time_machine.travel(workshop.ends_at, tick=False):
        text = page(client, join)
    assert "Dieser Workshop ist vorbei." in text
    assert f'href="/{workshop.process.slug}/handlungsfeld-1/1/"' in text


def test_from_my_registrations_one_button_leads_to_the_join_page(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    response = client.post(f"{my}{seat.pk}/join/")
    link = amina.links.get(scope="join")
    assert response.headers["Location"] == f"/join/{links.token_of(link)}/"


def test_a_link_that_was_ended_says_what_to_do_and_whom_to_call(
    client: Client, join: str, amina: Participant
) -> None:
    process = amina.process
    process.contact_phone = "07471 930-0"
    process.save(update_fields=["contact_phone"])
    amina.links.update(revoked_at=timezone.now())

    ended = client.get(join)

    assert ended.status_code == 410
    assert "Er ist abgelaufen oder durch einen neuen ersetzt worden." in words(ended.content)
    assert f'href="/{process.slug}/my-link/"' in ended.content.decode()
    assert '<a href="tel:074719300">07471\N{NO-BREAK SPACE}930-0</a>' in ended.content.decode()


def test_the_public_page_says_when_this_towns_rooms_open(client: Client, workshop: Workshop) -> None:
    process = workshop.process
    process.opens_minutes = 20
    process.save(update_fields=["opens_minutes"])
    said = words(client.get(f"/{process.slug}/handlungsfeld-1/1/").content)
    assert "Mit Ihrem Einwahllink kommen Sie ab 20 Minuten vor Beginn" in said
