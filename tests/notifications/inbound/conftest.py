"""Samples of what comes back, a real IMAP server, and a seat that was told by mail."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.env import Inbox
from notifications import verp
from notifications.inbound import handling, mailbox, reading
from notifications.models import Delivery, InboundMessage, Kind
from tests.imap_server import PASSWORD, USER, ImapServer, dovecot, own_dovecot
from tests.notifications.conftest import NOW, Stage
from workshops import links
from workshops.models import PersonalLink, Registration

SAMPLES = Path(__file__).parent / "samples"
BOUNCES_TO = "bounce@hechingen.example"
BOUNCES = ("postfix_unknown", "exchange_unknown", "gmail_unknown", "exim_unknown")
REPLIES = (
    "google_declined",
    "outlook_declined",
    "apple_declined",
    "thunderbird_declined",
    "attachment_declined",
)


@dataclass
class Seat:
    """Hans's seat, and the mail that told him of it."""

    stage: Stage
    registration: Registration
    delivery: Delivery

    def sample(self, name: str) -> bytes:
        """The mail as it travels."""
        link = links.make(
            self.registration.participant, PersonalLink.Scope.JOIN, registration=self.registration
        )
        text = (SAMPLES / f"{name}.eml").read_text()
        for mark, value in {
            "@BOUNCE@": verp.envelope_of(self.delivery),
            "@LINK@": links.url_of(link),
            "@MESSAGE_ID@": self.delivery.message_id,
            "@UID@": str(self.stage.workshop.uid),
        }.items():
            text = text.replace(mark, value)
        return text.replace("\n", "\r\n").encode()

    def refreshed(self) -> "Seat":
        self.registration.refresh_from_db()
        self.registration.participant.refresh_from_db()
        self.delivery.refresh_from_db()
        return self


def handled(content: bytes, *, now: datetime.datetime = NOW) -> handling.Result:
    return handling.handle(reading.read(content), now=now)


def rows() -> list[tuple[str, str]]:
    """What has been handled, in the mailbox's order: what it was, what came of it."""
    return list(InboundMessage.objects.order_by("uid").values_list("kind", "outcome"))


@pytest.fixture
def seat(stage: Stage, settings: Settings) -> Seat:
    settings.BOUNCE_ADDRESS = BOUNCES_TO
    registration = stage.registered(stage.cast.hans)
    delivery = stage.delivery(
        Kind.CONFIRMED,
        participant=stage.cast.hans,
        registration=registration,
        workshop=stage.workshop,
        revision=0,
        status=Delivery.Status.SENT,
        sent_at=NOW,
        message_id="<3104b8ea7589d97a54405a7c5140d9df@hechingen.example>",
    )
    return Seat(stage, registration, delivery)


@pytest.fixture(scope="session")
def imap_server() -> Iterator[ImapServer]:
    program = dovecot()
    if program is None:
        pytest.skip("no Dovecot (Debian's dovecot-imapd)")
    with own_dovecot(program) as server:
        yield server


@pytest.fixture
def imap(imap_server: ImapServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """An empty mailbox on a real server, and the product set up to read it over TLS."""
    imap_server.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(imap_server.authority))
    settings.INBOX = inbox_of(imap_server)
    return imap_server


def inbox_of(server: ImapServer, **other: object) -> Inbox:
    return Inbox(
        **{
            "host": "localhost",
            "port": server.tls_port,
            "user": USER,
            "password": PASSWORD,
            "folder": "INBOX",
            "uses_starttls": False,
            **other,
        }  # type: ignore[arg-type]
    )


Read = Callable[[], int]


@pytest.fixture
def read(imap: ImapServer) -> Read:
    return lambda: mailbox.read(now=NOW)
