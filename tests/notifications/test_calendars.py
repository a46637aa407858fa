"""The rules of RFC 5545 and of the house, on the bytes."""

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import icalendar
import pytest

from notifications import calendars
from notifications.calendars import Appointment, Person

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = Person("beteiligung@hechingen.example", "Integrationsplan Hechingen")
AMINA = Person("amina@example.org", "Amina Haddad")

WORKSHOP = Appointment(
    uid="7d0a9f2e-0000-4000-8000-000000000001",
    sequence=3,
    changed_at=datetime.datetime(2020, 6, 20, 9, 30, 15, 999, tzinfo=datetime.UTC),
    starts_at=datetime.datetime(2020, 7, 7, 18, tzinfo=BERLIN),
    ends_at=datetime.datetime(2020, 7, 7, 20, tzinfo=BERLIN),
    summary="Bildung und Sprache: Workshop 1",
    description="Wie lernen alle gut Deutsch?\nMit Pause; Kinder, Hunde willkommen.",
    link="https://beteiligung.example/join/abc/",
    conference_label="Zur Videokonferenz",
)


def lines_of(content: bytes) -> list[str]:
    """The content lines, unfolded."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    return content.decode().replace("\r\n ", "").rstrip("\r\n").split("\r\n")


def test_a_request_is_for_one_reader_and_in_utc() -> None:
    content = calendars.invitation(WORKSHOP, organiser=TOWN, attendee=AMINA)

    # The order inside a component means nothing.
    assert sorted(lines_of(content)) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Beteiligung//Workshops//DE",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "SUMMARY:Bildung und Sprache: Workshop 1",
            "DTSTART:20200707T160000Z",
            "DTEND:20200707T180000Z",
            "DTSTAMP:20200620T093015Z",
            "UID:7d0a9f2e-0000-4000-8000-000000000001",
            "SEQUENCE:3",
            'ATTENDEE;CN="Amina Haddad";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTI'
            "CIPANT;RSVP=FALSE:mailto:amina@example.org",
            "CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Zur Videokonferenz;VALUE=URI:https://"
            "beteiligung.example/join/abc/",
            "DESCRIPTION:Wie lernen alle gut Deutsch?\\nMit Pause\\; Kinder\\, Hunde willkommen.",
            "LAST-MODIFIED:20200620T093015Z",
            "LOCATION:https://beteiligung.example/join/abc/",
            'ORGANIZER;CN="Integrationsplan Hechingen":mailto:beteiligung@hechingen.example',
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )


def test_a_cancellation_has_the_method_the_status_and_the_same_uid() -> None:
    lines = lines_of(calendars.cancellation(WORKSHOP, organiser=TOWN, attendee=AMINA))

    assert [
        line
        for line in lines
        if line.startswith(("METHOD", "STATUS", "UID", "SEQUENCE", "ATTENDEE", "TRANSP", "BEGIN"))
    ] == [
        "BEGIN:VCALENDAR",
        "METHOD:CANCEL",
        "BEGIN:VEVENT",
        "UID:7d0a9f2e-0000-4000-8000-000000000001",
        "SEQUENCE:3",
        'ATTENDEE;CN="Amina Haddad";CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED;ROLE=REQ-PARTI'
        "CIPANT;RSVP=FALSE:mailto:amina@example.org",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]


def test_a_feed_names_nobody_and_keeps_the_cancelled() -> None:
    public = replace(WORKSHOP, link="https://beteiligung.example/workshop/1/", conference_label="")
    content = calendars.feed(
        [public, replace(public, uid="second", is_cancelled=True)],
        name="Hechingen; Termine",
        address="https://beteiligung.example/hechingen/calendar.ics",
    )

    lines = lines_of(content)
    assert sorted(lines[:10]) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Beteiligung//Workshops//DE",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "NAME:Hechingen\\; Termine",
            "X-WR-CALNAME:Hechingen\\; Termine",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "SOURCE;VALUE=URI:https://beteiligung.example/hechingen/calendar.ics",
        ]
    )
    assert [line for line in lines if line.startswith("STATUS")] == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]
    assert [line for line in lines if "ATTENDEE" in line or "ORGANIZER" in line or "VALARM" in line] == []


def test_the_same_workshop_gives_the_same_bytes() -> None:
    assert calendars.invitation(WORKSHOP, organiser=TOWN, attendee=AMINA) == calendars.invitation(
        WORKSHOP, organiser=TOWN, attendee=AMINA
    )


def test_six_in_the_evening_in_berlin_is_right_on_every_day_of_a_year() -> None:
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(days=number) for number in range(366)]
    starts = [datetime.datetime.combine(day, datetime.time(18), BERLIN) for day in days]
    content = calendars.feed(
        [
            replace(WORKSHOP, uid=str(number), starts_at=start, ends_at=start + datetime.timedelta(hours=2))
            for number, start in enumerate(starts)
        ],
        name="Jahr",
        address="https://beteiligung.example/calendar.ics",
    )

    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [event.decoded("DTSTART") for event in events] == [
        start.astimezone(datetime.UTC) for start in starts
    ]
    assert b"TZID" not in content


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rATTENDEE:mailto:x@y", "a\nATTENDEE:mailto:x@y"),
        ("null\0 bell\a del\x7f", "null bell del"),
        ("eins\tzwei \ufeffdrei \ud800vier", "eins zwei drei vier"),
        ("zwei\u2028Zeilen\u2029und\x85mehr\vund\f", "zwei\nZeilen\nund\nmehr\nund\n"),
        ("👩‍👩‍👧 مرحبا", "👩‍👩‍👧 مرحبا"),
    ],
)
def test_control_characters_go_and_line_breaks_are_one_kind(written: str, kept: str) -> None:
    assert calendars.clean(written) == kept
