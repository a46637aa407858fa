"""Behind the personal link: see, cancel, change, add, take along, object, erase."""

import datetime
import hashlib
import json
import re
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders
from tests.workshops.ears import listening
from workshops import links
from workshops.models import (
    AgendaItem,
    ErasedAddress,
    Minutes,
    Participant,
    PersonalLink,
    Registration,
    Workshop,
)
from workshops.operations import participants

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


def statuses(workshop: Workshop) -> list[str]:
    return list(workshop.registrations.order_by("place").values_list("status", flat=True))


def test_it_shows_what_is_coming_and_what_was(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    series = seat.workshop.series
    waiting = builders.a_workshop(series, starts_at=seat.workshop.starts_at + DAY)
    builders.a_registration(waiting, amina, status="waiting")
    past = builders.a_workshop(series, starts_at=timezone.now() - DAY)
    builders.a_registration(past, amina)
    AgendaItem.objects.create(workshop=past, position=1, title="Thema")
    Minutes.objects.create(
        workshop=past,
        status="published",
        published_at=timezone.now(),
        published_by=builders.a_staff_member(),
    )
    someone_else = builders.a_registration(waiting)

    response = client.get(my)

    assert [each.workshop for each in response.context["current"]] == [seat.workshop, waiting]
    assert [each.workshop for each in response.context["earlier"]] == [past]
    text = response.content.decode()
    assert "auf der Warteliste" in text
    assert f'/{past.process.slug}/handlungsfeld-1/{past.number}/minutes/"' in text
    assert someone_else.participant.name not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_two_statements(
    client: Client,
    my: str,
    amina: Participant,
    workshop: Workshop,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(count):
        builders.a_registration(
            builders.a_workshop(workshop.series, starts_at=workshop.starts_at + number * DAY), amina
        )
    with django_assert_num_queries(2):
        client.get(my)


def test_two_at_the_same_time_are_pointed_out(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    assert "Zwei Ihrer Workshops" not in page(client, my)
    builders.a_registration(
        builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at), amina
    )
    assert "Zwei Ihrer Workshops finden zur selben Zeit statt." in page(client, my)


def test_cancelling_asks_first_then_frees_the_seat(client: Client, my: str, seat: Registration) -> None:
    builders.a_registration(seat.workshop, status="waiting")
    path = f"{my}{seat.pk}/cancel/"

    assert "Ja, abmelden" in page(client, path)
    assert statuses(seat.workshop) == ["confirmed", "waiting"]

    response = client.post(path)
    assert response.headers["Location"] == f"{my}?done=cancelled"
    assert statuses(seat.workshop) == ["cancelled", "confirmed"]
    assert "Sie sind abgemeldet." in page(client, response.headers["Location"])
    assert "schon abgemeldet" in page(client, path)
    assert client.post(path).headers["Location"] == f"{my}?done=cancelled"


def test_after_the_start_cancelling_says_why_not(client: Client, my: str, seat: Registration) -> None:
    with time_machine.travel(seat.workshop.starts_at + MINUTE, tick=False):
        response = client.post(f"{my}{seat.pk}/cancel/")
    assert "Dieser Workshop hat schon begonnen." in response.content.decode()
    assert statuses(seat.workshop) == ["confirmed"]


def test_nobody_reaches_the_registrations_of_others(client: Client, my: str, workshop: Workshop) -> None:
    other = builders.a_registration(workshop)
    answers = [client.get(f"{my}{other.pk}/{page}/").status_code for page in ("cancel", "needs")]
    answers += [client.post(f"{my}{other.pk}/{page}/").status_code for page in ("cancel", "needs", "join")]
    assert answers == [404] * 5
    other.refresh_from_db()
    assert (other.status, other.needs) == ("confirmed", [])


def test_needs_are_changed_and_may_be_taken_back(client: Client, my: str, seat: Registration) -> None:
    path = f"{my}{seat.pk}/needs/"
    client.post(path, {"needs": ["interpretation", "phone"], "interpretation_language": "Arabisch"})
    seat.refresh_from_db()
    assert (seat.needs, seat.interpretation_language) == (["interpretation", "phone"], "Arabisch")
    assert "Dolmetschen, Einwahl per Telefon (<bdi>Arabisch</bdi>)" in page(client, my)
    assert 'value="Arabisch"' in page(client, path)

    assert client.post(path, {}).headers["Location"] == f"{my}?done=needs"
    seat.refresh_from_db()
    assert (seat.needs, seat.interpretation_language) == ([], "")


def test_more_workshops_are_added_at_once(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    later = builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at + DAY)
    offered = client.get(f"{my}add/").context["form"].fields["workshops"].choices
    assert [pk for _group, choices in offered for pk, _label in choices] == [later.pk]

    response = client.post(f"{my}add/", {"workshops": [later.pk], "needs": ["captions"]})

    assert response.headers["Location"] == f"{my}?done=added"
    assert list(amina.registrations.values_list("workshop", "status", "needs")) == [
        (seat.workshop.pk, "confirmed", []),
        (later.pk, "confirmed", ["captions"]),
    ]


def test_adding_names_the_own_workshop_at_the_same_time(client: Client, my: str, seat: Registration) -> None:
    other = builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at)
    response = client.post(f"{my}add/", {"workshops": [other.pk]})
    assert response.context["form"].errors == {
        "workshops": [
            "„Handlungsfeld 1: Workshop 1“ und „Handlungsfeld 1: Workshop 2“ finden zur selben Zeit statt. "
            "Bitte wählen Sie einen davon."
        ]
    }
    assert "checked" in response.content.decode()


def test_details_are_corrected(client: Client, my: str, amina: Participant) -> None:
    path = f"{my}details/"
    assert 'value="Amina Haddad"' in page(client, path)
    client.post(path, {"name": "Amina H.", "organisation": "VHS", "language": "ar"})
    amina.refresh_from_db()
    assert (amina.name, amina.organisation, amina.language) == ("Amina H.", "VHS", "ar")


def test_invitations_are_ended_and_taken_up_again(client: Client, my: str, amina: Participant) -> None:
    people = Participant.objects.may_be_invited()
    for answer, invited in (("yes", True), ("no", False), ("yes", True)):
        client.post(f"{my}invitations/", {"invitations": answer})
        assert people.filter(pk=amina.pk).exists() is invited
    assert client.get(f"{my}invitations/").status_code == 405


def test_the_own_calendar_has_an_address_once_it_is_asked_for(
    client: Client, my: str, amina: Participant
) -> None:
    assert "Adresse anzeigen" in page(client, f"{my}calendar/")
    assert not amina.links.filter(scope="feed").exists()

    response = client.post(f"{my}calendar/")

    feed = amina.links.get(scope="feed")
    assert response.context["feed"].endswith(f"/my/{links.token_of(feed)}/calendar.ics")
    assert response.context["feed"] in response.content.decode()


def test_all_data_comes_as_a_file(client: Client, my: str, seat: Registration, amina: Participant) -> None:
    response = client.get(f"{my}data/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="meine-daten.json"'
    data = json.loads(response.content)
    assert data["participant"]["email"] == "amina@example.org"
    assert [(each["id"], each["status"], each["workshop_name"]) for each in data["registrations"]] == [
        (seat.pk, "confirmed", "Handlungsfeld 1: Workshop 1")
    ]
    assert [each["scope"] for each in data["links"]] == ["manage"]
    assert links.token_of(amina.links.get()) not in response.content.decode()
    assert amina.links.get().nonce not in response.content.decode()


def test_every_table_that_points_to_a_person_is_in_their_data(amina: Participant) -> None:
    pointing = {relation.get_accessor_name() for relation in Participant._meta.related_objects}
    assert set(participants.export(amina)) == {"participant", *pointing}
    assert {"registrations", "links", "deliveries"} <= pointing


def test_erasing_leaves_a_keyed_hash_only_and_the_next_in_line_gets_the_seat(
    client: Client, my: str, seat: Registration
) -> None:
    marker = "spurensuche"
    address = f"{marker}@example.org"
    Participant.objects.update(name=marker, organisation=marker, email=address, email_normalised=address)
    Registration.objects.update(needs_note=marker, interpretation_language=marker)
    next_in_line = builders.a_registration(seat.workshop, status="waiting")
    assert "Ja, alles löschen" in page(client, f"{my}erase/")

    with listening("registration_promoted") as heard:
        response = client.post(f"{my}erase/")

    assert "Alles ist gelöscht" in response.content.decode()
    assert [told["registration"] for _name, told in heard] == [next_in_line]
    assert list(Participant.objects.all()) == [next_in_line.participant]
    assert statuses(seat.workshop) == ["confirmed"]
    assert client.get(my).status_code == 404
    assert marker not in everything_kept().casefold()
    [remains] = ErasedAddress.objects.values()
    assert set(remains) == {"id", "process_id", "address_hash", "erased_on"}
    assert (remains["process_id"], remains["erased_on"]) == (
        seat.workshop.process.pk,
        timezone.now().astimezone(seat.workshop.process.zone).date(),
    )
    # Whoever guesses the address can't tell it from the hash without the key.
    assert len(remains["address_hash"]) == 64
    assert remains["address_hash"] != hashlib.sha256(address.encode()).hexdigest()


def test_one_address_leaves_another_hash_in_each_process_and_with_each_key(settings: Settings) -> None:
    processes = [builders.a_process(), builders.a_process()]
    for key in ("the first key", "the second key"):
        settings.SECRET_KEY = key
        for process in processes:
            participants.erase(builders.a_participant(process, email="amina@example.org"))

    assert ErasedAddress.objects.values("address_hash").distinct().count() == 4


def test_erased_twice_with_a_return_between_is_remembered_once(amina: Participant) -> None:
    participants.erase(amina)
    participants.erase(builders.a_participant(amina.process, email=" Amina@Example.org "))

    assert ErasedAddress.objects.count() == 1


def test_a_second_click_on_erase_is_no_bug(client: Client, my: str, amina: Participant) -> None:
    # Both requests have read the link before the first has its turn.
    link = links.read(my.split("/")[2], Scope.MANAGE)
    assert link is not None
    participants.erase(amina)

    participants.erase(link.participant)

    assert not Participant.objects.exists()


def everything_kept() -> str:
    """All rows of all tables, as text."""
    return "\n".join(repr(row) for model in apps.get_models() for row in model._default_manager.values_list())


def test_a_revoked_link_offers_a_new_one(client: Client, my: str, amina: Participant) -> None:
    links.revoke(amina)
    response = client.get(my)
    assert response.status_code == 410
    text = response.content.decode()
    assert "Dieser Link gilt nicht mehr" in text
    assert f"/{amina.process.slug}/my-link/" in text
    assert amina.name not in text


def test_no_personal_page_sets_a_cookie(client: Client, my: str, seat: Registration) -> None:
    paths = [
        "",
        "add/",
        "details/",
        "calendar/",
        "data/",
        "erase/",
        f"{seat.pk}/cancel/",
        f"{seat.pk}/needs/",
    ]
    for path in paths:
        response = client.get(my + path)
        assert (path, response.status_code, dict(response.cookies)) == (path, 200, {})
        assert response.headers["Cache-Control"] == "no-store, private"


# --- the way into the conference ------------------------------------------------------------------


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
    assert "Der Raum öffnet Dienstag, 8. Juli 2031, 17:45 Uhr (Zeit in Hechingen)" in text
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
