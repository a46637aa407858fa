"""Staff: interpretation for one workshop, as language channels or second rooms."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.errors import Refusal
from workshops.forms.staff_channels import ChannelForm
from workshops.models import (
    ConferenceRoom,
    InterpretationChannel,
    Meeting,
    Need,
    ParticipationProcess,
    Workshop,
)
from workshops.operations import channels as operations
from workshops.operations.channels import ChannelDetails
from workshops.permissions import signed_in_user
from workshops.views.room_words import meeting_problem
from workshops.views.staff import attempt, process_page, workshop_of

# Beside which field a refusal stands.
_AT = {
    "nowhere": "how",
    "label_taken": "label",
    "own_room": "room",
    "other_process": "room",
    "room_is_taken": "room",
}


@process_page
def channels(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    return render(
        request,
        "workshops/staff/channels.html",
        {
            "process": process,
            "workshop": workshop,
            "channels": [
                (channel, meeting_problem(next(iter(channel.meetings.all()), None)))
                for channel in workshop.channels.select_related("room").prefetch_related(
                    Prefetch("meetings", queryset=Meeting.objects.failing(timezone.now()))
                )
            ],
            "asked_for": _asked_for(workshop),
            "may_change": _may_change(workshop),
        },
    )


@process_page
def add(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    form = ChannelForm(request.POST or None, rooms=_rooms_for(workshop))
    return _form_page(
        request,
        workshop,
        form,
        lambda details: operations.add(workshop, details, by=signed_in_user(request)),
        heading=_("Kanal hinzufügen"),
        done=_(
            "Der Kanal ist eingetragen. Der Termin ist damit festgelegt: Neues Planen verschiebt ihn nicht."
        )
        if workshop.is_draft and not workshop.is_pinned
        else _("Der Kanal ist eingetragen."),
    )


@process_page
def change(request: HttpRequest, process: ParticipationProcess, pk: int, channel: int) -> HttpResponse:
    workshop = workshop_of(process, pk)
    found = _channel_of(workshop, channel)
    initial = {name: getattr(found, name) for name in ("need", "label", "how", "room", "dial_in")}
    form = ChannelForm(request.POST or None, rooms=_rooms_for(workshop, found), initial=initial)
    return _form_page(
        request,
        workshop,
        form,
        lambda details: operations.change(found, details, by=signed_in_user(request)),
        heading=_("Kanal ändern"),
        done=_("Der Kanal ist gespeichert."),
    )


@process_page
def remove(request: HttpRequest, process: ParticipationProcess, pk: int, channel: int) -> HttpResponse:
    """Asks once more: people may be listening at this moment."""
    workshop = workshop_of(process, pk)
    found = _channel_of(workshop, channel)
    if request.method == "POST":
        attempt(
            request,
            lambda: operations.remove(found, by=signed_in_user(request)),
            done=_("„%(channel)s“ ist entfernt.") % {"channel": found},
        )
        return redirect("workshops:staff_workshop_channels", process.slug, pk)
    context = {
        "process": process,
        "workshop": workshop,
        "channel": found,
        "is_open": found.meetings.open().exists(),
    }
    return render(request, "workshops/staff/channel_remove.html", context)


def _form_page(
    request: HttpRequest,
    workshop: Workshop,
    form: ChannelForm,
    action: Callable[[ChannelDetails], object],
    *,
    heading: str,
    done: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            action(ChannelDetails(**form.cleaned_data))
        except Refusal as refusal:
            form.add_error(_AT.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, done)
            return redirect("workshops:staff_workshop_channels", workshop.process.slug, workshop.pk)
    return render(
        request,
        "workshops/staff/channel_form.html",
        {"process": workshop.process, "workshop": workshop, "form": form, "heading": heading},
    )


def _asked_for(workshop: Workshop) -> list[tuple[str, int]]:
    """What those registered said that they need, so that nothing is arranged past them: ("Arabisch", 2)."""
    counts: dict[str, int] = {}
    if workshop.needs_end_at <= timezone.now():
        return []
    asked = workshop.registrations.active().values_list("needs", "interpretation_language").order_by("place")
    for needs, language in asked:
        for need in needs:
            if need in _ARRANGED:
                name = str(Need(need).label)
                if need == Need.INTERPRETATION and language:
                    name = f"{name} ({language})"
                counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items())


# What a channel can be for without a person's own arrangement.
_ARRANGED = (Need.INTERPRETATION, Need.SIGN_LANGUAGE, Need.CAPTIONS, Need.EASY_LANGUAGE)


def _may_change(workshop: Workshop) -> bool:
    return not workshop.is_cancelled and not workshop.is_over(timezone.now())


def _rooms_for(workshop: Workshop, channel: InterpretationChannel | None = None) -> list[ConferenceRoom]:
    """Those in use, and the one that is chosen already; the workshop's own if it holds several meetings."""
    in_use = workshop.process.rooms.in_use()
    rooms = [room for room in in_use if room.pk != workshop.room_id or room.parallel_meetings > 1]
    if channel is not None and channel.room is not None and channel.room not in rooms:
        rooms.append(channel.room)
    return rooms


def _channel_of(workshop: Workshop, pk: int) -> InterpretationChannel:
    channel: InterpretationChannel = get_object_or_404(workshop.channels.select_related("room"), pk=pk)
    channel.workshop = workshop
    return channel
