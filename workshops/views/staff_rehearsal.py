"""Staff: try a workshop's room before it counts, as a participant, as a moderator and on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshops.conferencing.protocol import Role
from workshops.errors import Refusal
from workshops.forms.public import NameInRoomForm
from workshops.forms.staff_channels import GuestForm
from workshops.models import InterpretationChannel, ParticipationProcess, Workshop
from workshops.operations import conferences, phone_codes
from workshops.operations import rehearsals as operations
from workshops.operations.provider_words import REHEARSAL_LASTS
from workshops.operations.rooms import provider_of
from workshops.permissions import signed_in_user
from workshops.views import moderator_room
from workshops.views.join import Door, about
from workshops.views.room_words import meeting_problem
from workshops.views.staff import attempt, process_page, workshop_of


@process_page
def rehearsal(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Three views of the same room, and what a caller would do."""
    workshop = workshop_of(process, pk)
    return _page(request, workshop)


@process_page
@require_POST
def begin(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """The first of two clicks."""
    workshop = workshop_of(process, pk)
    try:
        operations.begin(workshop, by=signed_in_user(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("workshops:staff_workshop", process.slug, pk)
    return redirect("workshops:staff_workshop_rehearsal", process.slug, pk)


@process_page
@require_POST
def end(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    attempt(
        request,
        lambda: operations.end(workshop, by=signed_in_user(request), now=timezone.now()),
        done=_("Die Probe ist beendet."),
    )
    return redirect("workshops:staff_workshop", process.slug, pk)


@process_page
@require_http_methods(["GET", "HEAD", "POST"])
def moderator(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """What whoever leads will find, before the room opens and after; and the way in, to second rooms too."""
    workshop = workshop_of(process, pk)
    if request.method == "POST":
        return _enter(request, workshop, Role.MODERATOR)
    door = moderator_room.Door.OPEN if _shows_open(request) else moderator_room.Door.EARLY
    context = moderator_room.about(workshop, door, is_staff=True, is_rehearsal=True)
    return render(request, "workshops/staff/rehearsal_moderator.html", context)


@process_page
@never_cache
@require_safe
def people(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Who rehearses, asked for again and again as on the day."""
    workshop = workshop_of(process, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:staff_workshop_rehearsal_moderator", process.slug, pk)
    return moderator_room.people_again(request, workshop, is_rehearsal=True)


@process_page
@require_http_methods(["GET", "HEAD", "POST"])
def participant(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """What stands behind a join link, before the room opens and after; and the way in under any name."""
    workshop = workshop_of(process, pk)
    if request.method == "POST":
        form = GuestForm(request.POST)
        if form.is_valid():
            return _enter(request, workshop, Role.PARTICIPANT, name=form.cleaned_data["name"])
        return _page(request, workshop, form)
    door = Door.OPEN if _shows_open(request) else Door.EARLY
    shown = NameInRoomForm(initial={"name": _("Probegast")})
    context = about(workshop, door, now=timezone.now()) | {
        "form": shown,
        "channels": _channels(workshop),
        "is_rehearsal": True,
    }
    return render(request, "workshops/staff/rehearsal_participant.html", context)


def _shows_open(request: HttpRequest) -> bool:
    return request.GET.get("view") == "open"


def _channels(workshop: Workshop) -> list[InterpretationChannel]:
    """All of them, as somebody would see them who needs each."""
    return list(workshop.channels.select_related("room"))


def _enter(request: HttpRequest, workshop: Workshop, role: Role, *, name: str = "") -> HttpResponse:
    """The signed address stands in this answer alone: a link, and a refresh that follows it."""
    now = timezone.now()
    channel = moderator_room.second_room_of(request, workshop)
    if channel is None and request.POST.get("channel"):
        messages.error(request, _("Diesen zweiten Raum gibt es nicht mehr."))
        return redirect("workshops:staff_workshop_rehearsal", workshop.process.slug, workshop.pk)
    by = signed_in_user(request)
    try:
        way = operations.enter(workshop, role, by=by, name=name, channel=channel, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("workshops:staff_workshop", workshop.process.slug, workshop.pk)
    if way.state is conferences.State.READY:
        context = {"process": workshop.process, "workshop": workshop, "address": way.address}
        response = render(request, "workshops/staff/rehearsal_leading.html", context)
        response.headers["Refresh"] = f"0; url={iri_to_uri(way.address)}"
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    problem = meeting_problem(operations.going_on(workshop, now=now).filter(channel=channel).first())
    if way.state is conferences.State.BUSY or not problem:
        messages.warning(request, _("Der Raum wird gerade geöffnet. Bitte gleich noch einmal drücken."))
    else:
        messages.error(request, problem)
    return redirect("workshops:staff_workshop_rehearsal", workshop.process.slug, workshop.pk)


def _page(request: HttpRequest, workshop: Workshop, form: GuestForm | None = None) -> HttpResponse:
    now = timezone.now()
    room, meetings = workshop.room, list(operations.going_on(workshop, now=now))
    failing = next((meeting for meeting in meetings if meeting.problem), None)
    channels = _channels(workshop)
    context = {
        "process": workshop.process,
        "workshop": workshop,
        "is_on": any(not operations.is_real(meeting.room) for meeting in meetings),
        "ends_at": max((meeting.created_at + REHEARSAL_LASTS for meeting in meetings), default=None),
        "is_real": operations.is_real(room),
        "has_lobby": room is not None and room.has_lobby and provider_of(room).knows_lobby,
        "may_rehearse": workshop.has_a_room and not workshop.is_cancelled and not workshop.is_over(now),
        "problem": meeting_problem(failing),
        "channels": channels,
        "real_second_rooms": [one for one in channels if one.room and operations.is_real(one.room)],
        "code": phone_codes.rehearsal_code(workshop, room) if room else "",
        "takes_code": room is not None and room.takes_our_phone_code and not workshop.dial_in,
        "number": room.dial_in if room else "",
        "form": form or GuestForm(),
    }
    return render(request, "workshops/staff/rehearsal.html", context)
