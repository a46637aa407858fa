"""Whoever has no mail address has no link: what they ask of the town, staff do (GDPR Art. 15 to 21)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery, Kind
from tests import builders, cast, pages
from workshops.models import DeletionRecord, ErasedAddress, Participant, Prioritisation, Registration
from workshops.retention import Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


@pytest.fixture
def seat(people: cast.Cast) -> Registration:
    """Rosa called; all that is known of her is a number."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), capacity=1)
    told: dict[str, Any] = {"email": "", "verified_at": None, "consent_given": "phone"}
    rosa = builders.a_participant(
        people.process,
        name="Rosa Klein",
        phone="07471 930-0",
        contact_by="phone",
        privacy_agreed_at=timezone.now(),
        **told,
    )
    return builders.a_registration(workshop, rosa, needs=["phone"], needs_note="ruft vom Festnetz an")


def of(person: Participant, page: str = "") -> str:
    return f"/staff/integrationsplan/participants/{person.pk}/{page}"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def kept(person: Participant) -> dict[str, Any]:
    return dict(Participant.objects.values().get(pk=person.pk))


def test_what_is_kept_of_somebody_is_read_out_and_handed_over(client: Client, seat: Registration) -> None:
    rosa = seat.participant
    workshops_page = f"/staff/integrationsplan/workshops/{seat.workshop_id}/"
    assert f'href="{of(rosa)}"' in read(client, workshops_page)

    shown = read(client, of(rosa))
    for told in ("Rosa Klein", "07471 930-0", "ruft vom Festnetz an", "Anmeldungen"):
        assert told in shown
    answer = client.get(of(rosa, "data.json"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="daten.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    data = answer.json()
    assert (data["participant"]["name"], data["participant"]["phone"]) == ("Rosa Klein", "07471 930-0")
    assert [each["needs_note"] for each in data["registrations"]] == ["ruft vom Festnetz an"]


def test_how_somebody_weighed_is_told_to_nobody_but_them(client: Client, seat: Registration) -> None:
    """Else taking an address away would be the way to somebody's points (docs/adr/0032)."""
    proposal = builders.a_proposal(builders.an_agenda_item(seat.workshop), title="Sprachcafé am Abend")
    weighing = Prioritisation.objects.create(
        workshop=seat.workshop, points_each=5, opened_at=timezone.now(), opened_by=builders.a_staff_member()
    )
    weighing.options.create(proposal=proposal, position=1).given.create(registration=seat, points=3)

    shown = read(client, of(seat.participant))
    file = client.get(of(seat.participant, "data.json")).content.decode()
    for text in (shown, file):
        assert "Rosa Klein" in text
        assert "Sprachcafé" not in text
        assert "points" not in text


def test_whoever_has_an_address_sees_it_by_their_own_link_and_staff_do_not(
    client: Client, people: cast.Cast
) -> None:
    amina = people.amina
    builders.a_registration(
        builders.a_workshop(builders.a_series(people.fields[0])), amina, needs_note="ein Rollstuhl"
    )
    shown = read(client, of(amina))
    assert "ein Rollstuhl" not in shown
    assert "/integrationsplan/my-link/" in shown
    answer = client.get(of(amina, "data.json"))
    assert (answer.status_code, answer.headers["Location"]) == (302, of(amina))


def test_a_name_is_corrected_as_the_person_says_it(client: Client, seat: Registration) -> None:
    rosa = seat.participant
    assert pages.errors(client.post(of(rosa, "details/"), {"name": "", "language": "de"})) != []
    typed = {"name": "Rosa Klein-Öz", "organisation": "TSV", "organisation_kind": "club", "language": "tr"}
    assert pages.messages(client.post(of(rosa, "details/"), typed, follow=True)) == [
        "Die Angaben sind gespeichert."
    ]
    rosa.refresh_from_db()
    assert {name: getattr(rosa, name) for name in typed} == typed


def test_an_objection_is_noted_and_opening_the_pages_changes_nothing(
    client: Client, seat: Registration
) -> None:
    rosa = seat.participant
    for page in ("", "details/", "erase/", "data.json"):
        client.get(of(rosa, page))
    assert client.get(of(rosa, "object/")).status_code == 405
    before = kept(rosa)
    assert before["invitation_objected_at"] is None

    assert pages.messages(client.post(of(rosa, "object/"), follow=True)) == [
        "Die Person bekommt keine Einladungen mehr."
    ]
    after = kept(rosa)
    assert after["invitation_objected_at"] is not None
    assert after | {"invitation_objected_at": None} == before


def test_who_is_erased_leaves_the_seat_to_the_next_and_a_record_without_a_name(
    client: Client, seat: Registration, people: cast.Cast
) -> None:
    rosa = seat.participant
    next_in_line = builders.a_registration(seat.workshop, people.amina, status="waiting")
    assert "Ja, alles löschen" in read(client, of(rosa, "erase/"))

    answer = client.post(of(rosa, "erase/"), follow=True)
    assert pages.messages(answer) == ["Die Person ist gelöscht. Ihre Plätze sind frei für andere."]
    assert not Participant.objects.filter(pk=rosa.pk).exists()
    next_in_line.refresh_from_db()
    assert next_in_line.status == Registration.Status.CONFIRMED
    assert list(Delivery.objects.values_list("kind", "participant")) == [(Kind.PROMOTED, people.amina.pk)]
    assert list(DeletionRecord.objects.values_list("rule", "count")) == [(Rule.REQUEST, 1)]
    # There is no address that a list could bring back.
    assert not ErasedAddress.objects.exists()
    assert client.get(of(rosa)).status_code == 404
