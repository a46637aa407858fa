"""Staff: try a workshop's room before it counts, as a participant, as a moderator and on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.conferencing.protocol import Role
from workshops.errors import Refusal
from workshops.forms.public import NameInRoomForm
from workshops.forms.staff_channels import GuestForm
from workshops.models import ParticipationProcess, Workshop
from workshops.operations import conferences, phone_codes
from workshops.operations import rehearsals as operations
from workshops.operations.rooms import provider_of
from workshops.permissions import signed_in_user
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
@require_POST
def moderator(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    return _enter(request, workshop_of(process, pk), Role.MODERATOR)


@process_page
def participant(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """What stands behind a join link, before the room opens and after; and the way in under any name."""
    workshop = workshop_of(process, pk)
    if request.method == "POST":
        form = GuestForm(request.POST)
        if form.is_valid():
            return _enter(request, workshop, Role.PARTICIPANT, name=form.cleaned_data["name"])
        return _page(request, workshop, form)
    door = Door.OPEN if request.GET.get("view") == "open" else Door.EARLY
    channels = list(workshop.channels.select_related("room"))
    shown = NameInRoomForm(initial={"name": _("Probegast")})
    context = about(workshop, door, now=timezone.now()) | {"form": shown, "channels": channels}
    context["is_rehearsal"] = True
    return render(request, "workshops/staff/rehearsal_participant.html", context)


def _enter(request: HttpRequest, workshop: Workshop, role: Role, *, name: str = "") -> HttpResponse:
    """The signed address stands in this answer alone: a link, and a refresh that follows it."""
    now = timezone.now()
    try:
        way = operations.enter(workshop, role, by=signed_in_user(request), name=name, now=now)
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
    problem = meeting_problem(operations.current(workshop, now=now))
    if way.state is conferences.State.BUSY or not problem:
        messages.warning(request, _("Der Raum wird gerade geöffnet. Bitte gleich noch einmal drücken."))
    else:
        messages.error(request, problem)
    return redirect("workshops:staff_workshop_rehearsal", workshop.process.slug, workshop.pk)


def _page(request: HttpRequest, workshop: Workshop, form: GuestForm | None = None) -> HttpResponse:
    now = timezone.now()
    room, meeting = workshop.room, operations.current(workshop, now=now)
    context = {
        "process": workshop.process,
        "workshop": workshop,
        "meeting": meeting,
        "ends_at": meeting.created_at + conferences.REHEARSAL_LASTS if meeting else None,
        "is_real": operations.is_in_the_real_room(workshop),
        "has_lobby": room is not None and room.has_lobby and provider_of(room).knows_lobby,
        "may_rehearse": workshop.has_a_room and not workshop.is_cancelled and not workshop.is_over(now),
        "problem": meeting_problem(meeting),
        "code": phone_codes.rehearsal_code(workshop, room) if room else "",
        "takes_code": room is not None and room.takes_our_phone_code and not workshop.dial_in,
        "number": room.dial_in if room else "",
        "form": form or GuestForm(),
    }
    return render(request, "workshops/staff/rehearsal.html", context)
