"""Staff: the plan of an action field, guideline → goal → measure, put in words and in order."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.forms.staff_results import MeasureForm, PlanTextChangeForm, PlanTextForm
from workshops.models import (
    ActionField,
    Goal,
    Guideline,
    LocalisedText,
    Measure,
    MeasureDetails,
    ParticipationProcess,
)
from workshops.operations import measures
from workshops.permissions import signed_in_user
from workshops.views.public import plan_of
from workshops.views.staff import attempt, carried_out, process_page


@process_page
@require_safe
def plan(request: HttpRequest, process: ParticipationProcess, field: str = "") -> HttpResponse:
    """The plan of one field, the first if none is named."""
    fields = list(process.fields.all())
    chosen = next((each for each in fields if each.slug == field or not field), None)
    if chosen is None and field:
        raise Http404
    guidelines = plan_of([chosen]) if chosen else []
    context = {"process": process, "fields": fields, "field": chosen, "guidelines": guidelines}
    return render(request, "workshops/staff/plan.html", context)


@process_page
def guideline_new(request: HttpRequest, process: ParticipationProcess, field: str) -> HttpResponse:
    found = get_object_or_404(process.fields.all(), slug=field)
    form = PlanTextForm(request.POST or None)
    user = signed_in_user(request)
    if carried_out(form, lambda: measures.add_guideline(found, by=user, **form.cleaned_data)):
        return _to_plan(found)
    return _form_page(request, process, form, field=found, heading=_("Neue Leitlinie"))


@process_page
def guideline(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = guideline_of(process, pk)
    form = PlanTextChangeForm(
        request.POST or None, initial={"text": found.text, "seen": measures.edition(found)}
    )
    user = signed_in_user(request)
    if carried_out(form, lambda: measures.change_guideline(found, by=user, **form.cleaned_data)):
        return _to_plan(found.field)
    heading = _("Leitlinie ändern")
    return _form_page(request, process, form, field=found.field, heading=heading, present=found)


@process_page
@require_POST
def guideline_remove(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = guideline_of(process, pk)
    user = signed_in_user(request)
    attempt(request, lambda: measures.remove_guideline(found, by=user), done=_("Die Leitlinie ist entfernt."))
    return _to_plan(found.field)


@process_page
def goal_new(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """`pk` is the guideline's."""
    found = guideline_of(process, pk)
    form = PlanTextForm(request.POST or None)
    user = signed_in_user(request)
    if carried_out(form, lambda: measures.add_goal(found, by=user, **form.cleaned_data)):
        return _to_plan(found.field)
    return _form_page(request, process, form, field=found.field, heading=_("Neues Ziel"), above=found.text)


@process_page
def goal(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = goal_of(process, pk)
    field = found.guideline.field
    form = PlanTextChangeForm(
        request.POST or None, initial={"text": found.text, "seen": measures.edition(found)}
    )
    user = signed_in_user(request)
    if carried_out(form, lambda: measures.change_goal(found, by=user, **form.cleaned_data)):
        return _to_plan(field)
    heading, above = _("Ziel ändern"), found.guideline.text
    return _form_page(request, process, form, field=field, heading=heading, above=above, present=found)


@process_page
@require_POST
def goal_remove(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = goal_of(process, pk)
    field = found.guideline.field
    user = signed_in_user(request)
    attempt(request, lambda: measures.remove_goal(found, by=user), done=_("Das Ziel ist entfernt."))
    return _to_plan(field)


@process_page
def measure(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = measure_of(process, pk)
    field = found.goal.guideline.field
    kept = {name: getattr(found, name) for name in ("goal", "title", "description", *MeasureDetails.DETAILS)}
    kept["seen"] = measures.edition(found)
    form = MeasureForm(request.POST or None, process=process, initial=kept)
    user = signed_in_user(request)
    if carried_out(form, lambda: measures.change_measure(found, by=user, **form.cleaned_data)):
        messages.success(request, _("Die Maßnahme ist geändert."))
        return _to_plan(form.cleaned_data["goal"].guideline.field)
    return _form_page(request, process, form, field=field, heading=_("Maßnahme ändern"), present=found)


@process_page
@require_POST
def measure_status(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = measure_of(process, pk)
    field = found.goal.guideline.field
    wanted = request.POST.get("status", "")
    if wanted not in Measure.Status.values:
        raise Http404
    user = signed_in_user(request)
    status = Measure.Status(wanted)
    seen = request.POST.get("seen", "")
    attempt(
        request,
        lambda: measures.set_status(found, status=status, seen=seen, by=user),
        done=_("„%(measure)s“: %(status)s.") % {"measure": found, "status": status.label},
    )
    return _to_plan(field)


def _to_plan(field: ActionField) -> HttpResponse:
    return redirect("workshops:staff_plan_field", field.process.slug, field.slug)


def _form_page(
    request: HttpRequest,
    process: ParticipationProcess,
    form: PlanTextForm | MeasureForm,
    *,
    field: ActionField,
    heading: str,
    above: object = "",
    present: Guideline | Goal | Measure | None = None,
) -> HttpResponse:
    """`present`: the row as it is now; it stands beside the form if the person saw another edition."""
    context = {"process": process, "form": form, "field": field, "heading": heading, "above": above}
    if present is not None and form.is_bound and form.data.get("seen") != measures.edition(present):
        # The next try is made in sight of the present words.
        typed = {name: form.data[name] for name in form.data}
        form.data = {**typed, "seen": measures.edition(present)}
        context["present"] = _words(present, form)
    return render(request, "workshops/staff/plan_form.html", context)


def _words(row: Guideline | Goal | Measure, form: forms.Form) -> list[tuple[object, list[tuple[str, str]]]]:
    """Each label with its words by language; "" where they have none."""
    found: list[tuple[object, list[tuple[str, str]]]] = []
    for name in ("text", "goal", "title", "description", *MeasureDetails.DETAILS):
        if name in form.fields:
            value = getattr(row, name)
            words = list(value.items()) if isinstance(value, LocalisedText) else [("", str(value))]
            found.append((form.fields[name].label, [each for each in words if each[1]]))
    return [each for each in found if each[1]]


def guideline_of(process: ParticipationProcess, pk: int) -> Guideline:
    return get_object_or_404(
        Guideline.objects.select_related("field__process"), field__process=process, pk=pk
    )


def goal_of(process: ParticipationProcess, pk: int) -> Goal:
    return get_object_or_404(
        Goal.objects.select_related("guideline__field__process"),
        guideline__field__process=process,
        pk=pk,
    )


def measure_of(process: ParticipationProcess, pk: int) -> Measure:
    return get_object_or_404(
        Measure.objects.select_related("goal__guideline__field__process"),
        goal__guideline__field__process=process,
        pk=pk,
    )
