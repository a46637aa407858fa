"""What everyone may read: processes, fields, workshops, minutes, measures. No cookie, few statements."""

import datetime
from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from workshops.models import (
    ActionField,
    Goal,
    Guideline,
    Measure,
    ParticipationProcess,
    ProposedMeasure,
    Recording,
    SurveyComment,
    Workshop,
)
from workshops.operations import plan_versions, public_pages
from workshops.permissions import visible_processes
from workshops.views import timeline, weighed

NEXT_WORKSHOPS = 6


def process_or_404(request: HttpRequest, slug: str) -> ParticipationProcess:
    """The process of an address; with its survey, in one statement."""
    return get_object_or_404(visible_processes(request.user).select_related("survey"), slug=slug)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The process, if there is one to see; else a list of them."""
    found = list(visible_processes(request.user).order_by("-pk"))
    if len(found) == 1:
        return redirect("workshops:process", found[0].slug)
    return render(request, "workshops/public/home.html", {"processes": found})


@require_safe
@conditional_page
def process(request: HttpRequest, process: str) -> HttpResponse:
    shown = process_or_404(request, process)
    now = timezone.now()
    announced = list(_announced(shown))
    upcoming = [workshop for workshop in announced if workshop.is_published and workshop.ends_at > now]
    measures = Measure.objects.in_force().filter(goal__guideline__field__process=shown).count()
    fields = [
        (field, [workshop for workshop in upcoming if workshop.series.field_id == field.pk])
        for field in shown.fields.all()
    ]
    context = {
        "process": shown,
        "pages": public_pages.of(shown),
        "now": now,
        "fields": fields,
        "next_workshops": upcoming[:NEXT_WORKSHOPS],
        "upcoming_count": len(upcoming),
        "measure_count": measures,
        "is_surveying": timeline.runs(timeline.survey_of(shown), now),
        "steps": timeline.steps(
            shown,
            announced=announced,
            measures=measures,
            adopted_on=plan_versions.adopted_on(shown),
            now=now,
        ),
    }
    return render(request, "workshops/public/process.html", context)


@require_safe
@conditional_page
def field(request: HttpRequest, process: str, field: str) -> HttpResponse:
    shown = field_or_404(request, process, field)
    now = timezone.now()
    announced = list(_announced(shown.process).filter(series__field=shown))
    context = {
        "process": shown.process,
        "field": shown,
        "now": now,
        "upcoming": [workshop for workshop in announced if workshop.ends_at > now],
        "past": [workshop for workshop in reversed(announced) if workshop.ends_at <= now],
        "guidelines": plan_of([shown]),
    }
    return render(request, "workshops/public/field.html", context)


@require_safe
@conditional_page
def workshop(request: HttpRequest, process: str, field: str, number: int) -> HttpResponse:
    shown = workshop_or_404(request, process, field, number)
    now = timezone.now()
    context = {
        "process": shown.process,
        "field": shown.field,
        "workshop": shown,
        "now": now,
        "offer": shown.offer(now),
        "agenda": shown.agenda.all(),
        "moderators": shown.moderators.order_by("name", "pk"),
        "has_minutes": _has_published_minutes(shown),
        "recordings": _recordings_of(shown, now),
    }
    return render(request, "workshops/public/workshop.html", context)


@require_safe
@conditional_page
def minutes(request: HttpRequest, process: str, field: str, number: int) -> HttpResponse:
    """The published minutes, with what was proposed and what became of it.

    Of those who came only the names of whoever agreed, asked for each reader: a name that is taken back is
    gone at once.
    """
    shown = workshop_or_404(request, process, field, number)
    if not _has_published_minutes(shown):
        raise Http404(_("Das Protokoll ist noch nicht veröffentlicht."))
    proposals = ProposedMeasure.objects.select_related(
        "measure", "merged_into__measure", "merged_into__item__workshop__minutes"
    ).select_related("merged_into__item__workshop__series__field")
    context = {
        "process": shown.process,
        "field": shown.field,
        "workshop": shown,
        "minutes": shown.minutes,
        "agenda": shown.agenda.prefetch_related(Prefetch("proposed_measures", proposals)),
        **_people_of(shown),
        "weighed": weighed.published(shown, now=timezone.now()),
    }
    return render(request, "workshops/public/minutes.html", context)


@require_safe
@conditional_page
def measures(request: HttpRequest, process: str) -> HttpResponse:
    """The whole plan: field → guideline → goal → measure."""
    shown = process_or_404(request, process)
    fields = list(shown.fields.all())
    guidelines = plan_of(fields)
    context = {
        "process": shown,
        "fields": [
            (field, [guideline for guideline in guidelines if guideline.field_id == field.pk])
            for field in fields
        ],
    }
    return render(request, "workshops/public/measures.html", context)


def _people_of(workshop: Workshop) -> dict[str, object]:
    """The names of those who agreed, and how many others came, by telephone too."""
    came = workshop.registrations.attended().order_by("participant__name", "pk")
    names = came.values_list("participant__name", "named_in_minutes_at")
    named = [name for name, agreed_at in names if name and agreed_at is not None]
    count = len(names) + workshop.phone_guests.count()
    return {"named": named, "people_count": count, "others_count": count - len(named)}


def plan_of(fields: Sequence[ActionField]) -> list[Guideline]:
    """The fields' guidelines with goals, measures, and where the measures came from.

    That is `workshops` with their minutes, and `survey_comment_count`, without the comments' texts.
    """
    merged = ProposedMeasure.objects.select_related(
        "item__workshop__series__field", "item__workshop__minutes"
    ).prefetch_related(Prefetch("survey_comments", SurveyComment.objects.only("pk")))
    origins = merged.prefetch_related(Prefetch("merged_proposals", merged))
    adopted = Measure.objects.order_by("position").prefetch_related(Prefetch("proposals", origins))
    goals = Goal.objects.order_by("position").prefetch_related(Prefetch("measures", adopted))
    return list(
        Guideline.objects.filter(field__in=fields)
        .numbered()
        .order_by("field__position", "position")
        .prefetch_related(Prefetch("goals", goals))
    )


def _announced(process: ParticipationProcess) -> QuerySet[Workshop]:
    return (
        Workshop.objects.of_process(process)
        .announced()
        .with_confirmed_seats()
        .select_related("series__field", "minutes")
        .order_by("starts_at", "pk")
    )


def field_or_404(request: HttpRequest, process: str, field: str) -> ActionField:
    return get_object_or_404(
        ActionField.objects.filter(process__in=visible_processes(request.user)).select_related("process"),
        process__slug=process,
        slug=field,
    )


def workshop_or_404(request: HttpRequest, process: str, field: str, number: int) -> Workshop:
    return get_object_or_404(
        Workshop.objects.announced()
        .with_confirmed_seats()
        .filter(series__field__process__in=visible_processes(request.user))
        .select_related("series__field__process", "minutes", "room"),
        series__field__process__slug=process,
        series__field__slug=field,
        number=number,
    )


def _recordings_of(workshop: Workshop, now: datetime.datetime) -> list[Recording]:
    """Not asked for where there can't be any: of most workshops."""
    if not workshop.process.may_record or workshop.starts_at > now:
        return []
    return list(Recording.objects.published().filter(meeting__workshop=workshop))


def _has_published_minutes(workshop: Workshop) -> bool:
    return hasattr(workshop, "minutes") and workshop.minutes.is_published
