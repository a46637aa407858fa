"""Staff: versions of the plan, kept, read, adopted and compared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import Refusal
from workshops.forms.staff_plan import AdoptedForm, CompareForm, KeepVersionForm, name_of
from workshops.models import ParticipationProcess, PlanVersion
from workshops.operations import plan_versions, plans
from workshops.permissions import signed_in_user
from workshops.plans.comparison import compare
from workshops.plans.content import PlanContent
from workshops.views.staff import attempt, carried_out, process_page


@process_page
def versions(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """All versions, the newest first, and a form to keep one more."""
    form = KeepVersionForm(request.POST or None)
    user = signed_in_user(request)
    if request.method == "POST" and carried_out(
        form, lambda: plan_versions.keep(process, by=user, **form.cleaned_data)
    ):
        messages.success(request, _("Die Fassung ist festgehalten."))
        return redirect("workshops:staff_plan_versions", process.slug)
    # The contents stay in the database: a list needs none of them.
    kept = list(process.plan_versions.defer("content").select_related("created_by").order_by("-number"))
    adopted = [each for each in kept if each.adopted_on]
    holds = max(adopted, key=lambda each: (each.adopted_on, each.number), default=None)
    context = {
        "process": process,
        "form": form,
        "versions": [(each, name_of(each)) for each in kept],
        "holds": holds.pk if holds else None,
    }
    return render(request, "workshops/staff/plan_versions.html", context)


@process_page
def version(request: HttpRequest, process: ParticipationProcess, number: int) -> HttpResponse:
    """The plan as it stood, and a form for the council's decision."""
    found = _version(process, number)
    form = AdoptedForm(request.POST or None, initial={"on": found.adopted_on or timezone.localdate()})
    user = signed_in_user(request)
    if carried_out(form, lambda: plan_versions.mark_adopted(found, by=user, **form.cleaned_data), at="on"):
        messages.success(request, _("Der Beschluss ist eingetragen. Diese Fassung ist jetzt öffentlich."))
        return redirect("workshops:staff_plan_version", process.slug, number)
    context = {"process": process, "version": found, "name": name_of(found), "form": form}
    try:
        context["content"] = plan_versions.read(found)
    except Refusal as refusal:
        context["problem"] = refusal.sentence
    return render(request, "workshops/staff/plan_version.html", context)


@process_page
@require_POST
def not_adopted(request: HttpRequest, process: ParticipationProcess, number: int) -> HttpResponse:
    """The decision was entered by mistake."""
    found = _version(process, number)
    user = signed_in_user(request)
    attempt(
        request,
        lambda: plan_versions.mark_adopted(found, on=None, by=user),
        done=_("Diese Fassung gilt nicht mehr als beschlossen."),
    )
    return redirect("workshops:staff_plan_version", process.slug, number)


@process_page
@require_safe
def comparison(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Two versions, or one and the plan as it is now; by itself the latest version and now."""
    kept = list(process.plan_versions.defer("content").order_by("-number"))
    wanted = request.GET if "before" in request.GET else None
    latest = {"before": str(kept[0].number) if kept else "", "after": ""}
    form = CompareForm(wanted or latest, versions=kept)
    context = {"process": process, "form": form, "versions": kept}
    if kept and form.is_valid():
        before, after = form.cleaned_data["before"], form.cleaned_data["after"]
        named = {"": _("der Plan, wie er jetzt ist"), **{str(each.number): name_of(each) for each in kept}}
        try:
            found = compare(_content(process, before), _content(process, after))
        except Refusal as refusal:
            context["problem"] = refusal.sentence
        else:
            context |= {
                "found": found,
                "headline": plan_versions.headline(found),
                "renumbered": plan_versions.renumbered(found),
                "before": named[before],
                "after": named[after],
            }
    return render(request, "workshops/staff/plan_comparison.html", context)


def _content(process: ParticipationProcess, number: str) -> PlanContent:
    return plan_versions.read(_version(process, int(number))) if number else plans.content_of(process)


def _version(process: ParticipationProcess, number: int) -> PlanVersion:
    return get_object_or_404(
        PlanVersion.objects.select_related("process", "created_by", "adoption_entered_by"),
        process=process,
        number=number,
    )
