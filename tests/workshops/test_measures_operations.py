"""The plan: guidelines, goals and measures, put in words and in order; how far a measure is."""

from collections.abc import Callable

import pytest

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import Goal, Guideline, LocalisedText, Measure, User, localised
from workshops.operations import measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def test_guidelines_and_goals_are_added_renamed_and_ordered(people: cast.Cast, sabine: User) -> None:
    field = people.fields[0]
    one, two = (measures.add_guideline(field, text=localised(text), by=sabine) for text in "AB")
    measures.change_guideline(
        one, text=localised({"de": " Alle lernen ", "en": ""}), seen=measures.edition(one), by=sabine
    )
    measures.move_guideline(two, up=True, by=sabine)
    assert [(each.position, each.text) for each in field.guidelines.order_by("position")] == [
        (1, {"de": "B"}),
        (2, {"de": "Alle lernen"}),
    ]
    goals = [measures.add_goal(one, text=localised(text), by=sabine) for text in "XYZ"]
    measures.move_goal(goals[0], up=False, by=sabine)
    measures.change_goal(goals[2], text=localised("Ziel"), seen=measures.edition(goals[2]), by=sabine)
    assert [(each.position, str(each.text)) for each in one.goals.order_by("position")] == [
        (1, "Y"),
        (2, "X"),
        (3, "Ziel"),
    ]


def test_a_text_of_the_plan_is_never_empty(goal: Goal, people: cast.Cast, sabine: User) -> None:
    empty = localised({"de": " ", "en": ""})
    actions: list[Callable[[], object]] = [
        lambda: measures.add_guideline(people.fields[0], text=empty, by=sabine),
        lambda: measures.change_guideline(
            goal.guideline, text=empty, seen=measures.edition(goal.guideline), by=sabine
        ),
        lambda: measures.add_goal(goal.guideline, text=empty, by=sabine),
        lambda: measures.change_goal(goal, text=empty, seen=measures.edition(goal), by=sabine),
    ]
    assert [code_of(action) for action in actions] == ["no_text"] * 4


def test_words_that_someone_did_not_see_are_not_overwritten(goal: Goal, sabine: User) -> None:
    measure = builders.a_measure(goal, description=localised("Alt"))
    rows: list[Guideline | Goal | Measure] = [goal.guideline, goal, measure]
    seen = [measures.edition(row) for row in rows]
    assert len(set(seen)) == 3

    def change(words: str) -> list[Callable[[], object]]:
        text, of = localised(words), {"title": measure.title, "details": {}, "goal": goal}
        return [
            lambda: measures.change_guideline(goal.guideline, text=text, seen=seen[0], by=sabine),
            lambda: measures.change_goal(goal, text=text, seen=seen[1], by=sabine),
            lambda: measures.change_measure(measure, **of, description=text, seen=seen[2], by=sabine),
        ]

    for action in change("Ihres"):
        action()
    assert [code_of(action) for action in change("Meines")] == ["edited_meanwhile"] * 3
    # Two who typed the same have no conflict; and where the words were read, they may be replaced.
    for action in change("Ihres"):
        action()
    seen = [measures.edition(row) for row in rows]
    for action in change("Beides"):
        action()
    for row in rows:
        row.refresh_from_db()
    assert [goal.guideline.text, goal.text, measure.description] == [{"de": "Beides"}] * 3


def test_only_what_is_empty_is_removed(goal: Goal, sabine: User) -> None:
    measure = builders.a_measure(goal)
    assert code_of(lambda: measures.remove_guideline(goal.guideline, by=sabine)) == "not_empty"
    assert code_of(lambda: measures.remove_goal(goal, by=sabine)) == "not_empty"
    measure.delete()
    measures.remove_goal(goal, by=sabine)
    measures.remove_guideline(goal.guideline, by=sabine)
    assert not Guideline.objects.exists()


def test_what_was_removed_meanwhile_is_refused(goal: Goal, sabine: User) -> None:
    measure, other = builders.a_measure(goal), builders.a_goal(goal.guideline)
    guideline = goal.guideline
    words = {"title": measure.title, "description": LocalisedText(), "details": {}, "by": sabine}
    words["seen"] = measures.edition(measure)
    there = builders.a_goal(builders.a_guideline(guideline.field, position=9))
    Measure.objects.all().delete()
    Guideline.objects.filter(pk=guideline.pk).delete()
    actions: list[Callable[[], object]] = [
        lambda: measures.change_guideline(
            guideline, text=localised("Neu"), seen=measures.edition(guideline), by=sabine
        ),
        lambda: measures.add_goal(guideline, text=localised("Neu"), by=sabine),
        lambda: measures.change_goal(goal, text=localised("Neu"), seen=measures.edition(goal), by=sabine),
        lambda: measures.remove_goal(other, by=sabine),
        lambda: measures.set_status(measure, status=Measure.Status.IN_PROGRESS, seen="planned", by=sabine),
        lambda: measures.change_measure(measure, goal=other, **words),
        lambda: measures.change_measure(measure, goal=there, **words),
    ]
    assert [code_of(action) for action in actions] == ["removed"] * 7
    measures.move_guideline(guideline, up=True, by=sabine)
    assert list(Guideline.objects.values_list("position", flat=True)) == [9]


def test_measures_change_places_words_and_goals(goal: Goal, sabine: User) -> None:
    one, two, three = (builders.a_measure(goal, adopted_by=sabine) for _each in range(3))
    measures.move_measure(three, up=True, by=sabine)
    assert list(goal.measures.order_by("position")) == [one, three, two]
    other = builders.a_goal(goal.guideline)
    there = builders.a_measure(other, adopted_by=sabine)
    measures.change_measure(
        one,
        goal=other,
        title=localised(" Neu "),
        description=localised("Mehr"),
        details={"responsible": " Schulamt "},
        seen=measures.edition(one),
        by=sabine,
    )
    assert list(other.measures.order_by("position")) == [there, one]
    one.refresh_from_db()
    assert (one.title, one.description, one.responsible) == ({"de": "Neu"}, {"de": "Mehr"}, "Schulamt")


def test_a_measure_goes_only_where_its_status_leads(goal: Goal, sabine: User) -> None:
    every = list(Measure.Status)

    def reachable(status: Measure.Status) -> list[str]:
        reached = []
        for wanted in every:
            Measure.objects.all().delete()
            measure = builders.a_measure(goal, status=status, adopted_by=sabine)
            try:
                measures.set_status(measure, status=wanted, seen=status, by=sabine)
            except Refusal as refusal:
                assert refusal.code == "not_from_there"
                assert Measure.objects.get().status == status
            else:
                assert Measure.objects.get().status == wanted
                reached.append(wanted.value)
        return reached

    assert {status.value: reachable(status) for status in every} == {
        "planned": ["planned", "in_progress", "abandoned"],
        "in_progress": ["in_progress", "done", "abandoned"],
        "done": ["in_progress", "done"],
        "abandoned": ["planned", "in_progress", "abandoned"],
    }
