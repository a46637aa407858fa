"""Calendar replies (RFC 5546 section 3.2.3, METHOD:REPLY): who answers what to which invitation. Pure."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

from icalendar import Calendar, Event

from workshops.models import normalise_email

CALENDAR_TYPES = ("text/calendar", "application/ics")
# Our invitations have about 2 kB; a reply repeats at most all of it.
LARGEST = 200_000
_METHOD = re.compile(rb"^METHOD:REPLY\s*$", re.IGNORECASE | re.MULTILINE)
# What a program may repeat of our text; the personal link stood in it.
_TEXTS = ("LOCATION", "DESCRIPTION", "URL", "CONFERENCE")


class NotUnderstood(ValueError):
    """A calendar calls itself a reply, and isn't one that can be read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One attendee's answer. `attendee` is normalised; moments are aware; `text` is what came of ours."""

    uid: str
    attendee: str
    partstat: str
    sequence: int
    said_at: datetime.datetime | None
    starts_at: datetime.datetime | None
    text: str


def reply_in(message: EmailMessage) -> Reply | None:
    """The reply that the mail carries; None if it carries none. Raises NotUnderstood."""
    for content in _replies(message):
        return _read(content)
    return None


def _replies(message: EmailMessage) -> Iterator[bytes]:
    """Calendars that say so themselves, or whose MIME header says so, with METHOD:REPLY."""
    for part in message.walk():
        name = (part.get_filename() or "").lower()
        if part.is_multipart() or not (part.get_content_type() in CALENDAR_TYPES or name.endswith(".ics")):
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if str(part.get_param("method", "")).upper() == "REPLY" or _METHOD.search(content):
            yield content


def _read(content: bytes) -> Reply:
    if len(content) > LARGEST:
        raise NotUnderstood
    try:
        calendar = Calendar.from_ical(content)
        (event,) = calendar.events
        if str(calendar.get("METHOD", "")).upper() != "REPLY" or "RECURRENCE-ID" in event:
            raise NotUnderstood
        return _reply(event)
    # The library raises whatever its parser happens to raise.
    except Exception as error:
        raise NotUnderstood from error


def _reply(event: Event) -> Reply:
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list):
        raise NotUnderstood
    address = str(attendee).strip()
    if address[:7].lower() == "mailto:":
        address = unquote(address[7:])
    return Reply(
        uid=str(event.get("UID", "")).strip(),
        attendee=normalise_email(address),
        partstat=str(attendee.params.get("PARTSTAT", "")).upper(),
        sequence=int(event.get("SEQUENCE", 0)),
        said_at=_moment(event, "DTSTAMP"),
        starts_at=_moment(event, "DTSTART"),
        text="\n".join(str(each) for name in _TEXTS for each in _all(event.get(name))),
    )


def _moment(event: Event, name: str) -> datetime.datetime | None:
    """None for a moment that is missing, or says nothing without a zone."""
    value: Any = getattr(event.get(name), "dt", None)
    return value if isinstance(value, datetime.datetime) and value.tzinfo is not None else None


def _all(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
