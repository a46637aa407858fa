"""Staff see to those who take part in a workshop: on the phone, off the list, in a spreadsheet."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Participant, Registration, Workshop, localised
from workshops.operations import participants

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(
        builders.a_series(people.fields[0]), title=localised("Sprachkurse"), capacity=2, waiting_capacity=3
    )


def address(workshop: Workshop, page: str = "") -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}"


def after(client: Client, path: str, data: Mapping[str, object] | None = None) -> list[str]:
    """Press the button, follow, read what the next page says of it."""
    return pages.messages(client.post(path, data or {}, follow=True))


CALLER = {
    "name": "Rosa Klein",
    "email": "Rosa@Example.org",
    "contact_by": "email",
    "language": "de",
    "needs": ["phone"],
    "consent_given": "phone",
    "has_agreed": "on",
}


def test_someone_on_the_phone_is_registered_at_once(client: Client, workshop: Workshop) -> None:
    path = address(workshop, "participants/add/")
    assert pages.errors(client.post(path, CALLER | {"has_agreed": ""})) == [
        "Die Person kennt die Datenschutzhinweise und hat zugestimmt. – "
        "Dieses Feld ist zwingend erforderlich."
    ]
    assert after(client, path, CALLER) == ["Die Person hat einen Platz."]
    assert after(client, path, CALLER | {"email": " rosa@example.org "}) == [
        "Diese Person ist schon angemeldet."
    ]
    rosa = Participant.objects.get(email_normalised="rosa@example.org")
    assert (rosa.name, rosa.privacy_version, rosa.verified_at is not None) == ("Rosa Klein", 1, False)
    assert [(row.status, row.needs) for row in rosa.registrations.all()] == [
        (Registration.Status.CONFIRMED, ["phone"])
    ]


def test_a_caller_who_is_known_keeps_the_name_they_gave_themselves(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    path = address(workshop, "participants/add/")
    known = CALLER | {"email": "HANS@example.org", "name": "Johann", "same_person": str(people.hans.pk)}
    assert after(client, path, known) == ["Die Person hat einen Platz."]
    people.hans.refresh_from_db()
    assert (people.hans.name, people.hans.registrations.count()) == ("Hans Vogel", 1)


def test_a_callers_own_words_replace_what_nobody_had_proven(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    rosa = builders.a_participant(
        people.process,
        email="rosa@example.org",
        verified_at=None,
        name="Eve",
        organisation="Evil",
        language="en",
        privacy_agreed_at=None,
        privacy_version=None,
    )
    assert after(client, address(workshop, "participants/add/"), CALLER) == ["Die Person hat einen Platz."]
    rosa.refresh_from_db()
    assert (rosa.name, rosa.organisation, rosa.language) == ("Rosa Klein", "", "de")
    assert (rosa.verified_at is not None, rosa.privacy_version) == (False, 1)


def test_an_interpreter_is_asked_for_with_the_language(client: Client, workshop: Workshop) -> None:
    response = client.post(address(workshop, "participants/add/"), CALLER | {"needs": ["interpretation"]})
    assert pages.errors(response) == [
        "Dolmetschen in welche Sprache? – Bitte nennen Sie die Sprache, in die wir dolmetschen sollen."
    ]


def test_a_caller_waits_when_the_workshop_is_full_and_is_refused_when_it_is_over(
    client: Client, workshop: Workshop
) -> None:
    for _ in range(2):
        builders.a_registration(workshop)
    path = address(workshop, "participants/add/")
    assert after(client, path, CALLER) == ["Der Workshop ist voll: Die Person steht auf der Warteliste."]
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=timezone.now() - 3 * HOUR, ends_at=timezone.now() - HOUR
    )
    assert pages.errors(client.post(path, CALLER | {"email": "spaet@example.org"})) == [
        "„Sprachkurse“ hat schon begonnen. Bitte wählen Sie einen anderen Termin."
    ]


def test_staff_take_someone_off_the_list_after_a_question(client: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    builders.a_registration(workshop)
    waiting = builders.a_registration(workshop, status=Registration.Status.WAITING)
    path = address(workshop, f"participants/{registration.pk}/cancel/")
    name = registration.participant.name
    assert f"Möchten Sie {name} von diesem Workshop abmelden?" in pages.lines(client.get(path))
    registration.refresh_from_db()
    assert registration.is_active
    assert after(client, path) == [
        "Die Person ist abgemeldet und wird benachrichtigt. Wer am längsten wartet, rückt nach."
    ]
    registration.refresh_from_db()
    waiting.refresh_from_db()
    assert (registration.status, waiting.status) == (
        Registration.Status.CANCELLED,
        Registration.Status.CONFIRMED,
    )


NOT_REGISTERED = "Diese Person ist nicht mehr angemeldet. Es wurde nichts geändert."


def test_who_has_cancelled_meanwhile_is_not_said_to_be_taken_off(client: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop, status=Registration.Status.CANCELLED)
    assert after(client, address(workshop, f"participants/{registration.pk}/cancel/")) == [NOT_REGISTERED]


def test_who_is_erased_at_this_moment_is_not_said_to_be_taken_off(client: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    path = address(workshop, f"participants/{registration.pk}/cancel/")
    erased: list[int] = []

    def erase_once_the_page_has_read_it(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        result = execute(sql, params, many, context)
        if not erased and sql.startswith("SELECT") and '"workshops_registration"."id" = ' in sql:
            erased.append(registration.participant.pk)
            participants.erase(registration.participant)
        return result

    with connection.execute_wrapper(erase_once_the_page_has_read_it):
        said = pages.messages(client.post(path, follow=True))

    assert erased == [registration.participant_id]
    assert said == [NOT_REGISTERED]


def test_the_list_for_a_spreadsheet_runs_no_formulas(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    person = builders.a_participant(
        people.process,
        name='=HYPERLINK("http://böse.example")',
        email="a@example.org",
        organisation="+Verein",
        organisation_kind="club",
    )
    registration = builders.a_registration(
        workshop, person, needs=["captions"], needs_note='Bitte; "laut"\n@alle'
    )
    builders.a_registration(workshop, status=Registration.Status.CANCELLED)
    response = client.get(address(workshop, "participants/export.csv"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="bildung-und-sprache-1.csv"'
    when = timezone.localtime(registration.created_at).strftime("%Y-%m-%d %H:%M")
    assert response.content.decode("utf-8-sig") == (
        "Name;E-Mail-Adresse;Telefon;Postanschrift;Organisation;Art der Einrichtung;Sprache;Zustand;"
        "Bedarf;Dolmetschen in;Anmerkung;Angemeldet am;Gekommen;Minuten\r\n"
        '"\'=HYPERLINK(""http://böse.example"")";a@example.org;;;\'+Verein;Verein oder Initiative;de;'
        "bestätigt;Untertitel;;"
        f'"Bitte; ""laut""\n@alle";{when};;\r\n'
    )
