"""Somebody asks for a seat: held until they confirm, in the order of arrival, refused with a reason."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests import builders
from tests.workshops.registrations.acts import Heard, book_of, confirm, refusal_of, register, the_person
from workshops.errors import Refusal
from workshops.models import Participant, ParticipationProcess, Registration, Workshop
from workshops.operations import registrations
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.django_db

Status = Registration.Status
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def test_a_registration_holds_a_seat_until_it_is_confirmed(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    register(workshop, email="amina@example.org", name="Amina", organisation="VHS", language="ar", now=now)

    (registration,) = workshop.registrations.all()
    assert (registration.status, registration.place, registration.holds_seat) == (Status.PENDING, 1, True)
    assert registration.held_until == now + 24 * HOUR
    person = registration.participant
    assert (person.name, person.organisation, person.language) == ("Amina", "VHS", "ar")
    assert (person.verified_at, person.privacy_agreed_at, person.privacy_version) == (None, now, 1)
    ((name, told),) = heard
    assert name == "registration_requested"
    assert told["participant"] == person
    assert told["registrations"] == [registration]
    assert told["link"].expires_at == registration.held_until

    assert confirm("amina@example.org") == [registration]

    assert list(workshop.registrations.values_list("status", "held_until")) == [("confirmed", None)]
    assert [name for name, _told in heard] == ["registration_requested", "registration_confirmed"]
    assert the_person("amina@example.org").verified_at is not None


def test_seats_then_waiting_places_are_given_in_the_order_of_arrival(workshop: Workshop) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")

    assert book_of(workshop) == [
        ("A", "pending", True),
        ("B", "pending", True),
        ("C", "pending", False),
        ("D", "pending", False),
    ]
    for name in ("a", "b", "c", "d"):
        confirm(f"{name}@example.org")
    assert refusal_of(workshop) == "full"
    assert not Participant.objects.with_address("neu@example.org").exists()


def test_registering_twice_is_once_whatever_case_or_spaces(workshop: Workshop, heard: Heard) -> None:
    register(workshop, email="amina@example.org", name="Amina")
    register(workshop, email="  AMINA@Example.org ", name="Amina")

    assert book_of(workshop) == [("Amina", "pending", True)]
    assert [name for name, _told in heard] == ["registration_requested"] * 2


def test_whoever_is_already_confirmed_gets_their_link_by_mail(workshop: Workshop, heard: Heard) -> None:
    register(workshop, email="amina@example.org")
    confirm("amina@example.org")
    register(workshop, email="amina@example.org")

    assert book_of(workshop) == [("Amina", "confirmed", True)]
    assert [name for name, _told in heard] == [
        "registration_requested",
        "registration_confirmed",
        "personal_link_requested",
    ]


def test_a_full_workshop_refuses_the_known_like_the_unknown(workshop: Workshop) -> None:
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org")
        confirm(f"{name}@example.org")

    assert refusal_of(workshop, email="a@example.org") == refusal_of(workshop) == "full"


def test_a_request_is_not_refused_for_what_others_merely_requested(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    for name in ("a", "b", "c", "d"):
        register(workshop, email=f"{name}@example.org", now=now)
    for name in ("e", "f"):
        register(workshop, email=f"{name}@example.org", now=now + HOUR)

    # All is kept for the four who came before: nothing can be had, and nothing is lost.
    assert confirm("f@example.org", now=now + HOUR) == []
    assert book_of(workshop)[4:] == [("E", "pending", False), ("F", "pending", False)]
    assert the_person("f@example.org").verified_at == now + HOUR
    with pytest.raises(Refusal, match="held"):
        registrations.add(the_person("f@example.org"), workshop_ids=[workshop.pk], needs=Needs(), now=now)
    newcomer = builders.a_participant(workshop.process)
    with pytest.raises(Refusal, match="held"):
        registrations.add(newcomer, workshop_ids=[workshop.pk], needs=Needs(), now=now)

    # B and C let it lapse: E and F come up in the order of their arrival, whoever confirms first.
    for name in ("a", "d"):
        confirm(f"{name}@example.org", now=now + HOUR)
    assert [each.status for each in confirm("f@example.org", now=now + 24 * HOUR)] == [Status.WAITING]
    assert [each.status for each in confirm("e@example.org", now=now + 24 * HOUR)] == [Status.WAITING]
    assert book_of(workshop) == [
        ("A", "confirmed", True),
        ("B", "lapsed", True),
        ("C", "lapsed", False),
        ("D", "confirmed", True),
        ("E", "waiting", False),
        ("F", "waiting", False),
    ]
    assert refusal_of(workshop) == "full"


def test_a_stranger_changes_nothing_of_a_verified_person(
    process: ParticipationProcess, workshop: Workshop
) -> None:
    amina = builders.a_participant(process, email="amina@example.org", name="Amina", language="ar")
    evil = Person("amina@example.org", "Eve", "Evil", organisation_kind="company", language="en")
    registrations.register(process, person=evil, workshop_ids=[workshop.pk], needs=Needs())
    amina.refresh_from_db()
    kept = ("Amina", "", "", "ar")
    assert (amina.name, amina.organisation, amina.organisation_kind, amina.language) == kept

    registrations.confirm(amina)
    amina.refresh_from_db()
    assert (amina.name, amina.organisation, amina.organisation_kind, amina.language) == kept


def test_while_unverified_the_last_typed_counts(workshop: Workshop) -> None:
    register(workshop, email="amina@example.org", name="Amnia")
    register(workshop, email="amina@example.org", name="Amina", language="ar")

    person = the_person("amina@example.org")
    assert (person.name, person.language) == ("Amina", "ar")


def test_a_stranger_cannot_make_more_than_three_mails_an_hour(workshop: Workshop, heard: Heard) -> None:
    now = timezone.now()
    for minute in range(6):
        register(workshop, email="amina@example.org", now=now + minute * MINUTE)
    assert len(heard) == 3

    register(workshop, email="amina@example.org", now=now + HOUR)
    assert len(heard) == 4


def test_all_workshops_or_none(workshop: Workshop) -> None:
    builders.a_registration(workshop)
    full = builders.a_workshop(
        workshop.series, starts_at=workshop.starts_at + 48 * HOUR, capacity=1, waiting_capacity=0
    )
    builders.a_registration(full)

    with pytest.raises(Refusal) as refusal:
        register(workshop, full, email="neu@example.org")
    assert (refusal.value.code, refusal.value.details["workshop"]) == ("full", full)
    assert workshop.registrations.count() == 1


def test_two_at_the_same_time_are_named(workshop: Workshop) -> None:
    other = builders.a_workshop(workshop.series, starts_at=workshop.ends_at - MINUTE)
    after = builders.a_workshop(workshop.series, starts_at=workshop.ends_at)

    with pytest.raises(Refusal) as refusal:
        register(other, workshop, email="neu@example.org")
    assert refusal.value.code == "time_conflict"
    assert (refusal.value.details["workshop"], refusal.value.details["other"]) == (workshop, other)
    register(workshop, after, email="neu@example.org")


def test_closed_workshops_say_why(workshop: Workshop) -> None:
    series, now = workshop.series, timezone.now()

    def code_of(**fields: Any) -> str:
        return refusal_of(builders.a_workshop(series, **fields))

    assert [
        code_of(status="draft"),
        code_of(status="cancelled", cancelled_at=now),
        code_of(starts_at=now - MINUTE),
        code_of(registration_opens_at=now + HOUR),
        code_of(registration_closes_at=now - HOUR),
        refusal_of(builders.a_workshop(), builders.a_workshop()),
    ] == ["unknown_workshop", "cancelled", "begun", "not_open_yet", "closed", "unknown_workshop"]


def test_no_workshop_is_refused(process: ParticipationProcess) -> None:
    with pytest.raises(Refusal, match="no_workshop"):
        registrations.register(process, person=Person("a@example.org", "A"), workshop_ids=[], needs=Needs())
