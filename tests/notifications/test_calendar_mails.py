"""What a reader's calendar is told, from the first seat to the last change: RFC 5546 on what arrived."""

import datetime
from collections.abc import Callable
from typing import Any

import icalendar

from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import Received
from workshops.models import Participant, Workshop
from workshops.operations import registrations, rooms, workshops
from workshops.operations.registrations import Needs

Deliver = Callable[[], list[Received]]
HOUR = datetime.timedelta(hours=1)


def told(mails: list[Received]) -> list[tuple[str, str, int, datetime.datetime, datetime.datetime] | None]:
    """Of each mail: recipient's method, UID's SEQUENCE, DTSTAMP and start; None without a calendar."""
    found: list[tuple[str, str, int, datetime.datetime, datetime.datetime] | None] = []
    for mail in mails:
        parts = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
        if not parts:
            found.append(None)
            continue
        content = parts[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        calendar = icalendar.Calendar.from_ical(content)
        event = calendar.walk("VEVENT")[0]
        assert str(event["UID"]) == "7d0a9f2e-0000-4000-8000-000000000001"
        found.append(
            (
                mail.recipients[0],
                str(calendar["METHOD"]),
                int(str(event["SEQUENCE"])),
                event.decoded("DTSTAMP"),
                event.decoded("DTSTART"),
            )
        )
    return found


def _add(stage: Stage, person: Participant) -> None:
    registrations.add(person, workshop_ids=[stage.workshop.pk], needs=Needs())


def _move(stage: Stage, starts_at: datetime.datetime) -> None:
    workshops.reschedule(
        stage.workshop, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, by=stage.cast.sabine
    )


def test_a_seat_moved_given_back_and_taken_again(stage: Stage, delivered: Deliver, clock: Any) -> None:
    hans, later = stage.cast.hans, STARTS_AT + 24 * HOUR
    _add(stage, hans)
    first = told(delivered())
    clock.move_to(NOW + HOUR, tick=False)
    _move(stage, later)
    moved = told(delivered())
    clock.move_to(NOW + 2 * HOUR, tick=False)
    registrations.cancel(hans.registrations.get(), by=hans)
    cancelled = told(delivered())
    clock.move_to(NOW + 3 * HOUR, tick=False)
    _add(stage, hans)
    again = told(delivered())

    assert [first, moved, cancelled, again] == [
        [("hans@example.org", "REQUEST", 0, NOW, STARTS_AT)],
        [("hans@example.org", "REQUEST", 1, NOW + HOUR, later)],
        # The workshop hasn't changed, but some programs take only a higher SEQUENCE for newer.
        [("hans@example.org", "CANCEL", 2, NOW + 2 * HOUR, later)],
        [("hans@example.org", "REQUEST", 3, NOW + 3 * HOUR, later)],
    ]


def test_who_gives_a_seat_back_gets_cancel_alone_and_who_waits_nothing_before_promotion(
    stage: Stage, delivered: Deliver
) -> None:
    hans, amina = stage.cast.hans, stage.cast.amina
    Workshop.objects.update(capacity=1)
    _add(stage, hans)
    _add(stage, amina)
    assert told(delivered()) == [("hans@example.org", "REQUEST", 0, NOW, STARTS_AT), None]
    later = STARTS_AT + HOUR
    _move(stage, later)
    assert told(delivered()) == [("hans@example.org", "REQUEST", 1, NOW, later), None]

    registrations.cancel(hans.registrations.get(), by=hans)

    assert told(delivered()) == [
        ("hans@example.org", "CANCEL", 2, NOW, later),
        ("amina@example.org", "REQUEST", 1, NOW, later),
    ]


def test_whoever_comes_to_a_moved_workshop_begins_with_its_number(stage: Stage, delivered: Deliver) -> None:
    later = STARTS_AT + HOUR
    _move(stage, later)
    _move(stage, STARTS_AT)
    _move(stage, later)

    _add(stage, stage.cast.hans)

    assert told(delivered()) == [("hans@example.org", "REQUEST", 3, NOW, later)]


def test_a_wait_given_back_touches_no_calendar(stage: Stage, delivered: Deliver) -> None:
    Workshop.objects.update(capacity=1)
    _add(stage, stage.cast.amina)
    _add(stage, stage.cast.hans)
    delivered()

    registrations.cancel(stage.cast.hans.registrations.get(), by=stage.cast.hans)

    assert told(delivered()) == [None]


def test_a_called_off_workshop_is_taken_out_of_every_seats_calendar(stage: Stage, delivered: Deliver) -> None:
    Workshop.objects.update(capacity=1)
    _add(stage, stage.cast.hans)
    _add(stage, stage.cast.amina)
    delivered()

    workshops.cancel(stage.workshop, reason="krank", by=stage.cast.sabine)

    assert told(delivered()) == [("hans@example.org", "CANCEL", 1, NOW, STARTS_AT), None]


def test_another_number_to_call_is_told_to_calendars(stage: Stage, delivered: Deliver) -> None:
    _add(stage, stage.cast.hans)
    delivered()

    by = stage.cast.sabine
    # Another address stands in no calendar; another number to call does.
    url = "https://konferenz.example/anders"
    rooms.assign(stage.workshop, room=None, conference_url=url, dial_in=stage.workshop.dial_in, by=by)
    assert told(delivered()) == []
    rooms.assign(stage.workshop, room=None, conference_url=url, dial_in="07471 1", by=by)

    assert told(delivered()) == [("hans@example.org", "REQUEST", 1, NOW, STARTS_AT)]
