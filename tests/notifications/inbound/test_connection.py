"""The connection to the mailbox: how it is made, what comes of it when it can't be."""

import imaplib
import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from notifications import tasks
from notifications.inbound import imap as imap_client
from notifications.inbound import mailbox
from notifications.models import InboxState
from tests.imap_server import ImapServer
from tests.notifications.conftest import NOW
from tests.notifications.inbound.conftest import Read, Seat, inbox_of, rows


def test_without_a_mailbox_nothing_runs(seat: Seat, settings: Settings) -> None:
    settings.INBOX = None

    with CaptureQueriesContext(connection) as queries:
        assert mailbox.read(now=NOW) == 0
    # Old rows go all the same.
    assert {query["sql"].split()[0] for query in queries} <= {"SAVEPOINT", "SELECT", "DELETE", "RELEASE"}
    assert not InboxState.objects.exists()


def test_starttls_works_too(seat: Seat, imap: ImapServer, read: Read, settings: Settings) -> None:
    settings.INBOX = inbox_of(imap, port=imap.port, uses_starttls=True)
    imap.put(seat.sample("google_declined"))

    assert read() == 1


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({"password": "falsch"}, "error"),
        ({"folder": "Gibt es nicht"}, "error"),
        # The certificate names another host.
        ({"host": "127.0.0.1"}, "SSLCertVerificationError"),
        ({"port": 1}, "ConnectionRefusedError"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_noted_without_a_name(
    seat: Seat,
    imap: ImapServer,
    read: Read,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, object],
    failure: str,
) -> None:
    settings.INBOX = inbox_of(imap, **wrong)
    imap.put(seat.sample("google_declined"))

    assert [read(), read()] == [0, 0]

    assert rows() == []
    state = InboxState.objects.get()
    assert (state.failing_since, state.failure, state.read_at) == (NOW, failure, None)
    assert "rueckmeldung" not in caplog.text
    assert "rueckmeldung" not in repr(InboxState.objects.values())


def test_a_server_that_is_not_trusted_gets_no_password(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    assert read() == 0
    assert InboxState.objects.get().failure == "SSLCertVerificationError"


def test_a_mailbox_that_comes_back_is_read_on(
    seat: Seat, imap: ImapServer, read: Read, settings: Settings
) -> None:
    right = settings.INBOX
    imap.put(seat.sample("google_declined"))
    settings.INBOX = inbox_of(imap, port=1)
    read()
    settings.INBOX = right

    assert read() == 1
    state = InboxState.objects.get(mailbox=imap_client.name_of(right))
    assert (state.read_at, state.failing_since, state.failure) == (NOW, None, "")


def test_the_clocks_tick_reads_the_mailbox(
    seat: Seat, imap: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    imap.put(seat.sample("google_declined"))

    tasks.read_inbox()

    assert rows() == [("reply", "declined")]


def test_the_server_is_as_strict_as_a_real_one(imap: ImapServer) -> None:
    """Control: without TLS it takes no password at all."""
    client = imaplib.IMAP4("localhost", imap.port, timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        client.login("rueckmeldung", "egal")
    client.logout()
