"""The plan's measures as rows: for a spreadsheet in one language, and as open data in all of them."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _

from workshops.exports.look import Look
from workshops.exports.minutes_document import label_of
from workshops.exports.opendata import MeasureRow
from workshops.exports.plan_document import day, status_of, title_of
from workshops.exports.sheets import Sheet
from workshops.exports.voice import Voice
from workshops.plans.content import (
    DETAILS,
    Chapter,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    PlanContent,
)

# Of the spreadsheet's columns, in letters.
_WIDTHS = (8, 24, 32, 32, 36, 48, *((26,) * len(DETAILS)), 14, 16, 40, 10)


def sheet(plan: PlanContent, *, language: str, look: Look, made_at: datetime.datetime) -> Sheet:
    """`language` is the active one."""
    voice = Voice(language)
    header = (
        *(_("Nr."), _("Handlungsfeld"), _("Leitlinie"), _("Ziel"), _("Maßnahme"), _("Beschreibung")),
        *map(label_of, DETAILS),
        *(_("Stand"), _("Angenommen am"), _("Herkunft"), _("Kennung")),
    )
    return Sheet(
        title=_("Maßnahmen: %(plan)s") % {"plan": title_of(plan, voice)},
        language=language,
        creator=look.town,
        header=header,
        widths=_WIDTHS,
        rows=tuple(
            (
                measure.number,
                voice.plain(chapter.name),
                voice.plain(guideline.text),
                voice.plain(goal.text),
                voice.plain(measure.title),
                voice.whole(measure.description),
                *(getattr(measure, name) for name in DETAILS),
                status_of(measure),
                day(measure.adopted_on) if measure.adopted_on else "",
                "; ".join(f"{voice.plain(each.workshop_title)} ({day(each.on)})" for each in measure.origins),
                measure.id,
            )
            for chapter, guideline, goal, measure in _walk(plan)
        ),
        made_at=made_at,
        colour=look.colour,
    )


def rows(plan: PlanContent) -> list[MeasureRow]:
    return [
        MeasureRow(
            id=str(measure.id),
            number=measure.number,
            field_id=chapter.slug,
            field=chapter.name,
            guideline_id=str(guideline.id),
            guideline=guideline.text,
            goal_id=str(goal.id),
            goal=goal.text,
            title=measure.title,
            description=measure.description,
            **{name: getattr(measure, name) for name in DETAILS},
            status=measure.status,
            adopted_on=measure.adopted_on,
            workshops=tuple(dict.fromkeys(f"{each.field}/{each.number}" for each in measure.origins)),
            survey_comments=measure.survey_comments,
        )
        for chapter, guideline, goal, measure in _walk(plan)
    ]


def _walk(plan: PlanContent) -> Iterator[tuple[Chapter, GuidelineContent, GoalContent, MeasureContent]]:
    for chapter in plan.chapters:
        for guideline in chapter.guidelines:
            for goal in guideline.goals:
                for measure in goal.measures:
                    yield chapter, guideline, goal, measure
