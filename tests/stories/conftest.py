"""The post between the town and its people: a real SMTP conversation, and what lies in each mailbox."""

import re

import pytest
from django.core.cache import cache
from pytest_django import Settings

from notifications import sending
from tests.smtp_sink import Received, SmtpSink


class Post:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    def deliver(self) -> list[tuple[str, str]]:
        """What the worker's sweep does. Who got which mail: (address, subject), in order of the address."""
        before = len(self._sink.received)
        sending.deliver_due()
        return sorted(
            (mail.recipients[0], str(mail.message["Subject"])) for mail in self._sink.received[before:]
        )

    def last(self, address: str) -> Received:
        return [mail for mail in self._sink.received if mail.recipients == (address,)][-1]

    def text(self, address: str) -> str:
        """The words of the last mail to this address."""
        body = self.last(address).message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def link(self, address: str, *, to: str) -> str:
        """The first link in the last mail whose path begins like that."""
        found = re.findall(rf"http://testserver({re.escape(to)}\S*)", self.text(address))
        assert found, f"no link to {to} in:\n{self.text(address)}"
        return str(found[0])

    def calendar(self, address: str) -> list[str]:
        """Method, status and revision of the event in the last mail's calendar."""
        (part,) = [
            part for part in self.last(address).message.walk() if part.get_content_type() == "text/calendar"
        ][:1]
        text = str(part.get_content())
        return [
            line.strip() for line in text.splitlines() if line.startswith(("METHOD", "STATUS", "SEQUENCE"))
        ]


@pytest.fixture
def post(smtp_sink: SmtpSink, settings: Settings) -> Post:
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    cache.clear()
    return Post(smtp_sink)
