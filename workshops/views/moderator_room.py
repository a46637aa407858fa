"""Moderators: the way into the workshop's room, and who is in it."""

import datetime
from enum import StrEnum

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from workshops.models import InterpretationChannel, Meeting, Workshop
from workshops.operations import conferences
from workshops.operations.rooms import provider_of
from workshops.permissions import is_staff, signed_in_user
from workshops.views.moderator import context_of, workshop_page
from workshops.views.numbers import row_number
from workshops.views.room_people import people_of
from workshops.views.room_words import meeting_problem


class Door(StrEnum):
    """What stands in the place of the button, or that it is there (OPEN)."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    OVER = "over"
    EARLY = "early"
    NO_ROOM = "no_room"
    OPEN = "open"


def door_of(workshop: Workshop, now: datetime.datetime) -> Door:
    if workshop.is_draft:
        return Door.DRAFT
    if workshop.is_cancelled:
        return Door.CANCELLED
    # Those who lead may stay, and come back, until the room is tidied up.
    if now >= workshop.ends_at + conferences.OVERRUN:
        return Door.OVER
    if now < workshop.opens_for_moderators_at:
        return Door.EARLY
    return Door.OPEN if workshop.has_a_room else Door.NO_ROOM


@workshop_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """One button; what stands around it; and, while it is open, who is in the room."""
    now = timezone.now()
    door = door_of(workshop, now)
    if request.method == "POST":
        return _enter(request, workshop, door, now=now)
    context = about(workshop, door, is_staff=is_staff(request.user))
    return render(request, "workshops/moderator/room.html", context)


@workshop_page
@never_cache
@require_safe
def door(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """What a waiting page asks again and again: nothing new (204), or the whole page anew."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:moderate_room", workshop.pk)
    if door_of(workshop, timezone.now()) == request.GET.get("seen"):
        return HttpResponse(status=204)
    return HttpResponseClientRefresh()


@workshop_page
@never_cache
@require_safe
def people(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The list that htmx asks for: nothing new (204), so that nothing is read out twice, or the list anew."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:moderate_room", workshop.pk)
    if door_of(workshop, timezone.now()) is not Door.OPEN:
        return HttpResponseClientRefresh()
    return people_again(request, workshop)


def people_again(request: HttpRequest, workshop: Workshop, *, is_rehearsal: bool = False) -> HttpResponse:
    context = context_of(workshop, is_part=True, **inside(workshop, is_rehearsal=is_rehearsal))
    if context["stamp"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "workshops/moderator/_room_people.html", context)


def about(workshop: Workshop, door: Door, *, is_staff: bool, is_rehearsal: bool = False) -> dict[str, object]:
    """What the page shows: a rehearsal shows the same, with those who rehearse."""
    main = workshop.room
    return context_of(
        workshop,
        door=door,
        channels=list(workshop.channels.select_related("room")),
        has_lobby=main is not None and main.has_lobby and provider_of(main).knows_lobby,
        is_staff=is_staff,
        is_rehearsal=is_rehearsal,
        **(inside(workshop, is_rehearsal=is_rehearsal) if door is Door.OPEN else {}),
    )


def inside(workshop: Workshop, *, is_rehearsal: bool = False) -> dict[str, object]:
    """The live list, and a stamp that changes with it; `people_url`: where the page asks for it again."""
    found = people_of(workshop, is_rehearsal=is_rehearsal)
    failing = _failing(workshop, is_rehearsal=is_rehearsal).first()
    problem = meeting_problem(failing)
    people_url = reverse("workshops:moderate_room_people", args=[workshop.pk])
    if is_rehearsal:
        people_url = reverse(
            "workshops:staff_workshop_rehearsal_people", args=[workshop.process.slug, workshop.pk]
        )
    return {
        "people_url": people_url,
        "people": found,
        "problem": problem,
        "problem_at": failing.problem_at if failing else None,
        "stamp": found.stamp + ("!" if problem else ""),
    }


def _failing(workshop: Workshop, *, is_rehearsal: bool = False) -> QuerySet[Meeting]:
    """The meetings whose provider failed when it was last asked: the main room's first."""
    alive = Meeting.objects.alive().filter(workshop=workshop).exclude(problem="")
    alive = alive.rehearsals() if is_rehearsal else alive.counted()
    return alive.order_by(F("channel").asc(nulls_first=True), "-problem_at")


def _enter(request: HttpRequest, workshop: Workshop, door: Door, *, now: datetime.datetime) -> HttpResponse:
    """One click, and each try after it. The signed address stands in this answer alone."""
    channel = second_room_of(request, workshop)
    if door is not Door.OPEN or (channel is None and request.POST.get("channel")):
        return _back(request, workshop)
    person = conferences.leader(signed_in_user(request))
    way = conferences.enter(workshop, person, channel=channel, now=now)
    if way.state is conferences.State.NO_ROOM:
        return _back(request, workshop)
    address = iri_to_uri(way.address)
    context = context_of(workshop, channel=channel, address=address, is_staff=is_staff(request.user))
    if way.state is conferences.State.READY:
        if request.htmx:  # type: ignore[attr-defined]
            response: HttpResponse = HttpResponseClientRedirect(address)
        else:
            response = render(request, "workshops/moderator/room_entering.html", context)
            response.headers["Refresh"] = f"0; url={address}"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    failing = _failing(workshop).filter(channel=channel).first()
    context |= {"problem": meeting_problem(failing), "problem_at": failing.problem_at if failing else None}
    part = "_room_again" if request.htmx else "room_entering"  # type: ignore[attr-defined]
    return render(request, f"workshops/moderator/{part}.html", context)


def second_room_of(request: HttpRequest, workshop: Workshop) -> InterpretationChannel | None:
    """The channel whose button was pressed, if it has a room."""
    number = row_number(request.POST.get("channel", ""))
    if number is None:
        return None
    second = workshop.channels.select_related("room").filter(room__isnull=False, pk=number)
    return second.first()


def _back(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The page says why there is no way in (any more)."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    return redirect("workshops:moderate_room", workshop.pk)
