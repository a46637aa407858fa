"""Staff: the proposal, from asking for it to publishing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from workshops.errors import Refusal
from workshops.forms.staff_planning import MoveForm, PublishForm
from workshops.models import ParticipationProcess, PlanningRun, Survey, Workshop, WorkshopSeries
from workshops.operations import by_hand, series
from workshops.permissions import signed_in_user
from workshops.survey_import import words
from workshops.views import planning_months as months
from workshops.views import planning_names, planning_words
from workshops.views.staff import attempt, process_page
from workshops.views.staff_conflicts import accepted, named, tried
from workshops.views.staff_survey import gate_sentence


@process_page
def proposal(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Series, the last run, and the drafts as list or months."""
    now = timezone.now()
    survey = Survey.objects.select_related("waived_by").filter(process=process).first()
    drafts = series.drafts_of(process)
    run = process.planning_runs.first()
    names = planning_names.names_of(process)
    is_month = request.GET.get("view") == "month"
    published = list(
        Workshop.objects.of_process(process)
        .published()
        .select_related("series__field__process")
        .prefetch_related("moderators")
    )
    return render(
        request,
        "workshops/staff/planning.html",
        {
            "process": process,
            "sentence": gate_sentence(process, survey, now),
            "gate_is_open": survey is not None and survey.gate_is_open(now),
            "fields": _fields(process, drafts, published),
            "has_series": WorkshopSeries.objects.filter(field__process=process).exists(),
            "drafts": [(draft, _suits(survey, draft)) for draft in drafts],
            "pinned_count": sum(draft.is_pinned for draft in drafts),
            "published": published,
            "months": months.of_proposal(process, drafts, published) if is_month else [],
            "is_month": is_month,
            "conflicts": named(drafts, series.conflicts(process, drafts, now=now), process) if drafts else [],
            **_run_context(run, names),
        },
    )


@process_page
def progress(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The fragment that htmx asks for again and again; once the run has ended, the whole page anew."""
    run = process.planning_runs.first()
    if run is None:
        raise Http404
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:staff_planning", process.slug)
    if run.is_finished:
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == f"{run.status}-{run.progress}":
        return HttpResponse(status=204)  # Nothing new to read out.
    context = {"process": process, "run": run, "is_part": True}
    return render(request, "workshops/staff/_planning_progress.html", context)


@require_POST
@process_page
def request_timetable(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    attempt(
        request,
        lambda: series.request_timetable(process, by=signed_in_user(request)),
        done=_("Die Planung ist angestoßen."),
    )
    return redirect("workshops:staff_planning", process.slug)


@require_POST
@process_page
def stop(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    attempt(
        request,
        lambda: series.stop_planning(process, by=signed_in_user(request)),
        done=_("Die Berechnung ist abgebrochen."),
    )
    return redirect("workshops:staff_planning", process.slug)


@require_POST
@process_page
def pin(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Pin or unpin: the button says which."""
    draft = _draft(process, pk)
    if request.POST.get("pinned") == "1":
        attempt(
            request,
            lambda: series.pin(draft, by=signed_in_user(request)),
            done=_("„%(workshop)s“ bleibt, wo er ist.") % {"workshop": draft},
        )
    else:
        attempt(
            request,
            lambda: series.unpin(draft, by=signed_in_user(request)),
            done=_("„%(workshop)s“ darf wieder verschoben werden.") % {"workshop": draft},
        )
    return redirect("workshops:staff_planning", process.slug)


@process_page
def move(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """A change by hand. What it would break is named at once; only a second press makes it so."""
    draft = _draft(process, pk)
    form = MoveForm(
        request.POST or None,
        process=process,
        initial={
            "day": draft.local_start.date(),
            "starts": draft.local_start,
            "ends": draft.local_end,
            "moderators": list(draft.moderators.all()),
        },
    )
    is_moved, conflicts = tried(
        form,
        lambda: by_hand.move(
            _draft(process, pk),
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            moderators=form.cleaned_data["moderators"],
            accepted=accepted(request),
            by=signed_in_user(request),
        ),
        process,
    )
    if is_moved:
        messages.success(request, _("Der Termin ist geändert und festgelegt."))
        return redirect("workshops:staff_planning", process.slug)
    return render(
        request,
        "workshops/staff/planning_move.html",
        {"process": process, "workshop": draft, "form": form, "conflicts": conflicts},
    )


@process_page
def discard(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    if request.method == "POST":
        count = series.discard_proposal(process, by=signed_in_user(request))
        messages.success(
            request,
            ngettext("%(n)d Entwurf ist gelöscht.", "%(n)d Entwürfe sind gelöscht.", count) % {"n": count},
        )
        return redirect("workshops:staff_planning", process.slug)
    drafts = series.drafts_of(process)
    context = {
        "process": process,
        "loose_count": sum(not draft.is_pinned for draft in drafts),
        "pinned_count": sum(draft.is_pinned for draft in drafts),
    }
    return render(request, "workshops/staff/planning_discard.html", context)


@process_page
def publish(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """What will be public, what it breaks, and the button."""
    drafts = series.drafts_of(process)
    conflicts = series.conflicts(process, drafts) if drafts else []
    form = PublishForm(request.POST or None) if conflicts else None
    refusal_sentence = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            published = series.publish_proposal(
                process,
                accept_conflicts=form is not None,
                seen=accepted(request, button="accept_conflicts"),
                by=signed_in_user(request),
            )
        except Refusal as refusal:
            refusal_sentence = refusal.sentence
        else:
            messages.success(
                request,
                ngettext(
                    "%(n)d Workshop ist veröffentlicht.",
                    "%(n)d Workshops sind veröffentlicht.",
                    len(published),
                )
                % {"n": len(published)},
            )
            return redirect("workshops:staff_process", process.slug)
    context = {
        "process": process,
        "drafts": drafts,
        "conflicts": named(drafts, conflicts, process),
        "form": form,
        "refusal": refusal_sentence,
    }
    return render(request, "workshops/staff/planning_publish.html", context)


def _fields(
    process: ParticipationProcess, drafts: list[Workshop], published: list[Workshop]
) -> list[dict[str, Any]]:
    """Each field with its series, if it has one, and how many workshops are there."""
    return [
        {
            "field": field,
            "series": getattr(field, "series", None),
            "drafts": sum(one.field == field for one in drafts),
            "published": sum(one.field == field for one in published),
            "days": planning_names.weekday_list(field.series.weekdays) if hasattr(field, "series") else "",
        }
        for field in process.fields.select_related("series")
    ]


def _suits(survey: Survey | None, draft: Workshop) -> str:
    """How many of those interested said that they can come then; nothing where a count isn't shown."""
    if survey is None or not survey.evaluation:
        return ""
    start = draft.local_start
    part = "morning" if start.hour < 12 else "afternoon" if start.hour < 17 else "evening"
    for one in survey.evaluation["fields"]:
        if one["field"] == draft.series.field_id:
            people = one["times"].get(f"{words.WEEKDAYS[start.weekday()]}-{part}")
            if people is None or one["interest"] is None:
                return ""
            return ngettext(
                "passt für %(people)d von %(interest)d Interessierten",
                "passt für %(people)d von %(interest)d Interessierten",
                one["interest"],
            ) % {"people": people, "interest": one["interest"]}
    return ""


def _run_context(run: PlanningRun | None, names: planning_names.Names) -> dict[str, Any]:
    outcome = run.outcome if run else {}
    return {
        "run": run,
        "outcome": outcome,
        "reasons": [planning_words.conflict_text(one, names) for one in outcome.get("conflicts", [])],
        "unplaced": planning_words.unplaced_texts(outcome.get("unplaced", []), names),
        "suits_percent": 100 - outcome.get("missed", 0),
    }


def _draft(process: ParticipationProcess, pk: int) -> Workshop:
    return get_object_or_404(
        Workshop.objects.of_process(process).drafts().select_related("series__field__process"), pk=pk
    )
