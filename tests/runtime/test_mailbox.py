"""The demo's mailbox shows what arrived, and strangers' mail harms nobody."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from config.house import free_port
from config.mailbox import calendars, store
from notifications import framing
from tests.runtime import urls
from tests.servers import ROOT, wait_until

pytestmark = pytest.mark.django_db  # the frame of a page looks for the process

INVITATION = b"\r\n".join(
    (
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//x//y//DE",
        b"METHOD:REQUEST",
        b"BEGIN:VEVENT",
        b"UID:1@hechingen.example",
        b"DTSTAMP:20200601T080000Z",
        b"DTSTART:20200707T160000Z",
        b"DTEND:20200707T180000Z",
        b"SEQUENCE:2",
        b"SUMMARY:Bildung & Sprache",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    )
)


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILBOX_DIR = str(tmp_path / "mailbox")
    settings.ROOT_URLCONF = urls.__name__
    return tmp_path / "mailbox"


def invitation() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Stadt Hechingen <beteiligung@hechingen.example>"
    message["To"] = "anna@example.org"
    message["Subject"] = "Ihre Anmeldung für Größeres"
    message["Date"] = "Mon, 01 Jun 2020 10:00:00 +0200"
    message.set_content("Guten Tag, https://example.org/bestätigen <b>")
    message.add_alternative("<p>Guten Tag <script>alert(1)</script></p>", subtype="html")
    message.add_attachment(INVITATION, maintype="text", subtype="calendar", filename="einladung.ics")
    message.attach(message.get_payload()[-1])  # type: ignore[arg-type, index]
    return message


@pytest.fixture
def server(mailbox: Path) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "config.mailbox.server", str(mailbox), str(port)], cwd=ROOT
    )

    def answers() -> bool:
        try:
            smtplib.SMTP("127.0.0.1", port).quit()
        except OSError:
            return False
        return True

    wait_until(answers, what="mailbox server ready")
    yield port
    process.terminate()
    assert process.wait(10) == 0


def test_a_mail_that_was_sent_is_shown_with_text_and_calendar(
    server: int, mailbox: Path, client: Client
) -> None:
    with smtplib.SMTP("127.0.0.1", server) as smtp:
        smtp.send_message(invitation())

    (key,) = store.keys(mailbox)
    inbox = client.get("/mailbox/").content.decode()
    page = client.get(f"/mailbox/{key}/").content.decode()

    assert f'href="/mailbox/{key}/"' in inbox
    assert "Ihre Anmeldung für Größeres" in inbox
    assert "&lt;b&gt;" in page
    assert "<script>" not in page
    assert page.count("Bildung &amp; Sprache") == 1  # the same calendar came twice
    assert "Di, 7. Juli 2020, 18:00 CEST" in page


def test_the_html_of_a_mail_stands_in_a_sandbox_without_script_and_network(
    mailbox: Path, client: Client
) -> None:
    key = store.keep(mailbox, invitation().as_bytes())

    page = client.get(f"/mailbox/{key}/").content.decode()
    html = client.get(f"/mailbox/{key}/html/")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    policy = html.headers["Content-Security-Policy"]
    mail = store.read(mailbox, key)
    part = mail and mail.first("text/html")
    assert part
    assert policy == framing.policy(part.text, opens_links=True)
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_calendar_is_downloaded_byte_by_byte(mailbox: Path, client: Client) -> None:
    key = store.keep(mailbox, invitation().as_bytes())
    mail = store.read(mailbox, key)
    assert mail is not None
    index = mail.calendars()[0].index

    answer = client.get(f"/mailbox/{key}/part/{index}/")

    assert answer.content == INVITATION
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''einladung.ics"


HOSTILE = {
    "nothing": b"",
    "only zero bytes": b"\x00" * 50,
    "header without end": b"Subject: a\r\nFrom",
    "unknown charset": b"Subject: =?no-such?B?w6Q=?=\r\nContent-Type: text/html;charset=x-no\r\n\r\n\xff",
    "broken base64": b"Subject: =?utf-8?B?###?=\r\nContent-Transfer-Encoding: base64\r\n\r\n###",
    "date beyond years": b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\n",
    "boundary missing": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\na",
    "nested": b"Content-Type: message/rfc822\r\n\r\n" * 20,
    "path as name": b"Content-Type: text/calendar\r\nContent-Disposition: attachment; "
    b'filename="../../etc/pass\\"wd"\r\n\r\nBEGIN:VCALENDAR\r\nDTSTART:99',
    "raw bytes in header": b"Subject: \xff\xfe\r\nFrom: \xc3\x28@x\r\n\r\n",
    "script as subject": b"Subject: <script>alert(1)</script>\r\n\r\n",
    "rfc 2231 bomb": b"Content-Disposition: attachment; filename*0*=no-such''%ff; filename*9999=x\r\n\r\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_shown_and_never_an_error(content: bytes, mailbox: Path, client: Client) -> None:
    key = store.keep(mailbox, content)

    inbox, page = client.get("/mailbox/"), client.get(f"/mailbox/{key}/")

    assert (inbox.status_code, page.status_code) == (200, 200)
    assert b"<script>alert" not in inbox.content + page.content
    mail = store.read(mailbox, key)
    assert mail is not None
    for part in mail.parts:
        download = client.get(f"/mailbox/{key}/part/{part.index}/")
        assert "/" not in part.name
        assert download.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("key", ["nothing", "0" * 19 + "-" + "0" * 8, "..", "1-2"])
def test_an_address_without_mail_is_not_found(key: str, mailbox: Path, client: Client) -> None:
    assert client.get(f"/mailbox/{key}/").status_code == 404
    assert store.read(mailbox, key) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BEGIN:VCALENDAR",
        b"\xff\xfe",
        b"BEGIN:VEVENT\r\nEND:VEVENT",
        INVITATION.replace(b"20200707T160000Z", b"x"),
    ],
)
def test_a_broken_calendar_has_no_wrong_rows(content: bytes) -> None:
    shown = [label for entry in calendars.entries(content) for label, _ in entry.rows]
    assert "Beginn" not in shown


def test_without_a_mailbox_directory_there_is_no_mailbox(client: Client) -> None:
    assert client.get("/mailbox/").status_code == 404
