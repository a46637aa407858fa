"""Milestones and steps of a measure: what the operations allow, and what they write down."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import Measure, Milestone, localised
from workshops.operations import measures, milestones, proposals

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NEW_YEAR = datetime.date(2027, 1, 1)
Status = Measure.Status


@pytest.fixture
def measure(people: cast.Cast) -> Measure:
    return builders.a_measure(builders.a_goal(builders.a_guideline(people.fields[0])))


def history(measure: Measure) -> list[tuple[str, str]]:
    return [(change.status, str(change.note)) for change in measure.changes.all()]


def refused(action: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        action()
    return refusal.value.code


def test_a_measures_history_begins_with_its_adoption(people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    proposal = builders.a_proposal(builders.an_agenda_item(workshop))
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    adopted = proposals.adopt(proposal, goal=goal, by=people.sabine)

    [change] = adopted.changes.all()
    assert (change.status, change.changed_at, change.changed_by) == (
        "planned",
        adopted.adopted_at,
        people.sabine,
    )


def test_each_step_is_written_down_with_its_sentence(measure: Measure, people: cast.Cast) -> None:
    measures.set_status(
        measure,
        status=Status.IN_PROGRESS,
        seen=Status.PLANNED,
        note=localised(" Der Kurs läuft. "),
        by=people.sabine,
    )
    measures.set_status(measure, status=Status.DONE, seen=Status.IN_PROGRESS, by=people.sabine)
    assert history(measure) == [("in_progress", "Der Kurs läuft."), ("done", "")]


def test_a_second_click_writes_nothing(measure: Measure, people: cast.Cast) -> None:
    for _click in range(2):
        measures.set_status(measure, status=Status.IN_PROGRESS, seen=Status.PLANNED, by=people.sabine)
    assert history(measure) == [("in_progress", "")]


def test_an_old_page_takes_up_nothing_that_was_finished_since(measure: Measure, people: cast.Cast) -> None:
    measures.set_status(measure, status=Status.IN_PROGRESS, seen=Status.PLANNED, by=people.sabine)
    measures.set_status(measure, status=Status.DONE, seen=Status.IN_PROGRESS, by=people.sabine)

    def click() -> None:
        measures.set_status(measure, status=Status.IN_PROGRESS, seen=Status.PLANNED, by=people.sabine)

    assert refused(click) == "edited_meanwhile"
    measure.refresh_from_db()
    assert measure.status == "done"
    assert history(measure) == [("in_progress", ""), ("done", "")]


def test_a_sentence_without_a_step_is_written_once(measure: Measure, people: cast.Cast) -> None:
    for _click in range(2):
        measures.set_status(
            measure,
            status=Status.PLANNED,
            seen=Status.PLANNED,
            note=localised("Geld ist da."),
            by=people.sabine,
        )
    assert history(measure) == [("planned", "Geld ist da.")]


def test_a_milestone_is_added_once_however_often_the_button_is_pressed(
    measure: Measure, people: cast.Cast
) -> None:
    first = milestones.add(measure, on=NEW_YEAR, title=localised("Kurs beginnt"), by=people.sabine)
    again = milestones.add(measure, on=NEW_YEAR, title=localised("Kurs  beginnt "), by=people.sabine)
    other = milestones.add(measure, on=NEW_YEAR + DAY, title=localised("Kurs beginnt"), by=people.sabine)
    assert (again, list(measure.milestones.all())) == (first, [first, other])


def test_a_milestone_says_what_is_reached_then(measure: Measure, people: cast.Cast) -> None:
    def add() -> None:
        milestones.add(measure, on=NEW_YEAR, title=localised("  "), by=people.sabine)

    assert (refused(add), Milestone.objects.count()) == ("no_title", 0)


def test_a_measure_has_not_more_milestones_than_anyone_can_follow(
    measure: Measure, people: cast.Cast
) -> None:
    for number in range(milestones.MOST_OF_A_MEASURE):
        builders.a_milestone(measure, on=NEW_YEAR + number * DAY)

    def add() -> None:
        milestones.add(measure, on=NEW_YEAR, title=localised("Einer mehr"), by=people.sabine)

    assert refused(add) == "too_many_milestones"


def test_calendars_learn_each_change_and_nothing_else(measure: Measure, people: cast.Cast) -> None:
    now = timezone.now()
    found = builders.a_milestone(measure, on=NEW_YEAR)
    revisions = []
    who: dict[str, Any] = {"by": people.sabine, "now": now}
    steps: list[Callable[[], None]] = [
        lambda: milestones.change(found, on=NEW_YEAR, title=found.title, seen=0, **who),
        lambda: milestones.change(found, on=NEW_YEAR + DAY, title=found.title, seen=0, **who),
        lambda: milestones.mark_reached(found, on=NEW_YEAR, seen=1, **who),
        lambda: milestones.mark_reached(found, on=NEW_YEAR, seen=1, **who),
        lambda: milestones.mark_reached(found, on=None, seen=2, **who),
    ]
    for step in steps:
        step()
        found.refresh_from_db()
        revisions.append(found.revision)
    assert revisions == [0, 1, 2, 2, 3]
    assert (found.on, found.reached_on, found.changed_at) == (NEW_YEAR + DAY, None, now)


def test_a_milestone_that_was_removed_meanwhile_is_named(measure: Measure, people: cast.Cast) -> None:
    found = builders.a_milestone(measure)
    milestones.remove(found, seen=0, by=people.sabine)
    milestones.remove(found, seen=0, by=people.sabine)
    found = Milestone(pk=found.pk or 1, measure=measure, on=NEW_YEAR, title=localised("x"))
    assert refused(lambda: milestones.mark_reached(found, on=NEW_YEAR, seen=0, by=people.sabine)) == "removed"


def test_an_old_page_changes_no_milestone_that_somebody_changed_since(
    measure: Measure, people: cast.Cast
) -> None:
    found = builders.a_milestone(measure, on=NEW_YEAR)
    milestones.change(found, on=NEW_YEAR + DAY, title=found.title, seen=0, by=people.sabine)
    actions: list[Callable[[], None]] = [
        lambda: milestones.change(found, on=NEW_YEAR, title=localised("Anders"), seen=0, by=people.sabine),
        lambda: milestones.mark_reached(found, on=NEW_YEAR, seen=0, by=people.sabine),
        lambda: milestones.remove(found, seen=0, by=people.sabine),
    ]
    assert [refused(action) for action in actions] == ["edited_meanwhile"] * 3
    # What both wanted is no conflict.
    milestones.change(found, on=NEW_YEAR + DAY, title=found.title, seen=0, by=people.sabine)
    [kept] = measure.milestones.all()
    assert (kept.on, kept.reached_on, kept.revision) == (NEW_YEAR + DAY, None, 1)


def test_a_milestone_of_a_measure_that_is_gone_is_refused(measure: Measure, people: cast.Cast) -> None:
    Measure.objects.filter(pk=measure.pk).delete()

    def add() -> None:
        milestones.add(measure, on=NEW_YEAR, title=localised("Kurs beginnt"), by=people.sabine)

    assert (refused(add), Milestone.objects.count()) == ("removed", 0)
