"""Who is in a room: from a provider's list, again and again, whatever the clocks do."""

import dataclasses
import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast
from tests.workshops.room.town import MINUTE, attendance, rows, there
from workshops.conferencing.protocol import Present, Role
from workshops.models import Meeting, Presence, Registration, User, Workshop
from workshops.operations import attendance as ticks
from workshops.operations import own_data, participants, presence

pytestmark = pytest.mark.django_db


def test_who_is_new_came_and_who_is_missing_left_when_last_seen(
    meeting: Meeting, amina: Registration, hans: Registration, now: datetime.datetime
) -> None:
    presence.see(meeting, [there(amina)], now=now)
    presence.see(meeting, [there(amina), there(hans)], now=now + MINUTE)
    presence.see(meeting, [there(hans)], now=now + 2 * MINUTE)
    presence.see(meeting, [there(hans), there(amina)], now=now + 9 * MINUTE)
    assert rows(meeting, now) == [
        ("Amina Haddad", amina.pk, 0, 1),
        ("Hans Vogel", hans.pk, 1, None),
        ("Amina Haddad", amina.pk, 9, None),
    ]


def test_the_same_list_twice_is_once(
    meeting: Meeting, amina: Registration, workshop: Workshop, now: datetime.datetime
) -> None:
    for _twice in range(2):
        presence.see(meeting, [there(amina), there("Gast")], now=now)
    assert rows(meeting, now) == [("Amina Haddad", amina.pk, 0, None), ("Gast", None, 0, None)]
    assert attendance(workshop) == [("Amina Haddad", True, None, "room")]


def test_a_clock_that_is_behind_takes_nobody_back(
    meeting: Meeting, amina: Registration, now: datetime.datetime
) -> None:
    presence.see(meeting, [there(amina)], now=now)
    presence.see(meeting, [there(amina)], now=now + 5 * MINUTE)
    presence.see(meeting, [there(amina)], now=now - MINUTE)
    presence.see(meeting, [], now=now - MINUTE)
    assert rows(meeting, now) == [("Amina Haddad", amina.pk, 0, 5)]


def test_two_devices_are_one_person_and_in_is_in(
    meeting: Meeting, amina: Registration, now: datetime.datetime
) -> None:
    for devices in ([there(amina), there(amina, waits=True)], [there(amina, waits=True), there(amina)]):
        presence.see(meeting, devices, now=now)
    assert rows(meeting, now) == [("Amina Haddad", amina.pk, 0, None)]
    assert not Presence.objects.filter(is_waiting=True).exists()


def test_guests_of_one_name_are_as_many_as_they_are(meeting: Meeting, now: datetime.datetime) -> None:
    callers = [Present("", "…123", Role.PARTICIPANT, is_by_phone=True) for _number in range(3)]
    presence.see(meeting, [there("Gast"), there("Gast"), *callers], now=now)
    presence.see(meeting, [there("Gast"), *callers[:2]], now=now + MINUTE)
    long = "L" * 80
    presence.see(meeting, [there(long + "1"), there(long + "2")], now=now + 2 * MINUTE)
    inside = [
        list(meeting.presences.filter(left_at=moment).order_by("name").values_list("name", flat=True))
        for moment in (now, now + MINUTE, None)
    ]
    # Of callers not even three digits are kept where people read.
    assert inside == [["", "Gast"], ["", "", "Gast"], [long + "1", long + "2"]]


def test_waiting_in_the_lobby_is_neither_attendance_nor_time_inside(
    meeting: Meeting, workshop: Workshop, amina: Registration, hans: Registration, now: datetime.datetime
) -> None:
    presence.see(meeting, [there(amina, waits=True), there(hans, waits=True)], now=now)
    assert attendance(workshop) == [("Amina Haddad", False, None, ""), ("Hans Vogel", False, None, "")]
    presence.see(meeting, [there(amina), there(hans, waits=True)], now=now + 20 * MINUTE)
    presence.see(meeting, [there(amina), there(hans, waits=True)], now=now + 30 * MINUTE)
    # Back into the lobby: what was before stays.
    presence.see(meeting, [there(amina, waits=True)], now=now + 31 * MINUTE)
    presence.settle(workshop, now=now + 40 * MINUTE)
    assert attendance(workshop) == [("Amina Haddad", True, 10, "room"), ("Hans Vogel", False, None, "")]


def test_keys_that_are_no_seat_of_this_workshop_are_guests(
    meeting: Meeting, workshop: Workshop, amina: Registration, now: datetime.datetime
) -> None:
    waiting = builders.a_registration(workshop, status="waiting")
    elsewhere = builders.a_registration(builders.a_workshop(workshop.series))
    keys = [f"r{waiting.pk}", f"r{elsewhere.pk}", f"r0{amina.pk}x", f"r{'9' * 30}", "r٣", "u1"]
    presence.see(meeting, [Present(key, key, Role.PARTICIPANT) for key in keys], now=now)
    assert set(meeting.presences.values_list("registration", flat=True)) == {None}
    assert meeting.presences.count() == len(keys)
    assert not Registration.objects.filter(has_attended=True).exists()


def test_who_is_confirmed_only_while_inside_counts_from_then_on(
    meeting: Meeting, workshop: Workshop, now: datetime.datetime
) -> None:
    late = builders.a_registration(workshop, status="waiting")
    presence.see(meeting, [there(late)], now=now)
    Registration.objects.update(status="confirmed", holds_seat=True)
    presence.see(meeting, [there(late)], now=now + MINUTE)
    assert rows(meeting, now)[0][1:] == (late.pk, 0, None)
    # And who has given the seat back meanwhile is a guest.
    gone: dict[str, Any] = {"has_attended": False, "attendance_source": ""}
    Registration.objects.update(status="cancelled", ended_at=now, **gone)
    presence.see(meeting, [there(late)], now=now + 2 * MINUTE)
    assert rows(meeting, now)[0][1:] == (None, 0, None)


@pytest.mark.parametrize("why", ["ended", "settled", "cancelled"])
def test_where_nobody_is_counted_nobody_is_written_down(
    meeting: Meeting, workshop: Workshop, amina: Registration, people: cast.Cast, why: str
) -> None:
    later = workshop.ends_at - MINUTE
    match why:
        case "ended":
            Meeting.objects.update(ended_at=later)
        case "settled":
            later = workshop.ends_at + presence.SETTLED_AFTER
        case "cancelled":
            Workshop.objects.update(
                status="cancelled",
                cancelled_at=later,
                cancelled_by=people.sabine,
                cancellation_reason="Krankheit",
            )
    presence.see(meeting, [there(amina)], now=later)
    presence.came(meeting, there(amina), now=later)
    presence.left(meeting, there(amina), now=later)
    assert not Presence.objects.exists()
    amina.refresh_from_db()
    assert not amina.has_attended


def test_in_a_rehearsal_whoever_it_looks_like_is_nobody_who_registered(
    meeting: Meeting, workshop: Workshop, amina: Registration, now: datetime.datetime
) -> None:
    """By our key, or by the name where the provider tells us only that."""
    Meeting.objects.update(purpose="rehearsal")
    meeting.refresh_from_db()
    named = dataclasses.replace(there(amina), key="")
    presence.see(meeting, [there(amina)], now=now)
    presence.came(meeting, named, stay="1", now=now)
    presence.left(meeting, named, stay="2", now=now)
    assert Presence.objects.filter(registration=None, name="Amina Haddad").count() == 3
    presence.settle(workshop, now=now)
    assert attendance(workshop) == [("Amina Haddad", False, None, "")]
    assert not Presence.objects.exists()


def test_no_that_a_moderator_ticked_is_not_overruled(
    meeting: Meeting, workshop: Workshop, amina: Registration, people: cast.Cast, now: datetime.datetime
) -> None:
    presence.see(meeting, [there(amina)], now=now)
    tick(workshop, came=[], did_not_come=[amina.pk], by=people.murat, now=now)
    presence.see(meeting, [there(amina)], now=now + MINUTE)
    presence.note_click(amina)
    assert attendance(workshop) == [("Amina Haddad", False, None, "ticked")]


def tick(workshop: Workshop, *, by: User, **fields: Any) -> None:
    ticks.mark(workshop, by=by, **fields)


def test_a_click_is_believed_until_somebody_knows_better(
    meeting: Meeting, workshop: Workshop, amina: Registration, now: datetime.datetime
) -> None:
    waiting = builders.a_registration(workshop, status="waiting")
    for each in (amina, waiting):
        presence.note_click(each)
    assert [row[1:] for row in attendance(workshop)] == [(True, None, "click"), (False, None, "")]
    presence.see(meeting, [there(amina)], now=now)
    assert attendance(workshop)[0][1:] == (True, None, "room")
    presence.note_click(amina)
    assert attendance(workshop)[0][1:] == (True, None, "room")


def test_who_is_erased_leaves_no_presence_and_who_asks_is_told_of_it(
    meeting: Meeting, amina: Registration, hans: Registration, now: datetime.datetime
) -> None:
    presence.see(meeting, [there(amina), there(hans)], now=now)
    told = own_data.export(amina.participant)["registrations"][0]
    assert [(each["name"], each["joined_at"]) for each in told["presences"]] == [("Amina Haddad", now)]
    assert [told[name] for name in ("has_attended", "attended_minutes", "attendance_source")] == [
        True,
        None,
        "room",
    ]
    participants.erase(amina.participant)
    assert rows(meeting, now) == [("Hans Vogel", hans.pk, 0, None)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_look_costs_the_same_for_many(
    meeting: Meeting,
    workshop: Workshop,
    now: datetime.datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    seats = [builders.a_registration(workshop) for _number in range(count)]
    # A savepoint and its release, the lock, who is in, who has a seat; then seen, came, attended.
    with django_assert_num_queries(8):
        presence.see(meeting, [there(each) for each in seats], now=now)
    with django_assert_num_queries(7):
        presence.see(meeting, [there(each) for each in seats], now=now + MINUTE)
