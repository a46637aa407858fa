"""Moderators: their workshops, and the minutes' way to the public."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.models import Minutes, ProposedMeasure, Workshop
from workshops.operations import minutes as minutes_operations
from workshops.permissions import is_staff, signed_in_only, signed_in_user, visible_workshops
from workshops.views.staff import attempt

P = ParamSpec("P")
WorkshopView = Callable[Concatenate[HttpRequest, Workshop, P], HttpResponse]


def workshop_page(view: WorkshopView[P]) -> Callable[..., HttpResponseBase]:
    """The view gets the workshop, 404 for one that the person doesn't lead; times are the process's."""

    def page(request: HttpRequest, /, workshop: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = get_object_or_404(
            visible_workshops(request.user).select_related("series__field__process", "minutes", "room"),
            pk=workshop,
        )
        with timezone.override(found.process.zone):
            return view(request, found, *args, **kwargs)

    return signed_in_only(update_wrapper(page, view))


def context_of(workshop: Workshop, **more: object) -> dict[str, object]:
    """What each page of a workshop needs; the workshop's row brings its minutes."""
    minutes = getattr(workshop, "minutes", None)
    return {
        "process": workshop.process,
        "workshop": workshop,
        "minutes": minutes,
        "is_writable": not workshop.is_cancelled and not (minutes and minutes.is_published),
        **more,
    }


@signed_in_only
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = list(
        visible_workshops(request.user)
        .exclude(status=Workshop.Status.DRAFT)
        .select_related("series__field__process", "minutes")
        .with_seats()
        .order_by("starts_at", "pk")
    )
    context = {
        "upcoming": [workshop for workshop in found if workshop.ends_at > now],
        "past": [workshop for workshop in reversed(found) if workshop.ends_at <= now],
    }
    return render(request, "workshops/moderator/workshops.html", context)


@workshop_page
@require_safe
def workshop(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The agenda with the minutes, as they will be read, and what was proposed."""
    agenda = list(workshop.agenda.select_related("edited_by").prefetch_related("proposed_measures"))
    now = timezone.now()
    context = context_of(
        workshop,
        agenda=agenda,
        has_begun=workshop.starts_at <= now,
        is_written=any(item.text for item in agenda),
        is_staff=is_staff(request.user),
    )
    return render(request, "workshops/moderator/workshop.html", context)


@workshop_page
@require_POST
def submit(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    attempt(
        request,
        lambda: minutes_operations.submit(workshop, by=signed_in_user(request)),
        done=_("Das Protokoll ist in Durchsicht."),
    )
    return redirect("workshops:moderate_workshop", workshop.pk)


@workshop_page
@require_POST
def reopen(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """From review the moderators themselves; what is public only staff take back."""
    minutes = Minutes.objects.filter(workshop=workshop).first()
    if minutes and minutes.is_published and not is_staff(request.user):
        messages.error(request, _("Ein veröffentlichtes Protokoll nimmt nur die Verwaltung zurück."))
        return redirect("workshops:moderate_workshop", workshop.pk)
    attempt(
        request,
        lambda: minutes_operations.reopen(workshop, by=signed_in_user(request)),
        done=_("Das Protokoll ist wieder in Arbeit."),
    )
    return redirect("workshops:moderate_workshop", workshop.pk)


@workshop_page
def publish(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Asked once more before the public reads it and mails go out."""
    if request.method == "POST":
        attempt(
            request,
            lambda: minutes_operations.publish(workshop, by=signed_in_user(request)),
            done=_("Das Protokoll ist veröffentlicht. Die Teilnehmenden bekommen eine E-Mail."),
        )
        return redirect("workshops:moderate_workshop", workshop.pk)
    context = context_of(
        workshop,
        told_count=workshop.registrations.confirmed().count(),
        proposal_count=ProposedMeasure.objects.filter(item__workshop=workshop).count(),
        without_text=list(workshop.agenda.filter(text="")),
    )
    return render(request, "workshops/moderator/publish.html", context)
