"""Points are given by those who came, never more than everyone has, and changed until it is closed."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from tests import builders
from tests.workshops.priorities.evenings import HOUR, Evening, code_of
from workshops.errors import Refusal
from workshops.models import Meeting, PointsGiven, Presence, Registration
from workshops.operations import participants, points, priorities, proposals

pytestmark = pytest.mark.django_db


def test_points_are_given_changed_and_taken_back(evening: Evening) -> None:
    evening.open_()
    assert evening.give(evening.amina, courses=3, mentors=1) == 1
    assert evening.given() == {"Kurse am Abend": 3, "Sprachpaten": 1}
    assert evening.give(evening.amina, courses=0, mentors=2, playground=3) == 0
    assert evening.given() == {"Spielplatz": 3, "Sprachpaten": 2}
    assert evening.give(evening.amina, mentors=0, playground=0) == 5
    assert evening.given() == {}


def test_an_option_that_an_older_page_did_not_know_keeps_its_points(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=3)
    assert code_of(lambda: evening.give(evening.amina, mentors=3)) == "too_many_points"
    assert evening.give(evening.amina, mentors=2) == 0
    assert evening.given() == {"Kurse am Abend": 3, "Sprachpaten": 2}


def test_more_than_everyone_has_is_refused_and_changes_nothing(evening: Evening) -> None:
    evening.open_(points_each=4)
    evening.give(evening.amina, courses=1)
    assert code_of(lambda: evening.give(evening.amina, courses=2, mentors=3)) == "too_many_points"
    assert code_of(lambda: evening.give(evening.amina, courses=5)) == "out_of_range"
    assert code_of(lambda: evening.give(evening.amina, courses=-1, mentors=4)) == "out_of_range"
    assert evening.given() == {"Kurse am Abend": 1}


def test_what_is_not_there_for_choice_takes_no_points(evening: Evening) -> None:
    evening.open_()
    unknown = {0: 1}
    assert (
        code_of(lambda: points.give(evening.amina, points=unknown, by=evening.cast.amina)) == "option_removed"
    )
    # None given, nothing lost.
    assert points.give(evening.amina, points={0: 0}, by=evening.cast.amina) == 5


def test_who_was_not_there_gives_none(evening: Evening) -> None:
    evening.open_()
    waiting = builders.a_registration(evening.workshop, status=Registration.Status.WAITING)
    for registration in (evening.hans, waiting):
        assert code_of(lambda seat=registration: evening.give(seat, courses=1)) == "not_there"  # type: ignore[misc]
    assert evening.given() == {}


def test_who_is_in_the_room_now_gives_them_while_the_workshop_runs(evening: Evening) -> None:
    evening.open_()
    now = timezone.now()
    meeting = Meeting.objects.create(
        workshop=evening.workshop,
        room=builders.a_room(evening.cast.process),
        key="m" * 40,
        created_at=now,
    )
    inside = Presence.objects.create(
        meeting=meeting,
        registration=evening.hans,
        person_key="r1",
        joined_at=now,
        last_seen_at=now,
        is_waiting=True,
    )
    assert code_of(lambda: evening.give(evening.hans, courses=1)) == "not_there"
    inside.is_waiting = False
    inside.save(update_fields=["is_waiting"])
    assert evening.give(evening.hans, courses=1) == 4
    with time_machine.travel(evening.workshop.ends_at):
        assert code_of(lambda: evening.give(evening.hans, courses=2)) == "not_there"


def test_nobody_gives_points_before_after_or_past_the_end(evening: Evening) -> None:
    seat, person = evening.amina, evening.cast.amina
    assert code_of(lambda: points.give(seat, points={}, by=person)) == "not_opened"
    evening.open_(closes_at=timezone.now() + HOUR)
    evening.give(seat, courses=1)
    with time_machine.travel(timezone.now() + HOUR + datetime.timedelta(seconds=1)):
        assert code_of(lambda: evening.give(seat, courses=2)) == "closed"
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert code_of(lambda: evening.give(seat, courses=2)) == "closed"
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    evening.give(seat, courses=2)
    assert evening.given() == {"Kurse am Abend": 2}
    evening.publish()
    assert code_of(lambda: points.give(seat, points={}, by=person)) == "closed"


def test_who_is_erased_takes_their_points_along_before_the_end_and_not_after(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=5)
    others = [evening.somebody(mentors=4) for _each in range(5)]
    participants.erase(evening.cast.amina)
    assert evening.given() == {"Sprachpaten": 20}
    with pytest.raises(Registration.DoesNotExist):
        points.give(evening.amina, points={}, by=evening.cast.amina)
    evening.publish()
    participants.erase(others[0].participant)
    assert evening.kept() == [("Spielplatz", 0, None), ("Kurse am Abend", 0, None), ("Sprachpaten", 20, None)]
    assert not PointsGiven.objects.exists()


def test_a_proposal_is_withdrawn_only_while_nobody_weighed_it(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=1)
    priorities.note_hands(
        evening.workshop, counts={evening.option(evening.playground).pk: 2}, seen={}, by=evening.cast.murat
    )
    murat = evening.cast.murat
    assert code_of(lambda: proposals.withdraw(evening.courses, by=murat)) == "prioritised"
    assert code_of(lambda: proposals.withdraw(evening.playground, by=murat)) == "prioritised"
    proposals.withdraw(evening.mentors, by=murat)
    assert [title for title, _points, _hands in evening.kept()] == ["Spielplatz", "Kurse am Abend"]
    evening.give(evening.amina, courses=0)
    evening.publish()
    # Of an earlier workshop, whose minutes can still be written: the result names it for good.
    priorities_are_over = code_of(lambda: proposals.withdraw(evening.playground, by=murat))
    assert priorities_are_over == "prioritised"


@pytest.mark.parametrize(
    ("points_each", "sentence"),
    [(1, "Möglich sind 0 Punkte oder 1 Punkt."), (4, "Möglich sind 0 bis 4 Punkte.")],
)
def test_what_is_possible_is_told_in_singular_and_plural(
    evening: Evening, points_each: int, sentence: str
) -> None:
    evening.open_(points_each=points_each)
    with pytest.raises(Refusal) as refusal:
        evening.give(evening.amina, courses=points_each + 1)
    assert refusal.value.sentence == sentence
