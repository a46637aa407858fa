"""Registered by someone else: without e-mail, with the consent noted, never merged by a number."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast, pages
from workshops import links
from workshops.errors import Refusal
from workshops.links import Scope
from workshops.models import ConsentGiven, ContactBy, Participant, Registration, Workshop
from workshops.operations import contacts, on_behalf
from workshops.operations.on_behalf import Contact
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.django_db

CALLER = {
    "name": "Olga Petrova",
    "contact_by": "phone",
    "phone": "07471 930-0",
    "language": "ar",
    "consent_given": "phone",
    "has_agreed": "on",
}
WRITER = {
    **CALLER,
    "name": "Ida Weber",
    "contact_by": "letter",
    "phone": "",
    "postal_address": " Marktplatz 1 \r\n\r\n72379  Hechingen",
    "consent_given": "writing",
}


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]), capacity=2, dial_in="07471 000000")


def address(workshop: Workshop) -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/participants/add/"


def after(client: Client, path: str, data: Mapping[str, object]) -> list[str]:
    return pages.messages(client.post(path, data, follow=True))


def test_someone_without_an_address_is_registered_with_their_consent(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    before = timezone.now()
    assert after(client, address(workshop), CALLER) == ["Die Person hat einen Platz."]
    olga = Participant.objects.get(name="Olga Petrova")

    assert (olga.email, olga.phone, olga.contact_by, olga.language) == ("", "07471 930-0", "phone", "ar")
    assert (olga.consent_given, olga.consent_taken_by, olga.privacy_version) == ("phone", people.sabine, 1)
    assert olga.privacy_agreed_at is not None
    assert before <= olga.privacy_agreed_at <= timezone.now()
    assert [row.status for row in olga.registrations.all()] == [Registration.Status.CONFIRMED]
    assert [(row.kind, row.channel) for row in Delivery.objects.all()] == [("confirmed", "phone")]


def test_a_letter_writer_is_registered_with_the_lines_of_their_address(
    client: Client, workshop: Workshop
) -> None:
    said = {**WRITER, "organisation_kind": "office"}
    assert after(client, address(workshop), said) == ["Die Person hat einen Platz."]
    ida = Participant.objects.get(name="Ida Weber")
    assert ida.organisation_kind == "office"
    assert (ida.postal_address, ida.contact_by, ida.consent_given) == (
        "Marktplatz 1\n72379 Hechingen",
        "letter",
        "writing",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"contact_by": "email"}, "E-Mail-Adresse – Für E-Mails brauchen wir eine E-Mail-Adresse."),
        ({"phone": ""}, "Telefon – Für Anrufe brauchen wir eine Telefonnummer."),
        ({"phone": "1x"}, "Telefon – Diese Nummer ist nicht vollständig. Beispiel: 07471 930-0"),
        ({"contact_by": "letter"}, "Postanschrift – Für Briefe brauchen wir eine Postanschrift."),
        (
            {"postal_address": "1\n2\n3\n4\n5"},
            "Postanschrift – Mehr als vier Zeilen passen nicht in das Fenster des Umschlags.",
        ),
        ({"consent_given": ""}, "Wie hat die Person zugestimmt? – Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_what_is_missing_is_said(
    client: Client, workshop: Workshop, data: dict[str, str], sentence: str
) -> None:
    assert pages.errors(client.post(address(workshop), CALLER | data)) == [sentence]
    assert not Registration.objects.exists()


def test_a_workshop_without_a_number_to_dial_is_pointed_out(client: Client, workshop: Workshop) -> None:
    Workshop.objects.update(dial_in="")
    assert after(client, address(workshop), CALLER) == [
        "Die Person hat einen Platz.",
        "Dieser Workshop hat noch keine Einwahl per Telefon. Bitte tragen Sie die Nummer ein.",
    ]


# --- the same number ------------------------------------------------------------------------------


def test_a_known_number_is_said_before_anything_is_saved(client: Client, workshop: Workshop) -> None:
    after(client, address(workshop), CALLER)
    other = {**CALLER, "name": "Boris Petrov", "phone": "+49 7471 9300"}
    page = client.post(address(workshop), other)

    assert pages.errors(page) == [
        "Es gibt schon eine Anmeldung mit dieser Nummer oder E-Mail-Adresse. Ist es dieselbe Person? – "
        "Bitte fragen Sie nach und wählen Sie."
    ]
    assert "Ja, Olga Petrova (angemeldet: " in page.content.decode()
    assert [person.name for person in Participant.objects.filter(contact_by="phone")] == ["Olga Petrova"]


@pytest.mark.parametrize("typed", [WRITER, {**CALLER, "same_person": "other"}], ids=["letter", "number"])
def test_a_double_click_takes_one_seat(client: Client, workshop: Workshop, typed: dict[str, str]) -> None:
    first = {name: value for name, value in typed.items() if name != "same_person"}
    assert after(client, address(workshop), first) == ["Die Person hat einen Platz."]
    page = client.post(address(workshop), typed)

    assert pages.errors(page) == [
        "Diese Person ist schon angemeldet: mit diesem Namen und dieser Nummer oder Anschrift."
    ]
    assert Registration.objects.count() == Participant.objects.filter(email="").count() == 1


def test_the_same_address_is_another_persons_too(client: Client, workshop: Workshop) -> None:
    after(client, address(workshop), WRITER)
    assert after(client, address(workshop), WRITER | {"name": "Karl Weber"}) == [
        "Die Person hat einen Platz."
    ]


def test_someone_else_with_the_same_number_is_a_person_of_their_own(
    client: Client, workshop: Workshop
) -> None:
    after(client, address(workshop), CALLER)
    other = {**CALLER, "name": "Boris Petrov", "same_person": "other"}
    assert after(client, address(workshop), other) == ["Die Person hat einen Platz."]
    assert [p.name for p in Participant.objects.with_phone("07471 9300").order_by("pk")] == [
        "Olga Petrova",
        "Boris Petrov",
    ]


def test_the_same_person_gets_one_more_workshop_and_keeps_their_name(
    client: Client, workshop: Workshop
) -> None:
    after(client, address(workshop), CALLER)
    olga = Participant.objects.get(phone="07471 930-0")
    second = builders.a_workshop(workshop.series, starts_at=workshop.ends_at, dial_in="1")
    again = {**CALLER, "name": "O. Petrowa", "same_person": str(olga.pk)}
    assert after(client, address(second), again) == ["Die Person hat einen Platz."]
    olga = Participant.objects.get(phone="07471 930-0")
    assert (olga.name, olga.registrations.count()) == ("Olga Petrova", 2)


def test_nobody_is_the_same_person_who_has_another_number(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    """A key that wasn't offered chooses nobody."""
    after(client, address(workshop), CALLER)
    posted = {**CALLER, "same_person": str(people.hans.pk)}
    (said,) = pages.errors(client.post(address(workshop), posted))
    assert said.startswith("Es gibt schon eine Anmeldung mit dieser Nummer oder E-Mail-Adresse.")
    assert not people.hans.registrations.exists()


def test_a_number_of_another_process_says_nothing(client: Client, workshop: Workshop) -> None:
    builders.a_participant(builders.a_process(), phone="07471 9300")
    assert after(client, address(workshop), CALLER) == ["Die Person hat einen Platz."]


def test_the_operation_itself_asks_too(people: cast.Cast, workshop: Workshop) -> None:
    builders.a_participant(people.process, phone="07471 9300")
    with pytest.raises(Refusal) as refused:
        register_on_behalf(people, workshop, phone="07471 9300")
    assert refused.value.code == "same_number"


def register_on_behalf(
    people: cast.Cast,
    workshop: Workshop,
    email: str = "",
    same_as: Participant | None = None,
    **contact: Any,
) -> None:
    on_behalf.register(
        people.process,
        person=Person(email=email, name="Olga"),
        contact=Contact(**{"contact_by": ContactBy.PHONE, **contact}),
        consent=ConsentGiven.AT_THE_DESK,
        workshop_ids=[workshop.pk],
        needs=Needs(),
        by=people.sabine,
        same_as=same_as,
    )


def test_who_could_not_be_reached_is_refused(people: cast.Cast, workshop: Workshop) -> None:
    for contact in ({"phone": "–"}, {"contact_by": ContactBy.LETTER}, {"contact_by": ContactBy.EMAIL}):
        with pytest.raises(Refusal) as refused:
            register_on_behalf(people, workshop, **contact)
        assert refused.value.code == "unreachable"


def test_someone_with_an_address_may_still_wish_to_be_called(people: cast.Cast, workshop: Workshop) -> None:
    for _ in range(2):
        register_on_behalf(people, workshop, email="hans@example.org", phone="07471 55", same_as=people.hans)
    people.hans.refresh_from_db()
    assert (people.hans.phone, people.hans.contact_by, people.hans.name) == (
        "07471 55",
        "phone",
        "Hans Vogel",
    )
    # What Hans agreed to himself stays his own word.
    assert (people.hans.consent_given, people.hans.consent_taken_by) == ("", None)


def test_a_newer_privacy_notice_is_agreed_to_by_the_way_it_was_said(
    people: cast.Cast, workshop: Workshop
) -> None:
    type(people.process).objects.update(privacy_version=2)
    people.process.refresh_from_db()
    register_on_behalf(people, workshop, email="hans@example.org", phone="07471 55", same_as=people.hans)
    people.hans.refresh_from_db()
    assert (people.hans.privacy_version, people.hans.consent_given) == (2, "desk")
    assert people.hans.consent_taken_by == people.sabine


# --- their page, the lists, a correction ----------------------------------------------------------


def test_a_letters_link_opens_their_page_without_an_address(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    after(client, address(workshop), {**WRITER, "language": "de", "phone": "07471 1"})
    ida = Participant.objects.get(name="Ida Weber")
    page = Client().get(f"/my/{links.token_of(links.make(ida, Scope.MANAGE))}/")
    text = pages.text(page)
    assert "07471 1" in text
    assert "Marktplatz 1" in text
    assert "<dt>E-Mail-Adresse</dt>" not in page.content.decode()
    # They may have got one meanwhile.
    assert "Eintragen – E-Mail-Adresse" in text


def test_staff_see_how_to_reach_them(client: Client, workshop: Workshop) -> None:
    after(client, address(workshop), CALLER)
    page = client.get(f"/staff/integrationsplan/workshops/{workshop.pk}/")
    assert "07471 930-0" in pages.text(page)
    assert "mailto:" not in page.content.decode().split("<main")[1].split("</main>")[0]
    table = client.get(f"/staff/integrationsplan/workshops/{workshop.pk}/participants/export.csv")
    header, line, *_ = table.content.decode("utf-8-sig").splitlines()
    assert header.startswith("Name;E-Mail-Adresse;Telefon;Postanschrift;Organisation;Art der Einrichtung;")
    assert line.startswith("Olga Petrova;;07471 930-0;;;;ar;bestätigt;")


def contact_page(person: Participant) -> str:
    return f"/staff/integrationsplan/participants/{person.pk}/contact/"


def test_a_corrected_contact_takes_what_waits_along(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    after(client, address(workshop), CALLER)
    olga = Participant.objects.get(phone="07471 930-0")
    said = after(
        client,
        contact_page(olga),
        {"contact_by": "email", "email": "Olga@example.org", "phone": olga.phone, "postal_address": ""},
    )
    assert said == ["Die Kontaktdaten sind gespeichert."]
    olga.refresh_from_db()
    assert (olga.email_normalised, olga.contact_by) == ("olga@example.org", "email")
    assert [(row.channel, row.status) for row in Delivery.objects.all()] == [("email", "pending")]


def test_a_corrected_address_is_reachable_again_and_the_old_ones_links_end(
    client: Client, people: cast.Cast
) -> None:
    type(people.hans).objects.filter(pk=people.hans.pk).update(
        unreachable_since=timezone.now(), unreachable_reason="5.1.1"
    )
    old = links.make(people.hans, Scope.MANAGE)
    after(client, contact_page(people.hans), {"contact_by": "email", "email": "hans.vogel@example.org"})
    people.hans.refresh_from_db()
    assert (people.hans.email, people.hans.unreachable_since) == ("hans.vogel@example.org", None)
    assert links.read(links.token_of(old), Scope.MANAGE) is None


def test_another_persons_address_is_refused(client: Client, people: cast.Cast) -> None:
    posted = {"contact_by": "email", "email": "AMINA@example.org"}
    assert pages.errors(client.post(contact_page(people.hans), posted)) == [
        "E-Mail-Adresse – Diese Adresse gehört schon einer anderen Person."
    ]


def test_an_unchanged_contact_ends_no_links(people: cast.Cast) -> None:
    link = links.make(people.hans, Scope.MANAGE)
    contacts.correct_contact(
        people.hans,
        email="HANS@example.org",
        phone="07471 2",
        postal_address="",
        contact_by=ContactBy.EMAIL,
        by=people.sabine,
    )
    assert links.read(links.token_of(link), Scope.MANAGE) is not None
