"""Staff: the moderators of a process, and the colleagues of the administration."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.errors import Refusal
from workshops.forms.on_behalf import HelperForm
from workshops.forms.staff import ColleagueForm, InvitationForm, ModeratorForm
from workshops.models import ModeratorProfile, ParticipationProcess, User
from workshops.operations import people
from workshops.permissions import signed_in_user
from workshops.views.planning_names import language_list
from workshops.views.staff import attempt, process_page


@process_page
def everyone(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    profiles = (
        process.moderators.select_related("user").prefetch_related("fields").order_by("user__name", "pk")
    )
    return render(
        request,
        "workshops/staff/people.html",
        {
            "process": process,
            "profiles": [(profile, language_list(profile.languages)) for profile in profiles],
            "helpers": list(process.helpers.select_related("user").order_by("user__name", "pk")),
            "colleagues": list(User.objects.filter(is_staff=True).order_by("name", "pk")),
        },
    )


@process_page
def moderator_new(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = InvitationForm(request.POST or None, process=process)
    if form.is_valid():
        given = form.cleaned_data
        try:
            profile = people.invite_moderator(
                process,
                email=given["email"],
                name=given["name"],
                fields=given["fields_led"],
                languages=given["languages"],
                language=given["language"],
                by=signed_in_user(request),
            )
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(
                request, _("%(name)s ist eingeladen und bekommt eine Mail.") % {"name": profile.user}
            )
            return redirect("workshops:staff_people", process.slug)
    return render(request, "workshops/staff/moderator_new.html", {"process": process, "form": form})


@process_page
def moderator(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    profile = _profile(process, pk)
    form = ModeratorForm(
        request.POST or None,
        process=process,
        initial={
            "name": profile.user.name,
            "fields_led": list(profile.fields.all()),
            "languages": profile.languages,
        },
    )
    if form.is_valid():
        people.change_moderator(
            profile,
            name=form.cleaned_data["name"],
            fields=form.cleaned_data["fields_led"],
            languages=form.cleaned_data["languages"],
            by=signed_in_user(request),
        )
        messages.success(request, _("Die Angaben sind gespeichert."))
        return redirect("workshops:staff_people", process.slug)
    return render(
        request, "workshops/staff/moderator.html", {"process": process, "profile": profile, "form": form}
    )


@process_page
@require_POST
def moderator_invite_again(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    profile = _profile(process, pk)
    attempt(
        request,
        lambda: people.invite_again(profile, by=signed_in_user(request)),
        done=_("Die Einladung geht noch einmal an %(name)s.") % {"name": profile.user},
    )
    return redirect("workshops:staff_people", process.slug)


@process_page
def colleague_new(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = ColleagueForm(request.POST or None)
    if form.is_valid():
        try:
            user = people.invite_colleague(
                process,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                by=signed_in_user(request),
            )
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, _("%(name)s gehört jetzt zur Verwaltung.") % {"name": user})
            return redirect("workshops:staff_people", process.slug)
    return render(request, "workshops/staff/colleague_new.html", {"process": process, "form": form})


@process_page
@require_POST
def colleague_invite_again(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk, is_staff=True, is_active=True)
    attempt(
        request,
        lambda: people.invite_colleague_again(user, process=process, by=signed_in_user(request)),
        done=_("Die Einladung geht noch einmal an %(name)s.") % {"name": user},
    )
    return redirect("workshops:staff_people", process.slug)


@process_page
def helper_new(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    form = HelperForm(request.POST or None)
    if form.is_valid():
        try:
            profile = people.add_helper(process, **form.cleaned_data, by=signed_in_user(request))
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(
                request,
                _(
                    "%(name)s darf jetzt Menschen anmelden. Das Passwort legt die Person selbst fest: beim "
                    "Anmelden unter „Passwort vergessen“."
                )
                % {"name": profile.user},
            )
            return redirect("workshops:staff_people", process.slug)
    return render(request, "workshops/staff/helper_new.html", {"process": process, "form": form})


@process_page
@require_POST
def helper_remove(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    profile = get_object_or_404(process.helpers.select_related("user"), pk=pk)
    people.remove_helper(profile, by=signed_in_user(request))
    messages.success(request, _("%(name)s meldet niemanden mehr an.") % {"name": profile.user})
    return redirect("workshops:staff_people", process.slug)


@process_page
@require_POST
def deactivate(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    attempt(
        request,
        lambda: people.deactivate(user, by=signed_in_user(request)),
        done=_("Das Konto von %(name)s ist stillgelegt.") % {"name": user},
    )
    return redirect("workshops:staff_people", process.slug)


@process_page
@require_POST
def reactivate(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    attempt(
        request,
        lambda: people.reactivate(user, by=signed_in_user(request)),
        done=_("%(name)s kann sich wieder anmelden.") % {"name": user},
    )
    return redirect("workshops:staff_people", process.slug)


def _profile(process: ParticipationProcess, pk: int) -> ModeratorProfile:
    return get_object_or_404(
        ModeratorProfile.objects.select_related("user", "process"), process=process, pk=pk
    )
