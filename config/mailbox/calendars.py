"""A mailed calendar as rows that a person can read."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Component

LARGEST = 1024 * 1024  # bytes; a larger one is only offered for download


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: (label, text) in reading order."""

    rows: list[tuple[str, str]]


def entries(content: bytes) -> list[Entry]:
    """The events of a calendar; none when it can't be understood."""
    if len(content) > LARGEST:
        return []
    try:
        calendar = Calendar.from_ical(content)
        method = str(calendar.get("METHOD", ""))
        return [_entry(event, method) for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return []


def _entry(event: Component, method: str) -> Entry:
    rows = [
        (_("Art"), method),
        (_("Titel"), _text(event, "SUMMARY")),
        (_("Beginn"), _moment(event, "DTSTART")),
        (_("Ende"), _moment(event, "DTEND")),
        (_("Ort"), _text(event, "LOCATION")),
        (_("Zustand"), _text(event, "STATUS")),
        (_("Von"), _text(event, "ORGANIZER")),
        (_("An"), _text(event, "ATTENDEE")),
        (_("Stand"), _text(event, "SEQUENCE")),
        (_("Kennung"), _text(event, "UID")),
        (_("Beschreibung"), _text(event, "DESCRIPTION")),
    ]
    return Entry([(label, text) for label, text in rows if text])


def _text(event: Component, name: str) -> str:
    value = event.get(name)
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(one) for one in values if one is not None)[:5000]


def _moment(event: Component, name: str) -> str:
    value = getattr(event.get(name), "dt", None)
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{date_format(moment, 'D, j. F Y, H:i')} {moment.tzname() or ''}".strip()
    return date_format(value, "D, j. F Y") if isinstance(value, date) else ""
