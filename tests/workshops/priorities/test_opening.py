"""Weighing proposals is opened, added to, closed, opened again, and frozen with the minutes."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from tests import builders
from tests.workshops.ears import listening
from tests.workshops.priorities.evenings import HOUR, Evening, code_of, status_of
from workshops.models import PointsGiven, Prioritisation, Workshop
from workshops.operations import minutes, priorities, proposals

pytestmark = pytest.mark.django_db


def test_the_undecided_proposals_of_the_field_stand_for_choice_in_a_stable_order(evening: Evening) -> None:
    other_field = builders.a_workshop(builders.a_series(evening.cast.fields[1]))
    builders.a_proposal(builders.an_agenda_item(other_field), title="aus einem anderen Feld")
    declined = builders.a_proposal(evening.courses.item, title="Neubau")
    proposals.decline(declined, reason="Kein Geld", by=evening.cast.sabine)
    closes_at = timezone.now() + HOUR
    with listening("priorities_opened") as heard:
        opened = evening.open_(points_each=7, closes_at=closes_at)
    assert [(option.position, option.proposal.title) for option in opened.options.all()] == [
        (1, "Spielplatz"),
        (2, "Kurse am Abend"),
        (3, "Sprachpaten"),
    ]
    assert (opened.points_each, opened.closes_at, opened.opened_by) == (7, closes_at, evening.cast.murat)
    assert heard == [("priorities_opened", {"prioritisation": opened, "by": evening.cast.murat})]


def test_a_merged_proposal_stands_there_through_its_root_even_of_another_field(evening: Evening) -> None:
    other = builders.a_workshop(builders.a_series(evening.cast.fields[1]))
    root = builders.a_proposal(builders.an_agenda_item(other), title="Treff für alle")
    proposals.merge(evening.mentors, into=root, by=evening.cast.sabine)
    proposals.merge(evening.playground, into=evening.courses, by=evening.cast.sabine)
    titles = [option.proposal.title for option in evening.open_().options.all()]
    assert titles == ["Kurse am Abend", "Treff für alle"]


def test_it_is_not_opened_where_there_is_nothing_to_weigh(evening: Evening) -> None:
    workshop, sabine = evening.workshop, evening.cast.sabine
    past = timezone.now() - HOUR
    assert code_of(lambda: evening.open_(points_each=0)) == "points_out_of_range"
    assert code_of(lambda: evening.open_(points_each=21)) == "points_out_of_range"
    assert code_of(lambda: evening.open_(closes_at=past)) == "closes_in_the_past"
    for proposal in (evening.mentors, evening.playground):
        proposals.decline(proposal, reason="Nein", by=sabine)
    assert code_of(evening.open_) == "one_proposal"
    proposals.decline(evening.courses, reason="Nein", by=sabine)
    assert code_of(evening.open_) == "no_proposals"
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=timezone.now() + HOUR / 2)
    assert code_of(evening.open_) == "not_begun"
    builders.a_proposal(evening.courses.item)
    builders.a_proposal(evening.courses.item)
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=past)
    evening.open_()
    assert code_of(evening.open_) == "opened_already"
    assert Prioritisation.objects.count() == 1


def test_it_is_not_opened_for_a_workshop_that_does_not_happen_or_is_settled(evening: Evening) -> None:
    Workshop.objects.filter(pk=evening.workshop.pk).update(
        status="draft", published_at=None, published_by=None
    )
    assert code_of(evening.open_) == "not_published"
    Workshop.objects.filter(pk=evening.workshop.pk).update(
        status="published", published_at=timezone.now(), published_by=evening.cast.sabine
    )
    evening.publish()
    assert code_of(evening.open_) == "minutes_published"
    Workshop.objects.filter(pk=evening.workshop.pk).update(
        status="cancelled",
        cancelled_at=timezone.now(),
        cancelled_by=evening.cast.sabine,
        cancellation_reason="krank",
    )
    assert code_of(evening.open_) == "cancelled"
    assert not Prioritisation.objects.exists()


def test_what_is_captured_later_is_taken_up_at_the_end(evening: Evening) -> None:
    murat = evening.cast.murat
    assert code_of(lambda: priorities.take_up(evening.workshop, by=murat)) == "not_opened"
    evening.open_()
    assert priorities.take_up(evening.workshop, by=murat) == 0
    builders.a_proposal(evening.courses.item, title="Lesekreis")
    assert priorities.take_up(evening.workshop, by=murat) == 1
    assert [title for title, _points, _hands in evening.kept()] == [
        "Spielplatz",
        "Kurse am Abend",
        "Sprachpaten",
        "Lesekreis",
    ]
    priorities.close(evening.workshop, by=murat)
    assert code_of(lambda: priorities.take_up(evening.workshop, by=murat)) == "not_open"


def test_it_is_closed_once_and_opened_again(evening: Evening) -> None:
    murat, now = evening.cast.murat, timezone.now()
    evening.open_()
    assert code_of(lambda: priorities.reopen(evening.workshop, by=murat)) == "open_already"
    priorities.close(evening.workshop, by=murat, now=now)
    assert code_of(lambda: priorities.close(evening.workshop, by=murat)) == "closed_already"
    closed = Prioritisation.objects.get()
    assert (closed.closed_at, closed.closed_by, closed.is_open(now)) == (now, murat, False)
    until = now + HOUR
    assert code_of(lambda: priorities.reopen(evening.workshop, by=murat, closes_at=now - HOUR)) == (
        "closes_in_the_past"
    )
    with listening("priorities_opened") as heard:
        priorities.reopen(evening.workshop, by=murat, closes_at=until)
    assert [name for name, _told in heard] == ["priorities_opened"]
    again = Prioritisation.objects.get()
    assert (again.closed_at, again.closed_by, again.closes_at) == (None, None, until)
    with time_machine.travel(until + datetime.timedelta(seconds=1)):
        # It ran out by itself.
        assert code_of(lambda: priorities.close(evening.workshop, by=murat)) == "closed_already"
        priorities.reopen(evening.workshop, by=murat)
        assert Prioritisation.objects.get().is_open(timezone.now())


def test_hands_are_counted_beside_the_points_and_nobody_overwrites_another_unseen(evening: Evening) -> None:
    murat, sabine = evening.cast.murat, evening.cast.sabine
    evening.open_()
    courses, mentors = evening.option(evening.courses).pk, evening.option(evening.mentors).pk

    def note(by: object, counts: dict[int, int | None], seen: dict[int, int | None]) -> int:
        return priorities.note_hands(evening.workshop, counts=counts, seen=seen, by=by)  # type: ignore[arg-type]

    assert note(murat, {courses: 7, mentors: None}, {courses: None, mentors: None}) == 1
    # Two on different proposals don't disturb each other; nor do two who typed the same.
    assert note(sabine, {courses: None, mentors: 3}, {courses: None, mentors: None}) == 1
    assert note(sabine, {courses: 7, mentors: 3}, {courses: None, mentors: None}) == 0
    assert code_of(lambda: note(sabine, {courses: 9, mentors: 4}, {courses: None, mentors: 3})) == (
        "edited_meanwhile"
    )
    assert code_of(lambda: note(sabine, {0: 9}, {0: None})) == "option_removed"
    priorities.close(evening.workshop, by=murat)
    assert note(murat, {courses: None}, {courses: 7}) == 1
    assert evening.kept() == [
        ("Spielplatz", None, None),
        ("Kurse am Abend", None, None),
        ("Sprachpaten", None, 3),
    ]


def test_with_the_minutes_only_sums_are_kept(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=5)
    for _each in range(4):
        evening.somebody(mentors=2, playground=1)
    evening.publish()
    frozen = Prioritisation.objects.get()
    assert (frozen.voters, frozen.closed_by, frozen.frozen_at is None) == (5, evening.cast.sabine, False)
    assert evening.kept() == [("Spielplatz", 4, None), ("Kurse am Abend", 5, None), ("Sprachpaten", 8, None)]
    assert not PointsGiven.objects.exists()
    assert status_of(evening.workshop) == "published"


def test_of_fewer_than_five_not_even_sums_are_kept(evening: Evening) -> None:
    evening.open_()
    for _each in range(4):
        evening.somebody(mentors=2)
    evening.publish()
    assert Prioritisation.objects.get().voters == 4
    assert [points for _title, points, _hands in evening.kept()] == [None, None, None]
    assert not PointsGiven.objects.exists()


def test_minutes_that_are_taken_back_and_published_again_leave_the_result_as_it_is(evening: Evening) -> None:
    evening.open_()
    for _each in range(5):
        evening.somebody(mentors=2)
    evening.publish()
    before = Prioritisation.objects.values().get(), evening.kept()
    minutes.reopen(evening.workshop, by=evening.cast.sabine)
    murat = evening.cast.murat
    assert code_of(lambda: priorities.reopen(evening.workshop, by=murat)) == "frozen"
    assert code_of(lambda: priorities.close(evening.workshop, by=murat)) == "frozen"
    assert code_of(lambda: priorities.take_up(evening.workshop, by=murat)) == "frozen"
    assert code_of(lambda: priorities.note_hands(evening.workshop, counts={}, seen={}, by=murat)) == "frozen"
    assert code_of(evening.open_) == "opened_already"
    evening.publish()
    assert (Prioritisation.objects.values().get(), evening.kept()) == before


def test_minutes_without_weighed_proposals_are_published_as_ever(evening: Evening) -> None:
    evening.publish()
    assert status_of(evening.workshop) == "published"
    assert not Prioritisation.objects.exists()
