"""From the mail that leaves us to what its coming back does: real SMTP, real IMAP, and once a real worker."""

import datetime
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.celery import app
from notifications.models import Delivery, InboundMessage, Kind
from tests import builders, cast
from tests.imap_server import PASSWORD, USER, ImapServer
from tests.notifications.conftest import NOW, Stage
from tests.notifications.inbound.conftest import BOUNCES_TO, SAMPLES, Read
from tests.servers import BrokerServer, Database, Worker, wait_until
from tests.smtp_sink import Received, SmtpSink
from workshops.models import Participant
from workshops.operations import registrations

Deliver = Callable[[], list[Received]]


def bounced(mail: Received) -> bytes:
    """What Postfix sends back to the envelope's sender of a mail that it took."""
    text = (SAMPLES / "postfix_unknown.eml").read_text()
    text = text.replace("@BOUNCE@", mail.sender).replace("@MESSAGE_ID@", mail.message["Message-ID"])
    return text.replace("hans@example.org", mail.recipients[0]).replace("\n", "\r\n").encode()


def declined(mail: Received, *, at: datetime.datetime) -> bytes:
    """What Thunderbird answers to the invitation: its own calendar with another METHOD and PARTSTAT."""
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    calendar = part.get_payload(decode=True)
    assert isinstance(calendar, bytes)
    calendar = calendar.replace(b"METHOD:REQUEST", b"METHOD:REPLY")
    calendar = re.sub(rb"PARTSTAT=\r?\n? ?ACCEPTED", b"PARTSTAT=DECLINED", calendar)
    calendar = re.sub(rb"DTSTAMP:\w+", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}".encode(), calendar)
    head = (
        f"From: Hans Vogel <{mail.recipients[0]}>\r\nTo: {mail.message['From'].addresses[0].addr_spec}\r\n"
        "Message-ID: <antwort@example.org>\r\nSubject: Einladung abgelehnt\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; charset=UTF-8; method=REPLY\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + calendar


@pytest.fixture
def bounces(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = BOUNCES_TO


def test_an_address_that_sends_back_is_not_written_to_again(
    stage: Stage, delivered: Deliver, bounces: None, imap: ImapServer, read: Read
) -> None:
    hans = stage.cast.hans
    registration = stage.registered(hans)
    about = {"participant": hans, "registration": registration, "workshop": stage.workshop}
    first = stage.delivery(Kind.CONFIRMED, **about)
    (mail,) = delivered()
    assert mail.sender.startswith("bounce+")
    assert mail.message["From"].addresses[0].addr_spec == "beteiligung@hechingen.example"

    imap.put(bounced(mail))
    read()
    stage.delivery(Kind.RESCHEDULED, **about, revision=0)
    stage.delivery(Kind.WAITING, **about)
    stage.delivery(Kind.PERSONAL_LINK, participant=hans)
    stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.amina)

    # What the person asks for still goes; so does everyone else's mail.
    assert sorted(each.recipients[0] for each in delivered()) == ["amina@example.org", "hans@example.org"]
    told = Delivery.objects.filter(participant=hans).order_by("pk")
    assert list(told.values_list("kind", "status", "outcome_code")) == [
        ("confirmed", "failed", "bounced"),
        ("rescheduled", "failed", "unreachable"),
        # Not wanted any more: nothing that people would have to say either.
        ("waiting", "skipped", "registration_changed"),
        ("personal_link", "sent", "dot_2xx"),
    ]
    first.refresh_from_db()
    assert set(Delivery.objects.by_hand(NOW)) == {first, told[1]}


def test_confirming_through_a_mail_makes_the_address_good_again(
    stage: Stage, delivered: Deliver, bounces: None, imap: ImapServer, read: Read
) -> None:
    hans = stage.cast.hans
    stage.delivery(Kind.PERSONAL_LINK, participant=hans)
    (mail,) = delivered()
    imap.put(bounced(mail))
    read()
    assert list(Participant.objects.unreachable()) == [hans]

    registrations.register(
        stage.cast.process,
        person=registrations.Person(email=hans.email, name=hans.name),
        workshop_ids=[stage.workshop.pk],
        needs=registrations.Needs(),
    )
    assert [each.recipients[0] for each in delivered()] == ["hans@example.org"]
    registrations.confirm(hans)

    assert list(Participant.objects.unreachable()) == []
    assert [each.message["Subject"].split(":")[0] for each in delivered()] == ["Angemeldet"]


def test_declining_our_own_invitation_frees_the_seat(
    stage: Stage, delivered: Deliver, imap: ImapServer, read: Read, clock: object
) -> None:
    registration = stage.registered(stage.cast.hans)
    stage.delivery(
        Kind.CONFIRMED,
        participant=stage.cast.hans,
        registration=registration,
        workshop=stage.workshop,
    )
    (mail,) = delivered()

    imap.put(declined(mail, at=NOW))
    read()

    assert InboundMessage.objects.get().outcome == "declined"
    (cancelled,) = delivered()
    assert cancelled.message["Subject"].startswith("Abgemeldet")
    assert b"METHOD:CANCEL" in next(
        part.get_payload(decode=True)
        for part in cancelled.message.walk()
        if part.get_content_type() == "text/calendar"
    )


@pytest.mark.parametrize(("has_inbox", "rsvp"), [(True, "RSVP=TRUE"), (False, "RSVP=FALSE")])
def test_a_reply_is_asked_for_only_where_it_is_read(
    stage: Stage, delivered: Deliver, imap: ImapServer, settings: Settings, has_inbox: bool, rsvp: str
) -> None:
    if not has_inbox:
        settings.INBOX = None
    registration = stage.registered(stage.cast.hans)
    about = {"participant": stage.cast.hans, "registration": registration, "workshop": stage.workshop}
    stage.delivery(Kind.CONFIRMED, **about)
    (mail,) = delivered()

    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    attendee = re.sub(r"\r\n ", "", content.decode()).split("ATTENDEE")[1].split("\r\n")[0]
    assert ";PARTSTAT=ACCEPTED;" in attendee
    assert f";{rsvp}:" in attendee


@pytest.mark.postgres
@pytest.mark.slow
def test_a_worker_reads_the_mailbox(
    postgres: Database,
    broker: BrokerServer,
    smtp_sink: SmtpSink,
    imap: ImapServer,
    start_worker: Callable[..., Worker],
    settings: Settings,
) -> None:
    """The whole way in processes of its own: sent by a worker, bounced, read by a worker."""
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    builders.a_registration(workshop, people.hans)
    now = timezone.now()
    delivery = Delivery.objects.create(
        process=people.process,
        kind=Kind.PERSONAL_LINK,
        key="personal_link:1",
        participant=people.hans,
        created_at=now,
        next_attempt_at=now,
    )

    start_worker(
        postgres.environment,
        broker.environment,
        EMAIL_URL=smtp_sink.url,
        BOUNCE_ADDRESS=BOUNCES_TO,
        INBOX_URL=f"imaps://{USER}:{quote(PASSWORD, safe='')}@localhost:{imap.tls_port}/INBOX",
        SSL_CERT_FILE=str(imap.authority),
    )
    with app.connection_for_write(broker.environment["CELERY_BROKER_URL"]) as connection:
        app.send_task("notifications.tasks.deliver_due", queue="mail", connection=connection)
        wait_until(lambda: len(smtp_sink.received) == 1, what="the mail sent")
        imap.put(bounced(smtp_sink.received[0]))
        app.send_task("notifications.tasks.read_inbox", queue="default", connection=connection)
        wait_until(lambda: InboundMessage.objects.exists(), what="the bounce read")

    delivery.refresh_from_db()
    people.hans.refresh_from_db()
    assert (delivery.status, delivery.outcome_code) == ("failed", "bounced")
    assert people.hans.unreachable_reason == "5.1.1"
    assert imap.flags() == {min(imap.flags()): {r"\Seen"}}
