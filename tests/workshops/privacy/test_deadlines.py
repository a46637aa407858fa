"""When what is kept of somebody is due for deletion: each rule by itself, a minute before and at midnight."""

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.models import InboundMessage
from tests import builders
from workshops.models import (
    DeletionRecord,
    Minutes,
    Participant,
    ParticipationProcess,
    PhoneGuest,
    Registration,
    Workshop,
)
from workshops.operations import participants, periods, retention
from workshops.retention import Rule

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
# A Thursday in winter, from 18:00 to 20:00.
EVENING = datetime.datetime(2026, 3, 5, 18, tzinfo=BERLIN)
BEFORE = EVENING - 30 * DAY


def midnight(days: int, after: datetime.datetime = EVENING) -> datetime.datetime:
    """The midnight that ends the day so many days after another; across the clock change, too."""
    return datetime.datetime.combine(
        (after.astimezone(BERLIN) + datetime.timedelta(days=days + 1)).date(), datetime.time(), BERLIN
    )


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(starts_at=EVENING)


@pytest.fixture
def process(workshop: Workshop) -> ParticipationProcess:
    return workshop.process


def someone(process: ParticipationProcess, **fields: Any) -> Participant:
    given: dict[str, Any] = {"created_at": BEFORE, "verified_at": BEFORE}
    return builders.a_participant(process, **{**given, **fields})


def registered(workshop: Workshop, person: Participant, **fields: Any) -> Registration:
    return builders.a_registration(workshop, person, **{"created_at": BEFORE, **fields})


def publish(workshop: Workshop, at: datetime.datetime) -> None:
    by = builders.a_staff_member()
    Minutes.objects.create(workshop=workshop, status="published", published_at=at, published_by=by)


def is_there(person: Participant) -> bool:
    return Participant.objects.filter(pk=person.pk).exists()


def goes_at(moment: datetime.datetime, is_left: Callable[[], bool]) -> list[bool]:
    """What is left a minute before, and then."""
    found = []
    for now in (moment - MINUTE, moment):
        retention.run(now=now)
        found.append(is_left())
    return found


def records() -> list[tuple[datetime.date, str, int, int]]:
    return list(DeletionRecord.objects.order_by("day", "rule").values_list("day", "rule", "days", "count"))


def test_needs_go_on_the_day_after_the_workshop(workshop: Workshop, process: ParticipationProcess) -> None:
    fields = {"needs": ["captions"], "interpretation_language": "Dari", "needs_note": "Bitte laut."}
    seat = registered(workshop, someone(process), **fields)

    def said() -> bool:
        seat.refresh_from_db()
        return bool(seat.needs or seat.interpretation_language or seat.needs_note)

    assert goes_at(midnight(0), said) == [True, False]
    assert records() == [(datetime.date(2026, 3, 6), "needs", 0, 1)]
    assert is_there(seat.participant)


@pytest.mark.parametrize("what", ["workshop", "registration"])
def test_needs_of_what_is_cancelled_go_on_the_day_after(
    workshop: Workshop, process: ParticipationProcess, what: str
) -> None:
    ended: dict[str, Any] = {"status": "cancelled", "ended_at": BEFORE} if what == "registration" else {}
    seat = registered(workshop, someone(process), needs=["captions"], **ended)
    if what == "workshop":
        Workshop.objects.update(
            status="cancelled",
            cancelled_at=BEFORE,
            cancelled_by=builders.a_staff_member(),
            cancellation_reason="Krank.",
        )

    def said() -> bool:
        seat.refresh_from_db()
        return bool(seat.needs)

    assert goes_at(midnight(0, BEFORE), said) == [True, False]


def test_who_took_part_goes_ninety_days_after_the_last_minutes_that_concern_them(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    later = builders.a_workshop(workshop.series, starts_at=EVENING + 7 * DAY)
    publish(workshop, EVENING + 20 * DAY)
    publish(later, EVENING + 14 * DAY)
    amina, hans = someone(process), someone(process)
    registered(workshop, amina)
    registered(later, amina)
    registered(later, hans)

    assert goes_at(midnight(14 + 90), lambda: is_there(hans)) == [True, False]
    assert goes_at(midnight(20 + 90), lambda: is_there(amina)) == [True, False]
    assert [each[1:] for each in records()] == [("participation", 90, 1)] * 2


def test_without_minutes_people_go_half_a_year_after_the_workshop(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    amina, waiting = someone(process), someone(process)
    registered(workshop, amina)
    registered(workshop, waiting, status="waiting")

    # Whoever never got a seat waits for no minutes.
    assert goes_at(midnight(90), lambda: is_there(waiting)) == [True, False]
    assert goes_at(midnight(180), lambda: is_there(amina)) == [True, False]


def test_of_a_cancelled_workshop_people_go_ninety_days_after_it_would_have_been(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    Workshop.objects.update(
        status="cancelled",
        cancelled_at=BEFORE,
        cancelled_by=builders.a_staff_member(),
        cancellation_reason="x",
    )
    amina = someone(process)
    registered(workshop, amina)
    assert goes_at(midnight(90), lambda: is_there(amina)) == [True, False]


def test_who_is_registered_for_a_workshop_to_come_stays(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    publish(workshop, EVENING)
    amina = someone(process)
    registered(workshop, amina)
    registered(builders.a_workshop(workshop.series, starts_at=EVENING + 300 * DAY), amina)
    retention.run(now=EVENING + 299 * DAY)
    assert is_there(amina)
    assert amina.registrations.count() == 2


def test_who_never_confirmed_goes_a_week_after_the_hold_lapsed(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    stranger, amina = someone(process, verified_at=None), someone(process)
    for person in (stranger, amina):
        registered(workshop, person, status="lapsed", ended_at=EVENING - 10 * DAY)
    registered(workshop, amina)

    # Of somebody known only what lapsed goes.
    def left() -> tuple[bool, int]:
        return is_there(stranger), amina.registrations.count()

    end = midnight(7, EVENING - 10 * DAY)
    found = []
    for now in (end - MINUTE, end):
        retention.run(now=now)
        found.append(left())
    assert found == [(True, 2), (False, 1)]
    assert [each[1:] for each in records()] == [("unconfirmed", 7, 2)]


def test_who_may_be_invited_stays_a_year_after_the_last_workshop_with_little_but_an_address(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    publish(workshop, EVENING)
    fields = {"organisation": "Verein", "phone": "07471 1", "postal_address": "Weg 1", "name": "Amina"}
    amina = someone(process, invitation_agreed_at=BEFORE, organisation_kind="club", **fields)
    registered(workshop, amina)

    def kept() -> tuple[str, str, str, str, str, int]:
        amina.refresh_from_db()
        row = (amina.name, amina.organisation, amina.organisation_kind, amina.phone, amina.postal_address)
        return (*row, amina.registrations.count())

    # Her calendar said that she would come; and once a mail didn't reach her, whatever it was about.
    said: dict[str, Any] = {"mailbox": "x", "uid_validity": 1, "participant": amina, "process": process}
    for uid, about in enumerate((workshop, None)):
        InboundMessage.objects.create(
            uid=uid, received_at=EVENING, kind="reply", outcome="accepted", workshop=about, **said
        )

    retention.run(now=midnight(90) - MINUTE)
    assert list(amina.inbound_messages.order_by("uid").values_list("workshop", flat=True)) == [
        workshop.pk,
        None,
    ]
    assert kept() == ("Amina", "Verein", "club", "07471 1", "Weg 1", 1)
    retention.run(now=midnight(90))
    assert kept() == ("Amina", "", "", "", "", 0)
    assert list(amina.inbound_messages.values_list("workshop", flat=True)) == [None]
    assert goes_at(midnight(365), lambda: is_there(amina)) == [True, False]
    assert [each[1:] for each in records()] == [("participation", 90, 1), ("invitations", 365, 1)]
    assert not process.erased_addresses.exists()


def test_who_objected_goes_and_no_import_brings_them_back(process: ParticipationProcess) -> None:
    listed = someone(
        process, verified_at=None, invitation_agreed_at=BEFORE, invitation_objected_at=EVENING - 20 * DAY
    )
    assert goes_at(midnight(7, EVENING - 20 * DAY), lambda: is_there(listed)) == [True, False]
    assert process.erased_addresses.count() == 1


def test_who_wishes_to_hear_of_proposals_stays_until_they_are_decided(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    publish(workshop, EVENING)
    proposal = builders.a_proposal(builders.an_agenda_item(workshop))
    amina, hans = someone(process), someone(process)
    registered(workshop, amina, wants_outcome_at=EVENING)
    registered(workshop, hans)

    retention.run(now=midnight(200))
    assert (is_there(amina), is_there(hans)) == (True, False)

    decided_at, by = EVENING + 210 * DAY, builders.a_staff_member()
    proposal.decisions.create(status="declined", decided_at=decided_at, decided_by=by, reason="Zu teuer.")
    type(proposal).objects.update(
        status="declined", decided_at=decided_at, decided_by=by, decision_reason="x"
    )
    assert goes_at(midnight(7, decided_at), lambda: is_there(amina)) == [True, False]


def test_a_process_that_never_decides_keeps_nobody_for_ever(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    builders.a_proposal(builders.an_agenda_item(workshop))
    amina = someone(process)
    registered(workshop, amina, wants_outcome_at=EVENING)
    assert goes_at(midnight(365), lambda: is_there(amina)) == [True, False]


def test_notes_on_callers_go_after_a_week_and_the_count_stays(workshop: Workshop) -> None:
    PhoneGuest.objects.create(workshop=workshop, label="Frau Aydın", minutes=40)
    kept = []
    for moment in (workshop.ends_at + 7 * DAY - MINUTE, workshop.ends_at + 7 * DAY):
        retention.run(now=moment)
        kept.append(workshop.phone_guests.values_list("label", "minutes").get())
    assert kept == [("Frau Aydın", 40), ("", 40)]


def test_a_chosen_period_counts_in_its_own_process_only(
    workshop: Workshop, process: ParticipationProcess
) -> None:
    other = builders.a_process()
    here, there = someone(process), someone(other)
    periods.change(process, days={Rule.PARTICIPATION: 10}, by=builders.a_staff_member())

    assert goes_at(midnight(10, BEFORE), lambda: is_there(here)) == [True, False]
    assert is_there(there)


def test_a_sweep_may_run_twice_and_break_off(workshop: Workshop, process: ParticipationProcess) -> None:
    for _number in range(3):
        someone(process)
    asked = iter([False] * 4)
    now = midnight(90, BEFORE)

    done = retention.run(now=now, is_stopping=lambda: next(asked, True))
    left = Participant.objects.count()
    assert 0 < left < 3
    assert done[Rule.PARTICIPATION] == 3 - left
    assert retention.run(now=now)[Rule.PARTICIPATION] == left
    assert retention.run(now=now) == {}
    assert [each[1:] for each in records()] == [("participation", 90, 3)]


def test_an_erasure_at_somebodys_wish_is_counted_by_day_only(process: ParticipationProcess) -> None:
    for _number in range(2):
        participants.erase(someone(process), now=EVENING)
    [row] = DeletionRecord.objects.values()
    assert {**row, "id": 0} == {
        "id": 0,
        "process_id": process.pk,
        "day": datetime.date(2026, 3, 5),
        "rule": "request",
        "days": 0,
        "count": 2,
    }
