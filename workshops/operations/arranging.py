"""The plan put in order: a guideline, goal or measure at another place, or under something else.

What something stands under is locked before it, from the top down; two of a kind by primary key.
"""

from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ActionField, Goal, Guideline, Measure, User
from workshops.operations import ordering

Row = TypeVar("Row", Guideline, Goal, Measure)
Parent = TypeVar("Parent", ActionField, Guideline, Goal)


@transaction.atomic
def place_guideline(guideline: Guideline, *, position: int, by: User) -> None:
    """At that place in its field, 1 first; beyond the last: the last. Refused with `removed`."""
    _lock(ActionField, guideline.field_id)
    _refuse_unless_there(Guideline.objects.filter(pk=guideline.pk, field=guideline.field_id).exists())
    ordering.place(guideline, among=Guideline.objects.filter(field=guideline.field_id), position=position)


@transaction.atomic
def place_goal(goal: Goal, *, position: int, by: User) -> None:
    """At that place under its guideline, 1 first; beyond the last: the last.

    Refused with `removed` if it went under another one since the instance was read.
    """
    _lock(Guideline, goal.guideline_id)
    _refuse_unless_there(Goal.objects.filter(pk=goal.pk, guideline=goal.guideline_id).exists())
    ordering.place(goal, among=Goal.objects.filter(guideline=goal.guideline_id), position=position)


@transaction.atomic
def place_measure(measure: Measure, *, position: int, by: User) -> None:
    """At that place under its goal, 1 first; beyond the last: the last.

    Refused with `removed` if it went under another one since the instance was read.
    """
    _lock(Goal, measure.goal_id)
    _refuse_unless_there(Measure.objects.filter(pk=measure.pk, goal=measure.goal_id).exists())
    ordering.place(measure, among=Measure.objects.filter(goal=measure.goal_id), position=position)


@transaction.atomic
def file_goal(goal: Goal, *, under: Guideline, position: int | None = None, by: User) -> None:
    """With all its measures under another guideline of the process, at that place (1 first; None: the last).

    Refused with `removed` or `of_another_process`.
    """
    here = _lock(Guideline, goal.guideline_id, under.pk)
    _refuse_unless_there(under.pk in here)
    goal = _again(Goal.objects.select_related("guideline__field"), goal)
    there = Guideline.objects.select_related("field").get(pk=under.pk)
    _refuse_another_process(goal.guideline.field, there.field)
    if goal.guideline_id == there.pk:
        return
    goal.position = ordering.next_position(there.goals.all())
    goal.guideline = there
    goal.save(update_fields=["guideline", "position"])
    if position is not None:
        ordering.place(goal, among=there.goals.all(), position=position)


@transaction.atomic
def file_measure(measure: Measure, *, under: Goal, position: int | None = None, by: User) -> None:
    """Under another goal of the process, at that place (1 first; None: the last).

    Refused with `removed` or `of_another_process`.
    """
    here = _lock(Goal, measure.goal_id, under.pk)
    _refuse_unless_there(under.pk in here)
    measure = _again(Measure.objects.select_related("goal__guideline__field"), measure)
    there = Goal.objects.select_related("guideline__field").get(pk=under.pk)
    _refuse_another_process(measure.goal.guideline.field, there.guideline.field)
    if measure.goal_id == there.pk:
        return
    measure.position = ordering.next_position(there.measures.all())
    measure.goal = there
    measure.save(update_fields=["goal", "position"])
    if position is not None:
        ordering.place(measure, among=there.measures.all(), position=position)


def _lock(kind: type[Parent], *pks: int) -> list[int]:
    """Those that are still there."""
    rows = kind._default_manager.filter(pk__in=pks).order_by("pk").select_for_update()
    return [row.pk for row in rows]


def _again(rows: QuerySet[Row], row: Row) -> Row:
    """The row as it is now that its place can't change any more."""
    found = rows.select_for_update(of=("self",)).filter(pk=row.pk).first()
    _refuse_unless_there(found is not None)
    assert found is not None
    return found


def _refuse_unless_there(is_there: bool) -> None:
    if not is_there:
        raise Refusal(
            "removed",
            _("Das wurde inzwischen entfernt oder verschoben. Bitte den Plan neu laden und nachsehen."),
        )


def _refuse_another_process(one: ActionField, other: ActionField) -> None:
    if one.process_id != other.process_id:
        raise Refusal("of_another_process", _("Das gehört zu einem anderen Prozess."))
