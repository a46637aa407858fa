"""A year of evenings, as four independent programs read what we send and publish.

18:00 in Berlin is 16:00 or 17:00 UTC; zone data in calendars is where programs go wrong, so ours have none.
"""

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from notifications.models import Delivery, Kind
from tests.notifications.conftest import NOW, Stage
from tests.notifications.readers import READERS, Read, Seen, reader
from tests.smtp_sink import Received, SmtpSink
from workshops import links
from workshops.models import Participant, PersonalLink, Registration, Workshop
from workshops.operations import rooms

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = [datetime.date(2021, 1, 1) + datetime.timedelta(days=number) for number in range(365)]
# The request, the promotion, what moves or changes text, the two kinds of end.
INVITING = (Kind.CONFIRMED, Kind.PROMOTED, Kind.RESCHEDULED)
CANCELLING = (Kind.REGISTRATION_CANCELLED, Kind.WORKSHOP_CANCELLED)

every_reader = pytest.mark.parametrize("name", list(READERS))
pytestmark = pytest.mark.slow


def _a_year(stage: Stage) -> list[Workshop]:
    """A workshop on each day from 18:00 to 20:00, changed 0 to 6 times."""
    Workshop.objects.all().delete()
    return Workshop.objects.bulk_create(
        Workshop(
            series=stage.workshop.series,
            number=number,
            starts_at=datetime.datetime.combine(day, datetime.time(18), BERLIN),
            ends_at=datetime.datetime.combine(day, datetime.time(20), BERLIN),
            capacity=20,
            status="published",
            published_at=NOW,
            published_by=stage.cast.sabine,
            changed_at=NOW,
            revision=number % 7,
        )
        for number, day in enumerate(DAYS, start=1)
    )


def _registrations(year: list[Workshop], person: Participant, status: str) -> list[Registration]:
    ended_at = NOW if status == "cancelled" else None
    place = Registration.objects.filter(workshop__in=year).count()
    return Registration.objects.bulk_create(
        Registration(
            workshop=workshop,
            participant=person,
            status=status,
            holds_seat=True,
            place=place + 1,
            created_at=NOW,
            confirmed_at=NOW,
            ended_at=ended_at,
        )
        for workshop in year
    )


def _expected(year: list[Workshop], *, more: int = 0, word: str = "Workshop") -> list[tuple[object, ...]]:
    """UID, start, end, SEQUENCE, summary: worked out from the calendar's days, not from the rows."""
    return sorted(
        (
            str(workshop.uid),
            _utc(day, 18),
            _utc(day, 20),
            number % 7 + more,
            f"Bildung und Sprache: {word} {number}",
        )
        for number, (day, workshop) in enumerate(zip(DAYS, year, strict=True), start=1)
    )


def _utc(day: datetime.date, hour: int) -> datetime.datetime:
    """Summer time in 2021: from 28 March to 30 October, both included."""
    offset = 2 if datetime.date(2021, 3, 28) <= day <= datetime.date(2021, 10, 30) else 1
    return datetime.datetime(day.year, day.month, day.day, hour - offset, tzinfo=datetime.UTC)


def _main(event: Seen) -> tuple[object, ...]:
    return (event.uid, event.starts_at, event.ends_at, event.sequence, event.summary)


def _events(found: list[Read]) -> list[tuple[object, ...]]:
    return sorted(_main(event) for calendar in found for event in calendar.events)


@pytest.fixture
def mailed(
    stage: Stage, mailbox: SmtpSink, delivered: Callable[[], list[Received]]
) -> dict[str, list[bytes]]:
    """The calendars of 1,825 mails, as the server received them, by kind."""
    year = _a_year(stage)
    stage.workshop = year[0]
    seats = _registrations(year, stage.cast.hans, "confirmed")
    lost = _registrations(year, stage.cast.amina, "cancelled")
    Delivery.objects.bulk_create(
        Delivery(
            kind=kind,
            key=f"{kind}:{registration.pk}",
            process=stage.cast.process,
            participant_id=registration.participant_id,
            registration=registration,
            workshop_id=registration.workshop_id,
            revision=index % 7 + 1,
            created_at=NOW,
            next_attempt_at=NOW,
        )
        for kinds, rows in ((INVITING, seats), (CANCELLING, lost))
        for kind in kinds
        for index, registration in enumerate(rows)
    )
    while delivered():
        pass
    kinds = dict(Delivery.objects.filter(status="sent").values_list("message_id", "kind"))
    found: dict[str, list[bytes]] = {str(kind): [] for kind in (*INVITING, *CANCELLING)}
    for mail in mailbox.received:
        found[kinds[str(mail.message["Message-ID"])]].append(_calendar(mail))
    return found


def _calendar(mail: Received) -> bytes:
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_four_programs_read_every_mailed_calendar_alike(
    stage: Stage, mailed: dict[str, list[bytes]], subtests: pytest.Subtests
) -> None:
    year = list(Workshop.objects.order_by("number"))
    assert {kind: len(contents) for kind, contents in mailed.items()} == dict.fromkeys(mailed, 365)
    for name in READERS:
        for kind, contents in mailed.items():
            with subtests.test(reader=name, kind=kind):
                found = reader(name)(contents)
                if kind in INVITING:
                    method, expected = "REQUEST", _expected(year)
                else:  # to Amina, in Arabic; giving one's own seat back is worth a number of its own
                    own = kind == Kind.REGISTRATION_CANCELLED
                    method, expected = "CANCEL", _expected(year, more=int(own), word="الورشة")
                assert _events(found) == expected
                assert {each.method for each in found} == {method}
                assert {each.parts for each in found} == {("VEVENT",)}


def test_four_programs_read_another_number_to_call_alike(
    stage: Stage, mailbox: SmtpSink, delivered: Callable[[], list[Received]], subtests: pytest.Subtests
) -> None:
    """The only way in that stands in calendars beside our own link, which stays whatever the room is."""
    year = _a_year(stage)
    _registrations(year, stage.cast.hans, "confirmed")
    for workshop in year:
        rooms.assign(workshop, room=None, dial_in=f"07471 {workshop.number}", by=stage.cast.sabine)
    while delivered():
        pass
    contents = [_calendar(mail) for mail in mailbox.received]

    for name in READERS:
        with subtests.test(reader=name):
            found = reader(name)(contents)
            assert _events(found) == _expected(year, more=1)
            assert {(each.method, each.parts) for each in found} == {("REQUEST", ("VEVENT",))}
            numbers = {event.uid: event.description for each in found for event in each.events}
            assert all(
                f"Einwahl per Telefon: 07471 {workshop.number}\n" in numbers[str(workshop.uid)] + "\n"
                for workshop in year
            )


def test_another_room_sends_no_calendar(stage: Stage, delivered: Callable[[], list[Received]]) -> None:
    """What leads there is our own link, in every calendar that was sent."""
    stage.registered(stage.cast.hans)
    before = stage.workshop.revision
    same = stage.workshop.dial_in

    rooms.assign(
        stage.workshop,
        room=None,
        conference_url="https://video.example/anderswo",
        dial_in=same,
        by=stage.cast.sabine,
    )

    stage.workshop.refresh_from_db()
    assert (stage.workshop.conference_url, stage.workshop.revision) == (
        "https://video.example/anderswo",
        before,
    )
    assert delivered() == []


@every_reader
@pytest.mark.parametrize("feed", ["process", "field", "personal"])
def test_four_programs_read_every_feed_alike(stage: Stage, client: Client, name: str, feed: str) -> None:
    year = _a_year(stage)
    seats = _registrations(year, stage.cast.hans, "confirmed")
    links.make_all((stage.cast.hans, PersonalLink.Scope.JOIN, seat) for seat in seats)
    token = links.token_of(links.make(stage.cast.hans, PersonalLink.Scope.FEED))
    address = {
        "process": "/integrationsplan/calendar.ics",
        "field": "/integrationsplan/bildung-und-sprache/calendar.ics",
        "personal": f"/my/{token}/calendar.ics",
    }[feed]
    cache.clear()

    (found,) = reader(name)([client.get(address).content])

    assert found.method == "PUBLISH"
    assert _events([found]) == _expected(year)
    assert {event.people for event in found.events} == {()}
