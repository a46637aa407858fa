"""Staff: the way into one workshop: a room of the process, an address of its own, or none yet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.errors import Refusal
from workshops.forms.staff_rooms import WayInForm
from workshops.models import ConferenceRoom, ParticipationProcess, Workshop
from workshops.operations import conferences, fitting, rooms
from workshops.permissions import signed_in_user
from workshops.views.room_words import meeting_problem
from workshops.views.staff import process_page, workshop_of


@process_page
def way_in(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Where one workshop happens. One step: whoever moves a workshop whose room fails is in a hurry."""
    workshop = workshop_of(process, pk)
    choices = fitting.choices_for(workshop)
    form = WayInForm(
        request.POST or None,
        rooms=[(str(one.room.pk), _label(one, workshop)) for one in choices],
        initial={
            "where": _where(workshop),
            "conference_url": workshop.conference_url,
            "dial_in": workshop.dial_in,
        },
    )
    if form.is_valid() and _move(request, workshop, form, choices):
        return redirect("workshops:staff_workshop", process.slug, pk)
    now = timezone.now()
    return render(
        request,
        "workshops/staff/rooms_way_in.html",
        {
            "process": process,
            "workshop": workshop,
            "form": form,
            "has_rooms": bool(choices),
            "problem": meeting_problem(workshop.meetings.failing(now).filter(channel=None).first()),
            "is_running": workshop.is_running(now),
        },
    )


def _move(request: HttpRequest, workshop: Workshop, form: WayInForm, choices: list[fitting.Choice]) -> bool:
    where = form.cleaned_data["where"]
    room = next((one.room for one in choices if str(one.room.pk) == where), None)
    try:
        move = rooms.assign(
            workshop,
            room=room,
            conference_url=form.cleaned_data["conference_url"],
            dial_in=form.cleaned_data["dial_in"],
            by=signed_in_user(request),
        )
    except Refusal as refusal:
        form.add_error("where", refusal.sentence)
        return False
    if move is None:
        messages.info(request, _("Es bleibt, wie es war."))
        return True
    for meeting in move.left:
        conferences.close(meeting)
    messages.success(request, " ".join((_moved(workshop), *_told(workshop, move))))
    return True


def _moved(workshop: Workshop) -> str:
    if workshop.room is not None:
        return _("Der Workshop ist jetzt in „%(room)s“.") % {"room": workshop.room}
    if workshop.conference_url:
        return _("Der Workshop hat jetzt eine eigene Adresse.")
    return _("Der Workshop hat jetzt keinen Raum.")


def _told(workshop: Workshop, move: rooms.Move) -> tuple[str, ...]:
    if workshop.is_draft:
        return ()
    if move.ends_recording:
        return (_("Dort lässt sich nicht aufzeichnen: Alle erfahren, dass nicht aufgezeichnet wird."),)
    if not move.is_told:
        return (_("Alle Einwahllinks gelten weiter; niemand muss etwas erfahren."),)
    count = workshop.registrations.active().count()
    if not count:
        return (_("Die Telefonnummer in den Kalendern ist eine andere; angemeldet ist noch niemand."),)
    return (
        ngettext(
            "Alle Einwahllinks gelten weiter. Die Telefonnummer ist eine andere: Eine Person erfährt es.",
            "Alle Einwahllinks gelten weiter. Die Telefonnummer ist eine andere: "
            "%(count)d Personen erfahren es.",
            count,
        )
        % {"count": count},
    )


def _where(workshop: Workshop) -> str:
    if workshop.room_id is not None:
        return str(workshop.room_id)
    return WayInForm.OWN if workshop.conference_url or workshop.dial_in else WayInForm.NONE


def _label(choice: fitting.Choice, workshop: Workshop) -> SafeString:
    """Name, seats, and what stands against it, before anyone presses the button."""
    room = choice.room
    is_here = room.pk == workshop.room_id
    notes = [str(room.get_provider_display()), _seats(room)]
    if is_here:
        notes.append(_("hier ist er jetzt"))
    elif choice.obstacle is None:
        notes.append(_("zu dieser Zeit frei"))
    if not is_here and not workshop.is_draft and choice.phone != workshop.phone:
        notes.append(_("andere Telefonnummer: Die Angemeldeten erfahren es"))
    warning = (
        format_html(
            '<br><span class="badge badge--warning">{}</span> <span class="small">{}</span>',
            _("passt nicht"),
            choice.obstacle.sentence,
        )
        if choice.obstacle
        else ""
    )
    facts = format_html_join(" · ", "{}", ((note,) for note in notes))
    return format_html('<strong>{}</strong><br><span class="meta">{}</span>{}', room.name, facts, warning)


def _seats(room: ConferenceRoom) -> str:
    if room.seats is None:
        return _("beliebig viele Plätze")
    return ngettext("%(count)d Platz", "%(count)d Plätze", room.seats) % {"count": room.seats}
