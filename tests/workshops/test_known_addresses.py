"""Registered by someone else under an address that is somebody's already: asked about, never merged."""

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.test_on_behalf import CALLER, address, after, people, register_on_behalf, workshop
from workshops.errors import Refusal
from workshops.models import Participant, Workshop

__all__ = ["people", "workshop"]

pytestmark = pytest.mark.django_db

BY_MAIL = CALLER | {"contact_by": "email", "email": "Hans@Example.org"}


def as_they_are(person: Participant) -> tuple[object, ...]:
    person.refresh_from_db()
    return (
        *(person.name, person.phone, person.postal_address, person.contact_by),
        list(person.registrations.values_list("needs_note", flat=True)),
    )


def test_what_is_told_of_one_never_becomes_anothers_who_has_that_address(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    """A household with one mailbox, or an address misheard: nothing is merged before somebody asked."""
    before = as_they_are(people.hans)
    page = client.post(address(workshop), BY_MAIL | {"needs_note": "Gebärdensprache"})
    assert pages.errors(page) == [
        "Es gibt schon eine Anmeldung mit dieser Nummer oder E-Mail-Adresse. Ist es dieselbe Person? – "
        "Bitte fragen Sie nach und wählen Sie."
    ]
    assert "Ja, Hans Vogel (angemeldet: " in page.content.decode()
    assert as_they_are(people.hans) == before


def test_somebody_else_needs_another_way_than_that_address(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    before = as_they_are(people.hans)
    page = client.post(address(workshop), BY_MAIL | {"same_person": "other"})
    assert pages.errors(page) == [
        "E-Mail-Adresse – Diese E-Mail-Adresse gehört schon einer anderen Person. "
        "Bitte lassen Sie sie weg und wählen Sie Telefon oder Brief."
    ]
    assert "Hans@Example.org" in page.content.decode()
    assert as_they_are(people.hans) == before
    assert after(client, address(workshop), CALLER) == ["Die Person hat einen Platz."]


def test_the_same_person_is_registered_by_their_address(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    posted = BY_MAIL | {"same_person": str(people.hans.pk)}
    assert after(client, address(workshop), posted)[0] == "Die Person hat einen Platz."
    people.hans.refresh_from_db()
    assert (people.hans.name, people.hans.registrations.count()) == ("Hans Vogel", 1)


def test_who_gives_their_own_name_and_address_is_asked_nothing(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    posted = BY_MAIL | {"name": " hans vogel "}
    assert after(client, address(workshop), posted)[0] == "Die Person hat einen Platz."
    assert after(client, address(workshop), posted) == ["Diese Person ist schon angemeldet."]
    assert people.hans.registrations.count() == 1


def test_the_operation_itself_asks_about_the_address(people: cast.Cast, workshop: Workshop) -> None:
    before = as_they_are(people.hans)
    with pytest.raises(Refusal) as refused:
        register_on_behalf(people, workshop, email="hans@example.org", phone="07471 55")
    assert refused.value.code == "same_address"
    assert as_they_are(people.hans) == before


def test_an_address_that_nobody_proved_is_whoevers_it_is_told_for(
    people: cast.Cast, workshop: Workshop
) -> None:
    """It was on a list, or a stranger typed it: what is told to us is more."""
    listed = builders.a_participant(
        people.process, name="Unbekannt", email="liste@example.org", verified_at=None
    )
    register_on_behalf(people, workshop, email="liste@example.org", phone="07471 55")
    listed.refresh_from_db()
    assert (listed.name, listed.is_known) == ("Olga", True)
