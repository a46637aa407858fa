"""Guidelines, goals and measures are put at another place, or under something else."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders, cast, pages
from workshops.errors import Refusal
from workshops.models import Goal, Guideline, Measure
from workshops.operations import arranging

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan/plan/"


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def test_each_level_takes_its_place(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    first = builders.a_guideline(people.fields[1])
    rows: dict[str, list[Guideline] | list[Goal] | list[Measure]] = {
        "guidelines": [first, *(builders.a_guideline(people.fields[1]) for _each in range(2))],
        "goals": [goal, *(builders.a_goal(goal.guideline) for _each in range(2))],
        "measures": [builders.a_measure(goal) for _each in range(3)],
    }
    answers, orders = [], []
    for kind, (one, two, three) in rows.items():
        answer = sabine.post(f"{ROOT}{kind}/{one.pk}/move/", {"position": "3"})
        answers.append((answer.status_code, answer.json()))
        wanted = [(two.pk, 1), (three.pk, 2), (one.pk, 3)]
        found = type(one)._default_manager.filter(pk__in=[one.pk, two.pk, three.pk]).order_by("position")
        orders.append(list(found.values_list("pk", "position")) == wanted)
    # Numbers go through the whole plan: guideline 1 is in the field before.
    assert answers == [(200, {"labels": ["2", "3", "4"]}), (200, {"labels": []}), (200, {"labels": []})]
    assert orders == [True] * 3


def test_a_goal_goes_with_its_measures_under_another_guideline(
    sabine: Client, people: cast.Cast, goal: Goal
) -> None:
    measure = builders.a_measure(goal)
    there = builders.a_guideline(people.fields[1])
    builders.a_goal(there)
    answer = sabine.post(f"{ROOT}goals/{goal.pk}/file/", {"under": there.pk}, follow=True)
    assert pages.messages(answer) == ["Das Ziel steht jetzt unter der Leitlinie „Leitlinie 1“."]
    goal.refresh_from_db()
    assert (goal.guideline, goal.position, list(goal.measures.all())) == (there, 2, [measure])
    assert answer.request["PATH_INFO"] == f"{ROOT}fields/{people.fields[1].slug}/"


def test_a_measure_goes_under_another_goal(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    measure = builders.a_measure(goal)
    there = builders.a_goal(builders.a_guideline(people.fields[2]))
    builders.a_measure(there)
    page = sabine.get(f"{ROOT}measures/{measure.pk}/file/")
    assert f'<option value="{goal.pk}" selected>' in page.content.decode()
    sabine.post(f"{ROOT}measures/{measure.pk}/file/", {"under": there.pk})
    measure.refresh_from_db()
    assert (measure.goal, measure.position) == (there, 2)


def test_what_is_dragged_under_something_else_takes_the_place_where_it_was_dropped(
    sabine: Client, people: cast.Cast, goal: Goal
) -> None:
    there = builders.a_goal(builders.a_guideline(people.fields[0]))
    measure, last = builders.a_measure(goal), builders.a_measure(goal)
    first, second = (builders.a_measure(there) for _each in range(2))
    answer = sabine.post(f"{ROOT}measures/{measure.pk}/move/", {"position": "2", "under": there.pk})
    assert (answer.status_code, answer.json()) == (200, {"labels": []})
    assert list(there.measures.order_by("position")) == [first, measure, second]
    assert list(goal.measures.all()) == [last]
    sabine.post(f"{ROOT}goals/{goal.pk}/move/", {"position": "1", "under": there.guideline_id})
    assert list(there.guideline.goals.order_by("position")) == [goal, there]
    # Into another process, or under nothing at all: no page offers that.
    foreign = builders.a_goal()
    refused = [
        sabine.post(f"{ROOT}measures/{measure.pk}/move/", {"position": "1", "under": under}).status_code
        for under in (foreign.pk, "", "9" * 40, "-1")
    ]
    assert (refused, list(there.measures.all())) == ([404] * 4, [first, measure, second])


def test_what_stays_where_it_is_keeps_its_place(people: cast.Cast, goal: Goal) -> None:
    measure = builders.a_measure(goal)
    builders.a_measure(goal)
    arranging.file_measure(measure, under=goal, by=people.sabine)
    arranging.file_goal(goal, under=goal.guideline, by=people.sabine)
    measure.refresh_from_db()
    assert (measure.position, goal.position) == (1, 1)


def test_nothing_goes_where_nothing_is_or_into_another_process(people: cast.Cast, goal: Goal) -> None:
    measure = builders.a_measure(goal)
    foreign = builders.a_goal()
    gone = builders.a_goal(goal.guideline)
    Goal.objects.filter(pk=gone.pk).delete()
    lost = builders.a_measure(goal)
    Measure.objects.filter(pk=lost.pk).delete()
    line = builders.a_guideline(people.fields[0])
    Guideline.objects.filter(pk=line.pk).delete()
    by = people.sabine
    actions: list[Callable[[], object]] = [
        lambda: arranging.file_measure(measure, under=foreign, by=by),
        lambda: arranging.file_goal(goal, under=foreign.guideline, by=by),
        lambda: arranging.file_measure(measure, under=gone, by=by),
        lambda: arranging.file_measure(lost, under=goal, by=by),
        lambda: arranging.file_goal(goal, under=line, by=by),
    ]
    assert [code_of(action) for action in actions] == [
        "of_another_process",
        "of_another_process",
        "removed",
        "removed",
        "removed",
    ]


def test_a_goal_of_another_process_is_no_choice(sabine: Client, goal: Goal) -> None:
    measure = builders.a_measure(goal)
    answer = sabine.post(f"{ROOT}measures/{measure.pk}/file/", {"under": builders.a_goal().pk})
    assert len(pages.errors(answer)) == 1
    measure.refresh_from_db()
    assert measure.goal == goal


def test_the_tree_takes_the_same_statements_for_one_row_and_three(sabine: Client, people: cast.Cast) -> None:
    field = people.fields[0]
    series = builders.a_series(field)

    def grow() -> None:
        line = builders.a_guideline(field)
        for _goal in range(1 + field.guidelines.count() // 2):
            measure = builders.a_measure(builders.a_goal(line), adopted_by=people.sabine)
            builders.a_proposal(
                builders.an_agenda_item(builders.a_workshop(series)),
                status="adopted",
                measure=measure,
                decided_at=timezone.now(),
                decided_by=people.sabine,
            )

    counts = []
    for _row in range(3):
        grow()
        with CaptureQueriesContext(connection) as found:
            sabine.get(f"{ROOT}fields/{field.slug}/")
        counts.append(len(found))
    # Session, user, process, fields; guidelines, goals, measures; proposals, those that went into them, and
    # what these take up from the survey.
    assert counts == [10, 10, 10]
