"""Staff put the plan in order: places (by buttons, drag or keyboard), and what stands under what."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.forms.staff_plan import FileGoalForm, FileMeasureForm
from workshops.models import Guideline, LocalisedText, ParticipationProcess
from workshops.operations import arranging, measures
from workshops.permissions import signed_in_user
from workshops.views.numbers import row_number
from workshops.views.reordering import placed
from workshops.views.staff import attempt, carried_out, process_page
from workshops.views.staff_plan import goal_of, guideline_of, measure_of


@process_page
@require_POST
def guideline_move(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = guideline_of(process, pk)
    user = signed_in_user(request)
    if "position" in request.POST:
        numbers = Guideline.objects.filter(field=found.field).numbered().order_by("position")
        return placed(
            request,
            lambda to: arranging.place_guideline(found, position=to, by=user),
            labels=lambda: [str(each.number) for each in numbers.all()],
        )
    return _moved(
        request, process, found.field.slug, lambda up: measures.move_guideline(found, up=up, by=user)
    )


@process_page
@require_POST
def goal_move(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = goal_of(process, pk)
    user = signed_in_user(request)
    if "position" in request.POST:
        if "under" in request.POST:
            guideline = guideline_of(process, _number(request.POST["under"]))
            return placed(
                request, lambda to: arranging.file_goal(found, under=guideline, position=to, by=user)
            )
        found.guideline_id = _stood_under(request, found.guideline_id)
        return placed(request, lambda to: arranging.place_goal(found, position=to, by=user))
    field = found.guideline.field.slug
    return _moved(request, process, field, lambda up: measures.move_goal(found, up=up, by=user))


@process_page
@require_POST
def measure_move(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = measure_of(process, pk)
    user = signed_in_user(request)
    if "position" in request.POST:
        if "under" in request.POST:
            goal = goal_of(process, _number(request.POST["under"]))
            return placed(request, lambda to: arranging.file_measure(found, under=goal, position=to, by=user))
        found.goal_id = _stood_under(request, found.goal_id)
        return placed(request, lambda to: arranging.place_measure(found, position=to, by=user))
    field = found.goal.guideline.field.slug
    return _moved(request, process, field, lambda up: measures.move_measure(found, up=up, by=user))


@process_page
def goal_file(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Under another guideline."""
    found = goal_of(process, pk)
    form = FileGoalForm(request.POST or None, process=process, initial={"under": found.guideline_id})
    user = signed_in_user(request)
    if carried_out(form, lambda: arranging.file_goal(found, by=user, **form.cleaned_data), at="under"):
        messages.success(
            request,
            _("Das Ziel steht jetzt unter der Leitlinie „%(text)s“.")
            % {"text": form.cleaned_data["under"].text},
        )
        return _to_plan(process, form.cleaned_data["under"].field.slug)
    heading = _("Ziel einer anderen Leitlinie zuordnen")
    return _page(request, process, form, heading, found.text, found.guideline.field.slug)


@process_page
def measure_file(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Under another goal."""
    found = measure_of(process, pk)
    form = FileMeasureForm(request.POST or None, process=process, initial={"under": found.goal_id})
    user = signed_in_user(request)
    if carried_out(form, lambda: arranging.file_measure(found, by=user, **form.cleaned_data), at="under"):
        messages.success(
            request,
            _("Die Maßnahme steht jetzt unter dem Ziel „%(text)s“.")
            % {"text": form.cleaned_data["under"].text},
        )
        return _to_plan(process, form.cleaned_data["under"].guideline.field.slug)
    heading = _("Maßnahme einem anderen Ziel zuordnen")
    return _page(request, process, form, heading, found.title, found.goal.guideline.field.slug)


def _moved(
    request: HttpRequest, process: ParticipationProcess, field: str, move: Callable[[bool], None]
) -> HttpResponse:
    """By the buttons, for those without a script."""
    attempt(request, lambda: move("up" in request.POST), done=_("Die Reihenfolge ist geändert."))
    return _to_plan(process, field)


def _number(typed: str) -> int:
    if (number := row_number(typed)) is None:
        raise Http404
    return number


def _stood_under(request: HttpRequest, now_there: int) -> int:
    """What it stood under on the page: somebody may have put it elsewhere since."""
    return _number(request.POST["within"]) if "within" in request.POST else now_there


def _page(
    request: HttpRequest,
    process: ParticipationProcess,
    form: forms.Form,
    heading: str,
    what: LocalisedText,
    field: str,
) -> HttpResponse:
    back = reverse("workshops:staff_plan_field", args=[process.slug, field])
    context = {"process": process, "form": form, "heading": heading, "what": what, "back": back}
    return render(request, "workshops/staff/plan_file.html", context)


def _to_plan(process: ParticipationProcess, field: str) -> HttpResponse:
    return redirect("workshops:staff_plan_field", process.slug, field)
