"""Settings from the environment that are refused at the start rather than at the first mail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("url", "inbox"),
    [
        ("", None),
        ("imaps://u:p@host", env.Inbox("host", 993, "u", "p", "INBOX", False)),
        ("imaps://u%40town.example:p%2F%3A@host:1993/INBOX/Sub%20Ordner",
         env.Inbox("host", 1993, "u@town.example", "p/:", "INBOX/Sub Ordner", False)),
        ("imap+tls://u:p@host/INBOX", env.Inbox("host", 143, "u", "p", "INBOX", True)),
    ],
)  # fmt: skip
def test_an_inbox_is_read_from_its_url(url: str, inbox: env.Inbox | None) -> None:
    assert env.imap(url) == inbox


@pytest.mark.parametrize(
    "url",
    [
        "imap://u:p@host/INBOX",  # never without TLS
        "https://u:p@host/",
        "imaps://host/INBOX",
        "imaps://u@host/INBOX",
        "imaps://u:p@/INBOX",
        "imaps://u:p@host:viele/INBOX",
        "imaps://u:p@host/Rückmeldung",
        'imaps://u:p@host/"',
    ],
)
def test_an_inbox_that_cannot_be_one_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="INBOX_URL must look like") as refused:
        env.imap(url)
    assert url not in str(refused.value)


def test_an_inboxs_password_is_not_shown() -> None:
    assert "geheim" not in repr(env.imap("imaps://u:geheim@host"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.town.example",
        "http://host",
        "smtp://",
        "smtp://host:99999",
        "smtp://host:viele",
        "smtp://[::1",
    ],
)
def test_a_mail_server_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        env.email(url)


@pytest.mark.parametrize(
    "url",
    [
        "beteiligung",
        "mysql://u:geheim@host/name",
        "postgres://u:geheim@host",
        "postgres://u:geheim@host:viele/name",
    ],
)
def test_a_database_that_cannot_be_one_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like") as refused:
        env.database(url)
    assert "geheim" not in str(refused.value)


def test_a_bounce_address_leaves_room_for_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {}
    for value in (
        "",
        "bounce@town.example",
        "bounce",
        "bo unce@town.example",
        "Büro@town.example",
        f"{'b' * 21}@town.example",
    ):
        monkeypatch.setenv("BOUNCE_ADDRESS", value)
        try:
            answers[value] = env.address("BOUNCE_ADDRESS")
        except ImproperlyConfigured as refused:
            answers[value] = str(refused).split(" must ")[1].split(",")[0]

    assert answers == {
        "": "",
        "bounce@town.example": "bounce@town.example",
        "bounce": "be a mail address",
        "bo unce@town.example": "be a mail address",
        "Büro@town.example": "be a mail address",
        f"{'b' * 21}@town.example": "be ASCII and have at most 20 characters before the @.",
    }


@pytest.mark.parametrize("seconds", ["111", "600", "0", "soon"])
def test_a_lease_that_breaks_a_promise_is_refused_at_the_start(seconds: str) -> None:
    """Mails are taken over within two minutes, and none that is still held is taken for stranded."""
    told = _started(MAIL_LEASE=seconds)

    assert told.returncode != 0
    assert f"MAIL_LEASE must be {'a whole number' if seconds == 'soon' else 'at '}" in told.stderr


def test_the_longest_lease_is_one() -> None:
    assert _started(MAIL_LEASE="110").stdout == "110\n"


def _started(**environment: str) -> subprocess.CompletedProcess[str]:
    """A process of the product, as far as its settings."""
    script = "from django.conf import settings; print(settings.MAIL_LEASE)"
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
