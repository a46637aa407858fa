"""A citizen takes their data along, or has it erased."""

import hashlib
import json

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders
from tests.workshops.ears import listening
from workshops import links
from workshops.models import ErasedAddress, Participant, PersonalLink, Registration, Workshop
from workshops.operations import participants

pytestmark = pytest.mark.django_db

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
