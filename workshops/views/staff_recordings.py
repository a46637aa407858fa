"""Staff: is a workshop recorded, and what becomes of its recordings."""

import datetime
from typing import Protocol, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.conferencing.protocol import ProviderError
from workshops.models import ParticipationProcess, Recording, User, Workshop
from workshops.models.conference import RECORDINGS_APPEAR_FOR
from workshops.operations import recordings as operations
from workshops.permissions import signed_in_user
from workshops.views.room_words import problem_words
from workshops.views.staff import attempt, process_page, workshop_of
from workshops.views.staff_workshop import told_of

T = TypeVar("T", contravariant=True)


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
    done = _("Die Aufzeichnung ist angekündigt. Alle Angemeldeten erfahren es.")
    return _press(request, workshop, operations.announce, workshop, done=done)


@process_page
@require_POST
def withdraw(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    done = _("Es wird nicht aufgezeichnet. Alle Angemeldeten erfahren es.")
    return _press(request, workshop, operations.withdraw, workshop, done=done)


@process_page
@require_POST
def publish(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    found = _recording_of(workshop_of(process, pk), recording)
    done = _("Die Aufzeichnung ist veröffentlicht: Sie steht auf der Seite des Workshops.")
    return _press(request, found.meeting.workshop, operations.publish, found, done=done)


@process_page
@require_POST
def unpublish(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    found = _recording_of(workshop_of(process, pk), recording)
    done = _("Die Aufzeichnung ist nicht mehr öffentlich.")
    return _press(request, found.meeting.workshop, operations.unpublish, found, done=done)


@process_page
def delete(request: HttpRequest, process: ParticipationProcess, pk: int, recording: int) -> HttpResponse:
    """Asks once more: there is no way back."""
    found = _recording_of(workshop_of(process, pk), recording)
    workshop = found.meeting.workshop
    if request.method == "POST":
        done = _("Die Aufzeichnung ist beim Anbieter gelöscht.")
        return _press(request, workshop, operations.delete, found, done=done)
    context = {"process": process, "workshop": workshop, "recording": found}
    return render(request, "workshops/staff/recording_delete.html", context)


class _Act(Protocol[T]):
    def __call__(self, subject: T, /, *, by: User, now: datetime.datetime) -> object: ...


def _press(request: HttpRequest, workshop: Workshop, act: _Act[T], subject: T, *, done: str) -> HttpResponse:
    """Back to the list, which says how it went; if the provider failed, nothing has changed."""
    try:
        attempt(request, lambda: act(subject, by=signed_in_user(request), now=timezone.now()), done=done)
    except ProviderError as error:
        sentence = problem_words(error.code, error.words)
        messages.error(request, _("Es hat nicht geklappt. %(problem)s") % {"problem": sentence})
    return redirect("workshops:staff_workshop_recordings", workshop.process.slug, workshop.pk)


def _recording_of(workshop: Workshop, pk: int) -> Recording:
    recording: Recording = get_object_or_404(
        Recording.objects.filter(meeting__workshop=workshop).select_related("meeting__room"), pk=pk
    )
    recording.meeting.workshop = workshop
    return recording
