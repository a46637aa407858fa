"""Where a process stands on its way from the survey to the plan, as everyone reads it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.dates import date_text, day_text
from workshops.models import ParticipationProcess, Survey, Workshop


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the way."""

    title: str
    text: str = ""
    is_done: bool = False
    is_current: bool = False


def survey_of(process: ParticipationProcess) -> Survey | None:
    return getattr(process, "survey", None)


def runs(survey: Survey | None, now: datetime.datetime) -> bool:
    """Can it be answered at this moment?"""
    return survey is not None and survey.opens_at <= now < survey.closes_at


def steps(
    process: ParticipationProcess,
    *,
    announced: Sequence[Workshop],
    measures: int,
    adopted_on: datetime.date | None,
    now: datetime.datetime,
) -> list[Step]:
    """Each is done by what happened, not by what came after it: workshops may begin while the survey runs.

    `announced`: all workshops the public knows of, cancelled ones too; `measures`: how many are in force.
    """
    return list(_steps(process, announced=announced, measures=measures, adopted_on=adopted_on, now=now))


def _steps(
    process: ParticipationProcess,
    *,
    announced: Sequence[Workshop],
    measures: int,
    adopted_on: datetime.date | None,
    now: datetime.datetime,
) -> Iterator[Step]:
    survey = survey_of(process)
    published = [workshop for workshop in announced if workshop.is_published]
    upcoming = sum(workshop.ends_at > now for workshop in published)
    is_surveying = runs(survey, now) or (not published and (survey is None or now < survey.opens_at))
    # A series is over when one was held and nobody plans more.
    are_held = len(published) > upcoming
    are_over = are_held and not upcoming and not _is_planning(process, now)
    is_in_workshops = not is_surveying and not are_over and adopted_on is None
    # Workshops without a survey: then there was none, and none is going to be.
    if survey is not None or not published:
        is_over = survey is not None and survey.closes_at <= now
        yield Step(_("Umfrage"), _survey_text(process, survey, now), is_done=is_over, is_current=is_surveying)
    yield Step(
        _("Workshops"),
        _workshops_text(upcoming, are_over=are_over),
        is_done=are_over,
        is_current=is_in_workshops or (bool(upcoming) and not is_surveying),
    )
    yield Step(
        _("Maßnahmen"),
        ngettext("%(count)d Maßnahme angenommen", "%(count)d Maßnahmen angenommen", measures)
        % {"count": measures}
        if measures
        else _("entstehen aus den Workshops"),
        is_done=adopted_on is not None,
        is_current=are_over and not is_surveying and adopted_on is None,
    )
    yield Step(
        _("Plan"),
        _("beschlossen am %(day)s") % {"day": date_text(adopted_on)}
        if adopted_on
        else _("fasst alles zusammen"),
        is_done=adopted_on is not None,
    )


def _is_planning(process: ParticipationProcess, now: datetime.datetime) -> bool:
    return Workshop.objects.of_process(process).drafts().filter(ends_at__gt=now).exists()


def _survey_text(process: ParticipationProcess, survey: Survey | None, now: datetime.datetime) -> str:
    if survey is None or now < survey.opens_at:
        return _("beginnt bald")
    text = _("beendet am %(day)s") if survey.closes_at <= now else _("läuft bis %(day)s")
    return text % {"day": day_text(survey.closes_at, process)}


def _workshops_text(upcoming: int, *, are_over: bool) -> str:
    if upcoming:
        counted = ngettext("%(count)d kommender Termin", "%(count)d kommende Termine", upcoming)
        return counted % {"count": upcoming}
    return _("abgeschlossen") if are_over else _("Termine folgen")
