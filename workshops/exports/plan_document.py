"""The plan as a document: all of it, or one action field."""

import dataclasses
import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from workshops import dates, lists
from workshops.exports.look import Look
from workshops.exports.minutes_document import label_of
from workshops.exports.tree import Block, Cell, Document, Facts, Heading, Paragraph, Run, Runs, Table
from workshops.exports.voice import Voice, typed
from workshops.models import Measure
from workshops.plans.content import Chapter, GoalContent, MeasureContent, PlanContent


def whole(
    plan: PlanContent,
    *,
    state: Sequence[str],
    language: str,
    look: Look,
    made_at: datetime.datetime,
) -> Document:
    """`language` is the active one. `state`: lines like "Fassung 3", for the cover."""
    voice = Voice(language)
    introduction: list[Block] = [Heading(1, (Run(_("Einleitung")),), on_new_page=True)]
    introduction += voice.blocks(plan.introduction)
    if plan.partners:
        introduction.append(
            Paragraph((Run(_("Mitgewirkt haben:")), Run(" "), *typed(lists.listed(plan.partners)).runs))
        )
    introduction.append(headline(plan))
    chapters = [block for chapter in plan.chapters for block in _chapter(chapter, voice)]
    overview: list[Block] = []
    if any(plan.measures):
        overview = [Heading(1, (Run(_("Alle Maßnahmen im Überblick")),), on_new_page=True)]
        overview.append(measures_table(plan.measures, voice))
    return Document(
        title=title_of(plan, voice),
        language=language,
        town=look.town,
        colour=look.colour,
        logo=look.logo,
        kicker=voice.plain(plan.process_name) if plan.title else "",
        subtitle=_("Leitlinien, Ziele und Maßnahmen"),
        facts=tuple(state),
        blocks=(*introduction, *voice.notes(), *chapters, *overview),
        made_at=made_at,
        contents_title=_("Inhalt"),
        has_cover=True,
        page_word=_("Seite"),
    )


def one_field(
    plan: PlanContent,
    chapter: Chapter,
    *,
    state: Sequence[str],
    language: str,
    look: Look,
    made_at: datetime.datetime,
) -> Document:
    """One chapter by itself: its name is the document's."""
    voice = Voice(language)
    blocks = list(_chapter(chapter, voice))[1:]
    # Without the chapter's own heading everything moves up by one level.
    moved = [
        Heading(
            block.level - 1, block.runs, number=block.number, language=block.language,
            direction=block.direction,
        )
        if isinstance(block, Heading)
        else block
        for block in blocks
    ]  # fmt: skip
    return Document(
        title=voice.plain(chapter.name),
        language=language,
        town=look.town,
        colour=look.colour,
        logo=look.logo,
        kicker=_("Handlungsfeld"),
        subtitle=title_of(plan, voice),
        facts=tuple(state),
        blocks=(*moved, *voice.notes()),
        made_at=made_at,
        page_word=_("Seite"),
    )


def title_of(plan: PlanContent, voice: Voice) -> str:
    return voice.plain(plan.title or plan.process_name)


def headline(plan: PlanContent) -> Facts:
    """How much there is of everything."""
    guidelines = [line for chapter in plan.chapters for line in chapter.guidelines]
    measures = [each for each in plan.measures if each.is_in_force]
    given_up = sum(not each.is_in_force for each in plan.measures)
    counts = [
        (len(plan.chapters), npgettext("how many", "Handlungsfeld", "Handlungsfelder", len(plan.chapters))),
        (len(guidelines), npgettext("how many", "Leitlinie", "Leitlinien", len(guidelines))),
        (goals := sum(len(line.goals) for line in guidelines), npgettext("how many", "Ziel", "Ziele", goals)),
        (len(measures), npgettext("how many", "Maßnahme", "Maßnahmen", len(measures))),
    ]
    for status in Measure.Status:
        found = sum(measure.status == status for measure in measures)
        if found and status != Measure.Status.PLANNED:
            counts.append((found, _("davon %(status)s") % {"status": status.label}))
    if given_up:
        counts.append((given_up, _("außerdem %(status)s") % {"status": Measure.Status.ABANDONED.label}))
    return Facts(tuple((name, Cell((Run(str(count)),))) for count, name in counts), are_figures=True)


def measures_table(measures: Iterator[MeasureContent], voice: Voice) -> Table:
    names = (
        *(_("Nr."), _("Maßnahme"), label_of("responsible")),
        *(label_of("cost"), label_of("time_frame"), _("Stand")),
    )
    return Table(
        tuple(Cell((Run(name),)) for name in names),
        tuple(
            (
                Cell((Run(measure.number),)),
                _titled(measure, voice),
                typed(measure.responsible),
                typed(measure.cost),
                typed(measure.time_frame),
                Cell((Run(status_of(measure)),)),
            )
            for measure in measures
        ),
        (6, 26, 16, 14, 13, 11),
    )


def status_of(measure: MeasureContent) -> str:
    return str(Measure.Status(measure.status).label)


def _titled(measure: MeasureContent, voice: Voice) -> Cell:
    cell = voice.cell(measure.title)
    return dataclasses.replace(cell, runs=(*cell.runs, *_given_up(measure)))


def _given_up(measure: MeasureContent) -> Runs:
    """Behind the title: nobody shall take for planned what isn't in force any more."""
    return () if measure.is_in_force else (Run(f" ({status_of(measure)})"),)


def day(on: datetime.date) -> str:
    return dates.date_text(on)


def _chapter(chapter: Chapter, voice: Voice) -> Iterator[Block]:
    yield voice.heading(1, chapter.name, on_new_page=True)
    yield from voice.blocks(chapter.introduction)
    if chapter.figures:
        yield Facts(
            tuple((voice.plain(each.label), typed(each.value)) for each in chapter.figures), are_figures=True
        )
        for figure in chapter.figures:
            yield from voice.blocks(figure.note, style="meta")
    if not chapter.guidelines:
        yield Paragraph((Run(_("Noch keine Leitlinie beschlossen.")),), style="meta")
    for guideline in chapter.guidelines:
        yield voice.heading(2, guideline.text, number=guideline.number)
        for goal in guideline.goals:
            yield from _goal(goal, voice)


def _goal(goal: GoalContent, voice: Voice) -> Iterator[Block]:
    yield voice.heading(3, goal.text, number=goal.number)
    if not goal.measures:
        yield Paragraph((Run(_("Noch keine Maßnahme angenommen.")),), style="meta")
    for measure in goal.measures:
        heading = voice.heading(4, measure.title, number=measure.number)
        yield dataclasses.replace(heading, runs=(*heading.runs, *_given_up(measure)))
        yield from voice.blocks(measure.description)
        pairs = [(label_of(name), typed(text)) for name, text in measure.details.items()]
        pairs.append((_("Stand"), Cell((Run(status_of(measure)),))))
        if measure.adopted_on is not None:
            pairs.append((_("Angenommen am"), Cell((Run(day(measure.adopted_on)),))))
        for each in measure.milestones:
            runs, other = voice.line(each.title)
            reached = (Run(" – "), Run(_("erreicht"))) if each.reached_on else ()
            pairs.append((_("Bis %(day)s") % {"day": day(each.on)}, Cell((*runs, *reached), language=other)))
        yield Facts(tuple(pairs))
        origins = "; ".join(
            _("„%(title)s“ am %(day)s, Punkt „%(item)s“")
            % {
                "title": voice.plain(each.workshop_title),
                "day": day(each.on),
                "item": each.item,
            }
            for each in measure.origins
        )
        if origins:
            yield Paragraph((Run(_("Herkunft:")), Run(" "), *typed(origins).runs), style="meta")
