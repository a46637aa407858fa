"""Staff: is a workshop recorded, and what becomes of its recordings."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.conferencing.protocol import ProviderError
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Recording, Workshop
from workshops.models.conference import RECORDINGS_APPEAR_FOR
from workshops.operations import recordings as operations
from workshops.permissions import signed_in_user
from workshops.views.room_words import problem_words
from workshops.views.staff import attempt, process_page, workshop_of
from workshops.views.staff_workshop import told_of


@process_page
def recordings(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    now = timezone.now()
    failing = workshop.meetings.filter(is_recorded=True).exclude(problem="").order_by("-problem_at").first()
    return render(
        request,
        "workshops/staff/recordings.html",
        {
            "process": process,
            "workshop": workshop,
            "recordings": list(
                Recording.objects.filter(meeting__workshop=workshop).select_related(
                    "published_by", "deleted_by"
                )
            ),
            "may_change": not workshop.is_cancelled and not workshop.is_over(now),
            "is_over": workshop.is_over(now),
            "is_running": workshop.is_running(now),
            "is_too_late": now > workshop.recording_can_be_announced_until,
            "told": told_of(workshop),
            "listed_days": RECORDINGS_APPEAR_FOR.days,
            "problem": problem_words(failing.problem, failing.problem_words) if failing else "",
        },
    )


@process_page
@require_POST
def announce(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    attempt(
        request,
        lambda: operations.announce(workshop, by=signed_in_user(request), now=timezone.now()),
        done=_("Die Aufzeichnung ist angekündigt. Alle Angemeldeten erfahren es."),
    )
    return redirect("workshops:staff_workshop_recordings", process.slug, pk)


@process_page
@require_POST
def withdraw(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    attempt(
        request,
        lambda: operations.withdraw(workshop, by=signed_in_user(request), now=timezone.now()),
        done=_("Es wird nicht aufgezeichnet. Alle Angemeldeten erfahren es."),
    )
    return redirect("workshops:staff_workshop_recordings", process.slug, pk)


@process_page
@require_POST
def publish(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    found = _recording_of(workshop_of(process, pk), recording)
    return _done(
        request,
        found,
        lambda: operations.publish(found, by=signed_in_user(request), now=timezone.now()),
        done=_("Die Aufzeichnung ist veröffentlicht: Sie steht auf der Seite des Workshops."),
    )


@process_page
@require_POST
def unpublish(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    found = _recording_of(workshop_of(process, pk), recording)
    return _done(
        request,
        found,
        lambda: operations.unpublish(found, by=signed_in_user(request), now=timezone.now()),
        done=_("Die Aufzeichnung ist nicht mehr öffentlich."),
    )


@process_page
def delete(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    """Asks once more: there is no way back."""
    found = _recording_of(workshop_of(process, pk), recording)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: operations.delete(found, by=signed_in_user(request), now=timezone.now()),
            done=_("Die Aufzeichnung ist beim Anbieter gelöscht."),
        )
    context = {"process": process, "workshop": found.meeting.workshop, "recording": found}
    return render(request, "workshops/staff/recording_delete.html", context)


def _done(
    request: HttpRequest, recording: Recording, action: Callable[[], object], *, done: str
) -> HttpResponse:
    """Back to the list, which says how it went; if the provider failed, nothing has changed."""
    try:
        action()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    except ProviderError as error:
        sentence = problem_words(error.code, error.words)
        messages.error(request, _("Es hat nicht geklappt. %(problem)s") % {"problem": sentence})
    else:
        messages.success(request, done)
    workshop = recording.meeting.workshop
    return redirect("workshops:staff_workshop_recordings", workshop.process.slug, workshop.pk)


def _recording_of(workshop: Workshop, pk: int) -> Recording:
    recording: Recording = get_object_or_404(
        Recording.objects.filter(meeting__workshop=workshop).select_related("meeting__room"), pk=pk
    )
    recording.meeting.workshop = workshop
    return recording
