"""The headers of every mail, on the bytes that the server received."""

import datetime
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django.fixtures import Settings

from notifications import sending
from notifications.models import Delivery, Kind
from tests.notifications.conftest import NOW, Stage
from tests.notifications.test_golden import METHODS, owe
from tests.smtp_sink import Received, SmtpSink
from workshops.models import LocalisedText, Participant

Deliver = Callable[[], list[Received]]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_mail_has_each_header_once_and_right(
    kind: Kind, stage: Stage, mailbox: SmtpSink, settings: Settings, clock: Any
) -> None:
    settings.PUBLIC_URL = "https://mitmachen.example"
    owe(kind, "de", stage)
    attempts: list[Received] = []

    def greylist_once(mail: Received) -> str:
        attempts.append(mail)
        return "451 4.2.0 come back" if len(attempts) == 1 else "250 OK"

    mailbox.answer = greylist_once
    sending.deliver_due()
    # A crash may have lost the row's own note of the Message-ID.
    Delivery.objects.update(message_id="")
    clock.move_to(NOW + datetime.timedelta(minutes=15), tick=False)
    sending.deliver_due()

    first, second = (mail.message for mail in attempts)
    names = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
    assert [len(second.get_all(name, [])) for name in names] == [1] * len(names)
    assert [second.get_all(name) for name in ("Cc", "Bcc", "Sender")] == [None] * 3
    assert first["Message-ID"] == second["Message-ID"] == Delivery.objects.get().message_id
    assert str(second["Message-ID"]).endswith("@hechingen.example>")
    assert parsedate_to_datetime(str(second["Date"])) == NOW + datetime.timedelta(minutes=15)
    assert second["Auto-Submitted"] == "auto-generated"
    assert [each.addr_spec for each in second["To"].addresses] == list(attempts[1].recipients)
    assert second["Reply-To"].addresses[0].addr_spec == stage.cast.process.contact_email
    is_invitation = kind == Kind.INVITATION
    assert (second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") == is_invitation
    assert str(second["List-Unsubscribe"] or "").startswith("<https://") == is_invitation
    calendars = [part for part in second.walk() if part.get_content_type() == "text/calendar"]
    assert len(calendars) == (1 if kind in METHODS else 0)
    for part in calendars:
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        (event,) = Calendar.from_ical(content).walk("VEVENT")
        organiser = str(event["ORGANIZER"]).lower().removeprefix("mailto:")
        assert organiser == second["From"].addresses[0].addr_spec == "beteiligung@hechingen.example"


@pytest.mark.parametrize(
    "name",
    [
        "Integrationsplan",
        "Integrationsplan für Hechingen",
        "Integrationsplan der Stadt Hechingen – gemeinsam für alle Menschen, die hier leben",
        'A "plan", so called, that has \\ a name longer than one line of a mail; and nothing in it but ASCII',
        "خطة الاندماج لمدينة هشينغن مع جميع الناس الذين يعيشون هنا في المدينة",
    ],
)
def test_whatever_the_process_is_called_its_mails_name_their_sender(
    name: str, stage: Stage, mailbox: SmtpSink, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "beteiligung@mail.stadt-hechingen.example"
    process = stage.cast.process
    process.name, process.contact_email = LocalisedText({"de": name}), "rathaus@bürger.example"
    process.save(update_fields=["name", "contact_email"])
    owe(Kind.CONFIRMED, "de", stage)
    sending.deliver_due()

    (mail,) = mailbox.received
    head = mail.content.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 76 for line in head.split(b"\r\n") if line.startswith((b"From", b" ")))
    written = message_from_bytes(mail.content)
    shown, address = parseaddr(written["From"].replace("\r\n", ""))
    assert address == "beteiligung@mail.stadt-hechingen.example"
    assert str(make_header(decode_header(shown))) == name
    assert written["Reply-To"] == "rathaus@xn--brger-kva.example"


def test_without_https_no_button_is_promised(stage: Stage, delivered: Deliver) -> None:
    """RFC 8058 wants HTTPS: over anything else there is only the link."""
    owe(Kind.INVITATION, "de", stage)

    (mail,) = delivered()

    assert str(mail.message["List-Unsubscribe"]).startswith("<http://testserver/")
    assert mail.message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_a_providers_button_works_in_every_language(
    stage: Stage, delivered: Deliver, settings: Settings, language: str
) -> None:
    """As Gmail sends it: a form, over HTTPS, no cookie, no page before it, and no redirect followed."""
    settings.PUBLIC_URL = "https://testserver"
    settings.SECURE_SSL_REDIRECT = True
    owe(Kind.INVITATION, language, stage)
    (mail,) = delivered()
    address = str(mail.message["List-Unsubscribe"]).strip("<>").removeprefix("https://testserver")
    provider = Client(enforce_csrf_checks=True)
    person = Participant.objects.get(pk=stage.cast.hans.pk)

    for _scanner in range(2):
        assert provider.get(address, secure=True).status_code == 200
    person.refresh_from_db()
    assert person.invitation_objected_at is None

    answer = provider.post(
        address,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        secure=True,
        headers={"user-agent": "Mail provider", "origin": "https://mail.example"},
    )

    person.refresh_from_db()
    assert (answer.status_code, answer.cookies) == (200, {})
    assert person.invitation_objected_at == NOW
