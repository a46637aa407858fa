"""What stands around a mail's words: its envelope, its headers, its Message-ID."""

import datetime
import functools
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils import timezone

from notifications import calendars, mime, verp
from notifications.invitations import Written
from notifications.models import Delivery
from workshops import links


@dataclass(frozen=True, slots=True)
class Mail:
    """Ready to be handed over: `sender` and `recipient` are the envelope's bare addresses."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def organiser() -> calendars.Person:
    """From and ORGANIZER: programs obey an update only from the organiser's own address."""
    return _organiser(settings.DEFAULT_FROM_EMAIL)


@functools.lru_cache(maxsize=1)
def _organiser(given: str) -> calendars.Person:
    name, address = parseaddr(given)
    return calendars.Person(address, name)


def message_id_of(delivery: Delivery) -> str:
    """The same at each attempt, even when a crash lost the row's own note of it; tells nothing."""
    if delivery.message_id:
        return delivery.message_id
    digest = links.keyed_digest("notifications.message_id", delivery.key).hex()[:32]
    return f"<{digest}@{organiser().address.rpartition('@')[2] or 'localhost'}>"


def shown_sender(delivery: Delivery) -> str:
    sender = organiser()
    name = calendars.one_line(sender.name or str(delivery.process.name))
    return mime.display_address(name, sender.address)


def addressed(
    delivery: Delivery,
    written: Written,
    sender: str,
    *,
    to: str,
    calendar: mime.CalendarPart | None,
    extra: list[tuple[str, str]],
) -> Mail:
    message_id = message_id_of(delivery)
    recipient = travelling(to)
    process = delivery.process
    headers = [
        ("From", sender),
        ("To", recipient),
        ("Reply-To", travelling(process.contact_email)),
        ("Subject", calendars.one_line(written.subject)),
        ("Date", _date(int(timezone.now().timestamp()), process.zone)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        *extra,
    ]
    content = mime.message(headers, text=written.text, html=written.html, calendar=calendar, seed=message_id)
    return Mail(message_id, verp.envelope_of(delivery), recipient, content)


def travelling(address: str) -> str:
    """The address in ASCII: a domain with umlauts in its encoded form (RFC 5891)."""
    local, _at, domain = address.strip().rpartition("@")
    if not local or not local.isascii():
        raise ValueError("not an address that mail can be sent to")
    return f"{local}@{_travelling_domain(domain)}"


@functools.lru_cache(maxsize=1024)
def _travelling_domain(domain: str) -> str:
    return domain.encode("idna").decode("ascii")


@functools.lru_cache(maxsize=8)
def _date(seconds: int, zone: datetime.tzinfo) -> str:
    return format_datetime(datetime.datetime.fromtimestamp(seconds, zone))


def list_headers(unsubscribe_url: str) -> list[tuple[str, str]]:
    headers = [("List-Unsubscribe", f"<{unsubscribe_url}>")]
    if unsubscribe_url.startswith("https://"):
        # RFC 8058, section 3.1: the mail program's own button sends the POST, over HTTPS only; opening the
        # address changes nothing. The relay's DKIM signature has to cover both (docs/operating.md).
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers
