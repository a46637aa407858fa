"""Whatever people type comes back as `calendars.clean` documents, in every reader, and is never a property.

First the pure bytes, then what the SMTP server received.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import EmailMessage

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications import calendars
from notifications.calendars import Appointment, Person
from notifications.inbound import replies
from notifications.inert import inert
from notifications.models import Kind
from tests import builders
from tests.notifications.conftest import Stage
from tests.notifications.readers import READERS, Read, reader
from tests.notifications.test_calendars import AMINA, TOWN, WORKSHOP
from tests.smtp_sink import Received
from workshops import links
from workshops.models import Participant, ParticipationProcess, PersonalLink, Workshop, localised

Deliver = Callable[[], list[Received]]
every_reader = pytest.mark.parametrize("name", list(READERS))

HOSTILE = [
    'Semikolon; Komma, Rückstrich \\ und "Anführung"',
    "\\n ist kein Umbruch, \\, kein Komma, \\\\ sind zwei, am Ende noch einer \\",
    "zwei\nZeilen\r\nund drei",
    "END:VEVENT\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M\r\nEND:VALARM",
    "END:VEVENT",
    "nur\rein CR\rX-INJECTED:yes",
    "Null\0 und Trenner\u2028X-INJECTED:yes\u2029und\x85noch\vmehr\fhier",
    "X-INJECTED;VALUE=TEXT:yes",
    "^n ^' ^^ %0D%0A %2C",
    "👩‍👩‍👧" * 60,
    "مرحبا بكم في هيشينغن؛ أهلًا، وسهلًا " * 9,
    "ü" * 300,
    "a" * 74 + "€" * 226,
    " Leerzeichen vorn und hinten\t",
    "\ufeffBOM und \u202eumgedreht\u202c und \ud800 halb",
]
# One letter in two is one that some reader or writer treats in its own way.
letters = st.one_of(st.sampled_from(list(";,\\\"':^\n\r\0\t\u2028\x85=% aN٣م👧€ü")), st.characters())
texts = st.lists(
    st.one_of(st.text(letters, max_size=12), st.sampled_from(["END:VEVENT", "\r\nX-INJECTED:yes", "\\n"])),
    max_size=12,
).map("".join)

REQUEST_PROPERTIES = (
    *("ATTENDEE", "CONFERENCE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION"),
    *("ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID"),
)


def invitation(text: str) -> bytes:
    """The text wherever a person's text can stand."""
    return calendars.invitation(
        replace(WORKSHOP, summary=text, description=text, conference_label=f"Hin {text}"),
        organiser=replace(TOWN, name=text),
        attendee=replace(AMINA, name=text),
    )


def parameter(text: str) -> str:
    """A name as it may stand in a parameter: no double quote, no "^" (RFC 6868), no backslash."""
    return calendars.one_line(text).replace('"', "'").replace("^", " ").replace("\\", "/")


def assert_well_formed(content: bytes) -> None:
    """RFC 5545 section 3.1: CRLF alone ends a line, 75 octets at most, no character split over two."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    # Not only for those who end lines as the RFC says.
    assert content.decode().replace("\r\n", "\n").splitlines() == [line.decode() for line in lines]


def assert_kept(found: Read, text: str) -> None:
    (event,) = found.events
    assert found.parts == ("VEVENT",)
    assert event.summary == calendars.one_line(text)
    assert event.description == calendars.clean(text).strip()
    kept = parameter(text)
    assert event.people == (
        (f"mailto:{TOWN.address}", kept),
        (f"mailto:{AMINA.address}", kept),
    )
    expected = [name for name in REQUEST_PROPERTIES if name != "DESCRIPTION" or event.description]
    assert list(event.names) == expected


@every_reader
def test_every_reader_gets_back_what_was_typed(name: str) -> None:
    found = reader(name)([invitation(text) for text in HOSTILE])

    assert len(found) == len(HOSTILE)
    for text, each in zip(HOSTILE, found, strict=True):
        assert_kept(each, text)


@settings(max_examples=300, deadline=None)
@given(texts)
@example("\\;")
@example("a\\")
def test_any_text_comes_back_as_it_was_cleaned(text: str) -> None:
    content = invitation(text)

    assert_well_formed(content)
    for name in ("icalendar", "vobject", "ical"):
        (found,) = READERS[name]([content])
        assert_kept(found, text)
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    # icalendar reads a space before "=" away; our labels are fixed words, people's names are quoted.
    label = event["CONFERENCE"].params["LABEL"]
    assert label.replace(" ", "") == parameter(f"Hin {text}").replace(" ", "")


@every_reader
@settings(max_examples=3, deadline=None, derandomize=True)
@given(found=st.lists(texts, min_size=100, max_size=100))
def test_any_texts_are_read_alike_by_all_four(name: str, found: list[str]) -> None:
    """A hundred at a time: starting node costs more than reading."""
    read = reader(name)([invitation(text) for text in found])

    assert len(read) == len(found)
    for text, each in zip(found, read, strict=True):
        assert_kept(each, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_bytes_of_every_kind_are_well_formed(text: str) -> None:
    appointment = replace(WORKSHOP, summary=text, description=text, conference_label=f"Hin {text}")
    organiser, attendee = replace(TOWN, name=text), replace(AMINA, name=text)

    for content in (
        calendars.invitation(appointment, organiser=organiser, attendee=attendee),
        calendars.cancellation(appointment, organiser=organiser, attendee=attendee),
        calendars.publication(appointment),
        calendars.feed([appointment, appointment], name=text, address="https://b.example/calendar.ics"),
    ):
        assert_well_formed(content)
        names = {re.split(b"[;:]", line)[0] for line in content.replace(b"\r\n ", b"").split(b"\r\n")}
        assert b"X-INJECTED" not in names
        assert b"BEGIN:VALARM\r\n" not in content


def test_without_cleaning_a_lone_cr_would_be_a_property() -> None:
    """The control: what `clean` is for. A reader that ends lines at CR sees what was smuggled in."""
    raw = f"SUMMARY:{HOSTILE[5]}"
    assert "X-INJECTED:yes" in raw.splitlines()
    assert "X-INJECTED:yes" not in calendars.clean(raw).replace("\n", "\\n").splitlines()


ADDRESSES = {
    "o'brien+plan@example.org": "mailto:o'brien+plan@example.org",
    "50%&more=x/y?z#1@example.org": "mailto:50%25%26more%3Dx%2Fy%3Fz%231@example.org",
    '"semi;colon, comma"@example.org': "mailto:%22semi%3Bcolon,%20comma%22@example.org",
    '"\\"quoted\\""@example.org': "mailto:%22%5C%22quoted%5C%22%22@example.org",
    '"a\x0bX-INJECTED:yes"@example.org': "mailto:%22a%0BX-INJECTED:yes%22@example.org",
    "{`|~^}@xn--mnchen-3ya.example": "mailto:%7B%60%7C~%5E%7D@xn--mnchen-3ya.example",
    f"{'long' * 16}@{'sub.' * 40}example.org": f"mailto:{'long' * 16}@{'sub.' * 40}example.org",
}


@every_reader
def test_an_odd_address_is_one_address(name: str) -> None:
    contents = [
        calendars.invitation(WORKSHOP, organiser=TOWN, attendee=Person(address, "Amina; ATTENDEE:x"))
        for address in ADDRESSES
    ]

    for content in contents:
        assert_well_formed(content)
    found = reader(name)(contents)

    assert [each.events[0].people[1:] for each in found] == [
        ((uri, "Amina; ATTENDEE:x"),) for uri in ADDRESSES.values()
    ]


@pytest.mark.parametrize("address", list(ADDRESSES))
def test_a_reply_from_an_odd_address_is_from_that_address(address: str) -> None:
    request = calendars.invitation(WORKSHOP, organiser=TOWN, attendee=Person(address))
    mail = EmailMessage()
    mail.set_content("Nein")
    mail.add_attachment(
        request.replace(b"METHOD:REQUEST", b"METHOD:REPLY"),
        maintype="text",
        subtype="calendar",
        params={"method": "REPLY"},
    )

    reply = replies.reply_in(mail)

    assert reply is not None
    assert reply.attendee == Participant(email=address).email.lower()


# --- what the server received ------------------------------------------------------------------------


def _received(stage: Stage, delivered: Deliver, text: str, kinds: Sequence[Kind]) -> list[Received]:
    """Mails of a workshop, a process and a person that are all called by this text."""
    text = text.encode("utf-8", "ignore").decode()  # a database keeps no halves of characters
    Workshop.objects.update(title=localised(text), description=localised(text))
    ParticipationProcess.objects.update(name=localised(text), town=text[:80])
    Participant.objects.update(name=text[:200], language="de")
    stage.workshop.refresh_from_db()
    seat = stage.registered(stage.cast.hans)
    for kind in kinds:
        stage.delivery(
            kind,
            process=ParticipationProcess.objects.get(),
            participant=Participant.objects.get(pk=stage.cast.hans.pk),
            workshop=stage.workshop,
            registration=seat,
            revision=stage.workshop.revision,
        )
    return delivered()


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_server_received_says_what_was_typed(stage: Stage, delivered: Deliver, text: str) -> None:
    (mail,) = _received(stage, delivered, text, [Kind.CONFIRMED])

    message = mail.message
    assert mail.content.isascii()
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert mail.recipients == ("hans@example.org",)
    allowed = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(message.keys()) - allowed <= {"MIME-Version", "Content-Type"}
    assert [len(message.get_all(name, [])) for name in allowed] == [1] * len(allowed)
    assert [part.get_content_type() for part in message.walk()][2:] == [
        *("text/plain", "text/html", "text/calendar", "application/ics"),
    ]
    inline, attached = (
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    )
    assert inline == attached
    assert isinstance(inline, bytes)
    assert_well_formed(inline)
    stored = text.encode("utf-8", "ignore").decode()
    (found,) = READERS["icalendar"]([inline])
    (event,) = found.events
    assert event.summary == calendars.one_line(stored)
    assert event.description.startswith(calendars.clean(stored).strip())
    assert event.people[1] == ("mailto:hans@example.org", parameter(inert(stored[:200])))
    assert event.starts_at == datetime.datetime(2020, 7, 7, 16, tzinfo=datetime.UTC)
    assert list(event.names) == list(REQUEST_PROPERTIES)


@every_reader
def test_the_appointment_of_a_hostile_workshop_is_in_its_feed(name: str) -> None:
    """Each text as one of many in one calendar: none spills into its neighbours."""
    appointments = [
        Appointment(
            uid=f"{number}@example.org",
            sequence=number,
            changed_at=WORKSHOP.changed_at,
            starts_at=WORKSHOP.starts_at,
            ends_at=WORKSHOP.ends_at,
            summary=text,
            description=text,
            link="https://beteiligung.example/w/",
        )
        for number, text in enumerate(HOSTILE)
    ]
    content = calendars.feed(appointments, name=HOSTILE[3], address="https://b.example/calendar.ics")

    (found,) = reader(name)([content])
    assert [(event.uid, event.summary, event.description) for event in found.events] == [
        (f"{number}@example.org", calendars.one_line(text), calendars.clean(text).strip())
        for number, text in enumerate(HOSTILE)
    ]


@every_reader
@pytest.mark.parametrize("feed", ["process", "field", "personal", "file"])
def test_what_is_published_of_hostile_workshops_says_what_was_typed(
    stage: Stage, client: Client, name: str, feed: str
) -> None:
    """As anyone gets it: the three feeds, and the file of each workshop's public page."""
    stored = [text.encode("utf-8", "ignore").decode() for text in HOSTILE]
    ParticipationProcess.objects.update(name=localised(HOSTILE[3]), town=HOSTILE[5][:80])
    Workshop.objects.all().delete()
    made = {}
    for text in stored:
        workshop = builders.a_workshop(
            stage.workshop.series, title=localised(text), description=localised(text)
        )
        made[str(workshop.uid)] = text
        stage.workshop = workshop
        stage.registered(stage.cast.hans)
    token = links.token_of(links.make(stage.cast.hans, PersonalLink.Scope.FEED))
    page = "/integrationsplan/bildung-und-sprache"
    addresses = {
        "process": ["/integrationsplan/calendar.ics"],
        "field": [f"{page}/calendar.ics"],
        "personal": [f"/my/{token}/calendar.ics"],
        "file": [f"{page}/{number}/workshop.ics" for number in range(1, len(stored) + 1)],
    }[feed]
    cache.clear()

    contents = [client.get(address).content for address in addresses]

    for content in contents:
        assert_well_formed(content)
    events = [event for each in reader(name)(contents) for event in each.events]
    assert {event.uid: event.summary for event in events} == {
        uid: calendars.one_line(text) for uid, text in made.items()
    }
    for event in events:
        assert event.description.startswith(calendars.clean(made[event.uid]).strip())
        assert set(event.names) <= {*REQUEST_PROPERTIES, "URL"}
        assert event.people == ()
