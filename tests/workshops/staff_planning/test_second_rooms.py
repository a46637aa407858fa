"""Second rooms stay free for those who need them, whatever is planned around them."""

import datetime
from typing import Any

import pytest
from django.test import Client

from tests import builders, cast, pages
from tests.workshops.staff_planning.steps import PAGE, a_small_series, ask, plan, starts
from workshops.models import ConferenceRoom, InterpretationChannel, Workshop, localised
from workshops.operations import channels, rooms, series
from workshops.operations.channels import ChannelDetails

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def hall(people: cast.Cast) -> ConferenceRoom:
    """The only room in which a workshop has enough seats."""
    builders.a_room(people.process, name="Kammer", seats=5)
    return builders.a_room(people.process, name="Saal", seats=40)


def interpreted(workshop: Workshop, room: ConferenceRoom | None, people: cast.Cast) -> None:
    details = ChannelDetails("interpretation", "Arabisch", localised("Weltkugel drücken"), room)
    channels.add(workshop, details, by=people.sabine)


def a_published_one(people: cast.Cast, day: int, **fields: object) -> Workshop:
    return builders.a_workshop(
        builders.a_series(people.fields[1], workshop_count=1, first_on=datetime.date(2020, 9, 14)),
        title=localised("Ausbildung"),
        starts_at=datetime.datetime(2020, 9, day, 17, tzinfo=datetime.UTC),
        **fields,
    )


def test_nothing_is_planned_into_the_second_room_of_a_published_workshop(
    staff: Client, people: cast.Cast, hall: ConferenceRoom
) -> None:
    interpreted(a_published_one(people, 15), hall, people)
    a_small_series(
        people, workshop_count=1, first_on=datetime.date(2020, 9, 15), last_on=datetime.date(2020, 9, 17)
    )
    ask(staff)
    assert plan(people).status == "done"
    assert starts(people) == ["Thu 17.09. 18:00"]


def test_a_draft_with_a_second_room_stays_where_it_is_and_others_leave_it_that(
    staff: Client, people: cast.Cast, hall: ConferenceRoom
) -> None:
    small: dict[str, Any] = {"first_on": datetime.date(2020, 9, 15), "last_on": datetime.date(2020, 9, 17)}
    a_small_series(people, workshop_count=1, capacity=5, weekdays=[1], **small)
    ask(staff)
    plan(people)
    (draft,) = series.drafts_of(people.process)
    assert (str(draft.room), draft.is_pinned) == ("Kammer", False)

    answer = staff.post(
        f"/staff/integrationsplan/workshops/{draft.pk}/channels/new/",
        {"need": "interpretation", "label": "Arabisch", "room": hall.pk},
        follow=True,
    )
    assert pages.messages(answer) == [
        "Der Kanal ist eingetragen. Der Termin ist damit festgelegt: Neues Planen verschiebt ihn nicht."
    ]
    a_small_series(people, 1, workshop_count=1, capacity=30, **small)
    ask(staff)
    assert plan(people).status == "done"
    assert [(str(one.room), one.local_start.day) for one in series.drafts_of(people.process)] == [
        ("Kammer", 15),
        ("Saal", 17),
    ]
    assert Workshop.objects.get(pk=draft.pk).channels.get().room == hall


def test_a_draft_with_channels_is_not_let_loose_nor_thrown_away(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    first = proposal[0]
    interpreted(first, None, people)
    answer = staff.post(f"{PAGE}drafts/{first.pk}/pin/", {"pinned": "0"}, follow=True)
    assert pages.messages(answer) == [
        "Für diesen Workshop sind Kanäle eingerichtet, vielleicht mit einem zweiten Raum zu dieser Zeit. "
        "Deshalb bleibt er festgelegt; bitte zuerst die Kanäle entfernen."
    ]
    assert series.discard_proposal(people.process, by=people.sabine) == 2
    assert series.drafts_of(people.process) == [first]

    channels.remove(first.channels.get(), by=people.sabine)
    series.unpin(first, by=people.sabine)
    first.refresh_from_db()
    assert not first.is_pinned


def test_a_second_room_that_is_not_free_is_named_as_the_reason(
    staff: Client, people: cast.Cast, hall: ConferenceRoom
) -> None:
    """It can only come about past the operations: they refuse it."""
    a_small_series(people, workshop_count=1, weekdays=[1], last_on=datetime.date(2020, 9, 15))
    ask(staff)
    plan(people)
    (draft,) = series.drafts_of(people.process)
    rooms.assign(draft, room=None, by=people.sabine, conference_url="https://video.example/eigene")
    interpreted(draft, hall, people)
    a_published_one(people, 15, room=hall)
    ask(staff)

    assert plan(people).status == "impossible"
    lines = pages.lines(staff.get(PAGE))
    start = lines.index("Diese Festlegungen schließen sich gegenseitig aus.")
    assert lines[start + 1 : start + 6] == [
        "„Bildung und Sprache“: Der Workshop (Dienstag, 15. September 2020, 18:00 Uhr) ist festgelegt.",
        "Höchstens 2 Workshops laufen zur selben Zeit.",
        "„Bildung und Sprache“: Der Workshop (Dienstag, 15. September 2020, 18:00 Uhr) braucht zum "
        "Dolmetschen auch „Saal“.",
        "Jeder dieser Wege würde genügen:",
        "Für das Dolmetschen einen anderen zweiten Raum wählen.",
    ]


def test_a_proposal_that_is_in_somebodys_second_room_is_named_before_it_is_published(
    staff: Client, people: cast.Cast, hall: ConferenceRoom, proposal: list[Workshop]
) -> None:
    published = a_published_one(people, 15)
    Workshop.objects.filter(pk=proposal[0].pk).update(
        room=hall, starts_at=published.starts_at, ends_at=published.ends_at
    )
    InterpretationChannel.objects.create(workshop=published, label="Arabisch", room=hall)
    said = [line for line in pages.lines(staff.get(PAGE)) if "Treffen" in line]
    assert said == [
        "„Bildung und Sprache: Workshop 1“ (Dienstag, 15. September 2020, 19:00 Uhr): In "
        "„Saal“ ist zu dieser Zeit nur "
        "Platz für 1 Treffen (zweite Räume zählen mit)."
    ]
