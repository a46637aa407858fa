"""The plan's own words: title and introduction of the whole, introduction and figures of each chapter."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ActionField, LocalisedText, ParticipationProcess, Plan, PlanChapter, User

# More of them are a table, and that stands in the report.
MOST_FIGURES = 8


def plan_of(process: ParticipationProcess) -> Plan:
    """Unsaved if nobody has written one yet."""
    return Plan.objects.filter(process=process).first() or Plan(
        process=process, title=LocalisedText(), introduction=LocalisedText()
    )


def chapter_of(field: ActionField) -> PlanChapter:
    """Unsaved if nobody has written one yet."""
    return PlanChapter.objects.filter(field=field).first() or PlanChapter(
        field=field, introduction=LocalisedText(), figures=[]
    )


def edition(row: Plan | PlanChapter) -> str:
    """Short for the row's words, as a form carries them along: the same words, the same edition."""
    words = [row.introduction, row.title if isinstance(row, Plan) else row.figures]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]


@transaction.atomic
def change_plan(
    process: ParticipationProcess, *, title: LocalisedText, introduction: LocalisedText, seen: str, by: User
) -> Plan:
    """Other words over those `seen` (see `edition`), else refused with `edited_meanwhile`."""
    # The process is there before the first words are: whoever writes them first, the other is told.
    ParticipationProcess.objects.select_for_update().get(pk=process.pk)
    plan = plan_of(process)
    title, introduction = _clean(title), _clean(introduction)
    if (title, introduction) == (plan.title, plan.introduction):
        return plan
    _refuse_unless_seen(plan, seen)
    plan.title, plan.introduction = title, introduction
    plan.save(update_fields=["title", "introduction"] if plan.pk else None)
    return plan


@transaction.atomic
def change_chapter(
    field: ActionField, *, introduction: LocalisedText, figures: list[str], seen: str, by: User
) -> PlanChapter:
    """Other words and figures (codes of `plan_figures`, in order) over those `seen`.

    Refused with `edited_meanwhile`, or `too_many_figures`.
    """
    ActionField.objects.select_for_update().get(pk=field.pk)
    chapter = chapter_of(field)
    introduction, figures = _clean(introduction), list(dict.fromkeys(figures))
    if (introduction, figures) == (chapter.introduction, chapter.figures):
        return chapter
    _refuse_unless_seen(chapter, seen)
    if len(figures) > MOST_FIGURES:
        raise Refusal(
            "too_many_figures",
            _("Ein Kapitel zeigt höchstens %(most)d Zahlen.") % {"most": MOST_FIGURES},
        )
    chapter.introduction, chapter.figures = introduction, figures
    chapter.save(update_fields=["introduction", "figures"] if chapter.pk else None)
    return chapter


def _refuse_unless_seen(row: Plan | PlanChapter, seen: str) -> None:
    if edition(row) != seen:
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes das geändert. Bitte vergleichen und noch einmal speichern."),
        )


def _clean(text: LocalisedText) -> LocalisedText:
    return LocalisedText({code: words.strip() for code, words in text.items() if words.strip()})
