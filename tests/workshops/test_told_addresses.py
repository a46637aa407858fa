"""An e-mail address told to staff may be misheard: nothing is shown there before its owner says so."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import personal
from tests import builders, pages
from workshops import links
from workshops.links import Scope
from workshops.models import ConsentGiven, ContactBy, Participant, Registration, Workshop
from workshops.operations import contacts, deadlines, on_behalf, participants, registrations
from workshops.operations.on_behalf import Contact
from workshops.operations.registrations import Needs, Person
from workshops.retention import Rule

pytestmark = pytest.mark.django_db

WORDS = ("Rufen Sie", "0900", "07471 77", "Weg 3", "misheard@example.org")


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(starts_at=timezone.now() + datetime.timedelta(days=9))


def told_to_staff(workshop: Workshop, name: str) -> Participant:
    """On the telephone, with an address that somebody else reads."""
    on_behalf.register(
        workshop.process,
        person=Person(email="misheard@example.org", name=name),
        contact=Contact(phone="07471 77", postal_address="Weg 3"),
        consent=ConsentGiven.BY_PHONE,
        workshop_ids=[workshop.pk],
        needs=Needs(),
        by=builders.a_staff_member(),
    )
    return Participant.objects.get()


@pytest.fixture
def told(workshop: Workshop) -> Participant:
    return told_to_staff(workshop, "Rufen Sie 0900 1")


def paths(person: Participant) -> list[str]:
    mine = links.token_of(links.make(person, Scope.MANAGE))
    seat = person.registrations.get()
    join = links.token_of(links.make(person, Scope.JOIN, registration=seat))
    contribute = links.token_of(links.make(person, Scope.CONTRIBUTE))
    pages_of_mine = ["", "details/", "data/", "erase/", f"{seat.pk}/cancel/"]
    return [*(f"/my/{mine}/{page}" for page in pages_of_mine), f"/join/{join}/", f"/contribute/{contribute}/"]


def test_the_seat_is_confirmed_and_the_mail_greets_nobody(told: Participant) -> None:
    assert told.verified_at is None
    assert [row.status for row in told.registrations.all()] == [Registration.Status.CONFIRMED]
    assert [(row.kind, row.channel) for row in told.deliveries.all()] == [("confirmed", "email")]
    assert personal.spoken_name(told) == ""
    # A letter or a call doesn't go to the address.
    assert personal.spoken_name(told, by_mail=False).startswith("Rufen Sie")


def test_no_page_shows_or_changes_anything_before_the_owner_said_so(told: Participant) -> None:
    for path in paths(told):
        for answer in (Client().get(path), Client().post(path, {"name": "Eve"})):
            shown = answer.content.decode()
            assert (path, answer.status_code) == (path, 200)
            assert [word for word in WORDS if word in shown] == []
            assert "Sind Sie das?" in pages.text(answer)
    told.refresh_from_db()
    assert (told.verified_at, told.name) == (None, "Rufen Sie 0900 1")
    assert told.registrations.get().is_active


def test_one_button_verifies_and_then_everything_is_there(told: Participant) -> None:
    path = paths(told)[0]
    answer = Client().post(path, {"mine": "yes"}, follow=True)
    told.refresh_from_db()
    assert told.verified_at is not None
    assert [word for word in WORDS if word not in pages.text(answer)] == []
    assert personal.spoken_name(told).startswith("Rufen Sie")


def test_after_a_page_that_only_answers_buttons_it_goes_on_where_the_link_leads(
    told: Participant, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://testserver"
    mine = paths(told)[0]
    asked = Client().post(f"{mine}{told.registrations.get().pk}/join/").content.decode()
    (onward,) = re.findall(r'method="post" action="([^"]+)"', asked.partition("<main")[2])
    answer = Client().post(onward, {"mine": "yes"}, follow=True)
    assert (answer.status_code, answer.wsgi_request.path) == (200, mine)


def test_no_stranger_renames_them_and_the_confirm_page_names_nobody(told: Participant) -> None:
    other = builders.a_workshop(told.registrations.get().workshop.series)
    registrations.register(
        told.process,
        person=Person(email="misheard@example.org", name="Eve"),
        workshop_ids=[other.pk],
        needs=Needs(),
    )
    told.refresh_from_db()
    assert told.name == "Rufen Sie 0900 1"
    path = f"/confirm/{links.token_of(links.make(told, Scope.CONFIRM))}/"
    asked = Client().get(path)
    assert [word for word in WORDS if word in asked.content.decode()] == []
    assert "Es gibt noch eine andere Anmeldung mit dieser Adresse, nicht aus dem Internet." in pages.text(
        asked
    )
    # Whoever says yes goes on where the link leads; nothing is confirmed by it.
    page = Client().post(path, {"mine": "yes"}, follow=True)
    assert "Bestätigen Sie, dass Sie teilnehmen möchten." in pages.text(page)
    assert told.registrations.get(workshop=other).status == Registration.Status.PENDING


def test_to_confirm_makes_nobody_another_person(told: Participant) -> None:
    """Eve registers with her own address, which was misheard for another's: she is asked, and isn't them."""
    workshop = told.registrations.get().workshop
    registrations.register(
        told.process,
        person=Person(email="misheard@example.org", name="Eve"),
        workshop_ids=[builders.a_workshop(workshop.series).pk],
        needs=Needs(),
    )
    path = f"/confirm/{links.token_of(links.make(told, Scope.CONFIRM))}/"
    shown = Client().post(path, {"registration": [f"{row.pk}.0" for row in told.registrations.all()]})
    assert "Sind Sie das?" in pages.text(shown)
    told.refresh_from_db()
    assert told.awaits_owner
    page = Client().post(path, {"mine": "no"})
    assert "Dann melden Sie sich bitte (noch einmal) an." in pages.text(page)
    told.refresh_from_db()
    assert (told.email, told.name) == ("", "Rufen Sie 0900 1")


def test_who_told_us_is_kept_as_long_as_who_proved_the_address(told: Participant) -> None:
    Participant.objects.update(created_at=timezone.now() - datetime.timedelta(days=900))
    told.refresh_from_db()
    rows = list(deadlines.with_workshops().filter(participant=told))
    for registered in (rows, []):
        ends = deadlines.deadlines(told, registered, deadlines.facts_of(told.process))
        assert list(ends) == [Rule.PARTICIPATION]
        assert ends[Rule.PARTICIPATION] > timezone.now()


def test_who_is_known_or_has_no_address_is_asked_nothing(workshop: Workshop) -> None:
    builders.a_participant(workshop.process, email="hans@example.org", name="Hans")
    staff = builders.a_staff_member()
    hans = Participant.objects.get()
    for email, phone in (("hans@example.org", ""), ("", "07471 5")):
        on_behalf.register(
            workshop.process,
            person=Person(email=email, name="Olga"),
            contact=Contact(phone=phone, contact_by="email" if email else "phone"),  # type: ignore[arg-type]
            consent=ConsentGiven.BY_PHONE,
            workshop_ids=[workshop.pk],
            needs=Needs(),
            by=staff,
            same_as=hans if email else None,
        )
    for person in Participant.objects.all():
        assert not person.awaits_owner
        assert person.name in pages.text(Client().get(paths(person)[0]))


# --- of somebody who had proven another one ---------------------------------------------------------


@pytest.fixture
def misheard(workshop: Workshop) -> Participant:
    """Hans proved his own address long ago; staff wrote down another one on the telephone."""
    hans = builders.a_participant(workshop.process, email="hans@example.org", name="Rufen Sie 0900 1")
    builders.a_registration(workshop, hans)
    contacts.correct_contact(
        hans,
        email="misheard@example.org",
        phone="07471 77",
        postal_address="Weg 3",
        contact_by=ContactBy.EMAIL,
        by=builders.a_staff_member(),
    )
    hans.refresh_from_db()
    return hans


def test_a_corrected_address_waits_for_its_owner_too(misheard: Participant) -> None:
    assert (misheard.is_known, misheard.awaits_owner) == (True, True)
    assert misheard.registrations.get().status == Registration.Status.CONFIRMED
    assert personal.spoken_name(misheard) == ""
    assert personal.spoken_name(misheard, by_mail=False) == "Rufen Sie 0900 1"
    for path in paths(misheard):
        shown = Client().get(path)
        assert [word for word in WORDS if word in shown.content.decode()] == []
        assert "Sind Sie das?" in pages.text(shown)


def test_its_owner_says_so_once_and_stays_who_they_were(misheard: Participant) -> None:
    proven_at = misheard.verified_at
    answer = Client().post(paths(misheard)[0], {"mine": "yes"}, follow=True)
    misheard.refresh_from_db()
    assert (misheard.awaits_owner, misheard.verified_at) == (False, proven_at)
    assert [word for word in WORDS if word not in pages.text(answer)] == []


def test_a_link_by_which_they_confirm_proves_it_as_well(misheard: Participant) -> None:
    participants.verify(misheard, now=timezone.now())
    misheard.refresh_from_db()
    assert misheard.has_proven_address


def test_nobody_is_asked_about_an_address_that_stayed_or_is_none(misheard: Participant) -> None:
    participants.own_up(misheard)
    told = {"phone": "07471 78", "postal_address": "Weg 4", "by": builders.a_staff_member()}
    for email, by in (("Misheard@example.org", ContactBy.EMAIL), ("", ContactBy.PHONE)):
        contacts.correct_contact(misheard, email=email, contact_by=by, **told)  # type: ignore[arg-type]
        misheard.refresh_from_db()
        assert (misheard.address_told_at, misheard.awaits_owner) == (None, False)


def test_what_a_person_types_about_themselves_needs_no_second_question(workshop: Workshop) -> None:
    hans = builders.a_participant(workshop.process, email="hans@example.org")
    contacts.move_address(contacts.type_new_address(hans, email="neu@example.org"))
    hans.refresh_from_db()
    assert (hans.email, hans.awaits_owner) == ("neu@example.org", False)


def test_staff_are_told_before_they_save(misheard: Participant, client: Client) -> None:
    client.force_login(builders.a_staff_member())
    page = client.get(f"/staff/{misheard.process.slug}/participants/{misheard.pk}/contact/")
    assert "Eine neue E-Mail-Adresse gilt erst, wenn die Person dort gesagt hat" in pages.text(page)
