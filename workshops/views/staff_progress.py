"""Staff: one measure's way, as the public reads it, and its milestones."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.forms.staff_progress import MilestoneChangeForm, MilestoneForm, ProgressForm
from workshops.models import Measure, Milestone, ParticipationProcess
from workshops.operations import measures, milestones
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, carried_out, process_page
from workshops.views.staff_plan import measure_of


@process_page
def progress(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The history, a form for the next step, and the milestones with a form for one more."""
    found = measure_of(process, pk)
    user = signed_in_user(request)
    wants_milestone = "add_milestone" in request.POST
    step = ProgressForm(
        request.POST if request.method == "POST" and not wants_milestone else None, measure=found
    )
    milestone = MilestoneForm(request.POST if wants_milestone else None)
    if carried_out(step, lambda: measures.set_status(found, by=user, **step.cleaned_data)):
        messages.success(request, _("Der Stand ist öffentlich."))
        return _back(found)
    if step.is_bound and step.data.get("seen") != found.status:
        # The next try is made in sight of the present status; the sentence stays.
        step.data = {**{name: step.data[name] for name in step.data}, "seen": found.status}
    if carried_out(milestone, lambda: milestones.add(found, by=user, **milestone.cleaned_data)):
        messages.success(request, _("Der Meilenstein ist eingetragen."))
        return _back(found)
    return _page(request, found, step=step, milestone=milestone)


@process_page
def milestone(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Another day or other words for a milestone."""
    found = _milestone(process, pk)
    form = MilestoneChangeForm(
        request.POST or None, initial={"on": found.on, "title": found.title, "seen": found.revision}
    )
    user = signed_in_user(request)
    if carried_out(form, lambda: milestones.change(found, by=user, **form.cleaned_data)):
        messages.success(request, _("Der Meilenstein ist geändert."))
        return _back(found.measure)
    context = {"process": process, "measure": found.measure, "form": form}
    if form.is_bound and form.data.get("milestone-seen") != str(found.revision):
        # The next try is made in sight of the present words.
        form.data = {**{name: form.data[name] for name in form.data}, "milestone-seen": found.revision}
        context["present"] = found
    return render(request, "workshops/staff/milestone.html", context)


@process_page
@require_POST
def milestone_reached(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """One click: reached today; another: not yet, after all."""
    found = _milestone(process, pk)
    reached_on = None if "undo" in request.POST else timezone.localdate(timezone=process.zone)
    user = signed_in_user(request)
    attempt(
        request,
        lambda: milestones.mark_reached(found, on=reached_on, seen=_seen(request), by=user),
        done=_("„%(milestone)s“ ist erreicht.") % {"milestone": found}
        if reached_on
        else _("„%(milestone)s“ ist noch offen.") % {"milestone": found},
    )
    return _back(found.measure)


@process_page
@require_POST
def milestone_remove(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = _milestone(process, pk)
    user = signed_in_user(request)
    attempt(
        request,
        lambda: milestones.remove(found, seen=_seen(request), by=user),
        done=_("Der Meilenstein ist entfernt."),
    )
    return _back(found.measure)


def _seen(request: HttpRequest) -> int:
    """The revision on the page where the button was pressed; -1, which none has, if it says nothing."""
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


def _page(
    request: HttpRequest, measure: Measure, *, step: ProgressForm, milestone: MilestoneForm
) -> HttpResponse:
    context = {
        "process": measure.goal.guideline.field.process,
        "field": measure.goal.guideline.field,
        "measure": measure,
        "form": milestone if milestone.is_bound else step,
        "step": step,
        "milestone": milestone,
        "changes": list(measure.changes.select_related("changed_by").order_by("-changed_at", "-pk")),
        "milestones": list(measure.milestones.all()),
    }
    return render(request, "workshops/staff/measure_progress.html", context)


def _back(measure: Measure) -> HttpResponse:
    process = measure.goal.guideline.field.process
    return redirect("workshops:staff_measure_progress", process.slug, measure.pk)


def _milestone(process: ParticipationProcess, pk: int) -> Milestone:
    return get_object_or_404(
        Milestone.objects.select_related("measure__goal__guideline__field__process"),
        measure__goal__guideline__field__process=process,
        pk=pk,
    )
