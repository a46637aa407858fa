"""The join link: the way into the video conference, open shortly before the start.

Opening it changes nothing (mail scanners do that): one button leads in. The provider's address stands in the
answer to that button alone.
"""

import datetime
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from workshops import links
from workshops.errors import Refusal
from workshops.forms.public import LONGEST_NAME_IN_ROOM, NameInRoomForm
from workshops.models import InterpretationChannel, PersonalLink, Registration, Workshop
from workshops.operations import conferences, presence, registrations
from workshops.operations.rooms import provider_of
from workshops.views.contribute_priorities import may_weigh
from workshops.views.personal import opened_by
from workshops.views.register import posted

# The page tries camera and microphone out; everywhere else they stay off (config.middleware).
_DEVICES = "camera=(self), microphone=(self), geolocation=(), browsing-topics=()"


class Door(StrEnum):
    """Which page stands behind the link at this moment."""

    CANCELLED = "cancelled"
    # The registration is: given back, or lapsed.
    ENDED = "ended"
    PENDING = "pending"
    WAITING = "waiting"
    OVER = "over"
    ANOTHER_DAY = "another_day"
    EARLY = "early"
    NO_ROOM = "no_room"
    OPEN = "open"


# Something will begin: the page waits for it, and may be prepared for.
_BEFORE = (Door.ANOTHER_DAY, Door.EARLY, Door.NO_ROOM)


def door_of(registration: Registration, now: datetime.datetime) -> Door:
    workshop = registration.workshop
    if workshop.is_cancelled:
        return Door.CANCELLED
    if not registration.is_active:
        return Door.ENDED
    if now >= workshop.ends_at:
        return Door.OVER
    if registration.status != Registration.Status.CONFIRMED:
        return Door(registration.status)
    if now < workshop.opens_at:
        is_today = now.astimezone(workshop.process.zone).date() == workshop.local_start.date()
        return Door.EARLY if is_today else Door.ANOTHER_DAY
    return Door.OPEN if workshop.has_a_room else Door.NO_ROOM


@opened_by(PersonalLink.Scope.JOIN)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    registration = _seat(link)
    now = timezone.now()
    door = door_of(registration, now)
    # A form sent before the page knew better; and a try that goes on when the door has closed.
    form = name_form(registration.participant.name, posted(request) if door is Door.OPEN else None)
    if request.method == "POST":
        if door is Door.OPEN and form.is_valid():
            return _enter(request, link, form.cleaned_data["name"], now=now)
        if request.htmx:  # type: ignore[attr-defined]
            return _opened_anew(link)
    context = _context(link, door, form, now=now) | {"again": "again" in request.GET}
    response = render(request, "workshops/participant/join.html", context)
    if door in (*_BEFORE, Door.OPEN):
        response.headers["Permissions-Policy"] = _DEVICES
    return response


@opened_by(PersonalLink.Scope.JOIN)
@require_safe
def door(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """What a waiting page asks again and again: nothing new (204), or what stands there now.

    All else stays as it is: somebody may be trying out their camera. But if the page is wrong about more
    (moved, cancelled), it is opened anew.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:join", links.token_of(link))
    now = timezone.now()
    registration = _seat(link)
    found = door_of(registration, now)
    if found not in (*_BEFORE, Door.OPEN) or request.GET.get("opens") != _opens(registration.workshop):
        return _opened_anew(link)
    if found == request.GET.get("seen"):
        return HttpResponse(status=204)
    form = name_form(link.participant.name)
    return render(request, "workshops/participant/_join_door.html", _context(link, found, form, now=now))


@opened_by(PersonalLink.Scope.JOIN)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """Who can't come leaves the seat to whoever waits longest. The join link says so afterwards."""
    registration = _seat(link)
    refused = ""
    if request.method == "POST":
        try:
            registrations.cancel(registration, by=link.participant)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            return redirect("workshops:join", links.token_of(link))
    now = timezone.now()
    workshop = registration.workshop
    context = {
        "process": workshop.process,
        "workshop": workshop,
        "registration": registration,
        "token": links.token_of(link),
        "now": now,
        "may_leave": registration.is_active and not workshop.is_cancelled and now < workshop.starts_at,
        "refused": refused,
    }
    return render(request, "workshops/participant/leave.html", context)


@require_safe
def left_room(request: HttpRequest) -> HttpResponse:
    """Where providers lead to when somebody leaves the room. It knows nothing of them.

    A meeting has one address for it, whoever is in it: ours without a language. So that page speaks all of
    them, the browser's first (docs/adr/0005).
    """
    here, names = request.LANGUAGE_CODE, dict(settings.LANGUAGES)
    speaks_all = here == settings.LANGUAGE_CODE
    first = get_language_from_request(request) if speaks_all else here
    spoken = {first: names[first], **(names if speaks_all else {})}
    page = render(request, "workshops/participant/left_room.html", {"spoken": spoken})
    if speaks_all:
        patch_vary_headers(page, ["Accept-Language"])
    return page


def name_form(name: str, data: QueryDict | None = None) -> NameInRoomForm:
    """Filled in with the name they are known by, as much of it as goes into the field."""
    return NameInRoomForm(data, initial={"name": name[:LONGEST_NAME_IN_ROOM].strip()})


def _seat(link: PersonalLink) -> Registration:
    registration = link.registration
    assert registration is not None  # a_join_link_has_a_registration
    registration.participant = link.participant
    return registration


def _enter(request: HttpRequest, link: PersonalLink, name: str, *, now: datetime.datetime) -> HttpResponse:
    """One click, and each try after it. The signed address stands in this answer alone.

    It is followed by a refresh of the answer, not by a redirect: browsers hold every redirect of a form
    against `form-action 'self'`, and providers redirect on to hosts that we can't know.
    """
    registration = _seat(link)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    channel = _channel(request, registration)
    if channel is None and request.POST.get("channel"):
        return _opened_anew(link) if is_part else redirect("workshops:join", links.token_of(link))
    person = conferences.person_of(registration, name=name)
    way = conferences.enter(registration.workshop, person, now=now, channel=channel)
    address = iri_to_uri(way.address)
    context = {
        "process": registration.workshop.process,
        "workshop": registration.workshop,
        "token": links.token_of(link),
        "name": name,
        "channel": channel,
        "address": address,
        "is_part": is_part,
        # Without JavaScript the page can only lead back to the button; not if a name of their choice were
        # lost there, or they would go in under the other without noticing.
        "comes_back": name in ("", name_form(link.participant.name).initial["name"]),
    }
    if way.state is not conferences.State.READY:
        part = "_join_again" if is_part else "joining"
        return render(request, f"workshops/participant/{part}.html", context)
    presence.note_click(registration)
    if is_part:
        return HttpResponseClientRedirect(address)
    response = render(request, "workshops/participant/joining.html", context)
    response.headers["Refresh"] = f"0; url={address}"
    return response


def _opened_anew(link: PersonalLink) -> HttpResponse:
    """For htmx. No refresh: the page may be the answer to a POST, and would be sent a second time."""
    return HttpResponseClientRedirect(reverse("workshops:join", args=[links.token_of(link)]))


def _opens(workshop: Workshop) -> str:
    return str(int(workshop.opens_at.timestamp()))


def _channel(request: HttpRequest, registration: Registration) -> InterpretationChannel | None:
    """The second room that somebody asked for; only one that is for them."""
    number = request.POST.get("channel", "")
    second = (channel for channel in _channels(registration) if channel.room is not None)
    return next((channel for channel in second if str(channel.pk) == number), None)


def _channels(registration: Registration) -> list[InterpretationChannel]:
    if not registration.needs:
        return []
    found = registration.workshop.channels.select_related("room")
    return list(found.filter(need__in=registration.needs))


def _context(
    link: PersonalLink, door: Door, form: NameInRoomForm, *, now: datetime.datetime
) -> dict[str, object]:
    registration = _seat(link)
    workshop = registration.workshop
    return {
        "token": links.token_of(link),
        "registration": registration,
        "may_leave": door in (*_BEFORE, Door.OPEN) and now < workshop.starts_at,
        "channels": _channels(registration) if door in (*_BEFORE, Door.OPEN) else [],
        "form": form,
        "may_weigh": workshop.starts_at <= now and may_weigh(registration),
        **about(workshop, door, now=now),
    }


def about(workshop: Workshop, door: Door, *, now: datetime.datetime) -> dict[str, object]:
    """What the page shows of the workshop itself: a rehearsal shows the same."""
    room = workshop.room
    return {
        "process": workshop.process,
        "field": workshop.field,
        "workshop": workshop,
        "state": door.value,
        "is_before": door in _BEFORE,
        "now": now,
        "opens_at": workshop.opens_at,
        "has_lobby": room is not None and room.has_lobby and provider_of(room).knows_lobby,
    }
