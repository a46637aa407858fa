"""The plan: guidelines of a field, goals of a guideline, measures of a goal, and how far each measure is.

Whoever changes the order of something, or what belongs to it, locks what it belongs to: the field for
its guidelines, the guideline for its goals, the goal for its measures.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    Goal,
    Guideline,
    LocalisedText,
    Measure,
    MeasureChange,
    MeasureDetails,
    User,
)
from workshops.operations import ordering

Row = TypeVar("Row", ActionField, Guideline, Goal, Measure)
Text = TypeVar("Text", Guideline, Goal)


@transaction.atomic
def add_guideline(field: ActionField, *, text: LocalisedText, by: User) -> Guideline:
    """A further guideline, last in the field. The same text twice (a second click) is one guideline."""
    _lock(field)
    if (known := field.guidelines.filter(text=_clean(text)).first()) is not None:
        return known
    position = ordering.next_position(field.guidelines.all())
    return Guideline.objects.create(field=field, text=_clean(text), position=position)


@transaction.atomic
def add_goal(guideline: Guideline, *, text: LocalisedText, by: User) -> Goal:
    """A further goal, last under the guideline. The same text twice (a second click) is one goal."""
    _lock(guideline)
    if (known := guideline.goals.filter(text=_clean(text)).first()) is not None:
        return known
    position = ordering.next_position(guideline.goals.all())
    return Goal.objects.create(guideline=guideline, text=_clean(text), position=position)


@transaction.atomic
def change_guideline(guideline: Guideline, *, text: LocalisedText, seen: str, by: User) -> None:
    """Other words over those `seen` (see `edition`), else refused with `edited_meanwhile`."""
    _change_text(guideline, text, seen=seen)


@transaction.atomic
def change_goal(goal: Goal, *, text: LocalisedText, seen: str, by: User) -> None:
    """Other words over those `seen` (see `edition`), else refused with `edited_meanwhile`."""
    _change_text(goal, text, seen=seen)


def edition(row: Guideline | Goal | Measure) -> str:
    """Short for the words of the row, as a form carries them along: the same words, the same edition."""
    words: list[object] = [row.text] if not isinstance(row, Measure) else list(_words_of(row))
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]


@transaction.atomic
def move_guideline(guideline: Guideline, *, up: bool, by: User) -> None:
    """Change places with the neighbour; the first and the last stay where they are."""
    _lock(guideline.field)
    ordering.move(guideline, among=guideline.field.guidelines.all(), up=up)


@transaction.atomic
def move_goal(goal: Goal, *, up: bool, by: User) -> None:
    _lock(goal.guideline)
    ordering.move(goal, among=goal.guideline.goals.all(), up=up)


@transaction.atomic
def move_measure(measure: Measure, *, up: bool, by: User) -> None:
    _lock(measure.goal)
    ordering.move(measure, among=measure.goal.measures.all(), up=up)


@transaction.atomic
def remove_guideline(guideline: Guideline, *, by: User) -> None:
    """Only one without goals."""
    _lock(guideline)
    if guideline.goals.exists():
        raise Refusal("not_empty", _("Unter dieser Leitlinie stehen Ziele. Bitte erst die Ziele entfernen."))
    guideline.delete()


@transaction.atomic
def remove_goal(goal: Goal, *, by: User) -> None:
    """Only one without measures: what was adopted stays in the plan."""
    _lock(goal)
    if goal.measures.exists():
        raise Refusal(
            "not_empty",
            _("Unter diesem Ziel stehen Maßnahmen. Bitte sie erst einem anderen Ziel zuordnen."),
        )
    goal.delete()


@transaction.atomic
def change_measure(
    measure: Measure,
    *,
    goal: Goal,
    title: LocalisedText,
    description: LocalisedText,
    details: Mapping[str, str],
    seen: str,
    by: User,
) -> None:
    """Its words, and the goal it is filed under (of the same process); under another goal it comes last.

    `details`: of `MeasureDetails.DETAILS`; one that isn't there stays as it is.
    Over the edition that was `seen`, else refused with `edited_meanwhile`.
    """
    # Both goals in one order, as two people may swap two measures at the same moment.
    there = Goal.objects.select_for_update().filter(pk__in=[measure.goal_id, goal.pk]).order_by("pk")
    if goal not in there:
        raise Refusal("removed", _("Dieses Ziel wurde inzwischen entfernt. Bitte ein anderes wählen."))
    _lock(measure)
    if goal.guideline.field.process_id != measure.goal.guideline.field.process_id:
        raise Refusal("goal_of_another_process", _("Dieses Ziel gehört zu einem anderen Prozess."))
    kept = {name: getattr(measure, name) for name in MeasureDetails.DETAILS}
    wanted = {name: details.get(name, kept[name]).strip() for name in MeasureDetails.DETAILS}
    words = (goal.pk, _clean(title), _clean_optional(description), *wanted.values())
    if words == _words_of(measure):
        return
    _refuse_unless_seen(measure, seen)
    if goal.pk != measure.goal_id:
        measure.position = ordering.next_position(goal.measures.all())
    measure.goal = goal
    _pk, measure.title, measure.description = words[:3]
    for name, value in wanted.items():
        setattr(measure, name, value)
    measure.save(update_fields=["goal", "position", "title", "description", *MeasureDetails.DETAILS])


@transaction.atomic
def set_status(
    measure: Measure,
    *,
    status: Measure.Status,
    seen: str,
    by: User,
    note: LocalisedText | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """How far it is: PLANNED → IN_PROGRESS → DONE / ABANDONED; both of these can be taken up again.

    What was given up by mistake may also be planned again.

    `seen`: the status on the page where somebody chose; from another one it is refused with
    `edited_meanwhile`, as an old page would else take up again what was done since.

    The public reads each step in the measure's history, with the `note`.
    """
    _lock(measure)
    # Pressed twice, or by two people: it is what both wanted.
    if measure.status == status:
        if note:
            report(measure, note=note, by=by, now=now)
        return
    if measure.status != seen:
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen steht die Maßnahme auf „%(status)s“. Bitte ansehen und noch einmal entscheiden.")
            % {"status": measure.get_status_display()},
        )
    if status not in measure.next_statuses:
        raise Refusal(
            "not_from_there",
            _("Von „%(from)s“ geht es nicht zu „%(to)s“.")
            % {"from": measure.get_status_display(), "to": status.label},
        )
    measure.status = status
    measure.save(update_fields=["status"])
    _write_down(measure, note=note, by=by, now=now)


@transaction.atomic
def report(measure: Measure, *, note: LocalisedText, by: User, now: datetime.datetime | None = None) -> None:
    """A sentence for the public about a measure that stands where it stood."""
    _lock(measure)
    note = _clean(note)
    latest = measure.changes.last()
    # The same form twice.
    if latest is not None and (latest.status, latest.note) == (measure.status, note):
        return
    _write_down(measure, note=note, by=by, now=now)


def _words_of(measure: Measure) -> tuple[object, ...]:
    details = (getattr(measure, name) for name in MeasureDetails.DETAILS)
    return (measure.goal_id, measure.title, measure.description, *details)


def _write_down(
    measure: Measure, *, note: LocalisedText | None, by: User, now: datetime.datetime | None
) -> None:
    MeasureChange.objects.create(
        measure=measure,
        status=measure.status,
        note=_clean_optional(note or LocalisedText()),
        changed_at=now or timezone.now(),
        changed_by=by,
    )


def _change_text(row: Text, text: LocalisedText, *, seen: str) -> None:
    _lock(row)
    text = _clean(text)
    # Two people who typed the same have no conflict.
    if text == row.text:
        return
    _refuse_unless_seen(row, seen)
    row.text = text
    row.save(update_fields=["text"])


def _refuse_unless_seen(row: Guideline | Goal | Measure, seen: str) -> None:
    if edition(row) != seen:
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes das geändert. Bitte vergleichen und noch einmal speichern."),
        )


def _clean(text: LocalisedText) -> LocalisedText:
    clean = _clean_optional(text)
    if not clean:
        raise Refusal("no_text", _("Bitte einen Text angeben."))
    return clean


def _clean_optional(text: LocalisedText) -> LocalisedText:
    return LocalisedText({code: words.strip() for code, words in text.items() if words.strip()})


def _lock(row: Row) -> None:
    """Lock the row and bring the instance up to date."""
    try:
        row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())
    except ObjectDoesNotExist:
        raise Refusal(
            "removed", _("Das wurde inzwischen entfernt. Bitte den Plan neu laden und nachsehen.")
        ) from None
