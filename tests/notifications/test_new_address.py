"""Staff correct an address: the links in the old mailbox end, and whoever relied on them is told anew."""

import datetime
import re
from collections.abc import Callable

import icalendar
import pytest
import time_machine
from django.test import Client

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops import events, links
from workshops.models import ContactBy, Participant, PersonalLink, Registration
from workshops.operations import contacts, registrations

pytestmark = pytest.mark.django_db

Deliver = Callable[[], list[Received]]
HOUR = datetime.timedelta(hours=1)


def correct(stage: Stage, *, email: str = "neu@example.org", by: ContactBy = ContactBy.EMAIL) -> None:
    person = Participant.objects.get(pk=stage.cast.hans.pk)
    contacts.correct_contact(
        person,
        email=email,
        phone="07471 1",
        postal_address="Marktplatz 1",
        contact_by=by,
        by=stage.cast.sabine,
    )


def owed() -> list[tuple[str, str, int | None]]:
    found = Delivery.objects.filter(status="pending").order_by("pk")
    return list(found.values_list("kind", "channel", "registration"))


def event_in(mail: Received) -> tuple[int, datetime.datetime, str]:
    """SEQUENCE, DTSTAMP, and the token of the way in."""
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    found = re.search(rb"/join/([\w-]+)/", content.replace(b"\r\n ", b""))
    assert found
    assert b"METHOD:REQUEST" in content
    return int(str(event["SEQUENCE"])), event.decoded("DTSTAMP"), found.group(1).decode()


def test_a_seat_is_told_anew_with_the_way_in_that_opens(
    bare: Stage, delivered: Deliver, client: Client, clock: time_machine.Traveller
) -> None:
    seat = bare.registered(bare.cast.hans)
    bare.delivery(
        Kind.CONFIRMED,
        participant=bare.cast.hans,
        registration=seat,
        workshop=bare.workshop,
        revision=0,
    )
    before = event_in(delivered()[0])
    assert client.get(f"/join/{before[2]}/").status_code == 200

    clock.move_to(NOW + HOUR, tick=False)
    correct(bare)
    assert client.get(f"/join/{before[2]}/").status_code == 410
    (mail,) = delivered()
    after = event_in(mail)
    assert (mail.recipients, mail.message["Subject"]) == (
        ("neu@example.org",),
        "Angemeldet: Bildung und Sprache: Workshop 1",
    )
    assert client.get(f"/join/{after[2]}/").status_code == 200
    assert after[2] in mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # A calendar that has seen the first one takes the second for news.
    assert (before[:2], after[:2]) == ((0, NOW), (1, NOW + HOUR))


def test_each_is_told_what_they_have_and_nobody_of_what_is_over(bare: Stage) -> None:
    hans, series = bare.cast.hans, bare.workshop.series
    seat = bare.registered(hans)
    wait = builders.a_registration(builders.a_workshop(series), hans, status="waiting", confirmed_at=NOW)
    over = builders.a_workshop(series, starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    builders.a_registration(over, hans, confirmed_at=NOW)
    gone = builders.a_registration(builders.a_workshop(series), hans, confirmed_at=NOW)
    registrations.cancel(gone, by=hans)
    Delivery.objects.all().delete()
    links.make(hans, PersonalLink.Scope.MANAGE)
    links.make(hans, PersonalLink.Scope.JOIN, registration=seat)
    correct(bare)
    assert owed() == [("confirmed", "email", seat.pk), ("waiting", "email", wait.pk)]
    # The same fact heard twice is one mail; the next correction is another.
    last = PersonalLink.objects.order_by("-revoked_at").first()
    assert last is not None
    events.contact_changed.send(
        sender=Participant,
        participant=Participant.objects.get(pk=hans.pk),
        links_ended_at=last.revoked_at,
    )
    assert len(owed()) == 2


def test_what_is_owed_already_goes_the_new_way_and_is_not_doubled(bare: Stage, delivered: Deliver) -> None:
    hans = bare.cast.hans
    links.make(hans, PersonalLink.Scope.MANAGE)
    registrations.add(hans, workshop_ids=[bare.workshop.pk], needs=registrations.Needs())
    correct(bare)
    assert [(kind, channel) for kind, channel, _seat in owed()] == [("confirmed", "email")]
    assert [mail.recipients for mail in delivered()] == [("neu@example.org",)]


@pytest.mark.parametrize("way", [ContactBy.PHONE, ContactBy.LETTER])
def test_whoever_gives_up_mail_is_told_by_people(bare: Stage, way: ContactBy) -> None:
    seat = bare.registered(bare.cast.hans)
    links.make(bare.cast.hans, PersonalLink.Scope.JOIN, registration=seat)
    correct(bare, email="", by=way)
    assert owed() == [("confirmed", way, seat.pk)]


def test_a_question_that_went_to_a_mistyped_address_is_asked_again(
    bare: Stage, delivered: Deliver, client: Client
) -> None:
    until = NOW + 20 * HOUR
    seat = bare.registered(bare.cast.hans, "pending", held_until=until)
    old = links.make(bare.cast.hans, PersonalLink.Scope.CONFIRM, expires_at=until)
    correct(bare)
    (mail,) = delivered()
    assert (mail.recipients, mail.message["Subject"]) == (
        ("neu@example.org",),
        "Bitte bestätigen Sie Ihre Anmeldung",
    )
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    address = re.search(r"https?://[^/]+(/\S*confirm\S*)", text)
    assert address
    assert links.token_of(old) not in text
    assert client.get(address.group(1)).status_code == 200
    new = PersonalLink.objects.get(scope="confirm", revoked_at=None)
    assert (new.expires_at, Registration.objects.get(pk=seat.pk).status) == (until, "pending")


def test_a_corrected_number_ends_no_link_and_writes_no_mail(bare: Stage) -> None:
    seat = bare.registered(bare.cast.hans)
    links.make(bare.cast.hans, PersonalLink.Scope.JOIN, registration=seat)
    correct(bare, email=bare.cast.hans.email)
    assert owed() == []
