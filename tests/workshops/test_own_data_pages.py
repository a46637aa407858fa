"""A citizen takes their data along, or has it erased."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications.models import Delivery, InboundMessage
from tests import builders
from tests.workshops.ears import listening
from workshops import links
from workshops.models import (
    ContactList,
    ErasedAddress,
    Meeting,
    Participant,
    PersonalLink,
    Prioritisation,
    Registration,
    Workshop,
)
from workshops.operations import own_data, participants

pytestmark = pytest.mark.django_db

Scope = PersonalLink.Scope
# What would open a door, or only says how we work.
NOT_TOLD = {"nonce", "token_hash", "claim", "key", "lease_until", "mailbox", "uid_validity", "uid", "digest"}


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


def leading_to_a_person() -> set[type[Model]]:
    """Every table from which foreign keys lead to a person, over however many others."""
    found: set[type[Model]] = {Participant}
    while True:
        further = {
            model
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.related_model in found
        } - found
        if not further:
            return found - {Participant}
        found |= further


def told_of(data: Any) -> Iterator[dict[str, Any]]:
    """Every row in somebody's data, at whatever depth."""
    if isinstance(data, dict):
        yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from told_of(inner)


def test_a_row_of_every_table_that_leads_to_a_person_is_in_their_data(
    seat: Registration, amina: Participant
) -> None:
    """A table that is new fails here until it has a row below, and then until the data hold that row."""
    now, process = timezone.now(), seat.workshop.process
    meeting = Meeting.objects.create(
        workshop=seat.workshop, room=builders.a_room(process), key="k", created_at=now
    )
    mail = {"process": process, "created_at": now, "next_attempt_at": now}
    delivery = Delivery.objects.create(kind="confirmed", key="a", participant=amina, **mail)
    message = {"mailbox": "x", "uid_validity": 1, "received_at": now, "kind": "bounce", "outcome": "unclear"}
    listed = ContactList.objects.create(
        process=process,
        name="Elternbrief",
        consent_source="Formular",
        agreed_on=now.date(),
        digest="d",
        imported_at=now,
        imported_by=builders.a_staff_member(),
        rows=1,
    )
    item = builders.an_agenda_item(seat.workshop)
    weighing = Prioritisation.objects.create(
        workshop=seat.workshop, points_each=5, opened_at=now, opened_by=builders.a_staff_member()
    )
    weighing.options.create(proposal=builders.a_proposal(item), position=1)
    rows: list[Model] = [
        seat,
        delivery,
        InboundMessage.objects.create(uid=1, participant=amina, **message),
        InboundMessage.objects.create(uid=2, delivery=delivery, **message),
        links.make(amina, Scope.MANAGE),
        amina.interests.create(field=seat.workshop.field, agreed_at=now, source="person"),
        amina.list_entries.create(contact_list=listed),
        seat.presences.create(
            meeting=meeting, person_key="p", name="Amina H.", joined_at=now, last_seen_at=now
        ),
        seat.minutes_comments.create(item=item, text="Es waren zwei Kurse.", item_version=1, created_at=now),
        weighing.options.get().given.create(registration=seat, points=3),
    ]
    assert {type(row) for row in rows} == leading_to_a_person()
    told = list(told_of(own_data.export(amina)))
    for row in rows:
        columns = {name: value for name, value in values_of(row).items() if name not in NOT_TOLD}
        assert any(columns.items() <= each.items() for each in told), row
    # And nothing of anybody else.
    other = builders.a_registration(seat.workshop)
    assert list(told_of(own_data.export(amina))) == told
    assert [each["id"] for each in own_data.export(other.participant)["registrations"]] == [other.pk]


def values_of(row: Model) -> dict[str, Any]:
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}


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


def test_everything_is_everything_of_this_process_and_says_so_where_there_are_several(
    client: Client, my: str, amina: Participant
) -> None:
    told = f"Das gilt für „{amina.process.name}“. Für jeden anderen Beteiligungsprozess"
    assert [told in page(client, f"{my}{path}") for path in ("erase/", "data/read/")] == [False, False]

    elsewhere = builders.a_participant(builders.a_process(), email=amina.email)
    assert [told in page(client, f"{my}{path}") for path in ("erase/", "data/read/")] == [True, True]
    assert told in client.post(f"{my}erase/").content.decode()
    assert list(Participant.objects.all()) == [elsewhere]


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
