"""The planner gives each workshop a room with seats enough, free for as long as the workshop lasts."""

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.staff_planning.steps import PAGE, a_small_series, ask, plan, starts
from workshops.models import ConferenceRoom, Workshop
from workshops.operations import series

pytestmark = pytest.mark.django_db


def a_room(people: cast.Cast, name: str, **fields: object) -> ConferenceRoom:
    values = {"provider": "link", "address": f"https://video.example/{name}"}
    return ConferenceRoom.objects.create(process=people.process, name=name, **(values | fields))


def housed(people: cast.Cast) -> list[tuple[str, str]]:
    return sorted((str(draft.series.field), str(draft.room)) for draft in series.drafts_of(people.process))


def test_drafts_get_the_smallest_room_that_is_large_enough(staff: Client, people: cast.Cast) -> None:
    a_room(people, "Starzel", seats=15)
    a_room(people, "Zollern", seats=40)
    a_small_series(people, 0, workshop_count=1, capacity=30)
    a_small_series(people, 1, workshop_count=1, capacity=12)
    ask(staff)
    plan(people)

    assert housed(people) == [
        ("Ausbildung und Arbeit", "Starzel"),
        ("Bildung und Sprache", "Zollern"),
    ]


def test_two_that_need_the_one_large_room_are_not_at_the_same_time(staff: Client, people: cast.Cast) -> None:
    builders.a_moderator(people.process)
    a_room(people, "Starzel", seats=15, parallel_meetings=5)
    a_room(people, "Zollern", seats=40)
    for index in (0, 1):
        a_small_series(people, index, workshop_count=2, capacity=30, weekdays=[1], min_gap_days=7)
    ask(staff)
    run = plan(people)

    assert run.status == "done"
    assert len(set(starts(people))) == 4
    assert {room for _field, room in housed(people)} == {"Zollern"}


def test_a_field_that_fits_into_no_room_is_named_with_what_would_help(
    staff: Client, people: cast.Cast
) -> None:
    a_room(people, "Starzel", seats=15)
    a_small_series(people, capacity=30)
    ask(staff)

    assert plan(people).status == "impossible"
    said = [line for line in pages.lines(staff.get(PAGE)) if line.startswith(("„Bildung", "Für „Bildung"))]
    assert said == [
        "„Bildung und Sprache“ braucht 3 Workshops, aber kein einziger Termin ist möglich.",
        "„Bildung und Sprache“: noch 3 Workshops zu planen.",
        "„Bildung und Sprache“: nur in Räumen mit mindestens 30 Plätzen.",
        "Für „Bildung und Sprache“ nur 15 Plätze je Workshop vorsehen.",
        "Für „Bildung und Sprache“ einen Raum mit mindestens 30 Plätzen einrichten.",
    ]


def test_each_planned_workshop_in_one_room_for_callers_has_a_code_of_its_own(
    staff: Client, people: cast.Cast
) -> None:
    room = a_room(
        people, "Zollern", provider="bigbluebutton", address="https://bbb.example/", dial_in="07471 1"
    )
    other = builders.a_workshop(room=room)
    a_small_series(people)
    ask(staff)
    plan(people)

    codes = [other.phone_code, *(draft.phone_code for draft in series.drafts_of(people.process))]
    assert len(set(codes)) == 4
    assert {draft.room for draft in series.drafts_of(people.process)} == {room}


def test_planning_again_leaves_a_pinned_workshop_in_its_room(staff: Client, people: cast.Cast) -> None:
    first, second = a_room(people, "Starzel"), a_room(people, "Zollern")
    a_small_series(people, workshop_count=2)
    ask(staff)
    plan(people)
    pinned = series.drafts_of(people.process)[0]
    assert pinned.room == first
    Workshop.objects.filter(pk=pinned.pk).update(is_pinned=True, room=second)
    ask(staff)
    plan(people)

    pinned.refresh_from_db()
    assert pinned.room == second
