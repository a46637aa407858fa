"""Workshops as iCalendar (RFC 5545, 5546, 7986). Pure: moments, texts and addresses in, bytes out.

All times are UTC (`Z`): zone data in calendars is read an hour late by three of seven programs tried.
The same input gives the same bytes: DTSTAMP is the last change, not the moment of writing.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vText, vUri

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

PRODUCT = "-//Beteiligung//Workshops//DE"
# How often a subscribed calendar should look again.
REFRESH = datetime.timedelta(hours=1)

_NOT_IN_PARAMETERS = str.maketrans('"^\\', "' /")
# As icalendar does it, to the byte.
_QUOTED_IN_CN = re.compile("[,;:’ ']")
_IN_MAILTO = "!$'()*+,:@"
_SPACES = dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n") | {ord("\t"): " "}
_GONE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Person:
    """A calendar address; `name` may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One workshop as one reader's calendar shall show it. Moments are aware.

    `changed_at` is the last change of the workshop or of the reader's registration. `link` is our own
    address: the reader's join link in a personal calendar, the public page in a feed.
    """

    uid: str
    sequence: int
    changed_at: datetime.datetime
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    summary: str
    description: str
    link: str
    is_cancelled: bool = False
    # What `link` opens, in the reader's language; empty: it leads to a page, not to a conference.
    conference_label: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """Something that belongs to a day and takes no time of it: a milestone of the plan."""

    uid: str
    sequence: int
    changed_at: datetime.datetime
    on: datetime.date
    summary: str
    description: str
    link: str


def invitation(
    appointment: Appointment, *, organiser: Person, attendee: Person, wants_reply: bool = False
) -> bytes:
    """METHOD:REQUEST for exactly one reader; `wants_reply`: someone reads what their program answers."""
    return _personal("REQUEST", appointment, organiser=organiser, attendee=attendee, wants_reply=wants_reply)


def cancellation(appointment: Appointment, *, organiser: Person, attendee: Person) -> bytes:
    """METHOD:CANCEL for exactly one reader: the workshop is off, or only this reader's seat."""
    return _personal("CANCEL", appointment, organiser=organiser, attendee=attendee)


def publication(appointment: Appointment) -> bytes:
    """METHOD:PUBLISH of one, without ORGANIZER or ATTENDEE: a file to take along, nobody's invitation."""
    calendar = _calendar("PUBLISH")
    calendar.add_component(_event(appointment))
    return bytes(calendar.to_ical())


def sequence(
    *, revision: int, seats_given_back: int, ways_in_ended: int = 0, gives_back: bool = False
) -> int:
    """SEQUENCE of what one reader's calendar is told of a workshop; news has a higher one than all before.

    `revision` is the workshop's; `seats_given_back`: how often this reader came and went earlier;
    `gives_back`: this word takes the seat out of the calendar, though the workshop takes place. A change of
    the workshop counts one, a join link that ended too, a round of coming and going two, of which its CANCEL
    is the first (ADR 0018).
    """
    return revision + 2 * seats_given_back + ways_in_ended + gives_back


def feed(appointments: Iterable[Appointment | Day], *, name: str, address: str) -> bytes:
    """METHOD:PUBLISH of many, without ORGANIZER or ATTENDEE; `address` is the feed's own."""
    calendar = _calendar("PUBLISH")
    # NAME is the standard's (RFC 7986), X-WR-CALNAME what the programs read.
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(one_line(name)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("source", vUri(address), parameters={"VALUE": "URI"})
    end = b"END:VCALENDAR\r\n"
    frame = bytes(calendar.to_ical()).removesuffix(end)
    return b"".join((frame, *map(published_event, appointments), end))


@lru_cache(maxsize=4096)
def published_event(appointment: Appointment | Day) -> bytes:
    """A VEVENT of feeds. Kept: when one of a thousand workshops changes, only that one is written anew."""
    event = _day(appointment) if isinstance(appointment, Day) else _event(appointment)
    return bytes(event.to_ical())


def clean(text: str) -> str:
    """What stays of a text in a calendar: every kind of line break is "\\n", a tab is a space; other control
    characters, halves of characters and byte order marks (U+FEFF) go.

    A lone CR would end the line for some readers and smuggle in a property of its own.
    """
    return _GONE.sub("", text.replace("\r\n", "\n").translate(_SPACES))


def one_line(text: str) -> str:
    """Cleaned, and every gap one space."""
    return " ".join(clean(text).split())


# --- the same, piece by piece: for a calendar that is prepared once and completed for each reader ---------


def unfolded(content: bytes) -> list[str]:
    """The content lines of a calendar."""
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def folded(line: str) -> bytes:
    """A content line as it stands in the file: 75 octets at most, no character and no escape divided."""
    rest, pieces = line.encode(), []
    while len(rest) > 74:
        end = 74
        while rest[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        if rest[end - 1] in b"\\^":
            end -= 1
        pieces.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join((*pieces, rest)) + b"\r\n"


def written_moment(moment: datetime.datetime) -> str:
    return f"{_utc(moment):%Y%m%dT%H%M%SZ}"


def written_address(address: str) -> str:
    """What stands after `mailto:`."""
    return quote(address, safe=_IN_MAILTO)


def written_name(name: str) -> str:
    """What stands after `CN=`, in quotes where it must be."""
    written = _parameter(name)
    return f'"{written}"' if _QUOTED_IN_CN.search(written) else written


def _personal(
    method: Method,
    appointment: Appointment,
    *,
    organiser: Person,
    attendee: Person,
    wants_reply: bool = False,
) -> bytes:
    calendar = _calendar(method)
    event = _event(appointment, is_cancelled=method == "CANCEL")
    event.add("organizer", _address(organiser))
    reader = _address(attendee)
    reader.params["CUTYPE"] = "INDIVIDUAL"
    reader.params["ROLE"] = "REQ-PARTICIPANT"
    # They asked for the seat themselves: nothing is left to answer. Yet without RSVP=TRUE some programs keep
    # it to themselves when the reader declines later (docs/adr/0023).
    reader.params["PARTSTAT"] = "ACCEPTED" if method == "REQUEST" else "DECLINED"
    reader.params["RSVP"] = "TRUE" if wants_reply else "FALSE"
    event.add("attendee", reader)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(appointment: Appointment, *, is_cancelled: bool = False) -> Event:
    is_cancelled = is_cancelled or appointment.is_cancelled
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", _utc(appointment.changed_at))
    event.add("last-modified", _utc(appointment.changed_at))
    event.add("sequence", appointment.sequence)
    event.add("dtstart", _utc(appointment.starts_at))
    event.add("dtend", _utc(appointment.ends_at))
    event.add("summary", one_line(appointment.summary))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    if description := clean(appointment.description).strip():
        event.add("description", description)
    if appointment.link:
        event.add("location", appointment.link)
        if appointment.conference_label:
            conference = vUri(appointment.link)
            conference.params["VALUE"] = "URI"
            conference.params["FEATURE"] = ["AUDIO", "VIDEO"]
            conference.params["LABEL"] = _parameter(appointment.conference_label)
            event.add("conference", conference)
        else:
            event.add("url", vUri(appointment.link))
    return event


def _day(day: Day) -> Event:
    """All day long, as a date without a zone: it is that day wherever the reader is (RFC 5545 3.6.1)."""
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", _utc(day.changed_at))
    event.add("last-modified", _utc(day.changed_at))
    event.add("sequence", day.sequence)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + datetime.timedelta(days=1))
    event.add("summary", one_line(day.summary))
    event.add("transp", "TRANSPARENT")
    if description := clean(day.description).strip():
        event.add("description", description)
    event.add("url", vUri(day.link))
    return event


def _address(person: Person) -> vCalAddress:
    # What an address may hold and a URI may not is percent-encoded (RFC 6068 section 2).
    address = vCalAddress(f"mailto:{written_address(person.address)}")
    if person.name:
        address.params["CN"] = _parameter(person.name)
    return address


def _parameter(text: str) -> str:
    # A parameter can't hold a double quote; RFC 6868's ^' is unknown to many programs, and what a backslash
    # means there they don't agree on.
    return one_line(text).translate(_NOT_IN_PARAMETERS)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC).replace(microsecond=0)
