"""Sums stay what they were when the weighing ended: no tick and no erasure reads a ballot from them."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.workshops.priorities.evenings import HOUR, Evening
from workshops.models import (
    AttendanceSource,
    Meeting,
    PointsGiven,
    Presence,
    Prioritisation,
    Registration,
)
from workshops.operations import attendance, participants, presence, priorities, priority_results

pytestmark = pytest.mark.django_db

Told = tuple[int | None, dict[str, int | None]]


def told() -> Told:
    found = priority_results.result_of(Prioritisation.objects.get(), now=timezone.now())
    return found.voters, {row.proposal.title: row.points for row in found.rows}


def tick(evening: Evening, *, came: list[Registration], not_come: list[Registration]) -> None:
    attendance.mark(
        evening.workshop,
        came=[each.pk for each in came],
        did_not_come=[each.pk for each in not_come],
        by=evening.cast.murat,
    )


def test_whom_a_moderator_unticks_changes_nothing_that_is_shown(evening: Evening) -> None:
    evening.open_()
    for _each in range(5):
        evening.somebody(courses=1, mentors=2)
    secret = evening.somebody(playground=5)
    hidden: Told = (6, {"Spielplatz": None, "Kurse am Abend": None, "Sprachpaten": None})
    sums: Told = (6, {"Sprachpaten": 10, "Spielplatz": 5, "Kurse am Abend": 5})
    assert told() == hidden
    tick(evening, came=[], not_come=[secret])
    assert told() == hidden
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert told() == sums
    tick(evening, came=[secret], not_come=[])
    assert told() == sums
    tick(evening, came=[], not_come=[secret])
    evening.publish()
    assert told() == sums


def test_who_is_erased_after_the_end_changes_no_sum(evening: Evening) -> None:
    evening.open_(closes_at=timezone.now() + HOUR)
    people = [evening.somebody(mentors=number) for number in range(1, 6)]
    with time_machine.travel(timezone.now() + 2 * HOUR):
        # It ran out by the clock: nobody has counted yet.
        sums: Told = (5, {"Sprachpaten": 15, "Spielplatz": 0, "Kurse am Abend": 0})
        assert told() == sums
        participants.erase(people[4].participant)
        assert told() == sums
        evening.publish()
        assert told() == sums


def test_opened_again_it_is_counted_anew(evening: Evening) -> None:
    evening.open_()
    people = [evening.somebody(mentors=1) for _each in range(5)]
    priorities.close(evening.workshop, by=evening.cast.murat)
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    assert told() == (5, {"Spielplatz": None, "Kurse am Abend": None, "Sprachpaten": None})
    assert evening.kept() == [
        ("Spielplatz", None, None),
        ("Kurse am Abend", None, None),
        ("Sprachpaten", None, None),
    ]
    for person in people:
        evening.give(person, courses=2)
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert told() == (5, {"Kurse am Abend": 10, "Sprachpaten": 5, "Spielplatz": 0})


def test_points_of_those_whom_the_provider_did_not_find_count_and_the_moderator_is_told(
    evening: Evening,
) -> None:
    """They pressed the button, gave their points, and the provider says that only Amina was inside."""
    workshop, now = evening.workshop, timezone.now()
    workshop.room = builders.a_room(evening.cast.process, provider="bigbluebutton")
    workshop.save(update_fields=["room"])
    meeting = Meeting.objects.create(
        workshop=workshop, room=workshop.room, key="m" * 40, created_at=now, opened_at=now
    )
    Presence.objects.create(
        meeting=meeting,
        registration=evening.amina,
        person_key=f"r{evening.amina.pk}",
        joined_at=now,
        last_seen_at=now + HOUR,
    )
    clickers = [builders.a_registration(workshop) for _each in range(5)]
    for seat in clickers:
        presence.note_click(seat)
    evening.open_()
    for seat in (evening.amina, *clickers):
        evening.give(seat, mentors=2)
    client = Client()
    client.force_login(evening.cast.murat)
    here = f"/moderation/{workshop.pk}/priorities/"
    told_to_check = (
        "5 Personen haben Punkte gegeben, gelten aber nicht als anwesend. Ihre Punkte zählen. "
        "Anwesenheit prüfen"
    )
    assert told_to_check not in pages.text(client.get(here))
    with time_machine.travel(now + 2 * HOUR):
        presence.settle(workshop, now=timezone.now())
        assert workshop.registrations.filter(has_attended=True).count() == 1
        page = client.get(here)
        assert told_to_check in pages.text(page)
        assert f'href="/moderation/{workshop.pk}/participants/"' in page.content.decode()
        evening.publish()
    assert told() == (6, {"Sprachpaten": 12, "Spielplatz": 0, "Kurse am Abend": 0})
    assert not PointsGiven.objects.exists()


def test_who_is_unticked_by_hand_is_not_named_as_one_who_gave_points(evening: Evening) -> None:
    """Else the number would tell whether that person took part in the weighing."""
    evening.open_()
    somebody = evening.somebody(mentors=2)
    client = Client()
    client.force_login(evening.cast.murat)
    tick(evening, came=[], not_come=[somebody])
    somebody.refresh_from_db()
    assert somebody.attendance_source == AttendanceSource.TICKED
    text = pages.text(client.get(f"/moderation/{evening.workshop.pk}/priorities/"))
    assert "gelten aber nicht" not in text
    assert "gilt aber nicht" not in text
