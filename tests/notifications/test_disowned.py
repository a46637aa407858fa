"""A misheard address: a stranger says so behind a link, and it is gone; the person is told otherwise."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, pages
from tests.smtp_sink import Received
from tests.workshops.test_told_addresses import told_to_staff
from workshops import links
from workshops.links import Scope
from workshops.models import ContactBy, Participant, Registration
from workshops.operations import contacts, participants, registrations
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Participant:
    workshop = builders.a_workshop(starts_at=timezone.now() + datetime.timedelta(days=9))
    return told_to_staff(workshop, "Hans Gärtner")


def page_of(person: Participant) -> str:
    return f"/my/{links.token_of(links.make(person, Scope.MANAGE))}/"


def test_a_stranger_says_so_and_the_address_is_gone(told: Participant) -> None:
    path = page_of(told)
    answer = Client().post(path, {"mine": "no"})
    assert "Wir schreiben nicht mehr an diese Adresse." in pages.text(answer)
    assert "Gärtner" not in answer.content.decode()
    told.refresh_from_db()
    assert (told.email, told.email_normalised, told.contact_by) == ("", "", ContactBy.PHONE)
    assert told.name == "Hans Gärtner"
    assert told.registrations.get().status == Registration.Status.CONFIRMED
    assert not told.links.valid(timezone.now()).exists()
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"mine": "no"}).status_code == 410
    assert Client().post(path, {"mine": "yes"}).status_code == 410


def test_what_they_have_to_know_is_told_by_telephone(told: Participant) -> None:
    """The mail that confirmed the seat lies with a stranger, sent or not."""
    Delivery.objects.update(status="sent", sent_at=timezone.now())
    Client().post(page_of(told), {"mine": "no"})
    by_hand = Delivery.objects.by_hand(timezone.now())
    assert [(row.kind, row.channel) for row in by_hand] == [("confirmed", "phone")]


def test_without_another_way_nothing_more_is_sent_and_staff_are_asked_to_find_one(
    told: Participant, delivered: Callable[[], list[Received]]
) -> None:
    Participant.objects.update(phone="", phone_normalised="", postal_address="")
    Delivery.objects.update(status="sent", sent_at=timezone.now())
    path = page_of(told)
    assert Client().post(path, {"mine": "no"}).status_code == 200
    told.refresh_from_db()
    assert (told.email, told.unreachable_reason) == ("", contacts.NOT_THEIRS)
    assert Client().get(path).status_code == 410
    assert delivered() == []
    (row,) = Delivery.objects.by_hand(timezone.now())
    assert (row.kind, row.status, row.outcome_code) == ("confirmed", "failed", Delivery.UNREACHABLE)
    # Staff correct it; the new address is asked in its turn.
    contacts.correct_contact(
        told,
        email="right@example.org",
        phone="",
        postal_address="",
        contact_by=ContactBy.EMAIL,
        by=builders.a_staff_member(),
    )
    told.refresh_from_db()
    assert (told.unreachable_since, told.awaits_owner) == (None, True)


@pytest.mark.parametrize("is_reachable_otherwise", [True, False])
def test_whose_address_it_was_can_register_as_themselves(
    told: Participant, is_reachable_otherwise: bool
) -> None:
    if not is_reachable_otherwise:
        Participant.objects.update(phone="", phone_normalised="", postal_address="")
    Client().post(page_of(told), {"mine": "no"})
    registrations.register(
        told.process,
        person=Person(email="misheard@example.org", name="Eve"),
        workshop_ids=[told.registrations.get().workshop_id],
        needs=Needs(),
    )
    assert sorted(Participant.objects.values_list("name", "email")) == [
        ("Eve", "misheard@example.org"),
        ("Hans Gärtner", ""),
    ]


def test_who_has_said_yes_is_disowned_by_nobody(told: Participant) -> None:
    """Two windows, or a mail that was forwarded: the first answer counts."""
    participants.own_up(told)
    assert contacts.disown(told) is False
    told.refresh_from_db()
    assert told.email == "misheard@example.org"


def test_a_letter_to_whom_no_address_is_known_leads_to_their_page(told: Participant) -> None:
    """There is no mailbox to ask about."""
    Client().post(page_of(told), {"mine": "no"})
    told.refresh_from_db()
    assert told.name in pages.text(Client().get(page_of(told)))
