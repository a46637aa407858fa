"""Staff: one workshop, from draft to cancellation."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.errors import Refusal
from workshops.forms import staff_workshop as workshop_forms
from workshops.models import ParticipationProcess, Registration, Workshop, WorkshopSeries
from workshops.operations import by_hand, workshops
from workshops.permissions import signed_in_user
from workshops.views.room_words import meeting_problem
from workshops.views.staff import attempt, process_page, workshop_of
from workshops.views.staff_conflicts import accepted, named, of_refusal, tried


@process_page
def workshop(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    registrations = list(found.registrations.active().select_related("participant").order_by("place"))
    now = timezone.now()
    return render(
        request,
        "workshops/staff/workshop.html",
        {
            "process": process,
            "workshop": found,
            "moderators": list(found.moderators.all()),
            "channels": list(found.channels.all()),
            "registrations": registrations,
            "conflicts": (named(*by_hand.conflicts(found, now=now), process) if found.is_draft else []),
            "is_over": found.is_over(now),
            "may_change": not found.is_cancelled and not found.is_over(now),
            "registration_is_open": found.registration_is_open(now),
            "room_problem": meeting_problem(
                found.meetings.failing(now).filter(channel=None).first()
                if found.room_id is not None
                else None
            ),
        },
    )


@process_page
def details(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    initial = {name: getattr(found, name) for name in ("title", "description")}
    form = workshop_forms.DetailsForm(request.POST or None, initial=initial)
    return _form_page(
        request,
        found,
        form,
        lambda: workshops.change_details(found, by=signed_in_user(request), **form.cleaned_data),
        heading=_("Text ändern"),
        done=_("Die Angaben sind gespeichert."),
        told=told_of(found),
    )


@process_page
def reschedule(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Two steps for what citizens already know of: first who will be told, then the change."""
    found = workshop_of(process, pk)
    form = workshop_forms.TimesForm(
        request.POST or None,
        initial={"day": found.local_start.date(), "starts": found.local_start, "ends": found.local_end},
    )
    is_confirmed = "confirm" in request.POST or found.is_draft

    def move() -> None:
        with transaction.atomic():
            by_hand.reschedule(
                workshop_of(process, pk),
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                accepted=accepted(request, button="accept" if found.is_draft else "confirm"),
                by=signed_in_user(request),
            )
            # The first step only tries, so that a refusal is named before anyone decides.
            transaction.set_rollback(not is_confirmed)

    is_possible, conflicts = tried(form, move, process)
    if is_possible and is_confirmed:
        messages.success(request, _("Der neue Termin ist gespeichert."))
        return redirect("workshops:staff_workshop", process.slug, pk)
    context = {"process": process, "workshop": found, "form": form, "conflicts": conflicts}
    if not found.is_draft and (is_possible or conflicts):
        times = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at")}
        context |= {**times, "told": told_of(found)}
        return render(request, "workshops/staff/workshop_reschedule_preview.html", context)
    return render(request, "workshops/staff/workshop_reschedule.html", context)


@process_page
def seats(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    initial = {"capacity": found.capacity, "waiting_capacity": found.waiting_capacity}
    form = workshop_forms.SeatsForm(request.POST or None, initial=initial)
    return _form_page(
        request,
        found,
        form,
        lambda: workshops.change_capacity(found, by=signed_in_user(request), **form.cleaned_data),
        heading=_("Plätze ändern"),
        done=_("Die Plätze sind geändert. Wer wartet, rückt nach, solange Plätze frei sind."),
    )


@process_page
def registration_window(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    initial = {"opens_at": found.registration_opens_at, "closes_at": found.registration_closes_at}
    form = workshop_forms.RegistrationWindowForm(request.POST or None, initial=initial)
    return _form_page(
        request,
        found,
        form,
        lambda: workshops.set_registration_window(found, by=signed_in_user(request), **form.cleaned_data),
        heading=_("Anmeldezeitraum ändern"),
        done=_("Der Anmeldezeitraum ist gespeichert."),
    )


@process_page
def moderators(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    form = workshop_forms.ModeratorsForm(
        request.POST or None, process=process, initial={"moderators": list(found.moderators.all())}
    )
    return _form_page(
        request,
        found,
        form,
        lambda: by_hand.assign_moderators(
            found, accepted=accepted(request), by=signed_in_user(request), **form.cleaned_data
        ),
        heading=_("Moderation einteilen"),
        done=_("Die Moderation ist eingeteilt."),
    )


@process_page
def cancel(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    form = workshop_forms.CancellationForm(request.POST or None)
    return _form_page(
        request,
        found,
        form,
        lambda: workshops.cancel(found, reason=form.cleaned_data["reason"], by=signed_in_user(request)),
        heading=_("Workshop absagen"),
        done=_("Der Workshop ist abgesagt. Alle Angemeldeten erhalten eine Mail."),
        told=told_of(found),
        is_dangerous=True,
    )


@process_page
@require_POST
def publish(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """What the draft breaks is shown first, and only what was shown is accepted."""
    try:
        by_hand.publish(workshop_of(process, pk), accepted=accepted(request), by=signed_in_user(request))
    except Refusal as refusal:
        if refusal.code == "conflicts":
            context = {"workshop": workshop_of(process, pk), "conflicts": of_refusal(refusal, process)}
            return render(request, "workshops/staff/workshop_publish.html", {"process": process, **context})
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("Der Workshop ist veröffentlicht. Bürgerinnen und Bürger können ihn jetzt sehen.")
        )
    return redirect("workshops:staff_workshop", process.slug, pk)


@process_page
@require_POST
def delete(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = workshop_of(process, pk)
    is_deleted = attempt(
        request,
        lambda: workshops.delete_draft(found, by=signed_in_user(request)),
        done=_("Der Entwurf ist gelöscht."),
    )
    if is_deleted:
        return redirect("workshops:staff_process", process.slug)
    return redirect("workshops:staff_workshop", process.slug, pk)


@process_page
def add(request: HttpRequest, process: ParticipationProcess, field: str) -> HttpResponse:
    """One more workshop in a series, by hand."""
    series = get_object_or_404(
        WorkshopSeries.objects.select_related("field__process"), field__process=process, field__slug=field
    )
    form = workshop_forms.TimesForm(request.POST or None)
    added: list[Workshop] = []
    is_added, conflicts = tried(
        form,
        lambda: added.append(
            by_hand.add(
                series,
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                accepted=accepted(request),
                by=signed_in_user(request),
            )
        ),
        process,
    )
    if is_added:
        messages.success(request, _("Der Workshop ist als Entwurf angelegt."))
        return redirect("workshops:staff_workshop", process.slug, added[0].pk)
    context = {"process": process, "series": series, "form": form, "conflicts": conflicts}
    return render(request, "workshops/staff/workshop_add.html", context)


def _form_page(
    request: HttpRequest,
    found: Workshop,
    form: forms.Form,
    action: Callable[[], object],
    *,
    heading: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    """A form, its operation, and back to the workshop; a refusal stands above the form."""
    is_done, conflicts = tried(form, action, found.process)
    if is_done:
        messages.success(request, done)
        return redirect("workshops:staff_workshop", found.process.slug, found.pk)
    return render(
        request,
        "workshops/staff/workshop_form.html",
        {
            "process": found.process,
            "workshop": found,
            "form": form,
            "heading": heading,
            "conflicts": conflicts,
            **context,
        },
    )


def told_of(found: Workshop) -> dict[str, int] | None:
    """How many are told of a change that calendars show; None for a draft, of which nobody knows."""
    if found.is_draft:
        return None
    rows = found.registrations.active()
    return {
        status: rows.filter(status=status).count()
        for status in (Registration.Status.CONFIRMED, Registration.Status.WAITING)
    }
