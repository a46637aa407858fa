"""Staff: the process's video rooms. Which of them a workshop is in: `staff_workshop_room`."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from workshops import lists
from workshops.conferencing.protocol import ProviderError
from workshops.errors import Refusal
from workshops.forms.staff_rooms import RoomForm
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, Workshop
from workshops.operations import fitting
from workshops.operations import rooms as operations
from workshops.permissions import signed_in_user
from workshops.views.room_words import check_passed, meeting_problem, problem_words
from workshops.views.staff import attempt, process_page

# Beside which field a refusal stands.
_AT = {
    "name_taken": "name",
    "secret_needed": "secret",
    "too_few_seats": "seats",
    "too_few_meetings": "parallel_meetings",
}
_DETAILS = (
    *("name", "address", "key_id", "account_id", "host", "algorithm", "secret_name"),
    *("has_lobby", "seats", "parallel_meetings", "dial_in"),
)
_secrets = sensitive_post_parameters("secret", "webhook_secret")


@process_page
def rooms(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    now = timezone.now()
    failing = Meeting.objects.failing(now)
    known = (
        process.rooms.annotate(
            upcoming=_how_many("workshops", now=now), second=_how_many("channels__workshop", now=now)
        )
        .prefetch_related(Prefetch("meetings", queryset=failing))
        .order_by("name", "pk")
    )
    shown = [(room, meeting_problem(next(iter(room.meetings.all()), None))) for room in known]
    return render(
        request,
        "workshops/staff/rooms.html",
        {
            "process": process,
            "rooms": [(room, problem) for room, problem in shown if room.retired_at is None],
            "retired": [room for room, _problem in shown if room.retired_at is not None],
        },
    )


@process_page
def choose(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The first step to a new room: whose it is. What else there is to say depends on that."""
    return render(
        request,
        "workshops/staff/rooms_choose.html",
        {"process": process, "providers": [(one, one.label, _about(one)) for one in ConferenceRoom.Provider]},
    )


@process_page
@_secrets
def add(request: HttpRequest, process: ParticipationProcess, provider: str) -> HttpResponse:
    if provider not in ConferenceRoom.Provider.values:
        raise Http404
    form = RoomForm(request.POST or None, provider=provider)
    if form.is_valid():
        try:
            operations.add(process, operations.RoomDetails(**form.cleaned_data), by=signed_in_user(request))
        except Refusal as refusal:
            form.add_error(_AT.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, _("Der Raum ist angelegt. Prüfen Sie jetzt die Verbindung."))
            return redirect("workshops:staff_rooms", process.slug)
    return _room_page(request, form, process=process, provider=ConferenceRoom.Provider(provider))


@process_page
@_secrets
def change(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    room = _room_of(process, pk)
    form = RoomForm(
        request.POST or None,
        provider=room.provider,
        stored=[name for name in ("secret", "webhook_secret") if getattr(room, f"sealed_{name}")],
        initial={name: getattr(room, name) for name in _DETAILS},
    )
    if form.is_valid():
        try:
            operations.change(room, operations.RoomDetails(**form.cleaned_data), by=signed_in_user(request))
        except Refusal as refusal:
            form.add_error(_AT.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, _("Der Raum ist gespeichert."))
            return redirect("workshops:staff_rooms", process.slug)
    now = timezone.now()
    return _room_page(
        request,
        form,
        process=process,
        provider=ConferenceRoom.Provider(room.provider),
        room=room,
        upcoming=[(one, _second_rooms(one, room)) for one in fitting.upcoming_in(room, now)],
        problem=meeting_problem(room.meetings.failing(now).first()),
    )


@process_page
@require_POST
def check(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Ask the provider whether address and secret fit: at most five seconds."""
    room = _room_of(process, pk)
    try:
        operations.provider_of(room).check()
    except ProviderError as error:
        sentence = problem_words(error.code, error.words)
        messages.error(request, _("„%(room)s“: %(problem)s") % {"room": room, "problem": sentence})
    else:
        messages.success(request, check_passed(room))
    return redirect("workshops:staff_rooms", process.slug)


@process_page
@require_POST
def retire(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    room = _room_of(process, pk)
    is_done = attempt(
        request,
        lambda: operations.retire(room, by=signed_in_user(request)),
        done=_("„%(room)s“ wird nicht mehr angeboten; das Geheimnis ist gelöscht.") % {"room": room},
    )
    if is_done:
        return redirect("workshops:staff_rooms", process.slug)
    return redirect("workshops:staff_room", process.slug, pk)


def _room_page(request: HttpRequest, form: RoomForm, **context: Any) -> HttpResponse:
    if form.errors:
        form.ask_for_secrets_again()
    room = context.get("room")
    webhook = f"{settings.PUBLIC_URL}/conferencing/{room.webhook_key}/" if room else ""
    return render(
        request,
        "workshops/staff/rooms_form.html",
        {
            "form": form,
            "webhook": webhook if form.provider == ConferenceRoom.Provider.ZOOM else "",
            **context,
        },
    )


def _room_of(process: ParticipationProcess, pk: int) -> ConferenceRoom:
    """One in use; 404 for another process's, and for one that was retired."""
    room: ConferenceRoom = get_object_or_404(process.rooms.in_use(), pk=pk)
    return room


def _how_many(workshops: str, *, now: datetime.datetime) -> Count:
    """Of a room's, those that are still to happen."""
    to_come = Q(**{f"{workshops}__ends_at__gt": now})
    to_come &= ~Q(**{f"{workshops}__status": Workshop.Status.CANCELLED})
    return Count(workshops, filter=to_come, distinct=True)


def _second_rooms(workshop: Workshop, room: ConferenceRoom) -> str:
    """For which languages the workshop has a second room here."""
    return lists.listed(one.label for one in workshop.channels.all() if one.room_id == room.pk)


def _about(provider: ConferenceRoom.Provider) -> str:
    match provider:
        case ConferenceRoom.Provider.BIGBLUEBUTTON:
            return _(
                "Das Treffen entsteht, wenn der Raum öffnet. Die Moderation sieht, wer da ist, und kann "
                "aufzeichnen. Sie brauchen Adresse und Geheimnis des Servers."
            )
        case ConferenceRoom.Provider.JITSI:
            return _("Ohne Konto und schnell zur Hand. Wer im Raum ist, erfahren wir nicht.")
        case ConferenceRoom.Provider.ZOOM:
            return _("Sie brauchen eine Server-to-Server-Anwendung in Ihrem Zoom-Konto.")
        case ConferenceRoom.Provider.LINK:
            return _("Teams, Webex oder anderes: eine feste Adresse, auf Wunsch mit Telefonnummer und Code.")
