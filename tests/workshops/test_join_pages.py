"""The personal way into the conference: when it opens, and who is told why not."""

import datetime
import re
from typing import Any

import pytest
import time_machine
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


def test_the_waiting_page_says_when_the_room_opens_and_looks_again(
    client: Client, join: str, workshop: Workshop
) -> None:
    Workshop.objects.update(
        starts_at=datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2031, 7, 8, 18, 0, tzinfo=datetime.UTC),
    )
    with time_machine.travel(datetime.datetime(2031, 7, 8, 15, 44, tzinfo=datetime.UTC), tick=False):
        response = client.get(join)
        posted = client.post(join)
    text = re.sub(r"<[^>]+>", "", response.content.decode())
    assert "Der Raum öffnet Dienstag, 8. Juli 2031, 17:45\xa0Uhr (Zeit in Hechingen)" in text
    assert "+49 7471 1" in text
    assert response.headers["Refresh"] == "60"
    assert "video.example" not in response.content.decode() + posted.content.decode()


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
